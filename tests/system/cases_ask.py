# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance-ask and real mail servers, started with the samples as they are: who may relay because DNS
# says who is asking, and what becomes of everybody else.

import hashlib
import os
import re

import smtp
from mail_stage import ALLOWED, CUSTOMER, DENIED, MTA, NAME, AskStage, can, has_exim
from process import run
from stage import within

SUBSET = "ask"
STAGE = AskStage


@within(120)
def postfix_relays_for_whom_DNS_proves(stage):
    if not can():
        return
    server = stage.postfix()
    judge = stage.beside(server)
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    stage.expect("a listed client", ALLOWED, stage.wait_offered(ALLOWED, server, mta))
    since = judge.mark()
    stage.expect("a listed client", ALLOWED, stage.offered(server, mta, helo="other.example"))
    judge.wait_for(rf"info: ask relay, client allowed, remote 127\.0\.0\.\d+@\d+, client {NAME}, "
                   r"key [0-9a-f]{64}, verdict allow, record 3 1 1, ttl \d+$", since)
    for algorithm in ("RSA", "ED25519"):
        other = stage.certificate(key=stage.key(algorithm))
        stage.publish(NAME, other.tlsa())
        stage.expect(algorithm, ALLOWED, stage.wait_offered(ALLOWED, server, other))
        stage.publish(NAME, other.tlsa(selector=0))
        stage.expect(f"{algorithm}, 3 0 1", ALLOWED, stage.wait_offered(ALLOWED, server, other))
    # Neither dates nor purposes count for usage 3 (RFC 7671 5.1).
    expired = stage.certificate()
    run("openssl", "req", "-x509", "-new", "-key", expired.key.path, "-subj", "/CN=old",
        "-not_before", "20200101000000Z", "-not_after", "20210101000000Z",
        "-addext", "extendedKeyUsage=serverAuth", "-out", expired.path)
    stage.publish(NAME, expired.tlsa())
    stage.expect("an expired certificate", ALLOWED, stage.wait_offered(ALLOWED, server, expired))
    stage.expect("an older key", DENIED, stage.until(DENIED, lambda: stage.offered(server, mta)))


@within(120)
def customers_below_a_suffix_say_their_names_in_HELO(stage):
    if not can():
        return
    server = stage.postfix()
    judge = stage.beside(server)
    own = stage.certificate()
    stage.publish(f"_smtp-client.{CUSTOMER}", own.tlsa())
    stage.publish("_smtp-client.b.customers.example.org", stage.certificate().tlsa())
    stage.expect("a customer", ALLOWED, stage.wait_offered(ALLOWED, server, own, helo=CUSTOMER))
    for helo, verdict in (("b.customers.example.org", "mismatch"),
                          ("nobody.customers.example.org", "no-tlsa"),
                          ("client.example", "name")):
        since = judge.mark()
        stage.expect(helo, DENIED, stage.offered(server, own, helo=helo))
        stage.expect(f"the verdict on {helo}", verdict, judge.verdict(since))


# What the sample makes of a client, and what dance-ask says of it; an empty verdict is for one of
# whom it is not asked.
@within(150)
def everybody_else_is_refused_or_comes_again(stage):
    if not can():
        return
    server = stage.postfix()
    judge = stage.beside(server)
    mta, stranger = stage.certificate(), stage.certificate(MTA, subject=f"/CN={NAME}")
    stage.publish(NAME, mta.tlsa())
    stage.expect("a listed client", ALLOWED, stage.wait_offered(ALLOWED, server, mta))
    for what, expected, verdict, certificate, how in (
            ("a stranger", DENIED, "name", stranger, {}),
            ("one with the name of a member", DENIED, "mismatch", stranger, {"helo": MTA}),
            ("no certificate", DENIED, "credential", None, {"helo": MTA}),
            ("TLS 1.2", DENIED, "transport", mta, {"tls": "1.2"}),
            ("no TLS", DENIED, "transport", None, {"tls": None}),
            ("a raw public key", ALLOWED, "allow", mta, {"raw_key": True}),
            ("a stranger's raw key", DENIED, "name", stranger, {"raw_key": True}),
            ("a stranger's mail for us", ALLOWED, "", stranger,
             {"recipients": ["b@local.example"]})):
        since = judge.mark()
        stage.expect(what, expected, stage.offered(server, certificate, **how))
        stage.expect(f"the verdict on {what}", verdict, judge.verdict(since))
    said = "\n".join(line for line in judge.lines() if "verdict name " in line)
    stage.require(said and NAME not in said, f"a stranger's line names a member: {said}")


