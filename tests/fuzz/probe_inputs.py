# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""The inputs of the targets that are parts of dance probe, for make_corpus."""

import struct

ZONE = b'\7example\3com\0'
APEX = b'\xc0\x0c'
SOA, A, OPT, AXFR = 6, 1, 41, 252
SERIAL = b'\2ns' + APEX + APEX + struct.pack('!5I', 7, 1, 2, 3, 4)


def _record(owner, kind, data, ttl=60, group=1):
    return owner + struct.pack('!HHIH', kind, group, ttl, len(data)) + data


def _message(answers=(), rcode=0, opt=None, question=True, ttl=0):
    """One of the answer to the first question that is put."""
    additional = [_record(b'\0', OPT, opt, ttl, 1232)] if opt is not None else []
    head = struct.pack('!6H', 1, 0x8400 | rcode, int(question), len(answers), 0, len(additional))
    asked = ZONE + struct.pack('!HH', AXFR, 1) if question else b''
    octets = head + asked + b''.join([*answers, *additional])
    return struct.pack('!H', len(octets)) + octets


def _option(code, data):
    return struct.pack('!HH', code, len(data)) + data


def transfer_inputs(_world):
    soa = _record(APEX, SOA, SERIAL)
    filling = _record(b'\1a' + APEX, A, b'\1\2\3\4')
    whole = _record(ZONE, A, b'\1\2\3\4')
    refusal = _option(15, b'\0\x12no TLSA record matches')
    yield 'whole', _message([soa, filling, soa], opt=b'')
    yield 'parts', _message([soa]) + _message([whole] * 3, question=False) + _message([soa])
    yield 'refused', _message(rcode=9, opt=_option(3, b'x') + refusal)
    yield 'extended', _message(opt=refusal, ttl=0x01000000)
    yield 'unprintable', _message(rcode=5, opt=_option(15, b'\0\x12a\x1b[2J\xff\0b\0'))
    yield 'broken-off', _message([soa, filling]) + _message(rcode=2, opt=refusal)
    yield 'no-soa', _message([filling, soa])
    yield 'behind-the-end', _message([soa, soa, filling])
    yield 'long-option', _message(rcode=5, opt=refusal[:-1])
    yield 'loop', _message([_record(b'\xc0\x1d', SOA, SERIAL)])
    yield 'cut', _message([soa, filling, soa])[:-3]
