#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Files that hold something else, or nothing: each subcommand says in one line what is
# wrong with them.

import tool
from tool import Case, der, pem

RECORD = "3 1 1 " + "5a" * 32


class Input(Case):
    def both(self, file, *words, stdin=b""):
        """That neither subcommand takes the file, and what both say of it."""
        self.refused(self.dance("tlsa", file, stdin=stdin), *words)
        self.refused(self.dance("verify", "--tlsa", RECORD, file, stdin=stdin), *words)

    def broken(self, text, *words):
        self.both("-", "standard input", *words, stdin=text)

    def test_files_that_are_not_there_or_none(self):
        self.both("missing.pem", "missing.pem", "No such file")
        self.both(".", "Is a directory")
        self.both(self.write("empty.pem", ""), "empty.pem", "empty")
        self.broken("", "empty")

    def test_a_file_name_cannot_write_over_the_line(self):
        self.both("a\nb\x1b[2J", "a?b?[2J")

    def test_a_file_larger_than_any_certificate_is_not_read_to_its_end(self):
        certificate = self.read(self.certificate(self.key()))
        self.both(self.write("large", "x\n" * (512 * 1024) + certificate), "1 MiB")
        self.both("/dev/zero", "/dev/zero", "1 MiB")

    def test_what_is_not_pem(self):
        octets = der(self.read(self.certificate(self.key())))
        for text in (octets, "no certificate\n", "\0" * 100, "-----BEGIN",
                     "-----BEGIN -----\n-----END -----\n", b"\xff\xfe-\0-\0"):
            self.broken(text, "not PEM")

    def test_a_byte_order_mark_is_called_so(self):
        text = self.read(self.certificate(self.key())).encode()
        self.broken(b"\xef\xbb\xbf" + text, "a byte order mark precedes")
        # The first of two is not passed over.
        self.broken(b"\xef\xbb\xbf" + text + text, "a byte order mark")
        self.broken(text + b"\xef\xbb\xbf" + text, "a byte order mark")

    def test_blocks_that_are_not_whole(self):
        text = self.read(self.certificate(self.key()))
        lines = text.splitlines(keepends=True)
        self.broken("".join(lines[:-1]), "no end")
        self.broken("".join(lines[:3]) + text, "begins inside")
        self.broken(text.replace("END CERT", "END X509 CERT"), "different labels")
        self.broken(text.replace("END CERTIFICATE", "END CERT"), "different labels")
        self.broken("".join(lines[:-1]) + "-----END CERTIFICATE\n", "different labels")

    def test_blocks_that_are_not_base64(self):
        lines = self.read(self.certificate(self.key())).splitlines(keepends=True)
        for wrong in ("!" + lines[1][1:], lines[1][:-2] + "\n", "Header: x\n" + lines[1]):
            self.broken("".join([lines[0], wrong, *lines[2:]]), "not base64")
        self.broken(lines[0] + lines[-1], "is empty")
        self.broken(lines[0] + "\n \n" + lines[-1], "a PEM block is")

    def test_encrypted_keys(self):
        key = self.key()
        secret = ["-passout", "pass:secret"]
        self.openssl("pkcs8", "-topk8", "-in", key, *secret, "-out", "new")
        self.openssl("ec", "-in", key, "-aes128", *secret, "-out", "old")
        self.assertIn("BEGIN ENCRYPTED PRIVATE KEY", self.read("new"))
        self.assertIn("Proc-Type: 4,ENCRYPTED", self.read("old"))
        for file in ("new", "old"):
            self.refused(self.dance("tlsa", file), file, "encrypted", "decrypt it")
            self.refused(self.dance("verify", "--tlsa", RECORD, file), "no certificate")

    def test_an_encrypted_key_beside_a_certificate_does_no_harm(self):
        certificate = self.certificate(self.key())
        self.openssl("pkcs8", "-topk8", "-in", "key", "-passout", "pass:secret", "-out",
                     "encrypted")
        self.write("both", self.read("encrypted") + self.read(certificate))
        line = f"TLSA 3 1 1 {self.digest('key')}\n"
        self.expect(line, self.dance("tlsa", "both"))
        said = self.dance("verify", "--tlsa", line.strip(), "both")
        self.assertEqual("allow", said.word)

    def test_other_things_that_are_pem(self):
        key = self.key(kind="rsa")
        self.openssl("req", "-new", "-key", key, "-subj", "/", "-out", "request")
        self.openssl("rsa", "-in", key, "-RSAPublicKey_out", "-out", "pkcs1")
        self.openssl("x509", "-in", self.certificate(key), "-trustout", "-out", "trusted")
        for file, label in (("request", "CERTIFICATE REQUEST"),
                            ("pkcs1", "RSA PUBLIC KEY"),
                            ("trusted", "TRUSTED CERTIFICATE")):
            self.both(file, "contains no certificate", label)
        self.refused(self.dance("verify", "--tlsa", RECORD, key), "no certificate",
                     "PRIVATE KEY")

    def test_blocks_that_are_not_what_their_label_says(self):
        octets = der(self.read(self.certificate(self.key())))
        key = self.openssl("pkey", "-in", "key", "-pubout", "-outform", "DER")
        for label in ("CERTIFICATE", "PUBLIC KEY", "PRIVATE KEY", "EC PRIVATE KEY",
                      "RSA PRIVATE KEY"):
            for wrong in (b"\0", b"\x30", b"\x30\x00", b"\x30\x80" + bytes(8), b"hello",
                          b"\x30\x84\xff\xff\xff\xff", bytes(1000),
                          octets if label != "CERTIFICATE" else octets[:-1],
                          key if label != "PUBLIC KEY" else key + b"\0"):
                said = self.dance("tlsa", "-", stdin=pem(label, wrong))
                self.refused(said, "standard input")


if __name__ == "__main__":
    tool.main()
