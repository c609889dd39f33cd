#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The command line itself: help, mistakes, and output that cannot be written.

import json
import os
import subprocess

import tool
from tool import DANCE, Case

RECORD = "3 1 1 " + "5a" * 32
HAS_PROBE = os.environ.get("DANCE_PROBE") != ""
COMMANDS = ("tlsa", "verify", "check", *(("probe",) if HAS_PROBE else ()), "roll")


class Words(Case):
    def test_help_and_version_are_printed(self):
        for words in (["--help"], ["-h"], ["--help", "x"]):
            said = self.dance(*words)
            self.assertEqual((0, ""), (said.status, said.err))
            for command in COMMANDS:
                self.assertIn(f"\n  {command} ", said.out)
        for command in COMMANDS:
            for words in (["--help"], ["-h"], ["x.example", "--help", "--bogus"]):
                said = self.dance(command, *words)
                self.assertEqual((0, ""), (said.status, said.err))
                self.assertIn(f"usage: dance {command} ", said.out)
        for words in (["--version"], ["-V"]):
            said = self.dance(*words)
            self.assertEqual((0, ""), (said.status, said.err))
            self.assertRegex(said.out, r"^dance [0-9]+\.[0-9]+\.[0-9]+\n$")

    def test_help_names_every_option_the_manual_does(self):
        with open(os.environ["DANCE_MANUAL"], encoding="ascii") as file:
            manual = file.read()
        for command, part in zip(COMMANDS, manual.split(".Ss dance ")[1:]):
            options = {word.split()[1] for word in part.split(".It ") if "Fl -" in word}
            options = {f"-{option}" for option in options}
            self.assertTrue(options)
            for option in options:
                self.assertIn(option, self.dance(command, "--help").out)

    def test_what_is_unknown_is_refused(self):
        self.refused(self.dance(), "missing command")
        for word in ("help", "TLSA", "", "tlsa\n", "probes"):
            self.refused(self.dance(word), "unknown command")
        for words in ([], *([command] for command in COMMANDS)):
            self.refused(self.dance(*words, "-x", "y"), "unknown option '-x'")
            for option in ("--bogus", "--bogus=1", "--usages", "--Usage", "---usage",
                           "--\x1b[2J"):
                said = self.dance(*words, option, "x", "y")
                self.refused(said, "unknown option", " ".join(["dance", *words]) + ":")
                self.assertIn(option.split("=")[0].replace("\x1b", "?"), said.err)

    def test_options_can_be_shortened_while_it_is_clear_which_one_is_meant(self):
        self.key()
        line = f"a.example. IN TLSA 3 1 1 {self.digest('key')}\n"
        for option in ("--name", "--nam", "--n"):
            self.expect(line, self.dance("tlsa", option, "a.example", "key"))
            self.expect(line, self.dance("tlsa", option + "=a.example", "key"))
        self.assertEqual(self.dance("--version").out, self.dance("--vers").out)
        self.refused(self.dance("check", "--r", "x"), "'--r' can be", "--resolver",
                     "--root-hints")
        self.refused(self.dance("check", "--r=x", "x"), "'--r' can be")
        # A whole name is never short for another one.
        self.refused(self.dance("verify", "--help=x"), "--help takes no value")

    def test_options_want_what_they_are_made_for(self):
        self.refused(self.dance("tlsa", "x", "--name"), "--name needs a value")
        self.refused(self.dance("tlsa", "x", "--nam"), "--name needs a value")
        self.refused(self.dance("verify", "--raw-key=yes", "x"), "--raw-key takes no value")
        self.refused(self.dance("verify", "--usage", "3", "--usage=3"),
                     "--usage may be given only once")
        self.refused(self.dance("verify", "--usage", "3", "--us=3"), "--usage may be given only once")
        self.refused(self.dance("check", "--json", "--json", "x"), "--json may be given only once")

    def test_options_may_follow_files_until_two_hyphens(self):
        self.key("--name")
        line = f"TLSA 3 1 1 {self.digest('./--name')}\n"
        self.refused(self.dance("tlsa", "--name"), "--name needs a value")
        self.expect(line, self.dance("tlsa", "--", "--name"))
        self.expect(f"a.example. IN {line}",
                    self.dance("tlsa", "./--name", "--name", "a.example"))

    def test_output_that_cannot_be_written_is_no_success(self):
        certificate = self.certificate(self.key())
        record = self.dance("tlsa", certificate).out.strip()
        for words in (["--help"], ["--version"], ["tlsa", "--help"],
                      ["tlsa", certificate], ["verify", "--tlsa", record, certificate],
                      ["verify", "--tlsa", RECORD, certificate]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([DANCE, *words], stdout=full, cwd=self.folder,
                                      stderr=subprocess.PIPE, timeout=60)
            self.assertEqual(2, done.returncode, words)
            self.assertIn(b"cannot write standard output", done.stderr)

    def test_a_reader_that_went_away_is_no_success(self):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([DANCE, "--help"], stdout=writer, stderr=subprocess.PIPE,
                              timeout=60)
        os.close(writer)
        self.assertEqual(2, done.returncode)
        self.assertIn(b"cannot write standard output", done.stderr)

    def test_no_standard_output_is_no_success(self):
        done = subprocess.run(["sh", "-c", '"$1" --help >&-', "sh", DANCE],
                              stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(2, done.returncode)


class Probe(Case):
    """What can be seen of dance probe without a server."""

    def setUp(self):
        super().setUp()
        if not HAS_PROBE:
            self.skipTest("this build has no OpenSSL, and so no dance probe")

    def test_its_mistakes(self):
        self.refused(self.dance("probe"), "missing server and zone")
        self.refused(self.dance("probe", "127.0.0.1"), "missing zone")
        self.refused(self.dance("probe", "127.0.0.1", "a.example", "x"), "unexpected argument 'x'")
        for server in ("", "127.0.0.1@0", "127.0.0.1:853", "a..b"):
            self.refused(self.dance("probe", server, "a.example"), f"'{server}'")
        for zone in ("", "a..b", "a b"):
            self.refused(self.dance("probe", "127.0.0.1", zone), f"zone '{zone}'")
        words = ["127.0.0.1", "a.example"]
        for option, value in (("--name", "a..b"), ("--server-name", "a b"), ("--timeout", "0"),
                              ("--timeout", "10001"), ("--server-key", "5a"),
                              ("--server-key", "5a" * 31 + "5g"), ("--root-hints", "missing"),
                              ("--resolver", "localhost")):
            self.refused(self.dance("probe", option, value, *words), option)

    def test_its_keys_and_certificates(self):
        words = ["127.0.0.1", "a.example"]
        key = self.key()
        certificate = self.certificate(key)
        other = self.key("other")
        self.refused(self.dance("probe", "--cert", certificate, *words), "--cert needs --key")
        self.refused(self.dance("probe", "--raw-key", key, "--key", key, *words),
                     "--raw-key does not go with --key")
        self.refused(self.dance("probe", "--raw-key", key, "--cert", certificate, *words),
                     "--raw-key does not go with")
        self.refused(self.dance("probe", "--key", "missing", *words), "missing: No such file")
        self.refused(self.dance("probe", "--key", certificate, *words), "no readable PEM private key")
        self.refused(self.dance("probe", "--key", other, "--cert", certificate, *words),
                     "key values mismatch")


class Check(Case):
    """What can be seen of dance check without a DNS."""

    def test_its_mistakes(self):
        self.refused(self.dance("check"), "missing name")
        self.refused(self.dance("check", "a.example", "x", "y"), "unexpected argument 'y'")
        self.refused(self.dance("check", "--raw-key", "a.example"), "--raw-key")
        self.refused(self.dance("check", "a.example", "missing"), "missing")
        for name, words in (("", "empty"), ("a..example", "a label is empty"), (".", "empty"),
                            ("a" * 64, "a label is too long"), ("*.example", "may contain only letters"),
                            ("b\u00fccher.example", "A-labels (xn--)")):
            self.refused(self.dance("check", name), words)
        for resolver in ("", "localhost", "127.0.0.1@", "127.0.0.1@0", "127.0.0.1:53",
                         "127.0.0.1@65536", "[::1]", "@53"):
            self.refused(self.dance("check", "--resolver", resolver, "a.example"),
                         "--resolver")
        self.refused(self.dance("check", *["--resolver=127.0.0.1"] * 9, "a.example"), "8")
        for timeout in ("", "0", "-1", "10001", "1s", "99999999999999999999"):
            self.refused(self.dance("check", "--timeout", timeout, "a.example"),
                         "--timeout")
        self.refused(self.dance("check", "--usage", "dane", "a.example"), "--usage")
        for hints in ("missing", ".", self.write("empty", "")):
            self.refused(self.dance("check", "--root-hints", hints, "a.example"),
                         f"--root-hints {hints}: ")

    def test_a_span_has_a_number_and_a_unit(self):
        for span in ("", "3", "d", "0d", "-3d", "3 d", "3D", "3dd", "3d ", "1.5d", "99999999s",
                     "3y", "+3d"):
            self.refused(self.dance("check", "--warn", span, "a.example"), "--warn", "3d")
        for span in ("3d", "1s", "90m", "36h", "2w", "9999999w"):
            said = self.dance("check", "--warn", span, "--trust-anchor", "missing", "a.example")
            self.assertEqual((2, ""), (said.status, said.err), said)
        self.refused(self.dance("check", "--roll", "a.example"), "--roll needs --warn")

    def test_without_a_trust_anchor_nothing_is_found_out(self):
        for anchor in ("missing.key", self.write("empty.key", "; none\n")):
            said = self.dance("check", "--trust-anchor", anchor, "a.example")
            self.assertEqual((2, "not-ready"), (said.status, said.word), said)
            self.assertIn(anchor, said.out)
            said = self.dance("check", "--json", "--trust-anchor", anchor, "a.example",
                              self.certificate(self.key()))
            self.assertEqual(2, said.status)
            told = json.loads(said.out)
            self.assertEqual(("a.example", "not-ready", "not-ready", None, []),
                             (told["name"], told["status"], told["verdict"],
                              told["match"], told["records"]))
            self.assertIn(anchor, told["reason"])


if __name__ == "__main__":
    tool.main()
