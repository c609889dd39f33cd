# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A secondary: an unmodified knotd that gets zones from the primary over TLS. It knows
# nothing of DANE; its key is what others publish.

import os
import re

import primary
from knot import Knotd

FINISHED = r"\[{zone}\.?\] (AXFR|IXFR), incoming, remote .*, finished"
ENDED = (r"\[{zone}\.?\] (?:(?P<updated>refresh, remote .*, zone updated)"
         r"|(?P<failed>refresh, failed)|.*(?P<current>zone is up-to-date))")
ANSWER = r"\[{zone}\.?\] .*server responded with error '(\w+)'"


class Secondary(Knotd):
    def __init__(self, folder, address, zones, certificate=None,
                 remote=primary.ADDRESS):
        """certificate: instead of the one that a knotd makes for itself."""
        super().__init__(f"secondary {address}", folder, address, {})
        identity = {}
        if certificate:
            identity = {"cert-file": certificate.path, "key-file": certificate.key.path}
        self.sections = {
            "server": identity,
            "remote": [{"id": "primary", "address": f"{remote}@853", "via": address,
                        "tls": True}],
            "acl": [{"id": "notify", "address": primary.ADDRESS, "action": "notify"}],
            "zone": [{"domain": zone, "master": "primary", "acl": "notify",
                      "file": os.path.join(folder, f"{zone}.zone")} for zone in zones],
        }

    def outcome(self, zone, since=0, within=10):
        """What has become of an attempt that began after a place in the log."""
        zone = re.escape(zone)
        ended = self.wait_for(ENDED.format(zone=zone), since, within)
        if ended["updated"]:
            (*_, finished) = self.matches(FINISHED.format(zone=zone), since)
            return f"transferred by {finished.group(1)}"
        if ended["current"]:
            return "up to date"
        answers = self.matches(ANSWER.format(zone=zone), since)
        return f"refused with {answers[-1].group(1)}" if answers else "failed"

    def pull(self, zone, how="zone-retransfer"):
        """Asks for the zone now: wholly, or with zone-refresh for what is new."""
        since = self.mark()
        self.knotc(how, zone)
        return self.outcome(zone, since)
