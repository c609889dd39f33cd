#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors

import unittest

import der
import hosts


class Forms(unittest.TestCase):
    def refused(self, function, *texts):
        for text in texts:
            with self.assertRaises(der.Fault, msg=text):
                function(text)

    def test_owner_names(self):
        for text in ("a", "_853._tcp.ns1.example", "A-b.c_d", "-a", "a" * 63):
            self.assertTrue(hosts.is_owner(text), text)
        for text in ("a.", ".a", "a..b", "*.a", "a b", "a" * 64, "b\u00fc", "a\\.b",
                     ".".join("a" * 127) + "b"):
            self.assertFalse(hosts.is_owner(text), text)

    def test_names_of_hosts(self):
        self.assertEqual(hosts.labels("A.Example.net"), ["a", "example", "net"])
        self.assertEqual(hosts.labels("*.a", wildcard=True), ["*", "a"])
        self.refused(hosts.labels, "", "a.", ".a", "a..b", "*.a", "a b", "a\0b")
        self.refused(lambda text: hosts.labels(text, wildcard=True), "*", "a.*", "x*.a")

    def test_hosts_of_uris(self):
        for text in ("https://www.Example.net/a", "ldap://u:p@www.example.net:1/?@x",
                     "x://www.example.net.",
                     "https://www.ex%61mple.net#@y", "https://www.example.net:"):
            self.assertEqual(hosts.of_uri(text), ["www", "example", "net"], text)
        self.refused(hosts.of_uri, "urn:a", "file:///a", "www.example.net", "https://192.0.2.1/",
                     "https://[2001:db8::1]/", "https://a../", "https://a:b/", "https://a%2",
                     "//a/",
                     "https://0x7f.1/", "https://a.0x7f/")

    def test_hosts_that_readers_see_differently(self):
        for text in ("https://a\\@b/", "https://a@b@c/"):
            with self.assertRaises(der.Unclear):
                hosts.of_uri(text)

    def test_mailboxes(self):
        self.assertEqual(hosts.of_mailbox("A.b@Example.net"), ("A.b", ["example", "net"]))
        self.assertEqual(hosts.of_mailbox('"a@\\"b"@c'), ('"a@\\"b"', ["c"]))
        self.refused(hosts.of_mailbox, "a", "@a", "a@", "a b@c", "a..b@c", ".a@c", "a@[192.0.2.1]",
                     "a@b@c",
                     'a"@c', '"a"b"@c')


if __name__ == "__main__":
    unittest.main()
