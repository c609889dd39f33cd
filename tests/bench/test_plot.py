#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What a plot of rows shows: the goal and the value where they belong. Nothing is measured here.

import contextlib
import io
import os
import re
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

import plot
import rows

SVG = "{http://www.w3.org/2000/svg}"
GREEN, RED = plot.GOOD[1], plot.BAD[1]


def row(ratio, goal=None, met=None, **more):
    return {"row": "a / b", "about": "a part", "ratio": ratio, "spread": [ratio, ratio], "rounds": 3,
            "goal": goal, "met": met, "date": "2026-01-02T03:04:05+00:00", "cpu": "2 x a processor",
            "versions": {}, **more}


def plotted(*measured):
    return ElementTree.fromstring(plot.plot(list(measured)))


def texts(tree):
    return [text.text for text in tree.iter(f"{SVG}text")]


def only(tree, name):
    (shape,) = tree.iter(SVG + name)
    return shape


class TestPlot(unittest.TestCase):
    def test_a_goal_is_a_direction_and_a_number(self):
        for goal, bound in ((">= 0.98", (">", 0.98)), ("<= 25,000", ("<", 25000)), ("0", ("<", 0)),
                            ("about 2", None), (None, None), ("", None)):
            self.assertEqual(bound, plot.bound(goal), goal)

    def test_a_value_is_as_many_doublings_from_the_goal_as_it_is(self):
        for value, goal, place in ((2.5, 2.5, 0), (5, 2.5, 1), (1.25, 2.5, -1), (0, 0, 0)):
            self.assertEqual((plot.MIDDLE + place * plot.DOUBLING, False), plot.place(value, goal))
        edge = plot.DOUBLING * plot.DOUBLINGS
        for value, goal, place in ((1000, 1, edge), (0, 1, -edge), (1, 0, edge), (0.001, 1, -edge)):
            self.assertEqual((plot.MIDDLE + place, True), plot.place(value, goal), (value, goal))

    def test_what_is_met_is_green_and_on_the_green_side(self):
        for value, goal, met, colour in ((1, "<= 2", True, GREEN), (4, "<= 2", False, RED),
                                         (4, ">= 2", True, GREEN), (1, ">= 2", False, RED)):
            tree = plotted(row(value, goal, met))
            dot = only(tree, "circle")
            self.assertEqual(colour, dot.get("fill"), (value, goal))
            left, right = [shape for shape in tree.iter(f"{SVG}rect") if shape.get("class") is None]
            side = left if float(dot.get("cx")) < plot.MIDDLE else right
            self.assertEqual((plot.GOOD if met else plot.BAD)[0], side.get("fill"), (value, goal))
            self.assertIn(f"{value}, goal {goal}: " + ("met" if met else "MISSED"), texts(tree))

    def test_what_is_far_away_is_a_tip_at_the_edge(self):
        tree = plotted(row(100, "<= 1", False))
        self.assertEqual([], list(tree.iter(f"{SVG}circle")))
        xs = [float(point.split(",")[0]) for point in only(tree, "polygon").get("points").split()]
        self.assertEqual(xs[0], xs[2])
        self.assertGreater(xs[1], xs[0])

    def test_the_spread_is_a_bar(self):
        tree = plotted(row(2, "<= 2", True, spread=[1, 4]))
        bar = [line for line in tree.iter(f"{SVG}line") if line.get("y1") == line.get("y2")][0]
        self.assertEqual((plot.MIDDLE - plot.DOUBLING, plot.MIDDLE + plot.DOUBLING),
                         (float(bar.get("x1")), float(bar.get("x2"))))
        self.assertIn("2 (1 .. 4), goal <= 2: met", texts(tree))

    def test_a_row_without_a_goal_is_said_only(self):
        tree = plotted(row(1.5))
        self.assertEqual([], [*tree.iter(f"{SVG}circle"), *tree.iter(f"{SVG}line")])
        self.assertIn("1.5", texts(tree))
        self.assertIn("dance bench: 0 of 0 goals met", texts(tree))

    def test_parts_are_headed_once_and_goals_are_counted(self):
        tree = plotted(row(1, "<= 2", True), row(3, "<= 2", False), row(1, about="other"))
        said = texts(tree)
        self.assertEqual((1, 1), (said.count("a part"), said.count("other")))
        self.assertIn("dance bench: 1 of 2 goals met", said)
        self.assertIn("2026-01-02, 2 x a processor", said)

    def test_all_is_inside_the_picture_and_nothing_is_markup(self):
        long = "octets/s through <one> & \"another\", " * 6
        tree = plotted(*[row(3, "<= 2", False, row=long, about=long)] * 5)
        self.assertIn("<one>", " ".join(texts(tree)))
        height = float(tree.get("height"))
        for text in tree.iter(f"{SVG}text"):
            self.assertLessEqual(len(text.text), plot.LETTERS)
            self.assertLess(float(text.get("y")), height)
        for shape in tree.iter(f"{SVG}circle"):
            self.assertLess(float(shape.get("cy")), height)

    def test_colours_have_others_for_the_dark(self):
        tree = plotted(row(1, "<= 2", True), row(1, ">= 2", False))
        used = {shape.get(what) for shape in tree.iter() for what in ("fill", "stroke")} - {None}
        self.assertLessEqual(used, set(plot.draw.COLOURS))

    def test_the_file_of_a_run_is_plotted(self):
        with tempfile.TemporaryDirectory(prefix="dance-") as folder:
            path = os.path.join(folder, "rows")
            open(path, "w", encoding="utf-8").close()
            with self.assertRaisesRegex(SystemExit, "has no rows; run ./dev bench"):
                plot.main(path)
            os.environ[rows.FILE] = path
            self.addCleanup(os.environ.pop, rows.FILE, None)
            with contextlib.redirect_stdout(io.StringIO()):
                rows.about("decisions")
                rows.show("with / without", [1, 2, 3], "<= 2.5")
            with contextlib.redirect_stdout(io.StringIO()) as out:
                plot.main(path)
        self.assertIn("with / without", texts(ElementTree.fromstring(out.getvalue())))
        self.assertTrue(re.search(r"goal &lt;= 2\.5: met", out.getvalue()))


if __name__ == "__main__":
    unittest.main()
