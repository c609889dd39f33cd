# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# PowerDNS, unmodified, as a primary that takes only connections that begin with a PROXYv2
# header. Its zones are files; who may have one is in the database beside them.

import contextlib
import os
import sqlite3

from process import eventually, run
from server import Server

ADDRESS = "127.0.0.13"
PORT = 53
TABLES = """
CREATE TABLE domainmetadata (id INTEGER PRIMARY KEY, domain TEXT, kind TEXT, content TEXT);
CREATE TABLE cryptokeys (id INTEGER PRIMARY KEY, domain TEXT, flags INT, active BOOL,
    published BOOL, content TEXT);
CREATE TABLE tsigkeys (id INTEGER PRIMARY KEY, name TEXT, algorithm TEXT, secret TEXT);
"""


class PdnsPrimary(Server):
    def __init__(self, folder, rights, address=ADDRESS, proxy=True):
        """rights: {zone: addresses that may have it}."""
        super().__init__("pdns", folder, address, [
            "pdns_server", f"--config-dir={folder}", f"--socket-dir={folder}",
            "--daemon=no", "--guardian=no"])
        self.rights = rights
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
            self._give_rights()
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

    def _give_rights(self):
        """As `pdnsutil create-bind-db` and `set-meta ZONE ALLOW-AXFR-FROM` do."""
        with contextlib.closing(sqlite3.connect(self.path("pdns.sqlite3"))) as database:
            database.executescript(TABLES)
            database.executemany(
                "INSERT INTO domainmetadata (domain, kind, content) VALUES (?, ?, ?)",
                [(zone, "ALLOW-AXFR-FROM", address)
                 for zone, addresses in self.rights.items() for address in addresses])
            database.commit()

    def control(self, *words, check=True):
        return run("pdns_control", f"--config-dir={self.folder}",
                   f"--socket-dir={self.folder}", *words, check=check)

    def change(self, zone, serial, records):
        self.write_zone(zone, serial, records)
        self.control("bind-reload-now", zone)
