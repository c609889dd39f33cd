# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The AEAD ChaCha20-Poly1305 (RFC 8439 2). For tests: slow, and without care for time.

import hmac
import struct

P = 2 ** 130 - 5
CONSTANT = b"expand 32-byte k"
MASK = 0xFFFFFFFF
COLUMNS_AND_DIAGONALS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))


def _block(key, counter, nonce):
    start = struct.unpack("<16I", CONSTANT + key + struct.pack("<I", counter) + nonce)
    state = list(start)
    for _ in range(10):
        for a, b, c, d in COLUMNS_AND_DIAGONALS:
            for into, adds, turned, by in (
                    (a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                state[into] = state[into] + state[adds] & MASK
                mixed = state[turned] ^ state[into]
                state[turned] = (mixed << by | mixed >> 32 - by) & MASK
    return struct.pack("<16I", *(a + b & MASK for a, b in zip(state, start)))


def _crypt(key, nonce, text):
    out = b""
    for number, at in enumerate(range(0, len(text), 64)):
        out += bytes(a ^ b for a, b in zip(text[at:at + 64], _block(key, number + 1, nonce)))
    return out


def _tag(key, nonce, sealed, more):
    once = _block(key, 0, nonce)
    r = int.from_bytes(once[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    s = int.from_bytes(once[16:32], "little")
    text = b"".join(part + bytes(-len(part) % 16) for part in (more, sealed))
    text += struct.pack("<QQ", len(more), len(sealed))
    total = 0
    for at in range(0, len(text), 16):
        total = (total + int.from_bytes(text[at:at + 16] + b"\1", "little")) * r % P
    return (total + s & 2 ** 128 - 1).to_bytes(16, "little")


def seal(key, nonce, text, more):
    sealed = _crypt(key, nonce, text)
    return sealed + _tag(key, nonce, sealed, more)


def unseal(key, nonce, sealed, more):
    """The text; ValueError if a key is wrong or an octet was changed."""
    sealed, tag = sealed[:-16], sealed[-16:]
    if not hmac.compare_digest(tag, _tag(key, nonce, sealed, more)):
        raise ValueError("the tag is wrong")
    return _crypt(key, nonce, sealed)
