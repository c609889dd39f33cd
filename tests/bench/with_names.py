# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A roster of many names whose records are all on one server, near by or as if it were some
# milliseconds away: how soon it knows them, and how much memory it needs to remember them. The
# same of names below a suffix whose clients all come back at once.

import functools
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
PROGRAMS = os.path.join(os.environ["DANCE_BUILD"], "tests", "bench")
RELAY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "distance.py")


STORM = int(os.environ.get("DANCE_BENCH_STORM", "50000"))
# What an operator sets for so many clients (lookups-per-second): all of them at half the time
# within which they are to be back.
STORM_PER_SECOND = 1500
STORM_IN_FLIGHT = 512
# Peers at a time: of a host with an event loop, and of one whose threads wait.
STORM_HOSTS = {"events": 1000, "threads": 100}
# The key of all clients in storm.c, as an Ed25519 SubjectPublicKeyInfo.
STORM_KEY = bytes.fromhex("302a300506032b6570032100") + bytes(32)


class LargeWorld(World):
    """With one 3 1 1 record at each of so many names, on a server at an address: each with a
    digest of its own, or all with the same one."""

    patience = 300
    zone = ZONE

    def __init__(self, folder, address, count=COUNT, digest=None):
        super().__init__(folder)
        self.address = address
        self.count = count
        self.digest = digest
        # Very many names take knotd some time.
        self.knotd.wait_for = functools.partial(self.knotd.wait_for, within=self.patience)

    def _write(self, zone):
        super()._write(zone)
        _replace(self._file(zone), f"A {ADDRESS}\n", f"A {self.address}\n")
        if zone == self.zone:
            with open(self._file(zone), "a", encoding="ascii") as file:
                file.writelines(self._records())

    def _records(self):
        for number in range(self.count):
            digest = self.digest or hashlib.sha256(str(number).encode()).hexdigest()
            yield f"n{number}.{SUFFIX}. 3600 TLSA 3 1 1 {digest}\n"

    def _write_anchor(self):
        super()._write_anchor()
        _replace(self.root_hints, f"A {ADDRESS}\n", f"A {self.address}\n")


def _replace(path, old, new):
    with open(path, encoding="ascii") as file:
        text = file.read()
    with open(path, "w", encoding="ascii") as file:
        file.write(text.replace(old, new))


def _run(program, world, *arguments):
    said = run(os.path.join(PROGRAMS, program), world.trust_anchor, world.root_hints, SUFFIX,
               *map(str, arguments), timeout=600).stdout
    return {name: float(value) for name, value in re.findall(r"(\S+)=([0-9.]+)", said)}


def _measure(world):
    seen = _run("fresh", world, COUNT, SOME)
    if set(seen) != {"together", "one-by-one", "octets"}:
        raise Failed(f"fresh: {seen}")
    return seen


def _storm(stage, address):
    world = LargeWorld(stage.path(f"storm-{address}"), address, STORM,
                       hashlib.sha256(STORM_KEY).hexdigest())
    try:
        world.start()
        return {host: _run("storm", world, STORM, STORM_PER_SECOND, STORM_IN_FLIGHT, host,
                           at_once) for host, at_once in STORM_HOSTS.items()}
    finally:
        world.stop()


def _show_storm(where, host, seen):
    print(f"{STORM} names below one suffix, claimed by {STORM_HOSTS[host]} clients at a time "
          f"({host}), all on one server {where}")
    for item, what in (("first", "s until all are back"),
                       ("used", "s of the processor for that"), ("refused", "refused"),
                       ("lookups", "lookups"), ("second", "s when they come again"),
                       ("resident", "MiB in the process, libunbound's caches included")):
        print(f"  {seen[item]:10.2f} {what}")
    # One round: a storm has no repetition.
    show(f"seconds until all are back, {host}", [seen["first"]] * 2, "<= 60", most=60)
    show(f"refused, {host}", [seen["refused"]] * 2, "0", most=0)
    show(f"lookups when they come again, {host}", [seen["more"]] * 2, "0", most=0)
    show(f"octets of our own for each name below a suffix, {host}", [seen["octets"]] * 2,
         "<= 512", most=512)
    show(f"99 % of known ones, among strangers / alone, {host}",
         [seen["among"] / seen["alone"]] * 2)


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


def _near_and_away(stage, measure):
    """What is measured with the server near by, and as if it were further away."""
    relay = Process("distance", [sys.executable, RELAY, AWAY, ADDRESS, str(MILLISECONDS)],
                    stage.path("distance.log"))
    stage.world.stop()
    try:
        near = measure(stage, ADDRESS)
        relay.start()
        away = measure(stage, AWAY)
        relay.kill()
    finally:
        stage.world.knotd.start()
    return near, away


def bench(stage):
    near, away = _near_and_away(stage, _rounds)
    # There is nothing to wait for there: only the work of validation is shared out.
    _show("on loopback", near)
    _show(f"{2 * MILLISECONDS} ms away", away, goal=">= 20", least=20)
    about("names")
    show("octets of our own for each name", [seen["octets"] for seen in near],
         "<= 512", most=512)


def bench_storm(stage):
    def storm(stage, address):
        away = "on loopback" if address == ADDRESS else f"{2 * MILLISECONDS} ms away"
        for host, seen in _storm(stage, address).items():
            _show_storm(away, host, seen)

    _near_and_away(stage, storm)
