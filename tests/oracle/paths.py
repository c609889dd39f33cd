# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Paths from a leaf upward: which there are, and whether one is valid (RFC 5280 6.1, doc/flow.md).
# Knows nothing of records.

import dataclasses

import constraints
import der
import dn
import keys
import policies
import signature

LENGTH_MAX = 10
LEAF_NAMES_MAX = 128
PATHS_MAX = 3000  # tried for one case; who needs more is told so
CLIENT, SERVER = "client", "server"
PURPOSES = {CLIENT: "1.3.6.1.5.5.7.3.2", SERVER: "1.3.6.1.5.5.7.3.1"}
SIGNS, ENCIPHERS, AGREES, ISSUES = 0, 2, 4, 5  # bits of a key usage (RFC 5280 4.2.1.3)


@dataclasses.dataclass
class Wish:
    """What a path has to be good for."""
    role: str
    at: int
    name: str


def reference(wish):
    """The name that the leaf must have: of a server the host in _port._proto.HOST (RFC 6698 3)."""
    labels = wish.name.lower().split(".")
    if wish.role == SERVER and len(labels) > 2 and labels[0][:1] == "_" and \
            labels[0][1:].isdigit() and labels[1][:1] == "_":
        labels = labels[2:]
    return labels


def is_named(shown, wanted, role):
    """Exactly, but for case; a server's may have a wildcard as its whole first label, for one
    label (RFC 9525 6.3), before at least two others (libdance(3), Names)."""
    labels = shown.lower().split(".")
    if labels == wanted:
        return True
    return role == SERVER and labels[0] == "*" and len(labels) > 2 and labels[1:] == wanted[1:]


def check_name(leaf, wish):
    wanted, found = reference(wish), False
    for name in (leaf.alternative or [])[:LEAF_NAMES_MAX]:
        if name.form != constraints.DNS:
            continue
        if not name.body:
            raise der.Fault("an empty dNSName")
        try:
            found |= is_named(name.body.decode("ascii"), wanted, wish.role)
        except UnicodeDecodeError:
            continue
    if not wish.name or not found:
        raise der.Fault("the leaf does not have the name")


def has_name(leaf, wish):
    try:
        check_name(leaf, wish)
    except der.Fault:
        return False
    return True


def check_certificate(certificate, wish):
    """What holds for each certificate of a path."""
    if certificate.fault:
        raise der.Fault(certificate.fault)
    first, last = certificate.dates
    if (first is not None and wish.at < first) or (last is not None and wish.at > last):
        raise der.Fault("not valid at this time")
    if certificate.purposes is not None and PURPOSES[wish.role] not in certificate.purposes:
        raise der.Fault("not for this purpose")
    keys.check_strength(certificate.spki)
    if certificate.doubt:
        raise der.Unclear(certificate.doubt)


def check_leaf(leaf, wish):
    check_name(leaf, wish)
    good = {SIGNS, AGREES} | ({ENCIPHERS} if wish.role == SERVER else set())
    if leaf.key_usage is not None and not good & leaf.key_usage:
        raise der.Fault("the leaf's key usage")


def check_issuer(certificate, below, old_root):
    """`below`: the certificates between it and the leaf. An `old_root` stands in the CA file."""
    if certificate.version == 1 and old_root:
        return
    if certificate.key_usage is not None and ISSUES not in certificate.key_usage:
        raise der.Fault("the key usage of an issuer")
    if certificate.basic is None:
        if old_root and certificate.key_usage is not None:
            return
        raise der.Fault("an issuer without basic constraints")
    if not certificate.basic.authority:
        raise der.Fault("an issuer that is no CA")
    if certificate.basic.length is not None:
        counted = sum(not each.is_self_issued() for each in below)
        if counted > certificate.basic.length:
            raise der.Fault("a path that is too long for an issuer")


def check_constraints(path):
    for at, issuer in enumerate(path):
        if issuer.constraints is None:
            continue
        for depth, below in enumerate(path[:at]):
            if depth == 0 or not below.is_self_issued():
                constraints.check(issuer.constraints, below)


