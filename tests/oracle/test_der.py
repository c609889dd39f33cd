#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors

import unittest

import der


def refused(function, *octets):
    for each in octets:
        try:
            function(each)
        except der.Fault:
            continue
        raise AssertionError(f"{each!r} is taken")


class Values(unittest.TestCase):
    def test_takes_a_value_and_leaves_the_rest(self):
        value, rest = der.take(b"\x04\x02abc")
        self.assertEqual((value.tag, value.body, value.whole, rest),
                         (4, b"ab", b"\x04\x02ab", b"c"))
        self.assertEqual(der.one(b"\x04\x81\x80" + bytes(128)).body, bytes(128))
        self.assertEqual(der.one(b"\x04\x82\x01\x00" + bytes(256)).body, bytes(256))

    def test_refuses_what_x690_10_1_refuses(self):
        refused(der.one, b"", b"\x04", b"\x04\x01", b"\x04\x80\x00\x00",
                b"\x04\x81\x7f" + bytes(127),
                b"\x04\x82\x00\x80" + bytes(128), b"\x04\x81", b"\x04\x00\x00", b"\x1f\x01\x00")

    def test_reads_lists(self):
        self.assertEqual(len(der.sequence(b"\x30\x04\x05\x00\x05\x00")), 2)
        refused(der.sequence, b"\x31\x00", b"\x30\x01\x05")
        refused(der.filled, b"\x30\x00")
        refused(lambda octets: der.sequence(octets, 1, 1), b"\x30\x00", b"\x30\x04\x05\x00\x05\x00")


class Kinds(unittest.TestCase):
    def test_integers(self):
        for octets, number in ((b"\0", 0), (b"\x7f", 127), (b"\0\x80", 128), (b"\x80", -128),
                               (b"\xff", -1), (b"\xff\x7f", -129)):
            self.assertEqual(der.integer(octets), number)
        refused(der.integer, b"", b"\0\0", b"\0\x7f", b"\xff\xff", b"\xff\x80")
        refused(der.count, b"\xff")

    def test_booleans(self):
        self.assertEqual([der.boolean(each) for each in (b"\0", b"\1", b"\xff")],
                         [False, True, True])
        refused(der.boolean, b"", b"\0\0")

    def test_object_identifiers(self):
        self.assertEqual(der.oid(b"\x55\x1d\x0f"), "2.5.29.15")
        self.assertEqual(der.oid(b"\x2a\x86\x48"), "1.2.840")
        self.assertEqual(der.oid(b"\x88\x37\x01"), "2.999.1")
        refused(der.oid, b"", b"\x80\x01", b"\x55\x80\x01", b"\x55\x9d")

    def test_bit_strings(self):
        self.assertEqual(der.bit_set(b"\x01\x82"), {0, 6})
        self.assertEqual(der.bit_set(b"\x00"), set())
        self.assertEqual(der.bit_set(b"\x07\x00\x80"), {8})
        refused(der.bits, b"", b"\x01", b"\x08\x00")
        with self.assertRaises(der.Unclear):
            der.bits(b"\x01\x03")


if __name__ == "__main__":
    unittest.main()
