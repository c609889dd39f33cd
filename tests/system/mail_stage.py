# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A stage with mail servers, those who ask dance-ask, those behind dance-front and those who send
# to them, all started with the samples as they are. Knows how they are set up, not what is to be
# seen.

import os
import shutil
import tempfile

import smtp
from ask import Ask, sample
from exim import Exim
from exim import program as exim_program
from place import has_all_rights
from postfix import Postfix, SendingPostfix
from process import eventually
from samples import SampleFront
from stage import Stage

MTA = "mta.example.net"
NAME = f"_smtp-client.{MTA}"
CUSTOMER = "a.customers.example.org"
RELAY = "mx.example.org"
SENDER = "a@example.net"
DENIED = "554 5.7.1 <b@elsewhere.example>: Relay access denied"
ALLOWED = "250 2.1.5 Ok"


def can():
    """Whether mail servers can be played with here."""
    if not has_all_rights():
        print("skipped: a mail server needs users of its own, and here is one only")
    return has_all_rights()


def has_exim():
    if not exim_program():
        print("skipped: there is no Exim")
    return bool(exim_program())


class AskStage(Stage):
    def __init__(self, theatre, folder):
        super().__init__(theatre, folder)
        self.open = tempfile.mkdtemp(prefix="dance-mail-", dir="/run")
        os.chmod(self.open, 0o755)

    def end(self):
        wrong = super().end()
        shutil.rmtree(self.open)
        return wrong

    # --- the servers ---------------------------------------------------------------------

    def settings(self, name):
        """A sample for a server that has a certificate."""
        own = self.theatre.certificate
        for path, suffix in ((own.key.path, "key"), (own.path, "crt")):
            shutil.copyfile(path, os.path.join(self.open, f"mx.{suffix}"))
        return sample(name, {"/etc/postfix": self.open, "/etc/exim4": self.open,
                             "/run/dance-ask": self.open})

    def postfix(self, name="postfix.main.cf", more="", **how):
        settings = self.settings(name) if name else ""
        server = Postfix(os.path.join(self.open, "postfix"), settings + more, **how)
        self.servers.append(server)
        return server.prepare().start()

    def dance_ask(self, name, replacements, start=True):
        made = Ask(self._path("ask"), sample(name, replacements), self.world,
                   env=self.theatre.sanitizer.environment)
        self.servers.append(made)
        return made.start() if start else made

    def exim(self, more="", name="exim.conf", **how):
        server = Exim(os.path.join(self.open, "exim4"), more + self.settings(name), **how)
        for suffix in ("key", "crt"):
            os.chmod(os.path.join(self.open, f"mx.{suffix}"), 0o644)
        self.servers.append(server)
        return server.start()

    def beside(self, postfix, name="dance-ask.postfix.conf", **how):
        """One for a Postfix."""
        return self.dance_ask(name, {"/var/spool/postfix": postfix.path("spool")}, **how)

    def beside_exim(self, **how):
        return self.dance_ask("dance-ask.exim.conf", {"/run/dance-ask": self.open}, **how)

    # --- clients -------------------------------------------------------------------------

    def offered(self, server, certificate=None, helo="client.example", **how):
        """What the server says to a recipient elsewhere; or how it ended the connection."""
        try:
            return smtp.send(server.address, server.port, certificate=certificate, helo=helo,
                             **how)[-1]
        except smtp.Ended as end:
            return str(end)

    def wait_offered(self, expected, server, certificate=None, **how):
        """The same, once a record that has been published is known."""
        return self.until(expected, lambda: self.offered(server, certificate, **how))


class MailStage(AskStage):
    """With mail servers that send, and dance-front before those who receive."""

    def sender(self, certificate, name="postfix.sending.main.cf", address=None):
        """A Postfix that relays what it is given. It shows a certificate."""
        folder = os.path.join(self.open, "sending")
        os.makedirs(folder, exist_ok=True)
        text = sample(name, {"/etc/postfix": self._put_mta(folder, certificate)})
        server = SendingPostfix(folder, text, self.resolver().address)
        self.servers.append(server)
        return server.prepare().start()

    def sending_exim(self, certificate, replacements=None):
        folder = os.path.join(self.open, "sending")
        os.makedirs(folder, exist_ok=True)
        text = sample("exim.sending.conf", {
            "/etc/exim4": self._put_mta(folder, certificate), **(replacements or {})})
        for suffix in ("key", "crt"):
            os.chmod(os.path.join(folder, f"mta.{suffix}"), 0o644)
        server = Exim(folder, "", rest=text, resolver=self.resolver().address, sends=True)
        self.servers.append(server)
        return server.start()

    @staticmethod
    def _put_mta(folder, certificate):
        for path, suffix in ((certificate.key.path, "key"), (certificate.path, "crt")):
            shutil.copyfile(path, os.path.join(folder, f"mta.{suffix}"))
        return folder

    def resolver(self):
        """The one whose answers mail servers believe."""
        found = [server for server in self.servers if server.name == "unbound"]
        return found[0] if found else self.unbound()

    def publish_relay(self, server, port=25):
        """Where the server is to be found, and by which key it is known (RFC 7672)."""
        self.world.publish(RELAY, server.address, kind="A")
        self.world.publish(f"_{port}._tcp.{RELAY}", self.theatre.certificate.tlsa())

    def smtps(self, change=lambda text: text):
        """The dance-front of the sample, on port 465."""
        own = self.theatre.certificate
        made = SampleFront(self._path("front"), "dance-front.smtps.conf", self.world,
                           {"dance-front.pem": own.path, "dance-front.key": own.key.path},
                           env=self.theatre.sanitizer.environment)
        made.text = change(made.text)
        made.port = 465
        self.servers.append(made)
        return made.start()

    def sent(self, server, **how):
        """What the server says to a whole mail."""
        return smtp.send(server.address, server.port, whole=True, **how)[-1]

    def smtps_offered(self, judge, certificate=None, **how):
        return self.offered(judge, certificate, smtps=True, **how)

    def wait_smtps_offered(self, expected, judge, certificate=None, **how):
        return self.until(expected, lambda: self.smtps_offered(judge, certificate, **how))


def give(sender, recipient="b@elsewhere.example", subject="test"):
    """Gives a mail to a server that sends; it is answered for."""
    answer = smtp.send(sender.address, sender.port, [recipient], sender=SENDER, whole=True,
                       tls=None, subject=subject)[-1]
    eventually(lambda: answer.startswith("250 "), 1, what=f"taken: {answer}")


def _arrived(server, subject):
    return [mail for mail in server.mails() if f"Subject: {subject}\n" in mail]


def wait_arrived(server, subject, within=30):
    """The mail; there is never more than one."""
    eventually(lambda: _arrived(server, subject), within, what=f"mail '{subject}'")
    return _arrived(server, subject)[0]


def wait_deferred(sender, since):
    """What a mail that has to wait was answered."""
    eventually(lambda: sender.delivery(since)[0] == "deferred", 30, what="a deferred mail")
    return sender.delivery(since)[1]
