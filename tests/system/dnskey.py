# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# From the DNSKEY record of a zone to the DS record that its parent publishes
# (RFC 4034 5.1.4 and appendix B).

import base64
import hashlib
import struct

import wire

SHA256 = 2


def tag(data):
    total = sum(octet << (0 if i & 1 else 8) for i, octet in enumerate(data))
    return (total + (total >> 16)) & 0xFFFF


def ds(line):
    """'zone TTL DNSKEY flags protocol algorithm key' as the zone file's DS line."""
    owner, record = line.split("DNSKEY")
    owner = owner.split()[0]
    flags, protocol, algorithm, *key = record.split()
    data = struct.pack("!HBB", int(flags), int(protocol), int(algorithm))
    data += base64.b64decode("".join(key))
    digest = hashlib.sha256(wire.name(owner.lower()) + data).hexdigest()
    return f"{owner} DS {tag(data)} {algorithm} {SHA256} {digest}"
