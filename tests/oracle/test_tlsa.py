#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors

import hashlib
import unittest

import tlsa
from tlsa import Record

KEY = b"\x30\x06\x30\x00\x03\x02\x00\x61"
ALL = {0, 1, 2, 3}


class Usable(unittest.TestCase):
    def usable(self, *kind, data=bytes(32), usages=ALL, raw_key=False):
        return tlsa.is_usable(Record(*kind, data), usages, raw_key)

    def test_kinds_that_are_known(self):
        self.assertTrue(self.usable(3, 1, 1))
        self.assertFalse(self.usable(4, 1, 1) or self.usable(3, 2, 1) or self.usable(3, 1, 3))
        self.assertFalse(self.usable(1, 1, 1, usages={2, 3}))

    def test_sizes(self):
        for matching, size in ((1, 32), (2, 64)):
            for wrong in (-1, 0, 1):
                self.assertEqual(self.usable(3, 0, matching, data=bytes(size + wrong)), wrong == 0)

    def test_whole_data_are_one_key(self):
        self.assertTrue(self.usable(3, 1, 0, data=KEY))
        self.assertFalse(self.usable(3, 1, 0, data=KEY + b"\0") or self.usable(3, 0, 0, data=KEY))

    def test_a_raw_key_can_be_named_by_3_1_alone(self):
        self.assertTrue(self.usable(3, 1, 1, raw_key=True))
        self.assertFalse(self.usable(3, 0, 1, raw_key=True) or self.usable(2, 1, 1, raw_key=True))


class Agility(unittest.TestCase):
    def test_only_the_strongest_digest_of_a_usage_and_selector(self):
        weak, strong, other = Record(3, 1, 1, b""), Record(3, 1, 2, b""), Record(3, 0, 1, b"")
        whole = Record(3, 1, 0, b"")
        self.assertEqual(tlsa.strongest([weak, strong, other, whole]), [strong, other, whole])
        self.assertEqual(tlsa.strongest([weak, whole]), [weak, whole])
        self.assertEqual(tlsa.strongest([weak, strong], (tlsa.SHA512, tlsa.SHA256)), [weak])


class Association(unittest.TestCase):
    def test_what_a_record_is_of(self):
        self.assertTrue(tlsa.is_of(Record(3, 1, 1, hashlib.sha256(b"key").digest()), b"all",
                                   b"key"))
        self.assertTrue(tlsa.is_of(Record(3, 0, 2, hashlib.sha512(b"all").digest()), b"all",
                                   b"key"))
        self.assertTrue(tlsa.is_of(Record(3, 0, 0, b"all"), b"all", b"key"))
        self.assertFalse(tlsa.is_of(Record(3, 0, 0, b"key"), b"all", b"key"))
        self.assertFalse(tlsa.is_of(Record(3, 0, 0, b""), None, b"key"))


if __name__ == "__main__":
    unittest.main()
