# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Unmodified mail servers behind dance-front on port 465, all started with the samples as they are:
# who gets as far as the server, as whom, and what becomes of everybody else's mail.

import os
import re
import socket
import time

import smtp
from mail_stage import (ALLOWED, CUSTOMER, NAME, MailStage, can, give, has_exim, wait_arrived,
                        wait_deferred)
from process import eventually
from samples import placed
from stage import within
from world import BROKEN_OWNER as BROKEN_OWNER_NAME
from world import TTL

SUBSET = "ask"
CUSTOMER_NAME = f"_smtp-client.{CUSTOMER}"
BROKEN_OWNER = BROKEN_OWNER_NAME.rstrip(".")
UNSIGNED = "_smtp-client.mta.unsigned.net"
ADDRESSES = {NAME: "fd00:da:ce::2", CUSTOMER_NAME: "fd00:da:ce::3"}
# Either may come first: the alert of the handshake, or the end of a connection that was refused
# after it.
REFUSED = ("alert 40", "the mail server ended the connection")
ENDED = "the mail server ended the connection"
# More permitted names than those of the sample.
MORE = f"""
  - id: unsigned
    name: {UNSIGNED}
    address: fd00:da:ce::4
  - id: broken
    name: {BROKEN_OWNER}
    address: fd00:da:ce::5

front:"""


class SmtpsStage(MailStage):
    def before_postfix(self, change=lambda text: text):
        server = self.postfix(name=None, master=placed("postfix.smtps.master.cf", self.open))
        return server, self.smtps(change)

    def verdict(self, judge, since):
        """What the front's log says of the last client after a mark."""
        def look():
            return judge.matches(r"front smtps, .*remote .*verdict ([a-z-]+)", since)
        return eventually(look, what="a verdict")[-1][1]

    def rows(self, judge, rows):
        """Each is: what, the answers that may come, the verdict, a certificate, how."""
        for what, expected, verdict, certificate, how in rows:
            since = judge.mark()
            self.expect(what, expected, self.smtps_offered(judge, certificate, **how))
            self.expect(f"the verdict on {what}", verdict, self.verdict(judge, since))


STAGE = SmtpsStage


@within(150)
def postfix_sees_whom_dance_front_has_proved(stage):
    if not can():
        return
    server, judge = stage.before_postfix()
    mta, customer = stage.certificate(), stage.certificate()
    named = stage.certificate(CUSTOMER_NAME)
    stage.publish(NAME, mta.tlsa())
    stage.expect("a listed client", ALLOWED, stage.wait_smtps_offered(ALLOWED, judge, mta))
    since = server.mark()
    stage.expect("a raw public key", ALLOWED, stage.smtps_offered(judge, mta, raw_key=True))
    server.wait_for(rf"postfix/smtps/smtpd\S* connect from unknown\[{ADDRESSES[NAME]}\]", since)
    stage.publish(CUSTOMER_NAME, customer.tlsa(), named.tlsa())
    for what, certificate, how in (
            ("a name in dane_clientid", customer, {"clientid": CUSTOMER_NAME}),
            ("with a raw public key", customer, {"clientid": CUSTOMER_NAME, "raw_key": True}),
            ("a name in a certificate", named, {})):
        since = server.mark()
        stage.expect(what, ALLOWED, stage.wait_smtps_offered(ALLOWED, judge, certificate, **how))
        server.wait_for(rf"connect from unknown\[{ADDRESSES[CUSTOMER_NAME]}\]", since)
    stage.rows(judge, (
        ("no name", REFUSED, "mismatch", customer, {}),
        ("the name of another one", REFUSED, "mismatch", customer, {"clientid": NAME})))


