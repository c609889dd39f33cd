# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Distinguished names: how they are read (RFC 5280 4.1.2.4) and compared (7.1, 7.3).

import der
import prepare

EMAIL = "1.2.840.113549.1.9.1"
STRINGS = {der.UTF8: "utf-8", der.PRINTABLE: "ascii", der.IA5: "ascii", der.TELETEX: "latin-1",
           der.UNIVERSAL: "utf-32-be", der.BMP: "utf-16-be", 0x12: "ascii", 0x1a: "ascii"}


class Attribute:
    """A type with its value."""

    def __init__(self, value):
        parts = der.sequence(value.whole, 2, 2)
        self.kind = der.oid(der.expect(parts[0], der.OID).body)
        self.tag, self.body, self.whole = parts[1].tag, parts[1].body, parts[1].whole
        self.text = self.read()  # None: it is no string of characters
        self.key, self.prepared = self.comparable()

    def read(self):
        if self.tag not in STRINGS:
            return None
        if self.tag == der.BMP and any(0xd8 <= high <= 0xdf for high in self.body[::2]):
            raise der.Fault("a BMPString with halves of surrogate pairs")
        try:
            return self.body.decode(STRINGS[self.tag])
        except UnicodeDecodeError as error:
            if STRINGS[self.tag] == "ascii":
                return None
            raise der.Fault("a string that is not of whole characters") from error

    def comparable(self):
        """What equal values have in common, and whether they can be compared with others."""
        if self.tag not in STRINGS:
            return (self.kind, "octets", self.whole), True
        try:
            if self.text is not None:
                return (self.kind, "text", prepare.prepare(self.text)), True
        except prepare.Prohibited:
            pass
        return (self.kind, "octets", self.whole), False


class Name:
    """A sequence of sets of attributes."""

    def __init__(self, value):
        self.whole = value.whole
        self.rdns = []
        for rdn in der.many(der.expect(value, der.SEQUENCE).body):
            attributes = [Attribute(each) for each in der.many(der.expect(rdn, der.SET).body)]
            if not attributes:
                raise der.Fault("a relative name without attributes")
            self.rdns.append(attributes)

    def mailboxes(self):
        return [each for rdn in self.rdns for each in rdn if each.kind == EMAIL]


class Undefined(der.Fault):
    """RFC 4518 2: it cannot be told whether the names are equal. Refused (doc/flow.md)."""


def same_rdn(one, other):
    keys = sorted(each.key for each in one), sorted(each.key for each in other)
    if keys[0] == keys[1]:
        return True
    if not all(each.prepared for each in [*one, *other]) and \
            sorted(each.kind for each in one) == sorted(each.kind for each in other):
        raise Undefined("a string that cannot be compared with others")
    return False


def within(name, base):
    """Does the name begin with all of the other one (RFC 5280 4.2.1.10)?"""
    if len(name.rdns) < len(base.rdns):
        return False
    return all(same_rdn(*pair) for pair in zip(name.rdns, base.rdns))


def equal(one, other):
    return len(one.rdns) == len(other.rdns) and within(one, other)
