#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# How outcomes of conditions are counted and listed (branches.py). Runs no gcov.

import contextlib
import io
import pathlib
import tempfile
import unittest

import branches

TEXT = ["int f(int a)", "{", "\tif (a && b) {", "\t\treturn 1;", "\t}", "\tswitch (a) {",
        "\tcase 1:", "\t\tbreak;", "\t}", "}"]


def line(number, conditions=(), ways=()):
    return {"line_number": number, "function_name": "f",
            "conditions": [{"count": 2 * parts, "not_covered_true": list(never_true),
                            "not_covered_false": list(never_false)}
                           for parts, never_true, never_false in conditions],
            "branches": [{"count": count} for count in ways]}


class Outcomes(unittest.TestCase):
    def test_what_one_program_reaches_is_reached(self):
        file = branches.File()
        file.add({"lines": [line(3, [(2, [0], [0, 1])])]}, TEXT)
        file.add({"lines": [line(3, [(2, [0, 1], [1])])]}, TEXT)
        self.assertEqual(list(file.outcomes()), [
            (3, "true 1", False), (3, "false 1", True), (3, "true 2", True),
            (3, "false 2", False)])

    def test_a_second_condition_of_a_line_has_its_number(self):
        file = branches.File()
        file.add({"lines": [line(3, [(1, [], []), (1, [0], [])])]}, TEXT)
        self.assertIn((3, "true 1 [2]", False), list(file.outcomes()))

    def test_ways_count_of_a_switch_and_not_where_a_default_would_be(self):
        file = branches.File()
        file.add({"lines": [line(6, ways=[0, 2, 0]), line(4, ways=[0, 1])]}, TEXT)
        self.assertEqual(list(file.outcomes()), [(6, "way 1", True), (6, "way 2", False)])
        with_default = TEXT[:8] + ["\tdefault:"] + TEXT[8:]
        self.assertTrue(branches.has_default(with_default, 6))
        self.assertFalse(branches.has_default(TEXT, 6))

    def test_the_list_is_read(self):
        listed = branches.read_listed("# x\n\nsrc/x.c f\n- if (a && b) {\n+ true 1, false 2\n"
                                      "  never\n  so\n")
        self.assertEqual(listed, {("src/x.c", "f", "if (a && b) {", "true 1"): "never so",
                                  ("src/x.c", "f", "if (a && b) {", "false 2"): "never so"})
        for text in ("src/x.c\n- a\n+ true 1\n  why\n", "src/x.c f\n- a\n  why\n",
                     "src/x.c f\n- a\n+ true 1\n"):
            with self.assertRaises(branches.Mistake):
                branches.read_listed(text)

    def test_what_is_listed_must_be_there_and_not_reached(self):
        file = branches.File()
        file.add({"lines": [line(3, [(2, [0], [1])])]}, TEXT)
        key = ("x.c", "f", "if (a && b) {")
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            folder = pathlib.Path(folder)
            (folder / "x.c").write_text("\n".join(TEXT))
            total, wrong = branches.show(folder, {"x.c": file}, {
                (*key, "true 1"): "", (*key, "true 2"): "", (*key, "true 9"): ""})
        self.assertEqual(total, [4, 1, 2])
        self.assertEqual(wrong, [(*key, "true 2"), (*key, "true 9")])


if __name__ == "__main__":
    unittest.main()
