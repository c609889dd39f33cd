# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""What RFC 5280 asks of each certificate of a path: extensions, dates, numbers, and names as
they are compared."""

import der
from case import Book, tlsa
from cases_constraints import ORGANIZATION, attribute, directory, dn, dns, printable, trees
from certificate import (CLIENT, COMMON_NAME, DIGITAL_SIGNATURE, SERVER, authority, date,
                         extension, key_identifier, leaf)
from keys import key
from world import root

RECORD = [tlsa(2, 0, 1, root)]
KEY_USAGE, PURPOSES, BASIC = '2.5.29.15', '2.5.29.37', '2.5.29.19'
NAMES, SUBJECT_KEY, ISSUER_KEY = '2.5.29.17', '2.5.29.14', '2.5.29.35'
UNKNOWN = '2.999.1'


class Table:
    def __init__(self, book):
        self.book = book

    def add(self, title, about, allowed, chain, records, **settings):
        if allowed:
            self.book.good('path-' + title, 'R21 R9', about, chain, records, **settings)
        else:
            self.book.bad('path-' + title, 'R21 R9', about, 'chain', chain, records,
                          **settings)

    def leaf(self, title, about, allowed, at='0', **options):
        self.add(title + '-leaf', about + ', of the leaf', allowed,
                 [leaf(root, **options), root], RECORD, at=at)

    def ca(self, title, about, allowed, at='0', **options):
        between = authority(options.pop('subject', 'A CA to look at'), root,
                            label='A CA to look at', **options)
        self.add(title + '-ca', about + ', of a CA', allowed, [leaf(between), between, root],
                 RECORD, at=at)

    def anchor(self, title, about, allowed, at='0', **options):
        """Its certificate binds where the record is of it; a bare key is only a key."""
        top = authority('An anchor to look at', **options)
        self.add(title + '-anchor', about + ', of the anchor', allowed, [leaf(top), top],
                 [tlsa(2, 0, 1, top)], at=at)
        self.add(title + '-anchor-key', about + ', of which only the key is the anchor', True,
                 [leaf(top), top], [tlsa(2, 1, 0, top)], at=at)

    def everywhere(self, title, about, allowed, **options):
        for place in (self.leaf, self.ca, self.anchor):
            place(title, about, allowed, **options)


def purposes(table):
    for name, octets, allowed in [
            ('one', der.sequence(der.oid(CLIENT)), True),
            ('two', der.sequence(der.oid(SERVER), der.oid(CLIENT)), True),
            ('none', der.sequence(), False),
            ('null', der.NULL, False),
            ('nothing', b'', False),
            ('cut', der.sequence(der.oid(CLIENT))[:-1], False),
            ('more', der.sequence(der.oid(CLIENT)) + der.NULL, False),
            ('more-inside', der.sequence(der.oid(CLIENT), der.NULL), False),
            ('empty-oid', der.sequence(der.oid(CLIENT), der.value(0x06)), False),
            ('bare', der.oid(CLIENT), False),
            ('cut-oid', der.sequence(der.oid(CLIENT), der.value(0x06, b'\x2b\x81')), False),
            ('padded-oid', der.sequence(der.oid(CLIENT), der.value(0x06, b'\x80\x01')), False),
            ]:
        wanted = [extension(PURPOSES, octets, critical=True)]
        table.everywhere('purposes-' + name, 'purposes: ' + name, allowed, purposes=(),
                         extensions=wanted)
        table.leaf('purposes-%s-plain' % name, 'purposes, not critical: ' + name, allowed,
                   purposes=(), extensions=[extension(PURPOSES, octets)])


def key_usages(table):
    for name, octets, of_leaf, of_ca in [
            ('sign', der.bits(b'\x80', 7), True, False),
            ('certificates', der.bits(b'\x04', 2), False, True),
            ('both', der.bits(b'\x84', 2), True, True),
            ('two-octets', der.bits(b'\x84\x80', 7), True, True),
            ('not-minimal', der.bits(b'\x84', 0), True, True),
            ('none', der.bits(b'', 0), False, False),
            ('zeros', der.bits(b'\x00', 7), False, False),
            ('octets', der.octets(b'\x84'), False, False),
            ('null', der.NULL, False, False),
            ('nothing', b'', False, False),
            ('empty', der.value(0x03), False, False),
            ('unused', der.bits(b'\x84', 8), False, False),
            ('unused-of-none', der.bits(b'', 2), False, False),
            ('more', der.bits(b'\x84', 2) + b'\0', False, False),
            ]:
        title, about = 'usage-' + name, 'key usage: ' + name
        wanted = [extension(KEY_USAGE, octets, critical=True)]
        table.leaf(title, about, of_leaf, extensions=wanted)
        table.ca(title, about, of_ca, extensions=wanted)
        table.anchor(title, about, of_ca, extensions=wanted)
        table.leaf(title + '-plain', about + ', not critical', of_leaf,
                   extensions=[extension(KEY_USAGE, octets)])


def basics(table):
    true, false = der.boolean(True), der.boolean(False)
    for name, octets, of_leaf, of_ca in [
            ('ca', der.sequence(true), True, True),
            ('ca-ber', der.sequence(der.value(0x01, b'\x01')), True, True),
            ('ca-length', der.sequence(true, der.integer(0)), True, True),
            ('ca-long-length', der.sequence(true, der.integer(1 << 70)), True, True),
            ('no-ca', der.sequence(), True, False),
            ('false', der.sequence(false), True, False),
            ('no-ca-length', der.sequence(der.integer(0)), True, False),
            ('negative', der.sequence(true, der.integer(-1)), False, False),
            ('negative-no-ca', der.sequence(der.integer(-1)), False, False),
            ('null', der.NULL, False, False),
            ('nothing', b'', False, False),
            ('bare', true, False, False),
            ('empty-boolean', der.sequence(der.value(0x01)), False, False),
            ('two-octets', der.sequence(der.value(0x01, b'\xff\xff')), False, False),
            ('order', der.sequence(der.integer(0), true), False, False),
            ('more', der.sequence(true) + der.NULL, False, False),
            ('more-inside', der.sequence(true, der.integer(0), der.NULL), False, False),
            ('empty-length', der.sequence(true, der.value(0x02)), False, False),
            ('long-form', b'\x30\x81\x03' + true, False, False),
            ]:
        title, about = 'basic-' + name, 'basicConstraints: ' + name
        wanted = dict(ca=None, extensions=[extension(BASIC, octets, critical=True)])
        table.leaf(title, about, of_leaf, **wanted)
        table.ca(title, about, of_ca, **wanted)
        table.anchor(title, about, of_ca, **wanted)
        table.leaf(title + '-plain', about + ', not critical', of_leaf, ca=None,
                   extensions=[extension(BASIC, octets)])


def unknown(table):
    def one(*parts):
        return [der.sequence(der.oid(UNKNOWN), *parts)]
    value = der.octets(b'what')
    ber, false = der.value(0x01, b'\x01'), der.boolean(False)
    for name, wanted, allowed in [
            ('plain', one(value), True),
            ('empty', one(der.octets(b'')), True),
            ('critical', one(der.boolean(True), value), False),
            ('critical-ber', one(ber, value), False),
            ('critical-false', one(false, value), True),
            ('twice', one(value) * 2, False),
            ('no-value', one(), False),
            ('two-values', one(value, value), False),
            ('flag-of-two', one(der.value(0x01, b'\xff\xff'), value), False),
            ]:
        table.everywhere('unknown-' + name, 'an unknown extension: ' + name, allowed,
                         extensions=wanted)
    points = der.sequence(der.sequence(der.explicit(0, der.explicit(0, der.implicit(
        6, b'http://crl.example/')))))
    table.leaf('distribution', 'where lists of the withdrawn are', True,
               extensions=[extension('2.5.29.31', points)])
    table.leaf('distribution-critical', 'the same, critical: nobody looks there', False,
               extensions=[extension('2.5.29.31', points, critical=True)])
    purpose = extension(PURPOSES, der.sequence(der.oid(CLIENT)))
    for name, one in [
            ('purposes', purpose),
            ('usage', extension(KEY_USAGE, der.bits(b'\x84', 2), critical=True)),
            ('policies', extension('2.5.29.32', der.sequence(der.sequence(der.oid(UNKNOWN))))),
            ]:
        table.everywhere('twice-' + name, 'an extension twice: ' + name, False, purposes=(),
                         extensions=[one, one])
    table.leaf('twice-names', 'the alternative names twice', False,
               extensions=[extension(NAMES, der.sequence(dns('ns2.example.net')))])
    table.ca('twice-basic', 'basicConstraints twice', False,
             extensions=[extension(BASIC, der.sequence(der.boolean(True)), critical=True)])
    table.leaf('no-purposes', 'no purposes', True, purposes=())


def identifiers(table):
    mine = key_identifier(root.spki)
    by_serial = der.implicit(2, b'\x05')
    by_name = der.explicit(1, directory(dn((COMMON_NAME, 'Somebody else'))))
    for name, octets, allowed in [
            ('right', der.sequence(der.implicit(0, mine)), True),
            ('none', der.sequence(), True),
            ('serial', der.sequence(by_name, by_serial), True),
            ('all', der.sequence(der.implicit(0, mine), by_name, by_serial), True),
            ('wrong', der.sequence(der.implicit(0, b'wrong')), False),
            ('null', der.NULL, False),
            ('nothing', b'', False),
            ('more', der.sequence(der.implicit(0, mine)) + der.NULL, False),
            ('more-inside', der.sequence(der.implicit(0, mine), der.NULL), False),
            ]:
        wanted = dict(identifiers=False, extensions=[extension(ISSUER_KEY, octets)])
        table.leaf('issuer-key-' + name, 'authorityKeyIdentifier: ' + name, allowed, **wanted)
        table.ca('issuer-key-' + name, 'authorityKeyIdentifier: ' + name, allowed, **wanted)
    for name, octets, allowed in [
            ('any', der.octets(b'any'), True), ('null', der.NULL, False),
            ('nothing', b'', False), ('more', der.octets(b'any') + b'\0', False)]:
        table.leaf('subject-key-' + name, 'subjectKeyIdentifier: ' + name, allowed,
                   identifiers=False, extensions=[extension(SUBJECT_KEY, octets)])
    # They are for finding: nobody processes all that a critical one could say.
    for name, oid, octets in (('subject', SUBJECT_KEY, der.octets(b'any')),
                              ('issuer', ISSUER_KEY, der.sequence(der.implicit(0, mine)))):
        table.leaf('%s-key-critical' % name, 'an identifier that is critical', False,
                   identifiers=False, extensions=[extension(oid, octets, critical=True)])


def alternative_names(table):
    name = dns('ns2.example.net')
    for title, octets, allowed in [
            ('critical', der.sequence(name), True),
            ('behind', der.sequence(name, der.implicit(1, b'a@example.net')), True),
            ('form', der.sequence(name, der.implicit(9, b'a')), False),
            ('universal', der.sequence(name, der.utf8('a')), False),
            ('cut', der.sequence(name, b'\x82\x09a'), False),
            ('more', der.sequence(name) + der.NULL, False),
            ('bare', name, False),
            ('other', der.sequence(name, der.explicit(0, der.oid(UNKNOWN), der.explicit(
                0, der.utf8('a')))), True),
            ('other-no-value', der.sequence(name, der.explicit(0, der.oid(UNKNOWN))), False),
            ('other-no-type', der.sequence(name, der.explicit(0, der.explicit(0, der.NULL))),
             False),
            ('directory', der.sequence(name, directory(dn((COMMON_NAME, 'a')))), True),
            ('directory-garbled', der.sequence(name, directory(der.sequence(der.set_of()))),
             False),
            ('party', der.sequence(name, der.explicit(5, der.explicit(1, der.utf8('a')))), True),
            ('party-nobody', der.sequence(name, der.explicit(5)), False),
            ('registered', der.sequence(name, der.implicit(8, b'\x2a\x03')), True),
            ('registered-nothing', der.sequence(name, der.implicit(8, b'')), False),
            ('none', der.sequence(), False),
            ('nothing', b'', False),
            ]:
        table.leaf('names-' + title, 'subjectAltName: ' + title, allowed, names=(), subject='',
                   extensions=[extension(NAMES, octets, critical=True)])
        if title != 'none':
            table.ca('names-' + title, 'subjectAltName: ' + title, allowed,
                     extensions=[extension(NAMES, octets, critical=True)])


def whole(table):
    """Version, serial number and the two places of the signature's algorithm."""
    for number in (0, -1, 1, -0x7f01020304, 1 << 8 * 39, (1 << 8 * 40) - 1):
        name = 'serial-%s%d' % ('minus-' * (number < 0), number.bit_length())
        for place in (table.leaf, table.ca, table.anchor):
            place(name, 'a serial number of %d bits' % number.bit_length(), True,
                  serial=number)
    for name, serial in [('nothing', der.value(0x02)),
                         ('padded', der.value(0x02, b'\x00\x05')),
                         ('padded-minus', der.value(0x02, b'\xff\x85'))]:
        last = leaf(root, serial=serial)
        table.add('serial-%s-leaf' % name, 'a serial number that is none: ' + name, False,
                  [last, root], RECORD)
        table.add('serial-%s-ee' % name, 'the same, named by its own record', True, [last],
                  [tlsa(3, 0, 1, last)])
    padded = [der.sequence(der.value(0x06, b'\x55\x1d\x80\x25'), der.octets(b'a'))]
    table.everywhere('unknown-padded', 'an extension whose type is not DER', False,
                     extensions=padded)
    other = key('of another kind', 'ed448').signature_algorithm
    parameters = der.sequence(der.oid('1.3.101.112'), der.NULL)
    table.leaf('outer', 'two signature algorithms', False, outer=other)
    table.ca('outer', 'two signature algorithms', False, outer=other)
    table.leaf('outer-parameters', 'two signature algorithms by their parameters', False,
               outer=parameters)
    table.anchor('version-1', 'of version 1', False, version=1)
    table.ca('version-1', 'of version 1', False, version=1)
    table.ca('version-2', 'of version 2', False, version=2)


