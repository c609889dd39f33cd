# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What has to come of a transfer at a certain time: granted, refused, or, while a named
# cause is in force, either. It knows causes and times only; it sees no server and no log.

import collections

# Nobody asks any more for times so long ago.
FORGET = 600
GRANTED, REFUSED, EITHER = "granted", "refused", "either"


class Cause:
    """Why somebody may, or must, be refused.

        begin       must           until        end
          | may fail | certain to fail |  may fail |

    Each is a time, or None as long as it is not known. Nothing is certain with no `must`."""

    def __init__(self, name, whom, begin, must=None, verdicts=(), breaks=False):
        """verdicts: those with which a guard may refuse because of it; breaks: whether
        connections may fail as well."""
        self.name = name
        self.breaks = breaks
        self.whom = frozenset(whom)
        self.verdicts = frozenset(verdicts)
        self.begin = begin
        self.must = must
        self.until = None
        self.end = None

    def over(self, now, recovery):
        """It is over; what it led to may last for so long."""
        self.until = now
        # If it would have begun only now, nobody has felt anything.
        self.end = self.begin if self.begin >= now else now + recovery

    def touches(self, begin, end):
        if self.end == self.begin:
            return False
        return self.begin <= end and (self.end is None or begin < self.end)

    def certain(self, begin, end):
        return (self.must is not None and self.must <= begin
                and (self.until is None or end < self.until))


class Prediction:
    def __init__(self, outcome, causes=()):
        self.outcome = outcome
        self.causes = list(causes)

    def __str__(self):
        names = ", ".join(sorted({cause.name for cause in self.causes}))
        return f"{self.outcome} ({names})" if names else self.outcome

    def allows(self, granted):
        """Whether an outcome is as predicted."""
        return self.outcome == EITHER or (self.outcome == GRANTED) == granted


class Forecast:
    def __init__(self, clock):
        self.clock = clock
        self.causes = []
        self.begun = collections.Counter()

    def cause(self, name, *whom, after=0, must_after=None, verdicts=(), breaks=False):
        """From so many seconds from now on; whom: whatever actors depend on."""
        now = self.clock()
        self.causes = [cause for cause in self.causes
                       if cause.end is None or cause.end > now - FORGET]
        self.begun[name] += 1
        made = Cause(name, whom, now + after,
                     None if must_after is None else now + must_after, verdicts,
                     breaks)
        self.causes.append(made)
        return made

    def over(self, cause, recovery):
        cause.over(self.clock(), recovery)

    def touching(self, depends, begin, end):
        """The causes in force at some time between the two for who depends on these."""
        return [cause for cause in self.causes
                if cause.whom & set(depends) and cause.touches(begin, end)]

    def predict(self, depends, begin, end):
        """Of an attempt that began and ended at these times."""
        causes = self.touching(depends, begin, end)
        certain = [cause for cause in causes if cause.certain(begin, end)]
        if certain:
            return Prediction(REFUSED, certain)
        return Prediction(EITHER if causes else GRANTED, causes)

    def undisturbed_since(self, depends, since):
        """When the last of what has been in force since then was over, or `since`; None if
        something still is."""
        now = self.clock()
        ends = [cause.end for cause in self.touching(depends, since, now)]
        if any(end is None or end > now for end in ends):
            return None
        return max([since] + ends)
