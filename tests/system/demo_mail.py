# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What demo.py shows of mail: a Postfix that sends and a Postfix that relays, both unmodified. Beside
# the second is dance-ask, which says who is sending, or before it dance-front, on port 465.

import re
from types import SimpleNamespace

import smtp
from mail_stage import (ALLOWED, CUSTOMER, DENIED, NAME, RELAY, SENDER, MailStage, give,
                        wait_arrived, wait_deferred)
from process import eventually
from samples import placed
from stage import within

STAGE = MailStage
WHERE = "The mail server that relays is at 127.0.0.70, the one that sends at 127.0.0.72."
ASKS = ("ask:", "  - id: relay", "    listen: /var/spool/postfix/private/dance",
        "    dialect: postfix", f"    client: [ {NAME}, \"*.customers.example.org\" ]",
        "    claim: _smtp-client.", "    header: mx.example.org")


def _both(stage, key):
    """Who relays, the dance-ask beside it, who sends, with this key."""
    server = stage.postfix()
    stage.publish_relay(server)
    judge = stage.beside(server)
    judge.wait_for(rf"(?:no valid records|records validated), client {NAME}")
    return server, judge, stage.sender(key)


def _show(stage, judge, pattern, since=0):
    line = judge.wait_for(rf"(?:info|notice|warning): ask relay, {pattern}.*", since)
    stage.show(SimpleNamespace(text=line[0]))


def _sent(stage, sender, subject):
    stage.say("A mail to somebody elsewhere is given to the server that sends:",
              "sendmail b@elsewhere.example")
    since = sender.mark()
    give(sender, subject=subject)
    return since


def _outcome(sender):
    return eventually(lambda: sender.delivery()[0], 10, what="the end of a delivery")


@within(90)
def an_unmodified_postfix_relays_because_DNS_says_who_it_is(stage):
    mta = stage.certificate()
    stage.set_up("It shows its key, and nothing else. Its main.cf:",
                 f"relayhost = [{RELAY}]", "smtp_helo_name = mta.example.net",
                 "smtp_tls_chain_files = mta.key, mta.crt",
                 "smtp_tls_security_level = dane-only")
    stage.publish(NAME, mta.tlsa())
    stage.set_up("The server's operator permits names, in dance-ask.conf:", *ASKS)
    stage.set_up("and lets Postfix ask, in main.cf:", "smtpd_tls_ask_ccert = yes",
                 "smtpd_tls_session_cache_timeout = 0",
                 "smtpd_relay_restrictions = permit_mynetworks, permit_auth_destination,",
                 "    check_policy_service { unix:private/dance, ... }, "
                 "reject_unauth_destination")
    server, judge, sender = _both(stage, mta)
    _sent(stage, sender, "hello")
    mail = wait_arrived(server, "hello")
    stage.expect("mail of the listed server", "sent, 1 arrived",
                 f"{_outcome(sender)}, {len(server.mails())} arrived")
    _show(stage, judge, "client allowed")
    header = re.search(r"^Authentication-Results: .*$", mail, re.M)
    stage.expect("what the mail says", f"Authentication-Results: {RELAY}; x-dance=pass "
                 f"policy.name={NAME}", header[0] if header else "nothing")


@within(90)
def mail_of_a_stranger_is_not_relayed_and_comes_back(stage):
    stage.publish(NAME, stage.certificate().tlsa())
    server, judge, sender = _both(stage, stage.certificate())
    stage.say("Another key, the same HELO name:")
    _sent(stage, sender, "strange")
    bounce = " ".join(eventually(sender.mails, 30, what="a mail to the sender")[0].split())
    found = re.search(r"(554 5\.7\.1 )<\S+>: (Relay access denied)", bounce)
    stage.expect(f"what {SENDER} reads", "554 5.7.1 Relay access denied",
                 "".join(found.groups()) if found else bounce)
    _show(stage, judge, "client not authenticated")
    stage.expect("mails that were relayed", "0", len(server.mails()))


