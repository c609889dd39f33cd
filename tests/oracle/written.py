# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Writes DER for the tests of this folder. Knows as little as it needs.


def value(tag, *contents):
    body = b"".join(contents)
    size = bytes([len(body)]) if len(body) < 0x80 else b"\x82" + len(body).to_bytes(2, "big")
    if 0x80 <= len(body) < 0x100:
        size = bytes([0x81, len(body)])
    return bytes([tag]) + size + body


def sequence(*contents):
    return value(0x30, *contents)


COMMON_NAME, ORGANIZATION, MAILBOX = b"\x55\x04\x03", b"\x55\x04\x0a", \
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"


def attribute(kind, text, tag=0x0c):
    octets = text if isinstance(text, bytes) else text.encode()
    return sequence(value(0x06, kind), value(tag, octets))


def name(*rdns):
    """Each a list of attributes."""
    return sequence(*(value(0x31, *rdn) for rdn in rdns))


def tree(base, limits=b""):
    return sequence(base, limits)


def constraints(permitted=(), excluded=()):
    return sequence(value(0xa0, *permitted) if permitted else b"",
                    value(0xa1, *excluded) if excluded else b"")
