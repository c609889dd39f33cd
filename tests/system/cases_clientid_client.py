# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dane_clientid on the wire: what dance's own clients, dance-front's client mode and dance
# probe, send to a server, octet for octet, and what they do if a server asks oddly. The
# server was written from the draft alone (tests/wire).

import front
import prober
from clientid_peer import PeerServer, clientid, octets, public_key
from front_stage import NAME, PRIMARY_NAME, FrontStage
from stage import ZONE

SUBSET = "front"
STAGE = FrontStage
HANDSHAKE_FAILURE, ILLEGAL_PARAMETER, UNSUPPORTED_EXTENSION = 40, 47, 110
PORTS = {False: 5853, True: 5854}


class _Secondary:
    """A client of ours that shows one key: by client mode, or as dance probe."""

    def __init__(self, stage):
        stage.publish_primary()
        self.stage = stage
        self.key = stage.key()
        self.certificate = stage.certificate(NAME, key=self.key)
        self.mode = stage.client(*(
            stage.client_entry(self.key, port, raw_key=raw,
                               **({} if raw else {"cert_file": self.certificate.path}))
            for raw, port in PORTS.items()))

    def by_client_mode(self, raw):
        return self.stage.put(front.CLIENT_ADDRESS, tls=False, port=PORTS[raw], kind="SOA")

    def by_probe(self, raw):
        who = {"raw_key": self.key} if raw else {"certificate": self.certificate}
        return prober.probe(self.stage, "--server-name", PRIMARY_NAME, front.ADDRESS, ZONE,
                            name=NAME, **who)

    def ways(self):
        """(what, function that asks, whether with a raw key)."""
        for raw in (False, True):
            kind = "raw key" if raw else "certificate"
            yield f"client mode, {kind}", self.by_client_mode, raw
            yield f"dance probe, {kind}", self.by_probe, raw

    def own(self, raw):
        return public_key(self.key) if raw else self.certificate.der


def _heard(visit):
    """All that a client said in its handshake, as one string of octets."""
    return b"".join(body for _, body in visit.heard)


def _expect_nothing_shown(stage, what, visits):
    """A probe also comes to see what the server says to somebody who shows nothing."""
    for visit in visits:
        stage.require(NAME.encode("ascii") not in _heard(visit) and
                      (not visit.finished or not visit.shown()), f"{what}: it went on")


def a_client_answers_a_question_with_its_name_and_no_octet_more(stage):
    secondary = _Secondary(stage)
    with PeerServer(front.ADDRESS, stage.theatre.certificate) as server:
        server.how = {"question": clientid.QUESTION}
        for what, ask, raw in secondary.ways():
            ask(raw)
            visit = server.shown()
            stage.require(visit.said, f"{what}: it said nothing")
            (data, block), *issuers = visit.shown()
            stage.expect(f"{what}: the entry", secondary.own(raw).hex(), data.hex())
            stage.expect(f"{what}: its extensions", clientid.answer(NAME).hex(), block.hex())
            stage.expect(f"{what}: other entries", "[]", issuers)
            _, offered = visit.hello()
            stage.require(clientid.NUMBER not in offered, f"{what}: it is in ClientHello")
            name = NAME.encode("ascii")
            stage.expect(f"{what}: how often the name was said", "1" if raw else "2",
                         _heard(visit).count(name))


def a_client_that_is_not_asked_sends_nothing(stage):
    """Neither without a question, nor after other extensions that ask for something else."""
    secondary = _Secondary(stage)
    with PeerServer(front.ADDRESS, stage.theatre.certificate) as server:
        for how in ({}, {"question": octets.extension(clientid.NUMBER + 1, b"\0")}):
            server.how = how
            for what, ask, raw in secondary.ways():
                ask(raw)
                visit = server.shown()
                stage.require(visit.said, f"{what}: it said nothing")
                stage.expect(f"{what}: extensions", f"[({secondary.own(raw)!r}, b'')]",
                             visit.shown())
                stage.expect(f"{what}: how often the name was said", "0" if raw else "1",
                             _heard(visit).count(NAME.encode("ascii")))


def a_client_without_a_name_sends_none_when_asked(stage):
    stage.publish_primary()
    stage.client(stage.client_entry(stage.key(), client_name=None, raw_key=True))
    with PeerServer(front.ADDRESS, stage.theatre.certificate) as server:
        server.how = {"question": clientid.QUESTION}
        stage.put(front.CLIENT_ADDRESS, tls=False, port=5853, kind="SOA")
        stage.expect("extensions", "b''", server.shown().shown()[0][1])


def a_client_tells_a_server_that_asks_oddly_nothing(stage):
    """What a server sends is the empty ClientName, once, in CertificateRequest (draft 7). The
    alerts are those of RFC 8446 4.2, or of the draft 12 if the data are wrong. A probe that only
    looks knows the extension as one of CertificateRequest."""
    secondary = _Secondary(stage)
    own = clientid.answer("ns1.example.com")
    with PeerServer(front.ADDRESS, stage.theatre.certificate) as server:
        for oddity, expected, how in (
                ("a name", HANDSHAKE_FAILURE, {"question": own}),
                ("no octets", HANDSHAKE_FAILURE, {"question": clientid.odd(b"")}),
                ("too many", HANDSHAKE_FAILURE, {"question": clientid.odd(b"\0\0")}),
                ("a length alone", HANDSHAKE_FAILURE, {"question": clientid.odd(b"\1")}),
                ("twice", ILLEGAL_PARAMETER, {"question": clientid.QUESTION * 2}),
                ("in EncryptedExtensions", ILLEGAL_PARAMETER,
                 {"encrypted": clientid.QUESTION}),
                ("in ServerHello", ILLEGAL_PARAMETER, {"hello": clientid.QUESTION}),
                ("in Certificate", UNSUPPORTED_EXTENSION,
                 {"certificate": clientid.QUESTION}),
                ("a name in Certificate", UNSUPPORTED_EXTENSION,
                 {"question": clientid.QUESTION, "certificate": own})):
            server.how = how
            for what, ask, raw in secondary.ways():
                ask(raw)
                visits = server.seen()
                alerts = {visit.alert for visit in visits} - {0}
                allowed = {expected}
                if ask == secondary.by_probe and "Certificate" in oddity:
                    allowed = {ILLEGAL_PARAMETER}
                stage.expect(f"{what}: {oddity}", str(allowed), alerts)
                _expect_nothing_shown(stage, f"{what}: {oddity}", visits)


def a_server_that_is_not_proved_hears_no_name(stage):
    """The question itself is in order, but the server is another one."""
    secondary = _Secondary(stage)
    stranger = stage.certificate("ns1.example.com")
    with PeerServer(front.ADDRESS, stranger) as server:
        server.how = {"question": clientid.QUESTION}
        for what, ask, raw in secondary.ways():
            ask(raw)
            visits = server.seen()
            stage.require(visits, f"{what}: it did not come")
            _expect_nothing_shown(stage, what, visits)
