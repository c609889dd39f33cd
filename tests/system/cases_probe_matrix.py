# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance probe against every kind of primary: what an operator of a secondary sees, for each thing
# that can be in the way, and what it tells to do about it.

import re

from front_stage import OTHER_ZONE, PRIMARY_NAME, FrontStage
from probe_row import (CLOSED, GOOD, KINDS, KNOT, NO_RECORD, OPEN_ZONE, OTHER_SERVER,
                       OTHERS_KEY, RAW, UNSIGNED, Row)
from prober import probe
from stage import ZONE, within

SUBSET = "front"
BEGINNING = "tcp ok, tls ok, server ok"
END = "no-cert ok, plain ok"


class STAGE(FrontStage):
    def tails(self):
        shared = self.theatre.shared
        return {**(shared.tails() if shared else {}), **super().tails()}


def _probe(row, name=GOOD, zone=ZONE, server_name=PRIMARY_NAME, **who):
    who = who or {"certificate": row.clients[name]}
    return probe(row, "--server-name", server_name, row.address, zone, name=name, **who)


def _expect(stage, said, status, words, verdict):
    stage.expect(f"how it ended\n{said}", str(status), said.status)
    stage.expect(f"the steps\n{said}", words, said.words)
    stage.expect(f"the verdict\n{said}", verdict, said.verdict)


def _has(stage, said, text, *parts):
    for part in parts:
        stage.require(part in text, f"no '{part}' in '{text}':\n{said}")


def a_permitted_secondary_is_told_that_it_works(stage, row):
    since = row.judge.mark()
    said = _probe(row)
    _expect(stage, said, 0, f"{BEGINNING}, client ok, AXFR ok, {END}", "allowed")
    _has(stage, said, said.text("tls"), "TLS 1.3, ALPN dot", "asks for a client certificate",
         row.theatre.certificate.key.digest)
    _has(stage, said, said.text("server"), f"_853._tcp.{PRIMARY_NAME}: TLSA 3 1 1 matches (secure, ")
    _has(stage, said, said.text("client"), f"we show key {row.clients[GOOD].key.digest}; {GOOD}: ",
         "TLSA 3 1 1 matches (secure, 1 record, ttl ")
    records = 4 if row.kind == KNOT else 305
    for step in ("server", "client"):
        stage.require(re.search(r", signed until 20\d\d-\d\d-\d\dT[\d:]+Z\)$", said.text(step)),
                      f"{step} tells of no signature's end: {said}")
    _has(stage, said, said.text("AXFR"), f"{ZONE}. serial 1, {records} records in ")
    _has(stage, said, said.last, f"a transfer of {ZONE}. works from here")
    stage.require(said.err == "", f"it complains: {said.err}")
    # The primary has seen the same: us, and then a stranger.
    lines = [line for line in row.judge.verdicts(since) if line.type == "AXFR"]
    stage.expect("the first verdict", "allowed", lines[0])
    stage.expect("whose", GOOD, lines[0].client.rstrip("."))
    stage.expect("the next", "refused, credential", lines[1])


def a_raw_key_works_where_the_server_takes_one(stage, row):
    """It is a name below a suffix, and nothing but the name sent tells which."""
    said = _probe(row, RAW, raw_key=row.nameless)
    _expect(stage, said, 0, f"{BEGINNING}, client ok, AXFR ok, {END}", "allowed")
    _has(stage, said, said.text("client"), f"we show raw key {row.nameless.digest}; ")
    in_certificate = "our key was shown in a certificate" in said.text("AXFR")
    stage.expect("the key in a certificate", str(row.kind == KNOT), in_certificate)
    asked = "a client certificate" if row.kind == KNOT else "a client certificate and its name"
    stage.require(said.text("tls").endswith(f"asks for {asked}"), str(said))


def a_name_without_a_record_is_told_what_to_publish(stage, row):
    said = _probe(row, NO_RECORD)
    _expect(stage, said, 1, f"{BEGINNING}, client no, AXFR no, {END}", "refused")
    _has(stage, said, said.text("client"), f"{NO_RECORD}: no-tlsa (no such name)")
    _has(stage, said, said.text("AXFR"), "EDE 18 \"no TLSA record")
    _has(stage, said, said.last, "publish "
         f"{NO_RECORD}. 3600 IN TLSA 3 1 1 {row.clients[NO_RECORD].key.digest}", "typing errors")


