#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors

import unittest

import blocks
from judge import Verdict

PEM = "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
TEXT = f"""# a comment
@id one
@verdict allow
@by 3 1 1
@name a.b
@usages dane-ee pkix-ta
@at 7
@store 1
{PEM % "c3RvcmU="}
1 2 1 0 0
3 1 1 AB cd
{PEM % "bGVhZg=="}free text
{PEM % "bW9yZQ=="}
@id two
@expect fail
@raw-key yes
@role server
@usages all
0 1 1 0 0
{PEM.replace("CERTIFICATE", "PUBLIC KEY") % "a2V5"}"""


class Format(unittest.TestCase):
    def test_directives_and_what_they_hold_for(self):
        one, two = blocks.Reader("x", TEXT).blocks()
        case = one.case
        self.assertEqual((one.id, case.name, case.usages, case.at), ("one", "a.b", {0, 3}, 7))
        self.assertEqual((case.chain, case.trusted), ([b"leaf", b"more"], [b"store"]))
        self.assertEqual((case.records[0].kind(), case.records[0].data), ((3, 1, 1), b"\xab\xcd"))
        case = two.case
        self.assertEqual((two.id, case.name, case.usages, case.trusted),
                         ("two", "a.b", {0, 1, 2, 3}, None))
        self.assertEqual((case.raw_key, case.role, case.chain, case.records),
                         (True, "server", [b"key"], []))
        self.assertIn("3 1 1 AB cd", one.text)

    def test_what_is_complained_about(self):
        one, two = blocks.Reader("x", TEXT).blocks()
        for block, verdict, wrong in (
                (one, Verdict("allow", {(3, 1, 1)}), False),
                (one, Verdict("allow", {(3, 1, 2)}), True),
                (one, Verdict("chain"), True), (one, Verdict("unclear"), False),
                (two, Verdict("chain"), False), (two, Verdict("allow", {(3, 1, 1)}), True)):
            self.assertEqual(block.complaint(verdict) is not None, wrong)


if __name__ == "__main__":
    unittest.main()
