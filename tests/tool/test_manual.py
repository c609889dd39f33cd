#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The manual: well-formed, and its examples print what it says they do. Those of dance
# check and dance probe need a DNS and are run with the system tests.

import os
import re
import shutil
import unittest

from examples import alike, examples
import tool
from tool import DANCE, Case, run

MANUAL = os.environ["DANCE_MANUAL"]
NAME = "ns2.example.net"


class Manual(Case):
    def test_its_examples_print_what_it_says(self):
        self.certificate(self.key("secondary.key"), "secondary.pem")
        self.key("next.key")
        self.certificate(self.key("ca.key"), "ca.pem", "-addext",
                         "basicConstraints=critical,CA:TRUE", subject="/CN=ca")
        self.certificate("secondary.key", "chain.pem", "-CA", "ca.pem", "-CAkey",
                         "ca.key", "-addext", f"subjectAltName=DNS:{NAME}", "-addext",
                         "basicConstraints=critical,CA:FALSE", subject="/CN=leaf")
        self.write("chain.pem", self.read("chain.pem") + self.read("ca.pem"))
        found = [(command, output) for command, output in examples(MANUAL)
                 if not command.startswith(("dance check", "dance probe"))]
        self.assertGreaterEqual(len(found), 5)
        path = os.path.dirname(DANCE) + ":" + os.environ["PATH"]
        for command, output in found:
            with self.subTest(command):
                done = run("env", f"PATH={path}", "sh", "-c", command, folder=self.folder)
                self.assertEqual("", done.stderr.decode())
                printed = done.stdout.decode()
                self.assertEqual(alike(output), alike(printed))
                # This one has no key of the test's in it.
                if "--pin" in command:
                    self.assertEqual(output, printed)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_it_is_well_formed(self):
        done = run("mandoc", "-T", "lint", MANUAL)
        # Our other manuals are not installed yet.
        lines = [line for line in done.stdout.decode().splitlines()
                 if not re.search("referenced manual not found: Xr (libdance 3|dance-)", line)]
        self.assertEqual([], lines)


if __name__ == "__main__":
    tool.main()
