# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Whom dance-ask does not prove, and what mail servers make of a dance-ask that comes and goes, or
# has to wait for DNS: cases_ask.py has the rows that are the same for Postfix's policy delegation.

import os
import pwd
import signal
import socket
import sys

import smtp
from mail_stage import ALLOWED, CUSTOMER, DENIED, NAME, AskStage, can, has_exim
from slow import Slow
from stage import within
from world import BROKEN_OWNER

SUBSET = "ask"
LISTED = "_smtp-client.mta2.example.net"  # the second name of the sample for a table
UNSIGNED = "_smtp-client.mta.unsigned.net"
AWAY = "450 4.3.5 <b@elsewhere.example>: Recipient address rejected: dance is away"
TEMPORARY = "451 4.3.0 <b@elsewhere.example>: Temporary lookup failure"
ACCEPTED = "250 Accepted"
LATER = "451 DANE client lookup failed"


class SlowStage(AskStage):
    """With DNS that is as slow as it is told to be."""

    def slow(self):
        made = Slow(self.unbound().address, 0)
        self.servers.append(made)
        return made

    def told(self, what, expected, seen, judge, verdict, since):
        self.expect(what, expected, seen)
        self.expect(f"the verdict on {what}", verdict, judge.verdict(since))


STAGE = SlowStage


@within(180)
def a_table_finds_nobody_whom_DNS_does_not_prove(stage):
    if not can():
        return
    server = stage.postfix("postfix.socketmap.main.cf")
    judge = stage.beside(server, "dance-ask.socketmap.conf")
    mta, next_one, unsigned = (stage.certificate() for _ in range(3))
    stage.publish(NAME, mta.tlsa())
    stage.publish(UNSIGNED, unsigned.tlsa())
    judge.text = judge.text.replace(LISTED, f"{LISTED}, {UNSIGNED}")
    judge.reload()
    stage.expect("a listed client", ALLOWED, stage.wait_offered(ALLOWED, server, mta))
    for what, verdict, certificate in (("a stranger", "name", stage.certificate()),
                                       ("an unsigned zone", "name", unsigned)):
        since = judge.mark()
        stage.told(what, DENIED, stage.offered(server, certificate), judge, verdict, since)
    since = judge.mark()
    stage.expect("no certificate", DENIED, stage.offered(server))
    stage.expect("TLS 1.2", "alert 70", stage.offered(server, mta, tls="1.2"))
    stage.expect("questions about these", "0", len(judge.matches("client ", since)))
    # Once the record is of another key, the old one is a stranger's.
    stage.publish(NAME, next_one.tlsa())
    stage.expect("the next key", ALLOWED, stage.wait_offered(ALLOWED, server, next_one))
    stage.expect("the old key", DENIED, stage.wait_offered(DENIED, server, mta))
    # Of a stranger it cannot be told that he is none, as long as DNS says nothing of a name.
    judge.text = judge.text.replace(UNSIGNED, BROKEN_OWNER)
    stage.publish(BROKEN_OWNER, unsigned.tlsa())
    judge.reload()
    since = judge.mark()
    stage.told("a broken zone", TEMPORARY, stage.offered(server, unsigned), judge, "bogus", since)
    stage.expect("another client", ALLOWED, stage.offered(server, next_one))
    stage.expect("mail for us", ALLOWED, stage.offered(server, unsigned,
                                                       recipients=["b@local.example"]))


@within(120)
def a_table_is_not_asked_about_a_ticket(stage):
    if not can():
        return
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    line = "smtpd_tls_session_cache_timeout = 0\n"
    settings = stage.settings("postfix.socketmap.main.cf")
    stage.require(line in settings, "the sample does not forbid tickets")
    server = stage.postfix("postfix.socketmap.main.cf")
    stage.beside(server, "dance-ask.socketmap.conf")
    stage.expect("a listed client", ALLOWED, stage.wait_offered(ALLOWED, server, mta))
    for text, expected in ((settings, DENIED), (settings.replace(line, ""), ALLOWED)):
        server.reload(text)
        session = stage._path("session")
        stage.expect("with the key", ALLOWED, stage.wait_offered(
            ALLOWED, server, mta, session_out=session))
        # Without the sample's line, a thief of the ticket alone is let in.
        how = {"session_in": session} if os.path.exists(session) else {}
        stage.expect("a ticket, with the line" if expected == DENIED else "without it",
                     expected, stage.offered(server, **how))


# --- it comes and goes ------------------------------------------------------------------------

def _begin(server, certificate):
    """A connection that offers a mail to one recipient after the other."""
    talk = smtp.Talk(server.address, server.port, certificate=certificate)
    talk.put(f"EHLO {talk.helo}")
    talk.put("MAIL FROM:<a@example.net>")
    return talk


def _offer(talk):
    return talk.put("RCPT TO:<b@elsewhere.example>")


