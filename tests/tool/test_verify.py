#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance verify: the verdict is the first word of the first line and the exit status; what
# is given it decides, and mistakes in what is given are no verdict.

import hashlib
import shutil

import tool
from tool import Case, der, pem, run, without_dates

NAME = "ns2.example.net"
OTHER = "5a" * 32


class Verify(Case):
    def verify(self, records, *words, stdin=b""):
        options = [f"--tlsa={record}" for record in records]
        return self.dance("verify", *options, *words, stdin=stdin)

    def judged(self, word, said):
        """That this is the verdict, by word and by exit status, without a complaint."""
        self.assertEqual((word, 0 if word == "allow" else 1, ""),
                         (said.word, said.status, said.err), said)
        return said

    def record(self, file, usage=3, selector=1, matching=1):
        """What dance tlsa makes of a file, as U S M HEX."""
        said = self.dance("tlsa", "--usage", str(usage), "--selector", str(selector),
                          "--matching", str(matching), file)
        self.assertEqual(0, said.status, said)
        return said.out.split(maxsplit=1)[1].strip()

    def authority(self):
        """A CA, a client certificate that it issued to NAME, and the chain of both."""
        self.certificate(self.key("ca.key"), "ca.pem", "-addext",
                         "basicConstraints=critical,CA:TRUE", subject="/CN=ca")
        self.certificate(self.key("leaf.key"), "leaf.pem", "-CA", "ca.pem", "-CAkey",
                         "ca.key", "-addext", f"subjectAltName=DNS:{NAME}", "-addext",
                         "basicConstraints=critical,CA:FALSE", "-addext",
                         "extendedKeyUsage=clientAuth", subject="/CN=leaf")
        self.write("chain.pem", self.read("leaf.pem") + "text between\n" +
                   self.read("ca.pem"))


class Verdicts(Verify):
    def test_a_match_names_the_record(self):
        certificate = self.certificate(self.key())
        digest = self.digest("key")
        self.expect(f"allow by TLSA 3 1 1 {digest}\n",
                    self.verify([f"3 1 1 {digest}"], certificate))

    def test_of_several_records_it_names_the_one_that_matched(self):
        digests = [self.digest(self.key(name)) for name in ("old", "now", "next")]
        records = [f"3 1 1 {digest}" for digest in digests]
        self.expect(f"allow by TLSA 3 1 1 {digests[1]}\n",
                    self.verify(records, self.certificate("now")))
        self.expect(f"allow by TLSA 3 1 1 {digests[1]}\n",
                    self.verify(reversed(records), self.certificate("now")))

    def test_a_mismatch_says_which_record_the_key_would_have(self):
        certificate = self.certificate(self.key())
        said = self.judged("mismatch", self.verify([f"3 1 1 {OTHER}"], certificate))
        reason, key = said.out.splitlines()
        self.assertRegex(reason, r"^mismatch \(.+\)$")
        self.assertEqual(f"the key shown is TLSA 3 1 1 {self.digest('key')}", key)

    def test_every_selector_and_matching_type_matches(self):
        certificate = self.certificate(self.key())
        other = self.certificate(self.key("other"), "other.pem")
        for selector in range(2):
            for matching in range(3):
                record = self.record(certificate, 3, selector, matching)
                self.judged("allow", self.verify([record], certificate))
                self.judged("mismatch", self.verify([record], other))

    def test_records_that_cannot_be_used_are_judged_so(self):
        certificate = self.certificate(self.key())
        digest = self.digest("key")
        for record in (f"4 1 1 {digest}", f"255 1 1 {digest}", f"3 2 1 {digest}",
                       f"3 1 3 {digest}", f"3 1 255 {digest}", f"3 1 1 {digest}00",
                       f"3 1 1 {digest[:-2]}", "3 1 1 ab", f"3 1 2 {digest}",
                       f"3 1 0 {digest}", f"3 0 0 {digest}"):
            self.judged("unusable", self.verify([record], certificate))
            # They do no harm to others, whatever the order.
            self.judged("allow", self.verify([record, f"3 1 1 {digest}"], certificate))
            self.judged("allow", self.verify([f"3 1 1 {digest}", record], certificate))

    def test_a_stronger_digest_of_its_kind_puts_a_weaker_one_aside(self):
        certificate = self.certificate(self.key())
        weaker = self.record(certificate)
        stronger = "3 1 2 " + "5a" * 64
        self.judged("mismatch", self.verify([weaker, stronger], certificate))
        self.judged("allow", self.verify([weaker, stronger.replace("3 1", "3 0")],
                                         certificate))

    def test_a_leaf_that_cannot_be_read_is_the_credential(self):
        for octets in (b"\0", b"\x30\x00", b"hello", bytes(5000)):
            said = self.verify([f"3 1 1 {OTHER}"], "-", stdin=pem("CERTIFICATE", octets))
            self.judged("credential", said)
            self.assertEqual(1, said.out.count("\n"))

    def test_a_certificate_that_libraries_cannot_read_can_match_by_its_octets(self):
        # No date where dates should be (RFC 7671 5.1 lets usage 3 ignore them).
        octets = der(self.read(self.certificate(self.key())))
        broken = pem("CERTIFICATE", without_dates(octets))
        self.write("broken.pem", broken)
        if shutil.which("certtool"):
            read = run("certtool", "--certificate-info", "--infile", "broken.pem",
                       folder=self.folder)
            self.assertNotEqual(0, read.returncode)
        whole = hashlib.sha256(der(broken)).hexdigest()
        for record in (f"3 1 1 {self.digest('key')}", f"3 0 1 {whole}"):
            self.judged("allow", self.verify([record], "broken.pem"))
            self.judged("allow", self.verify([record], "-", stdin=broken))

    def test_too_long_a_chain_is_the_credential(self):
        text = self.read(self.certificate(self.key()))
        record = f"3 1 1 {self.digest('key')}"
        self.judged("allow", self.verify([record], "-", stdin=text * 32))
        for count in (33, 34, 500):
            self.judged("credential", self.verify([record], "-", stdin=text * count))

    def test_only_what_follows_the_leaf_may_be_in_disorder(self):
        self.authority()
        self.write("swapped.pem", self.read("ca.pem") + self.read("leaf.pem"))
        record = self.record("leaf.pem")
        self.judged("allow", self.verify([record], "chain.pem"))
        self.judged("mismatch", self.verify([record], "swapped.pem"))


