# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The examples of a manual page: commands, and what they print. What differs from run to
# run (digests, times) is told apart by nobody here: alike() takes it out.

import re


def examples(path):
    """[(command, output)] of the literal blocks below EXAMPLES, in their order."""
    with open(path, encoding="ascii") as file:
        section = file.read().split(".Sh EXAMPLES\n")[1].split("\n.Sh ")[0]
    found = []
    for block in re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed$", section, re.M | re.S):
        for line in block.replace("\\e", "\\").splitlines(keepends=True):
            if line.startswith("$ "):
                found.append([line[2:].strip(), ""])
            else:
                found[-1][1] += line
    return [tuple(example) for example in found]


def alike(text):
    """The text without what is of the one run only."""
    text = re.sub(r"\b[0-9a-f]{64}\b", "DIGEST", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", text)
    return re.sub(r"\bttl \d+", "ttl SECONDS", text)
