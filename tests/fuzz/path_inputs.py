# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""The inputs of the targets that are about names in paths of certificates, for make_corpus."""

import struct

import der

TYPES = {'C': '2.5.4.6', 'O': '2.5.4.10', 'OU': '2.5.4.11', 'CN': '2.5.4.3',
         'DC': '0.9.2342.19200300.100.1.25', 'E': '1.2.840.113549.1.9.1'}
UTF8, NUMERIC, PRINTABLE, TELETEX, IA5 = 0x0C, 0x12, 0x13, 0x14, 0x16
UNIVERSAL, BMP = 0x1C, 0x1E
UTF8_MAILBOX = '1.3.6.1.5.5.7.8.9'


def field(octets):
    return struct.pack('!H', len(octets)) + octets


def attribute(kind, text, tag=UTF8):
    content = text.encode() if isinstance(text, str) else text
    return der.sequence(der.oid(TYPES[kind]), der.value(tag, content))


def dn(*rdns):
    """RDNs; one is (type, value), (type, value, tag), or a list of such."""
    return der.sequence(*(
        der.set_of(*(attribute(*one) for one in (rdn if isinstance(rdn, list) else [rdn])))
        for rdn in rdns))


def dn_inputs(world):
    acme = dn(('C', 'NL', PRINTABLE), ('O', 'Acme Inc'), ('CN', 'a'))
    wide = [('OU', 'unit %d' % i) for i in range(16)]
    pairs = {
        'equal': (acme, dn(('C', 'nl', PRINTABLE), ('O', 'ACME  inc '), ('CN', 'A', IA5))),
        'below': (acme, dn(('C', 'NL'), ('O', 'acme inc', PRINTABLE))),
        'outside': (acme, dn(('O', 'Acme Inc'))),
        'set': (dn([('CN', 'a'), ('OU', 'b')]), dn([('OU', 'B'), ('CN', 'A')])),
        'wide': (dn(wide), dn(wide[::-1])),
        'too-wide': (dn(wide + wide), dn(wide[::-1] + wide)),
        'letters': (dn(('O', 'M\u00fcller Stra\u00dfe')),
                    dn(('O', 'MU\u0308LLER STRASSE'.encode('utf-16-be'), BMP))),
        'teletex': (dn(('O', 'M\u00fcller'.encode('latin-1'), TELETEX)),
                    dn(('O', 'm\u00fcller'.encode('utf-32-be'), UNIVERSAL))),
        'phrase': (dn(('O', '\ufdfa\u2121\u212b \u0308')), dn(('O', 'tel'))),
        'no-text': (dn(('O', b'\xff')), dn(('O', b'\xfe'))),
        'prohibited': (dn(('O', '\ue000\ufffd\u200b\u00ad')), dn(('O', b'\0\xd8', BMP))),
        'numbers': (dn(('CN', b'\5', 0x02)), dn(('CN', '5', NUMERIC))),
        'domain': (dn(('DC', 'example', IA5), ('DC', 'net', IA5)),
                   dn(('DC', 'EXAMPLE', IA5), ('DC', 'NET', IA5))),
        'empty': (dn(), dn()),
        'empty-rdn': (der.sequence(der.set_of()), der.sequence(der.set_of(der.NULL))),
        'behind': (acme + b'\0', acme[:-1]),
        'none': (b'', b''),
    }
    for name, (first, second) in pairs.items():
        yield name, field(first) + second


def email(text):
    return der.implicit(1, text.encode())


def dns(text):
    return der.implicit(2, text.encode())


def uri(text):
    return der.implicit(6, text.encode())


def address(digits):
    return der.implicit(7, bytes.fromhex(digits))


def directory(*rdns):
    return der.explicit(4, dn(*rdns))


def other(kind, text):
    return der.explicit(0, der.oid(kind), der.explicit(0, der.utf8(text)))


def constraints(permitted=(), excluded=()):
    """Bases, or (base, and what stands behind it)."""
    lists = [(number, [der.sequence(*(one if isinstance(one, tuple) else [one]))
                       for one in bases])
             for number, bases in enumerate((permitted, excluded))]
    return der.sequence(*(der.explicit(number, *trees) for number, trees in lists if trees))


def constraint_inputs(world):
    acme = dn(('O', 'Acme'), ('CN', 'a'))
    every = [email('a@b.example'), email('.b.example'), dns('example.net'), uri('.example.net'),
             address('c0000200ffffff00'), address('20010db8' + '0' * 24 + 'ffffffff' + '0' * 24),
             directory(('O', 'acme', PRINTABLE))]
    inside = [email('"a"@B.example'), email('c@c.b.example'), dns('a.example.net'),
              dns('*.example.net'), uri('https://me:pass@www%2eexample.net:1/?'),
              address('c0000201'), address('20010db8' + '0' * 24),
              directory(('O', 'Acme'), ('CN', 'b'))]
    strange = [other(UTF8_MAILBOX, 'a@example.net'), der.explicit(3, der.sequence()),
               der.explicit(5, der.implicit(1, b'a')), der.implicit(8, b'\x2a\x03')]
    cases = {
        'permitted': (constraints(every), acme, inside),
        'excluded': (constraints(excluded=every), dn(('O', 'Other')), [
            email('a@example.org'), dns('example.org'), uri('https://example.org'),
            address('c6336401'), directory(('CN', 'b'))]),
        'excluded-inside': (constraints(excluded=every), acme, inside),
        'both': (constraints([dns('example.net')], [dns('.b.example.net')]), dn(),
                 [dns('b.example.net')]),
        'wildcard': (constraints(excluded=[dns('a.example.net')]), dn(),
                     [dns('*.example.net')]),
        'no-names': (constraints(every), acme, None),
        'subject-mail': (constraints([email('example.net')]),
                         dn(('O', 'Acme'), ('E', 'a@example.net', IA5)), None),
        'every-name': (constraints([dns('')], [address('0' * 16)]), acme, [dns('a')]),
        'strange': (constraints(every), acme, strange),
        'strange-bases': (constraints(strange, strange), acme, strange),
        'distances': (constraints([(dns('a'), der.implicit(0, b'\0'), der.implicit(1, b'\1')),
                                   (dns('b'), der.implicit(0, b'\1'))]), acme, [dns('a')]),
        'unclear': (constraints(excluded=[dns('.'), address('c0000200ff00ff00'), uri('x:y')]),
                    acme, [dns('a'), address('c0000201'), uri('x://y')]),
        'no-text': (constraints(excluded=[directory(('O', b'\xff'))]), acme, None),
        'none': (constraints(), acme, [dns('a')]),
        'empty-lists': (der.sequence(der.explicit(0), der.explicit(1)), acme, [dns('a')]),
        'many': (constraints([dns('x')] * 500), dn(), [dns('y')] * 129),
        'cut': (constraints(every)[:-1], acme[:-1], inside),
    }
    for name, (value, subject, names) in cases.items():
        alternative = b'' if names is None else der.sequence(*names)
        yield name, field(value) + field(subject) + alternative
