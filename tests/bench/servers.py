#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Measures servers with ours against the same servers with what they have themselves: in
# one run, in turn, the median of the rounds' ratios. Figures of machines differ and drift;
# ratios do so less. Names of some of the parts may be given; PARTS has them.

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir, "system"))

import with_crowd  # noqa: E402
import with_devices  # noqa: E402
import with_haproxy  # noqa: E402
import with_idle  # noqa: E402
import with_knot  # noqa: E402
import with_names  # noqa: E402
import with_nsd  # noqa: E402
from front_stage import FrontStage  # noqa: E402
from process import Failed, run  # noqa: E402
from rows import about  # noqa: E402
from stage import Theatre  # noqa: E402

PARTS = {"nsd": with_nsd.bench, "idle": with_idle.bench, "crowd": with_crowd.bench,
         "knot": with_knot.bench_transfers,
         "again": with_knot.bench_again,
         "hammer": with_knot.bench_hammer, "names": with_names.bench,
         "storm": with_names.bench_storm,
         "streams": with_haproxy.bench, "idle streams": with_devices.bench_idle,
         "devices": with_devices.bench, "strangers": with_devices.bench_strangers}


def acknowledge_at_once():
    """With Nagle's algorithm a segment may wait until the last one is acknowledged, for
    40 ms where that is delayed. It is not what is to be measured: nobody delays it here."""
    run("ip", "route", "replace", "table", "local", "local", "127.0.0.0/8", "dev", "lo",
        "proto", "kernel", "scope", "host", "src", "127.0.0.1", "quickack", "1")


def measure(part, theatre):
    """Returns what went wrong, as sentences."""
    about(part)
    stage = FrontStage(theatre, os.path.join(theatre.folder, f"bench-{part}"))
    wrong = []
    try:
        PARTS[part](stage)
    except (Failed, OSError, subprocess.SubprocessError) as failure:
        wrong.append(f"{part}: {failure}")
    return wrong + stage.end()


def main(parts):
    unknown = set(parts) - set(PARTS)
    if unknown:
        sys.exit(f"there is no part {' '.join(unknown)}; there are {' '.join(PARTS)}")
    acknowledge_at_once()
    with tempfile.TemporaryDirectory(prefix="dance-") as folder:
        theatre = Theatre(folder)
        try:
            wrong = [each for part in parts or PARTS for each in measure(part, theatre)]
        finally:
            theatre.end()
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
