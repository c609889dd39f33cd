# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""Names: the one that DNS has the records of, and those a certificate bears."""

import der
from case import NAME, Book, tlsa
from certificate import SERVER, distinguished_name, leaf
from world import chain, end, middle, near, root

OWNER = '_xfr-client.ns2.example.net'
LONGEST = '.'.join(['a' * 63, 'b' * 63, 'c' * 63, 'd' * 61])


def of_records(book):
    """R1: the owner name verbatim, and only what can be one."""
    ee = [tlsa(3, 1, 1, end)]
    ta = [tlsa(2, 0, 1, root)]
    book.good('name-underscore', 'R1 R13', 'the owner name stands in the certificate',
              [leaf(middle, names=(OWNER,)), middle, root], ta, name=OWNER)
    book.bad('name-host-of-owner', 'R1 R13',
             'only the host below the owner\'s label does', 'chain', chain, ta,
             name=OWNER)
    book.bad('name-owner-of-host', 'R1 R13', 'only a name below the owner does', 'chain',
             [leaf(middle, names=(OWNER,)), middle, root], ta)
    book.bad('name-other', 'R1 R13', 'another name does', 'chain',
             [leaf(middle, names=('ns3.example.net',)), middle, root], ta)
    book.good('name-upper-case', 'R1 R13', 'the case of letters is nothing', chain, ta,
              name='NS2.Example.NET')
    book.good('name-longest', 'R1 R13', 'a name of 253 octets',
              [leaf(middle, names=(LONGEST,)), middle, root], ta, name=LONGEST)
    book.good('name-one-label', 'R1', 'a top-level name', chain, ee, name='net')
    book.good('name-a-label', 'R1 R13', 'an internationalised name by its A-label',
              [leaf(middle, names=('xn--bcher-kva.example',)), middle, root], ta,
              name='xn--bcher-kva.example')
    for name, about, wrong in [
            ('trailing-dot', 'a trailing dot', NAME + '.'),
            ('too-long', 'a name of 254 octets', LONGEST + 'd'),
            ('label-too-long', 'a label of 64 octets', 'a' * 64 + '.example.net'),
            ('empty-label', 'an empty label', 'ns2..example.net'),
            ('leading-dot', 'a leading dot', '.example.net'),
            ('dot', 'the root', '.'),
            ('wildcard', 'a wildcard', '*.example.net'),
            ('u-label', 'a U-label', 'bücher.example'),
            ('blank', 'a blank', 'ns2 .example.net'),
            ('escape', 'an escape', 'ns2\\046example.net'),
            ('slash', 'a slash', 'ns2/example.net'),
            ]:
        book.bad('name-' + name, 'R1', about + ' is no owner name, whatever the usage',
                 'name', chain, ee, name=wrong)
    book.bad('name-none', 'R1 R13', 'no name: usage 2 has nothing to compare', 'chain',
             chain, ta, name='')
    book.bad('name-none-pkix', 'R1 R13 R8', 'nor has usage 1', 'chain', chain,
             [tlsa(1, 1, 1, end)], name='', ca='root.pem')


