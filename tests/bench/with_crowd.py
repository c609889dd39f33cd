# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What a permitted client of a dance-front waits for its transfers while many others are
# idle there and strangers come, against what it waits alone.

import os
import re
import subprocess

from front_stage import ADDRESSES, NAME, OTHER_NAME
from nsd import NsdPrimary
from process import Failed, run
from stage import ZONE

from contender import PROGRAM, RECORDS, SMALLEST
from rows import show
from with_idle import hold

IDLE = int(os.environ.get("DANCE_BENCH_IDLE", "1000"))
ROUNDS = 5
TRANSFERS = 300
STRANGERS = 1_000_000  # until they are told to end
CROWD = 64


def _begin(stage):
    known, idle, stranger = (stage.certificate() for _ in range(3))
    stage.publish(NAME, known.tlsa(), ttl=3600)
    stage.publish(OTHER_NAME, idle.tlsa(), ttl=3600)
    behind = NsdPrimary(stage.path("behind"), {ZONE: list(ADDRESSES.values())})
    behind.server.update({"verbosity": 0, "server-count": os.cpu_count()})
    behind.put(os.path.basename(behind.file(ZONE)), SMALLEST)
    stage.servers.append(behind.start())
    limits = dict.fromkeys(("max-connections", "max-per-identity", "max-per-server"),
                           IDLE + 1000)
    judge = stage.front(behind, [NAME, OTHER_NAME], more={
        "server": {**limits, "idle-timeout": 3600},
        "log": {"target": "stderr", "level": "notice"}})
    return judge, known, idle, stranger


def _items(**items):
    return [f"{name.replace('_', '-')}={value}" for name, value in items.items()]


def _transfers(judge, certificate, questions):
    """Microseconds of the slowest hundredth: with a handshake for each, or without."""
    said = run(PROGRAM, judge.address, "853", ZONE,
               *_items(cert=certificate.path, key=certificate.key.path, records=RECORDS,
                       known=TRANSFERS // questions, questions=questions)).stdout
    if re.search(r"(failed|closed|broken)=[1-9]", said):
        raise Failed(f"the permitted client was not served: {said}")
    return float(re.search(rf"{'next' if questions > 1 else 'first'}=\d+/(\d+)", said)[1])


def _come(judge, known, stranger):
    """They come from elsewhere: their own work is not to take this machine's processors."""
    return subprocess.Popen(
        ["nice", "-n", "19", PROGRAM, judge.address, "853", ZONE,
         *_items(cert=known.path, key=known.key.path, other_cert=stranger.path,
                 other_key=stranger.key.path, records=RECORDS, strangers=STRANGERS,
                 crowd=CROWD)], stdout=subprocess.DEVNULL)


def bench(stage):
    judge, known, idle, stranger = _begin(stage)
    print(f"p99 of {TRANSFERS} transfers, alone, and while {IDLE} connections are idle and "
          f"{CROWD} strangers come at once")
    for what, questions in (("with a handshake each", 1), ("20 on a connection", 20)):
        alone = [_transfers(judge, known, questions) for _ in range(ROUNDS)]
        held = hold(judge, idle, IDLE)
        strangers = _come(judge, known, stranger)
        try:
            crowded = [_transfers(judge, known, questions) for _ in range(ROUNDS)]
        finally:
            strangers.kill()
            strangers.wait()
            for descriptor in held:
                os.close(descriptor)
        print(f"  {what}: {sorted(alone)[ROUNDS // 2]:.0f} us alone, "
              f"{sorted(crowded)[ROUNDS // 2]:.0f} us with others")
        show(f"times as long, {what}", [with_others / by_itself for with_others, by_itself
                                        in zip(crowded, alone)], "<= 2", most=2)
