# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Rounds of contenders in turn, and rows of what came of them, as bench.c prints them.

import os
import statistics

ROUNDS = int(os.environ.get("DANCE_BENCH_ROUNDS", "21"))


def spread(values):
    """The middle half of the rounds lies between these."""
    low, _, high = statistics.quantiles(values, n=4)
    return f"({low:.2f} .. {high:.2f})"


def show(what, values, goal=None, least=None, most=None, value=None):
    """A row, as bench.c prints it: the median unless there is a better value, and then
    the spread of the rounds."""
    value = statistics.median(values) if value is None else value
    met = (least is None or value >= least) and (most is None or value <= most)
    verdict = "" if goal is None else "met" if met else "MISSED"
    print(f"  {what:<58} {value:7.2f}   {goal or '':<10} {verdict:<6} {spread(values)}",
          flush=True)


def race(contenders, measure):
    """All in turn, round after round, each first as often as last."""
    for contender in contenders:
        measure(contender)  # warm
        contender.rounds = []
    for number in range(ROUNDS):
        order = contenders if number % 2 == 0 else contenders[::-1]
        for contender in order:
            contender.rounds.append(measure(contender))


def ratios(above, below, item):
    return [one[item] / other[item] for one, other in zip(above.rounds, below.rounds)]
