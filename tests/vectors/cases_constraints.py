# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""Name constraints (RFC 5280 4.2.1.10): every form of name, permitted and excluded."""

import ipaddress

import der
from case import NAME, Book, tlsa
from certificate import COMMON_NAME, authority, dns, extension, leaf
from world import root

COUNTRY, ORGANIZATION, UNIT, EMAIL_ADDRESS = ('2.5.4.6', '2.5.4.10', '2.5.4.11',
                                              '1.2.840.113549.1.9.1')
RECORD = [tlsa(2, 0, 1, root)]
OTHER_NAME = der.explicit(0, der.oid('1.3.6.1.4.1.99999.1'), der.explicit(0, der.utf8('x')))
REGISTERED = der.implicit(8, der.oid('2.999.1')[2:])


def printable(text):
    return der.value(0x13, text.encode())


def ia5(text):
    return der.value(0x16, text.encode())


def attribute(kind, value):
    return der.sequence(der.oid(kind), value if isinstance(value, bytes) else der.utf8(value))


def rdn(*attributes):
    return der.set_of(*sorted(attribute(*one) for one in attributes))


def dn(*attributes):
    """A Name, one attribute in each RDN."""
    return der.sequence(*(rdn(one) for one in attributes))


def mail(text):
    return der.implicit(1, text.encode())


def uri(text):
    return der.implicit(6, text.encode())


def directory(name):
    return der.explicit(4, name)


def address(text):
    """An address, or with a mask the base of a constraint."""
    if '/' not in text:
        return der.implicit(7, ipaddress.ip_address(text).packed)
    base, mask = text.split('/')
    if mask.isdigit():
        network = ipaddress.ip_network(text, strict=False)
        mask = str(network.netmask)
    return der.implicit(7, ipaddress.ip_address(base).packed +
                        ipaddress.ip_address(mask).packed)


def trees(permitted=(), excluded=(), limits=b''):
    """NameConstraints of bases; `limits`: minimum and maximum of each."""
    def subtrees(number, bases):
        return der.explicit(number, *(der.sequence(base, limits) for base in bases))
    return der.sequence(subtrees(0, permitted) if permitted else b'',
                        subtrees(1, excluded) if excluded else b'')


class Table:
    """Leaves below one CA with constraints, below the root."""

    def __init__(self, book):
        self.book = book

    def row(self, title, about, allowed, constraints, *others, names=(NAME,), subject='',
            critical=True, places=()):
        ca = [extension('2.5.29.30', constraints, critical=critical)]
        narrow = authority('The narrow CA', root, extensions=ca)
        last = leaf(narrow, names=names, other_names=others, subject=subject)
        self.add(title, about, allowed, [last, narrow, root], RECORD)
        if 'anchor' in places:
            narrow = authority('The narrow CA', extensions=ca)
            last = leaf(narrow, names=names, other_names=others, subject=subject)
            self.add(title + '-anchor', about + ', says the anchor', allowed,
                     [last, narrow], [tlsa(2, 0, 1, narrow)])
            self.add(title + '-210', about + ', but only the key is the anchor', True,
                     [last, narrow], [tlsa(2, 1, 0, narrow)])

    def both(self, title, about, base, inside, outside):
        """What is inside one that permits is refused by one that excludes."""
        for name, other, within in (('inside', inside, True), ('outside', outside, False)):
            if other is None:
                continue
            self.row('%s-permitted-%s' % (title, name), about + ', ' + name, within,
                     trees([base]), other)
            self.row('%s-excluded-%s' % (title, name), about + ' excluded, ' + name,
                     not within, trees(excluded=[base]), other)

    def add(self, title, about, allowed, chain, records, **settings):
        if allowed:
            self.book.good('nc-' + title, 'R21 R9', about, chain, records, **settings)
        else:
            self.book.bad('nc-' + title, 'R21 R9', about, 'chain', chain, records, **settings)


