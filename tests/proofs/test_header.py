#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What the headers of proofs and models may say, which runs follow, and what counts as passed.
# Proves nothing.

import re
import unittest

import header
import model
import run

LICENCE = " * SPDX-License-Identifier: BSD-2-Clause\n * Copyright (c) 2026 The dance authors\n *\n"
GOOD = {"Says": "it holds", "Sources": "src/a.c src/b.c", "Contracts": "none",
        "Assumes": "nothing.", "Limit": "60 s"}
END = "void harness(void)\n{\n\tend_of_proof();\n}\n"


def text_of(entries, end=END):
    lines = "\n".join(f" * {key}: {value}" for key, value in entries.items())
    return "/*" + LICENCE.removeprefix(" *") + lines + " */\n" + end


def proof_of(**changed):
    entries = {key: value for key, value in {**GOOD, **changed}.items() if value is not None}
    return header.Proof("x", text_of(entries))


def wrong_of(name="x-broken", **changed):
    entries = {"File": "src/a.c", "Says": "it is broken", "Cost": "cheap", **changed}
    lines = LICENCE.replace(" *", "#") + "".join(f"# {key}: {value}\n"
                                                 for key, value in entries.items() if value)
    return header.Wrong(name, lines + "s/a/b/\n")


def model_of(body="", **changed):
    entries = {key: GOOD[key] for key in header.MODEL_KEYS} | changed
    return header.Model("x", text_of(entries, body))


class Headers(unittest.TestCase):
    def test_a_proof_is_read(self):
        proof = proof_of(Unwind="6 a.0:3 b.1:4", Without="--conversion-check (it narrows)",
                         Sources="none",
                         Edit="src/a.c 's/(a) b/c/'")
        self.assertEqual("it holds", proof.says)
        self.assertEqual([], proof.sources)
        self.assertEqual(["--unwind", "6", "--unwindset", "a.0:3,b.1:4"], proof.unwind)
        self.assertEqual(["--conversion-check"], proof.without)
        self.assertEqual(["src/a.c", "s/(a) b/c/"], proof.edit)
        self.assertEqual(60, proof.limit)
        proof = proof_of()
        self.assertEqual(["src/a.c", "src/b.c"], proof.sources)
        self.assertEqual(([], [], None), (proof.unwind, proof.without, proof.edit))

    def test_a_line_goes_on(self):
        self.assertEqual("it holds and goes on", proof_of(Says="it holds\n *   and goes on").says)

    def test_what_is_missing_or_unknown_is_told(self):
        for key in GOOD:
            with self.assertRaisesRegex(header.Mistake, f"'{key}' is missing"):
                proof_of(**{key: None})
        with self.assertRaisesRegex(header.Mistake, "'Bound' is no key"):
            proof_of(Bound="4")
        with self.assertRaisesRegex(header.Mistake, "'Says' is there twice"):
            proof_of(Says="one\n * Says: two")

    def test_what_a_key_cannot_hold_is_told(self):
        for changed in ({"Limit": "60"}, {"Limit": "0 s"}, {"Unwind": "six"},
                        {"Unwind": "a.0:b"}, {"Edit": "src/a.c"}, {"Edit": "src/a.c 's/a/b/"},
                        {"Without": "--conversion-check"}):
            with self.assertRaises(header.Mistake):
                proof_of(**changed)

    def test_a_proof_has_an_end(self):
        with self.assertRaisesRegex(header.Mistake, "end_of_proof"):
            header.Proof("x", text_of(GOOD, "void harness(void)\n{\n}\n"))

    def test_a_wrong_source_is_read(self):
        wrong = wrong_of()
        self.assertEqual(("x", "src/a.c", "it is broken", "cheap"),
                         (wrong.proof, wrong.file, wrong.says, wrong.cost))
        with self.assertRaisesRegex(header.Mistake, "neither cheap nor dear"):
            wrong_of(Cost="free")
        with self.assertRaisesRegex(header.Mistake, "'File' is missing"):
            wrong_of(File=None)

    def test_a_model_is_read(self):
        found = model_of("/* run(), and\n * stop_it() */\nx = y()\n")
        self.assertEqual(("it holds", 60), (found.says, found.limit))
        self.assertEqual(["run", "stop_it"], found.functions)
        with self.assertRaisesRegex(header.Mistake, "'Unwind' is no key"):
            model_of(Unwind="4")

    def test_a_model_names_functions_of_its_sources(self):
        for found in run.read_all()[0].values():
            if isinstance(found, header.Model):
                text = "".join((run.REPOSITORY / name).read_text() for name in found.sources)
                for function in found.functions:
                    self.assertIsNotNone(re.search(rf"(?m)^\w[\w *]*\b{function}\(", text),
                                         f"{found.name}: {function}()")
                self.assertTrue(found.functions, found.name)

    def test_the_headers_that_are_here_can_be_read(self):
        proofs, wrongs = run.read_all()
        for proof in proofs.values():
            for name in proof.sources:
                self.assertTrue((run.REPOSITORY / name).is_file(), f"{proof.name}: {name}")
            if isinstance(proof, header.Model):
                continue
            if proof.edit:
                self.assertTrue((run.REPOSITORY / proof.edit[0]).is_file(), proof.name)
            for flag in proof.without:
                self.assertIn(flag, run.CHECKS, proof.name)
        for wrong in wrongs:
            self.assertTrue((run.REPOSITORY / wrong.file).is_file(), f"{wrong.name}: {wrong.file}")