@within(180)
def what_dance_front_refuses_never_gets_to_postfix(stage):
    if not can():
        return
    server, judge = stage.before_postfix(lambda text: text.replace("\nfront:", MORE))
    mta, unsigned, broken = (stage.certificate() for _ in range(3))
    stage.publish(NAME, mta.tlsa())
    stage.publish(UNSIGNED, unsigned.tlsa())
    stage.publish(BROKEN_OWNER, broken.tlsa())
    stage.expect("a listed client", ALLOWED, stage.wait_smtps_offered(ALLOWED, judge, mta))
    judge.wait_for(f"no valid records, client {BROKEN_OWNER}, verdict bogus ", within=20)
    judge.wait_for(f"no valid records, client {UNSIGNED}, verdict insecure ")
    server.wait_for("disconnect from unknown.fd00:")
    since = server.mark()
    stage.rows(judge, (
        # His key may be the one that cannot be looked up.
        ("a stranger", REFUSED, "bogus", stage.certificate(), {}),
        ("wrong key", REFUSED, "mismatch", stage.certificate(), {"clientid": NAME}),
        ("an unsigned zone", REFUSED, "insecure", unsigned, {"clientid": UNSIGNED}),
        ("a broken zone", REFUSED, "bogus", broken, {"clientid": BROKEN_OWNER}),
        ("no certificate", REFUSED, "credential", None, {})))
    stage.expect("TLS 1.2", "alert 70", stage.smtps_offered(judge, mta, tls="1.2"))
    stage.expect("connections to postfix", "0", len(server.matches("connect from", since)))
    # There is nothing to resume.
    session = stage.path("session")
    stage.expect("with the key", ALLOWED, stage.smtps_offered(judge, mta, session_out=session))
    stage.require(not os.path.exists(session), "the client was given a ticket")
    # Postfix away, and back.
    stage.retire(server)
    stage.expect("without postfix", ENDED, stage.smtps_offered(judge, mta))
    stage.servers.append(server.start())
    stage.expect("with it again", ALLOWED, stage.wait_smtps_offered(ALLOWED, judge, mta))


@within(150)
def a_talk_goes_on_for_as_long_as_DNS_proves_the_client(stage):
    """Through the end of the TTL and a reload, and no longer than its name is permitted."""
    if not can():
        return
    _, judge = stage.before_postfix()
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    judge.wait_for(f"records validated, client {NAME}", within=20)
    text = judge.text
    for what, end in (
            ("the record is withdrawn", lambda: stage.withdraw(NAME)),
            ("the name is not permitted any more", lambda: _reload(judge, text.replace(
                NAME, "_smtp-client.other.example.net")))):
        talk = smtp.Talk(judge.address, judge.port, certificate=mta, smtps=True)
        try:
            talk.put("EHLO client.example")
            talk.put("MAIL FROM:<a@example.net>")
            _reload(judge, text)
            stage.expect("after a reload", ALLOWED, talk.put("RCPT TO:<b@elsewhere.example>"))
            time.sleep(2 * TTL)
            stage.expect("after the TTL", ALLOWED, talk.put("RCPT TO:<b@elsewhere.example>"))
            end()
            stage.expect(what, ENDED, stage.until(ENDED, lambda: _noop(talk)))
        finally:
            talk.end()
        stage.publish(NAME, mta.tlsa())
        _reload(judge, text)
        stage.expect("then", ALLOWED, stage.wait_smtps_offered(ALLOWED, judge, mta))


def _reload(judge, text):
    judge.text = text
    judge.reload()


def _noop(talk):
    try:
        return talk.put("NOOP")
    except smtp.Ended as end:
        return str(end)


@within(60)
def postfix_behind_dance_front_takes_nothing_without_a_header(stage):
    if not can():
        return
    server = stage.postfix(name=None, master=placed("postfix.smtps.master.cf", stage.open))
    with socket.create_connection(("127.0.0.1", 10465), 10) as connection:
        connection.sendall(b"EHLO client.example\r\n")
        connection.settimeout(20)
        said = connection.recv(1000).decode()
    stage.require(not said.startswith("220"), f"it says {said}")
    server.wait_for(r"postfix/smtps/smtpd.*(?:proxy|haproxy)")


# --- from end to end ----------------------------------------------------------------------------

def _both(stage, mta, server, judge):
    stage.publish_relay(judge, 465)
    judge.wait_for(rf"(?:no valid records|records validated), client {NAME}")
    return stage.sender(mta, "postfix.sending.smtps.main.cf")


