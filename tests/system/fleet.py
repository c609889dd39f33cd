# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A list of clients in the world's DNS, and those who are on it. Knows no servers.

import re

LIST = "clients.example.net"
ENTRY = f"@{LIST}"
NAMES = ("ns2.example.net", "ns3.example.net", "ns4.example.org")
# A record of a name on the list is valid for so long that it is asked for once.
LONG = 3600


def put_list(stage, *names, owner=LIST, **how):
    """These names, and no others, are on the list now."""
    stage.world.publish(owner, *(f"{name}." for name in names), kind="PTR", **how)


def known(stage, *names):
    """A certificate for each name, whose record is published."""
    made = [stage.certificate() for _ in names]
    for name, certificate in zip(names, made):
        stage.publish(name, certificate.tlsa(), ttl=LONG)
    return made


def asked(stage, kind):
    """How many queries of this type the world has had."""
    text = stage.world.knotd.knotc("stats", "mod-stats.query-type").stdout
    found = re.search(rf"\[?{kind}\]?(?: =|:) (\d+)", text)
    return int(found.group(1)) if found else 0
