# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Prepares a string for caseIgnoreMatch: the six steps of RFC 4518, as RFC 5280 7.1 asks for them.
# The tables are those of Unicode 3.2, which RFC 3454 fixes.

import stringprep
import unicodedata

OLD = unicodedata.ucd_3_2_0


def spans(text):
    found = set()
    for span in text.split():
        first, _, last = span.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


# RFC 4518 2.2.
NOTHING = spans("""ad 1806 34f 180b-180d fe00-fe0f fffc
    0-8 e-1f 7f-84 86-9f 6dd 70f 180e 200c-200f 202a-202e 2060-2063 206a-206f feff fff9-fffb
    1d173-1d17a e0001 e0020-e007f 200b""")
SPACE = spans("9 a b c d 85 20 a0 1680 2000-200a 2028-2029 202f 205f 3000")


class Prohibited(Exception):
    """The string cannot be compared: "undefined" in the words of RFC 4518 2."""


def mapped(text, fold):
    for character in text:
        code = ord(character)
        if code in NOTHING:
            continue
        if code in SPACE:
            yield " "
        else:
            yield stringprep.map_table_b2(character) if fold else character


def is_prohibited(character):
    """RFC 4518 2.4."""
    return character == "\ufffd" or any(table(character) for table in (
        stringprep.in_table_a1, stringprep.in_table_c8, stringprep.in_table_c3,
        stringprep.in_table_c4, stringprep.in_table_c5))


def is_combining(character):
    return OLD.category(character).startswith("M")


def insignificant_space(text):
    """RFC 4518 2.6.1: one space in front and behind, two between words. A space that bears a
    combining mark is no space."""
    words, word = [], ""
    for at, character in enumerate(text):
        bears = at + 1 < len(text) and is_combining(text[at + 1])
        if character == " " and not bears:
            words.append(word)
            word = ""
        else:
            word += character
    words = [each for each in [*words, word] if each]
    return " " + "  ".join(words) + " " if words else "  "


def prepare(text, fold=True):
    """RFC 4518 2.1 to 2.6; bidirectional characters are not looked at (2.5)."""
    text = OLD.normalize("NFKC", "".join(mapped(text, fold)))
    if any(map(is_prohibited, text)):
        raise Prohibited(text)
    return insignificant_space(text)
