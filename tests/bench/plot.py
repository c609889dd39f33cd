#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Makes a picture of the rows of a bench: for each row with a goal a strip, with the goal in its
# middle and the measured value beside it, on a scale of factors, since rows have no unit in common.
# Knows the file that rows.py writes, not what was measured.
#
#	plot.py bench.jsonl > out.svg

import html
import math
import pathlib
import re
import sys
import textwrap

import rows

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "doc" / "pictures"))

import draw  # pylint: disable=wrong-import-position # the same colours as in other pictures

WIDTH, MARGIN, MIDDLE = 390, 12, 195  # of the picture; the goal is in the middle
DOUBLING = 57  # from the goal to its double
DOUBLINGS = 3  # what is farther away is drawn at the edge
LINE, STRIP = 15, 12
LETTERS = 58  # in a line of text
GOOD, BAD = ("#dafbe1", "#1a7f37"), ("#ffebe9", "#b3261e")


def bound(goal):
    """A goal's direction, "<" or ">", and its number; None where it has none."""
    found = re.fullmatch(r"(?:([<>])= )?(\d[\d,]*(?:\.\d+)?)", goal or "")
    return (found[1] or "<", float(found[2].replace(",", ""))) if found else None


def place(value, goal):
    """Where a value is in the strip of a goal, and whether that is only the edge."""
    if goal == 0 or value <= 0:
        doublings = math.copysign(math.inf, value - goal) if value != goal else 0
    else:
        doublings = math.log2(value / goal)
    kept = max(-DOUBLINGS, min(DOUBLINGS, doublings))
    return MIDDLE + DOUBLING * kept, kept != doublings


def number(value):
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


class Picture:
    """Shapes from the top down."""

    def __init__(self):
        self.shapes, self.at = [], MARGIN

    def text(self, text, bold=False, anchor="start", at=MARGIN):
        weight = ' font-weight="bold"' if bold else ""
        self.shapes.append(f'<text x="{at}" y="{self.at + 11}" font-size="11" text-anchor="{anchor}"'
                           f"{weight}>{html.escape(text)}</text>")

    def lines(self, text, bold=False):
        for line in textwrap.wrap(text, LETTERS - 6 if bold else LETTERS):
            self.text(line, bold)
            self.at += LINE

    def rect(self, left, right, colour):
        self.shapes.append(f'<rect x="{left:.1f}" y="{self.at}" width="{right - left:.1f}" '
                           f'height="{STRIP}" fill="{colour}"/>')

    def line(self, left, right, above, below, colour, width):
        self.shapes.append(f'<line x1="{left:.1f}" x2="{right:.1f}" y1="{self.at + above}" '
                           f'y2="{self.at + below}" stroke="{colour}" stroke-width="{width}"/>')

    def mark(self, value, goal, colour):
        """The value: a dot, or at the edge a tip that points to where it is."""
        x, edge = place(value, goal)
        y = self.at + STRIP / 2
        if edge:
            tip = 6 if x > MIDDLE else -6
            self.shapes.append(f'<polygon points="{x:.1f},{y - 5} {x + tip:.1f},{y} {x:.1f},{y + 5}" '
                               f'fill="{colour}"/>')
        else:
            self.shapes.append(f'<circle cx="{x:.1f}" cy="{y}" r="4" fill="{colour}"/>')

    def row(self, row):
        self.lines(row["row"])
        low, high = row["spread"]
        said = number(row["ratio"])
        if low != high:
            said += f" ({number(low)} .. {number(high)})"
        if row["goal"] is not None:
            said += f", goal {row['goal']}: " + ("met" if row["met"] else "MISSED")
        self.lines(said, bold=row["met"] is False)
        goal = bound(row["goal"])
        if goal is not None:
            self.strip(row, *goal)
        self.at += 8

    def strip(self, row, direction, goal):
        reach = DOUBLING * DOUBLINGS
        self.at += 3
        sides = (GOOD, BAD) if direction == "<" else (BAD, GOOD)
        self.rect(MIDDLE - reach, MIDDLE, sides[0][0])
        self.rect(MIDDLE, MIDDLE + reach, sides[1][0])
        self.line(MIDDLE, MIDDLE, -2, STRIP + 2, "#57606a", 2)
        colour = (GOOD if row["met"] else BAD)[1]
        low, high = (place(value, goal)[0] for value in row["spread"])
        self.line(low, high, STRIP / 2, STRIP / 2, colour, 3)
        self.mark(row["ratio"], goal, colour)
        self.at += STRIP + 4

    def scale(self):
        for doublings in range(-DOUBLINGS, DOUBLINGS + 1):
            name = "goal" if doublings == 0 else f"x {2 ** doublings}" if doublings > 0 else \
                f"/ {2 ** -doublings}"
            self.text(name, anchor="middle", at=MIDDLE + DOUBLING * doublings)
        self.at += LINE + 6


def plot(measured):
    """The picture of some rows, in their order."""
    picture = Picture()
    first = measured[0]
    judged = [row for row in measured if row["met"] is not None]
    met = sum(row["met"] for row in judged)
    picture.lines(f"dance bench: {met} of {len(judged)} goals met", bold=True)
    picture.lines(f"{first['date'][:10]}, {first['cpu']}")
    picture.lines("Dot: the median of the rounds. Bar: their middle half. "
                  "The goal is met on the green side.")
    picture.at += 6
    picture.scale()
    about = None
    for row in measured:
        if row["about"] != about:
            about = row["about"]
            picture.at += 6
            picture.lines(about, bold=True)
        picture.row(row)
    height = picture.at + MARGIN
    return ('<svg xmlns="http://www.w3.org/2000/svg" role="img" '
            f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">\n'
            f"<title>What the bench has measured</title>\n<style>\n{draw.style()}</style>\n"
            '<rect class="card" width="100%" height="100%" rx="6"/>\n'
            + "\n".join(picture.shapes) + "\n</svg>\n")


def main(path):
    measured = rows.read(path)
    if not measured:
        sys.exit(f"plot: {path} has no rows; run ./dev bench")
    sys.stdout.write(plot(measured))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: plot.py FILE > out.svg")
    main(sys.argv[1])
