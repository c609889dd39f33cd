# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Real mail from one server to another: unmodified senders, started with the samples for them, relay
# through a Postfix that asks dance-ask. What is not let in comes back to its sender or waits, and
# nothing is lost.

import re

from mail_stage import (NAME, MailStage, can, give, has_exim, wait_arrived,
                        wait_deferred)
from process import eventually
from stage import within

SUBSET = "ask"
STAGE = MailStage
HEADER = rf"^Authentication-Results: mx\.example\.org; x-dance=pass policy\.name={NAME}$"


def _both(stage, mta, **how):
    """Who receives, the dance-ask beside it, and who sends."""
    server = stage.postfix()
    stage.publish_relay(server)
    judge = stage.beside(server)
    judge.wait_for(rf"(?:no valid records|records validated), client {NAME}")
    return server, judge, stage.sender(mta, **how)


def _is_empty(stage, sender):
    eventually(lambda: not sender.queue(), 20, what=f"an empty queue of {sender.name}")


@within(150)
def an_unmodified_postfix_relays_by_its_raw_key(stage):
    if not can():
        return
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    server, judge, sender = _both(stage, mta)
    # The second connection would resume a session, if there were one.
    for subject in ("first", "second"):
        since = judge.mark()
        give(sender, subject=subject)
        mail = wait_arrived(server, subject)
        stage.expect("headers", "1", len(re.findall(HEADER, mail, re.M)))
        judge.wait_for(rf"client allowed, remote \S+, client {NAME}, ", since)
        _is_empty(stage, sender)
    said = sender.matches(r"TLS connection (\w+) to mx\.example\.org.*", 0)
    stage.expect("its connections", "established, established",
                 ", ".join(match[1] for match in said))
    for match in said:
        stage.require("Verified TLS" in match.string, f"the server is not proved: {match[0]}")
        stage.require(re.search(r"client-signature \w+ \(\S+ raw public key\)", match.string),
                      f"no raw key is shown: {match.string}")
    stage.expect("mails", "2", len(server.mails()))


@within(120)
def mail_of_a_stranger_comes_back_to_its_sender(stage):
    if not can():
        return
    stage.publish(NAME, stage.certificate().tlsa())
    server, judge, sender = _both(stage, stage.certificate())
    give(sender, subject="strange")
    bounce = eventually(sender.mails, 30, what="a mail to the sender")[0]
    stage.require("554 5.7.1 <b@elsewhere.example>: Relay access denied" in
                  " ".join(bounce.split()), f"it says: {bounce}")
    stage.expect("verdicts", "mismatch", judge.verdict(0))
    # What is for the server itself is no relaying.
    give(sender, "b@local.example", subject="for you")
    wait_arrived(server, "for you")
    _is_empty(stage, sender)
    stage.expect("mails", "1", len(server.mails()))


@within(180)
def mail_waits_until_DNS_can_tell_and_is_not_lost(stage):
    if not can():
        return
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    server, judge, sender = _both(stage, mta)
    give(sender, subject="before")
    wait_arrived(server, "before")
    stage.world.break_zone("example.net.")
    judge.wait_for(rf"warning: no valid records, client {NAME}, verdict bogus ", within=30)
    since = sender.mark()
    give(sender, subject="meanwhile")
    answer = wait_deferred(sender, since)
    stage.require("450 4.7.5 <b@elsewhere.example>: Recipient address rejected: "
                  "DANE client lookup failed (bogus)" in answer, f"it says: {answer}")
    stage.expect("in the queue", "1", len(sender.queue()))
    stage.world.mend_zone("example.net.")
    wait_arrived(server, "meanwhile", 60)
    _is_empty(stage, sender)
    stage.expect("mails", "2", len(server.mails()))
    stage.expect("mails to the sender", "0", len(sender.mails()))


@within(150)
def mail_waits_until_dance_ask_is_back_and_is_not_lost(stage):
    if not can():
        return
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    server, judge, sender = _both(stage, mta)
    stage.retire(judge)
    give(sender, subject="away")
    answer = wait_deferred(sender, 0)
    stage.require("450 4.3.5 <b@elsewhere.example>: Recipient address rejected: dance is away"
                  in answer, f"it says: {answer}")
    stage.servers.append(judge.start())
    wait_arrived(server, "away", 60)
    _is_empty(stage, sender)
    stage.expect("mails", "1", len(server.mails()))
    stage.expect("mails to the sender", "0", len(sender.mails()))


@within(180)
def mail_waits_until_exim_can_be_told_and_is_not_lost(stage):
    if not can() or not has_exim():
        return
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    server = stage.exim()
    stage.publish_relay(server)
    judge = stage.beside_exim()
    judge.wait_for(f"records validated, client {NAME}", within=20)
    sender = stage.sender(mta)

    def has(subject):
        eventually(lambda: f"Subject: {subject}\n" in server.headers(), 60,
                   what=f"mail '{subject}'")
    give(sender, subject="before")
    has("before")
    stage.world.break_zone("example.net.")
    judge.wait_for(rf"warning: no valid records, client {NAME}, verdict bogus ", within=30)
    since = sender.mark()
    give(sender, subject="meanwhile")
    answer = wait_deferred(sender, since)
    stage.require("451 DANE client lookup failed" in answer, f"it says: {answer}")
    stage.world.mend_zone("example.net.")
    has("meanwhile")
    stage.retire(judge)
    since = sender.mark()
    give(sender, subject="away")
    wait_deferred(sender, since)
    stage.servers.append(judge.start())
    has("away")
    _is_empty(stage, sender)
    stage.expect("mails to the sender", "0", len(sender.mails()))


@within(150)
def an_unmodified_exim_relays_by_its_certificate(stage):
    if not can() or not has_exim():
        return
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    server = stage.postfix()
    stage.publish_relay(server)
    judge = stage.beside(server)
    sender = stage.sending_exim(mta)
    give(sender, subject="of exim")
    mail = wait_arrived(server, "of exim")
    stage.expect("headers", "1", len(re.findall(HEADER, mail, re.M)))
    stage.require("CV=dane" in sender.delivery()[1], f"no DANE: {sender.delivery()}")
    stage.publish(NAME, stage.certificate().tlsa())
    judge.wait_for(rf"records validated, client {NAME}")
    stage.expect("of another key", "bounced", stage.until(
        "bounced", lambda: give(sender, subject="again") or sender.delivery()[0]))
    stage.require("554 5.7.1 <b@elsewhere.example>: Relay access denied"
                  in sender.delivery()[1], f"it says: {sender.delivery()}")
