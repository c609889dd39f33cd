#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors

import unittest

from prepare import Prohibited, prepare


class Steps(unittest.TestCase):
    def same(self, *texts):
        self.assertEqual(len({prepare(text) for text in texts}), 1, texts)

    def differ(self, *texts):
        self.assertEqual(len({prepare(text) for text in texts}), len(texts), texts)

    def test_2_2_maps_to_nothing(self):
        self.same("ab", "a\u00adb", "a\u1806b", "a\u034fb", "a\u180bb", "a\ufe0fb", "a\ufffcb",
                  "a\u0000b", "a\u0007b", "a\u007fb", "a\u200bb", "a\u200db", "a\u2060b",
                  "a\ufeffb",
                  "a\U000e0001b", "a\U0001d173b")

    def test_2_2_maps_to_space(self):
        self.same("a b", "a\tb", "a\nb", "a\u000bb", "a\u0085b", "a\u00a0b", "a\u1680b", "a\u2003b",
                  "a\u2028b", "a\u202fb", "a\u3000b")
        self.differ("a b", "ab")

    def test_2_2_folds_case(self):
        self.same("Stra\u00dfe", "STRASSE", "strasse")
        self.same("\u03a3", "\u03c3", "\u03c2")
        self.same("\u0130", "i\u0307")
        self.assertNotEqual(prepare("A", fold=False), prepare("a", fold=False))

    def test_2_3_normalizes(self):
        self.same("\u00e9", "e\u0301", "E\u0301")
        self.same("\ufb01", "fi")
        self.same("\u212b", "\u00e5")

    def test_2_4_prohibits(self):
        for text in ("\u0221", "\ue000", "\U000f0000", "\ufffd", "\ufdd0", "\uffff", "\U0001f600"):
            with self.assertRaises(Prohibited, msg=ascii(text)):
                prepare("a" + text)
        self.assertEqual(prepare("\u0e33"), prepare("\u0e4d\u0e32"))

    def test_2_5_takes_any_direction(self):
        self.assertEqual(prepare("a\u05d0"), " a\u05d0 ")

    def test_2_6_spaces(self):
        self.assertEqual(prepare("  a   b "), " a  b ")
        self.assertEqual(prepare("a"), " a ")
        self.assertEqual(prepare(""), "  ")
        self.same("", " ", "   ")
        # A space that bears a mark is none.
        self.assertEqual(prepare("a \u0301b"), " a \u0301b ")


if __name__ == "__main__":
    unittest.main()
