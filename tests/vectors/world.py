# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
"""The certificates that most cases share: root -> middle -> leaf, and people who have
nothing to do with them."""

from certificate import Certificate, authority, leaf
from keys import key

root = authority('The root CA')
middle = authority('The middle CA', root)
end = leaf(middle)
chain = [end, middle, root]

# Below the root at once.
near = leaf(root)

# Nobody's issuer, and the other way round.
self_signed = leaf(label='alone')
other_root = authority('Another root CA')
other_end = leaf(other_root, label='other')
other_key = leaf(middle, label='other')


def changed_octet(certificate, offset=-1):
    """The same with one bit of it turned."""
    whole = bytearray(certificate.whole)
    whole[offset] ^= 1
    return Certificate(bytes(whole), certificate.spki, certificate.subject,
                       certificate.key)


def without_key(certificate, label):
    """Signs with another key than the certificate says, as an impostor would."""
    return Certificate(certificate.whole, certificate.spki, certificate.subject,
                       key(label))
