#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What a row says and writes down, and what a run ends with. Nothing is measured here.

import contextlib
import io
import json
import os
import tempfile
import unittest

import rows


class TestRows(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dance-")
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "rows")
        open(self.path, "w", encoding="utf-8").close()
        os.environ[rows.FILE] = self.path
        self.addCleanup(os.environ.pop, rows.FILE, None)
        rows.about("a part")

    def said_by(self, act, *arguments, **more):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            self.returned = act(*arguments, **more)
        return out.getvalue()

    def verdict(self, seen, goal, **more):
        self.said_by(rows.show, "a row", [seen], goal, **more)
        return rows.read(self.path)[-1]["met"]

    def status(self, *broken):
        self.said = self.said_by(rows.conclude, self.path, broken)
        return self.returned

    def test_a_goal_is_a_bound_and_belongs_to_what_is_met(self):
        self.assertEqual((0.98, None), rows.bounds(">= 0.98"))
        self.assertEqual((None, 50), rows.bounds("<= 50"))
        for value, goal, met in ((0.98, ">= 0.98", True), (0.97, ">= 0.98", False),
                                 (2.5, "<= 2.5", True), (2.51, "<= 2.5", False)):
            self.assertIs(met, self.verdict(value, goal), (value, goal))

    def test_what_is_no_goal_is_refused(self):
        for goal in ("", "50", "> 50", ">= x", ">= 1 or so", ">= -1", "=> 1"):
            with self.assertRaises(ValueError, msg=goal):
                self.verdict(1, goal)
        self.assertEqual([], rows.read(self.path))

    def test_bounds_can_be_said_beside_the_goal(self):
        self.assertIs(False, self.verdict(3, "<= 25,000", most=2))
        self.assertIs(True, self.verdict(2, "about 2", least=1, most=2))

    def test_a_row_without_a_goal_is_neither_met_nor_missed(self):
        self.assertIsNone(self.verdict(1, None))
        self.assertEqual(rows.UNMEASURED, self.status())

    def test_a_row_is_the_median_of_its_rounds_with_their_middle_half(self):
        said = self.said_by(rows.show, "what it is", [4, 1, 2, 3, 5], ">= 3.5")
        self.assertRegex(said, r"^  what it is +3\.00 +>= 3\.5 +MISSED \(1\.50 \.\. 4\.50\)\n$")
        (row,) = rows.read(self.path)
        self.assertLess({"row": "what it is", "about": "a part", "ratio": 3,
                         "spread": [1.5, 4.5], "rounds": 5, "goal": ">= 3.5",
                         "met": False}.items(), row.items())
        for name in ("date", "cpu", "versions"):
            self.assertTrue(row[name], name)

    def test_a_better_value_than_the_median_is_judged(self):
        self.assertIs(True, self.verdict(1, ">= 2", value=2))
        self.assertEqual(2, rows.read(self.path)[-1]["ratio"])

    def test_objects_of_a_program_are_rows_and_the_rest_is_shown(self):
        self.assertEqual("  a line\n", self.said_by(rows.relay, "  a line\n"))
        self.said_by(rows.relay, json.dumps({"row": "x / y", "about": "P-256",
                                             "goal": "<= 1.5", "values": [1, 2]}) + "\n")
        (row,) = rows.read(self.path)
        self.assertLess({"row": "x / y", "about": "P-256", "ratio": 1.5, "met": True}.items(),
                        row.items())

    def test_without_a_file_a_row_is_only_shown(self):
        del os.environ[rows.FILE]
        self.assertIn("met", self.said_by(rows.show, "a row", [1], "<= 1"))
        self.assertEqual([], rows.read(self.path))

    def test_a_run_ends_with_what_came_of_its_goals(self):
        self.assertEqual(rows.UNMEASURED, self.status())
        self.verdict(1, ">= 1")
        self.assertEqual(rows.MET, self.status())
        self.assertIn("1 goals met, 0 missed", self.said)
        self.verdict(1, None)
        self.verdict(0.5, ">= 1")
        self.assertEqual(rows.MISSED, self.status())
        self.assertIn("missed: a part: a row: 0.50, not >= 1", self.said)
        self.assertEqual(rows.UNMEASURED, self.status("servers"))
        self.assertIn("not measured: servers", self.said)
        self.assertEqual((0, 1, 2), (rows.MET, rows.MISSED, rows.UNMEASURED))


if __name__ == "__main__":
    unittest.main()