def of_dns(table):
    for name, about, base, within in [
            ('parent', 'the domain above', 'example.net', True),
            ('self', 'the name itself', NAME, True),
            ('case', 'in capitals', 'EXAMPLE.Net', True),
            ('dot', 'with a leading dot', '.example.net', True),
            ('empty', 'all names', '', True),
            ('label', 'a part of a label', 'ample.net', False),
            ('below', 'a name below', 'a.' + NAME, False),
            ('sibling', 'a sibling', 'ns3.example.net', False),
            ('behind', 'the beginning only', 'example.ne', False),
            ]:
        table.row('dns-permitted-' + name, 'a permitted dNSName: ' + about, within,
                  trees([dns(base)]))
        table.row('dns-excluded-' + name, 'an excluded dNSName: ' + about, not within,
                  trees(excluded=[dns(base)]))
    table.row('dns-second', 'the second of two permitted', True,
              trees([dns('example.org'), dns('example.net')]))
    table.row('dns-all', 'every name has to be permitted', False, trees([dns(NAME)]),
              dns('ns3.example.net'))
    table.row('dns-none-excluded', 'no name may be excluded', False,
              trees(excluded=[dns('example.org')]), dns('a.example.org'))
    table.row('dns-hole', 'excluded within what is permitted', False,
              trees([dns('example.net')], [dns(NAME)]), places=['anchor'])
    table.row('dns-plain', 'not critical, and binding all the same', False,
              trees([dns('example.org')]), critical=False)
    table.row('dns-anchor', 'a permitted dNSName', True, trees([dns('example.net')]),
              places=['anchor'])
    table.row('dns-without', 'dNSNames where only others are constrained', True,
              trees([mail('example.org'), uri('example.org'), address('192.0.2.0/24')],
                    [mail('example.net'), uri('example.net'), address('198.51.100.0/24')]))


def of_directories(table):
    acme = dn((ORGANIZATION, 'Acme Corp'))
    base = trees([directory(acme)])
    end = (COMMON_NAME, 'an end')
    for name, about, within, subject in [
            ('below', 'a subject below', True, dn((ORGANIZATION, 'Acme Corp'), end)),
            ('same', 'the same name', True, acme),
            ('case', 'in another case', True, dn((ORGANIZATION, 'ACME corp'), end)),
            ('spaces', 'with spaces more', True, dn((ORGANIZATION, ' Acme   Corp  '), end)),
            ('printable', 'as PrintableString', True,
             dn((ORGANIZATION, printable('Acme Corp')), end)),
            ('no-space', 'without the space', False, dn((ORGANIZATION, 'AcmeCorp'), end)),
            ('other', 'another organization', False, dn((ORGANIZATION, 'Acme'), end)),
            ('longer', 'a longer one', False, dn((ORGANIZATION, 'Acme Corporation'), end)),
            ('unit', 'as a unit', False, dn((UNIT, 'Acme Corp'), end)),
            ('second', 'not in the first place', False, dn(end, (ORGANIZATION, 'Acme Corp'))),
            ('none', 'without an organization', False, dn(end)),
            ]:
        table.row('dn-permitted-' + name, 'O=Acme Corp permitted: ' + about, within, base,
                  subject=subject)
        table.row('dn-excluded-' + name, 'O=Acme Corp excluded: ' + about, not within,
                  trees(excluded=[directory(acme)]), subject=subject)
    table.row('dn-empty-subject', 'a subject without a name is under none', True, base)
    table.row('dn-empty-subject-excluded', 'the same, excluded', True,
              trees(excluded=[directory(acme)]))
    table.row('dn-all', 'all names permitted', True, trees([directory(der.sequence())]),
              subject=acme)
    table.row('dn-all-excluded', 'all names excluded', False,
              trees(excluded=[directory(der.sequence())]), subject=acme)
    deep = trees([directory(dn((COUNTRY, printable('NL')), (ORGANIZATION, 'Acme')))])
    for name, within, subject in [
            ('below', True, dn((COUNTRY, printable('NL')), (ORGANIZATION, 'Acme'), end)),
            ('short', False, dn((COUNTRY, printable('NL')))),
            ('order', False, dn((ORGANIZATION, 'Acme'), (COUNTRY, printable('NL')))),
            ('gap', False, dn((COUNTRY, printable('NL')), end, (ORGANIZATION, 'Acme')))]:
        table.row('dn-deep-' + name, 'C=NL, O=Acme permitted: ' + name, within, deep,
                  subject=subject)
    pair = rdn((ORGANIZATION, 'Acme'), (UNIT, 'one'))
    two = trees([directory(der.sequence(pair))])
    for name, within, subject in [
            ('same', True, der.sequence(pair, rdn(end))),
            ('case', True, der.sequence(rdn((ORGANIZATION, 'acme'), (UNIT, 'ONE')))),
            ('half', False, dn((ORGANIZATION, 'Acme'))),
            ('apart', False, dn((ORGANIZATION, 'Acme'), (UNIT, 'one'))),
            ('more', False, der.sequence(rdn((ORGANIZATION, 'Acme'), (UNIT, 'one'), end)))]:
        table.row('dn-pair-' + name, 'an RDN of two attributes: ' + name, within, two,
                  subject=subject)
    table.both('dn-alternative', 'a directoryName among the alternative names',
               directory(acme), directory(dn((ORGANIZATION, 'Acme corp'), end)),
               directory(dn((ORGANIZATION, 'Other'))))
    table.row('dn-anchor', 'a subject outside', False, base, subject=dn(end),
              places=['anchor'])
    table.row('dn-anchor-inside', 'a subject inside', True, base, subject=acme,
              places=['anchor'])
    table.row('dn-plain', 'not critical, and binding all the same', False, base,
              subject=dn(end), critical=False)


