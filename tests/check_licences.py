#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The licences are those that LICENSE tells: each file says its own, the libraries under BSD-2-Clause
# link nothing under the GPL, and the GPL is there word for word.
# Usage: check_licences.py REPOSITORY BUILD

import hashlib
import pathlib
import re
import subprocess
import sys

# Version 3 of the GNU General Public License, as the FSF published it on 29 June 2007.
GPL_SHA256 = "3972dc9744f6499f0f9b2dbf76696f2ae7ad8af9b23dde66d6af86c9dfb36986"
BSD, GPL = "BSD-2-Clause", "GPL-3.0-or-later"

# What may not link libknot or a part of it.
FREE = ("src/libdance.so", "modules/openssl/libdance-openssl.so", "src/tool/dance")
FREE_SOURCES = ("src", "modules/openssl")
UNDER_THE_GPL = re.compile(r"lib(knot|dnssec|zscanner)\.so|libknot/|<knot/")

# The module's files, and what is built with them for tests.
OF_THE_MODULE = re.compile(r"modules/knot/|tests/test_knot_\w+\.c$|tests/knot_\w+\.[ch]$"
                           r"|tests/proofs/knot_\w+\.c$|tests/fuzz/config\.c$")
SOURCES = (".c", ".h", ".py", ".sh")


def needed(program):
    """The shared libraries that a program or library names itself."""
    lines = subprocess.run(["readelf", "--dynamic", "--wide", program], check=True,
                           capture_output=True, text=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.*)\]", lines)


def files(repository):
    for folder in ("src", "modules", "tests"):
        yield from sorted((repository / folder).rglob("*"))


def wrong_line(repository, path):
    """What is wrong with the SPDX line of a source file, if anything."""
    name = path.relative_to(repository).as_posix()
    if path.suffix not in SOURCES and path.name != "meson.build":
        return None
    wanted = GPL if OF_THE_MODULE.match(name) else BSD
    head = path.read_text(encoding="utf-8", errors="replace")[:300]
    found = re.search(r"SPDX-License-Identifier: (\S+)", head)
    if found is None or found[1] != wanted:
        return f"{name} must say in its head: SPDX-License-Identifier: {wanted}"
    return None


def main(repository, build):
    repository, build = pathlib.Path(repository), pathlib.Path(build)
    wrong = [f"{program} must not link {library}, which is under the GPL"
             for program in FREE for library in needed(build / program)
             if UNDER_THE_GPL.search(library)]
    wrong += [f"{path.relative_to(repository)} must not include what is under the GPL: "
              f"{line.strip()}"
              for folder in FREE_SOURCES for path in sorted((repository / folder).rglob("*.[ch]"))
              for line in path.read_text().splitlines()
              if line.startswith("#include") and UNDER_THE_GPL.search(line)]
    wrong += filter(None, (wrong_line(repository, path) for path in files(repository)))
    if hashlib.sha256((repository / "COPYING").read_bytes()).hexdigest() != GPL_SHA256:
        wrong.append("COPYING is not the GNU General Public License, version 3, word for word")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
