# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# One who sends mail by SMTP, over TLS or not, with a certificate, a raw key or nothing. It shows
# what it is told to, and knows what it was answered.

import io
import os
import re
import socket
import subprocess

from probe import body
from process import Failed


class Ended(Failed):
    """The server has ended the connection: by an alert, or just so."""

    def __init__(self, alert):
        super().__init__(f"alert {alert}" if alert else "the mail server ended the connection")


def _client(address, port, helo, certificate=None, tls="1.3", raw_key=False,
            session_out=None, session_in=None, smtps=False):
    """openssl s_client, which does STARTTLS itself."""
    command = ["openssl", "s_client", "-quiet", "-ign_eof", "-crlf",
               *([] if smtps else ["-starttls", "smtp", "-name", helo]),
               "-connect", f"{address}:{port}", "-tls1_3" if tls == "1.3" else "-tls1_2"]
    if certificate:
        command += ["-cert", certificate.path, "-key", certificate.key.path]
    if raw_key:
        command += ["-enable_client_rpk"]
    if session_out:
        command += ["-sess_out", session_out]
    if session_in:
        command += ["-sess_in", session_in]
    return command


def _own_client(address, port, clientid, certificate=None, raw_key=False):
    """Ours, which says a name in the handshake; on a port that begins with TLS."""
    program = os.path.join(os.environ["DANCE_BUILD"], "tests", "system", "clientid_client")
    command = [program, address, str(port), "-", f"body={body(clientid).hex()}", "alpn="]
    if certificate:
        command += [f"cert={certificate.path}", f"key={certificate.key.path}"]
    return command + (["raw=yes"] if raw_key else [])


class Talk:
    """A connection to a mail server, without TLS if `tls` is None; with `smtps` it begins with
    TLS, with `clientid` it also says that name in the handshake."""

    def __init__(self, address, port, helo="client.example", clientid=None, **how):
        self.helo = helo
        self.child = self.connection = None
        # s_client writes the other octet itself.
        self.newline = "\n"
        if "tls" in how and how["tls"] is None:
            self.newline = "\r\n"
            self.connection = socket.create_connection((address, port), 10)
            self.out = self.connection.makefile("r")
        else:
            smtps = how.pop("smtps", False) or clientid is not None
            command = _client(address, port, helo, smtps=smtps, **how)
            if clientid:
                self.newline = "\r\n"
                command = _own_client(address, port, clientid, **how)
            self.child = subprocess.Popen(command, stdin=subprocess.PIPE, bufsize=0,
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.out = io.TextIOWrapper(io.BufferedReader(self.child.stdout))
            if not smtps:
                return
        # Its greeting; where there is STARTTLS, s_client reads that itself.
        try:
            self.reply()
        except Failed:
            self.end()
            raise

    def reply(self):
        """The last line of one; a connection that ends is a failure."""
        while True:
            line = self.out.readline()
            if not line:
                raise Ended(self._alert())
            if re.match(r"\d{3} ", line):
                return line.strip()

    def _alert(self):
        """The number of the alert that the client says it was sent, or 0."""
        if not self.child:
            return 0
        said = self.child.stderr.read().decode(errors="replace")
        found = re.search(r"alert (?:number )?(\d+)|alert=(\d+)", said)
        return int(found[1] or found[2]) if found else 0

    def _write(self, line):
        octets = (line + "\n").replace("\n", self.newline).encode()
        if self.child:
            self.child.stdin.write(octets)
        else:
            self.connection.sendall(octets)

    def put(self, line):
        try:
            self._write(line)
        except BrokenPipeError:
            pass  # the reply tells why
        return self.reply()

    def end(self):
        try:
            self._write("QUIT")
            if self.child:
                self.child.stdin.close()
                self.child.wait(5)
        except (OSError, subprocess.TimeoutExpired):
            if self.child:
                self.child.kill()
                self.child.wait()
        self.out.close()
        if self.child:
            self.child.stdin.close()
            self.child.stderr.close()
        if self.connection:
            self.connection.close()


def send(address, port, recipients=("b@elsewhere.example",), sender="a@example.net",
         whole=False, subject="test", **how):
    """Offers a mail; the answers to each recipient, and to the mail if it is `whole`."""
    talk = Talk(address, port, **how)
    try:
        talk.put(f"EHLO {talk.helo}")
        talk.put(f"MAIL FROM:<{sender}>")
        answers = [talk.put(f"RCPT TO:<{recipient}>") for recipient in recipients]
        if whole:
            talk.put("DATA")
            answers.append(talk.put(f"Subject: {subject}\n\ntest\n."))
        return answers
    finally:
        talk.end()
