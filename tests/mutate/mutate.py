#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Breaks the code in one small place, a mutant, and looks whether a test notices; again and again.
# A mutant that no test kills stands for a test that is missing, or changes nothing that anybody can
# see, and is then in equivalent.txt with the reason. ./dev mutate calls it. Its builds are in
# build/SUITE-mutate, and take some minutes the first time.

import argparse
import concurrent.futures
import fcntl
import json
import os
import pathlib
import queue
import random
import sys
import time

sys.dont_write_bytecode = True

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
sys.path += [str(HERE.parent), str(HERE.parent / "proofs")]

import decision_files
import equivalent
import operators
import report
import trial
from check_tests import ELSEWHERE, SYSTEM, FOLDERS, tests_of
from tree import Unbuilt


def sources():
    """The files that hermetic tests reach, and so can be asked for."""
    for folder in ("src", "modules"):
        for path in sorted((REPOSITORY / folder).rglob("*.c")):
            name = path.relative_to(REPOSITORY).as_posix()
            if name not in SYSTEM:
                yield name


def read_names():
    return operators.Names(path.read_text() for folder in ("src", "modules")
                           for path in sorted((REPOSITORY / folder).rglob("*.[ch]")))


def own_tests(name):
    """The names, as meson knows them, of the tests that a source file has of its own."""
    folders = [folder for folder in map(pathlib.PurePath, FOLDERS)
               if pathlib.PurePath(name).is_relative_to(folder)]
    # What adapters share stands in modules/ itself, and has its test like a file of src/.
    paths = [f"tests/test_{pathlib.PurePath(name).stem}.c"]
    if folders:
        folder = max(folders, key=lambda folder: len(folder.parts))
        paths = tests_of(folder, pathlib.PurePath(name))
    paths = [path for path in paths if (REPOSITORY / path).exists()]
    paths += [ELSEWHERE[name]] if name in ELSEWHERE else []
    for path in map(pathlib.PurePath, paths):
        stem = path.stem.removeprefix("test_")
        yield {"tool": f"tool-{stem}", "fuzz": f"fuzz-{stem}"}.get(path.parent.name, stem)
        yield f"tool-{stem.replace('_', '-')}"


def choose(mutants, count, seed):
    """So many of them by chance, those of a decision twice as likely as others."""
    if count is None or count >= len(mutants):
        return mutants
    decision = set(decision_files.read(REPOSITORY))
    chance = random.Random(seed)
    # Each gets a number by chance, which a greater weight makes smaller (Efraimidis, Spirakis).
    drawn = sorted(mutants, key=lambda mutant: chance.expovariate(
        2 if mutant.file in decision else 1))[:count]
    return sorted(drawn, key=lambda mutant: (mutant.file, mutant.start, mutant.new))


def last_survivors(folder, mutants):
    """Those that the last run let live, and that are still there."""
    with open(folder / "mutants.jsonl") as log:
        lines = [json.loads(line) for line in log]
    alive = {tuple(line[key] for key in ("file", "function", "before", "after"))
             for line in lines if line["outcome"] in report.ALIVE}
    return [mutant for mutant in mutants if mutant.key in alive]


def parse():
    parser = argparse.ArgumentParser(
        prog="./dev mutate", description="Breaks the code in small places and looks whether a test "
        "notices. Without FILE, of all files that tests without servers reach.")
    parser.add_argument("--count", type=int, metavar="N",
                        help="so many mutants, by chance (default: all of FILE, 1000 of the tree)")
    parser.add_argument("--seed", type=int, default=1, help="of what is by chance (default: 1)")
    parser.add_argument("--decision", action="store_true", help="of all decision files")
    parser.add_argument("--jobs", type=int, default=1, metavar="J",
                        help="mutants at a time, each in a build of its own (default: 1)")
    parser.add_argument("--budget", type=float, default=20, metavar="S",
                        help="seconds that the tests of a mutant may take together where nothing "
                        "else runs; those that take longest are left out (default: 20)")
    parser.add_argument("--no-asan", action="store_true",
                        help="survivors are not tried with AddressSanitizer")
    parser.add_argument("--proofs", action="store_true",
                        help="survivors are tried with the proofs of their file")
    parser.add_argument("--again", action="store_true",
                        help="only the mutants that the last run let live")
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    parser.add_argument("file", nargs="*", help="such as src/match.c")
    options = parser.parse_args()
    if options.count is not None and options.count < 1:
        parser.error("--count takes a number of mutants")
    known = list(sources())
    if options.decision:
        options.file += [name for name in decision_files.read(REPOSITORY)
                         if name not in options.file]
    for name in options.file:
        if name not in known:
            parser.error(f"{name} is no file that tests without servers reach")
    if not options.file and options.count is None:
        options.count = 1000
    return options, options.file or known


