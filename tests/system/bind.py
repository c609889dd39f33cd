# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# BIND, unmodified: as a primary behind a PROXYv2 port, whose own access list tells
# clients apart, and as a secondary that gets zones over TLS or, from a neighbour, over
# plain TCP.

import os
import re

from process import eventually, run
from server import Server

ADDRESS = "127.0.0.12"
PROXY_PORT = 5310
ENDED = (r"transfer of '{zone}/IN' from .*: Transfer (?:completed: \d+ messages, "
         r"(?P<records>\d+) records|status: (?P<status>(?!success).*))"
         r"|zone {zone}/IN: refresh: (?!truncated UDP)(?P<refresh>.*)")
KEY = "c3RyaWN0bHkgYmV0d2VlbiB0d28gcHJvY2Vzc2VzIG9mIG9uZSB0ZXN0"


class Bind(Server):
    def __init__(self, name, folder, address):
        super().__init__(name, folder, address, [
            "named", "-g", "-n", "1", "-c", os.path.join(folder, "named.conf")])

        self.notify = "notify no;"

    def options(self):
        return ""

    def zones_text(self):
        return ""

    def write(self):
        self.put("named.conf", f"""
key control {{ algorithm hmac-sha256; secret "{KEY}"; }};
controls {{ inet {self.address} port 953 allow {{ any; }} keys {{ control; }}; }};
options {{
	directory "{self.folder}";
	pid-file "{self.path("pid")}";
	session-keyfile none;
	managed-keys-directory "{self.folder}";
	listen-on-v6 {{ none; }};
	recursion no;
	dnssec-validation no;
	{self.notify}
	minimal-responses yes;
{self.options()}
}};
{self.zones_text()}""")
        self.put("rndc.conf", f"""
key control {{ algorithm hmac-sha256; secret "{KEY}"; }};
options {{ default-key control; default-server {self.address}; default-port 953; }};
""")

    def start(self):
        self.write()
        # It listens only on what an interface has: that lo answers for all of 127/8 is
        # not enough.
        run("ip", "address", "replace", f"{self.address}/32", "dev", "lo")
        since = self.mark()
        self.process.start()
        self.wait_for(r"running$", since)
        eventually(lambda: self.rndc("status", check=False).returncode == 0,
                   what=f"{self.name} answers rndc")
        return self

    def stop(self):
        ended = super().stop()
        # With it, others would come from this address when they go to it.
        run("ip", "address", "del", f"{self.address}/32", "dev", "lo", check=False)
        return ended

    def rndc(self, *words, check=True):
        return run("rndc", "-c", self.path("rndc.conf"), *words, check=check)


class BindPrimary(Bind):
    def __init__(self, folder, rights, address=ADDRESS, proxy=True):
        """rights: {zone: addresses that may have it}."""
        super().__init__("named", folder, address)
        self.rights = rights
        self.port = PROXY_PORT
        self.proxy = proxy
        self.notified = {}
        self.more = ""

    def options(self):
        behind = f"listen-on port {self.port}"
        if self.proxy:
            behind += " proxy plain"
        return f"""	listen-on port 53 {{ {self.address}; }};
	{behind} {{ {self.address}; }};
	allow-proxy {{ 127.0.0.0/8; }};
	ixfr-from-differences yes;
	allow-transfer {{ none; }};
	{self.more}"""

    def zones_text(self):
        return "".join(f"""zone "{zone}" {{
	type primary; file "{self.file(zone)}";
	allow-transfer {{ {' '.join(address + ';' for address in addresses)} }};
	{self._notify(zone)}
}};
""" for zone, addresses in self.rights.items())

    def _notify(self, zone):
        addresses = self.notified.get(zone)
        if not addresses:
            return ""
        listed = " ".join(address + ";" for address in addresses)
        return f"notify explicit; also-notify {{ {listed} }};"

    def change(self, zone, serial, records):
        self.write_zone(zone, serial, records)
        self.rndc("reload", zone)
        self.has(zone, serial)


class BindSecondary(Bind):
    def __init__(self, folder, address, zones, remote, identity=None, authority=None,
                 name="ns1.example.com"):
        """remote: ADDRESS@PORT. With an authority, over TLS to a primary of that name;
        the certificate shown is the identity's."""
        super().__init__(f"named {address}", folder, address)
        self.zones = zones
        self.remote = remote
        self.timers_text = "min-refresh-time 3600;"
        self.tls = None
        if authority:
            self.tls = {"ca-file": authority.path, "remote-hostname": name}
            if identity:
                self.tls.update({"cert-file": identity.path,
                                 "key-file": identity.key.path})

    def options(self):
        return f"""	listen-on port 53 {{ {self.address}; }};
	transfer-source {self.address};
	allow-notify {{ 127.0.0.0/8; }};
	{self.timers_text}"""

    def zones_text(self):
        text = ""
        if self.tls:
            items = " ".join(f'{name} "{value}";' for name, value in self.tls.items())
            text = f"tls primary {{ {items} }};\n"
        address, port = self.remote.split("@")
        suffix = " tls primary" if self.tls else ""
        return text + "".join(f"""zone "{zone}" {{
	type secondary; file "{self.file(zone)}";
	primaries {{ {address} port {port}{suffix}; }};
}};
""" for zone in self.zones)

    def pull(self, zone, kind="AXFR"):
        """Asks for the zone now: wholly, or with IXFR for what is new."""
        since = self.mark()
        self.rndc("retransfer" if kind == "AXFR" else "refresh", zone)
        return self.outcome(zone, since)

    def outcome(self, zone, since=0, within=10):
        ended = self.wait_for(ENDED.format(zone=re.escape(zone)), since, within)
        if ended["records"]:
            return f"transferred by {'AXFR' if int(ended['records']) > 100 else 'IXFR'}"
        if ended["status"]:
            return f"refused with {ended['status']}"
        return f"failed: {ended['refresh']}"
