# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Lists of clients in dance-front: under whose address those on the list come, what becomes of a
# stream when its client is taken from the list, and ten of them that follow one change.

import front
from fleet import ENTRY, NAMES, asked, known, put_list
from front_stage import ZONE
from stage import within
from stream_peer import Client, come
from stream_stage import AT, PORT, StreamStage

SUBSET = "front"
STAGE = StreamStage
SHOWN = "fd00:da:ce::77"
FRONTS = 10
TTL = 20


@within(90)
def those_on_a_list_come_to_the_server_by_its_address(stage):
    first, second, third = known(stage, *NAMES)
    put_list(stage, *NAMES[:2])
    server = stage.behind("NSD", {ZONE: [SHOWN]})
    judge = stage.front(server, {ENTRY: SHOWN, NAMES[2]: "fd00:da:ce::78"})
    judge.wait_for(rf"list validated, list {ENTRY}, count 2")
    for name, certificate in zip(NAMES, (first, second)):
        stage.expect(name, "transferred", stage.judged(judge, front.ADDRESS, certificate))
        judge.wait_for(rf"AXFR example.com. allowed, .* as {SHOWN}, client {name}, "
                       rf"entry {ENTRY}, key")
    # Who is listed by name has an address of its own, on the list or not.
    for names in (NAMES[:2], NAMES):
        put_list(stage, *names)
        outcome = stage.put(front.ADDRESS, third)
        stage.require(not outcome.transferred, "the server knows nobody of this address")
        judge.wait_for(rf"AXFR example.com. allowed, .* as fd00:da:ce::78, client {NAMES[2]}, key")
    put_list(stage, NAMES[1])
    refused = "REFUSED, EDE 18, mismatch"
    stage.expect("who was taken from it", refused, stage.until(
        refused, lambda: stage.judged(judge, front.ADDRESS, first), 30))


@within(90)
def a_stream_ends_when_its_client_is_taken_from_the_list(stage):
    first, second = known(stage, *NAMES[:2])
    put_list(stage, *NAMES[:2])
    server = stage.server()
    judge = stage.judge(server, (ENTRY,))
    judge.wait_for("list validated")
    client, visit, header = stage.joined(server, first)
    stage.expect("the name that the server is told", NAMES[0], header.tls["cn"])
    stays, other, _ = stage.joined(server, second)
    put_list(stage, NAMES[1])
    stage.expect("the stream", "cut", client.fate())
    stage.expect("at the server", "b''", visit.hear())
    judge.wait_for(rf"front mqtt, stream closed, .*client {NAMES[0]}, .*verdict mismatch")
    stage.talk(stays, other)
    since = judge.mark()
    come(AT, first)
    judge.wait_for(r"stream refused, .*verdict mismatch", since)
    stage.require(server.nobody(), "who was taken from the list is let in")


def _front(stage, server, number):
    at = f"127.0.0.{60 + number}"
    entry = {"id": "mqtt", "mode": "stream", "listen": f"{at}@{PORT}",
             "cert-file": stage.theatre.certificate.path,
             "key-file": stage.theatre.certificate.key.path, "server": server.text,
             "proxy": "tls"}
    made = stage.dance_front({"server": {"threads": 1}, "dns": stage.dns(),
                              "identity": [{"id": "fleet", "name": ENTRY}],
                              "front": [entry]}, address=at, name=f"dance-front {number}")
    made.wait_for(rf"list validated, list {ENTRY}, count 2")
    return at, made


@within(180)
def ten_of_them_follow_one_change_within_its_TTL(stage):
    first, _, third = known(stage, *NAMES)
    put_list(stage, *NAMES[:2], ttl=TTL)
    server = stage.server()
    fronts = [_front(stage, server, number) for number in range(FRONTS)]
    for at, _ in fronts:
        client = Client((at, PORT), first)
        stage.sockets += [client, server.visit()]
    before = {kind: asked(stage, kind) for kind in ("PTR", "TLSA")}
    put_list(stage, NAMES[0], NAMES[2], ttl=TTL)
    for _, made in fronts:
        made.wait_for(rf"client added, list {ENTRY}, client {NAMES[2]}", within=TTL + 20)
        made.wait_for(rf"client removed, list {ENTRY}, client {NAMES[1]}")
        made.wait_for(rf"records validated, client {NAMES[2]}")
    # Each has asked for the list, and for the records of the new name: nothing else.
    lists, records = (asked(stage, kind) - before[kind] for kind in ("PTR", "TLSA"))
    stage.require(records == FRONTS, f"{records} lookups of records")
    stage.require(FRONTS <= lists <= 2 * FRONTS, f"{lists} lookups of the list")
    for at, _ in fronts:
        client = Client((at, PORT), third)
        visit = server.visit()
        stage.sockets += [client, visit]
        stage.expect(f"the new client at {at}", NAMES[2], visit.header().tls["cn"])
