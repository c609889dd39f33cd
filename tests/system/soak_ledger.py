# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Compares what came of attempts with what was predicted, and counts. It does not know how
# attempts are made or seen.

import collections
import sys
import time

from soak_actor import CURRENT, GRANTED, SKIPPED
from soak_forecast import EITHER, Prediction

# So many are told in full: what hits every second transfer need not be told 1,000 times.
TOLD_EACH = 12
# Within so many seconds a secondary's log tells of what a guard's has.
UNTOLD = 5


class Ledger:
    def __init__(self, forecast, out=sys.stdout):
        self.forecast = forecast
        self.out = out
        self.transfers = 0
        self.refused = 0
        self.either = 0
        self.strange = 0
        self.unexplained_refusals = 0
        self.unexplained_permissions = 0
        self.late = 0
        self.wrong = collections.Counter()
        self.told = collections.Counter()
        self.kinds = collections.Counter()
        self.why = collections.defaultdict(collections.Counter)
        self.longest = collections.defaultdict(float)
        self.refusals = []
        self.ends = collections.defaultdict(list)
        self.seen = collections.Counter()

    def say(self, text):
        print(f"{time.strftime('%H:%M:%S')} {text}", file=self.out, flush=True)

    def fault(self, who, what):
        self.wrong[who] += 1
        if self.wrong[who] <= TOLD_EACH:
            self.say(f"UNEXPLAINED {who}: {what}")
        elif self.wrong[who] == TOLD_EACH + 1:
            self.say(f"UNEXPLAINED {who}: and more of them, which are only counted")

    def _judge(self, who, granted, prediction, text):
        if prediction.allows(granted):
            return
        if granted:
            self.unexplained_permissions += 1
        else:
            self.unexplained_refusals += 1
        done = "permitted" if granted else "refused"
        self.fault(who, f"{done}, predicted {prediction}: {text}")

    def attempt(self, actor, event):
        """What a secondary says of one."""
        if event.outcome == SKIPPED:
            return
        granted = event.outcome in (GRANTED, CURRENT)
        prediction = self.forecast.predict(actor.depends_for(event.zone), event.begin,
                                           event.end)
        # Whether it is up to date is told to anybody by a primary that does not guard SOA.
        if event.outcome == CURRENT and not actor.guard.guards_soa:
            if not prediction.allows(True):
                return
        self.seen[actor.label] += granted
        self.transfers += event.outcome == GRANTED
        self.refused += not granted
        self.either += prediction.outcome == EITHER
        if not granted:
            self.ends[actor.label].append(event.end)
            self._note_aftermath(prediction, event)
        self._judge(actor.label, granted, prediction, event.text)
        if not granted and prediction.causes and not event.answered and not any(
                cause.breaks for cause in prediction.causes):
            self.unexplained_refusals += 1
            self.fault(actor.label, f"no answer, predicted {prediction}: {event.text}")

    def _note_aftermath(self, prediction, event):
        """How long after the end of what caused it somebody was refused."""
        for cause in prediction.causes:
            if cause.until is not None and len(prediction.causes) == 1:
                self.longest[cause.name] = max(self.longest[cause.name],
                                               event.end - cause.until)

    def line(self, actor, line, since, now):
        """What a guard says of one question of an actor, put between two times."""
        prediction = self.forecast.predict(actor.depends_at_guard, since - 1, now)
        if line.done != "allowed":
            self._refusal(actor, line, prediction, now)
            return
        self.kinds[line.type] += 1
        self._judge(actor.label, True, prediction, line.text)
        if line.client.rstrip(".").lower() != actor.name:
            self.unexplained_permissions += 1
            self.fault(actor.label, f"permitted as {line.client}: {line.text}")

    def _refusal(self, actor, line, prediction, now):
        """Its reason has to be one of what is in force, and the actor has to tell of it."""
        for cause in prediction.causes:
            self.why[cause.name][line.verdict] += 1
        if prediction.causes and not any(line.verdict in cause.verdicts
                                         for cause in prediction.causes):
            self.unexplained_refusals += 1
            self.fault(actor.label, f"refused for another reason than {prediction}: "
                                    f"{line.text}")
        elif not prediction.causes:
            self.told[actor.label] += 1
            if self.told[actor.label] <= TOLD_EACH:
                self.say(f"the guard of {actor.label}: {line.text}")
            self.refusals.append((now, actor, line))

    def settle(self, now):
        """Refusals by guards that nothing explains and of which nobody's log has told."""
        while self.refusals and self.refusals[0][0] < now - UNTOLD:
            when, actor, line = self.refusals.pop(0)
            if not any(abs(end - when) < UNTOLD for end in self.ends[actor.label]):
                self.unexplained_refusals += 1
                self.fault(actor.label, f"refused, it says nothing of that: {line.text}")
        for ends in self.ends.values():
            while ends and ends[0] < now - 2 * UNTOLD:
                ends.pop(0)

    def causes(self):
        """What was in force, with what it has led to; to judge by whether it explains too
        much."""
        for name, count in sorted(self.forecast.begun.items()):
            verdicts = ", ".join(f"{verdict} {times}" for verdict, times
                                 in sorted(self.why[name].items()))
            yield (f"{name}: {count} times; refused at most {self.longest[name]:.1f} s after "
                   f"its end{'; ' if verdicts else ''}{verdicts}")

    def allowed_to_nobody(self, line):
        """What a guard says of somebody who is none of the secondaries."""
        self.unexplained_permissions += 1
        self.fault("strangers", f"permitted, and nobody knows who it is: {line.text}")

    def stranger(self, who, granted, text):
        self.strange += 1
        self.seen["strangers"] += not granted
        self._judge("strangers", granted, Prediction("refused"), f"{who}: {text}")

    def is_late(self, actor, zone, serial, after):
        self.late += 1
        self.fault(actor.label, f"does not serve serial {serial} of {zone}, "
                                f"{after:.0f} s after everything was in order")
        if self.wrong[actor.label] == 1:
            for line in actor.server.tail(12):
                self.say(f"    {line}")

    def total(self):
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kinds.items()))
        return (f"{self.transfers} transfers (allowed: {kinds}), "
                f"{self.refused} refused or failed "
                f"({self.either} attempts at a time when either could be), "
                f"{self.strange} attempts of strangers, "
                f"{self.unexplained_refusals} unexplained refusals, "
                f"{self.unexplained_permissions} unexplained permissions, "
                f"{self.late} late")
