# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# DNS messages as far as the cases need them: a query out, and of an answer its rcode, its
# extended error (RFC 8914), which records there are and the serial of a SOA record. No other
# record's data is looked at.

import struct

SOA, OPT, IXFR, AXFR = 6, 41, 251, 252
NSID = 3
DO = 0x8000
RD = 0x100
TYPES = {"A": 1, "NS": 2, "SOA": SOA, "PTR": 12, "TXT": 16, "ANY": 255,
         "IXFR": IXFR, "AXFR": AXFR}
RCODES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 5: "REFUSED",
          9: "NOTAUTH"}
EDE = 15


def name(text):
    labels = [label.encode("ascii") for label in text.rstrip(".").split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def soa(zone, serial):
    data = name(".") * 2 + struct.pack("!5I", serial, 0, 0, 0, 0)
    return name(zone) + struct.pack("!HHIH", SOA, 1, 0, len(data)) + data


def query(identity, zone, kind, edns=True, serial=0, flags=0):
    authority = soa(zone, serial) if kind == "IXFR" else b""
    head = struct.pack("!6H", identity, flags, 1, 0, bool(authority), bool(edns))
    extra = b"\0" + struct.pack("!HHIHHH", OPT, 1232, DO, 4, NSID, 0) if edns else b""
    return head + name(zone) + struct.pack("!HH", TYPES[kind], 1) + authority + extra


class Message:
    def __init__(self, data):
        self.data = data
        identity, flags, questions, *counts = struct.unpack_from("!6H", data)
        self.identity = identity
        self.truncated = bool(flags & 0x200)
        self.rcode = RCODES.get(flags & 15, str(flags & 15))
        self.ede = None
        self.ede_text = None
        self.options = []
        self.serial = -1
        self.do = False
        self.types = []
        self.position = 12
        for _ in range(questions):
            self._skip_name()
            self.position += 4
        for section, count in enumerate(counts):
            for _ in range(count):
                self._record(section)

    def _skip_name(self):
        while True:
            length = self.data[self.position]
            if length >= 0xC0:
                self.position += 2
                return
            self.position += 1 + length
            if length == 0:
                return

    def _record(self, section):
        self._skip_name()
        kind, _, ttl, length = struct.unpack_from("!HHIH", self.data, self.position)
        self.position += 10
        if section == 0:
            self.types.append(kind)
            if kind == SOA and length >= 20:
                (self.serial,) = struct.unpack_from(
                    "!I", self.data, self.position + length - 20)
        elif kind == OPT:
            self.do = bool(ttl & DO)
            self._options(self.position, self.position + length)
        self.position += length

    def _options(self, at, end):
        while at + 4 <= end:
            code, length = struct.unpack_from("!HH", self.data, at)
            self.options.append(code)
            if code == EDE:
                (self.ede,) = struct.unpack_from("!H", self.data, at + 4)
                self.ede_text = self.data[at + 6:at + 4 + length].decode()
            at += 4 + length
