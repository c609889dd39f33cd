#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors

import unittest

import der
import dn
from written import COMMON_NAME, MAILBOX, ORGANIZATION, attribute, name, sequence, value


def read(*rdns):
    return dn.Name(der.one(name(*rdns)))


def common(text, tag=0x0c):
    return read([attribute(COMMON_NAME, text, tag)])


class Equality(unittest.TestCase):
    def test_string_types_make_no_difference(self):
        bmp, universal = "Acm\u00e9".encode("utf-16-be"), "Acm\u00e9".encode("utf-32-be")
        one = common("acm\u00e9")
        for other in (common("ACME\u0301"), common(bmp, 0x1e), common(universal, 0x1c),
                      common(b"Acm\xe9", 0x14)):
            self.assertTrue(dn.equal(one, other))
        self.assertTrue(dn.equal(common("a", 0x13), common(" A ", 0x16)))
        self.assertFalse(dn.equal(one, common("acme")))

    def test_other_types_are_compared_as_octets(self):
        self.assertTrue(dn.equal(common(b"\5", 0x02), common(b"\5", 0x02)))
        self.assertFalse(dn.equal(common(b"\5", 0x02), common(b"\5", 0x0a)))

    def test_the_order_in_a_set_is_nothing_that_of_sets_is(self):
        a, b = attribute(COMMON_NAME, "a"), attribute(ORGANIZATION, "b")
        self.assertTrue(dn.equal(read([a, b]), read([b, a])))
        self.assertFalse(dn.equal(read([a], [b]), read([b], [a])))
        self.assertFalse(dn.equal(read([a, b]), read([a], [b])))

    def test_what_cannot_be_prepared_equals_its_own_octets_alone(self):
        self.assertTrue(dn.equal(common("\ue000"), common("\ue000")))
        with self.assertRaises(dn.Undefined):
            dn.equal(common("\ue000"), common("a"))
        self.assertTrue(dn.equal(common(b"\xe9", 0x13), common(b"\xe9", 0x13)))
        with self.assertRaises(dn.Undefined):
            dn.equal(common(b"\xe9", 0x13), common("a"))
        self.assertFalse(dn.equal(common("\ue000"), read([attribute(ORGANIZATION, "a")])))

    def test_a_base_is_a_beginning(self):
        a, b = [attribute(COMMON_NAME, "a")], [attribute(COMMON_NAME, "b")]
        self.assertTrue(dn.within(read(a, b), read(a)))
        self.assertTrue(dn.within(read(a), read()))
        self.assertFalse(dn.within(read(a, b), read(b)))
        self.assertFalse(dn.within(read(a), read(a, b)))


class Reading(unittest.TestCase):
    def test_characters_are_whole(self):
        for text, tag in ((b"\xc3", 0x0c), (b"\xe9", 0x0c), (b"\0", 0x1e), (b"\0a\0", 0x1e),
                          (b"\xd8\0\0a", 0x1e), (b"\0\0a", 0x1c)):
            with self.assertRaises(der.Fault):
                common(text, tag)

    def test_sets_and_attributes_are_whole(self):
        for octets in (sequence(value(0x31)), sequence(value(0x31, sequence())),
                       sequence(value(0x30, attribute(COMMON_NAME, "a")))):
            with self.assertRaises(der.Fault):
                dn.Name(der.one(octets))

    def test_mailboxes(self):
        self.assertEqual([each.body for each in read([attribute(MAILBOX, "a@b",
                                                                0x16)]).mailboxes()],
                         [b"a@b"])


if __name__ == "__main__":
    unittest.main()
