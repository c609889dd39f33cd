#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Reads what meson's tests left behind and the introspection of a build. Usage:
#   meson_results.py count LOG.json    shows what failed or was skipped, and lastly how
#                                      many cases "N passed, N failed"
#   meson_results.py programs BUILD    the names of the tests that run a program, no script
#   meson_results.py compiled BUILD    those that run a program which was built there

import json
import os
import re
import subprocess
import sys

GOOD = ("OK", "EXPECTEDFAIL")


def cases(test):
    """How many cases of a test program passed, failed and were skipped."""
    output = test.get("stdout", "")
    if not re.search(r"^1\.\.\d+", output, re.M):
        result = test["result"]
        return result in GOOD, result not in (*GOOD, "SKIP"), result == "SKIP"
    lines = re.findall(r"^(not ok|ok) \d+(.*)", output, re.M)
    skipped = sum(" # SKIP" in rest for _, rest in lines)
    passed = sum(word == "ok" for word, _ in lines) - skipped
    failed = len(lines) - skipped - passed
    if test["result"] not in (*GOOD, "SKIP"):
        failed = max(failed, 1)
    return passed, failed, skipped


def show(test):
    print(f"--- {test['name']}: {test['result']}, status {test.get('returncode')}")
    print(test.get("stdout", ""), test.get("stderr", ""), sep="")


def tell_skipped(test):
    output = test.get("stdout", "") + test.get("stderr", "")
    why = re.findall(r"skipped: (.*)", output) or ["it does not say why"]
    print(f"skipped: {test['name']}: {why[0]}")


def count(path):
    passed = failed = 0
    with open(path) as log:
        tests = [json.loads(line) for line in log]
    for test in tests:
        good, bad, skipped = cases(test)
        if skipped:
            tell_skipped(test)
        if bad:
            show(test)
        passed += good
        failed += bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def commands(build):
    """(name, program) of each test."""
    tests = json.loads(subprocess.run(["meson", "introspect", "--tests", build],
                                      check=True, capture_output=True).stdout)
    return [(test["name"], test["cmd"][0]) for test in tests]


def programs(build):
    for name, path in commands(build):
        with open(path, "rb") as program:
            if program.read(4) == b"\x7fELF":
                print(name)
    return 0


def compiled(build):
    for name, path in commands(build):
        if os.path.realpath(path).startswith(os.path.realpath(build) + os.sep):
            print(name)
    return 0


if __name__ == "__main__":
    functions = {"count": count, "programs": programs, "compiled": compiled}
    sys.exit(functions[sys.argv[1]](sys.argv[2]))
