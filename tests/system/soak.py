#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Zone transfers in real time: unmodified secondaries, each at its own pace, while keys roll
# and servers come and go. What has to come of each is predicted, and compared.
# ./dev soak MINUTES runs it.

import argparse
import heapq
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time

import asker
from process import Failed
from soak_actor import Tail
from soak_forecast import Forecast
from soak_gauge import Gauge
from soak_ledger import Ledger
from soak_stage import SoakStage
from soak_strangers import ADDRESS as STRANGERS
from soak_strangers import Strangers
from soak_troubles import SERVER_BACK, STARTING, Troubles
from stage import Theatre

POLL, LOOK, MEASURE, REPORT = 0.3, 2, 5, 60


class Clockwork:
    """Runs generators, each of which yields the seconds until it wants to go on."""

    def __init__(self, clock):
        self.clock = clock
        self.due = []
        self.made = 0

    def add(self, generator, after=0):
        self.made += 1
        heapq.heappush(self.due, (self.clock() + after, self.made, generator))

    def run(self, until):
        while self.due and self.due[0][0] < until:
            when, _, generator = self.due[0]
            now = self.clock()
            if when > now:
                time.sleep(when - now)
            heapq.heappop(self.due)
            pause = next(generator, None)
            if pause is not None:
                self.add(generator, pause)


class Soak:
    def __init__(self, theatre, folder, minutes, seed):
        self.clock = time.monotonic
        self.random = random.Random(seed)
        self.minutes = minutes
        self.forecast = Forecast(self.clock)
        self.ledger = Ledger(self.forecast)
        self.stage = SoakStage(theatre, folder)
        self.seed = seed
        self.theatre = theatre

    def begin(self):
        stage = self.stage.begin()
        start = self.forecast.cause("the start", *stage.actors, verdicts=STARTING,
                                    breaks=True)
        self.forecast.over(start, 2 * SERVER_BACK)
        self.guards = list(stage.guards.values())
        self.troubles = Troubles(stage, self.forecast, self.ledger, self.random, self.clock,
                                 self.minutes)
        self.strangers = Strangers(stage, self.troubles, self.seed, self.clock)
        self.strangers.start()
        ours = {"knotd with mod-dance": stage.guards["mod-dance"].server,
                "dance-front": stage.front_server}
        self.gauges = [Gauge(name, server.process, self.clock)
                       for name, server in ours.items()]
        # Two guards, one log.
        self.tails = {guard.server: Tail(guard.server.process.log) for guard in self.guards}
        self.by_address = {actor.server.address: actor for actor in stage.actors.values()}

    def run(self):
        clockwork = Clockwork(self.clock)
        for generator in (self.watch(), self.look(), self.measure(), self.report()):
            clockwork.add(generator)
        for actor in self.stage.actors.values():
            if actor.pace:
                clockwork.add(self.pulls(actor), self.random.uniform(0, actor.pace[0]))
        for generator in self.troubles.all():
            clockwork.add(generator)
        clockwork.run(self.clock() + self.minutes * 60)

    # --- what goes on all the time -----------------------------------------------------

    def pulls(self, actor):
        while True:
            actor.pull(self.random.choice(actor.zones), self.clock(), self.random)
            yield self.random.uniform(*actor.pace)

    def watch(self):
        """Reads what logs and strangers tell."""
        since = self.clock()
        while True:
            for actor in self.stage.actors.values():
                for event in actor.events(self.clock()):
                    self.ledger.attempt(actor, event)
            now = self.clock()
            for server, tail in self.tails.items():
                self._read_guard(server, tail, since, now)
            since = now
            self.ledger.settle(self.clock())
            while not self.strangers.results.empty():
                self.ledger.stranger(*self.strangers.results.get())
            yield POLL

    def _read_guard(self, server, tail, since, now):
        for text in tail.lines():
            line = server.line(text)
            actor = line and self.by_address.get(line.address)
            if actor:
                self.ledger.line(actor, line, since, now)
            elif line and line.done == "allowed" and line.address != STRANGERS:
                self.ledger.allowed_to_nobody(line)

    def look(self):
        """Compares what secondaries serve with what they have to; and whether all run."""
        while True:
            for expectation in list(self.troubles.expectations):
                if self._met(expectation):
                    self.troubles.expectations.remove(expectation)
            for actor in self.stage.actors.values():
                if not actor.down and not actor.server.process.running:
                    raise Failed(f"{actor.label} has ended by itself")
            for guard in self.guards:
                if not guard.down and not (guard.server.process.running
                                           and guard.source.process.running):
                    raise Failed(f"{guard.label} has ended by itself")
            yield LOOK

    def _met(self, expectation):
        """Whether nobody has to look any more."""
        actor, zone = expectation.actor, expectation.zone
        if actor.down:
            return False
        try:
            if asker.ask_udp(actor.server.address, zone).serial >= expectation.serial:
                return True
        except (OSError, struct.error):
            pass
        since = self.forecast.undisturbed_since(actor.depends_for(zone), expectation.since)
        # BIND does not ask a primary for a while that it could not reach.
        if since is None or self.clock() - max(since, actor.skipped_at) < actor.waits:
            return False
        self.ledger.is_late(actor, zone, expectation.serial, self.clock() - since)
        return True

    def measure(self):
        yield MEASURE
        while True:
            for gauge in self.gauges:
                gauge.look()
            yield MEASURE

    def report(self):
        while True:
            yield REPORT
            self.ledger.say(self.ledger.total())

    # --- the end -----------------------------------------------------------------------

    def end(self):
        """Ends everything; returns what was wrong with that."""
        if hasattr(self, "strangers"):
            self.strangers.stop()
        # DNS may be away at the end: then it is back for what is to be withdrawn from it.
        knotd = self.stage.world.knotd
        if knotd.process.running:
            knotd.process.child.send_signal(signal.SIGCONT)
        else:
            knotd.start()
        return self.stage.end()

    def verdicts(self):
        """{what was tried: what is wrong with it, or nothing}."""
        found = {}
        for label, actor in self.stage.actors.items():
            wrong = self.ledger.wrong[label]
            if not wrong and not self.ledger.seen[label]:
                found[label] = "it got nothing at all"
            else:
                found[label] = f"{wrong} unexplained" if wrong else ""
        wrong = self.ledger.wrong["strangers"]
        found["strangers"] = f"{wrong} unexplained" if wrong else (
            "" if self.ledger.seen["strangers"] else "nobody came")
        for gauge in self.gauges:
            found[gauge.name] = "; ".join(gauge.wrong())
        return found


