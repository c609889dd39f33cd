# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# PowerDNS, unmodified, as a primary that takes only connections that begin with a PROXYv2
# header. Its zones are files; who may have one is in the database beside them.

import contextlib
import os
import sqlite3

from process import Failed, eventually, run
from server import Server

ADDRESS = "127.0.0.13"
PORT = 53
# What the bind backend keeps beside the files of the zones.
COLUMNS = {"domainmetadata": "domain TEXT, kind TEXT, content TEXT",
           "cryptokeys": "domain TEXT, flags INT, active BOOL, published BOOL, "
                         "content TEXT",
           "tsigkeys": "name TEXT, algorithm TEXT, secret TEXT"}
TABLES = [(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, {columns})", ())
          for name, columns in COLUMNS.items()]


class PdnsPrimary(Server):
    def __init__(self, folder, rights, address=ADDRESS, proxy=True):
        """rights: {zone: addresses that may have it}."""
        super().__init__("pdns", folder, address, [
            "pdns_server", f"--config-dir={folder}", f"--socket-dir={folder}",
            "--daemon=no", "--guardian=no"])
        self.rights = rights
        self.database = None
        self.port = PORT
        self.proxy = proxy

    def write(self):
        proxy = "proxy-protocol-from=127.0.0.0/8\n" if self.proxy else ""
        self.put("pdns.conf", f"""launch=bind
bind-config={self.path("named.conf")}
bind-dnssec-db={self.path("pdns.sqlite3")}
local-address={self.address}
local-port={self.port}
disable-axfr=no
allow-axfr-ips=
{proxy}primary=yes
only-notify=
loglevel=7
log-dns-details=yes
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
zone-cache-refresh-interval=0
""")
        self.put("named.conf", "".join(
            f'zone "{zone}" {{ type master; file "{self.file(zone)}"; }};\n'
            for zone in self.rights))

    def start(self):
        self.write()
        if not os.path.exists(self.path("pdns.sqlite3")):
            self._util("create-bind-db", self.path("pdns.sqlite3"))
            for zone, addresses in self.rights.items():
                self._util("set-meta", zone, "ALLOW-AXFR-FROM", *addresses)
        self.process.start()
        eventually(lambda: self.control("rping", check=False).returncode == 0,
                   what=f"{self.name} answers pdns_control")
        return self

    def stop(self):
        # It has no other good end: a SIGTERM kills it.
        if self.process.running:
            self.control("quit", check=False)
            eventually(lambda: not self.process.running, what="pdns has ended")
            if self.process.child.returncode == 0:
                self.process.child = None
        return super().stop()

    def _util(self, command, first, *words):
        """What pdnsutil does with these words: create-bind-db FILE, or set-meta ZONE KIND
        VALUE..."""
        if command == "create-bind-db":
            self.database = first
            self._execute(*TABLES)
        elif command == "set-meta":
            kind, *values = words
            for value in values:
                self._execute(("INSERT INTO domainmetadata (domain, kind, content) "
                               "VALUES (?, ?, ?)", (first, kind, value)))
        else:
            raise Failed(f"pdnsutil {command} is not done here")

    def _execute(self, *statements):
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            for statement, values in statements:
                database.execute(statement, values)
            database.commit()

    def control(self, *words, check=True):
        return run("pdns_control", f"--config-dir={self.folder}",
                   f"--socket-dir={self.folder}", *words, check=check)

    def change(self, zone, serial, records):
        self.write_zone(zone, serial, records)
        self.control("bind-reload-now", zone)
