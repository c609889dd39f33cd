# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Keys and signature algorithms: which may be used (doc/flow.md), and in which form (RFC 3279,
# 4055, 5480, 5758, 8410, 9688). Verifies nothing.

import dataclasses

import der

RSA, PSS, EC = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.10045.2.1"
ED25519, ED448 = "1.3.101.112", "1.3.101.113"
MGF1 = "1.2.840.113549.1.1.8"
# Named curves with their bits: those that sign, then others.
SIGNING = {"1.3.132.0.33": 224, "1.2.840.10045.3.1.7": 256, "1.3.132.0.34": 384,
           "1.3.132.0.35": 521}
CURVES = {**SIGNING, "1.2.840.10045.3.1.1": 192, "1.3.132.0.8": 160, "1.3.132.0.9": 160,
          "1.3.132.0.30": 160, "1.3.132.0.31": 192, "1.3.132.0.32": 224, "1.3.132.0.10": 256,
          "1.3.36.3.3.2.8.1.1.7": 256, "1.3.36.3.3.2.8.1.1.11": 384,
          "1.3.36.3.3.2.8.1.1.13": 512, "1.3.36.3.3.2.8.1.1.1": 160,
          "1.3.36.3.3.2.8.1.1.3": 192, "1.3.36.3.3.2.8.1.1.5": 224,
          "1.3.36.3.3.2.8.1.1.9": 320}
RSA_LEAST, RSA_MOST, EXPONENT_MOST, CURVE_LEAST = 2048, 8192, 4, 224

_NIST = "2.16.840.1.101.3.4."
HASHES = {_NIST + "2.1": "sha256", _NIST + "2.2": "sha384", _NIST + "2.3": "sha512",
          _NIST + "2.4": "sha224", _NIST + "2.5": "sha512-224", _NIST + "2.6": "sha512-256",
          _NIST + "2.7": "sha3-224", _NIST + "2.8": "sha3-256", _NIST + "2.9": "sha3-384",
          _NIST + "2.10": "sha3-512", "1.3.14.3.2.26": "sha1"}
_RSA = "1.2.840.113549.1.1."
RSA_SIGNATURES = {_RSA + "11": "sha256", _RSA + "12": "sha384", _RSA + "13": "sha512",
                  _RSA + "14": "sha224", _NIST + "3.13": "sha3-224", _NIST + "3.14": "sha3-256",
                  _NIST + "3.15": "sha3-384", _NIST + "3.16": "sha3-512"}
EC_SIGNATURES = {"1.2.840.10045.4.3.1": "sha224", "1.2.840.10045.4.3.2": "sha256",
                 "1.2.840.10045.4.3.3": "sha384", "1.2.840.10045.4.3.4": "sha512",
                 _NIST + "3.9": "sha3-224", _NIST + "3.10": "sha3-256",
                 _NIST + "3.11": "sha3-384", _NIST + "3.12": "sha3-512"}
# By which a root may have signed itself, and nothing else (doc/flow.md, the anchor).
OLD_RSA = {_RSA + "4": "md5", _RSA + "5": "sha1"}
OLD_EC = {"1.2.840.10045.4.1": "sha1"}


@dataclasses.dataclass
class Algorithm:
    kind: str
    parameters: der.Value | None


def read_algorithm(octets):
    parts = der.sequence(octets, 1, 2)
    return Algorithm(der.oid(der.expect(parts[0], der.OID).body),
                     parts[1] if len(parts) == 2 else None)


def is_null(parameters):
    return parameters is not None and parameters.whole == b"\x05\x00"


@dataclasses.dataclass
class Key:
    spki: bytes
    kind: str
    curve: str | None = None
    signs: bool = True   # a key of these kinds may have issued something
    why: str = ""
    weak: bool = False   # too short for any path


def read_rsa(key, algorithm, content):
    modulus, exponent = (der.integer(der.expect(each, der.INTEGER).body)
                         for each in der.sequence(content, 2, 2))
    if modulus <= 0:
        raise der.Fault("an RSA key without a modulus")
    key.weak = modulus.bit_length() < RSA_LEAST
    if modulus.bit_length() > RSA_MOST or exponent >= 1 << 8 * EXPONENT_MOST:
        key.signs, key.why = False, "an RSA key that is too large to verify"
    if exponent < 3 or exponent % 2 == 0:
        raise der.Unclear("an RSA exponent that is none")
    if key.kind == RSA and not is_null(algorithm.parameters):
        raise der.Unclear("an RSA key without the NULL of RFC 3279 2.3.1")
    if key.kind == PSS and algorithm.parameters is not None:
        read_pss(algorithm.parameters)


