# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Clients that were refused ask again on the same connection: what that costs, and that a
# record which has come meanwhile counts.

import asker
from stage import NAME, ZONE, within

SUFFIX = "*.secondaries.example.com"
BELOW = "ns7.secondaries.example.com"
QUERIES = 200


def _lines(primary, port):
    return [line for line in primary.verdicts() if line.port == port]


@within(60)
def a_record_that_comes_lets_the_client_in_on_the_same_connection(stage):
    certificates = {NAME: stage.certificate(NAME), BELOW: stage.certificate(BELOW)}
    stage.publish(BELOW, stage.certificate().tlsa())
    primary = stage.primary([NAME, SUFFIX])
    for name, certificate in certificates.items():
        with asker.Asker(primary.address, certificate) as connection:
            stage.expect(f"{name}, no record", "NOTAUTH, EDE 18", connection.ask(ZONE))
            stage.expect("again", "NOTAUTH, EDE 18", connection.ask(ZONE))
            stage.publish(name, certificate.tlsa())
            stage.expect("its record is there", "transferred",
                         stage.until("transferred", lambda: connection.ask(ZONE)))
            for _ in range(3):
                stage.expect("at once again", "transferred", connection.ask(ZONE))


@within(60)
def many_queries_of_a_stranger_cost_one_decision(stage):
    peer, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa(), ttl=3600)
    primary = stage.primary([NAME])
    with asker.Asker(primary.address, stranger) as connection:
        for _ in range(QUERIES):
            stage.expect("a stranger", "NOTAUTH, EDE 18", connection.ask(ZONE))
        stage.expect("queries counted", str(QUERIES), primary.count(ZONE, "mismatch"))
        stage.expect("lines in the log", "1", len(_lines(primary, connection.port)))
        # Others are not taken for it.
        stage.expect("the peer", "transferred", stage.ask(primary, peer))
    stage.expect("another connection", "refused, mismatch", stage.ask(primary, stranger))


def the_log_tells_of_each_zone_that_was_asked_for(stage):
    peer, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa(), ttl=3600)
    zones = {zone: {"module": "mod-dance/one", "acl": "xot"}
             for zone in ("one.example", "two.example")}
    primary = stage.primary(modules={"one": stage.options([NAME])}, zones=zones)
    with asker.Asker(primary.address, stranger) as connection:
        for zone in list(zones) + ["two.example"]:
            stage.expect(zone, "NOTAUTH, EDE 18", connection.ask(zone))
        lines = _lines(primary, connection.port)
        stage.expect("lines in the log", "2", len(lines))
        stage.expect("the last one", "refused, mismatch", lines[-1])
        stage.require("earlier request" in lines[-1].rest, f"a reason: {lines[-1].rest}")
