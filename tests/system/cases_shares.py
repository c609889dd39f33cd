# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What one peer does, a stranger or a permitted one, takes nothing away from another.

import re
import time

import asker
from process import eventually
from stage import NAME, TTL, ZONE

OTHER = "_xfr-client.ns3.example.net"
SUFFIX = "*.example.net"
DEAD = "hole.example.net"
STRANGERS = 12  # each with the names that are looked up of one certificate
NAMES = 8


def strangers_below_a_dead_delegation_use_up_nobodys_lookups(stage):
    stage.world.publish(DEAD, f"ns.{DEAD}.", kind="NS")
    stage.world.publish(f"ns.{DEAD}", stage.black_hole(), kind="A")
    known = stage.certificate("known.example.net")
    stage.publish("known.example.net", known.tlsa(), ttl=1)
    primary = stage.primary([SUFFIX], timeout=500)
    eventually(lambda: stage.ask(primary, known).transferred, every=1)
    for number in range(STRANGERS):
        names = [f"x{number}-{place}.{DEAD}" for place in range(NAMES)]
        asker.ask(primary.address, ZONE, certificate=stage.certificate(*names))
        fresh = stage.certificate(f"c{number}.example.net")
        stage.publish(f"c{number}.example.net", fresh.tlsa())
        for what, peer in (("the known one", known), ("one not known yet", fresh)):
            # On a slow machine an answer may come too late, but not for want of room.
            outcome = stage.ask(primary, peer)
            stage.require(outcome.transferred or "too many" not in outcome.line.text,
                          f"{what}, after {number + 1} strangers: {outcome.line.text}")
    stage.world.withdraw(f"ns.{DEAD}", "A")
    stage.world.withdraw(DEAD, "NS")


def a_peer_that_publishes_anothers_key_is_not_taken_for_it(stage):
    owner, squatter = stage.certificate(), stage.certificate()
    stage.publish(NAME, owner.tlsa())
    stage.publish(OTHER, squatter.tlsa())
    primary = stage.primary([OTHER, NAME])
    stage.expect("the owner", "transferred", stage.ask(primary, owner))
    stage.publish(OTHER, owner.tlsa(), squatter.tlsa(), ttl=600)
    warning = f"shared key, client {OTHER}, other {NAME} ("
    eventually(lambda: any(warning in line for line in primary.lines()), what=warning)
    # Until the owner's own records have been looked up again.
    before, ttl = TTL, TTL
    while ttl <= before:
        time.sleep(0.2)
        outcome = stage.ask(primary, owner)
        stage.expect("the owner", "transferred", outcome)
        stage.require(f"client {NAME}," in outcome.line.text, outcome.line.text)
        before, ttl = ttl, int(re.search(r"ttl (\d+)", outcome.line.text).group(1))
    stage.expect("the other one", "transferred", stage.ask(primary, squatter))
