#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance tlsa: its records are those that other tools compute, from every file in which a
# key may stand.

import base64
import hashlib
import itertools
import re
import shutil
import unittest

import tool
from tool import Case, der, pem, run, without_dates

# Private keys of which no record is made, and the reason: their certificates could bear other octets
# than GnuTLS writes.
NO_RECORD = {
    "rsa-pss-with-parameters": "parameters of an RSA-PSS key",
    "secp256k1": "GnuTLS cannot compute",
    "p256-explicit": "GnuTLS cannot compute",
}
# What is said of keys that TLS libraries reject.
WARNED = {
    "secp256k1": "no signature scheme for the curve",
    "p256-explicit": "explicit curve",
}
INSTEAD = "give the certificate or the public key"

NAME = "_xfr-client.ns2.example.net"


def shell(command, folder):
    """What an operator would do by hand."""
    return run("sh", "-c", command, folder=folder).stdout.decode()


class SameKey(Case):
    def test_certificate_public_and_private_key_make_what_openssl_computes(self):
        for kind in tool.KINDS:
            with self.subTest(kind):
                key = self.key(kind=kind)
                certificate = self.certificate(key)
                by_hand = shell(f"openssl x509 -in {certificate} -pubkey -noout | "
                                "openssl pkey -pubin -outform DER | sha256sum",
                                self.folder)
                line = f"TLSA 3 1 1 {by_hand.split()[0]}\n"
                for file in (certificate, self.public(key)):
                    said = self.dance("tlsa", file)
                    self.assertEqual((0, line), (said.status, said.out), said)
                    self.assertIn(WARNED.get(kind, ""), said.err, said)
                    self.assertEqual(int(kind in WARNED), said.err.count("\n"), said)
                self.of_private(kind, line, key)

    def of_private(self, kind, line, key):
        """What is said of a private key: its certificate's record, or no record at all."""
        if kind in NO_RECORD:
            self.refused(self.dance("tlsa", key), key, NO_RECORD[kind], INSTEAD)
        else:
            self.expect(line, self.dance("tlsa", key))

    def test_older_forms_of_private_keys_do_too(self):
        for kind in ("rsa", "p256", "p384", "secp256k1", "p256-explicit"):
            with self.subTest(kind):
                key = self.key(kind=kind)
                self.openssl("pkey", "-in", key, "-traditional", "-out", "older")
                self.assertNotIn("BEGIN PRIVATE KEY", self.read("older"))
                self.of_private(kind, f"TLSA 3 1 1 {self.digest(key)}\n", "older")

    def test_a_compressed_point_stays_compressed(self):
        key = self.key()
        self.openssl("ec", "-in", key, "-conv_form", "compressed", "-out", "compressed")
        self.openssl("pkcs8", "-topk8", "-nocrypt", "-in", "compressed", "-out", "compressed8")
        digest = self.digest("compressed")
        self.assertNotEqual(self.digest(key), digest)
        certificate = self.certificate("compressed")
        for file in (self.public("compressed"), certificate):
            self.expect(f"TLSA 3 1 1 {digest}\n", self.dance("tlsa", file))
        for file in ("compressed", "compressed8"):
            self.refused(self.dance("tlsa", file), file, INSTEAD)

    def test_a_key_after_its_curve_is_found(self):
        key = self.key()
        self.openssl("pkey", "-in", key, "-traditional", "-out", "older")
        curve = self.openssl("ecparam", "-name", "prime256v1").decode()
        self.assertIn("EC PARAMETERS", curve)
        self.write("both", curve + self.read("older"))
        self.expect(f"TLSA 3 1 1 {self.digest(key)}\n", self.dance("tlsa", "both"))

    def test_a_public_half_beside_the_private_one_must_be_its_own(self):
        # OneAsymmetricKey, version 2 (RFC 5958 2), with its publicKey [1].
        key = self.key(kind="ed25519")
        plain = der(self.read(key))
        bits = self.openssl("pkey", "-in", key, "-pubout", "-outform", "DER")[-33:]
        body = plain[2:].replace(b"\x02\x01\x00", b"\x02\x01\x01", 1) + b"\x81\x21" + bits
        whole = b"\x30" + bytes([len(body)]) + body
        self.write("second", pem("PRIVATE KEY", whole))
        said = self.dance("tlsa", "second")
        if said.status == 0:  # not every GnuTLS can read it
            self.assertIn(self.digest(key), said.out)
        else:
            self.refused(said, "second", INSTEAD)
        # One that is not the private key's makes no record.
        other = whole[:-32] + bytes(32)
        self.refused(self.dance("tlsa", "-", stdin=pem("PRIVATE KEY", other)), INSTEAD)

    def test_the_parameters_of_rsa_encryption_are_null_even_if_left_out(self):
        key = self.key(kind="rsa")
        plain = der(self.read(key))
        self.assertEqual(b"\x30\x82", plain[:2])
        body = plain[4:].replace(b"\x30\x0d\x06\x09", b"\x30\x0b\x06\x09", 1)
        body = body.replace(b"\x05\x00", b"", 1)
        whole = b"\x30\x82" + len(body).to_bytes(2, "big") + body
        self.write("without", pem("PRIVATE KEY", whole))
        self.expect(f"TLSA 3 1 1 {self.digest(key)}\n", self.dance("tlsa", "without"))

    def slice(self, certificate):
        """The octets of the key as they stand in a certificate: the seventh field of what
        is signed (RFC 5280 4.1), by the places that openssl says they have."""
        listing = self.openssl("asn1parse", "-in", certificate).decode().splitlines()
        fields = [line for line in listing if ":d=2 " in line]
        begin, header, length = map(int, re.match(r" *(\d+):d=2 +hl=(\d+) +l= *(\d+)",
                                                  fields[6]).groups())
        return der(self.read(certificate))[begin:begin + header + length]

    @unittest.skipUnless(shutil.which("certtool"), "certtool is not installed")
    def test_keys_made_by_gnutls_do_too(self):
        self.write("template", "expiration_days = 30\n")
        kinds = {"rsa": ["--bits", "2048"], "ecdsa": ["--curve", "secp384r1"],
                 "ed25519": [], "rsa-pss": ["--bits", "2048", "--hash", "sha256",
                                            "--salt-size", "32"]}
        for kind, options in kinds.items():
            with self.subTest(kind):
                # With its own text around the key, as it writes it by default.
                for words in (["--generate-privkey", "--key-type", kind, *options,
                               "--outfile", "key"],
                              ["--generate-self-signed", "--load-privkey", "key",
                               "--template", "template", "--outfile", "certificate"]):
                    run("certtool", *words, folder=self.folder)
                digest = hashlib.sha256(self.slice("certificate")).hexdigest()
                line = f"TLSA 3 1 1 {digest}\n"
                self.expect(line, self.dance("tlsa", "certificate"))
                # It writes the parameters of all its RSA-PSS keys.
                named = "rsa-pss-with-parameters" if kind == "rsa-pss" else kind
                self.of_private(named, line, "key")

    @unittest.skipUnless(shutil.which("danetool"), "danetool is not installed")
    def test_danetool_makes_the_same_records(self):
        for kind in ("rsa", "p256", "p384", "ed25519"):
            certificate = self.certificate(self.key(kind=kind))
            for selector, option in (("spki", []), ("cert", ["--x509"])):
                with self.subTest(kind, selector=selector):
                    theirs = run("danetool", "--tlsa-rr", "--host", "a.example", *option,
                                 "--load-certificate", certificate, folder=self.folder)
                    digest = theirs.stdout.decode().split()[-2]
                    ours = self.dance("tlsa", "--selector", selector, certificate)
                    self.assertEqual(digest, ours.out.split()[-1])


