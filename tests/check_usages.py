#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The certificate usages that count by default stand in dance.h, in no other source, and in each
# manual that tells of them. Usage: check_usages.py REPOSITORY

import pathlib
import re
import sys

BITS = r"DANCE_(?:DANE|PKIX)_(?:EE|TA)"
# The manuals, and where in them the default stands.
MANUALS = {
    "doc/libdance.3": rf"\n\(bits\n((?:\.Dv {BITS} [,;]\n){{2}})(?:\.Dv {BITS} [,;]\n)*"
                      r"\.Dv DANCE_USAGES_DEFAULT\nis the first two\)",
    "doc/dance-front.conf.5": r"\n\.It Ic usage :.*?\nDefault\n(.*?)\n\.It ",
    "modules/knot/mod-dance.rst": r"\nusage\n\.+\n.*?\n\*Default:\* (.*?)\n",
}


def named(text):
    """The usages that a text names, in either way to write them."""
    found = re.findall(rf"{BITS}|\b(?:dane|pkix)-(?:ee|ta)\b", text)
    return [name.removeprefix("DANCE_").replace("_", "-").lower() for name in found]


def main(repository):
    repository = pathlib.Path(repository)
    header = (repository / "src/dance.h").read_text()
    defined = re.search(r"#define DANCE_USAGES_DEFAULT \((.*)\)", header)
    default = set(named(defined[1])) if defined else set()
    wrong = [] if default else ["dance.h: no DANCE_USAGES_DEFAULT is found"]
    for manual, where in MANUALS.items():
        told = re.search(where, (repository / manual).read_text(), re.S)
        usages = set(named(told[1])) if told else set()
        if usages != default:
            wrong.append(f"{manual} says {sorted(usages)}, dance.h {sorted(default)}")
    for folder in ("src", "modules"):
        for path in sorted((repository / folder).glob("**/*.[ch]")):
            for line in path.read_text().splitlines():
                if "DANCE_USAGES_DEFAULT" not in line and default == set(
                        named(" ".join(re.findall(BITS, line)))):
                    wrong.append(f"{path.relative_to(repository)} has a default of its own: "
                                 f"{line.strip()}")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
