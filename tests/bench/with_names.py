# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A roster of many names whose records are all on one server, near by or as if it were some
# milliseconds away: how soon it knows them, and how much memory it needs to remember them.

import hashlib
import os
import re
import statistics
import sys

from process import Failed, Process, run
from rows import about, show
from world import ADDRESS, World

COUNT = int(os.environ.get("DANCE_BENCH_NAMES", "10000"))
ROUNDS = 3
SOME = 200  # are also looked up one after another
ZONE = "example.net."
SUFFIX = "_xfr-client.example.net"
AWAY = "127.0.1.5"
MILLISECONDS = 5  # there, and as many back
PROGRAM = os.path.join(os.environ["DANCE_BUILD"], "tests", "bench", "fresh")
RELAY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "distance.py")


class LargeWorld(World):
    """With one 3 1 1 record at each of the names, on a server at an address."""

    def __init__(self, folder, address):
        super().__init__(folder)
        self.address = address

    def _write(self, zone):
        super()._write(zone)
        _replace(self._file(zone), f"A {ADDRESS}\n", f"A {self.address}\n")
        if zone == ZONE:
            with open(self._file(zone), "a", encoding="ascii") as file:
                for number in range(COUNT):
                    digest = hashlib.sha256(str(number).encode("ascii")).hexdigest()
                    file.write(f"n{number}.{SUFFIX}. 3600 TLSA 3 1 1 {digest}\n")

    def _write_anchor(self):
        super()._write_anchor()
        _replace(self.root_hints, f"A {ADDRESS}\n", f"A {self.address}\n")


def _replace(path, old, new):
    with open(path, encoding="ascii") as file:
        text = file.read()
    with open(path, "w", encoding="ascii") as file:
        file.write(text.replace(old, new))


def _measure(world):
    said = run(PROGRAM, world.trust_anchor, world.root_hints, SUFFIX, str(COUNT),
               str(SOME), timeout=300).stdout
    seen = {name: float(value) for name, value in re.findall(r"(\S+)=([0-9.]+)", said)}
    if set(seen) != {"together", "one-by-one", "octets"}:
        raise Failed(f"fresh: {said}")
    return seen


def _rounds(stage, address):
    world = LargeWorld(stage.path(f"world-{address}"), address)
    try:
        world.start()
        return [_measure(world) for _ in range(ROUNDS)]
    finally:
        world.stop()


def _show(where, rounds, **goal):
    about(f"names, {where}")
    print(f"{COUNT} names with a 3 1 1 record each, all on one server {where}")
    for item, what in (("together", "as a roster"), ("one-by-one", "one after another")):
        value = statistics.median(seen[item] for seen in rounds)
        print(f"  {what:<30} {value:8.2f} s to the first records of all")
    show("seconds one after another / as a roster",
         [seen["one-by-one"] / seen["together"] for seen in rounds], **goal)


def bench(stage):
    relay = Process("distance", [sys.executable, RELAY, AWAY, ADDRESS, str(MILLISECONDS)],
                    stage.path("distance.log"))
    stage.world.stop()
    try:
        near = _rounds(stage, ADDRESS)
        relay.start()
        away = _rounds(stage, AWAY)
        relay.kill()
    finally:
        stage.world.knotd.start()
    # There is nothing to wait for there: only the work of validation is shared out.
    _show("on loopback", near)
    _show(f"{2 * MILLISECONDS} ms away", away, goal=">= 20", least=20)
    about("names")
    show("octets of our own for each name", [seen["octets"] for seen in near],
         "<= 512", most=512)