class EveryKind(Case):
    def test_every_usage_selector_and_matching_type_by_number_and_by_word(self):
        certificate = self.certificate(self.key())
        key = self.openssl("pkey", "-in", "key", "-pubout", "-outform", "DER")
        octets = [der(self.read(certificate)), key]
        makes = [lambda data: data.hex(), lambda data: hashlib.sha256(data).hexdigest(),
                 lambda data: hashlib.sha512(data).hexdigest()]
        words = [["pkix-ta", "pkix-ee", "dane-ta", "dane-ee"], ["cert", "spki"],
                 ["full", "sha256", "sha512"]]
        for numbers in itertools.product(range(4), range(2), range(3)):
            usage, selector, matching = numbers
            data = makes[matching](octets[selector])
            line = f"TLSA {usage} {selector} {matching} {data}\n"
            named = [words[field][number] for field, number in enumerate(numbers)]
            for kind in (numbers, named, [word.upper() for word in named]):
                said = self.dance("tlsa", f"--usage={kind[0]}", f"--selector={kind[1]}",
                                  f"--matching={kind[2]}", certificate)
                self.assertEqual((0, line), (said.status, said.out), said)

    def test_a_record_of_a_certificate_is_warned_of_and_no_other(self):
        certificate = self.certificate(self.key())
        for usage, selector in itertools.product(range(4), range(2)):
            said = self.dance("tlsa", "--usage", str(usage), "--selector", str(selector),
                              certificate)
            warned = "renewed" in said.err
            self.assertEqual(usage in (1, 3) and selector == 0, warned, said)
            self.assertEqual(warned, said.err != "")
            if warned:
                self.assertIn(f"{usage} 0 1", said.err)

    def test_a_certificate_that_may_not_sign_is_warned_of(self):
        key = self.key()
        line = f"TLSA 3 1 1 {self.digest(key)}\n"
        for usage, warned in (("keyEncipherment", True), ("keyCertSign,cRLSign", True),
                              ("keyAgreement,digitalSignature", False),
                              ("digitalSignature", False)):
            for critical in ("", "critical,"):
                certificate = self.certificate(key, "usage.pem", "-addext",
                                               f"keyUsage={critical}{usage}")
                said = self.dance("tlsa", certificate)
                self.assertEqual((0, line), (said.status, said.out), said)
                self.assertEqual(warned, "key usage lacks digitalSignature" in said.err, said)
                self.assertEqual(int(warned), said.err.count("\n"), said)
        # One that stands above others in a path does not sign handshakes.
        said = self.dance("tlsa", "--usage", "2", self.certificate(
            key, "ca.pem", "-addext", "keyUsage=critical,keyCertSign"))
        self.assertEqual((0, ""), (said.status, said.err), said)

    def test_the_certificate_selector_wants_a_certificate(self):
        key = self.key()
        for file in (key, self.public(key)):
            for selector in ("0", "cert"):
                self.refused(self.dance("tlsa", "--selector", selector, file), file,
                             "selector 0 needs a certificate", "only a key")

    def test_what_nobody_has_assigned_cannot_be_published(self):
        certificate = self.certificate(self.key())
        for option, values in (("--usage", ["4", "255", "dane", "", "-1", "03x", "3,2"]),
                               ("--selector", ["2", "key", ""]),
                               ("--matching", ["3", "sha1", "sha384", ""])):
            for value in values:
                self.refused(self.dance("tlsa", option, value, certificate), option)


