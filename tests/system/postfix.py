# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A Postfix with directories of its own: only smtpd and what it needs, mail for others is
# discarded, or kept in files. It does not know what its restrictions mean.

import json
import os
import pwd
import shutil
import socket

from process import Failed, eventually, run
from server import Server

ADDRESS = "127.0.0.70"
SENDING_ADDRESS = "127.0.0.72"
MAIN = """compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
inet_interfaces = loopback-only
inet_protocols = ipv4
local_recipient_maps =
local_transport = keep
smtpd_peername_lookup = no
smtpd_client_connection_rate_limit = 0
alias_maps =
alias_database =
"""
RECEIVING = """myhostname = mx.example.org
mydestination = local.example
mynetworks = 192.0.2.0/32
default_transport = keep
"""
# What is deferred is tried again within seconds. TLS sessions would be resumed if they could.
SENDING = """myhostname = mta.example.net
mydestination = example.net
mynetworks = 127.0.0.0/8
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
smtp_tls_loglevel = 1
smtp_tls_session_cache_database = {cache}:{folder}/data/smtp_scache
"""
# The queue manager looks every few seconds, also for what it has found in use.
MASTER = """{address}:{port} inet n - y - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 3 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
showq unix n - n - - showq
flush unix n - n 1000? 0 flush
smtp unix - - n - - smtp
postlog unix-dgram n - n - 1 postlogd
keep unix - n n - - pipe user=nobody argv={folder}/keep {folder}/kept
"""
MASTER_PROGRAM = "/usr/lib/postfix/sbin/master"
# A mail is there once it is whole.
KEEP = """#!/bin/sh
file=$(mktemp "$1/.XXXXXX") && cat >"$file" && exec mv "$file" "$1/${file##*/.}"
"""


def _cache():
    """The kind of table in which this Postfix keeps TLS sessions."""
    kinds = run("postconf", "-m").stdout.split()
    return "lmdb" if "lmdb" in kinds else "btree"


class Postfix(Server):
    port = 25

    def __init__(self, folder, settings, address=ADDRESS, master="", own=RECEIVING,
                 name="postfix"):
        """folder: all users may go through it; settings: more lines of main.cf; master: of
        master.cf; own: the lines of main.cf about what it is."""
        super().__init__(name, folder, address, [MASTER_PROGRAM, "-c",
                                                 os.path.join(folder, "etc"), "-d"])
        self.settings = settings
        self.master = master
        self.own = own
        for place in ("etc", "spool", "data", "kept"):
            os.makedirs(self.path(place), exist_ok=True)
        owner = pwd.getpwnam("postfix").pw_uid
        os.chown(self.path("data"), owner, -1)
        # What it says itself and what its daemons say is one log.
        self.process.log = self.path("maillog")
        self.put("maillog", "")
        os.chown(self.path("maillog"), owner, -1)
        os.chown(self.path("kept"), pwd.getpwnam("nobody").pw_uid, -1)

    @property
    def private(self):
        return self.path("spool/private")

    def write(self):
        self.put("etc/main.cf", MAIN.format(folder=self.folder)
                 + self.own.format(folder=self.folder, cache=_cache()) + self.settings)
        self.put("etc/master.cf", MASTER.format(folder=self.folder, address=self.address,
                                                port=self.port) + self.master)
        self.put("keep", KEEP)
        os.chmod(self.path("keep"), 0o755)

    def prepare(self):
        """Makes its directories, which other programs may need before it runs."""
        self.write()
        shutil.rmtree(self.path("spool"))
        os.makedirs(self.path("spool"))
        run("postfix", "-c", self.path("etc"), "check")
        return self

    def start(self):
        self.process.start()
        eventually(self._greets, 20, what="a greeting of postfix")
        return self

    def _greets(self):
        if not self.process.running:
            raise Failed(f"postfix is not running: {self.tail(3)}")
        try:
            with socket.create_connection((self.address, self.port), 5) as connection:
                return connection.recv(100).startswith(b"220 ")
        except OSError:
            return False

    def reload(self, settings):
        """Its daemons begin anew, with these settings."""
        self.settings = settings
        self.write()
        run("postfix", "-c", self.path("etc"), "reload")

    def queue(self):
        """Its mails that have not been delivered, as postqueue shows them."""
        done = run("postqueue", "-c", self.path("etc"), "-j")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def delivery(self, since=0):
        """How the last attempt to deliver ended: (sent, deferred or bounced; the answer)."""
        found = self.matches(r"status=(\w+) \((.*)\)", since)
        return (found[-1][1], found[-1][2]) if found else ("", "")

    def mails(self):
        """The texts of what it has delivered."""
        found = []
        for name in sorted(os.listdir(self.path("kept"))):
            if name.startswith("."):
                continue
            with open(self.path(f"kept/{name}"), encoding="ascii") as file:
                found.append(file.read())
        return found

    def stop(self):
        # However it ends when it is told to, is well.
        wrong = self.process.stop()
        return wrong if wrong and "by itself" in wrong else None


class SendingPostfix(Postfix):
    """Takes mail from loopback, and sends it as its settings say. It asks a resolver of ours."""

    def __init__(self, folder, settings, resolver):
        super().__init__(folder, settings, SENDING_ADDRESS, own=SENDING, name="postfix, sending")
        self.put("resolv.conf", f"nameserver {resolver}\noptions edns0 trust-ad\n")
        self.process.command = [
            "unshare", "--mount", "--propagation", "unchanged", "sh", "-c",
            f'mount --bind "{folder}/resolv.conf" /etc/resolv.conf && exec "$0" "$@"',
            *self.process.command]
