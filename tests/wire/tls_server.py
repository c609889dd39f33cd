# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A TLS 1.3 server that asks for a client's certificate as it is told to, and keeps what
# each client said. What comes after the handshake, it reads once and answers with what a
# function makes of it.

import queue
import os
import socket
import threading

import tls13
from octets import Malformed, Reader, extension, extensions, number, vector
from tls13 import (CERTIFICATE, CERTIFICATE_REQUEST, CERTIFICATE_VERIFY, CLIENT_HELLO,
                   ENCRYPTED_EXTENSIONS, FINISHED, SERVER_HELLO)


class Visit(tls13.End):
    """One client, and the port that it came from. `how`: extensions for messages, as octets: `question` for
    CertificateRequest, `encrypted` for EncryptedExtensions, `certificate` for the entry of
    the server's own certificate, `hello` for ServerHello."""

    def __init__(self, connection, port, certificate, how):
        super().__init__(connection)
        self.port = port
        self.certificate = certificate
        self.how = how
        self.alert = None
        self.finished = False
        self.said = b""

    # --- what the client said ------------------------------------------------------------

    def hello(self):
        """(session id, {type: data} of ClientHello's extensions)."""
        reader = Reader(self.heard_of(CLIENT_HELLO))
        reader.take(34)
        session = reader.vector(1)
        reader.vector(2)
        reader.vector(1)
        found = extensions(reader.vector(2))
        reader.end()
        return session, dict(found)

    def shown(self):
        """[(certificate or key, extension block)] of the client's Certificate."""
        return tls13.read_certificate_message(self.heard_of(CERTIFICATE))[1]

    # --- the handshake -------------------------------------------------------------------

    def _extra(self, message):
        return self.how.get(message, b"")

    def shake_hands(self):
        self.read_message(CLIENT_HELLO)
        session, offered = self.hello()
        share = number(tls13.X25519, 2) + vector(self.share, 2)
        self.write_message(SERVER_HELLO, (
            number(tls13.TLS12, 2) + os.urandom(32) + vector(session, 1)
            + number(tls13.CHACHA20_POLY1305_SHA256, 2) + b"\0"
            + vector(extension(tls13.SUPPORTED_VERSIONS, number(tls13.TLS13, 2))
                     + extension(tls13.KEY_SHARE, share) + self._extra("hello"), 2)))
        keys = self.handshake_keys(_share(offered[tls13.KEY_SHARE]))
        self.reading, self.writing = keys[b"c"], keys[b"s"]
        self._say_who(offered)
        later = self.application_keys()
        self.writing = later[b"s"]
        self.read_message(CERTIFICATE)
        if self.shown():
            self.read_message(CERTIFICATE_VERIFY)
        self.read_message(FINISHED)
        self.reading = later[b"c"]
        self.finished = True

    def _say_who(self, offered):
        found = extension(tls13.ALPN, offered[tls13.ALPN])
        if tls13.RAW_PUBLIC_KEY in offered.get(tls13.CLIENT_CERTIFICATE_TYPE, b""):
            found += extension(tls13.CLIENT_CERTIFICATE_TYPE, bytes([tls13.RAW_PUBLIC_KEY]))
        self.write_message(ENCRYPTED_EXTENSIONS,
                           vector(found + self._extra("encrypted"), 2))
        asked = extension(tls13.SIGNATURE_ALGORITHMS,
                          vector(number(tls13.ECDSA_P256_SHA256, 2), 2))
        self.write_message(CERTIFICATE_REQUEST,
                           vector(b"", 1) + vector(asked + self._extra("question"), 2))
        self.write_message(CERTIFICATE, tls13.certificate_message(
            [(self.certificate.der, self._extra("certificate"))]))
        self.write_proof(self.certificate.key.path, b"server")
        self.write_finished()

    def serve(self, reply):
        try:
            self.shake_hands()
            self.said = self.receive()
            self.send(reply(self.said))
            self.receive()
        except tls13.Alert as alert:
            self.alert = alert.description
        except (tls13.Closed, OSError):
            pass


class Server:
    """Takes one client after another, each in its own way; `visits` has those that left."""

    def __init__(self, address, certificate, reply, port=853):
        self.certificate = certificate
        self.reply = reply
        self.how = {}
        self.visits = queue.Queue()
        self.listener = socket.create_server((address, port))
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while True:
            try:
                connection, (_, port) = self.listener.accept()
            except OSError:
                return
            visit = Visit(connection, port, self.certificate, self.how)
            try:
                visit.serve(self.reply)
            except Malformed as error:
                visit.alert = str(error)
            finally:
                visit.close()
                self.visits.put(visit)

    def end(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


def _share(offered):
    reader = Reader(Reader(offered).vector(2))
    while reader.data:
        group, share = reader.number(2), reader.vector(2)
        if group == tls13.X25519:
            return share
    raise Malformed("no share for X25519 in ClientHello")
