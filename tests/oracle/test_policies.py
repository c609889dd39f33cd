#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors

import types
import unittest

import der
import policies
from certificate import ANY_POLICY as ANY


def one(policies_=None, mappings=None, require=None, no_mapping=None, no_any=None, own=False):
    constraints = (require, no_mapping) if (require, no_mapping) != (None, None) else None
    return types.SimpleNamespace(policies=policies_, mappings=mappings,
                                 policy_constraints=constraints,
                                 no_any=no_any, is_self_issued=lambda: own)


class Policies(unittest.TestCase):
    def valid(self, *path, bare=False):
        """The anchor first."""
        try:
            policies.check(list(path)[::-1], bare)
        except der.Fault:
            return False
        return True

    def test_nothing_is_required_at_first(self):
        self.assertTrue(self.valid(one(), one(), one()))
        self.assertTrue(self.valid(one(["a"]), one(["b"]), one()))

    def test_one_is_required(self):
        for at in (0, 1):
            path = [one(["a"], require=0), one(["a"]), one(["a"])]
            path[at + 1] = one(["b"])
            self.assertFalse(self.valid(*path))
        self.assertTrue(self.valid(one(["a"], require=0), one(["a", "b"]), one(["a"])))
        self.assertTrue(self.valid(one(require=0), one([ANY]), one(["b"])))
        self.assertFalse(self.valid(one(), one(), one(require=0)))

    def test_a_requirement_counts_certificates(self):
        self.assertTrue(self.valid(one(require=3), one(), one()))
        self.assertFalse(self.valid(one(require=2), one(), one()))
        self.assertTrue(self.valid(one(require=2), one(own=True), one(), bare=True))

    def test_any_policy(self):
        self.assertTrue(self.valid(one(require=0), one(["a"]), one([ANY])))
        self.assertFalse(self.valid(one(require=0, no_any=0), one(["a"]), one([ANY])))
        self.assertTrue(self.valid(one(require=0, no_any=1), one(["a"]), one([ANY], own=True),
                                   one(["a"])))
        self.assertTrue(self.valid(one(require=0, no_any=0), one([ANY], own=True), one(["a"])))

    def test_mappings(self):
        mapped = one(["a"], mappings=[("a", "b")])
        self.assertTrue(self.valid(one(require=0), mapped, one(["b"])))
        self.assertFalse(self.valid(one(require=0), mapped, one(["a"])))
        self.assertFalse(self.valid(one(require=0, no_mapping=0), mapped, one(["b"])))
        self.assertTrue(self.valid(one(require=0), one([ANY], mappings=[("a", "b")]), one(["b"])))
        for pair in (("a", ANY), (ANY, "a")):
            self.assertFalse(self.valid(one(), one(["a"], mappings=[pair]), one()))
            self.assertTrue(self.valid(one(), one(["a"], mappings=[pair])))


if __name__ == "__main__":
    unittest.main()
