# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A knotd of many zones and workers: what is done once for a section, and not for each of its
# zones.

import asker
from process import eventually
from stage import NAME, within

ZONES = 300
OTHER = "_xfr-client.ns3.example.net"
UNUSABLE = "PKIX records are unusable"  # said whenever a section is read


def _zone(number):
    return f"z{number}.example"


def _expect_count(stage, what, expected, seen):
    stage.expect(what, str(expected), seen)


@within(120)
def many_zones_share_one_section(stage):
    certificate = stage.certificate()
    stage.publish(NAME, certificate.tlsa(), ttl=3600)
    empty = stage.path("empty.pem")
    with open(empty, "w", encoding="ascii"):
        pass
    options = {"usage": ["dane-ee", "pkix-ee"], "ca_file": empty, "zone_counters": False}
    primary = stage.primary(
        modules={"xot": stage.options([NAME], **options)},
        zones={_zone(number): {"module": "mod-dance/xot", "acl": "xot"}
               for number in range(ZONES)},
        more={"server": {"udp-workers": 16, "tcp-workers": 32},
              "template": [{"id": "default", "global-module": "mod-dance"}]}, start=False)
    primary.start()
    _expect_count(stage, "sections read", 1, len(primary.matches(UNUSABLE)))
    for number in range(0, ZONES, 30):
        stage.expect("the client", "transferred",
                     stage.ask(primary, certificate, zone=_zone(number)))
    stage.expect("a client without a certificate", "refused, credential",
                 stage.ask(primary, zone=_zone(1)).line)
    _expect_count(stage, "allowed", ZONES // 30, primary.count_all("allow"))
    _expect_count(stage, "without a certificate", 1, primary.count_all("credential"))
    _expect_count(stage, "counted for a zone", 0, primary.count(_zone(0), "allow"))

    # What is read once is read anew for another state of the configuration.
    for reloads, (client, expected) in enumerate(((OTHER, False), (NAME, True)), 2):
        primary.sections["mod-dance"] = [{"id": "xot", **stage.options([client], **options)}]
        primary.reload()
        _expect_count(stage, "sections read", reloads, len(primary.matches(UNUSABLE)))
        for number in (0, ZONES // 2, ZONES - 1):
            def ask(zone=_zone(number)):
                return asker.ask(primary.address, zone,
                                 certificate=certificate).transferred == expected
            eventually(ask, what=f"{_zone(number)} is for {client}")
