# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""DANE-TA: a verified path from the leaf to what the record names."""

import der
import keys
from case import Book, RawKey, tlsa
from certificate import (ANY, CLIENT, DIGITAL_SIGNATURE, EMAIL, KEY_AGREEMENT,
                         KEY_ENCIPHERMENT, SERVER, authority, constraints, date,
                         extension, leaf)
from keys import key
from world import (changed_octet, chain, end, middle, near, other_end, other_root, root,
                   self_signed)

LATER = str(date(2035))
UNKNOWN = extension('2.999.1', der.NULL, critical=True)


def forms(book):
    for selector in (0, 1):
        for matching in (0, 1, 2):
            kind = '2 %d %d' % (selector, matching)
            for where, certificate in (('root', root), ('middle', middle)):
                book.good('ta-%d%d-%s' % (selector, matching, where), 'R9 R10',
                          '%s of the %s CA, which was sent' % (kind, where), chain,
                          [tlsa(2, selector, matching, certificate)], by=kind)
            book.bad('ta-%d%d-other' % (selector, matching), 'R9',
                     kind + ' of a CA that has nothing to do with it',
                     'mismatch', chain, [tlsa(2, selector, matching, other_root)])
            book.bad('ta-%d%d-leaf' % (selector, matching), 'R9',
                     kind + ' of the leaf: the anchor is above it', 'mismatch', chain,
                     [tlsa(2, selector, matching, end)])
    for selector in (0, 1):
        for matching in (1, 2):
            book.bad('ta-%d%d-absent' % (selector, matching), 'R10',
                     'the root was not sent, and of a digest nothing can be made',
                     'mismatch', [end, middle],
                     [tlsa(2, selector, matching, root)])
    book.good('ta-middle-root-absent', 'R9', 'the anchor need not be self-signed',
              [end, middle], [tlsa(2, 0, 1, middle)])


def in_dns_only(book):
    """R11: 2 0 0 and 2 1 0 hold what a peer need not send."""
    book.good('ta-200-unsent-root', 'R11', 'the root is in DNS only', [end, middle],
              [tlsa(2, 0, 0, root)], by='2 0 0')
    book.good('ta-200-unsent-issuer', 'R11', 'the issuer is in DNS only', [end],
              [tlsa(2, 0, 0, middle)])
    book.good('ta-200-both', 'R11', 'the way to one anchor leads through another', [end],
              [tlsa(2, 0, 0, root), tlsa(2, 0, 0, middle)])
    book.good('ta-200-bridge', 'R11 R12', 'DNS holds what is between, as an anchor',
              [end, root],
              [tlsa(2, 0, 0, middle), tlsa(2, 0, 1, root)])
    book.bad('ta-201-of-pkix', 'R10 R15', 'only a record of PKIX-TA holds what was not sent',
             'mismatch', [end, middle], [tlsa(2, 0, 1, root), tlsa(0, 0, 0, root)],
             ca='other.pem')
    book.bad('ta-200-gap', 'R11', 'the root is in DNS, what is between was not sent',
             'mismatch', [end], [tlsa(2, 0, 0, root)])
    book.good('ta-210-unsent-root', 'R11', 'the root\'s key is in DNS only',
              [end, middle],
              [tlsa(2, 1, 0, root)], by='2 1 0')
    book.good('ta-210-unsent-issuer', 'R11', 'the issuer\'s key is in DNS only', [end],
              [tlsa(2, 1, 0, middle)])
    book.bad('ta-210-gap', 'R11', 'the root\'s key, what is between was not sent',
             'mismatch', [end], [tlsa(2, 1, 0, root)])
    book.good('ta-210-self-signed', 'R11', 'the key that signed the topmost certificate, '
              'which is the leaf', [self_signed], [tlsa(2, 1, 0, self_signed)])
    for selector, matching in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2)):
        book.bad('ta-%d%d-self-signed' % (selector, matching), 'R9 R11',
                 'a self-signed leaf is no anchor of its own', 'mismatch', [self_signed],
                 [tlsa(2, selector, matching, self_signed)])
    many = [authority('CA %d of many' % i) for i in range(12)]
    book.good('ta-200-of-many', 'R11 R5 R15', 'one of thirteen certificates in DNS',
              [near], [tlsa(2, 0, 0, certificate) for certificate in many + [root]])
    book.good('ta-210-of-many', 'R11 R5 R15', 'one of thirteen keys in DNS', [near],
              [tlsa(2, 1, 0, certificate) for certificate in many + [root]])
    broken = leaf(root, break_signature=True)
    book.bad('ta-210-signature', 'R11', 'the leaf\'s signature is not that key\'s',
             'mismatch', [broken], [tlsa(2, 1, 0, root)])
    for name, about, shown, settings in [
            ('expired', 'it has expired', leaf(root, end=date(2021)), {}),
            ('name', 'it bears another name', leaf(root, names=('other.example',)), {}),
            ('purpose', 'it is for servers', leaf(root, purposes=(SERVER,)), {}),
            ('critical', 'it holds a critical extension that nobody knows',
             leaf(root, extensions=[UNKNOWN]), {}),
            ]:
        book.bad('ta-210-leaf-' + name, 'R11 R9', 'below a bare key: ' + about,
                 'chain', [shown], [tlsa(2, 1, 0, root)], **settings)