def utc(text):
    return der.value(0x17, text.encode())


def general(text):
    return der.value(0x18, text.encode())


def dates(table):
    for name, begin, end, allowed in [
            ('far', general('00010101000000Z'), general('99991231235959Z'), True),
            ('1950', utc('500101000000Z'), utc('491231235959Z'), True),
            ('2050', utc('200101000000Z'), general('20500101000000Z'), True),
            ('1949', general('19491231235959Z'), general('20500101000000Z'), True),
            ('1969', utc('691231235959Z'), utc('491231235959Z'), True),
            ('leap', utc('240229000000Z'), utc('440229000000Z'), True),
            ('general-early', general('20200101000000Z'), general('20300101000000Z'), True),
            ('ended-1950', utc('200101000000Z'), utc('500101000000Z'), False),
            ('ended-1', general('00010101000000Z'), general('00010101000001Z'), False),
            ('begins-9999', general('99991231235958Z'), general('99991231235959Z'), False),
            ('crossed', utc('490101000000Z'), utc('200101000000Z'), False),
            ]:
        table.everywhere('dates-' + name, 'dates: ' + name, allowed, begin=begin, end=end)
    for name, moment in [
            ('month-0', utc('200001000000Z')), ('month-13', utc('201301000000Z')),
            ('day-0', utc('200100000000Z')), ('day-32', utc('200132000000Z')),
            ('february-30', utc('200230000000Z')), ('february-29', utc('210229000000Z')),
            ('1900', general('19000229000000Z')),
            ('hour-24', utc('200101240000Z')), ('minute-60', utc('200101006000Z')),
            ('second-60', utc('200101000060Z')), ('no-seconds', utc('2001010000Z')),
            ('offset', utc('200101000000+0000')), ('no-zone', utc('200101000000')),
            ('fraction', general('20200101000000.5Z')), ('letters', utc('2o0101000000Z')),
            ('sign', utc('-00101000000Z')), ('lower-case', utc('200101000000z')),
            ('space', utc(' 20101000000Z')), ('nothing', utc('')),
            ('long-year', utc('20200101000000Z')), ('short-year', general('200101000000Z')),
            ('integer', der.integer(20)), ('nul', utc('2001010000\0\0Z')),
            ]:
        table.leaf('date-' + name, 'notBefore: ' + name, False, begin=moment)
        if name in ('month-13', 'offset', 'integer'):
            table.ca('date-' + name, 'notBefore: ' + name, False, begin=moment)
            table.anchor('date-' + name, 'notBefore: ' + name, False, begin=moment)
        if 'year' not in name and '1900' not in name:
            table.leaf('date-end-' + name, 'notAfter: ' + name, False, end=der.value(
                moment[0], moment[2:].replace(b'20', b'40', 1)))
    start, stop = date(2024, 5, 6), date(2025, 7, 8)
    for name, at, allowed in (('before', start - 1, False), ('first', start, True),
                              ('last', stop, True), ('after', stop + 1, False)):
        for place in (table.leaf, table.ca):
            place('second-' + name, 'the second: ' + name, allowed, at=str(at), begin=start,
                  end=stop)


