# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Streams through dance-front that end in all ways at once, at each stage, while limits, reloads
# and DNS end others: nothing of them stays.

import os
import queue
import random
import signal
import socket
import struct
import threading
import time

from front_stage import NAME, OTHER_NAME
from process import eventually
from stage import within
from stream_peer import context, descriptors, settle
from stream_stage import AT, DEVICE, DEVICES, StreamStage

SUBSET = "front"
STAGE = StreamStage
CLIENTS = 300
AT_ONCE = 12
MUCH = os.urandom(1 << 20) * 2
PARTIAL_HELLO = b"\x16\x03\x01\x02\x00\x01"


def _reset(connection):
    """Its close() is a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _serve(visit, chance):
    """One connection at the server behind: strict about the header, then as it likes."""
    way = chance.choice(("closes", "resets", "floods", "ends", "echoes", "hears", "hears"))
    connection = visit.connection
    try:
        visit.header()
        if way == "resets":
            _reset(connection)
        if way == "floods":
            connection.settimeout(1)
            visit.say(MUCH)
        if way == "ends":
            visit.say(MUCH[:70000])
            visit.end()
        while way in ("ends", "echoes", "hears") and (data := visit.hear()):
            if way == "echoes":
                visit.say(data)
    except (OSError, struct.error):  # it has gone before the header, or after
        pass
    visit.close()


def _visit(certificate, chance):
    """One client, from its connection to its end."""
    way = chance.choice(("stops in the handshake", "resets at once", "closes at once",
                         "says and resets", "floods", "does not read", "ends",
                         "reads", "reads", "reads"))
    source = f"127.7.{chance.randrange(3)}.{chance.randrange(1, 5)}"
    raw = socket.create_connection(AT, 10, (source, 0))
    try:
        if way == "stops in the handshake":
            raw.sendall(PARTIAL_HELLO)
            return
        raw = context(certificate).wrap_socket(raw, suppress_ragged_eofs=False)
        if way == "resets at once":
            _reset(raw)
        if way.endswith("at once"):
            return
        raw.sendall(b"hello")
        if way == "says and resets":
            _reset(raw)
        if way == "floods":
            raw.settimeout(1)
            raw.sendall(MUCH)
        if way == "does not read":
            time.sleep(2 * chance.random())
        if way == "ends":
            raw.settimeout(2)
            raw.unwrap()
        while way == "reads" and raw.recv(65536):
            pass
    except OSError:
        pass  # it was refused, cut, or does not wait any longer
    finally:
        raw.close()


def _change(stage, judge, peer, identities, chance):
    """Something that ends streams, or lets others in."""
    what = chance.randrange(6)
    if what == 0:
        stage.withdraw(NAME)
    if what == 1:
        stage.publish(NAME, peer.tlsa())
    if what == 2:
        judge.sections["front"][0]["proxy"] = chance.choice(("on", "tls"))
    if what == 3:
        judge.sections["dns"]["lookups-per-second"] = chance.choice((100, 101))
    if what > 3:
        judge.sections["identity"] = chance.sample(identities, chance.randrange(1, 4))
    judge.reload()


@within(200)
def whatever_ends_streams_nothing_stays_of_them(stage):
    peer, other = stage.known(), stage.known(OTHER_NAME)
    device = stage.certificate(DEVICE)
    stage.publish(DEVICE, device.tlsa())
    authority = stage.certificate(subject="/CN=authority", authority=True)
    path_name = "path._device.example.org"
    path = stage.certificate(path_name, issuer=authority)
    stage.publish(path_name, authority.tlsa(usage=2, selector=0))
    certificates = [peer, other, device, device, path, path, stage.certificate(),
                    stage.certificate("unknown._device.example.org")]
    server = stage.server()
    judge = stage.judge(server, [NAME, OTHER_NAME, DEVICES], idle_timeout=3, more={"server": {
        "max-connections": 60, "max-handshakes": AT_ONCE + 2, "max-per-identity": 16,
        "max-per-server": AT_ONCE - 2, "answer-timeout": 1, "handshake-timeout": 3}})
    identities = list(judge.sections["identity"])
    before = descriptors(judge.process)
    over = threading.Event()

    def serve():
        chance = random.Random(0)
        while not over.is_set():
            try:
                visit = server.visit(0.2)
            except queue.Empty:
                continue
            own = random.Random(chance.random())
            threading.Thread(target=_serve, args=(visit, own), daemon=True).start()
    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    left = list(range(CLIENTS))

    def come():
        while left:
            chance = random.Random(left.pop())
            _visit(chance.choice(certificates), chance)
    clients = [threading.Thread(target=come, daemon=True) for _ in range(AT_ONCE)]
    for client in clients:
        client.start()
    changes = random.Random(CLIENTS)
    while any(client.is_alive() for client in clients):
        time.sleep(0.3)
        _change(stage, judge, peer, identities, changes)
    over.set()
    serving.join(10)
    stage.require(judge.matches("stream allowed"), "nobody was let in")
    settle(judge.process, before)

    def nothing_is_open():
        since = judge.mark()
        judge.process.child.send_signal(signal.SIGUSR1)
        return "open 0," in judge.wait_for(r"counters, open \d+,", since).string
    eventually(nothing_is_open, 20, what="no connection is counted any more")
    judge.sections["identity"] = identities
    judge.sections["front"][0]["proxy"] = "tls"
    judge.reload()
    held = [stage.joined(server, device) for _ in range(AT_ONCE - 2)]
    for client, visit, _ in held:
        stage.talk(client, visit)