def impostors(book):
    """R9: what is only appended to a chain, or only called like the anchor, is none."""
    evil = authority('A CA of the wrong people')
    evil_end = leaf(evil, label='wrong')
    book.bad('ta-appended-foreign-issuer', 'R9',
             'the right leaf name, another CA, the anchor merely appended', 'chain',
             [evil_end, evil, root], [tlsa(2, 0, 1, root)])
    book.bad('ta-appended-foreign-issuer-key', 'R9', 'the same, by its key', 'chain',
             [evil_end, evil, root], [tlsa(2, 1, 1, root)])
    book.bad('ta-appended-foreign-chain', 'R9',
             'the same, with all of the anchor\'s chain', 'chain',
             [evil_end, evil, middle, root],
             [tlsa(2, 0, 1, root), tlsa(2, 0, 1, middle)])
    book.bad('ta-appended-self-signed', 'R9', 'a self-signed leaf, the anchor appended',
             'chain', [self_signed, root], [tlsa(2, 0, 1, root)])
    namesake = authority('The root CA', label='an impostor')
    posing = leaf(namesake, label='wrong')
    book.bad('ta-namesake', 'R9', 'an anchor of the right name but another key',
             'mismatch', [posing, namesake], [tlsa(2, 0, 1, root)])
    book.bad('ta-namesake-appended', 'R9', 'both of them, the true one appended', 'chain',
             [posing, namesake, root], [tlsa(2, 1, 1, root)])
    book.bad('ta-namesake-replaced', 'R9', 'the true one in the false one\'s place',
             'chain', [posing, root], [tlsa(2, 0, 1, root)])
    book.bad('ta-namesake-210', 'R11', 'the key in DNS did not sign the leaf', 'mismatch',
             [posing], [tlsa(2, 1, 0, root)])
    book.bad('ta-namesake-200', 'R11',
             'the certificate in DNS has the issuer\'s name only', 'mismatch', [posing],
             [tlsa(2, 0, 0, root)])
    stolen = authority('The root CA', label='an impostor', spki=key('The root CA').spki,
                       signer=key('an impostor'))
    book.bad('ta-stolen-key', 'R9', 'a certificate of the anchor\'s key made by another',
             'chain', [leaf(stolen, signer=key('an impostor')), stolen],
             [tlsa(2, 1, 1, root)])
    pretender = leaf(near, label='wrong')
    book.bad('ta-leaf-as-issuer', 'R9', 'a leaf of the anchor signed another leaf',
             'chain', [pretender, near, root], [tlsa(2, 0, 1, root)])
    book.good('ta-namesakes-both', 'R9', 'a namesake in the way of the true anchor',
              [near, namesake, root], [tlsa(2, 0, 1, root)])


