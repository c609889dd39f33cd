# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The verdict on a case, by usages in the order of doc/flow.md: 3, then 2, 1 and 0.

import dataclasses
import time

import der
import hosts
import paths
import tlsa
from certificate import Certificate, outline
from tlsa import DANE_EE, DANE_TA, PKIX_EE, PKIX_TA

CHAIN_MAX = 32


@dataclasses.dataclass
class Case:
    records: list
    chain: list            # octets, the leaf first
    raw_key: bool = False
    name: str = ""
    role: str = paths.CLIENT
    usages: set = dataclasses.field(default_factory=lambda: {DANE_TA, DANE_EE})
    trusted: list | None = None   # octets; None: there is no CA file
    at: int = 0


@dataclasses.dataclass
class Verdict:
    word: str                  # of dance_verdict_name(), or "unclear"
    by: set = dataclasses.field(default_factory=set)  # records that may have decided
    why: str = ""


def read_leaf(case):
    """Octets and key of what the peer showed."""
    if not case.chain or len(case.chain) > CHAIN_MAX or (case.raw_key and len(case.chain) != 1):
        raise der.Fault("nothing shown, or too much")
    if case.raw_key:
        if not tlsa.is_key(case.chain[0]):
            raise der.Fault("no key")
        return None, case.chain[0]
    return case.chain[0], outline(case.chain[0])


class Judge:
    def __init__(self, case, records, octets, spki):
        self.case, self.records, self.octets, self.spki = case, records, octets, spki
        self.wish = paths.Wish(case.role, case.at or int(time.time()), case.name)
        self.faults, self.doubts = [], []
        if not case.raw_key:
            self.leaf = Certificate(octets)
            self.shown = [Certificate(each) for each in case.chain[1:] if each != octets]
            self.trusted = [Certificate(each) for each in case.trusted or []]

    def of(self, usage):
        return [each for each in self.records if each.usage == usage]

    def is_of(self, record, certificate):
        return tlsa.is_of(record, certificate.octets, getattr(certificate, "spki", None))

    def is_valid(self, path, trusted=False, bare=None):
        try:
            paths.check(path, self.wish, trusted, bare)
        except der.Fault as error:
            self.faults.append(str(error))
            return False
        except der.Unclear as error:
            self.doubts.append(str(error))
            return False
        return True

    def search(self, others):
        search = paths.Search(self.leaf, others, self.wish)
        yield from search.paths()
        if search.cut:
            self.faults.append(f"a path that goes on after {paths.LENGTH_MAX} certificates")
        if search.tired:
            self.doubts.append("more paths than are tried")
        if search.doubt:
            self.doubts.append(str(search.doubt))

    def supplied(self, usage):
        """Certificates that DNS brings along (RFC 7671 5.2.1)."""
        return [Certificate(each.data) for each in self.of(usage)
                if (each.selector, each.matching) == (tlsa.CERTIFICATE, tlsa.WHOLE)]

    def dane_ee(self):
        return {each.kind() for each in self.of(DANE_EE)
                if tlsa.is_of(each, self.octets, self.spki)}

    def dane_ta(self):
        records, found = self.of(DANE_TA), set()
        if not records:
            return found
        for path in self.search(self.shown + self.supplied(DANE_TA)):
            for record in records:
                if record.kind() in found:
                    continue
                if len(path) > 1 and self.is_of(record, path[-1]) and self.is_valid(path):
                    found.add(record.kind())
                # RFC 7671 5.2.3: the key itself, whatever certificates it has.
                if record.kind()[1:] == (tlsa.KEY, tlsa.WHOLE) and \
                        self.is_valid(path, bare=record.data):
                    found.add(record.kind())
        return found

    def is_root(self, certificate):
        """A self-signed certificate of the CA file. Nothing rests on its own signature
        (doc/flow.md), so that may be by SHA-1."""
        return any(certificate.octets == each.octets for each in self.trusted) and \
            certificate.subject is not None and paths.is_self_signed(certificate)

    def pkix(self, usage, fits):
        records, found = self.of(usage), set()
        if not records:
            return found
        for path in self.search(self.shown + self.supplied(PKIX_TA) + self.trusted):
            if not self.is_root(path[-1]):
                continue
            fitting = {each.kind() for each in records if fits(each, path)}
            if not fitting <= found and self.is_valid(path, trusted=True):
                found |= fitting
        return found

    def pkix_ee(self):
        return self.pkix(PKIX_EE, lambda record, path: self.is_of(record, path[0]))

    def pkix_ta(self):
        return self.pkix(PKIX_TA, lambda record, path: any(
            self.is_of(record, each) for each in path[1:]))

    def is_about(self, record):
        """Is the record of what was shown, or of a certificate or key that signed links lead to?
        This tells `chain` from `mismatch`."""
        if record.usage in (DANE_EE, PKIX_EE):
            return tlsa.is_of(record, self.octets, self.spki)
        known = self.shown + (self.trusted if record.usage == PKIX_TA else [])
        if any(self.is_of(record, each) for each in known):
            return True
        if record.matching != tlsa.WHOLE or (record.usage, record.selector) == (PKIX_TA, tlsa.KEY):
            return False
        if record.usage == PKIX_TA:
            return any(self.is_root(path[-1]) and paths.is_linked(path)
                       for path in paths.Search(self.leaf, known + self.supplied(PKIX_TA),
                                                self.wish, strict=False).paths()
                       if any(each.octets == record.data for each in path[1:]))
        search = paths.Search(self.leaf, known + self.supplied(DANE_TA), self.wish, strict=False)
        for path in search.paths():
            if record.selector == tlsa.KEY:
                if paths.is_linked(path, record.data):
                    return True
            elif len(path) > 1 and path[-1].octets == record.data and paths.is_linked(path):
                return True
        return False

    def verdict(self):
        for usage in (self.dane_ee, self.dane_ta, self.pkix_ee, self.pkix_ta):
            if self.case.raw_key and usage != self.dane_ee:
                continue
            found = usage()
            if found:
                return Verdict("allow", found if not self.doubts else set())
        if self.doubts:
            return Verdict("unclear", why=self.doubts[0])
        # libdance(3), VERDICTS: without the name nothing is looked for.
        about = any(each.matching == tlsa.WHOLE and each.usage in (PKIX_TA, DANE_TA) and
                    not paths.has_name(self.leaf, self.wish) for each in self.records) or \
            any(self.is_about(each) for each in self.records)
        return Verdict("chain" if about else "mismatch", why="; ".join(dict.fromkeys(self.faults)))


def judge(case):
    usages = case.usages if case.trusted is not None else case.usages - {PKIX_TA, PKIX_EE}
    if case.name and not hosts.is_owner(case.name):
        return Verdict("name", why="no owner name")
    try:
        octets, spki = read_leaf(case)
    except der.Fault as error:
        return Verdict("credential", why=str(error))
    usable = [each for each in case.records if tlsa.is_usable(each, usages, case.raw_key)]
    if not usable:
        return Verdict("unusable", why="no record can be used")
    try:
        return Judge(case, tlsa.strongest(usable), octets, spki).verdict()
    except der.Unclear as error:
        return Verdict("unclear", why=str(error))
