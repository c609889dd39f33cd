# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Running the dance command, and the openssl that it is compared with, in a folder of the
# test's own. Knows nothing of what is to be seen.

import base64
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import unittest

DANCE = os.environ["DANCE"]

# The system's settings for certificate requests are not ours.
ENVIRONMENT = {**os.environ, "LC_ALL": "C", "OPENSSL_CONF": "/dev/null"}

KINDS = {
    "rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    "rsa-pss": ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"],
    "rsa-pss-with-parameters": [
        "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048",
        "-pkeyopt", "rsa_pss_keygen_md:sha384",
        "-pkeyopt", "rsa_pss_keygen_mgf1_md:sha384",
        "-pkeyopt", "rsa_pss_keygen_saltlen:48"],
    "p256": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "p384": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
    "p521": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
    "secp256k1": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
    "p256-explicit": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-pkeyopt", "ec_param_enc:explicit"],
    "ed25519": ["-algorithm", "ED25519"],
    "ed448": ["-algorithm", "ED448"],
}


class Said:
    """What a program said, and how it ended."""

    def __init__(self, done):
        self.status = done.returncode
        self.out = done.stdout.decode()
        self.err = done.stderr.decode()

    @property
    def word(self):
        return self.out.split()[0] if self.out.split() else ""

    def __str__(self):
        return f"status {self.status}, out {self.out!r}, err {self.err!r}"


def run(*command, stdin=b"", folder=None):
    return subprocess.run([os.fsencode(word) for word in command], input=stdin,
                          capture_output=True, timeout=60, cwd=folder, env=ENVIRONMENT)


def base64_lines(octets):
    text = base64.b64encode(octets).decode()
    return [text[at:at + 64] for at in range(0, len(text), 64)]


def pem(label, octets):
    return "\n".join([f"-----BEGIN {label}-----", *base64_lines(octets),
                      f"-----END {label}-----", ""])


def der(text):
    """The octets of the first block of a PEM text."""
    lines = text.split("-----BEGIN ", 1)[1].split("-----END ")[0].splitlines()[1:]
    return base64.b64decode("".join(lines))


def without_dates(certificate):
    """The same with text where its two dates (UTCTime) should be."""
    changed, dates = re.subn(rb"\x17\x0d(?=\d{12}Z)", b"\x0c\x0d", certificate)
    assert dates == 2
    return changed


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="dance-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return name

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read().decode()

    # --- programs -----------------------------------------------------------------------

    def dance(self, *words, stdin=b""):
        stdin = stdin if isinstance(stdin, bytes) else stdin.encode()
        return Said(run(DANCE, *words, stdin=stdin, folder=self.folder))

    def openssl(self, *words, stdin=b""):
        done = run("openssl", *words, stdin=stdin, folder=self.folder)
        if done.returncode != 0:
            raise AssertionError(f"openssl {words}: {done.stderr.decode()}")
        return done.stdout

    # --- keys and certificates ----------------------------------------------------------

    def key(self, name="key", kind="p256"):
        self.openssl("genpkey", *KINDS[kind], "-quiet", "-out", name)
        return name

    def public(self, key, name="public"):
        self.openssl("pkey", "-in", key, "-pubout", "-out", name)
        return name

    def certificate(self, key, name="certificate.pem", *options, subject="/"):
        self.openssl("req", "-x509", "-new", "-key", key, "-subj", subject, "-days", "30",
                     "-out", name, *options)
        return name

    def digest(self, key):
        """SHA-256 of a private key's SubjectPublicKeyInfo, says openssl."""
        return hashlib.sha256(
            self.openssl("pkey", "-in", key, "-pubout", "-outform", "DER")).hexdigest()

    # --- what is to be seen -------------------------------------------------------------

    def expect(self, out, said):
        """That it was done without a complaint, with this output."""
        self.assertEqual((0, out, ""), (said.status, said.out, said.err))

    def refused(self, said, *words):
        """Status 2, nothing printed, and one line of complaint with these words in it."""
        self.assertEqual((2, ""), (said.status, said.out), said)
        self.assertEqual(1, said.err.count("\n"), said)
        self.assertTrue(said.err.startswith("dance"), said)
        for word in words:
            self.assertIn(word, said.err)


class Tap(unittest.TestResult):
    """Says of each test in a line whether it held, in the Test Anything Protocol."""

    def startTest(self, test):
        super().startTest(test)
        self.before = len(self.failures) + len(self.errors)

    def stopTest(self, test):
        name = test.id().split(".", 1)[1].replace("test_", "").replace("_", " ")
        for _, why in (self.failures + self.errors)[self.before:]:
            print("".join(f"# {line}\n" for line in why.splitlines()), end="")
        failed = len(self.failures) + len(self.errors) > self.before
        skipped = [why for skipped, why in self.skipped if skipped is test]
        note = f" # SKIP {skipped[0]}" if skipped else ""
        print(f"{'not ok' if failed else 'ok'} {self.testsRun} - {name}{note}", flush=True)
        for why in skipped:
            print(f"# skipped: {why}")


def main():
    tests = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = Tap()
    print(f"1..{tests.countTestCases()}")
    tests.run(result)
    sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)
