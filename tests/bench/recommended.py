# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What dance-front.conf(5) tells an operator to set for many clients below one suffix, read from
# the manual itself: so what is measured is what it says.

import os
import re

MANUAL = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, os.pardir, "doc",
                      "dance-front.conf.5")
BEGIN = "If thousands of clients have names below one pattern"
SECTIONS = {"dns": ("lookups-per-second", "lookups-in-flight", "remember", "timeout"),
            "server": ("max-connections", "max-handshakes", "max-per-address",
                       "max-per-suffix", "max-per-server", "handshake-timeout")}


def paragraph(manual):
    """The lines from the paragraph's beginning until the next request that ends one."""
    _, found, rest = manual.partition(BEGIN)
    if not found:
        raise ValueError(f"the manual has no paragraph '{BEGIN}'")
    return re.split(r"^\.(?:Pp|Bl|El|Ss|Sh|Bd)\b", rest, maxsplit=1, flags=re.M)[0]


def settings(text):
    """{option: number} of "set .Ic a, .Ic b and .Ic c to 5"."""
    found, named = {}, []
    for line in text.splitlines():
        option = re.match(r"\.Ic ([a-z-]+)", line)
        number = re.match(r"to (\d+)", line)
        if option:
            named.append(option[1])
        elif number:
            found.update(dict.fromkeys(named, int(number[1])))
            named = []
    return found


def sections():
    """{section: {option: number}}, as the manual has it."""
    with open(MANUAL, encoding="utf-8") as file:
        found = settings(paragraph(file.read()))
    return {section: {option: found[option] for option in options}
            for section, options in SECTIONS.items()}