def of_mail(table):
    for name, base, inside, outside in [
            ('host', 'example.net', 'a@example.net', 'a@sub.example.net'),
            ('host-case', 'Example.NET', 'A@example.net', 'a@example.org'),
            ('domain', '.example.net', 'a@sub.Example.net', 'a@example.net'),
            ('domain-deep', '.example.net', 'a@b.sub.example.net', 'a@xexample.net'),
            ('mailbox', 'a@example.net', 'a@EXAMPLE.net', 'b@example.net'),
            ('mailbox-case', 'a@example.net', 'a@example.net', 'A@example.net'),
            ('quoted', 'example.net', '"a@example.org"@example.net',
             '"a@example.net"@example.org'),
            ]:
        table.both('mail-' + name, 'rfc822Name %s: %s' % (name, base), mail(base),
                   mail(inside), mail(outside))
    table.row('mail-no-at', 'a mailbox without an @', False, trees([mail('example.net')]),
              mail('example.net'))
    table.row('mail-no-at-excluded', 'a mailbox without an @, of which nothing is known',
              False, trees(excluded=[mail('example.org')]), mail('example.net'))
    subject = dn((EMAIL_ADDRESS, ia5('a@example.org')), (COMMON_NAME, 'an end'))
    table.row('mail-subject', 'a mailbox in a subject with alternative names is under none',
              True, trees([mail('example.net')]), subject=subject)
    upper = authority('The narrow CA', root, constraints=trees([mail('example.net')]))
    for name, box, allowed in (('inside', 'a@example.net', True),
                               ('outside', 'a@example.org', False)):
        lower = authority(dn((EMAIL_ADDRESS, ia5(box)), (COMMON_NAME, 'The lower CA')),
                          upper, label='The lower CA')
        table.add('mail-subject-alone-' + name,
                  'a mailbox in the subject of a CA without alternative names', allowed,
                  [leaf(lower), lower, upper, root], RECORD)


