# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A TLS 1.3 client that says what it is told to, in every message. It looks at no
# certificate of a server: who that is does not matter here.

import os

import tls13
from octets import Malformed, Reader, extension, extensions, number, vector
from tls13 import (CERTIFICATE, CERTIFICATE_REQUEST, CERTIFICATE_VERIFY, CLIENT_HELLO,
                   ENCRYPTED_EXTENSIONS, FINISHED, SERVER_HELLO)


class Client(tls13.End):
    """`raw`: shows a raw public key; `hello`: more extensions for ClientHello; `old`: it
    offers TLS 1.2 and nothing newer."""

    def __init__(self, connection, alpn="dot", raw=False, hello=b"", old=False, **how):
        super().__init__(connection, **how)
        self.alpn = alpn
        self.raw = raw
        self.hello = hello
        self.old = old

    def _hello(self):
        found = extension(tls13.SUPPORTED_GROUPS, vector(number(tls13.X25519, 2), 2))
        found += extension(tls13.SIGNATURE_ALGORITHMS,
                           vector(number(tls13.ECDSA_P256_SHA256, 2), 2))
        found += extension(tls13.ALPN, vector(vector(self.alpn.encode("ascii"), 1), 2))
        if not self.old:
            found += extension(tls13.SUPPORTED_VERSIONS, vector(number(tls13.TLS13, 2), 1))
            share = number(tls13.X25519, 2) + vector(self.share, 2)
            found += extension(tls13.KEY_SHARE, vector(share, 2))
        if self.raw:
            found += extension(tls13.CLIENT_CERTIFICATE_TYPE,
                               vector(bytes([tls13.RAW_PUBLIC_KEY]), 1))
        suites = number(tls13.CHACHA20_POLY1305_SHA256, 2)
        if self.old:
            suites += number(0xCCA9, 2)  # TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
        return (number(tls13.TLS12, 2) + os.urandom(32) + vector(b"", 1) + vector(suites, 2)
                + vector(b"\0", 1) + vector(found + self.hello, 2))

    def greet(self):
        """Until the server has finished: what it asks for is in `heard` then."""
        self.write_message(CLIENT_HELLO, self._hello())
        _, body = self.read_message(SERVER_HELLO)
        keys = self.handshake_keys(_share(body))
        self.reading, self.writing = keys[b"s"], keys[b"c"]
        self.read_message(ENCRYPTED_EXTENSIONS)
        kind, _ = self.read_message(CERTIFICATE_REQUEST, CERTIFICATE)
        if kind == CERTIFICATE_REQUEST:
            self.read_message(CERTIFICATE)
        self.read_message(CERTIFICATE_VERIFY)
        self.read_message(FINISHED)
        return self.application_keys()

    def show(self, keys, entries, key, context=b""):
        """The client's own messages; entries: as of certificate_message(), without any it
        has nothing to prove."""
        self.write_message(CERTIFICATE, tls13.certificate_message(entries, context))
        if entries:
            self.write_proof(key, b"client")
        self.write_finished()
        self.reading, self.writing = keys[b"s"], keys[b"c"]

    def question(self):
        """The extensions of CertificateRequest, as [(type, data)]."""
        reader = Reader(self.heard_of(CERTIFICATE_REQUEST))
        if reader.vector(1):
            raise Malformed("a context within the handshake")
        found = extensions(reader.vector(2))
        reader.end()
        return found

    def encrypted_extensions(self):
        return extensions(Reader(self.heard_of(ENCRYPTED_EXTENSIONS)).vector(2))


def _share(server_hello):
    """The server's part of the key exchange."""
    reader = Reader(server_hello)
    reader.take(34)
    reader.vector(1)
    if reader.number(2) != tls13.CHACHA20_POLY1305_SHA256:
        raise Malformed("another cipher suite than offered")
    reader.take(1)
    share = Reader(dict(extensions(reader.vector(2)))[tls13.KEY_SHARE])
    share.take(2)
    return share.vector(2)
