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

# So many are told in full; a fault that hits every second transfer need not be told 1,000 times.
TOLD_EACH = 12


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
        self._judge(actor.label, granted, prediction, event.text)

    def line(self, actor, line, now):
        """What a guard says of one question of an actor; what it refuses, the actor's own
        log tells as well."""
        if line.done != "allowed":
            return
        prediction = self.forecast.predict(actor.depends_at_guard, now - 1, now)
        self._judge(actor.label, True, prediction, line.text)
        if line.client.rstrip(".").lower() != actor.name:
            self.unexplained_permissions += 1
            self.fault(actor.label, f"permitted as {line.client}: {line.text}")

    def stranger(self, who, granted, text):
        self.strange += 1
        self.seen["strangers"] += not granted
        self._judge("strangers", granted, Prediction("refused"), f"{who}: {text}")

    def is_late(self, actor, zone, serial, after):
        self.late += 1
        self.fault(actor.label, f"does not serve serial {serial} of {zone}, "
                                f"{after:.0f} s after everything was in order")

    def total(self):
        return (f"{self.transfers} transfers, {self.refused} refused or failed "
                f"({self.either} attempts at a time when either could be), "
                f"{self.strange} attempts of strangers, "
                f"{self.unexplained_refusals} unexplained refusals, "
                f"{self.unexplained_permissions} unexplained permissions, "
                f"{self.late} late")
