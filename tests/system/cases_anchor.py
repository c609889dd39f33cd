# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The root's key rolls as RFC 5011 has it while secondaries transfer. An unbound keeps the trust
# anchor's file; mod-dance only reads it.

from process import eventually
from regular import Regular
from rolling_world import RollingWorld
from stage import NAME, ZONE, Stage, within

TTL = 2
SUFFIX = "below.example.org"
CHANGED = "trust anchor has changed, file "


class AnchorStage(Stage):
    """With a world of its own, which is not the others'."""

    def begin(self):
        self.world = RollingWorld(self.path("world"))
        self.world.start()
        peer = self.certificate()
        self.publish(NAME, peer.tlsa(), ttl=TTL)
        primary = self.primary([NAME, f"*.{SUFFIX}"])
        self.expect("before", "transferred", self.ask(primary, peer))
        return primary, peer

    def end(self):
        wrong = super().end()
        if self.world is not self.theatre.world:
            wrong.append(self.world.stop())
        return [sentence for sentence in wrong if sentence]


STAGE = AnchorStage


def _strangers_get_nothing(stage, primary):
    stage.expect("a stranger", "refused, mismatch", stage.ask(primary, stage.certificate()))
    stage.expect("one with the name", "refused, mismatch",
                 stage.ask(primary, stage.certificate(NAME)))


def _owner_of(stage, number):
    """A certificate whose name nobody has asked for yet."""
    certificate = stage.certificate(f"ns{number}.{SUFFIX}")
    stage.publish(f"ns{number}.{SUFFIX}", certificate.tlsa(), ttl=TTL)
    return certificate


@within(180)
def the_key_of_the_root_rolls_while_secondaries_transfer(stage):
    primary, peer = stage.begin()
    world, old, new = stage.world, stage.world.first, stage.world.new_key()
    with Regular(primary.address, peer, ZONE) as regular:
        since = primary.mark()
        world.sign_with(old, new)
        world.trusts(new)
        primary.wait_for(CHANGED, since, within=30)
        _strangers_get_nothing(stage, primary)
        since = primary.mark()
        world.sign_with(world.revoked(old), new)
        world.trusts(old, "REVOKED")
        primary.wait_for(CHANGED, since, within=30)
        regular.more(30)
        _strangers_get_nothing(stage, primary)
        stage.expect("a name that is new", "transferred",
                     stage.ask(primary, _owner_of(stage, 1)))
    regular.check()
    # Somebody has stolen the old key, and the root's name servers with it.
    world.sign_with(old)
    stage.expect("what the old key proves", "failed, bogus",
                 stage.until("failed, bogus", lambda: stage.ask(primary, peer)))
    stage.expect("of a name that is new", "failed, bogus",
                 stage.ask(primary, _owner_of(stage, 2)))
    world.sign_with(new)
    stage.expect("the root is its owner's again", "transferred",
                 stage.until("transferred", lambda: stage.ask(primary, peer)))


@within(90)
def a_trust_anchor_that_breaks_stays_in_force_and_is_told_of_once(stage):
    primary, peer = stage.begin()
    world = stage.world
    world.keeper.stop()
    with open(world.trust_anchor, encoding="ascii") as file:
        text = file.read()
    with Regular(primary.address, peer, ZONE) as regular:
        for broken, why in (("", "no DS or DNSKEY record of the root"), (None, "No such file")):
            since = primary.mark()
            world.put_anchor(broken)
            line = primary.wait_for(r"warning: .*the previous trust anchor stays in force "
                                    r"\((.*)\); do: correct this file", since, within=30)
            stage.require(why in line.group(1), line.group(0))
            before = world.queries()
            eventually(lambda: world.queries() > before, 30, every=0.5,
                       what="lookups go on")
            regular.more(20)
            world.put_anchor(text)
            primary.wait_for("trust anchor can be read again", since, within=30)
            stage.expect("warnings", "1", len(primary.matches("stays in force", since)))
        _strangers_get_nothing(stage, primary)
        primary.reload()
        regular.more(20)
    regular.check()
