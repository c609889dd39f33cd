#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Makes a manual page of a module's chapter of Knot's documentation. What only Sphinx knows
# becomes plain text; rst2man does the rest.
#
#	rst_manual.py RST2MAN CHAPTER VERSION

import re
import subprocess
import sys

HEAD = """\
{over}
{name}
{over}

{under}
{line}
{under}

:Manual section: 7
:Version: {version}

DESCRIPTION
===========

"""


def page(chapter, version):
    """The chapter as docutils alone can read it, with the title of a manual page."""
    label, title, rest = re.match(r"\.\. _(\S+):\n\n(.*)\n=+\n(.*)", chapter, re.S).groups()
    rest = re.sub(rf":\w+:`(?:{label}_)?([^`<]+?)(?: <[^>]*>)?`", r"``\1``", rest)
    line = title.split(" — ")[-1]
    return HEAD.format(name=label, over="=" * len(label), line=line,
                       under="-" * len(line), version=version) + rest


def main(program, chapter, version):
    with open(chapter, encoding="utf-8") as file:
        text = page(file.read(), version)
    made = subprocess.run([program, "--report=2", "--halt=2", "-"], input=text, stdout=subprocess.PIPE,
                          text=True, check=True)
    sys.stdout.write(made.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
