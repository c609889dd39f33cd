# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A copy of the project that may be broken, built three ways: as it is, with the sanitizers, and to
# count which lines a test reaches. Knows how meson and ninja are called and what tests there are;
# not what a mutant is. The working tree and its builds are never written to.

import concurrent.futures
import hashlib
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import time

NOT_COPIED = (".git", "build")
BUILDS = {
    "plain": ["-Doptimization=0", "-Ddebug=false"],
    "asan": ["-Doptimization=1", "-Ddebug=false", "-Db_sanitize=address,undefined"],
    "reach": ["-Doptimization=0", "-Ddebug=false", "-Db_coverage=true"],
}
# Tests of scripts and documents, which no mutant of a C file breaks.
NO_TESTS = ("bench-", "html-", "mutate-", "proofs-", "vectors-generate")
FEWER = {"DANCE_DIFFERENTIAL_CASES": "600", "DANCE_THREADS_MS": "100",
         "DANCE_FAILURES_STEP": "7"}
SANITIZED = {
    "ASAN_OPTIONS": "detect_leaks=1:halt_on_error=1:abort_on_error=1:allocator_may_return_null=1",
    "UBSAN_OPTIONS": "halt_on_error=1:abort_on_error=1",
}
MEMORY = 4 << 30  # octets for a test; with AddressSanitizer none are counted
FILE_SIZE = 256 << 20
SECONDS_MAX = 120  # that a test may take as it is, on a machine that does other things too
PASSED, FAILED, TIMEOUT = "passed", "failed", "timeout"


class Unbuilt(Exception):
    """What is to be tested does not build."""


def update(source, target):
    """Makes one file as another, and leaves one alone that is so already."""
    content = source.read_bytes()
    if not target.exists() or target.read_bytes() != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        shutil.copymode(source, target)


