# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What a permitted client of a dance-front waits for its transfers while many others are
# idle there and strangers come, against what it waits alone.

import os
import re
import subprocess
import time

from front_stage import ADDRESSES, NAME, OTHER_NAME
from nsd import NsdPrimary
from process import Failed, run
from stage import ZONE

from contender import PROGRAM, RECORDS, SMALLEST
from device_fleet import figures
from rows import show
from with_idle import hold
from with_names import PROGRAMS

IDLE = int(os.environ.get("DANCE_BENCH_IDLE", "9000"))
ROUNDS = 5
TRANSFERS = 300
SECONDS = 5  # for which as many strangers come as can
WAYS = {"with a handshake each": 1, "20 on a connection": 20}  # questions on each
RATE = int(os.environ.get("DANCE_BENCH_CROWD", "1000"))  # strangers a second


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


class _Strangers:
    """Come until they are told to end, so many a second if they can. They come from elsewhere:
    their own work is not to take this machine's processors."""

    def __init__(self, judge, certificate, rate=RATE):
        self.child = subprocess.Popen(
            ["nice", "-n", "19", os.path.join(PROGRAMS, "strangers"), judge.address, "853", ZONE,
             certificate.path, certificate.key.path, str(rate)],
            stdout=subprocess.PIPE, text=True)

    def end(self):
        """How many came a second."""
        self.child.terminate()
        said, _ = self.child.communicate()
        seen = figures(said)
        return seen["came"] / seen["seconds"]


def _most(judge, stranger):
    """How many strangers can come a second, here, while nobody else does."""
    strangers = _Strangers(judge, stranger, 100_000)
    time.sleep(SECONDS)
    return strangers.end()


def _all(judge, known):
    return {what: [_transfers(judge, known, questions) for _ in range(ROUNDS)]
            for what, questions in WAYS.items()}


def _crowded(judge, known, idle, stranger):
    """The same, and how many strangers came a second."""
    held = hold(judge, idle, IDLE)
    strangers = _Strangers(judge, stranger)
    try:
        crowded = _all(judge, known)
    finally:
        rate = strangers.end()
        for descriptor in held:
            os.close(descriptor)
    return crowded, rate


def bench(stage):
    judge, known, idle, stranger = _begin(stage)
    print(f"p99 of {TRANSFERS} transfers, alone, and while {IDLE} connections are idle and "
          f"strangers come, {RATE} a second if they can", flush=True)
    alone = _all(judge, known)
    crowded, rate = _crowded(judge, known, idle, stranger)
    print(f"  {_most(judge, stranger):.0f} strangers a second come while nobody else does")
    for what in WAYS:
        print(f"  {what}: {sorted(alone[what])[ROUNDS // 2]:.0f} us alone, "
              f"{sorted(crowded[what])[ROUNDS // 2]:.0f} us with others")
        show(f"times as long among {rate:.0f} strangers a second, {what}",
             [with_others / by_itself for with_others, by_itself
              in zip(crowded[what], alone[what])], "<= 2", most=2)
