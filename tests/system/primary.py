# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A primary: a knotd that gives zones over TLS to those whom mod-dance lets in, and what
# its log says of that. It does not know who will ask.

import os
import re

from knot import Knotd
from verdict_log import VerdictLog

ADDRESS = "127.0.0.10"
ZONE = """$TTL 60
@ SOA ns1 hostmaster {serial} {timers} 86400 60
@ NS ns1
ns1 A 192.0.2.1
"""
# Of the SOA record: refresh and retry.
TIMERS = "3600 600"
PATTERN = re.compile(
    r"module 'mod-dance/(?P<id>[^']+)', (?P<type>\w+)(?: (?P<of>\S+?)\.?)? "
    r"(?P<done>allowed|refused|failed|left to the acl), "
    r"remote (?P<address>[^@ ]+)@(?P<port>\d+), protocol (?P<protocol>[A-Z]+), "
    r"(?:as (?P<alias>\S+), )?(?:acl (?P<acl>\S+), )?"
    r"(?:client (?P<client>\S+), )?(?:entry (?P<entry>\S+), )?(?:key (?P<key>[0-9a-f]+), )?"
    r"verdict (?P<verdict>[a-z-]+)(?P<rest>.*)")


class Primary(VerdictLog, Knotd):
    PATTERN = PATTERN

    def __init__(self, folder, certificate, modules, zones, more=None, env=None):
        """modules: {id: options of mod-dance}; zones: {name: options of the zone}."""
        super().__init__("primary", folder, ADDRESS, {}, env)
        self.zone_folder = os.path.join(folder, "zones")
        self.timers = {}
        os.makedirs(self.zone_folder, exist_ok=True)
        self.sections = {
            "server": {"listen-tls": f"{ADDRESS}@853", "cert-file": certificate.path,
                       "key-file": certificate.key.path},
            "acl": [{"id": "xot", "protocol": "tls", "action": "transfer"}],
            "zone": [{"domain": name, "file": self.file(name), "zonefile-sync": "-1",
                      "zonefile-load": "difference", **options}
                     for name, options in zones.items()],
        }
        if modules:
            self.sections["module"] = [{"id": "mod-dance", "file": module_file()}]
            self.sections["mod-dance"] = [{"id": identity, **options}
                                          for identity, options in modules.items()]
        for section, content in (more or {}).items():
            if isinstance(content, dict):
                self.sections[section].update(content)
            else:
                self.sections[section] = self.sections.get(section, []) + content

    def file(self, zone):
        return os.path.join(self.zone_folder, f"{zone.strip('.')}.zone")

    def write_zone(self, zone, serial=1, records=""):
        with open(self.file(zone), "w", encoding="ascii") as file:
            file.write(ZONE.format(serial=serial, timers=self.timers.get(zone, TIMERS))
                       + records)

    def start(self, wait=True):
        files = {entry["domain"] for entry in self.sections["zone"]
                 if entry.get("catalog-role") != "generate"}
        for zone in files:
            if not os.path.exists(self.file(zone)):
                self.write_zone(zone)
        since = self.mark()
        super().start(wait)
        for zone in files if wait else ():
            self.wait_for(rf"\[{zone}\.?\] loaded, serial", since)
        return self

    def change(self, zone, serial, records):
        """Returns when it serves the new version."""
        self.write_zone(zone, serial, records)
        self.knotc("zone-reload", zone)
        self.has(zone, serial)

    # --- what the module says ----------------------------------------------------------

    def count(self, zone, verdict):
        """The module's counter of a verdict for a zone."""
        return self.statistics("zone-stats", zone, "mod-dance.dance-verdict").get(verdict, 0)

    def count_all(self, verdict):
        """The counter of the whole server, with a global module."""
        return self.statistics("stats", "mod-dance.dance-server-verdict").get(verdict, 0)


def module_file():
    """Where the module is; None if knotd is to find the installed one: there is no build then."""
    build = os.environ["DANCE_BUILD"]
    return os.path.join(build, "modules", "knot", "dance.so") if build else None