def _through_reload_and_restart(stage, server, conf, away):
    judge = stage.beside(server, conf)
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    judge.wait_for(f"records validated, client {NAME}", within=20)
    talk = _begin(server, mta)
    try:
        stage.expect("at first", ALLOWED, _offer(talk))
        text = judge.text
        judge.text = text.replace(NAME, "_smtp-client.mta3.example.net")
        judge.reload()
        stage.expect("not permitted any more", DENIED, _offer(talk))
        judge.text = text
        judge.reload()
        stage.expect("permitted again", ALLOWED, stage.until(ALLOWED, lambda: _offer(talk)))
        since = judge.mark()
        judge.process.child.send_signal(signal.SIGUSR1)
        judge.wait_for(r"notice: counters, open 1, connections 1, questions \d+", since)
        stage.retire(judge)
        stage.expect("while it is away", away, _offer(talk)[:len(away)])
        since = judge.mark()
        stage.servers.append(judge.start())
        judge.wait_for(f"records validated, client {NAME}", since, within=20)
        stage.expect("restarted", ALLOWED, _offer(talk))
        # A restart between two questions is not noticed.
        since = judge.mark()
        stage.retire(judge)
        stage.servers.append(judge.start())
        judge.wait_for(f"records validated, client {NAME}", since, within=20)
        stage.expect("restarted once more", ALLOWED, _offer(talk))
    finally:
        talk.end()


@within(120)
def an_smtpd_asks_on_through_a_reload_and_a_restart(stage):
    if can():
        _through_reload_and_restart(stage, stage.postfix(), "dance-ask.postfix.conf", AWAY)


@within(120)
def an_smtpd_asks_its_table_on_through_a_reload_and_a_restart(stage):
    if can():
        _through_reload_and_restart(stage, stage.postfix("postfix.socketmap.main.cf"),
                                    "dance-ask.socketmap.conf", "451 4.3.0 ")


@within(90)
def postfix_asks_at_a_socket_that_a_service_manager_has_made(stage):
    if not can():
        return
    server = stage.postfix()
    judge = stage.beside(server, start=False)
    judge.text = "server:\n    user: nobody\n" + judge.text
    path = os.path.join(server.private, "dance")
    made = socket.socket(socket.AF_UNIX)
    stage.sockets.append(made)
    # As dance-ask.socket says.
    made.bind(path)
    os.chown(path, pwd.getpwnam("postfix").pw_uid, -1)
    os.chmod(path, 0o600)
    made.listen(16)
    os.chmod(judge.folder, 0o755)
    for folder in (stage.folder, stage.theatre.folder):
        os.chmod(folder, 0o711)
    number = made.fileno()
    judge.process.pass_fds = (number,)
    judge.process.command = [sys.executable, "-c", f"""
import os
os.dup2({number}, 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execvp("dance-ask", {judge.process.command!r})"""]
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    judge.start()
    stage.expect("a listed client", ALLOWED, stage.wait_offered(ALLOWED, server, mta))
    stage.retire(judge)
    # It waits at the socket for as long as Postfix does.
    stage.expect("while it is away", AWAY, stage.offered(server, mta))
    stage.servers.append(judge.start())
    stage.expect("restarted", ALLOWED, stage.wait_offered(ALLOWED, server, mta))
    stage.require(not judge.matches("unused socket"), "the socket is not used")


# --- DNS is slow --------------------------------------------------------------------------------

def _slowly(stage, judge, slow, timeout):
    """How long dance-ask waits for DNS, in milliseconds, and DNS slower than that."""
    judge.text += f"    resolver: {slow.address}\n    timeout: {timeout}\n"
    slow.delay = 20
    return judge.start()


@within(150)
def where_DNS_is_slow_a_client_comes_again(stage):
    """Also if dance-ask would wait for longer than Postfix waits for it, which is 3 s."""
    if not can():
        return
    server = stage.postfix()
    slow = stage.slow()
    own = stage.certificate()
    stage.publish(f"_smtp-client.{CUSTOMER}", own.tlsa())
    for timeout, expected in ((300, "450 4.7.5 <b@elsewhere.example>: Recipient address rejected: "
                                    "DANE client lookup failed (timeout)"), (5000, AWAY)):
        judge = _slowly(stage, stage.beside(server, start=False), slow, timeout)
        stage.expect(f"after {timeout} ms", expected, stage.offered(server, own, helo=CUSTOMER))
        slow.delay = 0
        stage.expect("when it is quick again", ALLOWED,
                     stage.wait_offered(ALLOWED, server, own, helo=CUSTOMER))
        stage.retire(judge)


@within(90)
def where_DNS_is_slow_a_table_has_no_answer_yet(stage):
    if not can():
        return
    server = stage.postfix("postfix.socketmap.main.cf")
    slow = stage.slow()
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    _slowly(stage, stage.beside(server, "dance-ask.socketmap.conf", start=False), slow, 300)
    stage.expect("a listed client", TEMPORARY, stage.offered(server, mta))
    slow.delay = 0
    stage.expect("when it is quick again", ALLOWED, stage.wait_offered(ALLOWED, server, mta))


@within(120)
def where_DNS_is_slow_exim_says_later(stage):
    if not can() or not has_exim():
        return
    server = stage.exim()
    slow = stage.slow()
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    for timeout in (300, 5000):
        judge = _slowly(stage, stage.beside_exim(start=False), slow, timeout)
        stage.expect(f"after {timeout} ms", LATER, stage.offered(server, mta))
        slow.delay = 0
        stage.expect("when it is quick again", ACCEPTED,
                     stage.wait_offered(ACCEPTED, server, mta))
        stage.retire(judge)
