# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A client and a server for dane_clientid that share no line with libdance-openssl or
# OpenSSL: tests/wire, set up with what a stage has. It does not know what is to be seen.

import os
import socket
import struct
import subprocess
import sys

import probe
import wire
from documents import REPOSITORY
from stage import ZONE

sys.path.append(os.path.join(REPOSITORY, "tests", "wire"))
import clientid
import octets
import tls13
import tls_client
import tls_server

SECONDS = 20


def public_key(key):
    """SubjectPublicKeyInfo of a key in a file."""
    return subprocess.run(["openssl", "pkey", "-in", key.path, "-pubout", "-outform", "DER"],
                          stdout=subprocess.PIPE, check=True).stdout


def entries(certificate, block, raw=False):
    """What a client shows: its own certificate or key, with an extension block."""
    return [(public_key(certificate.key) if raw else certificate.der, block)]


def ask(server, certificate, block=b"", zone=ZONE, port=853, shown=None, **how):
    """One question; `block`: the extensions in the entry of the client's own certificate.
    The client itself is in what was seen: what it heard."""
    with socket.create_connection((server, port), SECONDS) as connection:
        client = tls_client.Client(connection, **how)
        own_port = connection.getsockname()[1]
        try:
            keys = client.greet()
            client.show(keys, entries(certificate, block, client.raw) if shown is None
                        else shown, certificate.key.path)
            query = wire.query(7, zone, "SOA")
            client.send(struct.pack("!H", len(query)) + query)
            return probe.Seen(_message(client), port=own_port, client=client)
        except tls13.Alert as alert:
            return probe.Seen(alert=alert.description, port=own_port, client=client)
        except tls13.Closed:
            return probe.Seen(port=own_port, client=client)


def _message(client):
    said = b""
    while len(said) < 2 or len(said) < 2 + struct.unpack_from("!H", said)[0]:
        said += client.receive()
    return said[2:]


def _refuse(said):
    """To a query, that it is REFUSED."""
    message = bytearray(said)
    message[4] |= 0x80
    message[5] = message[5] & 0xF0 | 5
    return bytes(message)


class PeerServer(tls_server.Server):
    """The server as a case has it: `how` may change between clients."""

    def __init__(self, address, certificate):
        super().__init__(address, certificate, _refuse)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.end()

    def seen(self):
        """All clients that came since it was last asked, in their order."""
        with socket.create_connection(self.listener.getsockname(), SECONDS) as last:
            port = last.getsockname()[1]
        found = []
        while True:
            visit = self.visits.get(timeout=SECONDS)
            if visit.port == port:
                return found
            found.append(visit)

    def shown(self):
        """The only one of them that showed something of its own."""
        (visit,) = [visit for visit in self.seen() if visit.finished and visit.shown()]
        return visit