def of_uris(table):
    table.both('uri-host', 'a host', uri('www.example.net'), uri('https://www.example.net/a'),
               uri('https://ns2.example.net/a'))
    table.both('uri-domain', 'a domain', uri('.example.net'), uri('https://a.Example.net'),
               uri('https://example.net/a'))
    host = uri('www.example.net')
    for name, text, within in [
            ('case', 'HTTPS://WWW.Example.NET/', True),
            ('port', 'https://www.example.net:8443/', True),
            ('user', 'https://user@www.example.net/', True),
            ('password', 'https://user:word@www.example.net:1/', True),
            ('query', 'https://www.example.net?a=b', True),
            ('fragment', 'https://www.example.net#a', True),
            ('scheme', 'ldap://www.example.net/cn=a', True),
            ('bare', 'xmpp://www.example.net', True),
            ('below', 'https://a.www.example.net/', False),
            ('posing-user', 'https://www.example.net@example.org/', False),
            ('posing-password', 'https://www.example.net:443@example.org/', False),
            ('posing-path', 'https://example.org/@www.example.net', False),
            ('posing-query', 'https://example.org?@www.example.net', False),
            ('posing-fragment', 'https://example.org#@www.example.net', False),
            ]:
        table.both('uri-' + name, 'the host of ' + text, host, uri(text) if within else None,
                   None if within else uri(text))
    for name, text in [('no-authority', 'urn:example:a'), ('no-host', 'file:///a'),
                       ('address', 'https://192.0.2.1/'), ('address-6', 'https://[2001:db8::1]/'),
                       ('no-scheme', 'www.example.net'), ('empty', '')]:
        for kind, constraints in (('permitted', trees([host])),
                                  ('excluded', trees(excluded=[uri('www.example.org')]))):
            table.row('uri-%s-%s' % (name, kind), 'a URI without a host\'s name: ' + text,
                      False, constraints, uri(text))
        table.row('uri-%s-free' % name, 'the same where nothing constrains URIs', True,
                  trees([dns('example.net')]), uri(text))
    table.row('uri-anchor', 'a URI outside', False, trees([host]),
              uri('https://example.org/'), places=['anchor'])


def of_addresses(table):
    for name, base, inside, outside in [
            ('v4', '192.0.2.0/24', '192.0.2.200', '192.0.3.1'),
            ('v4-odd', '192.0.2.64/26', '192.0.2.127', '192.0.2.128'),
            ('v4-host', '192.0.2.1/32', '192.0.2.1', '192.0.2.2'),
            ('v4-all', '0.0.0.0/0', '192.0.2.1', None),
            ('v4-not-v6', '0.0.0.0/0', None, '2001:db8::1'),
            ('v4-bits', '192.0.2.9/24', '192.0.2.1', '192.0.3.9'),
            ('v6', '2001:db8::/32', '2001:db8:1::2', '2001:db9::'),
            ('v6-odd', '2001:db8::/33', '2001:db8:7fff::', '2001:db8:8000::'),
            ('v6-host', '2001:db8::1/128', '2001:db8::1', '2001:db8::2'),
            ('v6-not-v4', '::/0', '::', '192.0.2.1'),
            ]:
        table.both('ip-' + name, 'iPAddress ' + base, address(base),
                   address(inside) if inside else None,
                   address(outside) if outside else None)
    table.row('ip-two', 'one of each family', True,
              trees([address('192.0.2.0/24'), address('2001:db8::/32')]),
              address('192.0.2.1'), address('2001:db8::1'))
    for size in (0, 5, 7, 31, 33):
        table.row('ip-base-%d' % size, 'a base of %d octets' % size, False,
                  trees([der.implicit(7, bytes(size))]), address('192.0.2.1'))
    for size in (0, 5, 8, 15):
        table.row('ip-name-%d' % size, 'an address of %d octets' % size, False,
                  trees(excluded=[address('198.51.100.0/24')]), der.implicit(7, bytes(size)))


def of_others(table):
    for name, base in (('other', OTHER_NAME), ('registered', REGISTERED)):
        for kind, constraints in (('permitted', trees([base])),
                                  ('excluded', trees(excluded=[base]))):
            table.row('%s-%s-absent' % (name, kind),
                      'a form that is not understood, and no such name', True, constraints)
            table.row('%s-%s-present' % (name, kind),
                      'a form that is not understood, and such a name', False, constraints,
                      base)
        table.row(name + '-free', 'such a name where only others are constrained', True,
                  trees([dns('example.net')]), base)
    for name, limits in (('minimum', der.implicit(0, b'\1')),
                         ('maximum', der.implicit(1, b'\5')),
                         ('both', der.implicit(0, b'\0') + der.implicit(1, b'\0'))):
        table.row(name + '-present', 'a subtree with ' + name, False,
                  trees([dns('example.net')], limits=limits))
        table.row(name + '-excluded', 'an excluded subtree with ' + name, False,
                  trees(excluded=[dns('example.org')], limits=limits))
        table.row(name + '-absent', 'a subtree with %s, of which there is no name' % name,
                  True, trees([mail('example.net')], limits=limits))
    table.row('minimum-0', 'the minimum 0 written out', True,
              trees([dns('example.net')], limits=der.implicit(0, b'\0')))


