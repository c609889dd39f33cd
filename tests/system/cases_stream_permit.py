# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Streams through dance-front that are there: what DNS or a reload does to them.

import time

from front_stage import NAME, OTHER_NAME
from process import Failed, eventually
from stage import within
from stream_peer import come
from stream_stage import ADDRESS, AT, StreamStage
from world import TTL

SUBSET = "front"
STAGE = StreamStage


# --- judged again ----------------------------------------------------------------------------

def _closed(stage, judge, client, visit, since, verdict, level="notice"):
    stage.expect("the client", "cut", client.fate())
    stage.expect("the server", "b''", visit.hear())
    judge.wait_for(rf"{level}: front mqtt, stream closed, remote \S+@{client.port}, client "
                   rf"{NAME}, .*verdict {verdict}\b", since)
    judge.wait_for(rf"stream ended, remote \S+@{client.port}, .*no longer proved", since)


@within(60)
def a_record_that_is_removed_ends_the_stream(stage):
    peer = stage.known()
    server = stage.server()
    judge = stage.judge(server)
    client, visit, _ = stage.joined(server, peer)
    stage.talk(client, visit)
    since = judge.mark()
    stage.withdraw(NAME)
    _closed(stage, judge, client, visit, since, "no-tlsa")


@within(60)
def another_key_in_the_record_ends_the_stream(stage):
    peer = stage.known()
    server = stage.server()
    judge = stage.judge(server)
    client, visit, _ = stage.joined(server, peer)
    since = judge.mark()
    stage.publish(NAME, stage.certificate().tlsa())
    _closed(stage, judge, client, visit, since, "mismatch")


@within(60)
def a_record_that_rolls_keeps_the_stream(stage):
    peer, other = stage.known(), stage.certificate()
    server = stage.server()
    judge = stage.judge(server)
    client, visit, _ = stage.joined(server, peer)
    stage.publish(NAME, other.tlsa(), peer.tlsa())
    for _ in range(3):
        time.sleep(TTL)
        stage.talk(client, visit)
    stage.publish(NAME, peer.tlsa(selector=0))
    time.sleep(TTL + 2)
    stage.talk(client, visit)
    stage.expect("closed", "[]", judge.matches("stream (closed|ended)"))


@within(60)
def with_recheck_off_a_removed_record_ends_nothing(stage):
    peer = stage.known()
    server = stage.server()
    judge = stage.judge(server, recheck="off")
    client, visit, _ = stage.joined(server, peer)
    stage.withdraw(NAME)
    eventually(lambda: come(AT, peer) == "closed" and
               judge.matches("stream refused, .*no-tlsa"), 30,
               what="others are refused")
    time.sleep(TTL)
    stage.talk(client, visit)


@within(90)
def while_lookups_fail_a_stream_stays_for_max_stale_and_no_longer(stage):
    peer = stage.known()
    unbound = stage.unbound()
    server = stage.server()
    judge = stage.judge(server, dns=stage.dns(resolver=unbound.address, max_stale=10))
    client, visit, _ = stage.joined(server, peer)
    stage.talk(client, visit)
    since = judge.mark()
    stage.retire(unbound)
    end = time.monotonic() + TTL + 4
    while time.monotonic() < end:
        stage.talk(client, visit)
        time.sleep(1)
    _closed(stage, judge, client, visit, since, "(lookup|timeout|not-ready)", "warning")


@within(60)
def a_certificate_path_is_judged_again_too(stage):
    authority = stage.certificate(subject="/CN=authority", authority=True)
    peer = stage.certificate(NAME, issuer=authority)
    stage.publish(NAME, authority.tlsa(usage=2, selector=0))
    server = stage.server()
    judge = stage.judge(server)
    client, visit, _ = stage.joined(server, peer)
    time.sleep(TTL + 1)
    stage.talk(client, visit)
    since = judge.mark()
    stage.withdraw(NAME)
    _closed(stage, judge, client, visit, since, "no-tlsa")


# --- reload ----------------------------------------------------------------------------------

def a_reload_that_changes_nothing_for_a_stream_keeps_it(stage):
    peer = stage.known(ttl=600)
    server = stage.server()
    judge = stage.judge(server)
    client, visit, _ = stage.joined(server, peer)
    judge.sections["identity"].append({"id": "more", "name": OTHER_NAME,
                                       "address": ADDRESS})
    judge.reload()
    stage.talk(client, visit)
    judge.reload()
    stage.talk(client, visit)
    stage.expect("closed", "[]", judge.matches("stream (closed|ended)"))


def a_reload_ends_streams_that_it_forbids_or_changes(stage):
    def without_identity(sections):
        sections["identity"] = [{"id": "else", "name": OTHER_NAME, "address": ADDRESS}]

    def without_front(sections):
        sections["front"][0]["id"] = "another"

    def to_another_server(sections):
        sections["front"][0]["server"] = "127.0.0.13@1883"

    def with_another_header(sections):
        sections["front"][0]["proxy"] = "on"

    def with_another_address(sections):
        sections["identity"][0]["address"] = "192.0.2.78"
    peer = stage.known(ttl=600)
    server = stage.server()
    for change, said in (
            (without_identity, r"stream closed, .*configuration or the identity has changed"),
            (without_front, r"stream closed, .*configuration or the identity has changed"),
            (to_another_server, r"stream closed, .*configuration or the identity has changed"),
            (with_another_header, r"stream closed, .*configuration or the identity has changed"),
            (with_another_address,
             r"stream closed, .*configuration or the identity has changed")):
        judge = stage.judge(server, source="identity")
        client, visit, _ = stage.joined(server, peer)
        other, other_visit, _ = stage.joined(server, peer)
        change(judge.sections)
        judge.reload()
        for at_client, at_server in ((client, visit), (other, other_visit)):
            stage.expect(f"{change.__name__}, the client", "cut", at_client.fate())
            stage.expect(f"{change.__name__}, the server", "b''", at_server.hear())
        judge.wait_for(said)
        stage.retire(judge)


@within(90)
def a_reload_reaches_hundreds_of_streams(stage):
    peers = {name: stage.known(name, ttl=600) for name in (NAME, OTHER_NAME)}
    server = stage.server()
    judge = stage.judge(server, list(peers), more={
        "server": {"max-per-identity": 100, "max-per-server": 200}})
    held = [(name, *stage.joined(server, peers[name]))
            for _ in range(100) for name in peers]
    judge.sections["identity"] = judge.sections["identity"][:1]
    judge.reload()
    for name, client, visit, _ in held:
        if name == NAME:
            stage.talk(client, visit)
        else:
            stage.expect("a client that is no longer permitted", "cut", client.fate())
    ended = judge.matches("stream ended")
    if len(ended) != 100:
        raise Failed(f"{len(ended)} streams have ended")
