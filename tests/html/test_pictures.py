#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The pictures in doc/pictures are those of their sources, fit a phone, have colours for the dark, and
# stand in a page with a text for readers who cannot see them. Nothing is drawn here.

import pathlib
import re
import sys
import unittest
import xml.etree.ElementTree as ElementTree

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PICTURES = REPOSITORY / "doc" / "pictures"
sys.path.insert(0, str(PICTURES))

import draw  # pylint: disable=wrong-import-position

WIDEST = 390  # units of a source: a phone has 390 pixels, and its pages have margins
SMALLEST = 11
SVG = "{http://www.w3.org/2000/svg}"
REDRAW = "draw it anew: doc/pictures/draw.py dot {0}.dot > {0}.svg"


def words(text):
    return set(re.findall(r"\w[\w'/.:-]*", text))


def words_of_source(source):
    """What a source shows: its labels, those in tables as well."""
    source = re.sub(r"^//.*", "", source, flags=re.M)
    labels = re.findall(r'\blabel="([^"]*)"', source)
    tables = re.findall(r"label=<(.*?)>\]", source, re.S)
    return words(" ".join(labels).replace("\\n", " ") + " "
                 + " ".join(re.sub(r"<[^>]*>", " ", table) for table in tables))


class TestPictures(unittest.TestCase):
    def setUp(self):
        self.sources = {path.stem: path.read_text(encoding="utf-8")
                        for path in sorted(PICTURES.glob("*.dot"))}
        self.drawn = {path.stem: path.read_text(encoding="utf-8")
                      for path in sorted(PICTURES.glob("*.svg"))}
        self.trees = {name: ElementTree.fromstring(text) for name, text in self.drawn.items()}

    def test_each_picture_is_drawn_of_its_source_as_it_is_now(self):
        self.assertGreaterEqual(len(self.sources), 8)
        self.assertEqual(set(self.sources), set(self.drawn))
        for name, source in self.sources.items():
            self.assertIn(f"<!-- drawn from {name}.dot, sha256 {draw.digest(source)} -->",
                          self.drawn[name], REDRAW.format(name))

    def test_a_picture_shows_all_words_of_its_source_and_no_others(self):
        for name, tree in self.trees.items():
            shown = words(" ".join(text.text or "" for text in tree.iter(f"{SVG}text")))
            self.assertEqual(words_of_source(self.sources[name]), shown, REDRAW.format(name))

    def test_a_picture_can_be_read_on_a_phone(self):
        for name, tree in self.trees.items():
            self.assertLessEqual(float(tree.get("viewBox").split()[2]), WIDEST, name)
            for text in tree.iter(f"{SVG}text"):
                self.assertGreaterEqual(float(text.get("font-size")), SMALLEST, name)

    def test_each_colour_has_one_for_the_dark(self):
        for name, tree in self.trees.items():
            self.assertIn(draw.style(), self.drawn[name].replace("&gt;", ">"),
                          REDRAW.format(name))
            used = {element.get(what) for element in tree.iter() for what in ("fill", "stroke")}
            self.assertLessEqual(used, {None, "none", "transparent", *draw.COLOURS}, name)

    def test_texts_are_far_from_what_is_behind_them_in_light_and_dark(self):
        behind = ("#ffffff", "#f3f4f6", "#ddf4ff", "#fff1d6", "#dafbe1", "#eeeaff", "#ffebe9")
        for colour in behind:
            self.assertGreaterEqual(contrast(draw.TEXT[0], colour), 7, colour)
            self.assertGreaterEqual(contrast(draw.TEXT[1], draw.COLOURS[colour]), 7, colour)
        for colour in ("#1a7f37", "#b3261e"):  # of words on the card
            self.assertGreaterEqual(contrast(colour, draw.CARD[0]), 4.5, colour)
            self.assertGreaterEqual(contrast(draw.COLOURS[colour], draw.CARD[1]), 4.5, colour)

    def test_each_picture_stands_in_a_page_with_a_text_that_tells_it(self):
        told = {}
        for page in [REPOSITORY / "README.md", *(REPOSITORY / "doc").glob("*.md")]:
            for alt, name in re.findall(r"!\[([^]]*)\]\((?:doc/)?pictures/([\w-]+)\.svg\)",
                                        page.read_text(encoding="utf-8")):
                told.setdefault(name, []).append(alt)
        self.assertEqual(set(self.drawn), set(told))
        for name, texts in told.items():
            for alt in texts:
                self.assertGreaterEqual(len(alt.split()), 8, f"the text for {name} tells little")

    def test_a_drawing_becomes_a_picture_with_its_title_and_digest(self):
        source = 'digraph "A & B" { a }'
        drawn = ('<?xml version="1.0"?>\n<!-- by graphviz -->\n<svg width="62pt" height="44pt"\n'
                 ' viewBox="0.00 0.00 62.00 44.00"><g><title>a</title>'
                 '<text font-family="Times" font-size="12">a</text></g></svg>')
        made = draw.finish(drawn, source, "a.dot")
        tree = ElementTree.fromstring(made)
        self.assertEqual("A & B", tree.find(f"{SVG}title").text)
        self.assertEqual(1, len(list(tree.iter(f"{SVG}title"))))
        self.assertIn(draw.digest(source), made)
        self.assertNotEqual(draw.digest(source), draw.digest(source + " "))
        self.assertNotIn("Times", made)


def contrast(one, other):
    """How far two colours are apart, as WCAG 2 counts it: 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
                        for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


if __name__ == "__main__":
    unittest.main()
