# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A certificate (RFC 5280 4.1, 4.2): its parts, read as far as a path needs them. outline() finds
# no more than the key, which is all that usage 3 needs.

import calendar
import re
import types

import constraints
import der
import dn

SIZE_MAX = 16384      # doc/flow.md, as all limits here
EXTENSIONS_MAX = 64
POLICIES_MAX = 128
ANY_POLICY = "2.5.29.32.0"
QUALIFIERS = {"1.3.6.1.5.5.7.2.1", "1.3.6.1.5.5.7.2.2"}


def outline(octets):
    """The certificate's SubjectPublicKeyInfo as it stands there."""
    parts = der.sequence(octets, 3, 3)
    fields = der.many(der.expect(parts[0], der.SEQUENCE).body)
    at = 6 if fields and fields[0].tag == der.context(0, True) else 5
    if len(fields) <= at:
        raise der.Fault("a certificate without a key")
    return der.expect(fields[at], der.SEQUENCE).whole


def read_time(value):
    """Seconds since 1970 (4.1.2.5)."""
    digits = {der.UTC_TIME: 12, der.GENERALIZED_TIME: 14}.get(value.tag)
    if digits is None or not re.fullmatch(rb"[0-9]{%d}Z" % digits, value.body):
        raise der.Fault("no date")
    text = value.body.decode()[:-1]
    if digits == 12:
        text = ("19" if text >= "50" else "20") + text
    year, month, day, hour, minute, second = (
        int(text[at:end]) for at, end in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14)))
    if not 1 <= month <= 12 or hour > 23 or minute > 59 or second > 59 or day < 1:
        raise der.Fault("a date that does not exist")
    if year == 0:
        raise der.Unclear("the year 0")
    if day > calendar.monthrange(year, month)[1]:
        raise der.Fault("a date that does not exist")
    return calendar.timegm((year, month, day, hour, minute, second))


def read_key_usage(octets):
    bits = der.bit_set(der.one(octets, der.BIT_STRING).body)
    if not bits:
        raise der.Fault("a key usage without bits (4.2.1.3)")
    return bits


def read_basic(octets):
    values = der.sequence(octets)
    basic = types.SimpleNamespace(authority=False, length=None)
    if values and values[0].tag == der.BOOLEAN:
        basic.authority = der.boolean(values.pop(0).body)
    if values and values[0].tag == der.INTEGER:
        basic.length = der.count(values.pop(0).body)
    if values:
        raise der.Fault("no BasicConstraints")
    return basic


def read_policies(octets, critical):
    policies = []
    for value in der.filled(octets):
        kind, *rest = der.sequence(value.whole, 1, 2)
        policies.append(der.oid(der.expect(kind, der.OID).body))
        for qualifier in der.filled(rest[0].whole) if rest else ():
            parts = der.sequence(qualifier.whole, 2, 2)
            if der.oid(der.expect(parts[0], der.OID).body) not in QUALIFIERS and critical:
                raise der.Fault("a critical policy with a qualifier that is not known")
    if len(set(policies)) < len(policies) or len(policies) > POLICIES_MAX:
        raise der.Fault("too many policies, or one twice")
    return policies


def read_mappings(octets):
    mappings = []
    for value in der.filled(octets):
        pair = der.sequence(value.whole, 2, 2)
        mappings.append(tuple(der.oid(der.expect(each, der.OID).body) for each in pair))
    if len(mappings) > POLICIES_MAX:
        raise der.Fault("too many mappings")
    return mappings


def read_policy_constraints(octets):
    found = {}
    for value in der.filled(octets):
        if value.tag not in (der.context(0), der.context(1)) or \
                any(value.tag <= tag for tag in found):
            raise der.Fault("no PolicyConstraints")
        found[value.tag] = der.count(value.body)
    return found.get(der.context(0)), found.get(der.context(1))


def read_purposes(octets):
    return [der.oid(der.expect(each, der.OID).body) for each in der.filled(octets)]


def read_subject_key(octets):
    return der.one(octets, der.OCTET_STRING).body


def read_authority_key(octets):
    found = None
    before = -1
    for value in der.sequence(octets):
        number = value.tag & 0x1f
        if value.tag & 0xc0 != 0x80 or number > 2 or number <= before or \
                bool(value.tag & der.CONSTRUCTED) != (number == 1):
            raise der.Fault("no AuthorityKeyIdentifier")
        before = number
        if number == 0:
            found = value.body
        elif number == 1:
            for each in der.many(value.body):
                constraints.GeneralName(each)
        else:
            der.integer(value.body)
    return found


