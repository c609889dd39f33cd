# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Secondaries that the matrix does not have, behind dance-front in client mode, with the
# lines that doc/xot.md gives for them.

import os

from front import CLIENT_ADDRESS
from front_stage import NAME, FrontStage
from knot import Knotd
from pdns import PdnsPrimary
from process import eventually, run
from server import wait_until_served
from stage import ZONE, within
from unbound import Unbound

SUBSET = "front"
STAGE = FrontStage
ADDRESS = "127.0.0.24"
PRIMARY = f"{CLIENT_ADDRESS}@5853"


def _both_sides(stage):
    """A primary behind a front, and a client mode that it lets in."""
    key = stage.key()
    stage.publish(NAME, key.tlsa)
    stage.publish_primary()
    server = stage.behind("NSD")
    stage.front(server)
    stage.client(stage.client_entry(key))
    return server


class PdnsSecondary(PdnsPrimary):
    def write(self):
        self.put("pdns.conf", f"""launch=bind
bind-config={self.path("named.conf")}
local-address={self.address}
secondary=yes
trusted-notification-proxy=127.0.0.1
cache-ttl=0
query-cache-ttl=0
""")
        self.put("named.conf", f"""zone "{ZONE}" {{
    type slave; file "{self.file(ZONE)}"; masters {{ {PRIMARY.replace("@", ":")}; }};
}};
""")

    def start(self):
        self.write()
        self.process.start()
        eventually(lambda: self.control("rping", check=False).returncode == 0,
                   what=f"{self.name} answers pdns_control")
        return self


def _knot(folder, address):
    return Knotd("knot", folder, address, {
        "remote": [{"id": "primary", "address": PRIMARY}],
        "acl": [{"id": "notify", "address": "127.0.0.0/8", "action": "notify"}],
        "zone": [{"domain": ZONE, "master": "primary", "acl": "notify",
                  "file": os.path.join(folder, f"{ZONE}.zone")}]})


def _follows(stage, primary, secondary):
    """The secondary has what the primary has, and what it has after a NOTIFY."""
    stage.servers.append(secondary.start())
    wait_until_served(secondary, ZONE, 1)
    primary.change(ZONE, 2, 'serial2 TXT "2"\n')
    run("kdig", f"@{ADDRESS}", "-t", "NOTIFY", ZONE)
    wait_until_served(secondary, ZONE, 2)


@within(60)
def knot_follows_a_primary_by_client_mode(stage):
    _follows(stage, _both_sides(stage), _knot(stage.path("knot"), ADDRESS))


@within(60)
def powerdns_follows_by_client_mode(stage):
    _follows(stage, _both_sides(stage), PdnsSecondary(stage.path("pdns"), {}, ADDRESS))


@within(60)
def unbound_follows_by_client_mode(stage):
    primary = _both_sides(stage)
    _follows(stage, primary, Unbound(stage.path("auth"), stage.world, ADDRESS,
                                     more=f"""auth-zone:
    name: "{ZONE}"
    primary: {PRIMARY}
    allow-notify: 127.0.0.1
    for-downstream: yes
    for-upstream: no
"""))
