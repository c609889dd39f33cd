# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Both ends of a stream through dance-front: the server behind it, which is strict about the
# PROXY header, and clients that show what they are told to. Neither knows what is permitted.

import os
import queue
import socket
import ssl
import struct
import threading

from process import eventually

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
SSL_TLV = 0x20
NAMES = {0x21: "version", 0x22: "cn", 0x23: "cipher"}
LARGEST = 500  # octets behind the length, of what is known to read it


class Header:
    """The PROXY header, version 2, of which every octet is accounted for."""

    def __init__(self, data):
        assert data[:12] == SIGNATURE, data
        assert data[12] == 0x21, data[12]  # version 2, PROXY
        (size,) = struct.unpack("!H", data[14:16])
        assert size <= LARGEST, size
        assert len(data) == 16 + size, (len(data), size)
        family, octets = {0x11: (socket.AF_INET, 4), 0x21: (socket.AF_INET6, 16)}[data[13]]
        body = data[16:]
        self.source = socket.inet_ntop(family, body[:octets])
        self.target = socket.inet_ntop(family, body[octets:2 * octets])
        self.source_port, self.target_port = struct.unpack(
            "!HH", body[2 * octets:2 * octets + 4])
        self.tlvs = dict(_tlvs(body[2 * octets + 4:]))
        self.tls = None
        if SSL_TLV in self.tlvs:
            value = self.tlvs[SSL_TLV]
            self.client, self.verify = struct.unpack("!BI", value[:5])
            self.tls = {NAMES[kind]: text.decode("ascii")
                        for kind, text in _tlvs(value[5:])}


def _tlvs(data):
    while data:
        kind, size = struct.unpack("!BH", data[:3])
        assert len(data) >= 3 + size, (kind, size, data)
        yield kind, data[3:3 + size]
        data = data[3 + size:]


class Visit:
    """One connection that the server behind has got."""

    def __init__(self, connection):
        self.connection = connection
        self.behind = b""
        connection.settimeout(20)

    def header(self):
        """It comes in one piece; what the client has said may come with it."""
        data = self.connection.recv(65536)
        size = 16 + struct.unpack("!H", data[14:16])[0]
        self.behind = data[size:]
        return Header(data[:size])

    def hear(self, size=65536):
        """Octets, or b"" for the end."""
        heard, self.behind = self.behind, b""
        return heard or self.connection.recv(size)

    def hear_all(self):
        return b"".join(iter(self.hear, b""))

    def say(self, data):
        self.connection.sendall(data)

    def end(self):
        self.connection.shutdown(socket.SHUT_WR)

    def close(self):
        self.connection.close()


class Behind:
    """A server that waits for whoever is let through; `at` is a path, or an address and a
    port."""
    name = "the server behind"

    def __init__(self, at):
        self.at = at
        self.visits = queue.Queue()
        self.listening = None
        self.open()

    @property
    def text(self):
        return self.at if isinstance(self.at, str) else f"{self.at[0]}@{self.at[1]}"

    def open(self):
        if isinstance(self.at, str):
            if os.path.exists(self.at):
                os.remove(self.at)
            self.listening = socket.socket(socket.AF_UNIX)
            self.listening.bind(self.at)
            self.listening.listen(256)
        else:
            self.listening = socket.create_server(self.at, backlog=256)
        threading.Thread(target=self._accept, args=(self.listening,), daemon=True).start()

    def _accept(self, listening):
        try:
            while True:
                self.visits.put(Visit(listening.accept()[0]))
        except OSError:
            pass  # it has been closed

    def visit(self, within=20):
        return self.visits.get(timeout=within)

    def nobody(self):
        return self.visits.empty()

    def shut(self):
        # A thread that waits in accept() is not woken by close() alone.
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()

    def stop(self):
        try:
            self.shut()
        except OSError:
            pass  # it is closed already


def context(certificate=None, alpn=None, version=ssl.TLSVersion.TLSv1_3):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.maximum_version = version
    if alpn:
        made.set_alpn_protocols(alpn)
    if certificate:
        made.load_cert_chain(certificate.path, certificate.key.path)
    return made


class Client:
    """A TLS client of a front for streams, that has shaken hands."""

    def __init__(self, at, certificate=None, source=None, **how):
        self.raw = socket.create_connection(at, 20, (source, 0) if source else None)
        self.port = self.raw.getsockname()[1]
        self.tls = context(certificate, **how).wrap_socket(self.raw,
                                                           suppress_ragged_eofs=False)
        self.raw = self.tls

    def say(self, data):
        self.tls.sendall(data)

    def hear(self, size=65536):
        return self.tls.recv(size)

    def fate(self):
        """How it ends for the client: "closed" in good order, with "alert NAME", or "cut"
        without a word."""
        try:
            data = self.tls.recv(65536)
            return f"hears {data!r}" if data else "closed"
        except ssl.SSLEOFError:
            return "cut"
        except ssl.SSLError as error:
            return f"alert {error.reason}"
        except OSError:
            return "cut"

    def end(self):
        """Says that it says no more, and can still hear."""
        self.tls.settimeout(0)
        try:
            self.tls.unwrap()  # sends its part, and would wait for the other
        except (ssl.SSLWantReadError, BlockingIOError):
            pass
        self.tls.settimeout(20)

    def close(self):
        self.tls.close()


def come(at, certificate=None, **how):
    """What becomes of one who comes: "alert NAME" in the handshake or after, "closed", "cut"."""
    try:
        client = Client(at, certificate, **how)
    except ssl.SSLEOFError:
        return "cut"
    except ssl.SSLError as error:
        return f"alert {error.reason}"
    except OSError:
        return "cut"
    try:
        return client.fate()
    finally:
        client.close()


def descriptors(process):
    return len(os.listdir(f"/proc/{process.child.pid}/fd"))


def settle(process, most):
    eventually(lambda: descriptors(process) <= most, 20,
               what=f"no more than {most} descriptors")