class Files(Case):
    def test_a_certificate_beside_its_key_is_what_the_record_is_of(self):
        certificate = self.certificate(self.key())
        other = self.digest(self.key("other"))
        mine = self.digest("key")
        self.write("both", self.read("other") + self.read(certificate))
        self.expect(f"TLSA 3 1 1 {mine}\n", self.dance("tlsa", "both"))
        self.expect(f"TLSA 3 1 1 {other}\n", self.dance("tlsa", "other"))

    def test_each_file_has_a_line_and_a_dash_is_standard_input(self):
        digests = [self.digest(self.key(name)) for name in ("now", "next")]
        lines = "".join(f"TLSA 3 1 1 {digest}\n" for digest in digests)
        self.expect(lines, self.dance("tlsa", "now", "next"))
        self.expect(lines, self.dance("tlsa", "now", "-", stdin=self.read("next")))

    def test_of_several_certificates_it_is_the_first(self):
        chain = self.read(self.certificate(self.key("leaf")))
        chain += self.read(self.certificate(self.key("issuer")))
        self.write("chain", chain)
        self.expect(f"TLSA 3 1 1 {self.digest('leaf')}\n", self.dance("tlsa", "chain"))
        said = self.dance("tlsa", "--usage", "dane-ta", "chain")
        self.assertEqual(f"TLSA 2 1 1 {self.digest('leaf')}\n", said.out)
        self.assertIn("the file has 2 certificates", said.err)

    def test_blanks_ends_of_lines_and_text_around_make_no_difference(self):
        text = self.read(self.certificate(self.key()))
        line = f"TLSA 3 1 1 {self.digest('key')}\n"
        for other in (text.replace("\n", "\r\n"), text.replace("\n", "  \t\n"),
                      "Bag Attributes: none\n----\n\n" + text + "and more\n",
                      text.rstrip("\n"), text.replace("CERTIFICATE", "X509 CERTIFICATE")):
            self.expect(line, self.dance("tlsa", "-", stdin=other))

    def test_what_cannot_be_read_as_a_certificate_can_still_be_published_by_its_key(self):
        # No date where dates should be (RFC 7671 5.1 lets usage 3 ignore them).
        octets = der(self.read(self.certificate(self.key())))
        broken = without_dates(octets)
        self.expect(f"TLSA 3 1 1 {self.digest('key')}\n",
                    self.dance("tlsa", "-", stdin=pem("CERTIFICATE", broken)))


