#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Whether what ./dev soak predicts is what it has to be, without servers and with a clock of
# its own. Usage: check_forecast.py

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "system"))

from soak_forecast import Forecast  # noqa: E402


class Clock:
    now = 0

    def __call__(self):
        return self.now


def forecast():
    """A record that goes at 100, is surely gone from 120 on, is back at 150 and seen by all at
    160; and somebody is away from 200 on."""
    clock = Clock()
    made = Forecast(clock)
    clock.now = 100
    record = made.cause("record", "a", must_after=20, verdicts=["no-tlsa"])
    clock.now = 150
    made.over(record, 10)
    clock.now = 170
    brief = made.cause("brief", "a", after=5)
    clock.now = 172
    made.over(brief, 10)
    clock.now = 200
    made.cause("away", "b", must_after=0)
    clock.now = 210
    return made


# who it depends on, begin, end, prediction
CASES = [
    ({"a"}, 90, 99, "granted"),
    ({"a"}, 98, 101, "either (record)"),
    ({"a"}, 110, 121, "either (record)"),
    ({"a"}, 120, 121, "refused (record)"),
    ({"a"}, 140, 149, "refused (record)"),
    ({"a"}, 140, 151, "either (record)"),
    ({"a"}, 159, 165, "either (record)"),
    ({"a"}, 160, 165, "granted"),
    ({"a"}, 171, 177, "granted"),
    ({"b"}, 120, 121, "granted"),
    ({"b"}, 199, 201, "either (away)"),
    ({"a", "b"}, 205, 206, "refused (away)"),
    (set(), 205, 206, "granted"),
]
# since when nothing is in the way, of what began at a time
UNDISTURBED = [({"a"}, 90, 160), ({"a"}, 161, 161), ({"b"}, 90, None), ({"b"}, 205, None)]
# prediction, whether it came to be granted, whether that is as predicted
JUDGED = [(98, 99, True, True), (98, 99, False, False), (120, 121, True, False),
          (120, 121, False, True), (110, 111, True, True), (110, 111, False, True)]


def main():
    made = forecast()
    wrong = [f"{sorted(who)} from {begin} to {end}: {made.predict(who, begin, end)}, "
             f"expected {expected}" for who, begin, end, expected in CASES
             if str(made.predict(who, begin, end)) != expected]
    wrong += [f"{sorted(who)} since {since}: {made.undisturbed_since(who, since)}, "
              f"expected {expected}" for who, since, expected in UNDISTURBED
              if made.undisturbed_since(who, since) != expected]
    wrong += [f"from {begin} to {end}, granted {granted}: judged wrongly"
              for begin, end, granted, right in JUDGED
              if made.predict({"a"}, begin, end).allows(granted) != right]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