def is_issuer(issuer, certificate):
    """By name and key identifier."""
    if issuer.subject is None or certificate.issuer is None:
        return False
    if None not in (issuer.subject_key, certificate.authority_key) and \
            issuer.subject_key != certificate.authority_key:
        return False
    try:
        return dn.equal(issuer.subject, certificate.issuer)
    except dn.Undefined:
        return False


def ask_all(questions):
    """A Fault of one of them counts before what is not clear of another."""
    doubt = None
    for question, *arguments in questions:
        try:
            question(*arguments)
        except der.Unclear as error:
            doubt = error
    if doubt:
        raise doubt


def check(path, wish, trusted=False, bare=None):
    """A Fault, or Unclear. The leaf first; `bare`, if there is one, is the key that signed the
    last certificate; `trusted`: the last stands in the CA file."""
    certificates = [(check_certificate, each, wish) for each in path]
    questions = [(check_leaf, path[0], wish)]
    for at in range(1, len(path)):
        questions.append((check_issuer, path[at], path[1:at], trusted and at == len(path) - 1))
    questions += [(check_constraints, path), (policies.check, path, bare is not None)]
    if bare is not None:
        questions.append((keys.check_strength, bare))
    signers = [each.spki for each in path[1:]] + [bare] * (bare is not None)
    questions += [(signature.check, each, signer) for each, signer in zip(path, signers)]
    ask_all(certificates)  # of one that is not clear no more can be asked
    ask_all(questions)


def is_linked(path, bare=None):
    """Does each one's key sign the one below it?"""
    signers = [each.spki for each in path[1:]] + [bare] * (bare is not None)
    try:
        for each, signer in zip(path, signers):
            signature.check(each, signer)
    except der.Fault:
        return False
    return True


def is_self_signed(certificate):
    """RFC 5280 3.2: it is self-issued, and its own key verifies it."""
    try:
        signature.check(certificate, certificate.spki, old=True)
    except der.Fault:
        return False
    return certificate.is_self_issued()


class Search:
    """All paths from a leaf, over some certificates. `cut` says that one went on at LENGTH_MAX."""

    def __init__(self, leaf, others, wish, strict=True):
        self.leaf, self.wish, self.strict = leaf, wish, strict
        self.others, seen = [], {leaf.octets}
        for each in others:
            if each.octets not in seen:
                seen.add(each.octets)
                self.others.append(each)
        self.above = {}
        self.cut = self.tired = False
        self.left = PATHS_MAX
        self.doubt = None

    def may_issue(self, certificate):
        """The cheapest of what check() asks anyway, so that hopeless paths end early."""
        if not self.strict:
            return True  # is_issuer() has read its name
        try:
            check_certificate(certificate, self.wish)
            return keys.read_key(certificate.spki).signs
        except der.Fault:
            return False
        except der.Unclear:
            return True

    def issuers(self, certificate):
        key = id(certificate)
        if key not in self.above:
            found = []
            for each in self.others:
                try:
                    if is_issuer(each, certificate) and self.may_issue(each):
                        found.append(each)
                except der.Unclear as error:
                    self.doubt = error
            if len(found) > 2:
                found = [each for each in found if self.signed(certificate, each)]
            self.above[key] = found
        return self.above[key]

    def signed(self, certificate, issuer):
        try:
            signature.check(certificate, issuer.spki)
        except der.Fault:
            return False
        except der.Unclear:
            pass
        return True

    def paths(self, path=None):
        path = path or [self.leaf]
        if self.left == 0:
            self.tired = True
            return
        self.left -= 1
        yield path
        issuers = [each for each in self.issuers(path[-1])
                   if all(each.octets != other.octets for other in path)]
        if len(path) == LENGTH_MAX:
            self.cut |= bool(issuers)
            return
        for issuer in issuers:
            yield from self.paths([*path, issuer])
