# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""Writing DER: values in, octets out. Checks nothing: broken things are wanted too."""

import datetime


def value(tag, *contents):
    content = b''.join(contents)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, 'big')
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*contents):
    return value(0x30, *contents)


def set_of(*contents):
    return value(0x31, *contents)


def explicit(number, *contents):
    return value(0xA0 | number, *contents)


def implicit(number, content):
    return value(0x80 | number, content)


def integer(number):
    size = (number if number >= 0 else ~number).bit_length() // 8 + 1
    return value(0x02, number.to_bytes(size, 'big', signed=True))


def boolean(truth):
    return value(0x01, b'\xff' if truth else b'\x00')


def octets(content):
    return value(0x04, content)


def bits(content, unused=0):
    return value(0x03, bytes([unused]), content)


def utf8(text):
    return value(0x0C, text.encode())


NULL = value(0x05)


def oid(dotted):
    numbers = [int(number) for number in dotted.split('.')]
    content = b''
    for number in [numbers[0] * 40 + numbers[1]] + numbers[2:]:
        septets = [number & 0x7F]
        while number > 0x7F:
            number >>= 7
            septets.insert(0, number & 0x7F | 0x80)
        content += bytes(septets)
    return value(0x06, content)


def time(when):
    """UTCTime until 2049, then GeneralizedTime (RFC 5280 4.1.2.5). Bytes are DER already."""
    if isinstance(when, bytes):
        return when
    moment = datetime.datetime.fromtimestamp(when, datetime.timezone.utc)
    if 1950 <= moment.year < 2050:
        return value(0x17, moment.strftime('%y%m%d%H%M%SZ').encode())
    return value(0x18, moment.strftime('%Y%m%d%H%M%SZ').encode())
