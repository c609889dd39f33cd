#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors

import unittest

import constraints
import der
from written import ORGANIZATION, attribute, name, sequence, tree, value
from written import constraints as write

FORMS = {"mail": 0x81, "dns": 0x82, "uri": 0x86, "ip": 0x87}


def general(form, text):
    if form == "dn":
        return value(0xa4, name([attribute(ORGANIZATION, text)]))
    return value(FORMS[form], text if isinstance(text, bytes) else text.encode())


def outcome(octets, one):
    try:
        constraints.check_name(constraints.Constraints(octets),
                               constraints.GeneralName(der.one(one)))
    except der.Fault:
        return "refused"
    except der.Unclear:
        return "unclear"
    return "permitted"


class Within(unittest.TestCase):
    def row(self, form, base, text, within):
        """`within`: True, False, or None where the name or the base cannot be understood."""
        base, text = general(form, base), general(form, text)
        self.assertEqual(outcome(write([tree(base)]), text), "permitted" if within else "refused")
        self.assertEqual(outcome(write(excluded=[tree(base)]), text),
                         "permitted" if within is False else "refused")

    def test_dns_names(self):
        for base, text, within in [
                ("example.net", "a.b.Example.net", True), ("example.net", "example.net", True),
                ("", "example.net", True), ("ample.net", "example.net", False),
                ("a.example.net", "example.net", False), (".example.net", "a.example.net", True),
                (".example.net", "example.net", False), ("example.net", "*.example.net", True),
                ("example.net", "example.org.", None), ("example.net.", "example.net", None),
                (".", "example.net", None), ("example.net", "a b.org", None)]:
            self.row("dns", base, text, within)

    def test_a_wildcard_that_may_be_excluded(self):
        base = tree(general("dns", "host.example.net"))
        self.assertEqual(outcome(write(excluded=[base]), general("dns", "*.example.net")),
                         "refused")
        self.assertEqual(outcome(write([base]), general("dns", "*.example.net")), "refused")
        self.assertEqual(outcome(write(excluded=[base]), general("dns", "*.example.org")),
                         "permitted")

    def test_mailboxes(self):
        for base, text, within in [
                ("example.net", "a@Example.net", True), ("example.net", "a@b.example.net", False),
                (".example.net", "a@b.example.net", True), (".example.net", "a@example.net", False),
                ("a@example.net", "a@EXAMPLE.net", True), ("a@example.net", "A@example.net", False),
                ("example.net", '"x y"@example.net', True), ("example.net", "a", None),
                ("example.net", b"\xe9@example.net", None), ("", "a@example.net", None)]:
            self.row("mail", base, text, within)

    def test_a_mailbox_that_is_quoted_otherwise(self):
        self.assertEqual(outcome(write([tree(general("mail", '"a"@b.c'))]),
                                 general("mail", "a@b.c")),
                         "unclear")

    def test_uris(self):
        for base, text, within in [
                ("a.net", "https://A.net:1/", True), ("a.net", "https://b.a.net/", False),
                (".a.net", "https://b.a.net/", True), (".a.net", "https://a.net/", False),
                ("a.net", "urn:a", None), ("a.net", "https://192.0.2.1/", None),
                ("", "https://a.net/", None)]:
            self.row("uri", base, text, within)

    def test_addresses(self):
        net = bytes([192, 0, 2, 9, 255, 255, 255, 0])
        for base, text, within in [
                (net, bytes([192, 0, 2, 1]), True), (net, bytes([192, 0, 3, 1]), False),
                (net, bytes(16), False), (bytes(32), bytes(16), True), (bytes(8), bytes(5), None),
                (bytes(7), bytes(4), None), (bytes([1, 2, 3, 4, 255, 0, 255, 0]), bytes(4), None)]:
            self.row("ip", base, text, within)

    def test_directory_names(self):
        for base, text, within in [("Acme", " acme", True), ("Acme", "Other", False),
                                   ("\ue000", "\ue000", True), ("\ue000", "a", None)]:
            self.row("dn", base, text, within)

    def test_forms_that_are_not_processed(self):
        registered = value(0x88, b"\x88\x37\x01")
        other = value(0xa0, value(0x06, b"\x88\x37\x01"), value(0xa0, value(0x0c, b"x")))
        for base in (registered, other):
            for octets in (write([tree(base)]), write(excluded=[tree(base)])):
                self.assertEqual(outcome(octets, base), "refused")
                self.assertEqual(outcome(octets, general("dns", "a")), "permitted")


class Rules(unittest.TestCase):
    def test_excluded_counts_before_permitted_and_one_permitted_is_enough(self):
        net, org = tree(general("dns", "net")), tree(general("dns", "org"))
        self.assertEqual(outcome(write([org, net]), general("dns", "a.net")), "permitted")
        self.assertEqual(outcome(write([org, net], [net]), general("dns", "a.net")), "refused")
        self.assertEqual(outcome(write([org]), general("mail", "a@b.net")), "permitted")

    def test_minimum_and_maximum(self):
        base = general("dns", "net")
        for limits, expected in ((value(0x80, b"\0"), "permitted"), (value(0x80, b"\1"), "refused"),
                                 (value(0x81, b"\0"), "refused")):
            self.assertEqual(outcome(write([tree(base, limits)]), base), expected)
            self.assertEqual(outcome(write([tree(base, limits)]), general("mail", "a@b")),
                             "permitted")

    def test_what_cannot_be_read(self):
        base = tree(general("dns", "net"))
        for octets in (sequence(), sequence(value(0xa0)),
                       sequence(value(0xa1, base), value(0xa0, base)),
                       sequence(value(0xa0, base), value(0xa0, base)), sequence(value(0xa2, base)),
                       write([sequence()]), write([tree(value(0x89, b"a"))]),
                       write([base]) + b"\5\0",
                       write([tree(general("dns", "net"),
                                   value(0x81, b"\0") + value(0x80, b"\0"))])):
            with self.assertRaises(der.Fault):
                constraints.Constraints(octets)


if __name__ == "__main__":
    unittest.main()
