#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Prints a literal block below EXAMPLES in a manual page. Usage: extract.py PAGE [NUMBER], the
# first is 1

import pathlib
import re
import sys


def example(page, number):
    section = page.split(".Sh EXAMPLES\n")[1].split("\n.Sh ")[0]
    blocks = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed$", section, re.M | re.S)
    return blocks[number - 1].replace("\\e", "\\")


number = int(sys.argv[2]) if len(sys.argv) > 2 else 1
print(example(pathlib.Path(sys.argv[1]).read_text(encoding="ascii"), number), end="")
