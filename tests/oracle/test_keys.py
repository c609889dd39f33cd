#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors

import unittest

import der
import keys
from written import sequence, value

NULL = b"\x05\x00"
RSA, PSS = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
EC, P256, P192 = b"\x2a\x86\x48\xce\x3d\x02\x01", b"\x2a\x86\x48\xce\x3d\x03\x01\x07", \
    b"\x2a\x86\x48\xce\x3d\x03\x01\x01"
SHA256, MGF1 = b"\x60\x86\x48\x01\x65\x03\x04\x02\x01", b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"
SIGNATURE = sequence(value(0x02, b"\1"), value(0x02, b"\1"))


def algorithm(kind, *parameters):
    return sequence(value(0x06, kind), *parameters)


def spki(algorithm_, content):
    return sequence(algorithm_, value(0x03, b"\0", content))


def rsa(bits, exponent=b"\1\0\1", kind=RSA, parameters=(NULL,)):
    modulus = (1 << bits - 1 | 1).to_bytes(bits // 8 + 1, "big")
    modulus = modulus if bits % 8 == 0 else modulus.lstrip(b"\0")
    return spki(algorithm(kind, *parameters), sequence(value(0x02, modulus), value(0x02, exponent)))


def curve(name, size, first=b"\4"):
    return spki(algorithm(EC, value(0x06, name)), first + bytes(size))


def pss(digest=SHA256, mask=SHA256, *more):
    return sequence(value(0xa0, algorithm(digest)), value(0xa1, algorithm(MGF1, algorithm(mask))),
                    *more)


class Keys(unittest.TestCase):
    def test_strength(self):
        for key in (rsa(2048), rsa(8192), curve(P256, 64)):
            keys.check_strength(key)
        for key in (rsa(2047), rsa(1024), curve(P192, 48)):
            with self.assertRaises(der.Fault):
                keys.check_strength(key)

    def test_who_may_have_signed(self):
        self.assertTrue(keys.read_key(rsa(8192)).signs and keys.read_key(curve(P256, 64)).signs)
        for key in (rsa(8193), rsa(2048, b"\1\0\0\0\1"), curve(P256, 32, b"\2"),
                    spki(algorithm(b"\x2b\x65\x6e"), bytes(32))):
            self.assertFalse(keys.read_key(key).signs)

    def test_what_is_no_key(self):
        for key in (curve(P256, 63), curve(P256, 64, b"\6"),
                    spki(algorithm(EC, sequence()), bytes(65)),
                    spki(algorithm(EC), bytes(65)),
                    spki(algorithm(b"\x2b\x65\x70", NULL), bytes(32)),
                    spki(algorithm(b"\x2b\x65\x70"), bytes(31)), sequence(NULL)):
            with self.assertRaises(der.Fault):
                keys.read_key(key)


class Methods(unittest.TestCase):
    def method(self, key, *parts, signature=SIGNATURE):
        return keys.method(algorithm(*parts), keys.read_key(key), signature)

    def test_rsa(self):
        sha256 = RSA[:-1] + b"\x0b"
        for parameters in ((), (NULL,)):
            self.assertEqual(self.method(rsa(2048), sha256, *parameters).digest, "sha256")
        for parts in ((sha256, sequence()), (RSA[:-1] + b"\5", NULL), (RSA[:-1] + b"\4", NULL),
                      (PSS,)):
            with self.assertRaises(der.Fault):
                self.method(rsa(2048), *parts)

    def test_pss(self):
        made = self.method(rsa(2048), PSS, pss(SHA256, SHA256, value(0xa2, value(0x02, b"\7"))))
        self.assertEqual((made.digest, made.salt), ("sha256", 7))
        self.assertEqual(self.method(rsa(2048, kind=PSS, parameters=()), PSS, pss()).salt, 20)
        for parameters in (sequence(), pss(SHA256, SHA256[:-1] + b"\2"), pss(SHA256[:-1] + b"\4"),
                           pss(SHA256, SHA256, value(0xa3, value(0x02, b"\2")))):
            with self.assertRaises(der.Fault):
                self.method(rsa(2048), PSS, parameters)

    def test_ecdsa(self):
        sha256 = b"\x2a\x86\x48\xce\x3d\x04\x03\x02"
        self.assertEqual(self.method(curve(P256, 64), sha256).digest, "sha256")
        for parts, signature in (((sha256, NULL), SIGNATURE), ((sha256,), SIGNATURE + b"\0"),
                                 ((sha256,), sequence(value(0x02, b"\0\1"), value(0x02, b"\1"))),
                                 ((sha256[:-2] + b"\1",), SIGNATURE)):
            with self.assertRaises(der.Fault):
                self.method(curve(P256, 64), *parts, signature=signature)
        with self.assertRaises(der.Fault):
            self.method(rsa(2048), sha256)


if __name__ == "__main__":
    unittest.main()