class Options(Verify):
    def test_a_name_is_wanted_in_the_certificate_by_usage_2(self):
        self.authority()
        record = self.record("ca.pem", usage=2)
        said = self.judged("allow", self.verify([record], "--name", NAME, "chain.pem"))
        self.assertEqual(f"allow by TLSA {record}\n", said.out)
        for name in (NAME + ".", NAME.upper()):
            self.judged("allow", self.verify([record], "--name", name, "chain.pem"))
        for words in (["--name", "ns3.example.net"], []):
            self.judged("chain", self.verify([record], *words, "chain.pem"))
        self.judged("mismatch", self.verify([record], "--name", NAME, "leaf.pem"))

    def test_a_role_asks_for_its_purpose(self):
        self.authority()
        record = self.record("ca.pem", usage=2)
        words = ["--name", NAME, "chain.pem"]
        self.judged("allow", self.verify([record], "--role", "client", *words))
        self.judged("chain", self.verify([record], "--role", "server", *words))
        for role in ("", "Client", "peer"):
            self.refused(self.verify([record], "--role", role, *words), "--role")

    def test_pkix_usages_want_a_ca_file(self):
        self.authority()
        for record in (self.record("ca.pem", usage=0), self.record("leaf.pem", usage=1)):
            words = ["--name", NAME, "chain.pem"]
            self.judged("unusable", self.verify([record], *words))
            self.judged("allow", self.verify([record], "--ca-file", "ca.pem", *words))
            self.judged("unusable", self.verify([record], "--ca-file", "ca.pem",
                                                "--usage", "dane-ee,dane-ta", *words))

    def test_a_record_that_needs_another_one_to_match_is_named_if_it_can_be(self):
        # The issuer in between was not sent: a 0 0 0 record supplies it (RFC 7671 5.4).
        self.authority()
        self.certificate(self.key("between.key"), "between.pem", "-CA", "ca.pem",
                         "-CAkey", "ca.key", "-addext", "basicConstraints=critical,CA:TRUE",
                         subject="/CN=between")
        self.certificate("leaf.key", "low.pem", "-CA", "between.pem", "-CAkey",
                         "between.key", "-addext", f"subjectAltName=DNS:{NAME}",
                         "-addext", "basicConstraints=critical,CA:FALSE",
                         subject="/CN=low")
        leaf = self.record("low.pem", usage=1)
        supply = self.record("between.pem", usage=0, selector=0, matching=0)
        words = ["--ca-file", "ca.pem", "--name", NAME, "low.pem"]
        self.judged("chain", self.verify([leaf], *words))
        for records in ([leaf, supply], [supply, leaf]):
            said = self.judged("allow", self.verify(records, *words))
            self.assertEqual(f"allow by TLSA {leaf}\n", said.out)
            said = self.judged("allow", self.verify([f"1 1 1 {OTHER}", *records], *words))
            self.assertEqual("allow by TLSA 1 1 1\n", said.out)

    def test_a_ca_file_has_to_hold_certificates(self):
        self.authority()
        self.write("empty", "")
        for file in ("missing", "empty", "leaf.key", "."):
            self.refused(self.verify([f"3 1 1 {OTHER}"], "--ca-file", file, "chain.pem"),
                         file)

    def test_only_usages_listed_count(self):
        certificate = self.certificate(self.key())
        record = self.record(certificate)
        for usages in ("dane-ee", "3", "dane-ta,dane-ee", "DANE-EE", "pkix-ta,3"):
            self.judged("allow", self.verify([record], "--usage", usages, certificate))
        for usages in ("dane-ta", "2", "pkix-ta,pkix-ee"):
            self.judged("unusable", self.verify([record], "--usage", usages, certificate))
        for usages in ("", "dane", "4", "dane-ee,", ",dane-ee", "dane-ee dane-ta", "333"):
            self.refused(self.verify([record], "--usage", usages, certificate), "--usage")

    def test_dates_are_judged_as_of_a_time_given(self):
        self.authority()
        record = self.record("ca.pem", usage=2)
        words = ["--name", NAME, "chain.pem"]
        for at in ("1", "2000-01-01T00:00:00Z", "253402300799", "2099-12-31T23:59:59Z"):
            self.judged("chain", self.verify([record], "--at", at, *words))
        begin = self.openssl("x509", "-in", "leaf.pem", "-noout", "-startdate",
                             "-dateopt", "iso_8601").decode()
        begin = begin.strip().split("=")[1].replace(" ", "T")
        self.judged("allow", self.verify([record], "--at", begin, *words))
        # Usage 3 has no use for dates.
        self.judged("allow", self.verify([self.record("leaf.pem")], "--at", "1", *words))

    def test_times_that_are_none_are_refused(self):
        certificate = self.certificate(self.key())
        for at in ("", "0", "-1", "now", "1.5", "253402300800", "9" * 30, "2026-11-22",
                   "2026-11-22T12:00:00", "2026-11-22 12:00:00Z", "2026-11-22T12:00:00z",
                   "2026-02-30T12:00:00Z", "2026-13-01T12:00:00Z", "2026-11-22T24:00:00Z",
                   "2026-11-22T12:00:60Z", "2026-11-22T12:00:00+01:00", " 1", "1 ",
                   "2026-1-2T12:00:00Z", "1969-12-31T23:59:59Z", "+2026-11-22T12:00:00Z"):
            with self.subTest(at):
                self.refused(self.verify([f"3 1 1 {OTHER}"], "--at", at, certificate),
                             "--at")

    def test_a_raw_key_is_proved_by_records_of_keys_only(self):
        certificate = self.certificate(self.key())
        public = self.public("key")
        for matching in range(3):
            record = self.record(public, matching=matching)
            self.judged("allow", self.verify([record], "--raw-key", public))
        self.judged("mismatch", self.verify([f"3 1 1 {OTHER}"], "--raw-key", public))
        for record in (self.record(certificate, 3, 0), self.record(public, 2, 1),
                       self.record(public, 1, 1)):
            self.judged("unusable", self.verify([record], "--raw-key", public))
        other = [f"3 1 1 {OTHER}"]
        self.refused(self.verify(other, "--raw-key", certificate), "public key")
        self.refused(self.verify(other, public), "certificate", "PUBLIC KEY")
        two = self.read(public) * 2
        self.refused(self.verify(other, "--raw-key", "-", stdin=two), "more than one")
        self.judged("credential", self.verify(other, "--raw-key", "-",
                                              stdin=pem("PUBLIC KEY", b"\x30\x00")))


