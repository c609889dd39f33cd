# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# PowerDNS, unmodified, as a primary that takes only connections that begin with a PROXYv2
# header. Its zones are files; who may have one is in the database beside them.

import os

from process import eventually, run
from server import Server

ADDRESS = "127.0.0.13"
PORT = 53


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

    def _util(self, *words):
        run("pdnsutil", f"--config-dir={self.folder}", *words)

    def control(self, *words, check=True):
        return run("pdns_control", f"--config-dir={self.folder}",
                   f"--socket-dir={self.folder}", *words, check=check)

    def change(self, zone, serial, records):
        self.write_zone(zone, serial, records)
        self.control("bind-reload-now", zone)
