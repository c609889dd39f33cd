# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""A case, and how it is written down (README.md has the format)."""

import base64
import hashlib

NAME = 'ns2.example.net'

DEFAULTS = {'name': NAME, 'ca': 'none', 'usages': 'all', 'role': 'client',
            'raw-key': 'no', 'at': '0'}

DIGESTS = (lambda data: data,
           lambda data: hashlib.sha256(data).digest(),
           lambda data: hashlib.sha512(data).digest())


class Record:
    def __init__(self, usage, selector, matching, data):
        self.kind = (usage, selector, matching)
        self.data = data

    def text(self):
        return '%d %d %d %s\n' % (*self.kind, self.data.hex())


def tlsa(usage, selector, matching, certificate):
    """What a publisher would write for this certificate."""
    data = certificate.spki if selector == 1 else certificate.whole
    return Record(usage, selector, matching, DIGESTS[matching](data))


class RawKey:
    """A bare SubjectPublicKeyInfo, or what pretends to be one."""

    def __init__(self, spki):
        self.whole = self.spki = spki

    def pem(self):
        return '-----BEGIN PUBLIC KEY-----\n%s-----END PUBLIC KEY-----\n' % (
            wrap(base64.b64encode(self.spki).decode()))


class Junk(RawKey):
    """Octets that are no certificate, sent as one."""

    def pem(self):
        return super().pem().replace('PUBLIC KEY', 'CERTIFICATE')


def wrap(text):
    return ''.join(text[i:i + 64] + '\n' for i in range(0, len(text), 64))


class Book:
    """The cases of one file, in their order."""

    def __init__(self):
        self.cases = []

    def good(self, title, rules, about, chain, records, by='', **settings):
        self.add('good-' + title, rules, about, 'allow', chain, records, by, settings)

    def bad(self, title, rules, about, verdict, chain, records, **settings):
        self.add('bad-' + title, rules, about, verdict, chain, records, '', settings)

    def add(self, title, rules, about, verdict, chain, records, by, settings):
        settings = {key.replace('_', '-'): text for key, text in settings.items()}
        assert settings.keys() <= DEFAULTS.keys(), settings
        assert all(title != case[0] for case in self.cases), title
        self.cases.append((title, rules, about, verdict, chain, records, by, settings))

    def text(self):
        written = {}
        return ''.join(block(case, written) for case in self.cases)


def block(case, written):
    """One block; directives only where they change what the last block has said."""
    title, rules, about, verdict, chain, records, by, settings = case
    lines = ['# %s\n@id %s\n@rule %s\n@verdict %s\n' % (about, title, rules, verdict)]
    if by:
        lines.append('@by %s\n' % by)
    for key, default in DEFAULTS.items():
        text = settings.get(key, default)
        if written.get(key) != text:
            lines.append(('@%s %s' % (key, text)).rstrip() + '\n')
            written[key] = text
    lines.append('%d %d 1 0 0\n' % (len(records), len(chain)))
    lines += [record.text() for record in records]
    lines += [certificate.pem() for certificate in chain]
    return ''.join(lines) + '\n'
