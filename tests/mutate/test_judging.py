#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What is said to be equivalent, how mutants are chosen, and which scores are too low.

import contextlib
import io
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import decision_files
import equivalent
import mutate
import operators
import report
import trial

TEXT = """# A comment.
src/x.c f
- if (a < 2) {
+ if (a <= 2) {
+ if (a < 3) {
  a is never
  2.

src/y.c g
- return 1;
+ return 2; [2]
  The sign alone counts.
"""


def mutants(file="src/x.c", text="void f(int a)\n{\n\tif (a < 2) {\n\t}\n}\n"):
    return operators.Mutator(file, text, operators.Names([])).mutants()


class Equivalent(unittest.TestCase):
    def test_entries_are_read(self):
        found = equivalent.read(TEXT)
        self.assertEqual(len(found), 3)
        entry = found["src/x.c", "f", "if (a < 2) {", "if (a < 3) {"]
        self.assertEqual((entry.reason, entry.line), ("a is never 2.", 2))
        self.assertIn(("src/y.c", "g", "return 1;", "return 2; [2]"), found)

    def test_what_cannot_be_read_is_refused(self):
        for text in ("src/x.c\n- a\n+ b\n  why\n", "src/x.c f\n- a\n+ b\n",
                     "src/x.c f\n- a\n  why\n", "src/x.c f\n+ b\n  why\n",
                     "src/x.c f\n- a\n- a\n+ b\n  why\n", "src/x.c f\n- a\n+ b\n  why\nwhat\n",
                     TEXT + "\n" + TEXT):
            with self.assertRaises(equivalent.Mistake, msg=text):
                equivalent.read(text)

    def test_a_line_may_move_and_not_change(self):
        listed = equivalent.read(TEXT)
        moved = mutants(text="\n\n\nvoid f(int a)\n{\n\tg();\n\tif (a < 2) {\n\t}\n}\n")
        self.assertEqual({m.key for m in mutants()} & set(listed),
                         {m.key for m in moved} & set(listed))
        self.assertEqual(len({m.key for m in moved} & set(listed)), 2)
        other = mutants(text="void f(int a)\n{\n\tif (b < 2) {\n\t}\n}\n")
        self.assertEqual({m.key for m in other} & set(listed), set())

    def test_entries_that_no_longer_apply_are_found(self):
        listed = equivalent.read(TEXT)
        self.assertEqual(equivalent.stale(listed, {"src/x.c"}, mutants()), [])
        self.assertEqual(equivalent.stale(listed, {"src/y.c"}, mutants()),
                         [("src/y.c", "g", "return 1;", "return 2; [2]")])
        self.assertEqual(len(equivalent.stale(listed, {"src/x.c"}, [])), 2)

    def test_the_list_is_of_mutants_that_there_are(self):
        listed = equivalent.read((HERE / "equivalent.txt").read_text())
        names = mutate.read_names()
        files = {key[0] for key in listed}
        made = [mutant for file in files for mutant in operators.Mutator(
            file, (mutate.REPOSITORY / file).read_text(), names).mutants()]
        self.assertEqual(equivalent.stale(listed, files, made), [])


class Choice(unittest.TestCase):
    def test_the_seed_says_which(self):
        whole = mutants()
        self.assertEqual(mutate.choose(whole, None, 1), whole)
        self.assertEqual(mutate.choose(whole, 2, 7), mutate.choose(whole, 2, 7))
        self.assertEqual(len(mutate.choose(whole, 2, 7)), 2)
        self.assertGreater(len({tuple(mutate.choose(whole, 2, seed)) for seed in range(40)}), 1)

    def test_a_file_has_its_own_tests(self):
        for name, own in (("src/match.c", "match"), ("src/tool/key.c", "tool-key"),
                          ("modules/knot/ctx.c", "knot_failures"),
                          ("modules/openssl/clientid.c", "openssl_clientid"),
                          ("modules/front/conf/mode.c", "front_conf_mode"),
                          ("modules/shared_context.c", "shared_context")):
            self.assertIn(own, list(mutate.own_tests(name)))
        for name in mutate.sources():
            list(mutate.own_tests(name))  # of each it can be told

    def test_the_decision_files_are_there(self):
        self.assertIn("src/match.c", decision_files.read(mutate.REPOSITORY))
        self.assertLessEqual(set(decision_files.read(mutate.REPOSITORY)), set(mutate.sources()))


class Scores(unittest.TestCase):
    def tally(self, file, **outcomes):
        tally = report.Tally({"src/x.c"})
        mutant = mutants(file)[0]
        for outcome, count in outcomes.items():
            for _ in range(count):
                tally.add(mutant, trial.Result(outcome))
        return tally

    def fails(self, tally, whole=True):
        with contextlib.redirect_stdout(io.StringIO()):
            return tally.fails(whole)

    def test_what_counts(self):
        score = self.tally("src/x.c", killed=90, sanitizer=3, proof=2, equivalent=5, survived=4,
                           unreached=1, uncompiled=7).files["src/x.c"]
        self.assertEqual((score.made, score.compiled, score.killed), (112, 105, 95))
        self.assertAlmostEqual(score.raw, 100 * 95 / 105)
        self.assertEqual(score.without_equivalents, 95)

    def test_what_is_promised(self):
        self.assertFalse(self.fails(self.tally("src/x.c", killed=95, survived=5)))
        self.assertTrue(self.fails(self.tally("src/x.c", killed=94, survived=6)))
        self.assertTrue(self.fails(self.tally("src/x.c", killed=94, unreached=6)))
        self.assertFalse(self.fails(self.tally("src/y.c", killed=90, survived=10)))
        self.assertTrue(self.fails(self.tally("src/y.c", killed=89, survived=11)))

    def test_few_mutants_say_nothing_of_one_file(self):
        tally = self.tally("src/x.c", killed=9, survived=1)
        tally.decision = {"src/x.c", "src/z.c"}
        tally.files["src/z.c"] = self.tally("src/x.c", killed=90).files["src/x.c"]
        self.assertTrue(self.fails(tally, True))
        self.assertFalse(self.fails(tally, False))

    def test_an_equivalent_that_a_test_notices_is_a_mistake(self):
        tally = self.tally("src/x.c", killed=100)
        tally.add(mutants()[0], trial.Result("killed", "x", "failed", mistaken=True))
        self.assertTrue(self.fails(tally))


if __name__ == "__main__":
    unittest.main()