def soak(minutes, seed):
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="dance-") as folder:
        theatre = Theatre(folder)
        soaking = Soak(theatre, os.path.join(folder, "soak"), minutes, seed)
        wrong, verdicts = [], {}
        try:
            soaking.begin()
            soaking.run()
        except (Failed, OSError, subprocess.SubprocessError) as failure:
            wrong.append(f"it had to end early: {failure}")
            for name, lines in soaking.stage.tails().items():
                print(f"--- the end of the log of {name}", *lines[-8:], sep="\n    ")
        finally:
            if hasattr(soaking, "gauges"):
                verdicts = soaking.verdicts()
            try:
                wrong += soaking.end()
            except Failed as failure:
                wrong.append(f"afterwards: {failure}")
            wrong.append(theatre.end())
    verdicts["the servers' ends"] = "; ".join(sentence for sentence in wrong if sentence)
    print(*soaking.ledger.causes(), sep="\n")
    for name, sentence in verdicts.items():
        print(f"FAIL {name}: {sentence}" if sentence else f"ok {name}")
    if hasattr(soaking, "gauges"):
        print("; ".join([soaking.ledger.total()] + [str(g) for g in soaking.gauges]))
    failed = sum(1 for sentence in verdicts.values() if sentence)
    print(f"{len(verdicts) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _told_to_end(number, _frame):
    sys.exit(128 + number)


def main():
    parser = argparse.ArgumentParser(prog="./dev soak", description="zone transfers in "
                                     "real time, each with its outcome predicted")
    parser.add_argument("minutes", type=float)
    parser.add_argument("seed", type=int, nargs="?", default=random.randrange(1 << 32),
                        help="of all that is left to chance; printed if not given")
    options = parser.parse_args()
    if "DANCE_BUILD" not in os.environ:
        parser.error("DANCE_BUILD has to name the build folder; ./dev soak sets it")
    if not 1 <= options.minutes <= 24 * 60:
        parser.error("between one minute and a day, please")
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _told_to_end)
    return soak(options.minutes, options.seed)


if __name__ == "__main__":
    sys.exit(main())