def a_key_that_is_not_in_the_record_is_told_so(stage, row):
    said = _probe(row, OTHERS_KEY)
    key = row.clients[OTHERS_KEY].key.digest
    _expect(stage, said, 1, f"{BEGINNING}, client no, AXFR no, {END}", "refused")
    _has(stage, said, said.text("client"), f"we show key {key}; ",
         f"{OTHERS_KEY}: mismatch (the one usable record is 3 1 1 ")
    _has(stage, said, said.text("AXFR"), "EDE 18 \"no TLSA record matches\"")
    _has(stage, said, said.last, f"publish TLSA 3 1 1 {key} beside", "two TTLs (until 20")


def a_name_in_an_unsigned_zone_is_told_to_sign_it(stage, row):
    said = _probe(row, UNSIGNED)
    _expect(stage, said, 1, f"{BEGINNING}, client no, AXFR no, {END}", "refused")
    _has(stage, said, said.text("client"),
         f"{UNSIGNED}: insecure (the TLSA records are not DNSSEC-signed)")
    _has(stage, said, said.last, f"sign the zone of {UNSIGNED}")


def a_server_whose_record_is_of_another_key_is_shown_nothing(stage, row):
    since = row.judge.mark()
    said = _probe(row, server_name=OTHER_SERVER)
    _expect(stage, said, 1, "tcp ok, tls ok, server no, client ok", "not sent")
    key = row.theatre.certificate.key.digest
    _has(stage, said, said.text("server"), f"_853._tcp.{OTHER_SERVER}: mismatch (", f"shows key {key}")
    _has(stage, said, said.last, "may be another one", f"TLSA 3 1 1 {key} must be at")
    stage.require(not row.judge.verdicts(since), "the server was asked")


def a_refusal_by_the_servers_own_list_is_told_from_one_by_DNS(stage, row):
    said = _probe(row, zone=OTHER_ZONE)
    _expect(stage, said, 1, f"{BEGINNING}, client ok, AXFR no, {END}", "refused")
    _has(stage, said, said.last, "the primary's own access list says no", f"permit {GOOD} for "
         f"{OTHER_ZONE}.")


def a_zone_that_the_server_does_not_have_is_refused(stage, row):
    said = _probe(row, zone="nowhere.example")
    stage.expect(f"how it ended\n{said}", "1", said.status)
    stage.expect("the verdict", "refused", said.verdict)
    _has(stage, said, said.last, "if the zone is there")


def an_open_zone_is_told_to_be_open(stage, row):
    said = _probe(row, zone=OPEN_ZONE)
    if row.kind in CLOSED:
        _expect(stage, said, 0, f"{BEGINNING}, client ok, AXFR ok, {END}", "allowed")
        return
    no_cert = "no" if row.kind == KNOT else "ok"
    _expect(stage, said, 1, f"{BEGINNING}, client ok, AXFR ok, no-cert {no_cert}, plain no", "open")
    _has(stage, said, said.text("plain"), "served, serial 1: the zone is open to anybody")
    _has(stage, said, said.last, f"{OPEN_ZONE}. over plain TCP")


def _write_cases():
    stories = [a_permitted_secondary_is_told_that_it_works,
               a_raw_key_works_where_the_server_takes_one,
               a_name_without_a_record_is_told_what_to_publish,
               a_key_that_is_not_in_the_record_is_told_so,
               a_name_in_an_unsigned_zone_is_told_to_sign_it,
               a_server_whose_record_is_of_another_key_is_shown_nothing,
               a_refusal_by_the_servers_own_list_is_told_from_one_by_DNS,
               a_zone_that_the_server_does_not_have_is_refused,
               an_open_zone_is_told_to_be_open]
    place = 0
    for kind in KINDS:
        for story in stories:
            def case(stage, kind=kind, story=story):
                story(stage, stage.theatre.share(Row, f"probe {kind}"))
            behind = "" if kind == KNOT else "_behind_dance-front"
            case.__name__ = f"{kind}{behind}: {story.__name__}".replace(" ", "_")
            case.place = place = place + 1
            case.shares = f"probe {kind}"
            globals()[case.__name__] = within(60)(case)
    for story in stories:
        del globals()[story.__name__]


_write_cases()
