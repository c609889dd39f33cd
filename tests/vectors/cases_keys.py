# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""Keys and signatures of a path: too weak, rare, with parameters of their own."""

import der
import keys
from case import Book, tlsa
from cases_ee import explicit_p256
from certificate import authority, leaf
from keys import key
from world import root

RECORD = [tlsa(2, 0, 1, root)]


def add(book, title, about, allowed, chain, records, verdict='chain', rules='R21 R9'):
    if allowed:
        book.good('keys-' + title, rules, about, chain, records)
    else:
        book.bad('keys-' + title, rules, about, verdict, chain, records)


def of_kinds(book):
    for kind, allowed in [
            ('rsa-512', False), ('rsa-1024', False), ('rsa-2047', False), ('rsa', True),
            ('rsa-2049', True), ('rsa-3072', True), ('rsa-e3', True), ('rsa-e33', False),
            ('rsa-pss', True), ('p192', False), ('p224', True), ('p256', True),
            ('p384', True), ('p521', True), ('ed25519', True), ('ed448', True)]:
        last = leaf(root, kind=kind)
        # What a key costs to verify with is nothing to a path that it signs none of.
        add(book, kind + '-leaf', 'the leaf\'s key', allowed or kind == 'rsa-e33',
            [last, root], RECORD)
        add(book, kind + '-ee', 'the same, named by its own record', True, [last],
            [tlsa(3, 1, 1, last)], rules='R7')
        between = authority('A CA of a kind', root, kind=kind, label='authority')
        last = leaf(between)
        add(book, kind + '-ca', 'a CA\'s key', allowed, [last, between, root], RECORD)
        top = authority('An anchor of a kind', kind=kind, label='authority')
        last = leaf(top)
        add(book, kind + '-anchor', 'the anchor\'s key', allowed, [last, top],
            [tlsa(2, 1, 1, top)])
        add(book, kind + '-key', 'a bare key as the anchor', allowed, [last],
            [tlsa(2, 1, 0, top)], 'mismatch' if kind in ('p192', 'rsa-e33') else 'chain',
            'R21 R11')
    for kind in ('k256', 'brainpool256'):
        add(book, kind + '-leaf', 'the leaf\'s key, which signs no certificate', True,
            [leaf(root, kind=kind), root], RECORD)


def explicit_parameters(book):
    """RFC 5480 2.1.1: a curve has a name."""
    def spki(label):
        return explicit_p256(leaf(root, kind='p256', label=label))
    last = leaf(root, kind='p256', spki=spki('leaf'))
    add(book, 'explicit-leaf', 'the leaf\'s curve is written out', False, [last, root],
        RECORD)
    add(book, 'explicit-ee', 'the same, named by its own record', True, [last],
        [tlsa(3, 1, 1, last)], rules='R7')
    name = 'A CA of a curve'
    between = authority(name, root, kind='p256', spki=spki(name))
    add(book, 'explicit-ca', 'a CA\'s curve is written out', False,
        [leaf(between), between, root], RECORD)
    top = authority(name, kind='p256', spki=spki(name))
    add(book, 'explicit-anchor', 'the anchor\'s curve is written out', False,
        [leaf(top), top], [tlsa(2, 1, 1, top)])
    add(book, 'explicit-key', 'a bare key with its curve written out', False, [leaf(top)],
        [tlsa(2, 1, 0, top)], 'mismatch', 'R21 R11')


def of_signatures(book):
    for kind, allowed in [('rsa-md5', False), ('rsa-sha1', False), ('p256-sha1', False),
                          ('rsa-sha384', True), ('rsa-sha512', True)]:
        top = authority('A CA that signs', kind=kind)
        add(book, kind + '-leaf', 'how the leaf is signed', allowed, [leaf(top), top],
            [tlsa(2, 0, 1, top)])
        add(book, kind + '-key', 'the same below a bare key', allowed, [leaf(top)],
            [tlsa(2, 1, 0, top)], 'mismatch', 'R21 R11')
        between = authority('A CA between', top)
        add(book, kind + '-ca', 'how a CA is signed', allowed, [leaf(between), between, top],
            [tlsa(2, 0, 1, top)])
        add(book, kind + '-anchor', 'how the anchor is signed: nothing rests on it', True,
            [leaf(between), between, top], [tlsa(2, 0, 1, between)])
    wrong = leaf(root, signer=Posing(root.key))
    add(book, 'wrong-algorithm', 'an algorithm that is not the key\'s', False, [wrong, root],
        RECORD)


def of_forms(book):
    """RFC 3279 2.2.3: r and s in DER, and nothing else."""
    signer = key('A CA that signs', 'p256')
    top = authority('A CA that signs', kind='p256')

    def numbers(signature):
        r = signature[2:4 + signature[3]]
        return r, signature[2 + len(r):]

    def padded(number):
        return der.value(0x02, b'\0' * (2 - (number[2] == 0)) + number[2:])

    for name, change, allowed in [
            ('same', lambda r, s: der.sequence(r, s), True),
            ('padded', lambda r, s: der.sequence(padded(r), padded(s)), False),
            ('long-form', lambda r, s: b'\x30\x81' + der.sequence(r, s)[1:], False),
            ('more', lambda r, s: der.sequence(r, s) + der.NULL, False),
            ('more-inside', lambda r, s: der.sequence(r, s, der.NULL), False),
            ('one', lambda r, s: der.sequence(r), False),
            ]:
        last = leaf(top, signer=Rewriting(signer, lambda octets: change(*numbers(octets))))
        add(book, 'form-%s-leaf' % name, 'a signature written in another way: ' + name,
            allowed, [last, top], [tlsa(2, 0, 1, top)])


class Rewriting:
    """Signs, and changes how that is written."""

    def __init__(self, key, change):
        self.key = key
        self.change = change
        self.signature_algorithm = key.signature_algorithm

    def sign(self, message):
        return self.change(self.key.sign(message))


class Posing:
    """Signs as it can, and says it was another algorithm."""

    def __init__(self, key):
        self.sign = key.sign
        self.signature_algorithm = der.sequence(der.oid(keys.ECDSA_SHA256))


def cases():
    book = Book()
    of_kinds(book)
    explicit_parameters(book)
    of_signatures(book)
    of_forms(book)
    return book
