# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# An Exim with directories of its own. It is unpacked beside the installed mail server, with which
# it cannot be installed, so its user is one in a passwd file of its own. It does not know what
# its access list means.

import glob
import os
import pwd
import re
import shlex
import shutil
import socket

from process import Failed, eventually
from server import Server

ADDRESS = "127.0.0.71"
SENDING_ADDRESS = "127.0.0.73"
PROGRAM = "/opt/dance-dev/exim4-daemon-heavy/usr/sbin/exim4"
USER = "Debian-exim"
UID = 19999
MAIN = """primary_hostname = {name}
exim_path = {program}
spool_directory = {folder}/spool
log_file_path = {folder}/logs/%slog
pid_file_path = {folder}/spool/pid
local_interfaces = {interfaces}
domainlist local_domains = local.example
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
"""
# Mail stays in the queue, where its header can be read.
RECEIVING = """queue_only
"""
# What is deferred is tried again within seconds.
SENDING = """acl_smtp_rcpt = accept hosts = 127.0.0.0/8
"""
RETRY = """
begin retry
* * F,1h,1s
"""
REST = """
begin routers
all:
  driver = accept
  transport = none

begin transports
none:
  driver = smtp
"""


def program():
    """Exim, wherever it is; or None."""
    found = [path for path in (PROGRAM, shutil.which("exim4")) if path and os.path.exists(path)]
    return found[0] if found else None


class Exim(Server):
    port = 25

    def __init__(self, folder, settings, rest=REST, resolver=None, sends=False,
                 interfaces=None):
        """folder: all users may go through it; settings: the rest of the main section, and
        the access list; rest: the other sections; resolver: whom it asks; sends: whether it
        is there to send; interfaces: more of them, as Exim has them."""
        command = (f"mount --bind {folder}/passwd /etc/passwd && "
                   f"mount --bind {folder}/group /etc/group && "
                   f"mount --bind {folder}/resolv.conf /etc/resolv.conf && "
                   f"exec {program()} -bdf {'-q1s' if sends else ''} "
                   f"-C {shlex.quote(folder)}/exim.conf")
        super().__init__("exim, sending" if sends else "exim", folder,
                         SENDING_ADDRESS if sends else ADDRESS, [
                             "unshare", "--mount", "--propagation", "unchanged", "sh", "-c",
                             command])
        self.settings = settings
        self.rest = rest
        self.resolver = resolver or "127.0.0.1"
        self.sends = sends
        self.interfaces = interfaces or []

    def write(self):
        for name in ("spool", "logs"):
            os.makedirs(self.path(name), exist_ok=True)
        for name, entry in (("passwd", f"{USER}:x:{UID}:{UID}::/nonexistent:/usr/sbin/nologin"),
                            ("group", f"{USER}:x:{UID}:")):
            with open(f"/etc/{name}", encoding="utf-8") as file:
                text = file.read()
            self.put(name, text if f"{USER}:" in text else f"{text}{entry}\n")
        try:
            uid = pwd.getpwnam(USER).pw_uid
        except KeyError:
            uid = UID
        for name in ("spool", "logs"):
            os.chown(self.path(name), uid, -1)
        self.put("resolv.conf", f"nameserver {self.resolver}\noptions edns0 trust-ad\n")
        main = MAIN.format(
            folder=self.folder, program=program(),
            name="mta.example.net" if self.sends else "mx.example.org",
            interfaces=" ; ".join([f"<; [{self.address}]:{self.port}", *self.interfaces]))
        self.put("exim.conf", main + (SENDING if self.sends else RECEIVING) + self.settings
                 + self.rest + (RETRY if self.sends else ""))

    def start(self):
        self.write()
        self.process.start()
        eventually(self._greets, 20, what="a greeting of exim")
        return self

    def _greets(self):
        if not self.process.running:
            raise Failed(f"exim is not running: {self.tail(3)}")
        try:
            with socket.create_connection((self.address, self.port), 5) as connection:
                return connection.recv(100).startswith(b"220 ")
        except OSError:
            return False

    def said(self):
        """What is in its own logs."""
        found = []
        for name in ("mainlog", "paniclog"):
            if os.path.exists(self.path(f"logs/{name}")):
                with open(self.path(f"logs/{name}"), encoding="utf-8", errors="replace") as file:
                    found += file.read().splitlines()
        return found

    def tail(self, count=25):
        return (self.lines() + self.said())[-count:]

    def delivery(self, recipient="b@elsewhere.example"):
        """How the last attempt to deliver to somebody ended: (sent, deferred or bounced; the
        line)."""
        marks = {"=>": "sent", "==": "deferred", "**": "bounced"}
        found = [(marks[match[1]], line) for line in self.said()
                 for match in [re.search(rf" (=>|==|\*\*) {re.escape(recipient)} ", line)]
                 if match]
        return found[-1] if found else ("", "")

    def headers(self):
        """The headers of all mails in its queue."""
        text = ""
        for path in glob.glob(self.path("spool/input/*-H")):
            with open(path, encoding="ascii") as file:
                text += file.read()
        return text

    def stop(self):
        # However it ends when it is told to, is well.
        wrong = self.process.stop()
        return wrong if wrong and "by itself" in wrong else None