def in_certificates(book):
    """R13: dNSNames only; no wildcards for clients."""
    record = [tlsa(2, 0, 1, root)]

    def path(*names, **options):
        return [leaf(root, names=names, **options)]

    def server(*names):
        return path(*names, purposes=(SERVER,))

    full = [tlsa(2, 0, 0, root)]
    book.good('san-last', 'R13', 'the last of thirty names',
              path(*('ns%d.example.org' % i for i in range(29)), NAME), full)
    book.good('san-upper-case', 'R13', 'in capitals', path('NS2.EXAMPLE.NET'), full)
    book.good('san-beside-others', 'R13', 'behind an address and a mailbox', path(
        other_names=(der.implicit(7, bytes([192, 0, 2, 1])),
                     der.implicit(1, b'hostmaster@example.net'),
                     der.implicit(2, NAME.encode()))), full)
    for name, about, shown in [
            ('none', 'no name at all', path()),
            ('cn-only', 'the name is the common name, and no other',
             path(subject=NAME)),
            ('cn-beside', 'the name is the common name, a dNSName is another',
             path('ns3.example.net', subject=NAME)),
            ('nul', 'a NUL behind it', path(NAME.encode() + b'\0.example.org')),
            ('nul-end', 'a NUL at its end', path(NAME.encode() + b'\0')),
            ('nul-within', 'a NUL in the midst', path(b'ns2\0.example.net')),
            ('trailing-dot', 'a trailing dot', path(NAME + '.')),
            ('leading-dot', 'a leading dot', path('.example.net')),
            ('blank', 'a blank before it', path(' ' + NAME)),
            ('empty', 'an empty name', path('')),
            ('longer', 'a label more in front', path('a.' + NAME)),
            ('shorter', 'a label less', path('example.net')),
            ('suffix', 'more letters in front', path('xns2.example.net')),
            ('prefix', 'more letters behind', path(NAME + 'work')),
            ('mailbox', 'as a mailbox', path(other_names=(
                der.implicit(1, NAME.encode()),))),
            ('uri', 'as a URI', path(other_names=(der.implicit(6, NAME.encode()),))),
            ('address', 'as an address', path(other_names=(
                der.implicit(7, NAME.encode()),))),
            ('directory', 'as a directory name', path(other_names=(
                der.explicit(4, distinguished_name(NAME)),))),
            ('registered', 'as an other name', path(other_names=(
                der.explicit(0, der.oid('1.3.6.1.5.5.7.8.7'),
                             der.explicit(0, der.value(0x16, NAME.encode()))),))),
            ('wildcard', 'by a wildcard: not for clients', path('*.example.net')),
            ('wildcard-alone', 'by a star', path('*')),
            ]:
        book.bad('san-' + name, 'R13', about, 'chain', shown, full)
    book.bad('san-u-label', 'R13', 'the name in UTF-8', 'chain',
             path('bücher.example'.encode()), full, name='xn--bcher-kva.example')
    book.bad('san-escaped', 'R13', 'an escape that a reader might undo', 'chain',
             path('ns2\\046example.net'), full)

    book.good('san-server', 'R13', 'a server\'s own name', server(NAME), full,
              role='server')
    book.good('san-server-wildcard', 'R13', 'a server may be one of many', [
        leaf(middle, names=('*.example.net',), purposes=(SERVER,)), middle, root], record,
        role='server')
    book.good('san-server-wildcard-case', 'R13', 'in capitals too',
              server('*.EXAMPLE.net'), full, role='server')
    service = '_853._tcp.' + NAME
    book.good('san-server-service', 'R13', 'the host of a service', server(NAME), full,
              role='server', name=service)
    book.bad('san-server-service', 'R13', 'the owner name of a server\'s records',
             'chain', server(service), full, role='server', name=service)
    book.bad('san-client-service', 'R13', 'of a client it is the owner name that counts',
             'chain', path(NAME), full, name=service)
    for name, about, san in [
            ('part', 'a star that is part of a label', 'ns*.example.net'),
            ('part-end', 'a star at a label\'s end', '*s2.example.net'),
            ('inner', 'a star that is not the first label', 'ns2.*.net'),
            ('parent', 'a star for two labels', '*.net'),
            ('self', 'the name is what the star stands below', '*.ns2.example.net'),
            ('double', 'two stars', '*.*.net'),
            ('other', 'a star below another name', '*.example.org'),
            ('nul', 'a NUL behind it', b'*.example.net\0.example.org'),
            ('dots', 'two dots', '*..example.net'),
            ]:
        book.bad('san-server-wildcard-' + name, 'R13', 'a server: ' + about, 'chain',
                 server(san), full, role='server')
    book.bad('san-server-wildcard-top', 'R13', 'a star for a whole top-level domain',
             'chain', server('*.net'), full, role='server', name='example.net')
    book.bad('san-role', 'R13', 'a server\'s wildcard for a client', 'chain',
             path('*.example.net'), full, role='client')
    book.good('san-name-210', 'R13 R11', 'below a bare key too', [near],
              [tlsa(2, 1, 0, root)])
    book.bad('san-name-210', 'R13 R11', 'below a bare key too', 'chain',
             path('ns3.example.net'), [tlsa(2, 1, 0, root)])


def cases():
    book = Book()
    of_records(book)
    in_certificates(book)
    return book