def links(book):
    """R9: each step below the anchor holds."""
    record = [tlsa(2, 0, 1, root)]
    for name, about, ca, verdict in [
            ('not-ca', 'cA is false', dict(ca=False), 'chain'),
            ('no-constraints', 'no basicConstraints', dict(ca=None), 'chain'),
            ('expired', 'expired', dict(end=date(2021)), 'chain'),
            ('future', 'not valid yet', dict(begin=date(2110)), 'chain'),
            ('signature', 'its signature is wrong', dict(break_signature=True), 'chain'),
            ('key-usage', 'its key may not sign certificates',
             dict(key_usage=DIGITAL_SIGNATURE), 'chain'),
            ('server-purpose', 'for servers\' certificates only',
             dict(purposes=(SERVER,)),
             'chain'),
            ('constraints', 'it may name example.org only',
             dict(constraints=constraints(['example.org'])), 'chain'),
            ('excluded', 'it may name everything but example.net',
             dict(constraints=constraints(excluded=['example.net'])), 'chain'),
            ('critical', 'a critical extension that nobody knows',
             dict(extensions=[UNKNOWN]), 'chain'),
            ('version-1', 'of version 1', dict(version=1), 'chain'),
            ('constraints-kept', 'it may name example.net only',
             dict(constraints=constraints(['example.net'])), 'allow'),
            ('excluded-kept', 'it may name everything but example.org',
             dict(constraints=constraints(excluded=['example.org'])), 'allow'),
            ('client-purpose', 'for clients\' certificates', dict(purposes=(CLIENT,)),
             'allow'),
            ('path-length-0', 'no CA may be below it, and none is', dict(path_length=0),
             'allow'),
            ]:
        between = authority('A CA to look at', root, **ca)
        last = leaf(between)
        # A bare key above it makes it the topmost certificate, which is no anchor.
        for where, shown, records in [
                ('between', [last, between, root], record),
                ('top', [last, between], [tlsa(2, 1, 0, root)])]:
            title = 'ta-%s-%s' % (where, name)
            line = 'the certificate %s: %s' % (
                'between' if where == 'between' else 'below a bare key', about)
            if verdict == 'allow':
                book.good(title, 'R9 R11', line, shown, records)
            elif (where, name) == ('top', 'signature'):
                book.bad(title, 'R9 R11', line, 'mismatch', shown, records)
            else:
                book.bad(title, 'R9 R11', line, verdict, shown, records)
    for limit in (0, 1):
        upper = authority('The upper CA', root, path_length=limit)
        lower = authority('The lower CA', upper)
        shown = [leaf(lower), lower, upper, root]
        if limit == 0:
            book.bad('ta-path-length', 'R9', 'a CA below one that may have none', 'chain',
                     shown, record)
            book.bad('ta-path-length-210', 'R9 R11', 'the same, below a bare key',
                     'chain', shown[:3], [tlsa(2, 1, 0, root)])
        else:
            book.good('ta-path-length', 'R9', 'a CA below one that may have one', shown,
                      record)
    for shown, name, about, settings in [
            (leaf(middle, end=date(2021)), 'expired', 'expired', {}),
            (leaf(middle, begin=date(2110)), 'future', 'not valid yet', {}),
            (leaf(middle, end=date(2030)), 'expired-then', 'expired by then',
             dict(at=LATER)),
            (leaf(middle, break_signature=True), 'signature', 'its signature is wrong',
             {}),
            (leaf(middle, extensions=[UNKNOWN]), 'critical',
             'a critical extension that nobody knows', {}),
            ]:
        book.bad('ta-leaf-' + name, 'R9', 'the leaf: ' + about, 'chain',
                 [shown, middle, root], record, **settings)
    for usage, name, about in [(DIGITAL_SIGNATURE, 'signs', 'to sign with'),
                               (KEY_AGREEMENT, 'agrees', 'for key agreement')]:
        book.good('ta-leaf-key-' + name, 'R9', 'the leaf\'s key is ' + about,
                  [leaf(middle, key_usage=usage), middle, root], record)
    book.bad('ta-leaf-key-enciphers', 'R9', 'the leaf\'s key is to encipher only',
             'chain', [leaf(middle, key_usage=KEY_ENCIPHERMENT), middle, root], record)
    book.good('ta-leaf-valid-then', 'R9', 'the leaf: expired, but not yet then',
              [leaf(middle, end=date(2021)), middle, root], record, at=str(date(2020, 6)))


