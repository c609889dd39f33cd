# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What both ends of a TLS 1.3 connection have in common (RFC 8446): records, the key
# schedule, handshake messages in clear. One cipher suite, one group, no resumption. It
# keeps every message that came, octet for octet. It does not know who says what when:
# client.py and server.py do.

import hashlib
import hmac
import os
import subprocess

import chacha
from octets import Malformed, Reader, number, vector
from x25519 import BASE, x25519

CHACHA20_POLY1305_SHA256 = 0x1303
X25519 = 29
ECDSA_P256_SHA256 = 0x0403
TLS12, TLS13 = 0x0303, 0x0304
CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION = 20, 21, 22, 23
CLIENT_HELLO, SERVER_HELLO, ENCRYPTED_EXTENSIONS = 1, 2, 8
CERTIFICATE, CERTIFICATE_REQUEST, CERTIFICATE_VERIFY, FINISHED = 11, 13, 15, 20
SUPPORTED_GROUPS, SIGNATURE_ALGORITHMS, ALPN = 10, 13, 16
CLIENT_CERTIFICATE_TYPE, SUPPORTED_VERSIONS, KEY_SHARE = 19, 43, 51
RAW_PUBLIC_KEY = 2
RECORD_MAX = 2 ** 14
HASH_SIZE = 32


class Alert(Exception):
    """The peer ended the connection with this alert."""

    def __init__(self, description):
        super().__init__(f"alert {description}")
        self.description = description


class Closed(Exception):
    """The peer ended the connection without an alert."""


def _hmac(key, text):
    return hmac.new(key, text, hashlib.sha256).digest()


def _expand_label(secret, label, context, size):
    info = number(size, 2) + vector(b"tls13 " + label, 1) + vector(context, 1)
    return _hmac(secret, info + b"\1")[:size]


class Half:
    """One direction under one traffic secret."""

    def __init__(self, secret):
        self.secret = secret
        self.key = _expand_label(secret, b"key", b"", 32)
        self.iv = int.from_bytes(_expand_label(secret, b"iv", b"", 12), "big")
        self.count = 0

    def _nonce(self):
        nonce = (self.iv ^ self.count).to_bytes(12, "big")
        self.count += 1
        return nonce

    def seal(self, kind, data):
        head = bytes([APPLICATION]) + number(TLS12, 2) + number(len(data) + 17, 2)
        return head + chacha.seal(self.key, self._nonce(), data + bytes([kind]), head)

    def unseal(self, head, data):
        text = chacha.unseal(self.key, self._nonce(), data, head).rstrip(b"\0")
        return text[-1], text[:-1]

    def finished(self, transcript):
        return _hmac(_expand_label(self.secret, b"finished", b"", HASH_SIZE), transcript)