@within(150)
def whom_DNS_cannot_tell_comes_again_later(stage):
    if not can():
        return
    server = stage.postfix()
    judge = stage.beside(server)
    judge.text = judge.text.replace('"*.customers.example.org"',
                                    '"*.customers.example.org", "*.net"')
    judge.reload()
    own = stage.certificate()
    stage.publish("_smtp-client.mta.unsigned.net", own.tlsa())
    stage.publish("_smtp-client.mta.example.net", stage.certificate().tlsa())
    for helo, expected, verdict in (
            ("mta.unsigned.net", DENIED, "insecure"),
            ("ns2.broken.net", DENIED, "bogus"), ("mta.broken.net", DENIED, "bogus")):
        if verdict == "bogus":
            stage.publish(f"_smtp-client.{helo}", own.tlsa())
            expected = "450 4.7.5 <b@elsewhere.example>: Recipient address rejected: " \
                "DANE client lookup failed (bogus)"
        since = judge.mark()
        seen = stage.offered(server, own, helo=helo)
        stage.expect(f"the verdict on {helo}", verdict, judge.verdict(since))
        stage.expect(helo, expected, seen)
    # A later rule may still let it in: it is deferred only if it is refused.
    stage.expect("for us", ALLOWED, stage.offered(server, own, helo="ns2.broken.net",
                                                  recipients=["b@local.example"]))


@within(90)
def without_dance_ask_mail_waits_and_nothing_is_lost(stage):
    if not can():
        return
    server = stage.postfix()
    judge = stage.beside(server)
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    stage.expect("with it", ALLOWED, stage.wait_offered(ALLOWED, server, mta))
    stage.retire(judge)
    away = "450 4.3.5 <b@elsewhere.example>: Recipient address rejected: dance is away"
    stage.expect("without it", away, stage.offered(server, mta))
    stage.expect("mail for us", ALLOWED,
                 stage.offered(server, mta, recipients=["b@local.example"], whole=False))
    stage.require(smtp.send(server.address, server.port, ["b@local.example"], whole=True,
                            certificate=mta)[-1].startswith("250 2.0.0 Ok"),
                  "mail for us is not taken without dance-ask")
    stage.beside(server)
    stage.expect("with it again", ALLOWED, stage.wait_offered(ALLOWED, server, mta))


@within(90)
def accepted_mail_says_who_was_proved(stage):
    if not can():
        return
    server = stage.postfix()
    judge = stage.beside(server)
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    stage.expect("a listed client", ALLOWED, stage.wait_offered(ALLOWED, server, mta))
    since = judge.mark()
    answers = smtp.send(server.address, server.port,
                        ["b@elsewhere.example", "c@elsewhere.example"], whole=True,
                        certificate=mta)
    stage.expect("two recipients", f"{ALLOWED}, {ALLOWED}", ", ".join(answers[:2]))
    mail = stage.until("1", lambda: len(server.mails())) and server.mails()[0]
    stage.expect("the headers", "1", len(re.findall(
        rf"^Authentication-Results: mx\.example\.org; x-dance=pass policy\.name={NAME}$", mail,
        re.M)))
    # Both recipients are one mail, which the log tells once.
    stage.expect("lines of level info", "1", len(judge.matches("info: .* allowed", since)))
    # Of a stranger nothing is said.
    smtp.send(server.address, server.port, ["b@local.example"], whole=True,
              certificate=stage.certificate())
    stage.until("2", lambda: len(server.mails()))
    stage.expect("mails with a header", "1",
                 sum("Authentication-Results" in text for text in server.mails()))


@within(120)
def a_ticket_alone_proves_nothing(stage):
    if not can():
        return
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    line = "smtpd_tls_session_cache_timeout = 0\n"
    settings = stage.settings("postfix.main.cf")
    stage.require(line in settings, "the sample does not forbid tickets")
    server = stage.postfix()
    stage.beside(server)
    stage.expect("a listed client", ALLOWED, stage.wait_offered(ALLOWED, server, mta))
    for text, expected in ((settings, DENIED), (settings.replace(line, ""), ALLOWED)):
        server.reload(text)
        session = stage._path("session")
        stage.expect("with the key", ALLOWED, stage.wait_offered(
            ALLOWED, server, mta, session_out=session))
        # Without the sample's line, a thief of the ticket alone is let in.
        seen = stage.offered(server, session_in=session) if os.path.exists(session) \
            else stage.offered(server)
        stage.expect("a ticket, with the line" if expected == DENIED else "without it",
                     expected, seen)


@within(90)
def other_fingerprints_are_told_once_and_loudly(stage):
    if not can():
        return
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    server = stage.postfix(more="smtpd_tls_fingerprint_digest = sha512\n")
    judge = stage.beside(server)
    for _ in range(2):
        stage.expect("a client", "450 4.7.5 <b@elsewhere.example>: Recipient address rejected: "
                     "DANE client lookup failed (internal)", stage.offered(server, mta))
    stage.expect("lines about it", "1", len(judge.matches(
        "error: ask relay, no client can be authenticated .*64 octets.*; do: set "
        "'smtpd_tls_fingerprint_digest = sha256' in main.cf$")))