def unreadable(table):
    tree = der.sequence(dns('example.net'))
    for name, octets in [
            ('nothing', b''), ('null', der.NULL),
            ('cut', trees([dns('example.net')])[:-1]),
            ('more', trees([dns('example.net')]) + der.NULL),
            ('more-inside', der.sequence(der.explicit(0, tree), der.NULL)),
            ('empty-trees', der.sequence(der.explicit(0))),
            ('no-base', der.sequence(der.explicit(0, der.sequence()))),
            ('order', der.sequence(der.explicit(1, der.sequence(dns('example.org'))),
                                   der.explicit(0, tree))),
            ('twice', der.sequence(der.explicit(0, tree), der.explicit(0, tree))),
            ('tag', der.sequence(der.explicit(2, tree))),
            ('form', trees([der.implicit(9, b'a')])),
            ('base-more', trees([dns('example.net') + der.NULL])),
            ]:
        table.row('unreadable-' + name, 'constraints that cannot be read: ' + name, False,
                  octets)
        table.row('unreadable-%s-plain' % name, 'the same, not critical', False, octets,
                  critical=False)


def on_the_way(book):
    """Who is under whose constraints (RFC 5280 6.1.3 b, c)."""
    acme = dn((ORGANIZATION, 'Acme'))
    upper = authority(dn((ORGANIZATION, 'Acme'), (COMMON_NAME, 'upper')), root, label='upper',
                      constraints=trees([directory(acme)]))
    for name, subject, allowed in (
            ('inside', dn((ORGANIZATION, 'acme'), (COMMON_NAME, 'lower')), True),
            ('outside', dn((COMMON_NAME, 'lower')), False)):
        lower = authority(subject, upper, label='lower')
        last = leaf(lower, subject=acme)
        Table(book).add('way-subject-' + name, 'the subject of a CA between', allowed,
                        [last, lower, upper, root], RECORD)
    first = authority('The first CA', root, constraints=trees([dns('example.net')]))
    for name, base, allowed in (('same', 'net', True), ('narrower', NAME, True),
                                ('apart', 'example.org', False)):
        second = authority('The second CA', first, constraints=trees([dns(base)]))
        Table(book).add('way-both-' + name, 'both of two CAs constrain', allowed,
                        [leaf(second), second, first, root], RECORD)
    second = authority('The second CA', first, names=('ns.example.org',))
    Table(book).add('way-alternative', 'the alternative name of a CA between', False,
                    [leaf(second), second, first, root], RECORD)
    last = leaf(root, constraints=trees([dns('example.org')]))
    Table(book).add('way-leaf', 'constraints of the leaf itself', True, [last, root], RECORD)
    last = leaf(root, extensions=[extension('2.5.29.30', der.NULL, critical=True)])
    Table(book).add('way-leaf-unreadable', 'constraints of the leaf that cannot be read',
                    False, [last, root], RECORD)
    for name, base, allowed in (('outside', 'example.org', False),
                                ('inside', 'example.net', True)):
        bound = authority('The narrow CA', root, constraints=trees([dns(base)]))
        for usage in (0, 1):
            last = leaf(bound)
            records = [tlsa(usage, 0, 1, bound if usage == 0 else last)]
            Table(book).add('pkix-%d-%s' % (usage, name), 'of usage %d' % usage, allowed,
                            [last, bound], records, ca='root.pem')


def cases():
    book = Book()
    table = Table(book)
    for part in (of_dns, of_directories, of_mail, of_uris, of_addresses, of_others,
                 unreadable):
        part(table)
    on_the_way(book)
    return book
