# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""Certificates with exactly what one asks for, right or wrong (RFC 5280)."""

import base64
import calendar
import hashlib

import der
import keys

COMMON_NAME = '2.5.4.3'
CLIENT, SERVER, EMAIL, ANY = ('1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1',
                              '1.3.6.1.5.5.7.3.4', '2.5.29.37.0')
DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, KEY_AGREEMENT = 0x80, 0x20, 0x08


def date(year, month=1, day=1):
    return calendar.timegm((year, month, day, 0, 0, 0))


FROM, UNTIL = date(2020), date(2120)


class Certificate:
    """`key` is what signs for it; `whole` and `spki` are DER."""

    def __init__(self, whole, spki, subject, key):
        self.whole = whole
        self.spki = spki
        self.subject = subject
        self.key = key

    def pem(self):
        text = base64.encodebytes(self.whole).decode().replace('\n', '')
        lines = [text[i:i + 64] for i in range(0, len(text), 64)]
        return '\n'.join(['-----BEGIN CERTIFICATE-----', *lines,
                          '-----END CERTIFICATE-----', ''])


def distinguished_name(text):
    """Of a common name; bytes are a whole Name already."""
    if isinstance(text, bytes):
        return text
    if text == '':
        return der.sequence()
    return der.sequence(der.set_of(der.sequence(der.oid(COMMON_NAME), der.utf8(text))))


def extension(oid, content, critical=False):
    flag = [der.boolean(True)] * critical
    return der.sequence(der.oid(oid), *flag, der.octets(content))


def key_identifier(spki):
    return hashlib.sha256(spki).digest()[:8]


def dns(name):
    """A dNSName; bytes may be any."""
    return der.implicit(2, name if isinstance(name, bytes) else name.encode())


def constraints(permitted=(), excluded=()):
    def subtrees(number, names):
        trees = (der.sequence(dns(name)) for name in names)
        return [der.explicit(number, *trees)] if names else []
    return der.sequence(*subtrees(0, permitted), *subtrees(1, excluded))


def extensions(spki, issuer_spki, options):
    """`options` as in make(), in the order in which they are written."""
    wanted = []
    if options.get('ca') is not None:
        limit = options.get('path_length')
        content = [der.boolean(True)] * options['ca']
        content += [der.integer(limit)] if limit is not None else []
        wanted.append(extension('2.5.29.19', der.sequence(*content), critical=True))
    if options.get('key_usage') is not None:
        usage = options['key_usage']
        unused = (usage & -usage).bit_length() - 1
        wanted.append(extension('2.5.29.15', der.bits(bytes([usage]), unused),
                                critical=True))
    if options.get('purposes'):
        wanted.append(extension('2.5.29.37', der.sequence(
            *(der.oid(purpose) for purpose in options['purposes']))))
    names = [dns(name) for name in options.get('names', ())]
    names += options.get('other_names', ())
    if names:
        wanted.append(extension('2.5.29.17', der.sequence(*names)))
    if options.get('constraints') is not None:
        wanted.append(extension('2.5.29.30', options['constraints'], critical=True))
    if options.get('identifiers', True):
        wanted.append(extension('2.5.29.14', der.octets(key_identifier(spki))))
        wanted.append(extension('2.5.29.35', der.sequence(
            der.implicit(0, key_identifier(issuer_spki)))))
    return wanted + list(options.get('extensions', ()))


def make(subject, key, issuer=None, **options):
    """A certificate of `key`, signed by `issuer` or by itself.

    names, other_names (DER), ca (None: no basicConstraints), path_length, purposes,
    key_usage, constraints, identifiers, extensions: what stands in it. begin, end: its
    dates, bytes being DER. issuer_name: otherwise than the issuer writes it. spki: other than the key's own. signer: a key that signs, not the issuer's.
    outer: the algorithm that the signature says it is of, if not that of the body.
    version, serial (or its DER), break_signature: as they say."""
    spki = options.get('spki', key.spki)
    name = distinguished_name(subject)
    issuer_name = options.get('issuer_name') or (issuer.subject if issuer else name)
    signer = options.get('signer') or (issuer.key if issuer else key)
    version = options.get('version', 3)
    body = [
        signer.signature_algorithm,
        issuer_name,
        der.sequence(der.time(options.get('begin', FROM)),
                     der.time(options.get('end', UNTIL))),
        name,
        spki,
    ]
    wanted = extensions(spki, issuer.spki if issuer else spki, options)
    if version == 3 and wanted:
        body.append(der.explicit(3, der.sequence(*wanted)))
    number = hashlib.sha256(b''.join(body)).digest()[:7]
    serial = options.get('serial', int.from_bytes(number, 'big'))
    body.insert(0, serial if isinstance(serial, bytes) else der.integer(serial))
    if version > 1:
        body.insert(0, der.explicit(0, der.integer(version - 1)))
    body = der.sequence(*body)
    signature = bytearray(signer.sign(body))
    if options.get('break_signature'):
        signature[len(signature) // 2] ^= 1
    whole = der.sequence(body, options.get('outer', signer.signature_algorithm),
                         der.bits(bytes(signature)))
    return Certificate(whole, spki, name, key)


def authority(subject, issuer=None, kind='ed25519', label=None, **options):
    """A CA certificate."""
    options.setdefault('ca', True)
    return make(subject, keys.key(label or subject, kind), issuer, **options)


def leaf(issuer=None, names=('ns2.example.net',), kind='ed25519', label='leaf',
         subject='an end entity', **options):
    """An end entity's certificate, for TLS clients unless told otherwise."""
    options.setdefault('purposes', (CLIENT,))
    return make(subject, keys.key(label, kind), issuer, names=names, **options)
