# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""DANE-EE: the leaf's octets and nothing else; raw keys; what can be read at all."""

import der
import keys
from case import Book, Junk, RawKey, Record, tlsa
from certificate import (CLIENT, KEY_ENCIPHERMENT, SERVER, constraints, date, extension,
                         authority, leaf, make)
from keys import key
from world import (chain, changed_octet, end, middle, other_end, other_key, other_root,
                   root, self_signed)

KINDS = ('rsa', 'rsa-pss', 'p256', 'p384', 'ed25519', 'ed448')

UNKNOWN = extension('2.999.1', der.NULL, critical=True)


def forms(book):
    for selector in (0, 1):
        for matching in (0, 1, 2):
            kind = '3 %d %d' % (selector, matching)
            name = 'ee-%d%d' % (selector, matching)
            book.good(name, 'R7 R16', kind + ' of the leaf', chain,
                      [tlsa(3, selector, matching, end)], by=kind)
            book.bad(name + '-other', 'R7 R16', kind + ' of another leaf', 'mismatch',
                     chain, [tlsa(3, selector, matching, other_end)])
    book.bad('ee-issuer', 'R7', 'the record is of the leaf\'s issuer', 'mismatch', chain,
             [tlsa(3, 0, 1, middle)])
    book.bad('ee-second', 'R7', 'the record is of a leaf that was sent second',
             'mismatch', [end, other_end, middle], [tlsa(3, 1, 1, other_end)])
    book.good('ee-renewed', 'R16', '3 1 1: the key in another certificate',
              [leaf(other_root)], [tlsa(3, 1, 1, end)])
    book.bad('ee-renewed-certificate', 'R16', '3 0 1: the key in another certificate',
             'mismatch', [leaf(other_root)], [tlsa(3, 0, 1, end)])
    book.bad('ee-one-bit', 'R16', '3 0 1: one bit of the signature is another',
             'mismatch', [changed_octet(end)], [tlsa(3, 0, 1, end)])


def ignored(book):
    """R7: names, dates, purposes, constraints and chains are not looked at."""
    over = authority('The old root CA', end=date(2021))
    narrow = authority('The narrow CA', constraints=constraints(['example.org']))
    for name, about, shown in [
            ('expired', 'expired', leaf(middle, end=date(2021))),
            ('future', 'not valid yet', leaf(middle, begin=date(2110))),
            ('dates-swapped', 'ends before it begins',
             leaf(middle, begin=date(2030), end=date(2021))),
            ('server-purpose', 'for servers only', leaf(middle, purposes=(SERVER,))),
            ('key-usage', 'its key is to encipher only',
             leaf(middle, key_usage=KEY_ENCIPHERMENT)),
            ('name-other', 'it bears another name',
             leaf(middle, names=('other.example',))),
            ('nameless', 'it bears no name', leaf(middle, names=())),
            ('empty', 'it has no subject and no extensions',
             make('', key('leaf'), identifiers=False)),
            ('version-1', 'of version 1', make('an end entity', key('leaf'), version=1)),
            ('ca', 'a CA\'s', authority('A lonely CA')),
            ('self-signed', 'self-signed', self_signed),
            ('critical', 'a critical extension that nobody knows',
             leaf(middle, extensions=[UNKNOWN])),
            ('signature', 'its signature is wrong', leaf(middle, break_signature=True)),
            ('issuer-expired', 'its issuer has expired', leaf(over)),
            ('issuer-constraints', 'its issuer may not name it', leaf(narrow)),
            ]:
        book.good('ee-ignored-' + name, 'R7', 'the leaf: ' + about, [shown],
                  [tlsa(3, 1, 1, shown)])
    book.good('ee-ignored-reference', 'R7', 'no name is asked for', chain,
              [tlsa(3, 1, 1, end)], name='')
    book.good('ee-ignored-chain', 'R7', 'certificates of others behind it',
              [end, other_root, end, other_end], [tlsa(3, 0, 1, end)])
    book.good('ee-ignored-rubbish', 'R7', 'what is no certificate behind it',
              [end, Junk(b'\x30\x03\x02\x01')], [tlsa(3, 1, 1, end)])
    book.good('ee-ignored-role', 'R7', 'a client\'s certificate for a server', chain,
              [tlsa(3, 1, 1, end)], role='server')
    book.bad('ee-names-agree', 'R7', 'name and issuer are right, the key is not',
             'mismatch', [other_key, middle, root], [tlsa(3, 1, 1, end)])


