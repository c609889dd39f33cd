# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""Certificate policies (RFC 5280 6.1): where one is required there has to be a valid one."""

import der
from case import Book, tlsa
from certificate import authority, extension, leaf
from world import root

OIDS = {'*': '2.5.29.32.0', **{letter: '2.999.%d' % ord(letter) for letter in 'ABC'}}


def policies(letters, critical=False):
    return extension('2.5.29.32', der.sequence(
        *(der.sequence(der.oid(OIDS[letter])) for letter in letters)), critical)


def maps(*pairs):
    return extension('2.5.29.33', der.sequence(
        *(der.sequence(der.oid(OIDS[one]), der.oid(OIDS[other])) for one, other in pairs)),
        critical=True)


def limits(require=None, no_maps=None):
    return extension('2.5.29.36', der.sequence(
        *(der.implicit(tag, bytes([number])) for tag, number in ((0, require), (1, no_maps))
          if number is not None)), critical=True)


def no_any(number):
    return extension('2.5.29.54', der.integer(number), critical=True)


A, B, ANY = policies('A'), policies('B'), policies('*')


class Table:
    def __init__(self, book):
        self.book = book

    def add(self, title, about, allowed, chain, records, **settings):
        if allowed:
            self.book.good('policy-' + title, 'R21 R9', about, chain, records, **settings)
        else:
            self.book.bad('policy-' + title, 'R21 R9', about, 'chain', chain, records,
                          **settings)

    def row(self, title, about, allowed, *steps, top=root, name='The CA %d'):
        """`steps`: the extensions of the CAs from the root down, and of the leaf."""
        chain = [top]
        for i, step in enumerate(steps[:-1]):
            chain.insert(0, authority(name % i, chain[0], extensions=step))
        chain.insert(0, leaf(chain[0], extensions=steps[-1]))
        self.add(title, about, allowed, chain, [tlsa(2, 0, 1, top)])


def required(table):
    need = limits(require=0)
    for name, about, allowed, *steps in [
            ('unasked', 'nobody requires one', True, [A], [B]),
            ('present', 'required, and there', True, [A, need], [A]),
            ('critical', 'the same, critical', True, [policies('A', True), need],
             [policies('AB', True)]),
            ('missing', 'required, and not there', False, [A, need], []),
            ('missing-above', 'required, and not there above', False, [need], [A]),
            ('other', 'required, and another is there', False, [A, need], [B]),
            ('any', 'anyPolicy above', True, [ANY, need], [A]),
            ('any-below', 'anyPolicy below', True, [A, need], [ANY]),
            ('of-two', 'one of two', True, [policies('AB'), need], [policies('CB')]),
            ('way', 'lost on the way', False, [A, need], [B], [policies('AB')]),
            ('later', 'required from the next but one on: too late', True,
             [A, limits(require=2)], []),
            ('later-too-late', 'required from the next on', False, [A, limits(require=1)], []),
            ('later-lost', 'the same with two below', False, [A, limits(require=1)], [A], []),
            ('leaf', 'the leaf itself requires one', True, [A], [A, limits(require=0)]),
            ('leaf-missing', 'the same, and there is none', False, [A],
             [B, limits(require=0)]),
            ('leaf-later', 'the leaf requires one below it', True, [], [limits(require=1)]),
            ('qualified', 'with qualifiers', True, [A, need], [extension(
                '2.5.29.32', der.sequence(der.sequence(der.oid(OIDS['A']), der.sequence(
                    der.sequence(der.oid('1.3.6.1.5.5.7.2.1'), der.value(0x16, b'x'))))))]),
            ]:
        table.row('required-' + name, about, allowed, *steps)


def mapped(table):
    need = limits(require=0)
    for name, about, allowed, *steps in [
            ('to', 'A mapped to B, B below', True, [A, maps('AB'), need], [B]),
            ('gone', 'A mapped to B, A below', False, [A, maps('AB'), need], [A]),
            ('twice', 'A to B to C', True, [A, maps('AB'), need], [B, maps('BC')],
             [policies('C')]),
            ('many', 'A to B and to C', True, [A, maps('AB', 'AC'), need], [policies('C')]),
            ('any', 'anyPolicy above the mapping', True, [ANY, maps('AB'), need], [B]),
            ('inhibited', 'mapping inhibited', False, [A, limits(0, 0)], [A, maps('AB')], [B]),
            ('inhibited-own', 'mapping inhibited, and the mapped one below', False,
             [A, limits(0, 0)], [A, maps('AB')], [A]),
            ('inhibited-later', 'mapping inhibited one below', True, [A, limits(0, 1)],
             [A, maps('AB')], [B]),
            ('inhibited-alone', 'mapping inhibited, nobody requires a policy', True,
             [limits(no_maps=0)], [maps('AB')], []),
            ('alone', 'mappings, nobody requires a policy', True, [A, maps('AB')], []),
            ('from-any', 'mapped from anyPolicy', False, [A, maps('*B')], [A]),
            ('to-any', 'mapped to anyPolicy', False, [A, maps('A*')], [A]),
            ]:
        table.row('mapped-' + name, about, allowed, *steps)