def purposes(book):
    """R9: an extended key usage, where there is one, has to be for what the peer is."""
    record = [tlsa(2, 0, 1, root)]
    for role, mine, others in (('client', CLIENT, SERVER), ('server', SERVER, CLIENT)):
        for name, about, listed, allowed in [
                ('own', 'for this', (mine,), True),
                ('none', 'for everything', (), True),
                ('both', 'for clients and servers', (others, mine), True),
                ('other', 'for the other side', (others,), False),
                ('mail', 'for mail', (EMAIL,), False),
                ('any', 'anyExtendedKeyUsage, which nobody may lean on', (ANY,), False),
                ]:
            shown = [leaf(middle, purposes=listed), middle, root]
            about = 'a %s: %s' % (role, about)
            if allowed:
                book.good('ta-purpose-%s-%s' % (role, name), 'R9', about, shown, record,
                          role=role)
            else:
                book.bad('ta-purpose-%s-%s' % (role, name), 'R9', about, 'chain', shown,
                         record, role=role)


def above(book):
    """R9: nothing above the anchor matters."""
    old = authority('The old root CA', end=date(2021))
    anchor = authority('An anchor below', old)
    book.good('ta-above-expired', 'R9', 'the certificate above the anchor has expired',
              [leaf(anchor), anchor, old], [tlsa(2, 0, 1, anchor)])
    no_ca = authority('No CA at all', ca=False)
    anchor = authority('An anchor below', no_ca)
    book.good('ta-above-not-ca', 'R9', 'the one above the anchor is no CA',
              [leaf(anchor), anchor, no_ca], [tlsa(2, 0, 1, anchor)])
    strict = authority('A strict root CA', path_length=0,
                       constraints=constraints(['example.org']))
    anchor = authority('An anchor below', strict)
    book.good('ta-above-constraints', 'R9',
              'the one above allows neither it nor the name',
              [leaf(anchor), anchor, strict], [tlsa(2, 1, 1, anchor)])
    broken = authority('A root CA', break_signature=True)
    book.good('ta-anchor-signature', 'R9', 'the anchor\'s own signature is wrong',
              [leaf(broken), broken], [tlsa(2, 0, 1, broken)])
    book.good('ta-anchor-signature-below', 'R9',
              'the same of one that is not self-signed',
              [leaf(middle), changed_octet(middle)],
              [tlsa(2, 0, 1, changed_octet(middle))])
    for name, about, settings in [('expired', 'has expired', dict(end=date(2021))),
                                  ('future', 'is not valid yet', dict(begin=date(2110)))]:
        for where, issuer in (('self-signed', None), ('below', root)):
            dated = authority('An anchor with dates', issuer, **settings)
            book.bad('ta-anchor-%s-%s' % (name, where), 'R9',
                     'the anchor itself %s (%s)' % (about, where), 'chain',
                     [leaf(dated), dated], [tlsa(2, 0, 1, dated)])
    book.good('ta-store-elsewhere', 'R9', 'the CAs of PKIX are others: nobody asks them',
              chain, [tlsa(2, 0, 1, root)], ca='other.pem')


