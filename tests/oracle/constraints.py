# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Name constraints (RFC 5280 4.2.1.10): general names, subtrees, and whether a name is within one.

import der
import dn
import hosts

OTHER, MAILBOX, DNS, X400, DIRECTORY, EDI, URI, ADDRESS, REGISTERED = range(9)
MADE = {OTHER, X400, DIRECTORY, EDI}  # of other values: their tags are constructed
SHOWN_MAX = 128  # alternative names (dance(1), LIMITS)


class GeneralName:
    def __init__(self, value):
        self.form = value.tag & 0x1f
        if value.tag & 0xc0 != 0x80 or self.form > REGISTERED or \
                bool(value.tag & der.CONSTRUCTED) != (self.form in MADE):
            raise der.Fault("no GeneralName")
        self.body = value.body
        self.name = dn.Name(der.one(value.body)) if self.form == DIRECTORY else None
        if self.form == REGISTERED:
            der.oid(value.body)
        if self.form == OTHER:
            parts = der.many(value.body)
            if len(parts) != 2 or parts[1].tag != der.context(0, True):
                raise der.Fault("no otherName")
            der.oid(der.expect(parts[0], der.OID).body)
            der.one(parts[1].body)
        if self.form == X400:
            der.many(value.body)
        if self.form == EDI:
            parts = der.many(value.body)
            if [each.tag for each in parts] not in ([0xa1], [0xa0, 0xa1]):
                raise der.Fault("no ediPartyName")
            for each in parts:
                der.one(each.body)


class Subtree:
    def __init__(self, value):
        base, *rest = der.sequence(value.whole, 1, 3)
        self.base = GeneralName(base)
        self.limited = False
        order = []
        for each in rest:
            order.append(each.tag)
            bound = der.count(each.body)
            if each.tag == der.context(0):
                self.limited |= bound != 0
            elif each.tag == der.context(1):
                self.limited = True
            else:
                raise der.Fault("no GeneralSubtree")
        if order != sorted(set(order)):
            raise der.Fault("no GeneralSubtree")


class Constraints:
    """What one certificate demands of those below it."""

    def __init__(self, octets):
        self.permitted, self.excluded = [], []
        before = -1
        for value in der.filled(octets):
            if value.tag not in (der.context(0, True), der.context(1, True)) or \
                    value.tag <= before:
                raise der.Fault("no NameConstraints")
            before = value.tag
            trees = [Subtree(each) for each in der.many(value.body)]
            if not trees:
                raise der.Fault("an empty list of subtrees")
            (self.excluded if value.tag & 1 else self.permitted).extend(trees)

    def of(self, form):
        return ([each for each in self.permitted if each.base.form == form],
                [each for each in self.excluded if each.base.form == form])


def within_dns(body, base):
    name = hosts.labels(hosts.ascii_of(body), wildcard=True)
    text = hosts.ascii_of(base)
    if text == "":
        return True
    if text.startswith("."):
        return host_within(name, text)  # libdance(3); RFC 5280 has this for URIs
    return hosts.below(name, hosts.labels(text))


def covers_dns(body, base):
    """May a wildcard stand for a name that is excluded?"""
    name = hosts.labels(hosts.ascii_of(body), wildcard=True)
    if within_dns(body, base):
        return True
    labels = hosts.labels(hosts.ascii_of(base).removeprefix("."))
    return name[0] == "*" and len(labels) == len(name) and labels[1:] == name[1:]


def host_within(host, text):
    """URI and rfc822Name: with a period in front, what is below; else that host alone."""
    if text.startswith("."):
        base = hosts.labels(text[1:])
        return len(host) > len(base) and hosts.below(host, base)
    return host == hosts.labels(text)


def within_mailbox(body, base):
    local, host = hosts.of_mailbox(hosts.ascii_of(body))
    text = hosts.ascii_of(base)
    if "@" in text:
        # 7.5: the local part as it stands, the host whatever its case.
        other = hosts.of_mailbox(text)
        if host == other[1] and local != other[0] and '"' in local + other[0]:
            raise der.Unclear("a mailbox that is quoted otherwise")
        return (local, host) == other
    return host_within(host, text)


def within_uri(body, base):
    return host_within(hosts.of_uri(hosts.ascii_of(body)), hosts.ascii_of(base))


def within_address(body, base):
    if len(body) not in (4, 16):
        raise der.Fault("an address of another length")
    if len(base) not in (8, 32):
        raise der.Fault("a range of another length")
    half = len(base) // 2
    mask = int.from_bytes(base[half:], "big")
    inverse = mask ^ ((1 << 8 * half) - 1)
    if inverse & (inverse + 1):
        raise der.Fault("a mask with gaps (RFC 4632)")
    if len(body) != half:
        return False
    return int.from_bytes(body, "big") & mask == int.from_bytes(base[:half], "big") & mask


def is_within(name, base, excluding):
    if name.form == DNS:
        return (covers_dns if excluding else within_dns)(name.body, base.body)
    if name.form == MAILBOX:
        return within_mailbox(name.body, base.body)
    if name.form == URI:
        return within_uri(name.body, base.body)
    if name.form == ADDRESS:
        return within_address(name.body, base.body)
    if name.form == DIRECTORY:
        return dn.within(name.name, base.name)
    raise der.Fault("a constraint on a form that is not processed")


def check_name(constraints, name):
    permitted, excluded = constraints.of(name.form)
    trees = permitted + excluded
    if any(each.limited for each in trees):
        raise der.Fault("a constraint with a minimum or maximum")
    unclear = []
    for tree in trees:
        excluding = tree in excluded
        try:
            inside = is_within(name, tree.base, excluding)
        except der.Unclear as error:
            unclear.append(error)
            continue
        if excluding and inside:
            raise der.Fault("an excluded name")
        if not excluding and inside:
            permitted = []
    if unclear:
        raise unclear[-1]
    if permitted:
        raise der.Fault("a name that is not permitted")


def names_below(certificate):
    """Every name to which constraints apply (RFC 5280 4.2.1.10, 6.1.3 b and c)."""
    names = []
    if certificate.subject.rdns:
        names.append(GeneralName(der.Value(der.context(DIRECTORY, True),
                                           certificate.subject.whole, b"")))
    if certificate.alternative is None:
        for each in certificate.subject.mailboxes():
            names.append(GeneralName(der.Value(der.context(MAILBOX), each.body, b"")))
    return names + (certificate.alternative or [])


def check(constraints, certificate):
    if len(certificate.alternative or []) > SHOWN_MAX:
        raise der.Fault("too many alternative names below constraints")
    doubt = None
    for name in names_below(certificate):
        try:
            check_name(constraints, name)
        except der.Unclear as error:
            doubt = error
    if doubt:
        raise doubt
