# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# NSD, unmodified: as a primary behind a PROXYv2 port, whose own access list tells
# clients apart, and as a secondary that gets zones over TLS or, from a neighbour, over
# plain TCP.

import os
import re
import signal

from process import eventually, run
from server import Server

ADDRESS = "127.0.0.11"
PROXY_PORT = 5310
ENDED = (r"zone {zone}\.? received update to serial \d+ .* of (?P<size>\d+) bytes"
         r"|xfrd: zone {zone} received error code (?P<refused>\w+)"
         r"|(?P<failed>xfrd: .*(?:failed|refused|closed))")


class Nsd(Server):
    def __init__(self, name, folder, address):
        super().__init__(name, folder, address,
                         ["nsd", "-d", "-c", os.path.join(folder, "nsd.conf")])
        self.server = {}

    def write(self):
        options = {
            "ip-address": [f"{self.address}@53"], "username": '""', "verbosity": 3,
            "zonesdir": self.folder, "pidfile": self.path("pid"),
            "zonelistfile": self.path("zone.list"), "xfrdfile": self.path("xfrd.state"),
            "xfrdir": self.folder, "cookie-secret-file": '""',
            "xfrd-reload-timeout": 0, **self.server}
        text = "server:\n" + _lines(options)
        text += "remote-control:\n" + _lines({
            "control-enable": "yes", "control-interface": self.path("control")})
        for kind, content in self.blocks():
            text += f"{kind}:\n" + _lines(content)
        self.put("nsd.conf", text)

    def blocks(self):
        """The blocks beside server: and remote-control:, as (kind, options)."""
        return []

    def start(self):
        self.write()
        since = self.mark()
        self.process.start()
        self.wait_for(r"nsd started", since)
        eventually(lambda: self.control("status", check=False).returncode == 0,
                   what=f"{self.name} answers nsd-control")
        return self

    def kill(self):
        # It serves from processes of its own, which would live on for a while.
        children = _children(self.process.child.pid)
        super().kill()
        for child in children:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def control(self, *words, check=True):
        return run("nsd-control", "-c", self.path("nsd.conf"), *words, check=check)


class NsdPrimary(Nsd):
    def __init__(self, folder, rights, address=ADDRESS, proxy=True):
        """rights: {zone: addresses that may have it}."""
        super().__init__("nsd", folder, address)
        self.rights = rights
        self.port = PROXY_PORT
        self.zone_options = {}
        self.notified = {}
        self.others = [] # blocks beside those of zones
        self.server = {"ip-address": [f"{address}@53", f"{address}@{PROXY_PORT}"]}
        if proxy:
            self.server["proxy-protocol-port"] = PROXY_PORT

    def blocks(self):
        return self.others + [
               ("zone", {"name": zone, "zonefile": self.file(zone), "store-ixfr": "yes",
                          "create-ixfr": "yes", "ixfr-number": 20,
                          "provide-xfr": [f"{address} NOKEY" for address in addresses],
                          "notify": [f"{address} NOKEY"
                                     for address in self.notified.get(zone, [])],
                          "outgoing-interface":
                              [self.address] if self.notified.get(zone) else [],
                          **self.zone_options})
                for zone, addresses in self.rights.items()]

    def change(self, zone, serial, records):
        self.write_zone(zone, serial, records)
        since = self.mark()
        self.control("reload", zone)
        self.wait_for(rf"zone {re.escape(zone)} read with success", since)
        self.has(zone, serial)


class NsdSecondary(Nsd):
    def __init__(self, folder, address, zones, remote, identity=None, authority=None,
                 name="ns1.example.com"):
        """remote: ADDRESS@PORT. With an authority, over TLS to a primary of that name;
        the certificate shown is the identity's."""
        super().__init__(f"nsd {address}", folder, address)
        self.zones = zones
        self.remote = remote
        self.tls = None
        if authority:
            self.server = {"tls-cert-bundle": authority.path}
            self.tls = {"name": "primary", "auth-domain-name": name}
            if identity:
                self.tls.update({"client-cert": identity.path,
                                 "client-key": identity.key.path})

    def blocks(self):
        suffix = " primary" if self.tls else ""
        return ([("tls-auth", self.tls)] if self.tls else []) + [
            ("zone", {"name": zone, "zonefile": self.file(zone),
                      "allow-notify": "127.0.0.0/8 NOKEY",
                      "request-xfr": f"{self.remote} NOKEY{suffix}",
                      "outgoing-interface": self.address})
            for zone in self.zones]

    def pull(self, zone, kind="AXFR"):
        """Asks for the zone now: wholly, or with IXFR for what is new."""
        since = self.mark()
        self.control("force_transfer" if kind == "AXFR" else "transfer", zone)
        return self.outcome(zone, since)

    def outcome(self, zone, since=0, within=10):
        ended = self.wait_for(ENDED.format(zone=re.escape(zone)), since, within)
        if ended["size"]:
            # Not before that is it ready for the next one.
            self.wait_for(rf"zone {re.escape(zone)} serial .*is updated to", since)
            return f"transferred by {'AXFR' if int(ended['size']) > 3000 else 'IXFR'}"
        return f"refused with {ended['refused']}" if ended["refused"] else "failed"


def _children(pid):
    """The processes that this one has started, and those that they have."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        own = [int(word) for word in file.read().split()]
    return own + [child for pid in own for child in _children(pid)]


def _lines(options):
    return "".join(f"    {name}: {value}\n" for name, values in options.items()
                   for value in (values if isinstance(values, list) else [values]))
