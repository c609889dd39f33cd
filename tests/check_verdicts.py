#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The verdicts stand in src/verdict.c. Each manual that lists them lists them all, with
# the extended error (EDE) of modules/extended_error.h. Usage: check_verdicts.py REPOSITORY

import pathlib
import re
import sys

# A manual, the lines of it that count, how a verdict stands in them (with the EDE if they tell
# it), and the verdicts that it leaves out.
MANUALS = {
    "README.md": (r"\|", r"^\| `([a-z-]+)` \|(?:[^|]*\|){3} (\d+) \|", {"allow"}),
    "doc/dance-front.8": (r"\.It", r"^\.It Li ([a-z-]+) Ta (?:REFUSED|SERVFAIL) Ta (\d+) ",
                          {"allow", "transport"}),
    "doc/libdance.3": (r"\.(?:It|Qq)", r"^\.It Dv DANCE_\w+\n\.Qq ([a-z-]+) ,()", {"allow"}),
    "modules/knot/mod-dance.rst": (r"\* ``", r"``([a-z-]+)``()", set()),
}


def numbers(header):
    """The EDE of each verdict that has one of its own, by the verdict's constant."""
    return {constant: int(number) for constant, number in
            re.findall(r"\[(DANCE_\w+)\] = KNOT_EDNS_EDE_\w+,\s*/\* (\d+) \*/", header)}


def main(repository):
    repository = pathlib.Path(repository)
    words = dict(re.findall(r'\[(DANCE_\w+)\] = \{ "([a-z-]+)"',
                            (repository / "src/verdict.c").read_text()))
    own = numbers((repository / "modules/extended_error.h").read_text())
    words.pop("DANCE_UNDECIDED", None)
    codes = {word: own.get(constant, 0 if "_FAIL_" in constant else 18)
             for constant, word in words.items()}
    wrong = [] if len(codes) > 10 and own else ["no verdicts are found in the source"]
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