def inhibited(table):
    need = limits(require=0)
    for name, about, allowed, *steps in [
            ('alone', 'inhibitAnyPolicy, nobody requires a policy', True, [no_any(0)], []),
            ('leaf', 'inhibitAnyPolicy of the leaf', True, [], [no_any(0)]),
            ('now', 'anyPolicy below one that inhibits it', False, [A, need, no_any(0)],
             [ANY]),
            ('named', 'the policy itself below', True, [A, need, no_any(0)], [A]),
            ('later', 'inhibited one below', True, [A, need, no_any(1)], [ANY], [A]),
            ('later-now', 'inhibited one below, and there', False, [A, need, no_any(1)],
             [A], [ANY]),
            ]:
        table.row('any-inhibited-' + name, about, allowed, *steps)


def self_issued(table):
    """6.1.3 d 2, 6.1.4 h: a CA's next key, issued by its own name."""
    for name, about, allowed, *steps in [
            ('any', 'anyPolicy of one that issued itself', True,
             [A, limits(require=0), no_any(0)], [ANY], [A]),
            ('counted', 'is not counted', True, [A, limits(require=2)], [A], []),
            ]:
        old = authority('The CA of one name', root, label='old', extensions=steps[0])
        new = authority('The CA of one name', old, label='new', extensions=steps[1])
        last = leaf(new, extensions=steps[2])
        table.add('self-issued-' + name, about, allowed, [last, new, old, root],
                  [tlsa(2, 0, 1, root)])
        next_one = authority('The CA of another name', old, label='new',
                             extensions=steps[1])
        last = leaf(next_one, extensions=steps[2])
        table.add('other-issued-' + name, 'of another name it is not so', False,
                  [last, next_one, old, root], [tlsa(2, 0, 1, root)])


def of_anchors(table):
    need = limits(require=0)
    for name, about, allowed, own, steps in [
            ('present', 'requires one, and it is there', True, [need], [[A]]),
            ('missing', 'requires one, and there is none', False, [need], [[]]),
            ('later', 'requires one two below', True, [limits(require=2)], [[]]),
            ('its-own', 'has one, and the leaf has it', True, [A, need], [[A]]),
            ('not-its-own', 'has another than the leaf', False, [A, need], [[B]]),
            ('mapped', 'maps its own to the leaf\'s', True, [A, maps('AB'), need], [[B]]),
            ('no-any', 'inhibits anyPolicy', False, [no_any(0), need], [[ANY]]),
            ('no-maps', 'inhibits mapping', False, [limits(0, 0)], [[A, maps('AB')], [B]]),
            ('alone', 'has one that nobody requires', True, [A], [[B]]),
            ]:
        top = authority('An anchor with policies', extensions=own)
        table.row('anchor-' + name, 'the anchor ' + about, allowed, *steps, top=top)
        chain = [top]
        for i, step in enumerate(steps[:-1]):
            chain.insert(0, authority('The CA %d' % i, chain[0], extensions=step))
        chain.insert(0, leaf(chain[0], extensions=steps[-1]))
        table.add('anchor-key-' + name, 'the same, but only its key is the anchor', True,
                  chain, [tlsa(2, 1, 0, top)])
    ca = authority('A CA with policies', root, extensions=[A, need])
    for name, step, allowed in (('present', [A], True), ('missing', [], False)):
        table.add('key-' + name, 'a CA right below a bare key requires one', allowed,
                  [leaf(ca, extensions=step), ca], [tlsa(2, 1, 0, root)])


def unreadable(table):
    good = der.sequence(der.sequence(der.oid(OIDS['A'])))
    for kind, oid, forms in [
            ('policies', '2.5.29.32', [
                ('none', der.sequence()), ('null', der.NULL), ('more', good + der.NULL),
                ('twice', der.sequence(*[der.sequence(der.oid(OIDS['A']))] * 2)),
                ('no-qualifiers', der.sequence(der.sequence(der.oid(OIDS['A']),
                                                            der.sequence())))]),
            ('mappings', '2.5.29.33', [
                ('none', der.sequence()),
                ('half', der.sequence(der.sequence(der.oid(OIDS['A']))))]),
            ('constraints', '2.5.29.36', [
                ('none', der.sequence()), ('negative', der.sequence(der.implicit(0, b'\xff'))),
                ('order', der.sequence(der.implicit(1, b'\0'), der.implicit(0, b'\5')))]),
            ('inhibit', '2.5.29.54', [
                ('negative', der.integer(-1)), ('empty', b''), ('more', der.integer(0) + b'\0')]),
            ]:
        for form, octets in forms:
            for where in ('leaf', 'ca', 'anchor'):
                wrong = [extension(oid, octets, critical=where == 'ca')]
                places = {'leaf': [], 'ca': [], 'anchor': [], where: wrong}
                top = authority('A root CA', extensions=places['anchor'])
                table.row('unreadable-%s-%s-%s' % (kind, form, where),
                          '%s of the %s cannot be read: %s' % (kind, where, form), False,
                          places['ca'], places['leaf'], top=top)
    strange = der.sequence(der.sequence(der.oid(OIDS['A']), der.sequence(
        der.sequence(der.oid('2.999.9'), der.NULL))))
    table.row('qualifier-unknown', 'a qualifier that nobody knows, not critical', True, [],
              [extension('2.5.29.32', strange)])
    table.row('qualifier-unknown-critical', 'the same, critical', False, [],
              [extension('2.5.29.32', strange, critical=True)])


def cases():
    book = Book()
    table = Table(book)
    for part in (required, mapped, inhibited, self_issued, of_anchors, unreadable):
        part(table)
    return book
