#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# C stands as .clang-format says, and no line of it is much too long. Another clang-format than
# the one that the file is for sets some lines differently, so it is not asked.
# Usage: check_format.py REPOSITORY

import pathlib
import re
import subprocess
import sys

VERSION = 19  # of Debian 13
WIDTH = 100   # columns; clang-format breaks at 92 wherever that is not ugly


def sources(repository):
    for folder in ("src", "modules", "tests"):
        yield from sorted((repository / folder).glob("**/*.[ch]"))


def too_wide(path):
    for number, line in enumerate(path.read_text().split("\n"), 1):
        # A string is not broken: it can be searched for as it is printed.
        if len(line.expandtabs(8)) > WIDTH and '"' not in line:
            yield f"{path}:{number}: wider than {WIDTH} columns"


def main(repository):
    paths = list(sources(pathlib.Path(repository)))
    wrong = [complaint for path in paths for complaint in too_wide(path)]
    told = subprocess.run(["clang-format", "--version"], capture_output=True, text=True)
    version = re.search(r"version (\d+)", told.stdout)
    if version is None or int(version[1]) != VERSION:
        print(f"skipped: clang-format is not version {VERSION}")
    else:
        command = ["clang-format", "--dry-run", "--ferror-limit=5", *map(str, paths)]
        said = subprocess.run(command, capture_output=True, text=True, cwd=repository)
        wrong += re.findall(r"^(?:/|\S+:\d).*code should be clang-formatted.*$", said.stderr, re.M)
        if said.returncode != 0:
            wrong.append(said.stderr)
    for complaint in wrong:
        print(complaint)
    if wrong:
        print("./dev run clang-format -i FILE sets it right")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(sys.argv[1])
