#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What doc/xot.md says where a demand of the draft is kept, and by which test it is shown, is
# there, and so are the tests and proofs of SECURITY.md, which names each proof. Usage:
# check_shown.py REPOSITORY

import pathlib
import re
import subprocess
import sys

TEST = re.compile(r"`((?:test|cases)_\w+): ([^`]+)`")
FILE = re.compile(r"`((?:src|modules|doc|tests)/[\w./-]+)`")
PROOF = re.compile(r"`proof: (\w+)`")
WHOLE = re.compile(r"`((?:test|cases)_\w+)`")  # all of a file
# A page, and which of its lines are rows of such a table: a demand of the draft, an attacker.
PAGES = {"doc/xot.md": re.compile(r"^\| \d.*\|$", re.MULTILINE),
         "SECURITY.md": re.compile(r"^\| (?!wh\w+ \|)(?!.*`proof: ).* \|$", re.MULTILINE)}


def cases_of_the_matrix(repository):
    """Its cases are not written one by one: they are asked for."""
    code = ("import cases_matrix as m; print(*(n.replace('_', ' ') for n in vars(m)),"
            " sep='\\n')")
    return subprocess.run([sys.executable, "-c", code], cwd=repository / "tests/system",
                          check=True, capture_output=True, text=True).stdout.splitlines()


def has(repository, file, name):
    if file == "cases_matrix":
        return name in cases_of_the_matrix(repository)
    if file.startswith("cases_"):
        path, pattern = f"tests/system/{file}.py", rf"^def {name}\(stage\):"
    else:
        path, pattern = f"tests/{file}.c", rf"^static void {name}\(void \*\*state\)"
    path = repository / path
    return path.exists() and re.search(pattern, path.read_text(), re.MULTILINE)


def check_proofs(repository):
    text = (repository / "SECURITY.md").read_text()
    named = set(PROOF.findall(text))
    there = {path.stem for kind in ("*.c", "*.pml")
             for path in (repository / "tests/proofs").glob(kind)}
    return [f"SECURITY.md: there is no proof {name}" for name in sorted(named - there)] + \
        [f"SECURITY.md: the proof {name} is not named" for name in sorted(there - named)] + \
        [f"SECURITY.md: there is no test {name}" for name in sorted(set(WHOLE.findall(text)))
         if not any((repository / "tests" / path).exists()
                    for path in (f"{name}.c", f"system/{name}.py"))]


def check(repository, page, row):
    """What is wrong with a page, as sentences."""
    text = (repository / page).read_text()
    rows = row.findall(text)
    wrong = [f"there is no {file}: {name}" for file, name in sorted(set(TEST.findall(text)))
             if not has(repository, file, name)]
    wrong += [f"there is no {path}" for path in sorted(set(FILE.findall(text)))
              if not (repository / path).exists()]
    wrong += [f"no test is named: {row}" for row in rows if not TEST.search(row)]
    if len(rows) < 10:
        wrong.append("there is no table")
    return [f"{page}: {sentence}" for sentence in wrong]


def main(repository):
    repository = pathlib.Path(repository)
    wrong = [sentence for page, row in PAGES.items() for sentence in check(repository, page, row)]
    wrong += check_proofs(repository)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