class Records(Verify):
    def test_digits_may_be_parted_and_of_either_case(self):
        certificate = self.certificate(self.key())
        digest = self.digest("key")
        halves = f"{digest[:31]} {digest[31:]}"
        for record in (f"3 1 1 {digest.upper()}", f"3 1 1 {halves}",
                       f"  3\t1\n1 {digest} ", "3 1 1 " + " ".join(digest), f"TLSA 3 1 1 {digest}",
                       f"tlsa 3 1 1 {halves}", f"DANE-EE SPKI sha256 {digest}",
                       f"03 001 1 {digest}", f"dane-ee spki SHA2-256 {digest}"):
            with self.subTest(record):
                said = self.judged("allow", self.verify([record], certificate))
                self.assertEqual(f"allow by TLSA 3 1 1 {digest}\n", said.out)

    def test_a_line_of_a_zone_file_is_a_record(self):
        certificate = self.certificate(self.key())
        digest = self.digest("key")
        generic = f"\\# 35 03 0101 {digest}"
        made = self.dance("tlsa", "--name", NAME, "--ttl", "3600", "key").out.rstrip("\n")
        for record in (made, made.replace(" 3600", ""), made.replace(" IN", ""),
                       made.replace(f"{NAME}. ", ""), made.replace(f"{NAME}.", "@"),
                       f"IN TLSA 3 1 1 {digest}", f"1h IN TLSA 3 1 1 {digest}",
                       f"x IN 60 tlsa 3 1 1 {digest}", f"x CLASS1 TYPE52 {generic}",
                       f"tlsa IN TLSA 3 1 1 {digest}", f"type52 60 TYPE52 {generic}",
                       f"TLSA {generic}", generic, f"3 1 1 ({digest})",
                       f"x TLSA ( 3 1 1\n {digest[:20]} ; half\n {digest[20:]} )",
                       f"3 1 1 {digest} ; and no more\n", f"{made}\r\n"):
            with self.subTest(record):
                said = self.judged("allow", self.verify([record], certificate))
                self.assertEqual(f"allow by TLSA 3 1 1 {digest}\n", said.out)

    def test_what_is_no_record_is_refused_by_name(self):
        certificate = self.certificate(self.key())
        digest = self.digest("key")
        for record, words in (
                ("", "no certificate usage"), (" ", "no certificate usage"),
                ("TLSA", "no certificate usage"), ("3", "no selector"),
                ("3 1", "no matching type"), ("3 1 1", "no data"), ("3 1 1 ", "no data"),
                (f"3 1 1 {digest[1:]}", "odd number"), ("3 1 1 a", "odd number"),
                (f"3 1 1 {digest[:-1]}g", "not a hex digit"),
                (f"3 1 1 0x{digest}", "not a hex digit"),
                (f"3 1 1 (0x{digest})", "not a hex digit"), ("TLSA \\# 3 030101", "no data"),
                (f"TLSA \\# 36 030101{digest}", "does not have the stated length"),
                (f"TLSA \\# 030101{digest}", "length of its data is missing"), ("\\# 2 0301", "no data"),
                ("3 1 1 " + "aa " * 300, "too many words"),
                (f"3 1 1 {digest})\n4 1 1 {digest}", "more than one record"),
                (f"256 1 1 {digest}", "'256' is not a certificate usage"),
                (f"-1 1 1 {digest}", "not a certificate usage"),
                (f"3 x 1 {digest}", "'x' is not a selector"),
                (f"3 1 1000 {digest}", "'1000' is not a matching type"),
                (f"0003 1 1 {digest}", "not a certificate usage"),
                (f"3,1,1,{digest}", "not a certificate usage"),
                (f"{NAME}. IN A 3 1 1 {digest}", "not a certificate usage"),
                (f"{NAME}. CH TLSA 3 1 1 {digest}", "not a certificate usage"),
                (f"{NAME}. IN TLSA", "no certificate usage")):
            with self.subTest(record[:40]):
                self.refused(self.verify([record], certificate), "--tlsa", words)
                # Not even beside one that matches.
                self.refused(self.verify([f"3 1 1 {digest}", record], certificate), words)

    def test_a_file_and_a_record_are_wanted(self):
        certificate = self.certificate(self.key())
        self.refused(self.dance("verify", certificate), "--tlsa")
        self.refused(self.verify([f"3 1 1 {OTHER}"]), "missing file")
        self.refused(self.verify([f"3 1 1 {OTHER}"], certificate, certificate),
                     "unexpected argument")

    def test_names_that_are_none_are_refused(self):
        certificate = self.certificate(self.key())
        for name in ("", ".", "a..example", "a" * 64 + ".example", "*.example",
                     "b\u00fccher.example", "a." * 127 + "a", "a/b"):
            self.refused(self.verify([f"3 1 1 {OTHER}"], "--name", name, certificate),
                         "--name")


if __name__ == "__main__":
    tool.main()
