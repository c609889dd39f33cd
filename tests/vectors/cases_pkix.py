# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""PKIX-TA and PKIX-EE: a path to the operator's own CAs, and the record besides."""

import der
from case import Book, tlsa
from certificate import SERVER, authority, constraints, date, extension, leaf
from keys import key
from world import (chain, end, middle, near, other_end, other_root, root, self_signed)

first = authority('The first root CA', label='first')
second = authority('The second root CA', label='second')

critical = leaf(extensions=[extension('2.999.1', der.NULL, critical=True)])

# A root's new key by its old one: it issued itself, but did not sign itself.
rollover = authority('A CA that rolls over', signer=key('the old key'))

# Signed by itself, whatever its two key identifiers say.
twisted = authority('A CA with two key identifiers', identifiers=False, extensions=[
    extension('2.5.29.14', der.octets(b'subject')),
    extension('2.5.29.35', der.sequence(der.implicit(0, b'authority')))])

STORES = {
    'root.pem': [root],
    'other.pem': [other_root],
    'several.pem': [other_root, first, second, root],
    'middle.pem': [middle],
    'leaf.pem': [self_signed],
    'critical.pem': [critical],
    'rollover.pem': [rollover],
    'twisted.pem': [twisted],
}
TRUSTED = dict(ca='root.pem')


def end_entity(book):
    """R8: usage 1."""
    for selector in (0, 1):
        for matching in (0, 1, 2):
            kind = '1 %d %d' % (selector, matching)
            name = 'pkix-ee-%d%d' % (selector, matching)
            book.good(name, 'R8', kind + ' of the leaf, to a trusted root', chain,
                      [tlsa(1, selector, matching, end)], by=kind, **TRUSTED)
            book.bad(name + '-other', 'R8', kind + ' of another leaf, the path is right',
                     'mismatch', chain, [tlsa(1, selector, matching, other_end)],
                     **TRUSTED)
    record = [tlsa(1, 1, 1, end)]
    book.good('pkix-ee-unsent-root', 'R8', 'the root was not sent', chain[:2], record,
              **TRUSTED)
    book.good('pkix-ee-several', 'R8', 'one of several trusted roots', chain, record,
              ca='several.pem')
    book.bad('pkix-ee-untrusted', 'R8', 'another root is trusted', 'chain', chain, record,
             ca='other.pem')
    book.bad('pkix-ee-gap', 'R8', 'what is between was not sent', 'chain', [end], record,
             **TRUSTED)
    book.bad('pkix-ee-middle-trusted', 'R8', 'only a CA below the root is in the store',
             'chain', chain, record, ca='middle.pem')
    book.bad('pkix-ee-issuer', 'R8', 'the record is of the issuer', 'mismatch', chain,
             [tlsa(1, 0, 1, middle)], **TRUSTED)
    book.good('pkix-ee-self-signed', 'R8', 'the leaf itself is in the store',
              [self_signed], [tlsa(1, 1, 1, self_signed)], ca='leaf.pem')
    book.bad('pkix-ee-self-signed-critical', 'R8',
             'the same, with a critical extension that '
             'nobody knows', 'chain', [critical], [tlsa(1, 1, 1, critical)],
             ca='critical.pem')
    book.bad('pkix-ee-self-signed-untrusted', 'R8', 'a self-signed leaf', 'chain',
             [self_signed], [tlsa(1, 1, 1, self_signed)], **TRUSTED)
    for name, about, shown in [
            ('expired', 'expired', leaf(middle, end=date(2021))),
            ('purpose', 'for servers', leaf(middle, purposes=(SERVER,))),
            ('name', 'of another name', leaf(middle, names=('other.example',))),
            ('signature', 'its signature is wrong', leaf(middle, break_signature=True)),
            ]:
        book.bad('pkix-ee-leaf-' + name, 'R8', 'the leaf: ' + about, 'chain',
                 [shown, middle, root], [tlsa(1, 1, 1, shown)], **TRUSTED)
    narrow = authority('The narrow CA', root, constraints=constraints(['example.org']))
    book.bad('pkix-ee-constraints', 'R8', 'an issuer may not name it', 'chain',
             [leaf(narrow), narrow], [tlsa(1, 1, 1, end)], **TRUSTED)
    book.good('pkix-ee-server', 'R8', 'a server, of a name by wildcard',
              [leaf(middle, purposes=(SERVER,), names=('*.example.net',)), middle],
              record, role='server', **TRUSTED)


