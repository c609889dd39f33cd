# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What has let clients in before DNS goes on doing so beside dance-ask, as doc/smtp.md tells it: nobody
# loses anything while clients move one by one.

from mail_stage import ALLOWED, DENIED, NAME, AskStage, can
from stage import within

SUBSET = "ask"
STAGE = AskStage
BEFORE = "reject_unauth_destination\n# A header"


def _settings(stage, rule, more):
    """The sample, with one more rule after dance-ask is asked."""
    text = stage.settings("postfix.main.cf")
    stage.require(BEFORE in text, "the sample's last rule is another one")
    return text.replace(BEFORE, f"{rule}, {BEFORE}") + more


def _check(stage, server, judge, old):
    """old: a client that the other rule lets in."""
    new, neither = stage.certificate(), stage.certificate()
    stage.publish(NAME, new.tlsa())
    stage.expect("by DNS", ALLOWED, stage.wait_offered(ALLOWED, server, new))
    since = judge.mark()
    stage.expect("as before", ALLOWED, stage.offered(server, old))
    stage.expect("what DNS says of it", "name", judge.verdict(since))
    stage.expect("neither", DENIED, stage.offered(server, neither))
    # The same key moves to DNS.
    stage.publish(NAME, new.tlsa(), old.tlsa())
    stage.expect("by both", "allow", stage.until(
        "allow", lambda: stage.offered(server, old) == ALLOWED and judge.verdict(0)))
    stage.world.break_zone("example.net.")
    judge.wait_for(f"no valid records, client {NAME}, verdict bogus ", within=30)
    stage.expect("as before, without DNS", ALLOWED, stage.offered(server, old))
    stage.expect("by DNS, without DNS", "450 4.7.5", stage.offered(server, new)[:9])
    stage.retire(judge)
    stage.expect("as before, without dance-ask", ALLOWED, stage.offered(server, old))
    stage.expect("by DNS, without dance-ask", "450 4.3.5", stage.offered(server, new)[:9])


@within(150)
def a_table_of_fingerprints_and_DNS_are_in_force_together(stage):
    if not can():
        return
    old = stage.certificate()
    digest = old.key.digest.upper()
    with open(f"{stage.open}/clientcerts", "w", encoding="ascii") as file:
        file.write(":".join(digest[at:at + 2] for at in range(0, 64, 2)) + " old\n")
    server = stage.postfix()
    server.reload(_settings(stage, "permit_tls_clientcerts",
                            f"relay_clientcerts = texthash:{stage.open}/clientcerts\n"))
    _check(stage, server, stage.beside(server), old)


@within(150)
def a_private_CA_and_DNS_are_in_force_together(stage):
    if not can():
        return
    authority = stage.certificate(subject="/CN=private CA", authority=True)
    old = stage.certificate(issuer=authority, subject="/CN=old")
    with open(authority.path, encoding="ascii") as file:
        text = file.read()
    with open(f"{stage.open}/ca.pem", "w", encoding="ascii") as file:
        file.write(text)
    server = stage.postfix()
    server.reload(_settings(stage, "permit_tls_all_clientcerts",
                            f"smtpd_tls_CAfile = {stage.open}/ca.pem\n"))
    _check(stage, server, stage.beside(server), old)
