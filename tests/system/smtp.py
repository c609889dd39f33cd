# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# One who sends mail by SMTP, over TLS or not, with a certificate, a raw key or nothing. It shows
# what it is told to, and knows what it was answered.

import re
import socket
import subprocess

from process import Failed


def _client(address, port, helo, certificate=None, tls="1.3", raw_key=False,
            session_out=None, session_in=None):
    """openssl s_client, which does STARTTLS itself."""
    command = ["openssl", "s_client", "-quiet", "-ign_eof", "-crlf", "-starttls", "smtp",
               "-name", helo, "-connect", f"{address}:{port}",
               "-tls1_3" if tls == "1.3" else "-tls1_2"]
    if certificate:
        command += ["-cert", certificate.path, "-key", certificate.key.path]
    if raw_key:
        command += ["-enable_client_rpk"]
    if session_out:
        command += ["-sess_out", session_out]
    if session_in:
        command += ["-sess_in", session_in]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True, bufsize=1)


class Talk:
    """A connection to a mail server, without TLS if `tls` is None."""

    def __init__(self, address, port, helo="client.example", **how):
        self.helo = helo
        self.child = self.connection = None
        if "tls" in how and how["tls"] is None:
            self.connection = socket.create_connection((address, port), 10)
            self.into = self.connection.makefile("w", newline="\r\n")
            self.out = self.connection.makefile("r")
            self.reply()  # its greeting; s_client reads that itself
        else:
            self.child = _client(address, port, helo, **how)
            self.into, self.out = self.child.stdin, self.child.stdout

    def reply(self):
        """The last line of one; a connection that ends is a failure."""
        while True:
            line = self.out.readline()
            if not line:
                raise Failed("the mail server ended the connection")
            if re.match(r"\d{3} ", line):
                return line.strip()

    def put(self, line):
        self.into.write(line + "\n")
        self.into.flush()
        return self.reply()

    def end(self):
        try:
            self.into.write("QUIT\n")
            self.into.close()
            if self.child:
                self.child.wait(5)
        except (OSError, subprocess.TimeoutExpired):
            if self.child:
                self.child.kill()
                self.child.wait()
        self.out.close()
        if self.connection:
            self.connection.close()


def send(address, port, recipients=("b@elsewhere.example",), sender="a@example.net",
         whole=False, **how):
    """Offers a mail; the answers to each recipient, and to the mail if it is `whole`."""
    talk = Talk(address, port, **how)
    try:
        talk.put(f"EHLO {talk.helo}")
        talk.put(f"MAIL FROM:<{sender}>")
        answers = [talk.put(f"RCPT TO:<{recipient}>") for recipient in recipients]
        if whole:
            talk.put("DATA")
            answers.append(talk.put("Subject: test\n\ntest\n."))
        return answers
    finally:
        talk.end()