def names(table):
    """RFC 5280 7.1: issuer and subject are compared as names."""
    issuer = authority(dn((ORGANIZATION, 'Acme Corp'), (COMMON_NAME, 'the CA')), root,
                       label='by name')
    for name, written, allowed in [
            ('case', dn((ORGANIZATION, 'ACME corp'), (COMMON_NAME, 'The ca')), True),
            ('spaces', dn((ORGANIZATION, ' Acme  Corp '), (COMMON_NAME, 'the CA ')), True),
            ('printable', dn((ORGANIZATION, printable('Acme Corp')),
                             (COMMON_NAME, printable('the CA'))), True),
            ('other', dn((ORGANIZATION, 'Acme Corp'), (COMMON_NAME, 'a CA')), False),
            ('short', dn((ORGANIZATION, 'Acme Corp')), False),
            ('order', dn((COMMON_NAME, 'the CA'), (ORGANIZATION, 'Acme Corp')), False),
            ('one-rdn', der.sequence(der.set_of(
                attribute(COMMON_NAME, 'the CA'), attribute(ORGANIZATION, 'Acme Corp'))),
             False),
            ('empty', der.sequence(), False),
            ]:
        table.add('issuer-' + name, 'the issuer\'s name: ' + name, allowed,
                  [leaf(issuer, issuer_name=written), issuer, root], RECORD)


