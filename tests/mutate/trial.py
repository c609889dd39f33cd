# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What becomes of one mutant: the tests that reach it, the quickest and likeliest first, until one
# notices; then the same with the sanitizers; then the proofs of its file. Knows nothing of how
# mutants are made or counted.

import contextlib
import dataclasses
import io
import os

import tree

FIRST_BATCH, BATCH_GROWS = 1, 3  # tests that are linked together
QUICK = 2.0  # seconds that tests may take to look at what is said to be equivalent


@dataclasses.dataclass
class Result:
    """`outcome` is one of: uncompiled, killed, sanitizer, proof, equivalent, survived, unreached."""
    outcome: str
    by: str = ""         # the test or proof that noticed
    how: str = ""        # failed or timeout
    mistaken: bool = False  # it is said to be equivalent, and is not
    tests: int = 0       # that were run


class Trial:
    """A place to try mutants in, one at a time: a copy of the tree and its builds."""

    def __init__(self, folder, repository, texts, options, known=None):
        """`texts` are those of the files that will be broken; `known`: another place, with the same
        tree, where the tests were measured."""
        self.folder, self.repository = folder, repository
        self.texts, self.options = texts, options
        self.tree = folder / "tree"
        self.jobs = min(2, os.cpu_count() or 1)
        self.kills = {}      # (file, test): how many mutants it killed
        self.copy()
        self.plain = tree.Build(self.tree, folder / "plain", "plain", self.jobs)
        if known is not None:
            self.plain.take(known.plain)
            self.reach = known.reach
        else:
            self.measure()
        self.asan = None
        self.measured = set()

    def measure(self):
        """How long each test takes, and what it reaches."""
        self.tell("unit tests as they are", self.plain.measure(
            list(self.plain.tests), self.folder / "plain.json"))
        self.reach = tree.Reach(tree.Build(self.tree, self.folder / "reach", "reach", self.jobs),
                                self.folder / "reach.json")
        self.reach.update(list(self.plain.tests))

    @staticmethod
    def tell(what, wrong):
        if wrong:
            print(f"mutate: {what} do not pass, and are left out: {' '.join(wrong)}", flush=True)

    def copy(self):
        """Makes the copy as the tree is now."""
        wanted = set()
        for path in tree.files_below(self.repository):
            name = path.relative_to(self.repository)
            wanted.add(name)
            tree.update(path, self.tree / name)
        for file in self.texts:
            self.restore(file)
        for path in list(self.tree.rglob("*")):
            if path.is_file() and path.relative_to(self.tree) not in wanted:
                path.unlink()
        shared, beside = self.repository.parent / "shared", self.folder / "shared"
        if shared.is_dir() and not beside.is_symlink():
            beside.symlink_to(shared)

    def restore(self, file):
        if (self.tree / file).read_text() != self.texts[file]:
            (self.tree / file).write_text(self.texts[file])

    def judge(self, mutant, owns, listed):
        """`owns` are the names of the file's own tests; `listed`: it is said to be equivalent."""
        text = self.texts[mutant.file]
        (self.tree / mutant.file).write_text(mutant.applied(text))
        tests = self.order(mutant, self.names(mutant, text), owns)
        if not tests:
            return Result("equivalent" if listed else "unreached")
        tests = self.within(tests, QUICK if listed else self.options.budget)
        try:
            result = self.try_tests(self.plain, mutant, tests)
        except tree.Unbuilt:
            return Result("uncompiled")
        if result is not None:
            return dataclasses.replace(result, mistaken=listed)
        if listed:
            return Result("equivalent", tests=len(tests))
        result = self.sanitize(mutant, tests) or self.prove(mutant)
        return result or Result("survived", tests=len(tests))

    def names(self, mutant, text):
        """The names of the tests that reach it."""
        first, last = mutant.line, mutant.line + text.count("\n", mutant.start, mutant.end)
        return self.reach.tests(mutant.file, first, last, mutant.function_lines)

    def order(self, mutant, names, owns):
        tests = [self.plain.tests[name] for name in names if name in self.plain.tests]
        return sorted(tests, key=lambda test: (
            test.name not in owns, -self.kills.get((mutant.file, test.name), 0), test.seconds))

    @staticmethod
    def within(tests, seconds):
        """The first ones, those that take longest left out, that take so many seconds together."""
        chosen, total = set(), 0.0
        for test in sorted(tests, key=lambda test: test.seconds):
            total += test.seconds
            if chosen and total > seconds:
                break
            chosen.add(test.name)
        return [test for test in tests if test.name in chosen]

    def try_tests(self, build, mutant, tests):
        """The test that notices; None if none does. Few are linked as long as one may notice."""
        done, size = 0, FIRST_BATCH
        while done < len(tests):
            batch = tests[done:done + size]
            build.build(batch)
            for number, test in enumerate(batch, 1):
                outcome, _ = build.run(test, 6 + 8 * test.seconds)
                if outcome != tree.PASSED:
                    key = mutant.file, test.name
                    self.kills[key] = self.kills.get(key, 0) + 1
                    return Result("killed", test.name, outcome, tests=done + number)
            done += len(batch)
            size *= BATCH_GROWS
        return None

    def sanitize(self, mutant, tests):
        if self.options.no_asan:
            return None
        if self.asan is None:
            self.asan = tree.Build(self.tree, self.folder / "asan", "asan", self.jobs)
        mutated = (self.tree / mutant.file).read_text()
        chosen = [test.name for test in self.quickest_sanitized(tests)]
        fresh = [name for name in chosen if name in self.asan.tests and name not in self.measured]
        if fresh:
            self.restore(mutant.file)
            self.tell("tests with the sanitizers",
                      self.asan.measure(fresh, self.folder / "asan.json"))
            self.measured.update(fresh)
            (self.tree / mutant.file).write_text(mutated)
        result = self.try_tests(self.asan, mutant, [self.asan.tests[name] for name in chosen
                                                    if name in self.asan.tests])
        return result and dataclasses.replace(result, outcome="sanitizer")

    @staticmethod
    def quickest_sanitized(tests):
        """They take several times as long, and see what they see in the first test that gets there
        more often than not."""
        return [test for test in tests if test.seconds < 2][:16]

    def prove(self, mutant):
        """The proofs of this file that hold without it, all of which were run before."""
        if not self.options.proofs:
            return None
        import run as proofs  # of tests/proofs
        proofs.REPOSITORY = self.tree
        known, _ = proofs.read_all()
        for proof in known.values():
            # A model stands beside the sources, and does not read them.
            if not isinstance(proof, proofs.header.Proof) or mutant.file not in proof.sources:
                continue
            with contextlib.redirect_stdout(io.StringIO()):
                fault, _ = proofs.Run(proof, proof.says, proofs.judge_wrong, wrong=None)()
            if fault is None:
                return Result("proof", proof.name, tree.FAILED)
        return None