def try_all(mutants, texts, options, folder, listed):
    """Yields each mutant with what became of it, as that is found out."""
    trials, first = queue.SimpleQueue(), None
    for number in range(options.jobs):
        place = trial.Trial(folder / f"tree{number + 1}", REPOSITORY, texts, options, first)
        first = first or place
        trials.put(place)
    by_file = {}
    for mutant in mutants:
        by_file.setdefault(mutant.file, []).append(mutant)

    def of_file(file):
        """One after another, so that only this file is built anew."""
        place = trials.get()
        try:
            owns = list(own_tests(file))
            for mutant in by_file[file]:
                yield_queue.put((mutant, place.judge(mutant, owns, mutant.key in listed)))
            place.restore(file)
        finally:
            trials.put(place)

    yield_queue = queue.SimpleQueue()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        futures = [pool.submit(of_file, file) for file in by_file]
        for future in futures:
            future.add_done_callback(lambda done: yield_queue.put((None, done)))
        left = len(futures)
        while left > 0:
            mutant, result = yield_queue.get()
            if mutant is None:
                left -= 1
                result.result()  # raises what went wrong in there
            else:
                yield mutant, result


def main():
    options, files = parse()
    names = read_names()
    texts = {file: (REPOSITORY / file).read_text() for file in files}
    whole = [mutant for file, text in texts.items()
             for mutant in operators.Mutator(file, text, names).mutants()]
    folder = pathlib.Path(os.environ["DANCE_BUILD"] + "-mutate")
    mutants = choose(last_survivors(folder, whole) if options.again else whole, options.count,
                     options.seed)
    try:
        listed = equivalent.read((HERE / "equivalent.txt").read_text())
    except equivalent.Mistake as mistake:
        print(f"mutate: equivalent.txt: {mistake}")
        return 2
    if options.list:
        for mutant in mutants:
            print(f"{mutant.file}:{mutant.line} {mutant.function} {mutant.kind}\n"
                  f"    - {mutant.before}\n    + {mutant.after}")
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    lock = open(folder / "lock", "w")  # as long as this runs
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"mutate: another ./dev mutate is at work in {folder}")
        return 2
    stale = equivalent.stale(listed, set(files), whole)
    tally = report.Tally(set(decision_files.read(REPOSITORY)))
    print(f"{len(mutants)} of {len(whole)} mutants of {len(files)} files, seed {options.seed}",
          flush=True)
    began = time.monotonic()
    with open(folder / "mutants.jsonl", "w") as log:
        try:
            for mutant, result in try_all(mutants, texts, options, folder, listed):
                tally.add(mutant, result)
                log.write(json.dumps(report.line(mutant, result)) + "\n")
                log.flush()
                report.show(mutant, result)
        except Unbuilt as unbuilt:
            print(f"mutate: the code as it is cannot be built:\n{unbuilt}")
            return 2
    tally.show()
    print(f"{time.monotonic() - began:.0f} s; each mutant is a line of {folder}/mutants.jsonl")
    for key in stale:
        print(f"equivalent.txt, line {listed[key].line}: {key[0]} has no such mutant: {key[3]}")
    return 1 if stale or tally.fails(options.count is None and not options.again) else 0


if __name__ == "__main__":
    sys.exit(main())