def files_below(root):
    for path in sorted(root.iterdir()):
        if path.is_dir() and path.name not in NOT_COPIED:
            yield from (p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
        elif path.is_file() and path.name not in NOT_COPIED:
            yield path


class Test:
    """One of meson's tests in one of the builds."""

    def __init__(self, about, targets, folder):
        self.name, self.command = about["name"], about["cmd"]
        self.environment, self.workdir = about["env"], about["workdir"]
        wanted = [targets[key] for key in about["depends"] if key in targets]
        wanted += [self.command[0]] + [word for word in self.command[1:]
                                       if word.startswith(str(folder) + "/")]
        inside = [os.path.relpath(path, folder) for path in wanted]
        self.targets = [path for path in inside if not path.startswith("..")]
        self.seconds = 0.0  # that it takes, once measured


class Build:
    """One build of the copy."""

    def __init__(self, tree, folder, kind, jobs):
        self.tree, self.folder, self.kind, self.jobs = tree, folder, kind, jobs
        if not (folder / "build.ninja").exists():
            self.call(["meson", "setup", *BUILDS[kind], str(folder), str(tree)])
        self.ninja(["build.ninja"])
        self.tests = self.read_tests()

    @staticmethod
    def call(command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", check=False)
        if done.returncode != 0:
            raise Unbuilt(done.stdout)
        return done.stdout

    def ninja(self, targets):
        self.call(["ninja", "-C", str(self.folder), "-j", str(self.jobs), *targets])

    def introspect(self, what):
        return json.loads(self.call(["meson", "introspect", f"--{what}", str(self.folder)]))

    def read_tests(self):
        targets = {target["id"]: target["filename"][0] for target in self.introspect("targets")}
        tests = [Test(about, targets, self.folder) for about in self.introspect("tests")]
        return {test.name: test for test in tests if not test.name.startswith(NO_TESTS)}

    def build(self, tests):
        self.ninja(sorted({target for test in tests for target in test.targets}))

    def run(self, test, timeout, more=()):
        """How a test ends, and in how many seconds."""
        environment = {**os.environ, **FEWER, **test.environment, **dict(more)}
        sanitized = self.kind == "asan"
        if sanitized:
            environment.update(SANITIZED)

        def bound():
            os.setsid()
            resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            if not sanitized:
                resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

        began = time.monotonic()
        process = subprocess.Popen(test.command, cwd=test.workdir or self.folder, env=environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, preexec_fn=bound)
        try:
            status = process.wait(timeout)
            outcome = PASSED if status in (0, 77) else FAILED
        except subprocess.TimeoutExpired:
            outcome = TIMEOUT
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        return outcome, time.monotonic() - began

    def take(self, other):
        """The tests that pass, and their times, of another build of the same."""
        self.tests = {name: test for name, test in self.tests.items() if name in other.tests}
        for name, test in self.tests.items():
            test.seconds = other.tests[name].seconds

    def digest(self, test):
        """Of the programs and scripts that a test is made of."""
        total = hashlib.sha256()
        for path in [self.folder / target for target in test.targets] + test.command:
            if os.path.isfile(path):
                total.update(pathlib.Path(path).read_bytes())
        return total.hexdigest()

    def measure(self, tests, place):
        """Builds and runs tests as they are, unless that was done with the same programs. Drops
        those that do not pass, and returns their names."""
        self.build([self.tests[name] for name in tests])
        known = json.loads(place.read_text()) if place.exists() else {}

        def look(name):
            digest = self.digest(self.tests[name])
            before = known.get(name, {})
            if before.get("digest") == digest and before["outcome"] == PASSED:
                return before
            outcome, seconds = self.run(self.tests[name], SECONDS_MAX)
            return {"digest": digest, "outcome": outcome, "seconds": seconds}

        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            known.update(zip(tests, pool.map(look, tests)))
        wrong = [name for name in tests if known[name]["outcome"] != PASSED]
        for name in tests:
            self.tests[name].seconds = known[name]["seconds"]
        for name in wrong:
            del self.tests[name]
        place.write_text(json.dumps(known))
        return wrong


class Reach:
    """Which lines of which file each test reaches: {test: {file: [line]}}, and, for a line that no
    code is at by itself, which lines there are at all: {file: [line]}."""

    def __init__(self, build, place):
        self.build, self.place = build, place
        self.known = json.loads(place.read_text()) if place.exists() else {}
        self.lines, self.all = {}, {}

    def update(self, tests):
        """Runs the tests whose programs are not those that were run before."""
        self.build.build(self.build.tests.values())

        def look(name):
            test = self.build.tests[name]
            digest = self.build.digest(test)
            if self.known.get(name, {}).get("digest") == digest:
                return self.known[name]
            return {"digest": digest, **self.look(test)}

        names = [name for name in tests if name in self.build.tests]
        fresh = {}
        with concurrent.futures.ThreadPoolExecutor(self.build.jobs) as pool:
            for name, found in zip(names, pool.map(look, names)):
                fresh[name] = found
                if len(fresh) % 50 == 0:  # what was found is kept if this is ended
                    self.place.write_text(json.dumps({**self.known, **fresh}))
        self.known = fresh
        self.place.write_text(json.dumps(fresh))
        for name, found in fresh.items():
            self.lines[name] = {file: set(reached) for file, reached in found["reached"].items()}
            for file, lines in found["lines"].items():
                self.all.setdefault(file, set()).update(lines)

    def look(self, test):
        folder = self.place.parent / "gcda" / test.name
        shutil.rmtree(folder, ignore_errors=True)
        self.build.run(test, SECONDS_MAX, {"GCOV_PREFIX": str(folder)}.items())
        counts = [path for path in folder.rglob("*.gcda")] if folder.exists() else []
        for path in counts:
            note = pathlib.Path("/") / path.relative_to(folder).with_suffix(".gcno")
            if note.exists():
                path.with_suffix(".gcno").symlink_to(note)
        reached, lines = {}, {}
        if counts:
            output = subprocess.run(["gcov", "--json-format", "--stdout", *map(str, counts)],
                                    cwd=folder, stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL, check=False).stdout
            for line in output.splitlines():
                self.add(json.loads(line), reached, lines)
        return {"reached": {file: sorted(found) for file, found in reached.items()},
                "lines": {file: sorted(found) for file, found in lines.items()}}

    def add(self, report, reached, lines):
        for about in report["files"]:
            path = pathlib.Path(report["current_working_directory"], about["file"])
            path = pathlib.Path(os.path.normpath(self.build.folder / path))
            if not path.is_relative_to(self.build.tree):
                continue
            file = path.relative_to(self.build.tree).as_posix()
            if not file.startswith(("src/", "modules/")) or not file.endswith(".c"):
                continue
            for line in about["lines"]:
                lines.setdefault(file, set()).add(line["line_number"])
                if line["count"] > 0:
                    reached.setdefault(file, set()).add(line["line_number"])

    def tests(self, file, first, last, function):
        """The names of the tests that reach a line from first to last; where no code is at these,
        a line of the function (first and last line of that)."""
        wanted = set(range(first, last + 1))
        if not wanted & self.all.get(file, set()):
            wanted = set(range(function[0], function[1] + 1))
        return [name for name, found in self.lines.items() if wanted & found.get(file, set())]