@within(90)
def a_customer_says_its_name_in_HELO_and_DNS_has_to_agree(stage):
    customer = stage.certificate()
    stage.publish(f"_smtp-client.{CUSTOMER}", customer.tlsa())
    server = stage.postfix()
    judge = stage.beside(server)
    for what, helo, certificate, expected in (
            ("its own name and key", CUSTOMER, customer, ALLOWED),
            ("the name, another key", CUSTOMER, stage.certificate(), DENIED),
            ("the key, a name without a record", "b.customers.example.org", customer, DENIED)):
        stage.say(f"A client says EHLO {helo}.")
        since = judge.mark()
        stage.expect(what, expected, stage.until(
            expected, lambda: stage.offered(server, certificate, helo=helo)))
        _show(stage, judge, "client (?:allowed|not)", since)
    stage.expect("a stranger's mail for the server itself", ALLOWED, smtp.send(
        server.address, server.port, ["b@local.example"],
        certificate=stage.certificate())[-1])


@within(120)
def while_DNS_is_broken_mail_waits_and_then_goes_out(stage):
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    server, judge, sender = _both(stage, mta)
    stage.say("The zone of the sender's name fails to validate.")
    stage.world.break_zone("example.net.")
    judge.wait_for(rf"warning: no valid records, client {NAME}, verdict bogus ", within=30)
    since = _sent(stage, sender, "later")
    found = re.search(r"said: (450 4\.7\.5 )<\S+>: .*(DANE client lookup failed \(bogus\))",
                      wait_deferred(sender, since))
    stage.expect("what it is answered", "450 4.7.5 DANE client lookup failed (bogus)",
                 "".join(found.groups()) if found else str(sender.delivery()))
    _show(stage, judge, "client failed")
    stage.expect("in its queue", "1", len(sender.queue()))
    stage.say("The zone is well again.")
    stage.world.mend_zone("example.net.")
    wait_arrived(server, "later", 60)
    stage.expect("mails that were relayed", "1", len(server.mails()))
    stage.expect("mails that came back", "0", len(sender.mails()))


@within(120)
def on_port_465_only_proved_clients_get_as_far_as_postfix(stage):
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    stage.set_up("dance-front ends TLS before the same Postfix, in dance-front.conf:",
                 "identity:", "  - id: mta", f"    name: {NAME}", "    address: fd00:da:ce::2",
                 "front:", "  - id: smtps", "    mode: stream", "    listen: 192.0.2.1@465",
                 "    server: 127.0.0.1@10465", "    source: identity")
    stage.set_up("and Postfix knows that address, and no other, in master.cf:",
                 "127.0.0.1:10465 inet n - y - - smtpd",
                 "    -o smtpd_upstream_proxy_protocol=haproxy",
                 "    -o { smtpd_relay_restrictions = check_client_access "
                 "inline:{ { fd00:da:ce::2 = OK } }, reject }")
    server = stage.postfix(name=None, master=placed("postfix.smtps.master.cf", stage.open))
    judge = stage.smtps()
    judge.wait_for(f"records validated, client {NAME}")
    stage.publish_relay(judge, 465)
    sender = stage.sender(mta, "postfix.sending.smtps.main.cf")
    _sent(stage, sender, "smtps")
    wait_arrived(server, "smtps")
    stage.expect("mail of the listed server", "sent, 1 arrived",
                 f"{_outcome(sender)}, {len(server.mails())} arrived")
    server.wait_for("disconnect from unknown.fd00:")
    since = server.mark()
    stage.say("A stranger connects.")
    stage.expect("a stranger", ("the mail server ended the connection", "alert 40"),
                 stage.smtps_offered(judge, stage.certificate()))
    for word in ("allowed", "refused"):
        stage.show(SimpleNamespace(text=judge.wait_for(f".*front smtps, stream {word}.*")[0]))
    stage.expect("connections of his that Postfix has seen", "0",
                 len(server.matches("connect from", since)))
