# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Streams through dance-front: who is let in and what the server behind is told, and both ends of
# a stream. What DNS or a reload does to one that is there has cases_stream_permit.py.

import os
import socket
import ssl
import threading
import time

import probe
from front_stage import NAME, OTHER_NAME
from process import eventually
from stage import within
from stream_peer import Client, come, descriptors, settle
from stream_stage import ADDRESS, AT, DEVICE, DEVICES, PORT, TCP, UNSIGNED_OWNER, StreamStage
from world import BROKEN_OWNER

SUBSET = "front"
STAGE = StreamStage


# --- who is let in ---------------------------------------------------------------------------

def a_permitted_client_reaches_the_server_which_learns_its_name(stage):
    peer = stage.known()
    for at in (None, TCP):
        server = stage.server(at)
        judge = stage.judge(server)
        client, visit, header = stage.joined(server, peer, source="127.0.0.77")
        stage.expect("the name", NAME, header.tls["cn"])
        stage.expect("TLS", "TLSv1.3", header.tls["version"])
        stage.expect("the cipher suite", client.tls.cipher()[0], header.tls["cipher"])
        stage.expect("of a client that has shown a certificate", "7, 0",
                     f"{header.client}, {header.verify}")
        stage.expect("other TLVs", "[32]", list(header.tlvs))
        stage.expect("the source", f"127.0.0.77, {client.port}",
                     f"{header.source}, {header.source_port}")
        stage.expect("the target", f"{AT[0]}, {PORT}",
                     f"{header.target}, {header.target_port}")
        stage.talk(client, visit)
        client.close()
        stage.expect("the server, then", "b''", visit.hear())
        visit.close()
        judge.wait_for(rf"info: front mqtt, stream allowed, remote 127\.0\.0\.77@{client.port},"
                       rf" as {NAME}, client {NAME}, key \S+, verdict allow, record 3 1 1, ttl")
        judge.wait_for(rf"info: front mqtt, stream ended, remote 127\.0\.0\.77@{client.port},"
                       rf" client {NAME}, received 4, sent 4, seconds \d+ \(")
        stage.retire(judge)


def the_header_says_what_it_is_told_to(stage):
    peer = stage.known()
    server = stage.server(TCP)
    for options, source, tlvs in (
            ({"proxy": "on"}, "127.0.0.77", "[]"),
            ({"proxy": "on", "source": "identity"}, ADDRESS, "[]"),
            ({"proxy": "tls", "source": "identity"}, ADDRESS, "[32]")):
        judge = stage.judge(server, **options)
        client, _, header = stage.joined(server, peer, source="127.0.0.77")
        stage.expect(f"{options}, the source", source, header.source)
        stage.expect(f"{options}, TLVs", tlvs, list(header.tlvs))
        client.close()
        stage.retire(judge)


def without_a_header_the_first_octet_is_the_clients(stage):
    peer = stage.known()
    server = stage.server()
    stage.judge(server, proxy="off")
    client = Client(AT, peer)
    client.say(b"first")
    stage.expect("at the server", "b'first'", server.visit().hear())
    client.close()


def what_a_client_says_early_comes_behind_the_header(stage):
    name = "early._device.example.org"
    peer = stage.certificate(name)
    stage.publish(name, peer.tlsa())
    server = stage.server()
    stage.judge(server, [DEVICES])
    client = Client(AT, peer)  # it is looked up now
    client.say(b"early")
    visit = server.visit()
    visit.header()
    stage.expect("then", "b'early'", visit.hear())
    client.close()


