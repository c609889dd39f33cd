# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What a dance-front needs for connections of permitted clients that are idle: its memory
# and its threads, with many of them less those with none; and with a connection to the
# server behind for each.

import os
import selectors
import socket
import ssl
import struct
import threading

import asker
import front
import wire
from front_stage import NAME
from process import eventually
from stage import ZONE

COUNT = int(os.environ.get("DANCE_BENCH_IDLE", "3000"))
PORT = 5310
BEHIND = "127.0.0.14"
AXFR = 252


class Behind:
    """Begins to answer each transfer, and never ends: so the connection is kept."""

    def __init__(self):
        self.listening = socket.create_server((BEHIND, PORT), backlog=1024)
        self.held = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with selectors.DefaultSelector() as ready:
            ready.register(self.listening, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select():
                    if key.fileobj is self.listening:
                        connection, _ = self.listening.accept()
                        self.held.append(connection)
                        ready.register(connection, selectors.EVENT_READ)
                    else:
                        ready.unregister(key.fileobj)
                        self._answer(key.fileobj)

    def leave(self):
        """Ends what is left of the connections, once the other side has."""
        while self.held:
            self.held.pop().close()

    @staticmethod
    def _answer(connection):
        read = connection.makefile("rb")
        _, size = struct.unpack("!14sH", read.read(16))  # the PROXY header
        read.read(size)
        query = read.read(struct.unpack("!H", read.read(2))[0])
        question = query[12:12 + len(wire.name(ZONE)) + 4]
        message = query[:2] + struct.pack("!5H", 0x8400, 1, 1, 0, 0) + question + wire.soa(
            ZONE, 1)
        connection.sendall(struct.pack("!H", len(message)) + message)


def status(judge, name):
    with open(f"/proc/{judge.process.child.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(f"{name}:"))


class _Plain(asker.Asker):
    """Without a post-quantum key exchange, whose keys OpenSSL keeps with a connection."""

    def _secure(self, certificate):
        made = ssl.SSLContext.wrap_socket

        def wrap(context, *args, **how):
            context.set_ecdh_curve("X25519")
            return made(context, *args, **how)
        ssl.SSLContext.wrap_socket = wrap
        try:
            return super()._secure(certificate)
        finally:
            ssl.SSLContext.wrap_socket = made


def _open(kind_of_asker, address, certificate, kind, number):
    """A connection that has had one answer; what the client knows of it is not kept."""
    source = f"127.0.{number % 250}.{number // 250 + 1}"
    with kind_of_asker(address, certificate, source=source) as connection:
        if kind == "AXFR":
            connection.begin(ZONE)
        else:
            connection.ask(ZONE, kind)
        return os.dup(connection.connection.fileno())


def hold(judge, certificate, count, kind="TXT", kind_of_asker=asker.Asker, begin=0):
    """So many connections that are idle, as descriptors."""
    return [_open(kind_of_asker, judge.address, certificate, kind, number)
            for number in range(begin, count)]


def _measure(stage, what, kind, kind_of_asker):
    certificate = stage.certificate()
    stage.publish(NAME, certificate.tlsa(), ttl=3600)
    limits = dict.fromkeys(("max-connections", "max-per-identity", "max-per-server"),
                           COUNT + 100)
    judge = stage.front(None, more={
        "server": {**limits, "idle-timeout": 3600, "threads": 2},
        "log": {"target": "stderr", "level": "notice"},
        "front": [{"id": "xot", "listen": f"{front.ADDRESS}@853",
                   "server": f"{BEHIND}@{PORT}",
                   "cert-file": stage.theatre.certificate.path,
                   "key-file": stage.theatre.certificate.key.path}]})
    held = hold(judge, certificate, 1, kind, kind_of_asker)
    before = status(judge, "VmRSS")
    held += hold(judge, certificate, COUNT, kind, kind_of_asker, 1)
    during = status(judge, "VmRSS")
    # Those that made handshakes end when they are idle.
    eventually(lambda: status(judge, "Threads") <= 8, 30, every=1, what="few threads")
    after = status(judge, "VmRSS")
    print(f"  {what:<44} {after / 1024:8.1f} MiB of {COUNT} connections, "
          f"{during / 1024:.1f} at first, {before / 1024:.1f} with one, "
          f"{status(judge, 'Threads')} threads")
    for descriptor in held:
        os.close(descriptor)
    stage.servers.remove(judge)
    judge.process.stop()
    return (after - before) / (COUNT - 1)


def bench(stage):
    print(f"{COUNT} connections of a permitted client, each idle")
    behind = Behind()
    for what, kind, kind_of_asker in (
            ("after a query that is not passed on", "TXT", asker.Asker),
            ("in a transfer that pauses", "AXFR", asker.Asker),
            ("the same, with a key exchange by X25519", "AXFR", _Plain)):
        size = _measure(stage, what, kind, kind_of_asker)
        behind.leave()
        print(f"  {'KiB of memory for each':<58} {size:7.2f}   {'<= 25':<10} "
              f"{'met' if size <= 25 else 'MISSED'}", flush=True)