@within(180)
def an_unmodified_postfix_relays_through_port_465(stage):
    if not can():
        return
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    server, judge = stage.before_postfix()
    sender = _both(stage, mta, server, judge)
    for subject in ("first", "second"):
        give(sender, subject=subject)
        wait_arrived(server, subject)
    said = [match.string for match in sender.matches(r"TLS connection established to .*")]
    stage.expect("handshakes", "2", len(said))
    stage.require(all("Verified TLS" in line for line in said), f"it is not proved: {said}")
    # DNS cannot tell: the mail waits, and is not lost.
    stage.world.break_zone("example.net.")
    judge.wait_for(rf"no valid records, client {NAME}, verdict bogus ", within=30)
    since = sender.mark()
    give(sender, subject="meanwhile")
    wait_deferred(sender, since)
    stage.world.mend_zone("example.net.")
    wait_arrived(server, "meanwhile", 60)
    # The server is away.
    stage.retire(server)
    since = sender.mark()
    give(sender, subject="away")
    wait_deferred(sender, since)
    stage.servers.append(server.start())
    wait_arrived(server, "away", 60)
    # And dance-front is.
    stage.retire(judge)
    since = sender.mark()
    give(sender, subject="front away")
    wait_deferred(sender, since)
    stage.servers.append(judge.start())
    wait_arrived(server, "front away", 60)
    eventually(lambda: not sender.queue(), 20, what="an empty queue")
    stage.expect("mails", "5", len(server.mails()))
    stage.expect("mails to the sender", "0", len(sender.mails()))


@within(120)
def mail_of_a_stranger_stays_with_its_sender_on_port_465(stage):
    if not can():
        return
    stage.publish(NAME, stage.certificate().tlsa())
    server, judge = stage.before_postfix()
    sender = _both(stage, stage.certificate(), server, judge)
    give(sender, subject="strange")
    answer = wait_deferred(sender, 0)
    stage.require(re.search("TLS|lost connection|handshake", answer), f"it says: {answer}")
    stage.expect("in its queue", "1", len(sender.queue()))
    stage.expect("mails", "0", len(server.mails()))


@within(120)
def an_unmodified_exim_relays_through_port_465(stage):
    if not can() or not has_exim():
        return
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    server, judge = stage.before_postfix()
    stage.publish_relay(judge, 465)
    judge.wait_for(f"records validated, client {NAME}", within=20)
    sender = stage.sending_exim(mta, {"# protocol = smtps": "protocol = smtps",
                                      "# port = 465": "port = 465"})
    give(sender, subject="of exim")
    wait_arrived(server, "of exim")
    stage.expect("the end", "sent", stage.until("sent", lambda: sender.delivery()[0]))
    stage.require("CV=dane" in sender.delivery()[1], f"no DANE: {sender.delivery()}")


@within(120)
def a_name_in_a_certificate_is_not_shown_with_a_raw_key(stage):
    """So a Postfix below a pattern is not known on port 465, and must be listed."""
    if not can():
        return
    named = stage.certificate(CUSTOMER_NAME)
    stage.publish(CUSTOMER_NAME, named.tlsa())
    server, judge = stage.before_postfix()
    stage.expect("with its certificate", ALLOWED,
                 stage.wait_smtps_offered(ALLOWED, judge, named))
    sender = _both(stage, named, server, judge)
    give(sender, subject="below")
    wait_deferred(sender, 0)
    judge.text = judge.text.replace('"*.customers.example.org"', CUSTOMER_NAME)
    judge.reload()
    wait_arrived(server, "below", 60)


@within(150)
def exim_sees_whom_dance_front_has_proved(stage):
    if not can() or not has_exim():
        return
    server = stage.exim(name="exim.smtps.conf", interfaces=["127.0.0.1"])
    judge = stage.smtps()
    mta, customer = stage.certificate(), stage.certificate()
    stage.publish(NAME, mta.tlsa())
    stage.publish(CUSTOMER_NAME, customer.tlsa())
    accepted = "250 Accepted"
    stage.expect("a listed client", accepted, stage.wait_smtps_offered(accepted, judge, mta))
    stage.expect("a name in dane_clientid", accepted, stage.wait_smtps_offered(
        accepted, judge, customer, clientid=CUSTOMER_NAME))
    stage.rows(judge, (("a stranger", REFUSED, "mismatch", stage.certificate(), {}),
                       ("no certificate", REFUSED, "credential", None, {})))
    smtps = {"certificate": mta, "smtps": True}
    stage.expect("a mail", "250 OK", stage.sent(judge, **smtps)[:6])
    eventually(lambda: f"[{ADDRESSES[NAME]}]" in server.headers(), what="the identity's address")
    # Past dance-front, who comes to the other port has no such address.
    stage.expect("port 25", "550 relay not permitted",
                 stage.offered(server, mta, tls=None))
