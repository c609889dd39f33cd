# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Names of kinds that the Internet's DNS does not have, in a network with a root of its own:
# signed there, they are names like all others.

from stage import NAME
from unbound import Unbound
from world import DEEP

OWN = ("ns2.test", "ns2.home.arpa")
# What a resolver for such a network has to be told.
NO_DEFAULTS = "".join(f'    local-zone: "{zone}" nodefault\n' for zone in ("test.", "home.arpa."))


def _published(stage):
    """A certificate for each of the names, with its record."""
    peers = {name: stage.certificate() for name in OWN}
    for name, peer in peers.items():
        stage.publish(name, peer.tlsa())
    return peers


def names_that_only_this_network_has_are_let_in(stage):
    peers = _published(stage)
    primary = stage.primary(list(OWN))
    for name, peer in peers.items():
        stage.expect(name, "transferred", stage.ask(primary, peer))
        seen = stage.ask(primary, stage.certificate(name))
        stage.expect("a stranger", "mismatch", seen.line.verdict)


def names_that_only_this_network_has_are_let_in_through_its_resolver(stage):
    resolver = Unbound(stage.path("resolver"), stage.world, server=NO_DEFAULTS)
    stage.servers.append(resolver.start())
    peers = _published(stage)
    primary = stage.primary(list(OWN), resolver=resolver.address)
    for name, peer in peers.items():
        stage.expect(name, "transferred", stage.ask(primary, peer))


def an_alias_into_such_a_zone_is_followed(stage):
    peer = stage.certificate()
    stage.world.publish(NAME, f"{OWN[1]}.", kind="CNAME")
    stage.publish(OWN[1], peer.tlsa())
    primary = stage.primary([NAME])
    stage.expect("the alias", "transferred", stage.ask(primary, peer))


def a_name_in_a_zone_far_below_the_next_is_let_in(stage):
    # Each label in between may be a zone, and is asked for.
    name = f"ns2.{DEEP}".rstrip(".")
    peer = stage.certificate()
    stage.publish(name, peer.tlsa())
    primary = stage.primary([name])
    stage.expect(name, "transferred", stage.ask(primary, peer))