def arrangements(book):
    """R9: what is sent behind the leaf is a heap of certificates, not a path."""
    record = [tlsa(2, 0, 1, root)]
    upper = authority('The upper CA', root)
    lower = authority('The lower CA', upper)
    last = leaf(lower)
    book.good('ta-order-reversed', 'R9', 'the chain upside down',
              [last, root, upper, lower],
              record)
    book.good('ta-order-mixed', 'R9', 'the chain shuffled', [last, upper, root, lower],
              record)
    book.good('ta-duplicates', 'R9', 'everything twice',
              [last, lower, lower, upper, last, upper, root, root], record)
    book.good('ta-unrelated', 'R9', 'others\' certificates among them',
              [last, other_root, lower, other_end, upper, self_signed, root], record)
    book.bad('ta-order-leaf-second', 'R9', 'the leaf is what is sent first', 'chain',
             [middle, end, root], record)
    book.bad('ta-gap', 'R9', 'one step is missing', 'chain', [last, lower, root], record)

    first = authority('The first root CA', label='first')
    second = authority('The second root CA', label='second')
    bridge = [authority('The crossing CA', issuer) for issuer in (first, second)]
    crossed = leaf(bridge[0])
    for i, j in ((0, 1), (1, 0)):
        roots = (first, second)
        book.good('ta-crossed-%d' % i, 'R9', 'a CA with certificates of two roots', [
            crossed, bridge[j], bridge[i], first, second], [tlsa(2, 0, 1, roots[i])])
        book.good('ta-crossed-only-%d' % i, 'R9', 'the other certificate first, its root '
                  'not sent', [crossed, bridge[j], bridge[i], roots[i]],
                  [tlsa(2, 1, 1, roots[i])])
        book.good('ta-crossed-anchor-%d' % i, 'R9', 'one of the two is the anchor',
                  [crossed, bridge[j], bridge[i]], [tlsa(2, 0, 1, bridge[i])])
    book.bad('ta-crossed-other', 'R9', 'neither root is the one of the record',
             'mismatch', [crossed, *bridge, first, second], [tlsa(2, 0, 1, root)])
    expired = authority('The crossing CA', second, end=date(2021))
    book.good('ta-crossed-expired', 'R9', 'one way has expired, the other has not',
              [crossed, expired, bridge[0], second, first],
              [tlsa(2, 0, 1, second), tlsa(2, 0, 1, first)])
    book.bad('ta-crossed-only-expired', 'R9', 'the way to the anchor has expired',
             'chain', [crossed, expired, bridge[0], second, first],
             [tlsa(2, 0, 1, second)])
    book.good('ta-crossed-key', 'R9 R15', 'the key of the CA, by whichever certificate',
              [crossed, expired, bridge[0]], [tlsa(2, 1, 1, expired)])


def key_types(book):
    for kind in ('rsa', 'rsa-pss', 'p256', 'p384', 'ed448'):
        issuer = authority('A CA of %s' % kind, kind=kind)
        shown = leaf(issuer, kind='p256' if kind != 'p256' else 'ed25519')
        book.good('ta-type-' + kind, 'R9', 'an anchor\'s key of this type',
                  [shown, issuer],
                  [tlsa(2, 0, 1, issuer)])
        book.good('ta-type-%s-key' % kind, 'R11 R16', 'the same as a bare key', [shown],
                  [tlsa(2, 1, 0, issuer)])
        book.bad('ta-type-%s-signature' % kind, 'R9', 'a wrong signature of this type',
                 'chain', [leaf(issuer, break_signature=True), issuer],
                 [tlsa(2, 0, 1, issuer)])
    pss = authority('A CA of rsa-pss', kind='rsa-pss')
    bare = leaf(pss)
    book.bad('ta-type-pss-other', 'R11', 'a bare key that did not sign', 'mismatch',
             [bare], [tlsa(2, 1, 0, RawKey(key('second', 'rsa').spki))])
    # RFC 4055 1.2: one key, in one certificate for any use and in another for RSASSA-PSS only.
    narrow = authority('A CA of two', kind='rsa-pss', identifiers=False)
    general = der.sequence(der.sequence(der.oid(keys.RSA_KEY), der.NULL),
                           der.bits(narrow.key.key))
    wide = authority('A CA of two', kind='rsa-pss', spki=general, identifiers=False)
    shown = leaf(narrow, identifiers=False)
    for name, chain_of in (('first', [shown, wide, narrow]), ('last', [shown, narrow, wide])):
        book.good('ta-type-two-forms-' + name, 'R9 R21',
                  'another certificate has the key of the anchor in another form', chain_of,
                  [tlsa(2, 0, 1, narrow)])
    book.good('ta-type-two-forms-key', 'R11 R21', 'a bare key in another form than that of '
              'the issuer', [shown, narrow], [tlsa(2, 1, 0, RawKey(general))])


def cases():
    book = Book()
    for part in (forms, in_dns_only, impostors, links, purposes, above, arrangements,
                 key_types):
        part(book)
    return book
