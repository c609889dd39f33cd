# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# One who asks a server for zones, over TLS with or without a certificate, or over plain
# TCP. It shows whatever it is told to: honest secondaries are real ones, in secondary.py.

import itertools
import socket
import ssl
import struct

import wire

_identities = itertools.count(1)


class Outcome:
    """What came of one question. `port` is where it was asked from: logs name it too.
    `line` is what the module's log says of it, once somebody has looked."""

    def __init__(self, port):
        self.port = port
        self.line = None
        self.rcode = None
        self.ede = None
        self.ede_text = None
        self.options = []
        self.do = False
        self.types = []
        self.messages = 0

    @property
    def transferred(self):
        return self.rcode == "NOERROR" and self.types.count(wire.SOA) == 2

    def __str__(self):
        if self.transferred:
            return "transferred"
        if self.line:
            return str(self.line)
        return str(self.rcode) if self.ede is None else f"{self.rcode}, EDE {self.ede}"


class Asker:
    """A connection to a server; ask as often as you like."""

    def __init__(self, server, certificate=None, tls=True, source="127.0.0.31",
                 port=None, recursion=False):
        """recursion: it asks as one asks a resolver."""
        self.flags = wire.RD if recursion else 0
        port = port or (853 if tls else 53)
        source = (source, 0) if "." in server else None
        self.connection = socket.create_connection((server, port), 10, source)
        self.port = self.connection.getsockname()[1]
        if tls:
            self.connection = self._secure(certificate)

    def _secure(self, certificate):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols(["dot"])
        if certificate:
            context.load_cert_chain(certificate.path, certificate.key.path)
        return context.wrap_socket(self.connection)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.connection.close()

    def _read(self, count):
        data = b""
        while len(data) < count:
            part = self.connection.recv(count - len(data))
            if not part:
                raise ConnectionError("the server closed the connection")
            data += part
        return data

    def _message(self):
        (length,) = struct.unpack("!H", self._read(2))
        return wire.Message(self._read(length))

    def _send(self, zone, kind="AXFR", edns=True, serial=0, identity=None):
        identity = identity or next(_identities) & 0xFFFF
        data = wire.query(identity, zone, kind, edns, serial, self.flags)
        self.connection.sendall(struct.pack("!H", len(data)) + data)

    def put(self, data):
        """Sends these octets as a message, whatever they are."""
        self.connection.sendall(struct.pack("!H", len(data)) + data)
        outcome = Outcome(self.port)
        self._take(outcome)
        return outcome

    def begin(self, zone, identity=None):
        """Asks for a zone, and takes the first message of the answer only."""
        self._send(zone, identity=identity)
        self.begun = Outcome(self.port)
        self._take(self.begun)
        return self.begun.rcode

    def finish(self):
        """Takes the rest of what was begun."""
        return self._take_all(self.begun, "AXFR")

    def ask(self, zone, kind="AXFR", **how):
        self._send(zone, kind, **how)
        return self._take_all(Outcome(self.port), kind)

    def ask_all(self, *questions):
        """Sends them all, then takes the answers, in whatever order (RFC 7766 7)."""
        outcomes = {}
        for identity, (zone, kind) in enumerate(questions, 1):
            self._send(zone, kind, identity=identity)
            outcomes[identity] = (kind, Outcome(self.port))
        while not all(self._ended(*pair) for pair in outcomes.values()):
            message = self._message()
            self._note(outcomes[message.identity][1], message)
        return [outcome for _, outcome in outcomes.values()]

    def first(self, count, *questions):
        """Sends them all, and returns which ones are answered first: so many of their
        numbers, from 1 on."""
        for identity, (zone, kind) in enumerate(questions, 1):
            self._send(zone, kind, identity=identity)
        return [self._message().identity for _ in range(count)]

    def _take(self, outcome):
        self._note(outcome, self._message())

    def _take_all(self, outcome, kind):
        while not self._ended(kind, outcome):
            self._take(outcome)
        return outcome

    @staticmethod
    def _note(outcome, message):
        outcome.messages += 1
        outcome.types += message.types
        if outcome.rcode in (None, "NOERROR"):
            outcome.rcode, outcome.ede = message.rcode, message.ede
            outcome.ede_text, outcome.options = message.ede_text, message.options
            outcome.do = message.do

    @staticmethod
    def _ended(kind, outcome):
        return outcome.messages > 0 and (
            kind != "AXFR" or outcome.rcode != "NOERROR"
            or outcome.types.count(wire.SOA) >= 2)


def ask(server, zone, kind="AXFR", **how):
    question = {name: how.pop(name) for name in ("edns", "identity") if name in how}
    with Asker(server, **how) as asker:
        return asker.ask(zone, kind, **question)


def ask_udp(server, zone, kind="SOA", port=53):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.settimeout(5)
        connection.connect((server, port))
        connection.send(wire.query(next(_identities) & 0xFFFF, zone, kind))
        return wire.Message(connection.recv(65535))
