#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Runs the cases, each a function of a file cases_*.py, each within its own bound of time,
# on one world. Says of each whether it held, and lastly how many did.

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

from process import Failed
from stage import Stage, Theatre, title

FOLDER = os.path.dirname(os.path.abspath(__file__))
BOUND = 30


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
    """{sentence: function}, in the order of the files."""
    found = {}
    for path in sorted(glob.glob(os.path.join(FOLDER, "cases_*.py"))):
        module = importlib.import_module(os.path.basename(path)[:-3])
        if subset not in (None, subset_of(module)):
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
    sys.exit(128 + number)


def play(function, stage):
    """Runs one case to its end; returns what is wrong, or nothing."""
    wrong, details = [], ""
    signal.alarm(getattr(function, "bound", BOUND))
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


def run_all(selected, verbose):
    """Runs cases; returns how many failed."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="dance-") as folder:
        theatre = Theatre(folder)
        file = None
        try:
            for number, (sentence, function) in enumerate(selected.items()):
                if function.__module__ != file:
                    theatre.end_shared()
                file = function.__module__
                if verbose:
                    print(f"... {sentence}", flush=True)
                stage = stage_for(function, theatre,
                                  os.path.join(folder, f"case{number}"), verbose)
                began = time.monotonic()
                wrong = play(function, stage)
                took = f" ({time.monotonic() - began:.1f} s)" if verbose else ""
                print(f"FAIL {sentence}: {'; '.join(wrong)}" if wrong
                      else f"ok {sentence}{took}", flush=True)
                failed += bool(wrong)
                stage.clear()
        finally:
            wrong = theatre.end()
        if wrong:
            print(f"FAIL what cases share: {wrong}")
            failed += 1
        for table in theatre.tables.values():
            print(*table.lines(), sep="\n")
    return failed


def main():
    parser = argparse.ArgumentParser(description="ours and real servers on loopback")
    parser.add_argument("subset", nargs="?", choices=["knot", "front", "ask"],
                        help="only the cases of mod-dance, of dance-front or of dance-ask")
    parser.add_argument("-k", metavar="PATTERN", default="", help="only such cases")
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
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _told_to_end)
    failed = run_all(selected, options.v)
    print(f"{max(len(selected) - failed, 0)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