def read_alternative(octets):
    return [constraints.GeneralName(each) for each in der.filled(octets)]


# What is processed, and as which member.
READERS = {
    "2.5.29.15": ("key_usage", read_key_usage),
    "2.5.29.17": ("alternative", read_alternative),
    "2.5.29.19": ("basic", read_basic),
    "2.5.29.30": ("constraints", constraints.Constraints),
    "2.5.29.32": ("policies", None),
    "2.5.29.33": ("mappings", read_mappings),
    "2.5.29.36": ("policy_constraints", read_policy_constraints),
    "2.5.29.37": ("purposes", read_purposes),
    "2.5.29.54": ("no_any", lambda octets: der.count(der.one(octets, der.INTEGER).body)),
}
IDENTIFIERS = {
    "2.5.29.14": ("subject_key", read_subject_key),
    "2.5.29.35": ("authority_key", read_authority_key),
}


class Certificate:
    """`fault` and `doubt` say what is wrong with it, or not clear, in any path."""

    def __init__(self, octets):
        self.octets = octets
        self.fault = self.doubt = None
        for member in ("key_usage", "alternative", "basic", "constraints", "policies", "mappings",
                       "policy_constraints", "purposes", "no_any", "subject_key", "authority_key",
                       "subject", "issuer"):
            setattr(self, member, None)
        try:
            self.read()
        except der.Fault as error:
            self.fault = str(error)

    def attempt(self, function, *arguments):
        """What is not clear does not keep the rest from being read."""
        try:
            return function(*arguments)
        except der.Unclear as error:
            self.doubt = str(error)
            return None

    def read(self):
        if len(self.octets) > SIZE_MAX:
            raise der.Fault("a certificate that is too large")
        self.spki = outline(self.octets)
        tbs, algorithm, signature = der.sequence(self.octets)
        self.signed, self.algorithm = tbs.whole, der.expect(algorithm, der.SEQUENCE).whole
        self.signature_value = signature
        fields = der.many(tbs.body)
        self.version = 1
        if fields[0].tag == der.context(0, True):
            number = der.integer(der.one(fields.pop(0).body, der.INTEGER).body)
            if number == 0:
                self.doubt = "version 1 that is written out"
            if not 0 <= number <= 2:
                raise der.Fault("an unknown version")
            self.version = number + 1
        serial, inner, issuer, validity, subject, _, *rest = fields
        der.integer(der.expect(serial, der.INTEGER).body)
        if inner.whole != self.algorithm:
            raise der.Fault("two signature algorithms")
        self.issuer = self.attempt(dn.Name, issuer)
        self.subject = self.attempt(dn.Name, subject)
        dates = der.sequence(validity.whole, 2, 2)
        self.dates = [self.attempt(read_time, each) for each in dates]
        self.read_rest(rest)

    def read_rest(self, rest):
        before = 0
        for value in rest:
            number = value.tag & 0x1f
            if value.tag not in (0x81, 0x82, 0xa3) or number <= before:
                raise der.Fault("no certificate")
            before = number
            if number < 3:
                der.bits(value.body)
                if self.version == 1:
                    raise der.Fault("a unique identifier in version 1")
            elif self.version != 3:
                raise der.Fault("extensions, and not version 3")
            else:
                self.read_extensions(value.body)

    def read_extensions(self, octets):
        seen = set()
        values = der.filled(octets)
        if len(values) > EXTENSIONS_MAX:
            raise der.Fault("too many extensions")
        for value in values:
            parts = der.sequence(value.whole, 2, 3)
            kind = der.oid(der.expect(parts[0], der.OID).body)
            critical = len(parts) == 3 and der.boolean(der.expect(parts[1], der.BOOLEAN).body)
            content = der.expect(parts[-1], der.OCTET_STRING).body
            if kind in seen:
                raise der.Fault("an extension twice (4.2)")
            seen.add(kind)
            self.read_extension(kind, critical, content)

    def read_extension(self, kind, critical, content):
        if kind == "2.5.29.32":
            self.policies = self.attempt(read_policies, content, critical)
        elif kind in READERS:
            member, read = READERS[kind]
            setattr(self, member, self.attempt(read, content))
        elif critical:
            raise der.Fault("a critical extension that is not processed")
        elif kind in IDENTIFIERS:
            member, read = IDENTIFIERS[kind]
            setattr(self, member, self.attempt(read, content))

    def is_self_issued(self):
        try:
            return dn.equal(self.subject, self.issuer)
        except dn.Undefined:
            return False
