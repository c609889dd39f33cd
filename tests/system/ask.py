# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A dance-ask: a sample of its configuration at home in a folder, its process, and what its log
# says of clients. It does not know who asks.

import os
import re
import signal
import socket

from process import run
from samples import FOLDER
from server import Server


def sample(name, replacements):
    """The text of a sample, with paths of our own in it."""
    with open(os.path.join(FOLDER, name), encoding="ascii") as file:
        text = file.read()
    for old, new in replacements.items():
        text = text.replace(old, new)
    return text


def policy(path, certificate, helo="client.example"):
    """What a policy server is asked about a client, as Postfix does it, and what it answers."""
    digest = certificate.key.digest.upper()
    text = "request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\n" \
        f"client_address=192.0.2.53\nclient_port=41966\nhelo_name={helo}\n" \
        "encryption_protocol=TLSv1.3\nccert_fingerprint=\nccert_pubkey_fingerprint=" \
        + ":".join(digest[at:at + 2] for at in range(0, 64, 2)) + "\n\n"
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(path)
        connection.sendall(text.encode())
        with connection.makefile() as answer:
            return answer.readline().strip()


def line(path, question):
    """What is answered to one line."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(path)
        connection.sendall(question.encode() + b"\n")
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile() as answer:
            return answer.read().strip()


class Ask(Server):
    def __init__(self, folder, text, world, env=None, name="dance-ask"):
        path = os.path.join(folder, "dance-ask.conf")
        super().__init__(name, folder, None, ["dance-ask", "-c", path], env)
        # It stays who it is, since it needs files of ours.
        self.text = re.sub(r"^server:\n    user: dance-ask\n", "", text, flags=re.M)
        self.text += f"\nlog:\n    level: debug\n\ndns:\n" \
            f"    trust-anchor: {world.trust_anchor}\n    root-hints: {world.root_hints}\n"

    def write(self):
        self.put("dance-ask.conf", self.text)

    def start(self):
        self.write()
        since = self.mark()
        self.process.start()
        self.wait_for("notice: ready", since)
        return self

    def check(self):
        self.write()
        return run("dance-ask", "--check", "-c", self.path("dance-ask.conf"), check=False)

    def reload(self, pattern=r"configuration reloaded"):
        self.write()
        since = self.mark()
        self.process.child.send_signal(signal.SIGHUP)
        return self.wait_for(pattern, since)

    def verdict(self, since):
        """The last one after a mark: "WORD", or "" if there is none."""
        found = self.matches(r"ask \S+, client (?:allowed|not authenticated|failed),? "
                             r".*?verdict ([a-z-]+)", since)
        return found[-1][1] if found else ""