def characters(table):
    """Of a string, whatever it says, whole characters make a name."""
    for name, value, allowed in [
            ('utf8', der.utf8('\xfc'), True), ('utf8-cut', der.value(0x0C, b'a\xc3'), False),
            ('utf8-latin', der.value(0x0C, b'M\xfcller'), False),
            ('bmp', der.value(0x1E, b'\0a'), True), ('bmp-odd', der.value(0x1E, b'\0a\0'), False),
            ('teletex', der.value(0x14, b'M\xfcller'), True),
            ]:
        subject = der.sequence(der.set_of(der.sequence(der.oid(COMMON_NAME), value)))
        for place in (table.leaf, table.ca):
            place('characters-' + name, 'a subject: ' + name, allowed, subject=subject)


def self_issued(table):
    """RFC 5280 3.3: of its own name, by whichever key; 4.2.1.9, 6.1.3 b, 6.1.4 l."""
    for name, again, allowed in [('same', 'A CA that rolls', True),
                                 ('case', 'a ca  that rolls', True),
                                 ('other', 'A CA that does not', False)]:
        for marked in (True, False):
            mark = '' if marked else '-unmarked'
            old = authority('A CA that rolls', path_length=0, label='old', identifiers=marked)
            new = authority(again, old, path_length=0, label='new', identifiers=marked)
            last = leaf(new, identifiers=marked)
            table.add('rolled-length-%s%s' % (name, mark),
                      'the next key of a CA that may have none below: ' + name, allowed,
                      [last, new, old], [tlsa(2, 0, 1, old)])
            acme = (ORGANIZATION, 'Acme')
            old = authority('A CA that rolls', label='old', identifiers=marked,
                            constraints=trees([directory(dn(acme))]))
            new = authority(again, old, label='new', identifiers=marked)
            last = leaf(new, subject=dn(acme, (COMMON_NAME, 'an end')), identifiers=marked)
            table.add('rolled-names-%s%s' % (name, mark),
                      'the next key of a CA that is itself not of the names it permits: '
                      + name, allowed, [last, new, old], [tlsa(2, 0, 1, old)])
    old = authority('A CA that rolls', path_length=0, label='old')
    new = authority('A CA that rolls', old, path_length=0, label='new')
    lower = authority('A lower CA', new)
    table.add('rolled-below', 'a CA below the next key', False, [leaf(lower), lower, new, old],
              [tlsa(2, 0, 1, old)])
    old = authority('A CA that rolls', label='old', constraints=trees([dns('example.org')]))
    last = leaf(old, subject='A CA that rolls')
    table.add('rolled-leaf', 'a leaf of its issuer\'s name is under its constraints', False,
              [last, old], [tlsa(2, 0, 1, old)])
    # Identifiers are compared where both are there (4.2.1.1): the first has none.
    first = authority('A CA that rolls', path_length=0, label='first', identifiers=False)
    second = authority('A CA that rolls', first, label='second', identifiers=False, extensions=[
        extension(ISSUER_KEY, der.sequence(der.implicit(0, b'wrong')))])
    third = authority('A CA that rolls', second, label='third')
    table.add('rolled-thrice', 'two roll-overs, the first naming an identifier that its issuer lacks',
              True, [leaf(third), third, second], [tlsa(2, 0, 0, first)])
    wide = authority('A CA that rolls', path_length=1, label='old')
    new = authority('A CA that rolls', wide, path_length=0, label='new')
    lower = authority('A lower CA', new)
    table.add('rolled-narrower', 'the next key allows less', False,
              [leaf(lower), lower, new, wide], [tlsa(2, 0, 1, wide)])


