#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Runs the cases, each a function of a file cases_*.py, each within its own bound of time.
# Says of each whether it held, and lastly how many did. How several are played at once is
# up to crew.py.

import argparse
import glob
import importlib
import inspect
import os
import re
import signal
import sys
import tempfile
import time
import traceback

import crew
from process import PATIENCE, Failed
from stage import Stage, Theatre, title

FOLDER = os.path.dirname(os.path.abspath(__file__))
ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
SLOWEST = 10
BUILT = ["knot", "front", "ask"]


class Narrated:
    """What a stage does as well for who wants to be told."""

    def say(self, text, *commands):
        print("   ", text)
        for command in commands:
            print("      $", command)

    def show(self, line):
        print("      |", line.text)


def subset_of(module):
    return getattr(module, "SUBSET", "knot")


def cases(subset, pattern):
    """{sentence: function}, in the order of the files; None: of all subsets that need a build."""
    wanted, found = [subset] if subset else BUILT, {}
    for path in sorted(glob.glob(os.path.join(FOLDER, "cases_*.py"))):
        module = importlib.import_module(os.path.basename(path)[:-3])
        if subset_of(module) not in wanted:
            continue
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith("_"):
                continue
            sentence = title(function)
            if re.search(pattern, sentence, re.IGNORECASE) or re.search(pattern, name):
                found[sentence] = function
    return dict(sorted(found.items(), key=lambda item: _place(item[1])))


def _place(function):
    """Where it stands; what was not written one by one says so itself."""
    line = getattr(function, "place", function.__code__.co_firstlineno)
    return function.__code__.co_filename, line


def stage_for(function, theatre, folder, verbose):
    """A stage of the kind that the cases of its file need."""
    kind = getattr(sys.modules[function.__module__], "STAGE", Stage)
    if verbose:
        kind = type(kind.__name__, (Narrated, kind), {})
    return kind(theatre, folder)


def _too_long(_signal, _frame):
    raise Failed("took too long")


def _told_to_end(number, _frame):
    for other in ENDING:
        signal.signal(other, signal.SIG_IGN)  # once is enough: what is there is to be tidied up
    sys.exit(128 + number)


def play(function, stage):
    """Runs one case to its end; returns what is wrong, or nothing."""
    wrong, details = [], ""
    signal.alarm(PATIENCE * crew.bound(function))
    try:
        function(stage)
    except Failed as failure:
        wrong.append(str(failure))
    except Exception as error:
        wrong.append(f"{type(error).__name__}: {error}")
        details = traceback.format_exc()
    finally:
        signal.alarm(0)
        tails = stage.tails()
        try:
            wrong += stage.end()
        except Failed as failure:
            wrong.append(f"afterwards: {failure}")
    if wrong:
        print(details, end="")
        for name, lines in tails.items():
            print(f"--- the end of the log of {name}", *lines, sep="\n    ")
    return wrong


class Company:
    """Plays one case after another in one world."""

    def __init__(self, folder, verbose):
        self.folder = folder
        self.verbose = verbose
        self.theatre = Theatre(folder)
        self.file = None
        self.played = 0

    def perform(self, sentence, function):
        """Plays one and says what came of it; returns whether it held, and the seconds."""
        if function.__module__ != self.file:
            self.theatre.end_shared()
        self.file = function.__module__
        if self.verbose:
            print(f"... {sentence}", flush=True)
        stage = stage_for(function, self.theatre,
                          os.path.join(self.folder, f"case{self.played}"), self.verbose)
        self.played += 1
        began = time.monotonic()
        wrong = play(function, stage)
        took = time.monotonic() - began
        shown = f" ({took:.1f} s)" if self.verbose else ""
        print(f"FAIL {sentence}: {'; '.join(wrong)}" if wrong else f"ok {sentence}{shown}",
              flush=True)
        stage.clear()
        return not wrong, took

    def end(self):
        return self.theatre.end()


def run_all(selected, verbose, jobs):
    """Runs cases; returns how many failed, and {sentence: seconds}."""
    if jobs > 1:
        return crew.play_apart(selected, jobs, lambda folder: Company(folder, verbose))
    failed, took = 0, {}
    with tempfile.TemporaryDirectory(prefix="dance-") as folder:
        company = Company(folder, verbose)
        try:
            for sentence, function in selected.items():
                good, took[sentence] = company.perform(sentence, function)
                failed += not good
        finally:
            wrong = company.end()
        if wrong:
            print(f"FAIL what cases share: {wrong}")
            failed += 1
        crew.show_tables([company.theatre.tables])
    return failed, took


def tell_slowest(took, verbose, path):
    slowest = sorted(took, key=took.get, reverse=True)
    if verbose:
        print("The slowest:")
        for sentence in slowest[:SLOWEST]:
            print(f"  {took[sentence]:6.1f} s  {sentence}")
    if path:
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(f"{took[sentence]:.1f} {sentence}\n" for sentence in slowest)


def main():
    parser = argparse.ArgumentParser(description="ours and real servers on loopback")
    parser.add_argument("subset", nargs="?", choices=[*BUILT, "packages", "upgrade"],
                        help="only the cases of mod-dance, of dance-front or of dance-ask; or "
                             "those of what is installed, with DANCE_BUILD empty")
    parser.add_argument("-k", metavar="PATTERN", default="", help="only such cases")
    parser.add_argument("-j", metavar="JOBS", type=int, default=1,
                        help="play so many at once, each in a network and a world of its own")
    parser.add_argument("-t", metavar="FILE", help="write how long each took, to a file")
    parser.add_argument("-l", action="store_true", help="only list them")
    parser.add_argument("-v", action="store_true", help="tell what happens")
    options = parser.parse_args()
    if "DANCE_BUILD" not in os.environ:
        parser.error("DANCE_BUILD has to name the build folder; ./dev run sets it")
    selected = cases(options.subset, options.k)
    if not selected:
        parser.error(f"no case is like '{options.k}'; -l lists them")
    if options.l:
        print(*selected, sep="\n")
        return 0
    signal.signal(signal.SIGALRM, _too_long)
    for number in ENDING:
        signal.signal(number, _told_to_end)
    failed, took = run_all(selected, options.v, min(options.j, len(selected)))
    tell_slowest(took, options.v, options.t)
    print(f"{max(len(selected) - failed, 0)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