def nobody_else_gets_an_octet_through(stage):
    peer = stage.known()
    for owner in (UNSIGNED_OWNER, BROKEN_OWNER):
        stage.publish(owner, peer.tlsa())
    server = stage.server()
    names = [NAME, UNSIGNED_OWNER, BROKEN_OWNER.rstrip("."), DEVICES]
    judge = stage.judge(server, names)
    thief = stage.certificate(NAME)
    unknown = stage.certificate(DEVICE)
    for who, certificate, verdict in (
            ("no certificate", None, "credential"),
            ("a permitted name, another key", thief, "mismatch"),
            ("a name below the suffix without records", unknown, "no-tlsa"),
            ("a stranger, while one of the names cannot be looked up", stage.certificate(),
             "bogus")):
        since = judge.mark()
        stage.expect(who, "closed", come(AT, certificate))
        judge.wait_for(r"(notice: front mqtt, stream refused|warning: front mqtt, stream "
                       rf"failed), remote .*, verdict {verdict}\b", since)
    since = judge.mark()
    stage.expect("TLS 1.2", "alert TLSV1_ALERT_PROTOCOL_VERSION",
                 come(AT, peer, version=ssl.TLSVersion.TLSv1_2))
    judge.wait_for(r"front mqtt, handshake failed, .*unsupported protocol.*; do: use TLS 1\.3",
                   since)
    stage.require(server.nobody(), "somebody was let through")
    client, visit, _ = stage.joined(server, peer)
    stage.talk(client, visit)


def a_client_that_sends_its_name_is_judged_by_it_alone(stage):
    peer = stage.certificate()
    for owner in (NAME, UNSIGNED_OWNER, BROKEN_OWNER):
        stage.publish(owner, peer.tlsa())
    server = stage.server()
    judge = stage.judge(server, [NAME, UNSIGNED_OWNER, BROKEN_OWNER.rstrip(".")])
    for name, outcome, verdict in (
            (UNSIGNED_OWNER, "refused", "insecure"), (BROKEN_OWNER, "failed", "bogus"),
            (OTHER_NAME, "refused", "name")):
        since = judge.mark()
        seen = probe.clientid(AT[0], peer, name=name.rstrip("."), port=PORT, alpn="")
        stage.expect(name, "nothing", seen)
        judge.wait_for(rf"front mqtt, stream {outcome}, remote .*, verdict {verdict}\b", since)
    stage.require(server.nobody(), "somebody was let through")
    for how in ({}, {"raw": "yes"}):
        _echo(server)
        seen = probe.clientid(AT[0], peer, name=NAME, port=PORT, alpn="", **how)
        stage.expect(f"{NAME}, {how}", "answer", seen.outcome)


def _echo(server):
    """Says to the next one what it hears from it."""
    def serve():
        visit = server.visit()
        visit.header()
        while data := visit.hear():
            visit.say(data)
        visit.close()
    threading.Thread(target=serve, daemon=True).start()


def a_record_that_matches_but_not_the_name_ends_the_handshake_with_an_alert(stage):
    """What is refused inside the handshake has this one alert, whatever the reason."""
    authority = stage.certificate(subject="/CN=authority", authority=True)
    peer = stage.certificate("ns3.example.net", issuer=authority, subject="/CN=ns3")
    stage.publish(NAME, authority.tlsa(usage=2))
    server = stage.server()
    judge = stage.judge(server)
    seen = probe.clientid(AT[0], peer, name=NAME, port=PORT, alpn="")
    stage.expect("with dane_clientid", "alert 40", seen)
    judge.wait_for(r"notice: front mqtt, handshake failed, remote \S+ \(certificate verify failed")
    stage.require(server.nobody(), "it was let through")


def who_offers_other_protocols_is_refused_and_who_offers_none_is_not(stage):
    peer = stage.known()
    server = stage.server()
    judge = stage.judge(server, alpn=["mqtt", "x-amzn-mqtt-ca"])
    stage.expect("http", "alert TLSV1_ALERT_NO_APPLICATION_PROTOCOL",
                 come(AT, peer, alpn=["http/1.1"]))
    judge.wait_for(r"handshake failed, remote \S+ \(no application protocol\); do: offer a "
                   "protocol of 'alpn' on the client")
    for alpn in (["mqtt"], ["http/1.1", "x-amzn-mqtt-ca"], None):
        client, visit, _ = stage.joined(server, peer, alpn=alpn)
        stage.expect(f"of {alpn}", alpn[-1] if alpn else "None",
                     client.tls.selected_alpn_protocol())
        client.close()
        visit.close()


# --- both ends -------------------------------------------------------------------------------

