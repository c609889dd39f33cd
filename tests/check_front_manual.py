#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance-front.conf(5) and dance-ask.conf(5) have the items that these programs read, in their
# sections, with their ranges, defaults and words, and no others. Usage: check_front_manual.py REPOSITORY

import pathlib
import re
import sys

SIZES = {"HOUR": 3600, "DAY": 86400}
# What all daemons have is described on one page.
REFERRED = ".Ss Sections log and dns\nAs in\n.Xr dance-front.conf 5 .\n"


def number(text):
    """The value of such C as `7 * DAY`."""
    value = 1
    for factor in text.split("*"):
        factor = factor.strip()
        value *= SIZES[factor] if factor in SIZES else int(factor, 0)
    return str(value)


def words(*sources):
    """{name of a table: what may be written}."""
    tables = re.findall(r"knot_lookup_t (\w+)\[\] = \{(.*?)\n\};", "".join(sources), re.S)
    return {name: re.findall(r'"([\w-]+)"', body) for name, body in tables}


def items(schema, usages):
    """{(section, item): what its text has to name}."""
    known = words(schema, usages)
    found = {}
    schema = re.sub(r"\n\s*/\*.*?\*/", "", schema, flags=re.S)
    for section, body in re.findall(r"yp_item_t (?:conf_)?(\w+)_items\[\] = \{(.*?)\n\};", schema,
                                    re.S):
        for item, rest in re.findall(r'\{ "\\x\w\w""([\w-]+)", (.*?)\},?(?=\n\t\{)', body,
                                     re.S):
            integers = re.search(r"YP_VINT = \{ ([^}]*) \}", rest)
            options = re.search(r"YP_VOPT = \{ (\w+)", rest)
            named = known[options[1]] if options else []
            if integers:
                named = [number(text) for text in integers[1].split(",")[:3]]
            found[section, item] = named
    return found


def described(page):
    """{(section, item): the text on it}."""
    found = {}
    for part in re.split(r"^\.Ss Section ", page.split("\n.Sh EXAMPLES")[0], flags=re.M)[1:]:
        section = part.split(None, 1)[0]
        for entry in re.split(r"^\.It Ic ", part, flags=re.M)[1:]:
            found[section, entry.split(None, 1)[0]] = entry
    return found


def wrong_of(repository, daemon, least):
    """What the manual of a daemon's configuration, dance-DAEMON.conf(5), does not say."""
    manual = f"dance-{daemon}.conf.5"
    common = repository / "modules/daemon/conf_common.c"
    words_of_all = (repository / "modules/usages.h").read_text() + common.read_text()
    schema = items((repository / f"modules/{daemon}/conf/schema.c").read_text(), words_of_all)
    page = (repository / f"doc/{manual}").read_text()
    if REFERRED not in page:
        schema.update(items(common.read_text(), ""))
    page = described(page)
    # Of an id there is nothing to say in each section.
    schema = {key: named for key, named in schema.items() if key[1] != "id"}
    wrong = [f"{section}: {item} is not in {manual}"
             for section, item in sorted(set(schema) - set(page))]
    wrong += [f"{section}: {item} is in {manual} only"
              for section, item in sorted(set(page) - set(schema))]
    wrong += [f"{key[0]}: {key[1]}: {manual} does not say {name}"
              for key, named in sorted(schema.items()) if key in page
              for name in named if not re.search(rf"(?<![\w-]){name}(?![\w-])", page[key])]
    if len(schema) < least:
        wrong.append(f"modules/{daemon}/conf/schema.c cannot be read")
    return wrong


def main(repository):
    repository = pathlib.Path(repository)
    SIZES.update((name, int(value)) for name, value in re.findall(
        r"#define (DANCE_\w+_MAX) (\d+)$", (repository / "src/dance.h").read_text(), re.M))
    wrong = wrong_of(repository, "front", 30) + wrong_of(repository, "ask", 8)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
