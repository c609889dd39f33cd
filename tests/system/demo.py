#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The main job, live, for someone who sees it for the first time: a DNS of its own, a
# primary with mod-dance or behind dance-front, real secondaries. Tells each step with the
# command an operator would use, and ends with a table of what was to be seen and what was.

import argparse
import inspect
import os
import shutil
import signal
import sys
import tempfile
import textwrap
import traceback

import cases_demo_devices
import cases_main
import demo_front
import demo_mail
from process import Failed, run
from stage import Stage, Theatre, title
from world import ADDRESS, TTL

WIDTH = 90
DEMOS = {"knot": cases_main, "front": demo_front, "mail": demo_mail,
         "devices": cases_demo_devices}
BOUND = 60


class Pen:
    """Writes to the terminal, in colour if it is one."""

    CODES = {"title": "1", "command": "36", "log": "2", "good": "32", "bad": "1;31"}

    def __init__(self, out):
        self.out = out
        self.colour = out.isatty() and "NO_COLOR" not in os.environ

    def paint(self, style, text):
        return f"\033[{self.CODES[style]}m{text}\033[0m" if self.colour else text

    def write(self, text="", style=None):
        print(self.paint(style, text) if style else text, file=self.out, flush=True)


class Shown:
    """What makes a stage tell what happens and collect what was seen, right or wrong."""

    def __init__(self, theatre, folder, pen, rows):
        super().__init__(theatre, folder)
        self.pen = pen
        self.rows = rows
        self.last = None

    def say(self, text, *commands):
        if (text, commands) == self.last:
            return
        self.last = (text, commands)
        self.pen.write(textwrap.fill(text, WIDTH, initial_indent="  ",
                                     subsequent_indent="  "))
        for command in commands:
            self.pen.write(f"    $ {command}", "command")

    def publish(self, owner, *records, ttl=TTL):
        super().publish(owner, *records, ttl=ttl)
        answer = run("kdig", f"@{ADDRESS}", "+noall", "+answer", owner, "TLSA").stdout
        for line in answer.splitlines():
            self.pen.write("    " + " ".join(line.split()))

    def set_up(self, text, *lines):
        self.say(text)
        for line in lines:
            self.pen.write("      " + line, "command")

    def show(self, line):
        self.pen.write("    | " + line.text, "log")

    def expect(self, what, expected, seen):
        allowed = expected if isinstance(expected, tuple) else (expected,)
        self.record(what, " or ".join(allowed), str(seen), str(seen) in allowed)

    def require(self, truth, sentence):
        if not truth:
            self.record("also", "nothing else", sentence, False)

    def record(self, what, expected, seen, good):
        self.rows.append((what, expected, seen, good))
        mark = self.pen.paint("good", "as expected") if good \
            else self.pen.paint("bad", f"expected: {expected}")
        self.pen.write(f"  => {what}: {seen}  [{mark}]")
        self.last = None


def kind_of(module):
    """The kind of stage that the cases of a file need, as one that tells."""
    return type("ShownStage", (Shown, getattr(module, "STAGE", Stage)), {})


def show(case, stage):
    """Plays one case; what goes wrong beyond what it expects is a row as well."""
    signal.alarm(getattr(case, "bound", BOUND))
    try:
        case(stage)
    except Failed as failure:
        stage.record(title(case), "no failure", str(failure), False)
    except Exception as error:
        traceback.print_exc()
        stage.record(title(case), "no failure", repr(error), False)
    finally:
        signal.alarm(0)
        for sentence in stage.end():
            stage.record(title(case), "a good end", sentence, False)


def sentence(case):
    text = title(case)
    return text[0].upper() + text[1:]


def cases_of(module):
    found = [function for name, function in inspect.getmembers(module, inspect.isfunction)
             if function.__module__ == module.__name__ and not name.startswith("_")]
    return sorted(found, key=lambda function: function.__code__.co_firstlineno)


def table(pen, rows):
    heads = ("case", "expected", "seen")
    widths = [max(len(row[i]) for row in [heads] + rows) for i in range(3)]
    pen.write("  ".join(head.ljust(width) for head, width in zip(heads, widths)), "title")
    for *cells, good in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths))
        pen.write(line.rstrip() + ("" if good else "  <-- NOT as expected"),
                  "good" if good else "bad")


def perform(module, pen):
    rows = []
    with tempfile.TemporaryDirectory(prefix="dance-demo-") as folder:
        pen.write("A DNS of its own on loopback: a signed root, TLDs, zones.", "title")
        theatre = Theatre(folder)
        where = getattr(module, "WHERE", "The primary is at 127.0.0.10.")
        pen.write(f"  All on {ADDRESS}, TLSA records with a TTL of {TTL} s. {where}")
        try:
            for number, case in enumerate(cases_of(module), 1):
                pen.write()
                pen.write(f"{number}. {sentence(case)}", "title")
                stage = os.path.join(folder, str(number))
                show(case, kind_of(module)(theatre, stage, pen, rows))
                shutil.rmtree(os.path.join(folder, str(number)))
        finally:
            theatre.end()
    pen.write()
    table(pen, rows)
    return rows


def interrupted(number, _frame):
    if number == signal.SIGALRM:
        raise Failed("took too long")
    sys.exit(128 + number)


def main():
    parser = argparse.ArgumentParser(description="what mod-dance, dance-front and dance-ask do, live")
    parser.add_argument("name", nargs="?", default="knot", choices=DEMOS)
    options = parser.parse_args()
    if "DANCE_BUILD" not in os.environ:
        parser.error("DANCE_BUILD has to name the build folder; ./dev demo sets it")
    for number in (signal.SIGALRM, signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupted)
    rows = perform(DEMOS[options.name], Pen(sys.stdout))
    bad = sum(not good for *_, good in rows)
    print(f"\n{len(rows) - bad} as expected, {bad} not")
    return 1 if bad or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
