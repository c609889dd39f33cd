# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A relay between a secondary and the primary that reads what a TLS 1.3 handshake shows to
# anybody: whether the server resumed a session. A client's own log tells less: only that
# it had a ticket to offer.

import socket
import struct
import threading

HANDSHAKE, SERVER_HELLO, PRE_SHARED_KEY = 22, 2, 41
# The random of a ServerHello that is a HelloRetryRequest (RFC 8446 4.1.3).
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


def resumed(data):
    """Of what a server sent first: None if too little, else if it took a ticket."""
    while len(data) >= 5:
        kind, _, length = struct.unpack_from("!BHH", data)
        if len(data) < 5 + length:
            return None
        if kind == HANDSHAKE and data[5] == SERVER_HELLO and data[11:43] != RETRY:
            return PRE_SHARED_KEY in _extensions(data[9:5 + length])
        data = data[5 + length:]
    return None


def _extensions(hello):
    """The numbers of a ServerHello's extensions (RFC 8446 4.1.3)."""
    at = 34 + 1 + hello[34] + 3
    (length,) = struct.unpack_from("!H", hello, at)
    at, end = at + 2, at + 2 + length
    found = []
    while at < end:
        kind, length = struct.unpack_from("!HH", hello, at)
        found.append(kind)
        at += 4 + length
    return found


class Tap:
    def __init__(self, address, target, port=853):
        self.name = f"relay {address}"
        self.address = address
        self.target = (target, port)
        self.seen = []
        self.listener = socket.create_server((address, port), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client):
        try:
            server = socket.create_connection(self.target, 10, (self.address, 0))
        except OSError:
            client.close()
            return
        threading.Thread(target=self._pass, args=(client, server), daemon=True).start()
        self._pass(server, client, b"")

    def _pass(self, source, sink, watched=None):
        """Passes on what comes, until an end; watches the beginning of it if asked to."""
        try:
            while data := source.recv(65536):
                if watched is not None:
                    watched += data
                    verdict = resumed(watched)
                    if verdict is not None:
                        self.seen.append(verdict)
                        watched = None
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            source.close()
            sink.close()

    def stop(self):
        # Closing alone would not wake the thread that waits for the next connection.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