def a_server_that_is_away_is_told_of_once_and_then_reached(stage):
    peer = stage.known()
    for at in (None, TCP):
        server = stage.server(at)
        judge = stage.judge(server)
        server.shut()
        for _ in range(3):
            stage.expect("while it is away", "closed", come(AT, peer))
        judge.wait_for(rf"warning: front mqtt, server unreachable, server {server.text} \(.*\); "
                       "do: start the server, or correct 'server'")
        stage.expect("lines about that", "1", len(judge.matches("server unreachable")))
        judge.wait_for(r"stream ended, .* \(the upstream server cannot be reached\)")
        server.open()
        client, visit, _ = stage.joined(server, peer)
        stage.talk(client, visit)
        judge.wait_for(rf"notice: front mqtt, server reachable again, server {server.text}")
        client.close()
        visit.close()
        stage.retire(judge)


def each_end_may_say_its_last_before_the_other(stage):
    peer = stage.known()
    server = stage.server()
    judge = stage.judge(server)
    client, visit, _ = stage.joined(server, peer)
    client.say(b"question")
    client.end()
    stage.expect("the server hears the end", "b'question'", visit.hear_all())
    visit.say(b"answer")
    stage.expect("the client hears on", "b'answer'", client.hear())
    visit.close()
    judge.wait_for(r"stream ended, .*, received 8, sent 6, .*\(both sides have closed it\)")
    client, visit, _ = stage.joined(server, peer)
    visit.say(b"last")
    visit.end()
    stage.expect("the client", "b'last'", client.hear())
    stage.expect("and then", "closed", client.fate())
    client.say(b"more")
    stage.expect("the server hears on", "b'more'", visit.hear())
    client.close()


@within(60)
def large_amounts_pass_whole_both_ways_at_once(stage):
    peer = stage.known()
    server = stage.server(TCP)
    judge = stage.judge(server)
    client, visit, _ = stage.joined(server, peer)
    data = os.urandom(1 << 20) * 8
    heard = {}

    def listen(side, hear):
        parts, size = [], 0
        while size < len(data):
            part = hear(1 << 16)
            if not part:
                break
            parts.append(part)
            size += len(part)
        heard[side] = b"".join(parts)
    # A socket of Python's ssl is for one thread at a time: the client says first, then hears.
    readers = threading.Thread(target=listen, args=("server", visit.hear))
    writer = threading.Thread(target=visit.say, args=(data,))
    readers.start()
    writer.start()
    client.say(data)
    readers.join(30)
    listen("client", client.hear)
    writer.join(30)
    stage.require(heard["server"] == data, "the server has heard something else")
    stage.require(heard["client"] == data, "the client has heard something else")
    client.close()
    judge.wait_for(rf"stream ended, .*, received {len(data)}, sent {len(data)}, ")


def an_idle_stream_is_closed_when_its_front_says_so(stage):
    peer = stage.known()
    server = stage.server()
    judge = stage.judge(server, idle_timeout=2, more={"server": {"idle-timeout": 3600}})
    client, visit, _ = stage.joined(server, peer)
    stage.talk(client, visit)
    stage.expect("the client, at last", "cut", client.fate())
    stage.expect("and the server", "b''", visit.hear())
    judge.wait_for(r"stream ended, .*\(nothing has passed for 'idle-timeout'\)")


@within(90)
def connections_come_and_go_and_nothing_stays(stage):
    peer, stranger = stage.known(), stage.certificate()
    server = stage.server()
    judge = stage.judge(server)
    client, visit, _ = stage.joined(server, peer)
    before = descriptors(judge.process)
    client.close()
    visit.close()
    for number in range(200):
        if number % 4 == 3:
            come(AT, stranger)
            continue
        client, visit = Client(AT, peer), server.visit()
        visit.header()
        if number % 4 == 0:
            stage.talk(client, visit)
        if number % 4 == 1:
            visit.close()
        client.close()
        visit.close()
    settle(judge.process, before)
    client, visit, _ = stage.joined(server, peer)
    stage.talk(client, visit)


def an_end_of_the_program_ends_streams(stage):
    peer = stage.known()
    server = stage.server()
    judge = stage.judge(server)
    client, visit, _ = stage.joined(server, peer)
    stage.talk(client, visit)
    stage.expect("told to end", "None", judge.process.stop())
    stage.expect("the client", "cut", client.fate())
    stage.expect("the server", "b''", visit.hear())
    stage.require(not judge.matches("still open"), "it did not leave in time")


