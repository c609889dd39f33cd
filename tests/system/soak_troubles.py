# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What happens in a soak: zones change, keys roll, records go and come, servers are reloaded
# and killed, DNS is away or slow, the trust anchor's file breaks, a clock is set. Says to the
# forecast what of it is a cause of what. Each kind is a generator that yields the seconds until it
# wants to go on.

import signal

from soak_stage import PATIENCE, TIMED, TTL, ZONE
from steady import WEEK

# What is surely gone when a TTL has ended: clocks of DNS count whole seconds.
SLACK = 3
# What comes back within: a record, once its absence has been seen; the names of a guard
# that has started; lookups, after servers were silent, for resolvers ask those less and
# less often; a secondary, and what is behind a guard.
RECORD_BACK, GUARD_BACK, LOOKUPS_BACK, SERVER_BACK = 8, 6, 25, 6
# With a TTL of a week nobody waits for its end: a new key is looked for when it has been refused,
# and counts when its owner comes again.
KEY_FOUND = 20
# The verdicts that each may lead to; no other reason is explained by it.
NO_RECORD = ("no-tlsa", "mismatch")
NO_LOOKUP = ("lookup", "timeout", "not-ready")
STARTING = ("timeout", "not-ready")


class Expectation:
    """That a secondary serves a serial."""

    def __init__(self, actor, zone, serial, since):
        self.actor = actor
        self.zone = zone
        self.serial = serial
        self.since = since


