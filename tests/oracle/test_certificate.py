#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors

import unittest

import certificate
import der
from certificate import Certificate
from written import COMMON_NAME, attribute, name, sequence, value

ED25519 = sequence(value(0x06, b"\x2b\x65\x70"))
SPKI = sequence(ED25519, value(0x03, b"\0" + bytes(32)))
SUBJECT = name([attribute(COMMON_NAME, "x")])
DATES = sequence(value(0x17, b"200101000000Z"), value(0x18, b"99991231235959Z"))


def extension(number, content, critical=None):
    flag = b"" if critical is None else value(0x01, critical)
    return sequence(value(0x06, bytes([0x55, 0x1d, number])), flag, value(0x04, content))


def make(extensions=(), version=2, serial=b"\1", inner=ED25519, middle=b""):
    shown = value(0xa0, value(0x02, bytes([version]))) if version else b""
    rest = value(0xa3, sequence(*extensions)) if extensions else b""
    tbs = sequence(shown, value(0x02, serial), inner, SUBJECT, DATES, SUBJECT, SPKI, middle, rest)
    return Certificate(sequence(tbs, ED25519, value(0x03, b"\0" + bytes(64))))


class Parts(unittest.TestCase):
    def test_a_certificate(self):
        made = make()
        self.assertEqual((made.fault, made.doubt, made.spki, made.version), (None, None, SPKI, 3))
        self.assertTrue(made.is_self_issued())
        self.assertEqual(certificate.outline(made.octets), SPKI)

    def test_what_is_refused_anywhere(self):
        basic = extension(19, sequence())
        for each in (make(version=3), make([basic], version=1), make([basic], version=0),
                     make(serial=b"\0\1"), make(inner=sequence(value(0x06, b"\x2b\x65\x71"))),
                     make(version=0, middle=value(0x81, b"\0a")), make([basic, basic]),
                     make([extension(99 + at, b"") for at in range(28)] * 3)):
            self.assertIsNotNone(each.fault)
        self.assertIsNone(make(version=0).fault)

    def test_what_is_critical_is_processed_or_refused(self):
        self.assertIsNone(make([extension(18, b"?")]).fault)
        self.assertIsNone(make([extension(18, b"?", b"\0")]).fault)
        self.assertIsNotNone(make([extension(18, b"?", b"\1")]).fault)
        self.assertIsNotNone(make([extension(14, value(0x04, b"a"), b"\xff")]).fault)
        self.assertIsNone(make([extension(19, sequence(), b"\xff")]).fault)

    def test_what_is_processed_is_read(self):
        for number, good, bad in (
                (14, value(0x04), b"\5\0"), (15, value(0x03, b"\7\x80"), value(0x03, b"\0")),
                (17, sequence(value(0x82, b"a")), sequence()),
                (19, sequence(value(0x01, b"\1"), value(0x02, b"\0")),
                 sequence(value(0x02, b"\xff"))),
                (32, sequence(sequence(value(0x06, b"\x2a"))),
                 sequence(*[sequence(value(0x06, b"\x2a"))] * 2)),
                (33, sequence(sequence(*[value(0x06, b"\x2a")] * 2)),
                 sequence(sequence(value(0x06, b"\x2a")))),
                (35, sequence(value(0x80, b"a")), sequence(value(0x83, b"a"))),
                (36, sequence(value(0x80, b"\0")), sequence()),
                (37, sequence(value(0x06, b"\x2a")), sequence()),
                (54, value(0x02, b"\0"), value(0x02, b"\xff"))):
            self.assertIsNone(make([extension(number, good)]).fault, number)
            self.assertIsNotNone(make([extension(number, bad)]).fault, number)
            self.assertIsNotNone(make([extension(number, good + b"\5\0")]).fault, number)

    def test_a_critical_policy_has_qualifiers_that_are_known(self):
        policy = sequence(sequence(value(0x06, b"\x2a"),
                                   sequence(sequence(value(0x06, b"\x2a"), b"\5\0"))))
        self.assertIsNone(make([extension(32, policy)]).fault)
        self.assertIsNotNone(make([extension(32, policy, b"\xff")]).fault)


class Dates(unittest.TestCase):
    def read(self, text, tag):
        return certificate.read_time(der.one(value(tag, text)))

    def test_dates(self):
        for text, tag, seconds in ((b"700101000000Z", 0x17, 0),
                                   (b"491231235959Z", 0x17, 2524607999),
                                   (b"500101000000Z", 0x17, -631152000),
                                   (b"20240229000001Z", 0x18, 1709164801)):
            self.assertEqual(self.read(text, tag), seconds)

    def test_what_is_no_date(self):
        for text, tag in ((b"230229000000Z", 0x17), (b"231301000000Z", 0x17),
                          (b"230001000000Z", 0x17),
                          (b"230100000000Z", 0x17), (b"230101240000Z", 0x17),
                          (b"230101006000Z", 0x17),
                          (b"2301010000Z", 0x17), (b"230101000000+0000", 0x17),
                          (b"20230101000000.5Z", 0x18),
                          (b"20230101000000Z", 0x17), (b"230101000000Z", 0x02)):
            with self.assertRaises(der.Fault, msg=text):
                self.read(text, tag)


if __name__ == "__main__":
    unittest.main()