class ZoneFile(Case):
    def test_a_name_and_a_ttl_make_a_line_for_a_zone_file(self):
        digest = self.digest(self.key())
        for words, line in (
                (["--name", NAME], f"{NAME}. IN TLSA"),
                (["--name", NAME + "."], f"{NAME}. IN TLSA"),
                (["--name", NAME, "--ttl", "3600"], f"{NAME}. 3600 IN TLSA"),
                (["--ttl=0", "--name=Ns2.Example"], "Ns2.Example. 0 IN TLSA"),
                (["--name", "*._device.example.com"], "*._device.example.com. IN TLSA"),
                (["--name", "a." * 126 + "a"], "a." * 127 + " IN TLSA")):
            self.expect(f"{line} 3 1 1 {digest}\n", self.dance("tlsa", *words, "key"))

    def test_names_that_are_none_are_refused(self):
        self.key()
        for name, words in (("", "the name is empty"), (".", "a label is empty"),
                            ("a..example", "a label is empty"),
                            ("a.example..", "trailing dot"),
                            ("a" * 64 + ".example", "a label is too long"),
                            ("a." * 127 + "a", "the name is too long"), ("*", "may contain only letters"),
                            ("*." + "a." * 125 + "aa", "the name is too long"),
                            ("a.*.example", "may contain only letters"), ("a b.example", "may contain only letters"),
                            ("b\u00fccher.example", "A-labels (xn--)"),
                            ("a\\.b.example", "may contain only letters")):
            with self.subTest(name):
                self.refused(self.dance("tlsa", "--name", name, "key"), "--name", words)

    def test_ttls_that_are_none_are_refused(self):
        self.key()
        for ttl in ("", "-1", "1h", "2147483648", "99999999999999999999", " 1", "+1",
                    "x", ":"):
            self.refused(self.dance("tlsa", "--name", NAME, "--ttl", ttl, "key"), "--ttl")
        for ttl in ("0", "1", "60"):
            self.refused(self.dance("tlsa", "--ttl", ttl, "key"), "--ttl", "--name")


class Pins(Case):
    def test_a_pin_is_the_record_of_its_key(self):
        digest = self.digest(self.key())
        pin = base64.b64encode(bytes.fromhex(digest)).decode()
        self.expect(f"TLSA 3 1 1 {digest}\n", self.dance("tlsa", "--pin", pin))
        self.expect(f"{NAME}. 60 IN TLSA 3 1 1 {digest}\n",
                    self.dance("tlsa", "--pin", pin, "--ttl", "60", "--name", NAME))

    def test_a_pin_of_another_length_is_none(self):
        for size in (0, 1, 20, 31, 33, 48, 64):
            pin = base64.b64encode(bytes(size)).decode()
            self.refused(self.dance("tlsa", "--pin", pin), "32 octets", f"not {size}")

    def test_what_is_not_base64_is_no_pin(self):
        pin = base64.b64encode(bytes(range(32))).decode()
        for wrong in (pin[:-1], pin + "=", pin[:20] + "!" + pin[21:], pin + "\n",
                      pin[:10] + " " + pin[10:], bytes(range(32)).hex()[:-1],
                      "sha256:" + pin):
            self.refused(self.dance("tlsa", "--pin", wrong), "base64",
                         "44 characters with = at the end")

    def test_a_pin_makes_no_other_record_and_stands_alone(self):
        pin = base64.b64encode(bytes(32)).decode()
        for option in (["--usage", "2"], ["--selector", "0"], ["--matching", "2"]):
            self.refused(self.dance("tlsa", "--pin", pin, *option), "3 1 1")
        self.refused(self.dance("tlsa", "--pin", pin, self.key()), "not both")


class Keys(Case):
    def test_a_key_whose_public_half_nobody_can_tell_is_refused(self):
        self.openssl("ec", "-in", self.key(), "-no_public", "-out", "half")
        self.refused(self.dance("tlsa", "half"), "half", "public key")
        self.openssl("pkcs8", "-topk8", "-nocrypt", "-in", "half", "-out", "half8")
        self.refused(self.dance("tlsa", "half8"), "half8", "public key")

    def test_no_key_cut_short_is_taken_for_a_whole_one(self):
        for kind, label in (("rsa", "PRIVATE KEY"), ("p256", "PRIVATE KEY"),
                            ("ed25519", "PRIVATE KEY"), ("p256", "EC PRIVATE KEY"),
                            ("rsa", "RSA PRIVATE KEY")):
            key = self.key(kind=kind)
            options = [] if label == "PRIVATE KEY" else ["-traditional"]
            text = self.openssl("pkey", "-in", key, *options).decode()
            self.assertIn(f"BEGIN {label}", text)
            octets = der(text)
            step = max(1, len(octets) // 40)
            for size in range(1, len(octets), step):
                said = self.dance("tlsa", "-", stdin=pem(label, octets[:size]))
                self.refused(said, "private key")
            self.refused(self.dance("tlsa", "-", stdin=pem(label, octets + b"\0")))

    def test_a_key_with_something_else_in_it_is_refused(self):
        octets = der(self.openssl("pkey", "-in", self.key(), "-traditional").decode())
        self.assertEqual(len(octets) - 2, octets[1])
        for more in (b"\0\0", b"\xa2\x02\x05\0", b"\xa1\x03\x03\x01\0"):
            body = octets[2:] + more
            longer = b"\x30" + bytes([len(body)]) + body
            self.refused(self.dance("tlsa", "-", stdin=pem("EC PRIVATE KEY", longer)),
                         "malformed")


if __name__ == "__main__":
    tool.main()
