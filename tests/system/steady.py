# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What a permitted client does not notice, and a stranger does not gain by: name servers that go
# and come, slow answers, odd TTLs, a clock that somebody sets, reloads. The same for whatever
# guards a zone: a case brings a function that makes one. How often, and how many zones and
# names, is for the environment to say.

import os
import signal

from process import eventually
from regular import Regular
from slow import Slow
from soak_gauge import Sample
from stage import ZONE
from wall_clock import WallClock

RELOADS = int(os.environ.get("DANCE_RELOADS", 10))
ZONES = int(os.environ.get("DANCE_ZONES", 20))
NAMES = int(os.environ.get("DANCE_NAMES", 20))
SUFFIX = "below.example.org"
HOUR, WEEK = 3600, 7 * 24 * 3600
UNDECIDED = ("failed, not-ready", "failed, timeout", "failed, lookup")
# Connections of clients that are being closed, and what a library opens once.
FILES_MORE = 12


def strangers_get_nothing(stage, guard, name, verdicts=("refused, mismatch",)):
    for certificate in (stage.certificate(), stage.certificate(name)):
        stage.expect("a stranger", verdicts, stage.ask(guard, certificate))


def served(stage, guard, certificate, within=60):
    stage.expect("in the end", "transferred", stage.until(
        "transferred", lambda: stage.ask(guard, certificate), within))


def _permitted(stage, name, ttl):
    certificate = stage.certificate(name)
    stage.publish(name, certificate.tlsa(), ttl=ttl)
    return certificate


# --- name servers that are away -----------------------------------------------------------

def name_servers_go_and_come(stage, make, name):
    world = stage.world.knotd
    peer, brief = _permitted(stage, name, 600), _permitted(stage, f"ns1.{SUFFIX}", 2)
    world.stop()
    try:
        guard = make()
        for certificate in (peer, brief, stage.certificate()):
            stage.expect("away at the start", UNDECIDED, stage.ask(guard, certificate))
    finally:
        world.start()
    served(stage, guard, peer)
    served(stage, guard, brief)
    with Regular(guard.address, peer, ZONE) as regular:
        world.process.child.send_signal(signal.SIGSTOP)
        try:
            _is_undecided(stage, guard, brief)
            regular.more(20)
            strangers_get_nothing(stage, guard, name)
        finally:
            world.process.child.send_signal(signal.SIGCONT)
        served(stage, guard, brief)
        world.stop()
        try:
            _is_undecided(stage, guard, brief)
            regular.more(20)
        finally:
            world.start()
        served(stage, guard, brief)
    regular.check()


def _is_undecided(stage, guard, certificate):
    """Waits until what is known has expired."""
    eventually(lambda: str(stage.ask(guard, certificate)) in UNDECIDED, 30, every=0.5,
               what="a record expires without DNS")


# --- slow answers -------------------------------------------------------------------------

def _behind_a_slow_one(stage, delay):
    slow = Slow(stage.unbound().address, delay)
    stage.servers.append(slow)
    return slow


def answers_are_slow_but_in_time(stage, make, name):
    """A lookup asks some six times, one after the other."""
    peer = _permitted(stage, name, 2)
    slow = _behind_a_slow_one(stage, 0.1)
    guard = make(timeout=5000, resolver=[slow.address])
    served(stage, guard, peer)
    with Regular(guard.address, peer, ZONE) as regular:
        before = slow.passed
        regular.more(40)
        stage.require(slow.passed > before, "nothing was looked up")
    regular.check()
    strangers_get_nothing(stage, guard, name)


def answers_come_too_late(stage, make, name):
    peer, below = _permitted(stage, name, 600), _permitted(stage, f"ns1.{SUFFIX}", 600)
    slow = _behind_a_slow_one(stage, 0.5)
    guard = make(timeout=300, resolver=[slow.address])
    for certificate in (peer, below):
        stage.expect("at first", UNDECIDED, stage.ask(guard, certificate))
    # The lookup goes on without whoever asked.
    for certificate in (peer, below):
        served(stage, guard, certificate)
    with Regular(guard.address, below, ZONE) as regular:
        regular.more(20)
    regular.check()
    strangers_get_nothing(stage, guard, name, ("refused, mismatch", *UNDECIDED))


