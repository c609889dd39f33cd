# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# TLS clients that do what they should not, or cannot do better, before a dance-front:
# each gets the answer or the alert that is due to it. One server is behind.

import os

import asker
import probe
import wire
from front_stage import NAME, FrontStage
from process import run
from stage import ZONE

SUBSET = "front"
STAGE = FrontStage
HANDSHAKE_FAILURE, PROTOCOL_VERSION, NO_APPLICATION_PROTOCOL = 40, 70, 120
ONLY_TLS12 = {"openssl": ["-tls1_2"],
              "gnutls": ["--priority=NORMAL:-VERS-ALL:+VERS-TLS1.2"]}


def _front(stage, **options):
    """A front before NSD, and a certificate that it lets in."""
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    return stage.front(stage.behind("NSD"), **options), peer


def _clients(peer):
    """How the clients of others are made to show a certificate."""
    return {"openssl": (probe.s_client, ["-cert", peer.path, "-key", peer.key.path]),
            "gnutls": (probe.gnutls_cli, [f"--x509certfile={peer.path}",
                                          f"--x509keyfile={peer.key.path}"])}


def a_certificate_is_requested_and_clients_without_one_are_refused(stage):
    judge, peer = _front(stage)
    for maker, (client, shown) in _clients(peer).items():
        stage.expect(f"{maker}, a certificate", "NOERROR",
                     client(judge.address, *shown))
        stage.expect(f"{maker}, none", "REFUSED, EDE 18", client(judge.address))


def tls_older_than_13_and_other_protocols_than_dot_get_their_alerts(stage):
    judge, peer = _front(stage)
    for maker, (client, shown) in _clients(peer).items():
        stage.expect(f"{maker}, TLS 1.2", f"alert {PROTOCOL_VERSION}",
                     client(judge.address, *shown, *ONLY_TLS12[maker]))
        for alpn in ("h2", None):
            stage.expect(f"{maker}, ALPN {alpn}", f"alert {NO_APPLICATION_PROTOCOL}",
                         client(judge.address, *shown, alpn=alpn))
    stage.plain(judge.address, 853)
    for why, advice in (("no application protocol", "offer ALPN 'dot' on the client"),
                        ("unsupported protocol", "use TLS 1.3 on the client"),
                        ("wrong version number", "use TLS on the client, port 853")):
        judge.wait_for(rf"handshake failed, remote \S+ \({why}\); do: {advice}")


def a_front_that_passes_everything_does_without_alpn(stage):
    judge, peer = _front(stage, **{"pass": "any"})
    for maker, (client, shown) in _clients(peer).items():
        stage.expect(f"{maker}, no ALPN", "NOERROR",
                     client(judge.address, *shown, alpn=None))
        stage.expect(f"{maker}, another", f"alert {NO_APPLICATION_PROTOCOL}",
                     client(judge.address, *shown, alpn="h2"))


def no_session_is_resumed_whether_ours_or_anothers(stage):
    judge, peer = _front(stage)
    shown = ["-cert", peer.path, "-key", peer.key.path]
    ours, others = stage.path("ours.session"), stage.path("others.session")
    seen = probe.s_client(judge.address, *shown, "-sess_out", ours)
    stage.expect("first", "NOERROR", seen)
    stage.require("Post-Handshake New Session Ticket" not in seen.text,
                  "it gives tickets")
    # A session of another server, with the same key: Knot gives tickets.
    primary = stage.primary(modules={}, zones={ZONE: {"acl": "xot"}})
    probe.s_client(primary.address, *shown, "-sess_out", others)
    for path in (ours, others):
        if not os.path.exists(path):
            continue
        seen = probe.s_client(judge.address, *shown, "-sess_in", path)
        stage.expect("with a session to offer", "NOERROR", seen)
        stage.require("New, TLSv1.3" in seen.text and "Reused" not in seen.text,
                      f"it is resumed: {seen.text}")
    stage.require(os.path.exists(others), "there was no session to offer")
    seen = probe.s_client(judge.address, "-sess_in", others)
    stage.expect("with one, but no certificate", "REFUSED, EDE 18", seen)
    _, (_, known) = _clients(peer).items()
    seen = probe.gnutls_cli(judge.address, "--resume", *known[1])
    stage.require("was resumed" not in seen.text.lower(), f"resumed: {seen.text}")


def the_question_for_a_name_is_empty_and_the_name_decides(stage):
    judge, peer = _front(stage)
    stage.publish("ns9.example.net", peer.tlsa())
    seen = probe.clientid(judge.address, peer, name=NAME)
    stage.expect("its name", "NOERROR", seen)
    stage.expect("dane_clientid in the CertificateRequest", "00", seen.asked)
    stage.expect("the name in capitals", "NOERROR",
                 probe.clientid(judge.address, peer, name=NAME.upper()))
    seen = probe.clientid(judge.address, peer, name="ns9.example.net")
    stage.expect("a name that is not listed", "REFUSED, EDE 18", seen)
    stage.expect("the verdict", "name", judge.verdict_at(seen.port).verdict)
    stage.expect("none, its key is known", "NOERROR",
                 probe.clientid(judge.address, peer))