def explicit_p256(shown):
    """The key of a named curve with the curve's parameters spelled out (SEC 1 C.3)."""
    point = shown.spki[-65:]
    prime = 2 ** 256 - 2 ** 224 + 2 ** 192 + 2 ** 96 - 1
    b = int('5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b', 16)
    generator = bytes.fromhex(
        '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296'
        '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5')
    order = int('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 16)
    parameters = der.sequence(
        der.integer(1),
        der.sequence(der.oid('1.2.840.10045.1.1'), der.integer(prime)),
        der.sequence(der.octets((prime - 3).to_bytes(32, 'big')),
                     der.octets(b.to_bytes(32, 'big'))),
        der.octets(generator), der.integer(order), der.integer(1))
    return der.sequence(der.sequence(der.oid(keys.EC_KEY), parameters), der.bits(point))


def key_types(book):
    """R16: the SPKI as it stands, which nobody may encode anew."""
    for kind in KINDS:
        shown = leaf(middle, kind=kind)
        book.good('ee-type-' + kind, 'R16 R7', '3 1 1 of a key of this type', [shown],
                  [tlsa(3, 1, 1, shown)])
        book.good('ee-type-%s-full' % kind, 'R16 R3', '3 1 0 of a key of this type',
                  [shown], [tlsa(3, 1, 0, shown)])
        book.bad('ee-type-%s-other' % kind, 'R16', 'another key of this type', 'mismatch',
                 [leaf(middle, kind=kind, label='second')], [tlsa(3, 1, 1, shown)])

    pss = leaf(middle, kind='rsa-pss')
    bare = der.sequence(der.sequence(der.oid(keys.RSA_PSS)), der.bits(pss.key.key))
    book.bad('ee-pss-without-parameters', 'R16', 'the key without its PSS parameters',
             'mismatch', [pss], [tlsa(3, 1, 1, RawKey(bare))])

    named = key('leaf', 'p256')
    explicit = leaf(middle, kind='p256', spki=explicit_p256(leaf(middle, kind='p256')))
    book.good('ee-explicit-curve', 'R16', 'a curve by its parameters, unknown to GnuTLS',
              [explicit], [tlsa(3, 1, 1, explicit)])
    book.good('ee-explicit-curve-whole', 'R16', 'the same, the whole certificate',
              [explicit], [tlsa(3, 0, 2, explicit)])
    book.bad('ee-explicit-curve-named', 'R16', 'the same curve by its name', 'mismatch',
             [explicit], [tlsa(3, 1, 1, RawKey(named.spki))])
    for name, about, options in [
            ('algorithms', 'it names two signature algorithms',
             dict(outer=der.sequence(der.oid(keys.ED448)))),
            ('twice', 'it has an extension twice', dict(extensions=[UNKNOWN, UNKNOWN])),
            ]:
        shown = leaf(middle, **options)
        book.good('ee-unreadable-' + name, 'R16 R7', 'GnuTLS refuses it: ' + about,
                  [shown], [tlsa(3, 0, 1, shown)])
        book.good('ee-unreadable-key-' + name, 'R16 R7', 'its key: ' + about,
                  [shown], [tlsa(3, 1, 1, shown)])
        book.bad('ee-unreadable-ta-' + name, 'R9', 'it has no path: ' + about, 'chain',
                 [shown, middle, root], [tlsa(2, 0, 1, root)])
    version_9 = leaf(middle, version=9)
    book.good('ee-version-9', 'R7', 'a version that there is not', [version_9],
              [tlsa(3, 1, 1, version_9)])
    book.bad('ee-version-9-ta', 'R9', 'a version that there is not has no path', 'chain',
             [version_9, middle, root], [tlsa(2, 0, 1, root)])


def raw_keys(book):
    """R7: a raw key (RFC 7250) is matched by 3 1 x alone."""
    raw = [RawKey(end.spki)]
    settings = dict(raw_key='yes')
    for matching in (0, 1, 2):
        book.good('raw-31%d' % matching, 'R7', 'a raw key', raw,
                  [tlsa(3, 1, matching, end)], **settings)
        book.bad('raw-31%d-other' % matching, 'R7', 'another raw key', 'mismatch', raw,
                 [tlsa(3, 1, matching, other_end)], **settings)
        book.bad('raw-30%d' % matching, 'R7', 'a certificate: a raw key is in none',
                 'unusable', raw, [tlsa(3, 0, matching, end)], **settings)
        book.bad('raw-11%d' % matching, 'R7 R8', 'PKIX-EE needs a certificate',
                 'unusable', raw, [tlsa(1, 1, matching, end)], ca='root.pem', **settings)
    book.bad('raw-211', 'R7 R9', 'an anchor\'s key, shown bare', 'unusable',
             [RawKey(root.spki)], [tlsa(2, 1, 1, root)], **settings)
    book.bad('raw-210', 'R7 R11', 'an anchor\'s key, shown bare, whole in DNS',
             'unusable', [RawKey(root.spki)], [tlsa(2, 1, 0, root)], **settings)
    book.bad('raw-011', 'R7 R12', 'a trusted CA\'s key, shown bare', 'unusable',
             [RawKey(root.spki)], [tlsa(0, 1, 1, root)], ca='root.pem', **settings)
    book.good('raw-mixed', 'R7 R15', 'records of certificates beside it', raw,
              [tlsa(2, 0, 1, root), tlsa(3, 0, 1, end), tlsa(3, 1, 1, end)], by='3 1 1',
              **settings)
    book.bad('raw-agility', 'R6', 'digest agility for raw keys too', 'mismatch', raw,
             [tlsa(3, 1, 1, end), tlsa(3, 1, 2, other_end)], **settings)
    book.good('raw-nameless', 'R7', 'no name is asked for', raw, [tlsa(3, 1, 1, end)],
              name='', **settings)
    for kind in KINDS:
        shown = leaf(middle, kind=kind)
        book.good('raw-type-' + kind, 'R7 R16', 'a raw key of this type',
                  [RawKey(shown.spki)], [tlsa(3, 1, 1, shown)], **settings)
    curve = RawKey(explicit_p256(leaf(middle, kind='p256')))
    book.good('raw-explicit-curve', 'R7 R16', 'a raw key GnuTLS does not know', [curve],
              [tlsa(3, 1, 1, curve)], **settings)


def credentials(book):
    """What cannot be a leaf proves nobody."""
    record = [tlsa(3, 1, 1, end)]
    for name, about, shown in [
            ('none', 'no certificate', []),
            ('rubbish', 'no DER', [Junk(b'certificate')]),
            ('key', 'a key where a certificate belongs', [Junk(end.spki)]),
            ('trailing', 'a certificate and one octet more', [Junk(end.whole + b'\0')]),
            ('truncated', 'a certificate without its end', [Junk(end.whole[:-1])]),
            ('many', 'more certificates than anybody needs', [end] * 33),
            ]:
        book.bad('credential-' + name, 'R7', about, 'credential', shown, record)
    book.bad('credential-matches', 'R3 R16',
             'a record of just the octets of a broken leaf', 'credential',
             [Junk(end.whole[:-1])],
             [Record(3, 0, 1, tlsa(3, 0, 1, Junk(end.whole[:-1])).data)])
    for name, about, shown in [
            ('raw-rubbish', 'no DER', [RawKey(b'key')]),
            ('raw-trailing', 'a key and one octet more', [RawKey(end.spki + b'\0')]),
            ('raw-certificate', 'a certificate where a key belongs', [RawKey(end.whole)]),
            ('raw-none', 'no key', []),
            ]:
        book.bad('credential-' + name, 'R7', about, 'credential', shown, record,
                 raw_key='yes')
    both = leaf(middle, purposes=(CLIENT, SERVER))
    book.good('credential-longest', 'R7', 'as many certificates as are taken',
              [both] + [middle] * 31, [tlsa(3, 0, 1, both)])


def cases():
    book = Book()
    forms(book)
    ignored(book)
    key_types(book)
    raw_keys(book)
    credentials(book)
    return book