def anchors(table):
    """What else binds of an anchor's certificate, and does not of a key's."""
    for name, options in [
            ('not-ca', dict(ca=False)), ('no-constraints', dict(ca=None)),
            ('server', dict(purposes=(SERVER,))),
            ('usage', dict(key_usage=DIGITAL_SIGNATURE)),
            ('expired', dict(end=date(2021))), ('future', dict(begin=date(2110))),
            ]:
        table.anchor('bound-' + name, name, False, **options)
    table.anchor('bound-client', 'for clients', True, purposes=(CLIENT,))
    for limit, allowed in ((0, False), (1, True)):
        top = authority('An anchor', path_length=limit)
        lower = authority('A lower CA', top)
        chain = [leaf(lower), lower, top]
        table.add('bound-length-%d' % limit, 'the anchor\'s path length', allowed, chain,
                  [tlsa(2, 0, 1, top)])
        table.add('bound-length-%d-key' % limit, 'the same, of which only the key is the '
                  'anchor', True, chain, [tlsa(2, 1, 0, top)])


def lengths(table):
    """Ten certificates at most (libdance(3)), and a bare key is none."""
    tower = [authority('A CA of a tower')]
    while len(tower) < 10:
        tower.append(authority('CA %d of a tower' % len(tower), tower[-1]))
    for count, allowed in ((10, True), (11, False)):
        chain = [leaf(tower[count - 2]), *tower[count - 2::-1]]
        table.add('length-%d' % count, 'a path of %d certificates' % count, allowed, chain,
                  [tlsa(2, 0, 1, tower[0])])
    chain = [leaf(tower[9]), *tower[9:0:-1]]
    table.add('length-10-key', 'ten below a bare key', True, chain, [tlsa(2, 1, 0, tower[0])])


def cases():
    book = Book()
    table = Table(book)
    for part in (purposes, key_usages, basics, unknown, identifiers, alternative_names,
                 whole, dates, names, characters, self_issued, anchors, lengths):
        part(table)
    return book
