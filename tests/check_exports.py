#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The public interface of each library is one thing in five places: the header, the linker's
# map, what the library exports, the manual, and the symbols that Debian's package lists with the
# releases that they came with. Usage: check_exports.py REPOSITORY BUILD

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


def soname_of(library):
    text = subprocess.run(["readelf", "--dynamic", "--wide", library], check=True,
                          capture_output=True, text=True).stdout
    return re.search(r"soname: \[(.*)\]", text)[1]


def packaged(debian, soname):
    """{symbol: the release that it came with}, as Debian's package of a library lists them."""
    (path,) = debian.glob(f"{soname.partition('.so')[0]}[0-9]*.symbols")
    first, *lines = path.read_text().splitlines()
    if first.split()[:2] != [soname, path.stem]:
        raise SystemExit(f"{path.name} begins with '{first}', but the library is {soname}")
    return dict(line.split() for line in lines if line.startswith(" "))


def order(release):
    return [int(number) for number in release.split(".")]


def check_symbols(repository, script, soname):
    """What is wrong with the list of a library's symbols."""
    node = re.match(r"\w+", script.read_text())[0]
    expected = {f"{name}@{node}" for name in mapped(script) + [node]}
    listed = packaged(repository / "debian", soname)
    newest = re.search(r"^  version: '(.*)'", (repository / "meson.build").read_text(), re.M)[1]
    wrong = differences(f"the symbols file of {soname}", expected, set(listed))
    wrong += differences(script.name, set(listed), expected)
    return wrong + [f"{symbol} of {soname} cannot have come with {release}, after {newest}"
                    for symbol, release in listed.items() if order(release) > order(newest)]


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
    wrong += check_symbols(repository, repository / folder / f"{name}.map",
                           soname_of(build / folder / f"{library}.so"))
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