def trust_anchor(book):
    """R12: usage 0."""
    for selector in (0, 1):
        for matching in (0, 1, 2):
            kind = '0 %d %d' % (selector, matching)
            name = 'pkix-ta-%d%d' % (selector, matching)
            for where, certificate in (('root', root), ('middle', middle)):
                book.good('%s-%s' % (name, where), 'R12',
                          '%s of the %s CA on the path' % (kind, where), chain[:2],
                          [tlsa(0, selector, matching, certificate)], by=kind, **TRUSTED)
            book.bad(name + '-leaf', 'R12', kind + ' of the leaf', 'mismatch', chain,
                     [tlsa(0, selector, matching, end)], **TRUSTED)
            book.bad(name + '-other', 'R12', kind + ' of another CA', 'mismatch', chain,
                     [tlsa(0, selector, matching, other_root)], **TRUSTED)
    book.good('pkix-ta-unsent', 'R12', '0 0 0 supplies what was not sent', [end],
              [tlsa(0, 0, 0, middle)], **TRUSTED)
    book.bad('pkix-ta-unsent-digest', 'R12', 'a digest supplies nothing', 'mismatch',
             [end], [tlsa(0, 0, 1, middle)], **TRUSTED)
    book.bad('pkix-ta-untrusted', 'R12', '0 0 0 of the root does not make it trusted',
             'chain', chain, [tlsa(0, 0, 0, root)], ca='other.pem')
    book.bad('pkix-ta-untrusted-digest', 'R12', 'on the path, but the store is another',
             'chain', chain, [tlsa(0, 0, 1, root)], ca='other.pem')
    book.bad('pkix-ta-appended', 'R12', 'the CA was sent but is on no path', 'chain',
             [end, middle, other_root], [tlsa(0, 0, 1, other_root)], **TRUSTED)
    book.bad('pkix-ta-middle-trusted', 'R12', 'only a CA below the root is in the store',
             'chain', chain, [tlsa(0, 0, 1, middle)], ca='middle.pem')
    book.bad('pkix-ta-rollover', 'R12',
             'in the store, of its own name, but signed by another', 'chain',
             [leaf(rollover)], [tlsa(0, 0, 1, rollover)], ca='rollover.pem')
    book.good('pkix-ta-identifiers', 'R12',
              'a trusted root whose own key identifiers differ (RFC 5280 3.2)',
              [leaf(twisted, identifiers=False)], [tlsa(0, 0, 1, twisted)],
              ca='twisted.pem')
    book.bad('pkix-ta-self-signed', 'R12', 'a trusted root as leaf has no CA above it',
             'chain', [self_signed], [tlsa(0, 0, 1, self_signed)], ca='leaf.pem')
    for name, about, shown in [
            ('expired', 'expired', leaf(middle, end=date(2021))),
            ('purpose', 'for servers', leaf(middle, purposes=(SERVER,))),
            ('name', 'of another name', leaf(middle, names=('other.example',))),
            ('signature', 'its signature is wrong', leaf(middle, break_signature=True)),
            ]:
        book.bad('pkix-ta-leaf-' + name, 'R12', 'the leaf: ' + about, 'chain',
                 [shown, middle, root], [tlsa(0, 0, 1, root)], **TRUSTED)
    book.good('pkix-ta-near', 'R12', 'the root issued the leaf', [near],
              [tlsa(0, 1, 2, root)], **TRUSTED)

    bridge = [authority('The crossing CA', issuer) for issuer in (first, second)]
    crossed = leaf(bridge[0])
    for i, issuer in enumerate((first, second)):
        for name, heap in (('order', bridge), ('reversed', bridge[::-1])):
            book.good('pkix-ta-crossed-%d-%s' % (i, name), 'R12',
                      'two paths to trusted roots: the record is of one',
                      [crossed, *heap],
                      [tlsa(0, 0, 1, issuer)], ca='several.pem')
            book.good('pkix-ta-crossed-ca-%d-%s' % (i, name), 'R12',
                      'the same, by one of the two certificates', [crossed, *heap],
                      [tlsa(0, 0, 1, bridge[i])], ca='several.pem')


def cases():
    book = Book()
    end_entity(book)
    trust_anchor(book)
    return book
