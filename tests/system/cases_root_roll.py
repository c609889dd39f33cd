# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The root begins to roll its key, and nobody brings the trust anchor's file up to date: mod-dance
# says so, once.

from cases_anchor import AnchorStage
from rolling_world import AGING, UP_TO_DATE, looks_again, unkept
from stage import within

STAGE = AnchorStage


@within(150)
def a_roll_of_the_root_s_key_that_nobody_follows_is_told_of_once(stage):
    primary, peer = stage.begin()
    world, old, new = stage.world, stage.world.first, stage.world.new_key()
    text = unkept(world)
    since = primary.mark()
    world.sign_with(old, new)
    line = primary.wait_for(AGING, since, within=40)
    stage.expect("the file", world.trust_anchor, line.group(1))
    stage.require(line.group(2).startswith("the root has a key ") and
                  line.group(2).endswith(" that it lacks"), line.group(0))
    looks_again(world)
    for _ in range(2):
        primary.reload()
        looks_again(world, 2)
    stage.expect("warnings", "1", len(primary.matches(AGING, since)))
    stage.expect("meanwhile", "transferred", stage.ask(primary, peer))
    # Somebody installs the new key, and the root revokes the old one.
    world.put_anchor(text + world._record(new))
    primary.wait_for(UP_TO_DATE, since, within=40)
    since = primary.mark()
    world.sign_with(world.revoked(old), new)
    line = primary.wait_for(AGING, since, within=40)
    stage.require(line.group(2).startswith("the root revokes its key "), line.group(0))
    world.put_anchor(world._record(new))
    primary.wait_for(UP_TO_DATE, since, within=40)
    stage.expect("in the end", "transferred", stage.ask(primary, peer))
    stage.expect("warnings of the second change", "1", len(primary.matches(AGING, since)))


@within(120)
def a_key_that_the_file_s_keeper_waits_to_trust_is_not_told_of(stage):
    primary, _ = stage.begin()
    world, old, new = stage.world, stage.world.first, stage.world.new_key()
    text = unkept(world)
    since = primary.mark()
    record = world._record(new).strip()
    world.put_anchor(f"{text}{record} ;;state=1 [ ADDPEND ] ;;count=1\n")
    world.sign_with(old, new)
    looks_again(world, 5)
    stage.expect("warnings", "0", len(primary.matches(AGING, since)))
    # It would have been told of.
    world.put_anchor(text)
    primary.wait_for(AGING, since, within=40)


@within(150)
def a_key_that_goes_without_a_word_is_told_of(stage):
    primary, peer = stage.begin()
    world, old, new = stage.world, stage.world.first, stage.world.new_key()
    text = unkept(world)
    world.put_anchor(text + world._record(new))
    since = primary.mark()
    # A key that has never been there may come later.
    looks_again(world)
    world.sign_with(old, new)
    looks_again(world, 5)
    stage.expect("warnings", "0", len(primary.matches(AGING, since)))
    world.sign_with(new)
    line = primary.wait_for(AGING, since, within=40)
    stage.require(line.group(2).startswith("the root no longer has its key "), line.group(0))
    stage.expect("meanwhile", "transferred", stage.ask(primary, peer))
