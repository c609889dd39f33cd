#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors

import types
import unittest

import der
import paths
from paths import CLIENT, SERVER, Wish


class Names(unittest.TestCase):
    def test_the_reference(self):
        for name, role, wanted in (("_853._tcp.Ns1.example", SERVER, "ns1.example"),
                                   ("_853._tcp.ns1.example", CLIENT, "_853._tcp.ns1.example"),
                                   ("_a._tcp.ns1", SERVER, "_a._tcp.ns1"), ("ns1", SERVER, "ns1")):
            self.assertEqual(".".join(paths.reference(Wish(role, 1, name))), wanted)

    def test_wildcards(self):
        for shown, role, good in (("*.b.c", SERVER, True), ("*.b.c", CLIENT, False),
                                  ("A.b.C", CLIENT, True),
                                  ("*.c", SERVER, False), ("a*.b.c", SERVER, False),
                                  ("a.*.c", SERVER, False),
                                  ("a.b.c.", CLIENT, False), ("*.a.b.c", SERVER, False)):
            self.assertEqual(paths.is_named(shown, ["a", "b", "c"], role), good, shown)
        self.assertFalse(paths.is_named("*.c", ["a", "c"], SERVER))


def issuer(version=3, key_usage=None, authority=True, length=None, basic=True):
    return types.SimpleNamespace(
        version=version, key_usage=key_usage,
        basic=types.SimpleNamespace(authority=authority, length=length) if basic else None)


def below(own):
    return types.SimpleNamespace(is_self_issued=lambda: own)


class Issuers(unittest.TestCase):
    def good(self, certificate, others=(), root=False):
        try:
            paths.check_issuer(certificate, others, root)
        except der.Fault:
            return False
        return True

    def test_a_ca(self):
        self.assertTrue(self.good(issuer()) and self.good(issuer(key_usage={5})))
        for wrong in (issuer(authority=False), issuer(basic=False), issuer(key_usage={0, 6}),
                      issuer(version=1, basic=False), issuer(basic=False, key_usage={5})):
            self.assertFalse(self.good(wrong))

    def test_a_root_of_the_operator(self):
        self.assertTrue(self.good(issuer(version=1, basic=False), root=True))
        self.assertTrue(self.good(issuer(basic=False, key_usage={5}), root=True))
        self.assertFalse(self.good(issuer(basic=False), root=True))

    def test_path_length(self):
        self.assertTrue(self.good(issuer(length=0), [below(True)]))
        self.assertFalse(self.good(issuer(length=0), [below(False)]))
        self.assertTrue(self.good(issuer(length=1), [below(False), below(True)]))


class Searches(unittest.TestCase):
    class Search(paths.Search):
        """Each one's issuer is the one with the next number."""

        def issuers(self, certificate):
            return [each for each in self.others if each.number == certificate.number + 1]

    def test_a_path_that_goes_on_at_the_limit_is_told(self):
        for count, cut in ((10, False), (11, True)):
            chain = [types.SimpleNamespace(number=at, octets=bytes([at])) for at in range(count)]
            search = self.Search(chain[0], chain[1:], None)
            self.assertEqual(max(map(len, search.paths())), 10)
            self.assertEqual(search.cut, cut)


if __name__ == "__main__":
    unittest.main()