class Runs(unittest.TestCase):
    PROOFS = {"x": proof_of(), "y": proof_of()}
    WRONGS = [wrong_of(), wrong_of("x-dear", Cost="dear")]

    def names(self, names, dear):
        return [each.sentence.partition(" ")[0]
                for each in run.choose(self.PROOFS, self.WRONGS, names, dear)]

    def test_dear_runs_are_made_if_they_are_wanted(self):
        self.PROOFS["y"].name = "y"
        self.assertEqual(["x:", "x:", "x-broken", "y:", "y:"], self.names([], False))
        self.assertEqual(["x:", "x:", "x-broken", "x-dear", "y:", "y:"], self.names([], True))
        self.assertEqual(["x:", "x:", "x-broken", "x-dear"], self.names(["x"], False))
        with self.assertRaisesRegex(header.Mistake, "no proof 'z'"):
            self.names(["z"], False)

    def test_a_proof_holds_only_if_cbmc_says_so(self):
        self.assertIsNone(run.judge_proof(0, "VERIFICATION SUCCESSFUL"))
        self.assertIsNotNone(run.judge_proof(0, ""))
        self.assertIsNotNone(run.judge_proof(10, "[a.1] line 1 b: FAILURE"))
        self.assertIsNotNone(run.judge_proof(-9, "not finished after 60 s"))

    def test_an_end_is_reached_only_if_its_own_assertion_fails(self):
        self.assertIsNone(run.judge_reach(10, "[harness.1] line 9 the end of the proof: FAILURE"))
        self.assertIsNotNone(run.judge_reach(0, "VERIFICATION SUCCESSFUL"))
        self.assertIsNotNone(run.judge_reach(10, "[a.1] line 1 b: FAILURE"))
        self.assertIsNotNone(run.judge_reach(-9, "not finished after 60 s"))

    def test_a_longer_loop_is_no_finding(self):
        said = "Violated property:\n  file a.c function a line 1 thread 0\n  "
        self.assertIsNone(run.judge_wrong(10, said + "it is there\n"))
        self.assertIsNotNone(run.judge_wrong(10, said + "unwinding assertion loop 0\n"))
        self.assertIsNotNone(run.judge_wrong(10, "VERIFICATION FAILED"))
        self.assertIsNotNone(run.judge_wrong(0, "VERIFICATION SUCCESSFUL"))
        self.assertIsNotNone(run.judge_wrong(6, "no such function"))


class Models(unittest.TestCase):
    GOOD = ("State-vector 8 byte, depth reached 9, errors: 0\n   12 states, stored\n"
            "unreached in proctype a\n\tx.pml:9, state 3, \"-end-\"\n")
    BAD = "pan:1: assertion violated 0 (at depth 3)\n" + GOOD.replace("errors: 0", "errors: 1")

    def test_a_model_holds_only_if_spin_says_so(self):
        self.assertIsNone(model.judge(0, self.GOOD, ""))
        self.assertEqual("assertion violated 0 (at depth 3)", model.judge(0, self.BAD, ""))
        self.assertIsNotNone(model.judge(0, "", ""))
        self.assertIsNotNone(model.judge(0, "error: max search depth too small\n" + self.GOOD, ""))
        self.assertEqual("12", model.states(self.GOOD))

    def test_what_is_never_done_is_told(self):
        never = self.GOOD + "\tx.pml:4, state 7, \"b = 1\"\n"
        self.assertEqual("never done: line 4: b = 1", model.judge(0, never, ""))
        self.assertIsNone(model.judge(0, never, "\n\ninline b()\n{\n}\n"))
        self.assertIsNotNone(model.judge(0, never, "inline b()\n{\n}\n\n"))

    def test_a_broken_model_fails_by_what_it_says(self):
        self.assertIsNone(model.judge_wrong(0, self.BAD))
        self.assertIsNone(model.judge_wrong(0, self.BAD.replace("assertion violated 0",
                                                                "invalid end state")))
        self.assertIsNotNone(model.judge_wrong(0, self.GOOD))
        self.assertIsNotNone(model.judge_wrong(0, ""))


if __name__ == "__main__":
    unittest.main()