class Troubles:
    def __init__(self, stage, forecast, ledger, random, clock, minutes):
        self.stage = stage
        self.forecast = forecast
        self.ledger = ledger
        self.random = random
        self.clock = clock
        self.began = clock()
        self.seconds = minutes * 60
        self.slowness = min(max(minutes / 3, 1), 5)
        self.expectations = []
        self.withdrawn = []
        self.busy = set()
        self.dns_users = 0
        self.dns_closing = False

    def all(self):
        """Every generator that there is."""
        for guard in self.stage.guards.values():
            yield self.changes(guard, ZONE, 8, 20)
            yield self.changes(guard, TIMED, 25, 45)
        yield self.rolls()
        yield self.rolls()
        yield self.records()
        yield self.lookups()
        yield self.servers()
        yield self.wall_clock()

    def _pause(self, least, most):
        return self.random.uniform(least, most) * self.slowness

    def _free_actor(self, wanted=lambda actor: True):
        """One to whom nothing else is being done."""
        actor = self.random.choice([actor for actor in self.stage.actors.values()
                                    if actor.label not in self.busy and wanted(actor)])
        self.busy.add(actor.label)
        return actor

    # What needs DNS to be there begins only while nobody wants to take it away.
    def _enter(self):
        while self.dns_closing:
            yield 1
        self.dns_users += 1

    def _leave(self):
        self.dns_users -= 1

    # --- zones -------------------------------------------------------------------------

    def changes(self, guard, zone, least, most):
        while True:
            yield self.random.uniform(least, most)
            if guard.down:
                continue
            serial = guard.change(zone)
            for actor in self.stage.actors.values():
                if actor.guard is guard and actor.waits and zone in actor.zones:
                    self.expectations.append(
                        Expectation(actor, zone, serial, self.clock()))

    # --- keys and records --------------------------------------------------------------

    def rolls(self):
        """RFC 7671 8.1: the next record beside the old one, two TTLs, the next key. Who has a TTL
        of a week does not wait so long."""
        while True:
            yield self._pause(2, 12)
            yield from self._enter()
            actor = self._free_actor()
            old, new = actor.certificate, self.stage.certificate_for(actor.label)
            self.stage.world.publish(actor.name, old.tlsa(), new.tlsa(), ttl=actor.ttl)
            yield 2 * TTL + 1
            self.ledger.say(f"{actor.label} shows its next key")
            actor.certificate = new
            if actor.ttl == WEEK:
                self.forecast.over(self.forecast.cause(
                    "its next key comes early", actor.label, verdicts=("mismatch",)), KEY_FOUND)
            if actor.change_key(new):
                yield from self._restart(actor, "restarted for its key", actor.server.stop)
            yield 3
            self.stage.world.publish(actor.name, new.tlsa(), ttl=actor.ttl)
            if actor.ttl != WEEK:
                self.withdrawn.append((self.clock() + TTL + SLACK, old, actor))
            self.busy.discard(actor.label)
            self._leave()

    def records(self):
        """The record of one goes, and comes back."""
        while True:
            yield self._pause(1, 15)
            yield from self._enter()
            actor = self._free_actor(lambda actor: actor.pace and actor.pace[0] < 8
                                     and actor.ttl != WEEK)
            self.ledger.say(f"the record of {actor.label} goes")
            self.stage.world.withdraw(actor.name)
            cause = self.forecast.cause("its record is gone", f"records of {actor.label}",
                                        must_after=TTL + SLACK, verdicts=NO_RECORD)
            yield TTL + SLACK + self.random.uniform(10, 25)
            self.stage.world.publish(actor.name, actor.certificate.tlsa(), ttl=actor.ttl)
            self.forecast.over(cause, RECORD_BACK)
            self.ledger.say(f"the record of {actor.label} is back")
            yield RECORD_BACK
            self.busy.discard(actor.label)
            self._leave()

    # --- DNS ---------------------------------------------------------------------------

    def lookups(self):
        """DNS is away, silent or gone: for a moment that records outlast, then for longer; or
        slow. Or the trust anchor's file breaks."""
        knotd = self.stage.world.knotd
        silent = (lambda: knotd.process.child.send_signal(signal.SIGSTOP),
                  lambda: knotd.process.child.send_signal(signal.SIGCONT))
        gone = (knotd.stop, knotd.start)
        while True:
            troubles = [[self._moment(*silent), self._long_absence(*silent)],
                        [self._moment(*gone), self._long_absence(*gone)],
                        [self._slow(*silent)], [self._anchor()]]
            self.random.shuffle(troubles)
            for trouble in troubles:
                for part in trouble:
                    yield self._pause(4, 14)
                    yield from self._close_dns()
                    yield from part
                    self.dns_closing = False

    def _moment(self, away, back):
        """Which records outlast, but those that are good for one transfer."""
        cause = self.forecast.cause("DNS is away for a moment", "lookups at once",
                                    verdicts=NO_LOOKUP)
        away()
        yield TTL / 10
        back()
        self.forecast.over(cause, LOOKUPS_BACK)

    def _close_dns(self):
        self.dns_closing = True
        while self.dns_users:
            yield 0.5

    def _long_absence(self, away, back):
        self.ledger.say("DNS goes away")
        away()
        causes = [self.forecast.cause("DNS is away", "lookups on demand", "lookups at once",
                                      must_after=TTL + SLACK, verdicts=NO_LOOKUP),
                  # A name that is listed has been looked up within 3/4 of its TTL.
                  self.forecast.cause("DNS is away", "lookups", after=TTL / 4 - 1,
                                      must_after=TTL + SLACK, verdicts=NO_LOOKUP)]
        yield TTL + SLACK + self.random.uniform(6, 20)
        back()
        for cause in causes:
            self.forecast.over(cause, LOOKUPS_BACK)
        self.ledger.say("DNS is back")
        yield LOOKUPS_BACK

    def _slow(self, away, back):
        """Answers come late; what is listed is looked up early enough for that."""
        self.ledger.say("DNS is slow")
        cause = self.forecast.cause("DNS is slow", "lookups on demand", "lookups at once",
                                    verdicts=NO_LOOKUP)
        for _ in range(20):
            away()
            yield 0.3
            back()
            yield 0.3
        self.forecast.over(cause, LOOKUPS_BACK)
        self.ledger.say("DNS is not slow any more")

    def _anchor(self):
        """The file of the trust anchor breaks, is gone, has one more key: whatever it is,
        nobody may feel it. Who starts meanwhile would: nobody does while DNS is closed."""
        world = self.stage.world
        with open(world.trust_anchor, encoding="ascii") as file:
            text = file.read()
        more = f"{text}. DS 1 13 2 {'0' * 64}\n"
        for broken in ("", None, more, text[:-10], more, text):
            self.ledger.say("the trust anchor's file is gone" if broken is None else
                            f"the trust anchor's file has {len(broken)} octets")
            world.put_anchor(broken)
            yield self.random.uniform(3, 5)

    # --- a clock -----------------------------------------------------------------------

    def wall_clock(self):
        """Somebody sets the clock of dance-front, which nobody may feel."""
        while True:
            yield self._pause(8, 20)
            ahead = self.random.choice((-3600, 0, 3600, 12 * 3600))
            self.ledger.say(f"the clock of dance-front is {ahead} s ahead")
            self.stage.wall.set(ahead)

    # --- servers -----------------------------------------------------------------------

    def servers(self):
        """Reloads and kills. What is ours is killed in the first part only, so that its
        memory can be compared over the rest."""
        primary, front = self.stage.guards["mod-dance"], self.stage.front_server
        behind = list(self.stage.guards)[1:]
        while True:
            acts = [self._reload_module(primary.server), self._reload_front(front),
                    self._kill_secondary(), self._kill_secondary(),
                    self._kill_behind(self.stage.guards[self.random.choice(behind)])]
            if self.clock() - self.began < 0.4 * self.seconds:
                acts += [self._kill_guards([primary]),
                         self._kill_guards([self.stage.guards[name] for name in behind])]
            self.random.shuffle(acts)
            for act in acts:
                yield self._pause(2, 10)
                yield from act

    def _reload_module(self, server):
        yield from self._enter()
        self._vary(server.sections["mod-dance"][0])
        self.ledger.say("the primary is reloaded")
        server.reload()
        yield 1
        self._leave()

    @staticmethod
    def _vary(options):
        """Makes a reload of one that changes something."""
        options["timeout"] = 2 * PATIENCE + 100 - options["timeout"]

    def _reload_front(self, server):
        yield from self._enter()
        self._vary(server.sections["dns"])
        self.ledger.say("dance-front is reloaded")
        server.reload()
        yield 1
        self._leave()

    def _kill_guards(self, guards):
        yield from self._enter()
        server = guards[0].server
        yield from self._kill(server, guards, [guard.label for guard in guards],
                              GUARD_BACK, STARTING)
        yield GUARD_BACK
        self._leave()

    def _kill_behind(self, guard):
        yield from self._kill(guard.source, [guard], [f"behind {guard.label}"],
                              SERVER_BACK)

    def _kill(self, server, guards, whom, recovery, verdicts=()):
        self.ledger.say(f"{server.name} is killed")
        cause = self.forecast.cause(f"{server.name} was killed", *whom, must_after=0.5,
                                    verdicts=verdicts, breaks=True)
        for guard in guards:
            guard.down = True
        server.kill()
        yield self.random.uniform(2, 8)
        server.start()
        for guard in guards:
            guard.down = False
        self.forecast.over(cause, recovery)
        self.ledger.say(f"{server.name} is back")

    def _kill_secondary(self):
        actor = self._free_actor()
        yield from self._restart(actor, "was killed", actor.server.kill)
        self.busy.discard(actor.label)

    def _restart(self, actor, why, end):
        self.ledger.say(f"{actor.label} {why}")
        cause = self.forecast.cause(f"{actor.label} {why}", actor.label, breaks=True)
        actor.down = True
        wrong = end()
        if wrong:
            self.ledger.fault(actor.label, wrong)
        yield self.random.uniform(0.5, 4)
        actor.pulled.clear()
        actor.start()
        self.forecast.over(cause, SERVER_BACK)
