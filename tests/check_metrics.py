#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The manuals list the metrics that the daemons have, and no others. Usage: check_metrics.py REPOSITORY

import pathlib
import re
import sys

SUFFIXES = {"COUNTER": "_total", "INFO": "_info"}


def families(source):
    """The names that a source writes, as they are in Prometheus."""
    text = re.sub(r'"\s*\n\s*"', "", source.read_text())
    found = {name + SUFFIXES.get(kind, "") for name, kind in re.findall(
        r'openmetrics_family\([\w>-]+, "(\w+)",\s*OPENMETRICS_(\w+)', text)}
    return found | set(re.findall(r'\{ "(dance_records_\w+)",', text))


def main(repository):
    repository, wrong = pathlib.Path(repository), []
    common = families(repository / "modules/daemon/metrics.c")
    for daemon in ("front", "ask"):
        ours = common | families(repository / f"modules/{daemon}/exposition.c")
        page = (repository / f"doc/dance-{daemon}.8").read_text()
        listed = re.findall(r"^\.It Li (\w+)", page.partition(".Sh METRICS")[2], re.M)
        wrong += [f"dance-{daemon}.8 does not list {name}" for name in sorted(ours - set(listed))]
        wrong += [f"dance-{daemon} has no {name}" for name in sorted(set(listed) - ours)]
        if len(listed) != len(set(listed)) or len(ours) < 20:
            wrong.append(f"dance-{daemon}: the names cannot be read")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
