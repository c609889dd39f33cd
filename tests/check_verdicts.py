#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The verdicts stand in src/verdict.c. Each manual that lists them lists them all, with
# the extended error (EDE) of modules/extended_error.h. doc/troubleshooting.md has a section for
# each, of the same rows, and a table of client mode that leaves none out; nothing names a verdict
# that does not exist. Usage: check_verdicts.py REPOSITORY

import pathlib
import re
import sys

# A manual, the lines of it that count, how a verdict stands in them (with the EDE if they tell
# it), and the verdicts that it leaves out.
MANUALS = {
    "doc/troubleshooting.md": (r"\|", r"^\| `([a-z-]+)` \|(?:[^|]*\|){3} (\d+) \|", {"allow"}),
    "doc/dance-front.8": (r"\.It", r"^\.It Li ([a-z-]+) Ta (?:REFUSED|SERVFAIL) Ta (\d+) ",
                          {"allow", "transport"}),
    "doc/libdance.3": (r"\.(?:It|Qq)", r"^\.It Dv DANCE_\w+\n\.Qq ([a-z-]+) ,()", {"allow"}),
    "modules/knot/mod-dance.rst": (r"\* ``", r"``([a-z-]+)``()", set()),
}

TROUBLES = "doc/troubleshooting.md"
# Each verdict has these rows there, and nothing else.
ROWS = ["the server's log", "the secondary", "the mail client", "the device", "`dance probe`",
        "`dance check`", "what to do"]


def numbers(header):
    """The EDE of each verdict that has one of its own, by the verdict's constant."""
    return {constant: int(number) for constant, number in
            re.findall(r"\[(DANCE_\w+)\] = KNOT_EDNS_EDE_\w+,\s*/\* (\d+) \*/", header)}


def part(text, title, mark="##"):
    """What stands below a heading, up to the next one of its kind."""
    found = re.search(rf"^{mark} {re.escape(title)}\n(.*?)(?=^##? |\Z)", text, re.M | re.S)
    return found[1] if found else ""


def first_cells(text):
    return re.findall(r"^\| (.*?) \| .*\S.* \|$", text, re.M)


def check_troubles(text, words):
    """What is wrong with the sections of the verdicts; words: all of them."""
    sections = re.findall(r"^### (\S+)\n(.*?)(?=^###? |\Z)", part(text, "Each verdict"),
                          re.M | re.S)
    named = [word for word, _ in sections]
    wrong = [f"{word} has no section" for word in words if word not in named]
    wrong += [f"there is no verdict {word}" for word in named if word not in words]
    wrong += [f"{word} has two sections" for word in set(named) if named.count(word) > 1]
    wrong += [f"the rows of {word} are {rows}" for word, body in sections
              if (rows := first_cells(body)[1:]) != ROWS]
    told = [word for cell in first_cells(part(text, "In client mode"))
            for word in re.findall(r"`([a-z-]+)`", cell)]
    whole = [word for word in words if word not in ("allow", "undecided")]
    wrong += [f"client mode lists {sorted(told)}"] if sorted(told) != sorted(whole) else []
    glance = re.findall(r"^\| `([a-z-]+)` \|", part(text, "The verdicts"), re.M)
    wrong += [f"the table has no {word}" for word in whole if word not in glance]
    wrong += [f"the table has {word}" for word in glance if word not in whole]
    return [f"{TROUBLES}: {sentence}" for sentence in wrong]


def said(repository):
    """All that the programs may write: their sources, with N for what differs each time."""
    paths = [path for folder in ("src", "modules") for path in (repository / folder).rglob("*.[ch]")]
    text = "\n".join(path.read_text() for path in sorted(paths))
    return plain(re.sub(r'"\s*(?:PRI\w+\s*)?"', "", text))


def plain(text):
    return re.sub(r"%[.*]*\w+|\d+", "N", text)


def check_lines_of_log(text, sources):
    """What the page says that a log says, but no program writes."""
    rows = re.findall(r"^\| the server's log \| (.*) \|$", text, re.M)
    spans = [span for row in rows for span in re.findall(r"`([^`]+)`", row)]
    wrong = [] if len(spans) > 20 else [f"only {spans} are said to be in a log"]
    wrong += [f"nobody writes: {span}" for span in spans
              for part_of_it in re.split(r" \.\.\.|, client NAME", span)
              if plain(part_of_it) not in sources]
    return [f"{TROUBLES}: {sentence}" for sentence in wrong]


def check_readers():
    """Whether the above could find anything wrong."""
    row = "".join(f"| {row} | x |\n" for row in ["where", *ROWS])
    good = ("## The verdicts\n| `lookup` | x |\n## Each verdict\n### allow\n" + row +
            "### lookup\n" + row + "## In client mode\n| `lookup` | x |\n")
    words = ["allow", "lookup"]
    found = check_troubles(good, words)
    wrong = [f"a right page has: {found}"] if found else []
    for change in (("### lookup", "### lookups"), ("| the device | x |\n", ""),
                   ("| the device | x |", "| the device |  |"), ("| `lookup` | x |", ""),
                   ("mode\n| `lookup`", "mode\n| `look`"), ("### lookup\n", "### allow\n")):
        if not check_troubles(good.replace(*change), words):
            wrong.append(f"nothing is found wrong without {change[0]!r}")
    return wrong


def main(repository):
    repository = pathlib.Path(repository)
    words = dict(re.findall(r'\[(DANCE_\w+)\] = \{ "([a-z-]+)"',
                            (repository / "src/verdict.c").read_text()))
    own = numbers((repository / "modules/extended_error.h").read_text())
    page = (repository / TROUBLES).read_text()
    wrong = check_readers() + check_troubles(page, list(words.values()))
    wrong += check_lines_of_log(page, said(repository))
    words.pop("DANCE_UNDECIDED", None)
    codes = {word: own.get(constant, 0 if "_FAIL_" in constant else 18)
             for constant, word in words.items()}
    wrong += [] if len(codes) > 10 and own else ["no verdicts are found in the source"]
    for manual, (begin, form, without) in MANUALS.items():
        lines = re.findall(rf"^{begin}.*\n", (repository / manual).read_text(), re.M)
        told = dict(re.findall(form, "".join(lines), re.M))
        wrong += [f"{manual} does not list {word}"
                  for word in sorted(set(codes) - set(told) - without)]
        wrong += [f"{manual} says EDE {told[word]} for {word}, not {codes[word]}"
                  for word in sorted(set(codes) & set(told))
                  if told[word] and int(told[word]) != codes[word]]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