@within(120)
def a_table_of_fingerprints_is_asked_in_DNS(stage):
    if not can():
        return
    server = stage.postfix("postfix.socketmap.main.cf")
    judge = stage.beside(server, "dance-ask.socketmap.conf")
    mta, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, mta.tlsa())
    stage.expect("by its key", ALLOWED, stage.wait_offered(ALLOWED, server, mta))
    stage.publish("_smtp-client.mta2.example.net", mta.tlsa(selector=0))
    stage.publish(NAME, stranger.tlsa())
    stage.expect("by its certificate", ALLOWED, stage.until(ALLOWED, lambda: stage.offered(
        server, mta)))
    stage.expect("a raw public key", ALLOWED,
                 stage.wait_offered(ALLOWED, server, stranger, raw_key=True))
    since = judge.mark()
    stage.expect("a stranger", DENIED, stage.offered(server, stage.certificate()))
    stage.expect("the verdict", "name", judge.verdict(since))
    # The same answers in an access table.
    settings = stage.settings("postfix.socketmap.main.cf")
    server.reload(settings.replace(
        "permit_tls_clientcerts", "check_ccert_access socketmap:unix:private/dance-map:relay"))
    stage.expect("an access table", ALLOWED, stage.wait_offered(ALLOWED, server, stranger))
    stage.expect("a stranger there", DENIED, stage.offered(server, stage.certificate()))
    server.reload(settings)
    stage.retire(judge)
    stage.expect("without dance-ask", "451 4.3.0", stage.until(
        "451 4.3.0", lambda: stage.offered(server, stranger)[:9]))


@within(150)
def exim_asks_with_a_whole_certificate(stage):
    if not can() or not has_exim():
        return
    server = stage.exim()
    judge = stage.beside_exim()
    mta, stranger = stage.certificate(), stage.certificate(MTA, subject=f"/CN={NAME}")
    stage.publish(NAME, mta.tlsa())
    stage.publish(f"_smtp-client.{CUSTOMER}", stranger.tlsa())
    denied, failed = "550 relay not permitted", "451 DANE client lookup failed"
    judge.text = judge.text.replace('"*.customers.example.org"',
                                    '"*.customers.example.org", "*.net"')
    judge.reload()
    stage.expect("a listed client", "250 Accepted", stage.wait_offered("250 Accepted", server,
                                                                       mta))
    for what, expected, verdict, certificate, how in (
            ("a stranger", denied, "name", stage.certificate(), {}),
            ("a customer", "250 Accepted", "allow", stranger, {"helo": CUSTOMER}),
            ("one with the name of a member", denied, "mismatch", stranger, {"helo": MTA}),
            ("no certificate", denied, "credential", None, {"helo": MTA}),
            ("TLS 1.2", denied, "transport", mta, {"tls": "1.2"}),
            ("no TLS", denied, "", None, {"tls": None}),
            ("a broken zone", failed, "bogus", None, {"helo": "ns2.broken.net"}),
            ("an unsigned zone", denied, "insecure", None, {"helo": "mta.unsigned.net"}),
            ("mail for us", "250 Accepted", "", None, {"recipients": ["b@local.example"]})):
        if verdict in ("bogus", "insecure"):
            certificate = stage.certificate()
            stage.publish(f"_smtp-client.{how['helo']}", certificate.tlsa())
        since = judge.mark()
        seen = stage.offered(server, certificate, **how)
        stage.expect(f"the verdict on {what}", verdict, judge.verdict(since))
        stage.expect(what, expected, seen)
    # Any digest may stand in DNS, since the certificate itself is there.
    digest = hashlib.sha512(mta.der).hexdigest()
    stage.publish(NAME, f"3 0 2 {digest}")
    stage.expect("3 0 2", "250 Accepted", stage.wait_offered("250 Accepted", server, mta))
    smtp.send(server.address, server.port, whole=True, certificate=mta)
    header = r"Authentication-Results: mx\.example\.org;\s+x-dance=pass policy\.name="
    stage.expect("headers", "1", stage.until("1", lambda: len(
        re.findall(f"{header}{NAME}\n", server.headers()))))
    stage.retire(judge)
    stage.expect("without dance-ask", failed, stage.offered(server, mta))


@within(90)
def exim_says_that_a_session_was_resumed(stage):
    if not can() or not has_exim():
        return
    line = "tls_resumption_hosts =\n"
    stage.require(line in stage.settings("exim.conf"), "the sample does not forbid tickets")
    server = stage.exim()
    judge = stage.beside_exim()
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    stage.expect("a listed client", "250 Accepted", stage.wait_offered("250 Accepted", server,
                                                                       mta))
    stage.retire(server)
    server.settings = server.settings.replace(line, "tls_resumption_hosts = *\n")
    stage.servers.append(server.start())
    session = stage._path("session")
    stage.expect("with the key", "250 Accepted", stage.offered(server, mta, session_out=session))
    stage.require(os.path.exists(session), "there is no ticket")
    since = judge.mark()
    stage.expect("a ticket alone", "550 relay not permitted",
                 stage.offered(server, session_in=session))
    stage.expect("the verdict", "unproven", judge.verdict(since))