def a_raw_public_key_is_taken_as_such(stage):
    judge, peer = _front(stage)
    seen = probe.clientid(judge.address, peer, name=NAME, raw="yes")
    stage.expect("its answer", "NOERROR", seen)
    stage.expect("what was shown", "raw", seen.shown)
    stage.expect("the key logged", peer.key.digest, judge.verdict_at(seen.port).key)
    stranger = stage.certificate()
    seen = probe.clientid(judge.address, stranger, name=NAME, raw="yes")
    stage.expect("a stranger", "REFUSED, EDE 18", seen)
    stage.expect("the verdict", "mismatch", judge.verdict_at(seen.port).verdict)


def a_knotd_takes_no_raw_keys_and_asks_for_no_name(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = stage.primary([NAME])
    seen = probe.clientid(primary.address, peer, name=NAME, raw="yes")
    stage.require(str(seen) != "NOERROR" or seen.shown == "x509",
                  "the reason given in the matrix is not so")
    seen = probe.clientid(primary.address, peer, name=NAME)
    stage.expect("with a certificate", "NOERROR", seen)
    stage.expect("dane_clientid in the CertificateRequest", "", seen.asked)


def what_is_no_client_name_ends_the_handshake(stage):
    judge, peer = _front(stage)
    name = probe.body(NAME)
    for what, body in (
            ("a name of no length", b"\0"), ("nothing at all", b""),
            ("less than it says", name[:-1]), ("more than it says", name + b"x"),
            ("octets that are in no name", b"\4a b\0")):
        stage.expect(what, f"alert {HANDSHAKE_FAILURE}",
                     probe.clientid(judge.address, peer, body=body))
    # Letters and dots, but no name of DNS: nobody of that name is listed.
    seen = probe.clientid(judge.address, peer, name="a..b")
    stage.expect("an empty label", "REFUSED, EDE 18", seen)
    stage.expect("the verdict", "name", judge.verdict_at(seen.port).verdict)
    judge.wait_for(r"handshake failed, remote ")


def a_name_stands_in_the_entry_of_the_clients_own_certificate_only(stage):
    authority = stage.certificate(subject="/CN=authority", authority=True)
    peer = stage.certificate(NAME, issuer=authority, subject="/CN=ns2")
    stage.publish(NAME, peer.tlsa())
    judge = stage.front(stage.behind("NSD"))
    stage.expect("in its own entry", "NOERROR",
                 probe.clientid(judge.address, peer, name=NAME))
    for entries in ("all", "issuers"):
        stage.expect(f"in {entries}", f"alert {HANDSHAKE_FAILURE}", probe.clientid(
            judge.address, peer, name=NAME, entries=entries))


def a_certificate_that_does_not_have_the_name_sent_fails_the_handshake(stage):
    authority = stage.certificate(subject="/CN=authority", authority=True)
    peer = stage.certificate("ns3.example.net", issuer=authority, subject="/CN=ns3")
    stage.publish(NAME, authority.tlsa(usage=2))
    judge = stage.front(stage.behind("NSD"))
    seen = probe.clientid(judge.address, peer, name=NAME)
    stage.expect("a record that needs the name", f"alert {HANDSHAKE_FAILURE}", seen)
    judge.wait_for(r"handshake failed, remote ")


def messages_that_are_no_query_of_a_zone_never_reach_the_server(stage):
    judge, peer = _front(stage)
    query = bytearray(wire.query(7, ZONE, "AXFR"))
    response, opcode, chaos = bytearray(query), bytearray(query), bytearray(query)
    response[2] |= 0x80
    opcode[2] |= 3 << 3
    chaos[12 + len(wire.name(ZONE)) + 3] = 3
    for what, message, expected in (
            ("no octets", b"", "closed"), ("half a header", query[:6], "closed"),
            ("a response", response, "closed"),
            ("no question", query[:5] + bytes(7), "FORMERR, then transferred"),
            ("an opcode nobody has", opcode, "REFUSED, EDE 21, then transferred"),
            ("another class", chaos, "REFUSED, EDE 21, then transferred")):
        with asker.Asker(judge.address, peer) as connection:
            stage.expect(what, expected, _send(connection, bytes(message)))
    stage.expect("queries that passed", "AXFR AXFR AXFR",
                 " ".join(line.type for line in judge.verdicts()))


def _send(connection, message):
    """What a message of any kind is answered with, and the next one after it."""
    try:
        answer = connection.put(message)
    except OSError:
        return "closed"
    return f"{answer}, then {connection.ask(ZONE)}"


def padded_queries_are_passed_on(stage):
    judge, peer = _front(stage)
    seen = run("kdig", f"@{judge.address}", "-p", "853", "+tls", "+padding=400",
               f"+tls-certfile={peer.path}", f"+tls-keyfile={peer.key.path}", ZONE,
               "SOA").stdout
    stage.require("status: NOERROR" in seen, f"kdig: {seen}")
