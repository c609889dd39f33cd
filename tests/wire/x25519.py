# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# X25519 (RFC 7748 5). For tests: it takes no care of how long it takes, and when.

P = 2 ** 255 - 19
A24 = 121665
BASE = (9).to_bytes(32, "little")


def x25519(scalar, point):
    k = int.from_bytes(scalar, "little") & ~7 & (2 ** 255 - 1) | 2 ** 254
    u = int.from_bytes(point, "little") & (2 ** 255 - 1)
    x2, z2, x3, z3, swapped = 1, 0, u, 1, 0
    for at in reversed(range(255)):
        bit = k >> at & 1
        if swapped ^ bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
        swapped = bit
        plus2, minus2, plus3, minus3 = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        one, other = minus3 * plus2, plus3 * minus2
        plus2, minus2 = plus2 * plus2, minus2 * minus2
        both = plus2 - minus2
        x3, z3 = (one + other) ** 2 % P, u * (one - other) ** 2 % P
        x2, z2 = plus2 * minus2 % P, both * (plus2 + A24 * both) % P
    if swapped:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")