# --- limits ----------------------------------------------------------------------------------

def names_and_patterns_have_so_many_streams_and_no_more(stage):
    names = ["one._device.example.org", "two._device.example.org"]
    peers = [stage.certificate(name) for name in names]
    for name, peer in zip(names, peers):
        stage.publish(name, peer.tlsa(), ttl=600)
    exact = stage.known(ttl=600)
    server = stage.server()
    judge = stage.judge(server, [NAME, DEVICES], more={
        "server": {"max-per-identity": 3, "max-per-suffix": 8}})
    held = [stage.joined(server, exact) for _ in range(3)]
    stage.expect("one more of a name", "closed", come(AT, exact))
    judge.wait_for(rf"warning: front mqtt, turned away, remote \S+, client {NAME}, limit "
                   "max-per-identity; do: raise this limit")
    held += [stage.joined(server, peers[0]) for _ in range(2)]
    stage.expect("one more of a device", "closed", come(AT, peers[0]))
    judge.wait_for(rf"turned away, .*client {names[0]}, entry {DEVICES.replace('*', '.')}, "
                   "limit max-per-identity")
    held += [stage.joined(server, peers[1])]
    held[0][0].close()
    held[0][1].close()
    client, visit, _ = eventually(lambda: _try_to_join(stage, server, exact),
                                  what="the place of one that has left")
    stage.talk(client, visit)


def _try_to_join(stage, server, peer):
    client = Client(AT, peer)
    try:
        visit = server.visit(1)
    except Exception:  # nobody has come: queue.Empty
        client.close()
        return None
    return client, visit, visit.header()


def a_server_has_so_many_streams_and_no_more(stage):
    peer = stage.known(ttl=600)
    server = stage.server()
    judge = stage.judge(server, more={"server": {"max-per-server": 2, "answer-timeout": 1}})
    held = [stage.joined(server, peer) for _ in range(2)]
    stage.expect("one more", "closed", come(AT, peer))
    judge.wait_for(rf"warning: front mqtt, stream not connected, server {server.text}, limit "
                   r"max-per-server \(all of 2 connections are in use\); do: raise this limit")
    waiting = Client(AT, peer)
    held[0][0].close()
    held[0][1].close()
    visit = server.visit()
    visit.header()
    stage.talk(waiting, visit)


def an_end_of_the_program_ends_one_that_waits_for_the_server_too(stage):
    peer = stage.known(ttl=600)
    server = stage.server()
    judge = stage.judge(server, more={"server": {"max-per-server": 1}})
    stage.joined(server, peer)
    waiting = Client(AT, peer)
    judge.wait_for(rf"stream allowed, remote \S+@{waiting.port},")
    stage.expect("told to end", "None", judge.process.stop())
    judge.wait_for(rf"stream ended, remote \S+@{waiting.port}, .*, received 0, sent 0, "
                   r"seconds 0 \(dance-front has closed it\)")


@within(60)
def strangers_that_only_connect_do_not_keep_a_client_out(stage):
    peer = stage.known(ttl=600)
    server = stage.server()
    judge = stage.judge(server, more={"server": {
        "max-handshakes": 8, "handshake-timeout": 60}})
    strangers = [socket.create_connection(AT, 10, (f"127.7.{number}.1", 0))
                 for number in range(40)]
    stage.sockets += strangers
    client, visit, _ = stage.joined(server, peer)
    stage.talk(client, visit)
    judge.wait_for(r"unauthenticated connection closed, limit max-handshakes")
    # Handshakes are under way when the front ends, and the log's limit is free again.
    for stranger in strangers[-4:]:
        stranger.sendall(b"\x16\x03\x01\x01\x00\x01")
    time.sleep(2)
    since = judge.mark()
    stage.expect("told to end", "None", judge.process.stop())
    said = [line for line in judge.lines(since) if "handshake failed" in line]
    stage.require(said and all(line.endswith("(dance-front has closed it)") for line in said),
                  f"the log says {said}")