def read_curve(key, algorithm, content):
    if algorithm.parameters is None or algorithm.parameters.tag != der.OID:
        raise der.Fault("a curve that is not named (RFC 5480 2.1.1)")
    key.curve = der.oid(algorithm.parameters.body)
    bits = CURVES.get(key.curve)
    if bits is None:
        raise der.Unclear("a curve that is not known")
    key.weak = bits < CURVE_LEAST
    key.signs, key.why = key.curve in SIGNING, "a curve that signs nothing here"
    size = (bits + 7) // 8
    if content[:1] in (b"\x02", b"\x03") and len(content) == 1 + size:
        key.signs, key.why = False, "a compressed point (RFC 5480 2.2)"
    elif content[:1] != b"\x04" or len(content) != 1 + 2 * size:
        raise der.Fault("no point of the curve")


def read_key(spki):
    """A key that may stand in a path; `signs` only if it can have issued something."""
    parts = der.sequence(spki, 2, 2)
    algorithm, content = read_algorithm(parts[0].whole), der.octets(parts[1])
    key = Key(spki, algorithm.kind)
    if key.kind in (RSA, PSS):
        read_rsa(key, algorithm, content)
    elif key.kind == EC:
        read_curve(key, algorithm, content)
    elif key.kind in (ED25519, ED448):
        if algorithm.parameters is not None:
            raise der.Fault("parameters of an Edwards curve (RFC 8410 3)")
        if len(content) != (32 if key.kind == ED25519 else 57):
            raise der.Fault("a key of another length")
    else:
        key.signs, key.why = False, "a kind of key that signs nothing here"
    return key


def check_strength(spki):
    if read_key(spki).weak:
        raise der.Fault("a key of less than 112 bits of strength")


def read_hash(value):
    algorithm = read_algorithm(value.whole)
    if algorithm.parameters is not None and not is_null(algorithm.parameters):
        raise der.Fault("parameters of a hash")
    return HASHES.get(algorithm.kind)


def read_pss(parameters):
    """Hash and salt (RFC 4055 3.1)."""
    digest, mask, salt, before = "sha1", "sha1", 20, -1
    for value in der.many(der.expect(parameters, der.SEQUENCE).body):
        number = value.tag & 0x1f
        if value.tag & 0xe0 != 0xa0 or number > 3 or number <= before:
            raise der.Fault("no parameters of RSASSA-PSS")
        before = number
        content = der.one(value.body)
        if number == 0:
            digest = read_hash(content)
        elif number == 1:
            function = read_algorithm(content.whole)
            if function.kind != MGF1 or function.parameters is None:
                raise der.Fault("another mask than MGF1")
            mask = read_hash(function.parameters)
        elif number == 2:
            salt = der.count(der.expect(content, der.INTEGER).body)
        elif der.integer(content.body) != 1:
            raise der.Fault("another trailer than 1")
    if digest != mask or digest not in ("sha256", "sha384", "sha512"):
        raise der.Fault("hashes of RSASSA-PSS that are not used here")
    return digest, salt


@dataclasses.dataclass
class Method:
    """How a signature is verified."""
    digest: str | None = None
    salt: int | None = None   # RSASSA-PSS


def method(octets, key, signature, old=False):
    """The method of an AlgorithmIdentifier, for a key that may have signed."""
    rsa = {**RSA_SIGNATURES, **OLD_RSA} if old else RSA_SIGNATURES
    ecdsa = {**EC_SIGNATURES, **OLD_EC} if old else EC_SIGNATURES
    if not key.signs:
        raise der.Fault(key.why)
    algorithm = read_algorithm(octets)
    if algorithm.kind in rsa and key.kind == RSA:
        if algorithm.parameters is not None and not is_null(algorithm.parameters):
            raise der.Fault("parameters of an RSA signature (RFC 4055 5)")
        return Method(rsa[algorithm.kind])
    if algorithm.kind == PSS and key.kind in (RSA, PSS):
        if algorithm.parameters is None:
            raise der.Fault("RSASSA-PSS without parameters (RFC 4055 3.1)")
        return Method(*read_pss(algorithm.parameters))
    if algorithm.kind in ecdsa and key.kind == EC:
        if algorithm.parameters is not None:
            raise der.Fault("parameters of ECDSA (RFC 5758 3.2)")
        numbers = der.sequence(signature, 2, 2)
        if any(
                der.integer(der.expect(each, der.INTEGER).body) <= 0 for each in numbers):
            raise der.Fault("no ECDSA signature (RFC 3279 2.2.3)")
        return Method(ecdsa[algorithm.kind])
    if algorithm.kind in (ED25519, ED448) and algorithm.kind == key.kind:
        if algorithm.parameters is not None:
            raise der.Fault("parameters of an Edwards curve (RFC 8410 3)")
        return Method()
    raise der.Fault("a signature algorithm that is not used here, or of another key")
