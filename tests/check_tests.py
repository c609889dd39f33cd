#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Every file of the library has a test of its name, and every test that is written is
# run. Usage: check_tests.py REPOSITORY BUILD

import json
import pathlib
import subprocess
import sys


def registered(build):
    """The names of the programs that meson runs as tests."""
    tests = json.loads(subprocess.run(["meson", "introspect", "--tests", build],
                                      check=True, capture_output=True).stdout)
    return {pathlib.Path(test["cmd"][0]).name for test in tests}


def main(repository, build):
    repository = pathlib.Path(repository)
    programs = registered(build)
    wrong = [f"{path.relative_to(repository)} is not run: see tests/meson.build"
             for path in sorted((repository / "tests").glob("**/test_*.c"))
             if path.stem not in programs]
    wrong += [f"src/{path.name} has no tests/test_{path.stem}.c"
              for path in sorted((repository / "src").glob("*.c"))
              if not (repository / "tests" / f"test_{path.stem}.c").exists()]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
