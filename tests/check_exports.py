#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The public interface is one thing in four places: dance.h, dance.map, what libdance.so
# exports, and the manual, if there is one. Usage: check_exports.py REPOSITORY BUILD

import pathlib
import re
import subprocess
import sys


def declared(header):
    """The functions that a header declares."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", header.read_text(), flags=re.S)
    text = re.sub(r"^#ifdef __cplusplus.*?^#endif", "", text, flags=re.S | re.M)
    text = re.sub(r"^#.*", "", text, flags=re.M)
    text = re.sub(r"\{[^{}]*\}", "", text)
    return set(re.findall(r"\b(dance_\w+)\s*\(", text))


def mapped(version_script):
    """The names that a linker's version script exports, in their order."""
    exported = re.search(r"global:(.*?)local:", version_script.read_text(), re.S)
    return re.findall(r"\S+(?=;)", exported[1]) if exported else []


def exported(library):
    """The names that a shared library defines for others."""
    lines = subprocess.run(["nm", "-D", "--defined-only", "--format=posix", library],
                           check=True, capture_output=True, text=True).stdout
    return {line.split()[0].partition("@")[0] for line in lines.splitlines()
            if line.split()[1] != "A"}


def differences(what, one, other):
    return [f"{name} is not in {what}" for name in sorted(one - other)]


def main(repository, build):
    source = pathlib.Path(repository) / "src"
    manual = pathlib.Path(repository) / "doc" / "libdance.3"
    header = declared(source / "dance.h")
    script = mapped(source / "dance.map")
    library = exported(pathlib.Path(build) / "src" / "libdance.so")
    wrong = differences("dance.map", header, set(script))
    wrong += differences("dance.h", set(script), header)
    wrong += differences("libdance.so", header, library)
    wrong += differences("dance.h, but in libdance.so", library, header)
    if script != sorted(set(script)):
        wrong.append("dance.map is not sorted")
    if not header:
        wrong.append("dance.h declares nothing")
    if manual.exists():
        wrong += differences("libdance.3", header,
                             set(re.findall(r"\bdance_\w+", manual.read_text())))
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
