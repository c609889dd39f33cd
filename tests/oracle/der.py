# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Reads the distinguished encoding rules (X.690 8 and 10): values, and the kinds of them that
# certificates have. Knows nothing of certificates.

import dataclasses

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTF8, PRINTABLE, TELETEX, IA5 = 0x0c, 0x13, 0x14, 0x16
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
UNIVERSAL, BMP = 0x1c, 0x1e
SEQUENCE, SET = 0x30, 0x31
CONSTRUCTED = 0x20


class Fault(Exception):
    """An RFC or a manual says that this must not be."""


class Unclear(Exception):
    """Neither RFCs nor manuals say what this is; README.md has each of these places."""


@dataclasses.dataclass(frozen=True)
class Value:
    tag: int      # the identifier octet
    body: bytes
    whole: bytes  # with identifier and length


def context(number, constructed=False):
    """The identifier of a context-specific tag."""
    return 0x80 | (CONSTRUCTED if constructed else 0) | number


def take(octets):
    """The value at the beginning, and what is behind it."""
    if len(octets) < 2:
        raise Fault("a value ends too early")
    tag, first, start = octets[0], octets[1], 2
    if tag & 0x1f == 0x1f:
        raise Fault("a tag of several octets")
    size = first
    if first >= 0x80:
        count = first & 0x7f
        start += count
        if count == 0 or len(octets) < start:
            raise Fault("a length that is indefinite, or not all there")
        size = int.from_bytes(octets[2:start], "big")
        # X.690 10.1: as few octets as it takes.
        if octets[2] == 0 or size < 0x80:
            raise Fault("a length that is longer than it must be")
    end = start + size
    if len(octets) < end:
        raise Fault("a value ends too early")
    return Value(tag, octets[start:end], octets[:end]), octets[end:]


def one(octets, tag=None):
    """The value that is all of the octets."""
    value, rest = take(octets)
    if rest:
        raise Fault("octets behind a value")
    return value if tag is None else expect(value, tag)


def expect(value, tag):
    if value.tag != tag:
        raise Fault(f"tag {value.tag:02x} in place of {tag:02x}")
    return value


def many(octets):
    values = []
    while octets:
        value, octets = take(octets)
        values.append(value)
    return values


def sequence(octets, least=0, most=None):
    """The values in a SEQUENCE that is all of the octets; so many of them."""
    values = many(one(octets, SEQUENCE).body)
    if len(values) < least or (most is not None and len(values) > most):
        raise Fault("a list with too few or too many values")
    return values


def filled(octets):
    """SEQUENCE SIZE (1..MAX)"""
    return sequence(octets, 1)


def integer(body):
    if not body:
        raise Fault("a number without octets")
    if len(body) > 1 and (body[0], body[1] >> 7) in ((0x00, 0), (0xff, 1)):
        raise Fault("a number that is longer than it must be")
    return int.from_bytes(body, "big", signed=True)


def count(body):
    number = integer(body)
    if number < 0:
        raise Fault("a negative number")
    return number


def boolean(body):
    """Any octet but 0 is true (doc/flow.md), where X.690 11.1 has one only."""
    if len(body) != 1:
        raise Fault("a BOOLEAN of several octets")
    return body[0] != 0


def oid(body):
    if not body or body[-1] & 0x80:
        raise Fault("an object identifier that does not end")
    numbers, number, begins = [], 0, True
    for octet in body:
        if begins and octet == 0x80:
            raise Fault("an object identifier that is longer than it must be")
        number = number << 7 | octet & 0x7f
        begins = not octet & 0x80
        if begins:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def bits(body):
    """The octets of a BIT STRING, and how many bits at the end do not count."""
    if not body or body[0] > 7 or (len(body) == 1 and body[0] != 0):
        raise Fault("a BIT STRING without its count of unused bits")
    if body[0] and body[-1] & ((1 << body[0]) - 1):
        raise Unclear("a BIT STRING whose unused bits are not zero")
    return body[1:], body[0]


def bit_set(body):
    """The numbers of the bits that are set."""
    octets, _ = bits(body)
    return {8 * at + bit for at, octet in enumerate(octets) for bit in range(8)
            if octet & 0x80 >> bit}


def octets(value):
    """What a BIT STRING of whole octets holds."""
    content, unused = bits(expect(value, BIT_STRING).body)
    if unused:
        raise Fault("a BIT STRING that is not of whole octets")
    return content