# --- TTLs ---------------------------------------------------------------------------------

def a_ttl_of_nothing(stage, make, name):
    peer = _permitted(stage, name, 0)
    guard = make()
    served(stage, guard, peer)
    with Regular(guard.address, peer, ZONE, pause=0.05) as regular:
        before = stage.world.queries()
        regular.more(60)
        stage.require(stage.world.queries() > before + 2, "nothing was looked up")
    regular.check()
    stage.withdraw(name)
    stage.expect("withdrawn", "refused, no-tlsa", stage.until(
        "refused, no-tlsa", lambda: stage.ask(guard, peer)))


def a_ttl_of_a_week(stage, make, name):
    old = _permitted(stage, name, WEEK)
    guard = make()
    served(stage, guard, old)
    before = stage.world.queries()
    with Regular(guard.address, old, ZONE) as regular:
        regular.more(20)
    regular.check()
    stage.expect("lookups", str(before), stage.world.queries())
    # RFC 7671 8.1: whoever did not wait for its old record to expire is let in nevertheless.
    served(stage, guard, _permitted(stage, name, WEEK))
    stage.expect("the old key", "refused, mismatch", stage.ask(guard, old))


# --- a clock that is set ------------------------------------------------------------------

def the_clock_is_set(stage, make, name):
    wall = WallClock(stage.path("wall"))
    stage.servers.append(wall)
    peer, gone = _permitted(stage, name, 2), _permitted(stage, f"ns1.{SUFFIX}", 2)
    guard = make(start=False)
    guard.process.env = wall.environment(guard.process.env)
    guard.start()
    # What was in a cache a moment ago is not good for an hour more.
    served(stage, guard, gone)
    wall.set(-HOUR)
    stage.withdraw(f"ns1.{SUFFIX}")
    stage.expect("withdrawn", "refused, no-tlsa", stage.until(
        "refused, no-tlsa", lambda: stage.ask(guard, gone)))
    served(stage, guard, peer)
    with Regular(guard.address, peer, ZONE) as regular:
        for ahead in (0, 24 * HOUR, -HOUR, 3 * HOUR):
            wall.set(ahead)
            regular.more(20)
            strangers_get_nothing(stage, guard, name)
    regular.check()


# --- reloads ------------------------------------------------------------------------------

def reloads_lose_nobody_and_leak_nothing(stage, guard, name, vary):
    """vary: changes the guard's configuration, or not, and lets it read that again."""
    with Regular(guard.address, stage.known, ZONE, pause=0.02) as first, \
            Regular(guard.address, stage.known, ZONE, pause=0.3) as second:
        first.more(5)
        for number in range(3):
            vary(number)
        samples = [Sample(guard.process.child.pid)]
        for number in range(RELOADS):
            vary(number)
            first.more(1)
            if (number + 1) % max(RELOADS // 4, 1) == 0:
                samples.append(Sample(guard.process.child.pid))
        second.more(1)
        strangers_get_nothing(stage, guard, name)
        _has_settled(guard, samples[0])
    first.check()
    second.check()
    print(f"| {RELOADS} reloads of {guard.name}: RSS "
          f"{' '.join(str(sample.rss) for sample in samples)} KB, "
          f"descriptors {' '.join(str(sample.files) for sample in samples)}, "
          f"threads {' '.join(str(sample.threads) for sample in samples)}")


def _has_settled(guard, before):
    """Descriptors and threads are as many as they were, once what is over has been closed."""
    def look():
        now = Sample(guard.process.child.pid)
        return now.files <= before.files + FILES_MORE and now.threads <= before.threads + 2
    eventually(look, 30, every=0.5, what=f"{guard.name} has {before.files} descriptors and "
               f"{before.threads} threads again")
