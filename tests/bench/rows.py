# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Rounds of contenders in turn, and rows of what came of them: a row is a line to read, and an
# object in a file for programs if there is one. Knows what a goal is and what a run with
# these rows ends with, not what is measured.

import datetime
import functools
import json
import os
import platform
import re
import statistics
import subprocess

ROUNDS = int(os.environ.get("DANCE_BENCH_ROUNDS", "21"))
FILE = "DANCE_BENCH_ROWS"  # names the file, if there is one
MET, MISSED, UNMEASURED = 0, 1, 2  # what a run ends with
PACKAGES = ("bind9", "gcc", "haproxy", "knot", "libgnutls28-dev", "libssl-dev", "libunbound-dev",
            "liburcu-dev", "nsd", "pdns-server")

_about = [""]


def about(text):
    """What the rows from here on are about: a part of the whole."""
    _about[0] = text


def bounds(goal):
    """The least and the most that a goal allows: ">= 0.98" or "<= 2.5"."""
    match = re.fullmatch(r"([<>])= (\d+(?:\.\d+)?)", goal)
    if not match:
        raise ValueError(f"'{goal}' is not a goal: it must be '>= NUMBER' or '<= NUMBER'")
    number = float(match[2])
    return (number, None) if match[1] == ">" else (None, number)


def spread(values):
    """The middle half of the rounds lies between these."""
    if len(values) < 2:
        return values[0], values[0]
    low, _, high = statistics.quantiles(values, n=4)
    return low, high


def show(what, values, goal=None, least=None, most=None, value=None):
    """A row: the median unless there is a better value, and then the spread of the rounds.
    The goal says what is allowed, unless least or most does."""
    value = statistics.median(values) if value is None else value
    low, high = spread(values)
    met = None
    if goal is not None:
        if least is None and most is None:
            least, most = bounds(goal)
        met = (least is None or value >= least) and (most is None or value <= most)
    verdict = {None: "", True: "met", False: "MISSED"}[met]
    print(f"  {what:<58} {value:7.2f}   {goal or '':<10} {verdict:<6} "
          f"({low:.2f} .. {high:.2f})", flush=True)
    _write({"row": what, "about": _about[0], "ratio": value, "spread": [low, high],
            "rounds": len(values), "goal": goal, "met": met})


def relay(line):
    """Shows what a program in C says: each of its lines that is an object is a row."""
    if not line.startswith("{"):
        print(line, end="", flush=True)
        return
    row = json.loads(line)
    about(row["about"])
    show(row["row"], row["values"], row["goal"])


# --- the file -----------------------------------------------------------------------------


def _write(row):
    if FILE in os.environ:
        with open(os.environ[FILE], "a", encoding="utf-8") as file:
            file.write(json.dumps({**row, **circumstances(),
                                   "date": _now().isoformat(timespec="seconds")}) + "\n")


def _now():
    return datetime.datetime.now(datetime.timezone.utc)


@functools.cache
def circumstances():
    """The processors, and the versions of what is measured."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = re.findall(r"^model name\s*: (.*)", file.read(), re.M)
    said = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *PACKAGES],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          check=False).stdout
    return {"cpu": f"{os.cpu_count()} x {models[0] if models else platform.machine()}",
            "versions": {"linux": platform.release(),
                         **dict(line.split(" ", 1) for line in said.splitlines())}}


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def conclude(path, broken):
    """Says which goals a run has missed; returns its status. broken: what could not be
    measured."""
    judged = [row for row in read(path) if row["met"] is not None]
    missed = [row for row in judged if not row["met"]]
    for row in missed:
        print(f"missed: {row['about']}: {row['row']}: {row['ratio']:.2f}, not {row['goal']}")
    for what in broken:
        print(f"not measured: {what}")
    if not judged:
        print("not measured: any goal")
    print(f"{len(judged) - len(missed)} goals met, {len(missed)} missed; {path}")
    if broken or not judged:
        return UNMEASURED
    return MISSED if missed else MET


# --- rounds -------------------------------------------------------------------------------


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