class End:
    """One end of a connection. `heard` are the handshake messages that came: [(type,
    body)]; `fragment`: so many octets of handshake messages go into one record."""

    def __init__(self, connection, fragment=RECORD_MAX):
        self.connection = connection
        self.fragment = fragment
        self.private = os.urandom(32)
        self.share = x25519(self.private, BASE)
        self.transcript = hashlib.sha256()
        self.heard = []
        self.reading = self.writing = self.secret = None
        self.pending = b""

    def close(self):
        self.connection.close()

    # --- records -------------------------------------------------------------------------

    def _receive(self, count):
        data = b""
        while len(data) < count:
            try:
                part = self.connection.recv(count - len(data))
            except ConnectionResetError as error:
                raise Closed() from error
            if not part:
                raise Closed()
            data += part
        return data

    def read_record(self):
        while True:
            head = self._receive(5)
            kind, data = head[0], self._receive(int.from_bytes(head[3:], "big"))
            if kind == APPLICATION and self.reading:
                kind, data = self.reading.unseal(head, data)
            if kind == ALERT:
                raise Alert(data[1])
            if kind != CHANGE_CIPHER_SPEC:
                return kind, data

    def write_record(self, kind, data):
        """If the peer has left already, reading tells why."""
        record = self.writing.seal(kind, data) if self.writing else \
            bytes([kind]) + number(TLS12, 2) + vector(data, 2)
        try:
            self.connection.sendall(record)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def send(self, data):
        self.write_record(APPLICATION, data)

    def receive(self):
        """Octets of the application; messages of TLS after the handshake are passed over."""
        while True:
            kind, data = self.read_record()
            if kind == APPLICATION:
                return data

    # --- handshake messages ----------------------------------------------------------------

    def read_message(self, *expected):
        """The next message, its type one of these."""
        while len(self.pending) < 4 or \
                len(self.pending) < 4 + int.from_bytes(self.pending[1:4], "big"):
            kind, data = self.read_record()
            if kind != HANDSHAKE:
                raise Malformed(f"a record of type {kind} within the handshake")
            self.pending += data
        size = 4 + int.from_bytes(self.pending[1:4], "big")
        message, self.pending = self.pending[:size], self.pending[size:]
        if message[0] not in expected:
            raise Malformed(f"a message of type {message[0]}")
        if message[0] == FINISHED:
            wanted = self.reading.finished(self.transcript.digest())
            if message[4:] != wanted:
                raise Malformed("Finished is wrong")
        self.transcript.update(message)
        self.heard.append((message[0], message[4:]))
        return message[0], message[4:]

    def heard_of(self, wanted):
        """The body of the only message of a type that came."""
        (body,) = [body for kind, body in self.heard if kind == wanted]
        return body

    def write_message(self, kind, body):
        message = bytes([kind]) + vector(body, 3)
        self.transcript.update(message)
        for at in range(0, len(message), self.fragment):
            self.write_record(HANDSHAKE, message[at:at + self.fragment])

    def write_proof(self, key, side):
        """CertificateVerify, by a P-256 key in a file."""
        text = bytes([32]) * 64 + b"TLS 1.3, " + side + b" CertificateVerify\0"
        text += self.transcript.digest()
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key],
                                   input=text, stdout=subprocess.PIPE, check=True).stdout
        self.write_message(CERTIFICATE_VERIFY,
                           number(ECDSA_P256_SHA256, 2) + vector(signature, 2))

    def write_finished(self):
        self.write_message(FINISHED, self.writing.finished(self.transcript.digest()))

    # --- keys (RFC 8446 7.1) -----------------------------------------------------------------

    def _secrets(self):
        context = self.transcript.digest()
        stage = b"hs" if self.reading is None else b"ap"
        return {side: Half(_expand_label(self.secret, side + b" " + stage + b" traffic",
                                         context, HASH_SIZE)) for side in (b"c", b"s")}

    def _next_secret(self, data):
        derived = _expand_label(self.secret, b"derived", hashlib.sha256().digest(), HASH_SIZE)
        self.secret = _hmac(derived, data)

    def handshake_keys(self, peer_share):
        """{side: Half} for the rest of the handshake, after ServerHello."""
        self.secret = _hmac(bytes(HASH_SIZE), bytes(HASH_SIZE))
        self._next_secret(x25519(self.private, peer_share))
        return self._secrets()

    def application_keys(self):
        """{side: Half} for what comes after, when the server has finished."""
        self._next_secret(bytes(HASH_SIZE))
        return self._secrets()


def certificate_message(entries, context=b""):
    """The body of Certificate; entries: [(certificate or key, extensions)], as octets."""
    return vector(context, 1) + vector(b"".join(
        vector(data, 3) + vector(extensions, 2) for data, extensions in entries), 3)


def read_certificate_message(body):
    """(context, [(certificate or key, extension block)])."""
    reader, entries = Reader(body), []
    context, listed = reader.vector(1), Reader(reader.vector(3))
    reader.end()
    while listed.data:
        data = listed.vector(3)
        entries.append((data, listed.vector(2)))
    return context, entries
