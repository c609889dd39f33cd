# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What one permitted client holds is not missing to another: connections to the server
# behind, and those of an identity of many names.

import socket
import struct
import threading
import time

import asker
import wire
from front_stage import ADDRESSES, NAME, OTHER_NAME, OTHER_ZONE, FrontStage
from process import eventually, run
from stage import ZONE, within

SUBSET = "front"
STAGE = FrontStage


def _hold(stage, judge, certificate, zone, count, sources=5):
    """So many connections that have asked once and stay, or fewer if some are turned away."""
    held = []
    for number in range(count):
        try:
            connection = asker.Asker(judge.address, certificate,
                                     source=f"127.0.0.{100 + number % sources}")
            stage.sockets.append(connection.connection)
            if str(connection.ask(zone, "SOA")) == "NOERROR":
                held.append(connection)
        except OSError:
            pass
    return held


def _two_identities(stage):
    peers = {NAME: stage.certificate(), OTHER_NAME: stage.certificate()}
    for name, peer in peers.items():
        stage.publish(name, peer.tlsa(), ttl=600)
    return peers[NAME], peers[OTHER_NAME]


def _connections_to(server):
    """How many there are, as the kernel knows them."""
    return run("ss", "-Htn", "state", "established", "dst",
               f"{server.address}:{server.port}").stdout.count("\n")


@within(90)
def idle_connections_of_one_identity_take_none_of_the_servers_from_another(stage):
    good, greedy = _two_identities(stage)
    server = stage.behind("BIND", start=False)
    server.more = "tcp-clients 12;"
    server.start()
    judge = stage.front(server, [NAME, OTHER_NAME], more={
        "server": {"max-per-server": 8, "max-per-identity": 30}})
    held = _hold(stage, judge, greedy, OTHER_ZONE, 30)
    stage.expect("idle connections of one identity", "30", len(held))
    for number in range(3):
        stage.expect(f"the other identity, {number}", "transferred",
                     stage.put(judge.address, good))
        stage.expect(f"plain TCP to the server, {number}", "REFUSED, EDE 18",
                     stage.plain(server.address, 53))
    for connection in held:
        stage.expect("who was idle, again", "NOERROR", connection.ask(OTHER_ZONE, "SOA"))


@within(60)
def a_connection_to_the_server_ends_soon_while_the_clients_stays(stage):
    good, _ = _two_identities(stage)
    server = stage.behind("NSD", start=False)
    server.server["tcp-timeout"] = 300  # it does not leave by itself
    server.start()
    judge = stage.front(server, more={"server": {"idle-timeout": 300}})
    held = _hold(stage, judge, good, ZONE, 6)
    stage.expect("connections", "6", len(held))
    eventually(lambda: _connections_to(server) == 0, 30, every=0.5,
               what="the server has none of these connections any more")
    for connection in held:
        stage.expect("the zone, on the same connection", "transferred",
                     connection.ask(ZONE))


@within(60)
def a_server_whose_connections_are_all_in_use_is_logged(stage):
    good, greedy = _two_identities(stage)
    server = stage.behind("NSD", {ZONE: ["fd00:da:ce::2"], OTHER_ZONE: ["fd00:da:ce::3"]},
                          start=False)
    server.write_zone(OTHER_ZONE, 1, "".join(
        f"h{number} TXT {'x' * 200}\n" for number in range(60_000)))
    server.start()
    judge = stage.front(server, [NAME, OTHER_NAME], more={"server": {"max-per-server": 1}})
    with asker.Asker(judge.address, greedy) as slow:
        # It does not read on, so that the transfer goes on for as long as it likes.
        stage.expect("begun", "NOERROR", slow.begin(OTHER_ZONE))
        stage.expect("meanwhile", "SERVFAIL, EDE 23", stage.put(judge.address, good))
        judge.wait_for(r"warning: front xot, query not sent, server 127\.0\.0\.11@5310, "
                       r"limit max-per-server \(none of 1 connections is idle\)")
        stage.expect("finished", "transferred", slow.finish())
    stage.expect("then", "transferred", stage.put(judge.address, good))


def one_name_below_a_suffix_leaves_room_for_the_others(stage):
    greedy, good = (stage.certificate(f"{name}.example.net") for name in ("greedy", "good"))
    stage.publish("greedy.example.net", greedy.tlsa())
    stage.publish("good.example.net", good.tlsa())
    judge = stage.front(stage.behind("NSD"), {"*.example.net": ADDRESSES[NAME]},
                        more={"server": {"max-per-suffix": 8}})
    held = _hold(stage, judge, greedy, ZONE, 12)
    stage.expect("connections of one name", "2", len(held))
    judge.wait_for(r"turned away, .*client greedy\.example\.net, entry "
                   r"\*\.example\.net, limit max-per-identity;")
    stage.expect("another name", "transferred", stage.put(judge.address, good))


@within(60)
def a_server_that_pauses_in_the_midst_of_a_transfer_is_waited_for(stage):
    """Longer than a connection with nothing to do is kept."""
    good, _ = _two_identities(stage)
    listening = socket.create_server(("127.0.0.14", 5310))
    stage.sockets.append(listening)
    threading.Thread(target=_transfer_slowly, args=(listening, PAUSE), daemon=True).start()
    judge = stage.front(None, more={
        "server": {"idle-timeout": 50},
        "front": [{"id": "xot", "listen": "127.0.0.50@853", "server": "127.0.0.14@5310",
                   "key-file": stage.theatre.certificate.key.path}]})
    stage.expect("the zone, in two parts", "transferred", stage.put(judge.address, good))


PAUSE = 8  # seconds; it is kept for 5


def _transfer_slowly(listening, pause):
    """Answers one AXFR by two messages."""
    connection, _ = listening.accept()
    with connection:
        read = connection.makefile("rb")
        _, size = struct.unpack("!14sH", read.read(16))  # the PROXY header
        read.read(size)
        query = read.read(struct.unpack("!H", read.read(2))[0])
        question = query[12:12 + len(wire.name(ZONE)) + 4]
        header = query[:2] + struct.pack("!5H", 0x8400, 1, 1, 0, 0)
        message = header + question + wire.soa(ZONE, 1)
        for rest in (pause, 0):
            connection.sendall(struct.pack("!H", len(message)) + message)
            time.sleep(rest)
        read.read(1)
