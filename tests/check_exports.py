#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The public interface of each library is one thing in four places: the header, the linker's
# map, what the library exports, and the manual. Usage: check_exports.py REPOSITORY BUILD

import pathlib
import re
import subprocess
import sys


def declared(header):
    """The functions that a header declares."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", header.read_text(), flags=re.S)
    text = re.sub(r"^#ifdef __cplusplus.*?^#endif", "", text, flags=re.S | re.M)
    text = re.sub(r"^#.*", "", text, flags=re.M)
    text = re.sub(r"\{[^{}]*\}|^typedef [^;]*;", "", text, flags=re.M)
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


def check(repository, build, folder, name, library, manual):
    """What is wrong with a library, as sentences."""
    header = declared(repository / folder / f"{name}.h")
    script = mapped(repository / folder / f"{name}.map")
    defined = exported(build / folder / f"{library}.so")
    page = (repository / "doc" / manual).read_text()
    wrong = differences(f"{name}.map", header, set(script))
    wrong += differences(f"{name}.h", set(script), header)
    wrong += differences(f"{library}.so", header, defined)
    wrong += differences(f"{name}.h, but in {library}.so", defined, header)
    wrong += differences(manual, header, set(re.findall(r"\bdance_\w+", page)))
    if script != sorted(set(script)):
        wrong.append(f"{name}.map is not sorted")
    if not header:
        wrong.append(f"{name}.h declares nothing")
    return wrong


LIBRARIES = (
    ("src", "dance", "libdance", "libdance.3"),
    ("modules/openssl", "dance_openssl", "libdance-openssl", "dance_openssl.3"),
)


def main(repository, build):
    repository, build = pathlib.Path(repository), pathlib.Path(build)
    wrong = [sentence for library in LIBRARIES
             for sentence in check(repository, build, *library)]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
