# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# TLSA records: which can be used (RFC 6698 4.1), which of them count (RFC 7671 9), and what they
# are of (RFC 6698 2.1). Knows nothing of paths.

import dataclasses
import hashlib

import certificate
import der

PKIX_TA, PKIX_EE, DANE_TA, DANE_EE = range(4)
CERTIFICATE, KEY = range(2)
WHOLE, SHA256, SHA512 = range(3)
DIGESTS = {SHA256: hashlib.sha256, SHA512: hashlib.sha512}
# RFC 7671 9 leaves the order to the operator; this is the one of RFC 6698 7.
STRENGTH = [SHA256, SHA512]


@dataclasses.dataclass(frozen=True)
class Record:
    usage: int
    selector: int
    matching: int
    data: bytes

    def kind(self):
        return self.usage, self.selector, self.matching


def is_key(octets):
    """One SubjectPublicKeyInfo and nothing behind it."""
    try:
        parts = der.sequence(octets)
        if len(parts) != 2:
            return False
        der.expect(parts[0], der.SEQUENCE)
        der.expect(parts[1], der.BIT_STRING)
    except der.Fault:
        return False
    return True


def is_certificate(octets):
    try:
        certificate.outline(octets)
    except der.Fault:
        return False
    return True


def is_usable(record, usages, raw_key):
    if record.usage not in usages or record.selector not in (CERTIFICATE, KEY):
        return False
    # Of a raw key nothing but 3 1 x can be (RFC 7671 5.1, RFC 7250).
    if raw_key and (record.usage, record.selector) != (DANE_EE, KEY):
        return False
    if record.matching in DIGESTS:
        return len(record.data) == DIGESTS[record.matching]().digest_size
    if record.matching != WHOLE:
        return False
    return (is_key if record.selector == KEY else is_certificate)(record.data)


def strongest(records, strength=tuple(STRENGTH)):
    """Of the digests of one usage and selector the strongest alone count; whole data always do."""
    best = {}
    for record in records:
        if record.matching != WHOLE:
            kind = record.usage, record.selector
            best[kind] = max(best.get(kind, 0), strength.index(record.matching))
    return [record for record in records if record.matching == WHOLE or
            strength.index(record.matching) == best[record.usage, record.selector]]


def is_of(record, octets, spki):
    """Is it of this certificate, or of this key?"""
    subject = spki if record.selector == KEY else octets
    if subject is None:
        return False
    if record.matching == WHOLE:
        return record.data == subject
    return record.data == DIGESTS[record.matching](subject).digest()
