#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Prints the first literal block below EXAMPLES in a manual page. Usage: extract.py PAGE

import pathlib
import re
import sys


def example(page):
    section = page.split(".Sh EXAMPLES\n")[1].split("\n.Sh ")[0]
    block = re.search(r"^\.Bd -literal.*?\n(.*?)^\.Ed$", section, re.M | re.S)[1]
    return block.replace("\\e", "\\")


print(example(pathlib.Path(sys.argv[1]).read_text(encoding="ascii")), end="")
