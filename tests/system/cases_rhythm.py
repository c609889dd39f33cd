# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Secondaries at the pace of ordinary life: seconds apart, with the session tickets that
# they keep in between, and with zones that are guarded beside zones that are not.

import time

from bind import BindSecondary
from stage import NAME, ZONE, within

PAUSE = 3  # seconds
OPEN_ZONE = "open.example"
TRANSFERRED = "transferred by AXFR"


@within(60)
def a_secondary_that_comes_every_few_seconds_gets_the_zone_each_time(stage):
    tap = stage.tap()
    secondary = stage.known_secondary(remote=tap.address)
    stage.primary([NAME])
    for attempt in range(5):
        stage.expect(f"transfer {attempt}", TRANSFERRED, secondary.pull(ZONE))
        time.sleep(PAUSE)
    stage.require(len(tap.seen) >= 5, f"the relay saw {len(tap.seen)} connections")
    stage.expect("sessions resumed", "0", tap.seen.count(True))


@within(90)
def a_secondary_with_tickets_from_before_is_served_soon_after_a_reload(stage):
    tap = stage.tap()
    secondary = stage.known_secondary(remote=tap.address)
    primary = _unguarded(stage)
    for _ in range(2):
        stage.expect("before", TRANSFERRED, secondary.pull(ZONE))
    _guard(primary)
    _served_after(stage, primary, secondary, 2)
    stage.expect("a session of before was resumed, and it is the last one", "False",
                 tap.seen[-1])


@within(90)
def bind_with_tickets_from_before_is_served_soon_after_a_reload(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = _unguarded(stage)
    secondary = BindSecondary(stage.path("bind"), "127.0.0.24", [ZONE],
                              f"{primary.address}@853", peer, stage.theatre.certificate)
    stage.servers.append(secondary)
    secondary.start()
    for _ in range(3):
        secondary.pull(ZONE)
        time.sleep(0.5)
    _guard(primary)
    # It may keep several tickets, and each of them ends so once.
    _served_after(stage, primary, secondary, 8)


def _unguarded(stage):
    """A primary that gives the zone to anybody; what guards it is there, not in force."""
    primary = stage.primary([NAME], start=False)
    del primary.sections["zone"][0]["module"]
    return primary.start()


def _guard(primary):
    time.sleep(PAUSE)
    primary.sections["zone"][0]["module"] = "mod-dance/xot"
    primary.reload()


def _served_after(stage, primary, secondary, tickets):
    """Each ticket that the secondary may hold costs one refusal at most; then all is well."""
    refused = in_a_row = 0
    while in_a_row < 4:
        if secondary.pull(ZONE).startswith("transferred"):
            in_a_row += 1
        else:
            in_a_row, refused = 0, refused + 1
        stage.require(refused <= tickets, f"refused {refused} times")
        time.sleep(PAUSE)
    stage.say(f"{refused} tickets of before were tried.")
    for line in primary.verdicts():
        stage.expect("a verdict", ("allowed", "refused, unproven"), line)


@within(90)
def guarded_and_open_zones_of_one_server_go_to_one_secondary(stage):
    secondary = stage.known_secondary(zones=[ZONE, OPEN_ZONE])
    _mixed(stage, {"template": [{"id": "default", "global-module": "mod-dance"}]})
    for _ in range(3):
        for zone in (OPEN_ZONE, ZONE):
            stage.expect(zone, TRANSFERRED, secondary.pull(zone))
            time.sleep(1)


@within(60)
def an_open_zone_whose_tickets_end_at_a_guarded_one_is_warned_of(stage):
    secondary = stage.known_secondary(zones=[ZONE, OPEN_ZONE])
    primary = _mixed(stage)
    primary.wait_for(r"module 'mod-dance/xot', .*'global-module: mod-dance'")
    stage.expect("the open zone", TRANSFERRED, secondary.pull(OPEN_ZONE))
    stage.expect("the guarded one", "refused with NOTAUTH", secondary.pull(ZONE))
    line = primary.verdicts()[-1]
    stage.expect("the verdict", "unproven", line.verdict)
    stage.require("global-module: mod-dance" in line.text, f"no way out: {line.text}")


@within(60)
def a_zone_that_the_primary_does_not_have_costs_no_other_one(stage):
    """No module of a zone sees what is asked for it, whichever zones are guarded."""
    secondary = stage.known_secondary(zones=[ZONE, OPEN_ZONE])
    for all_queries, seen in ((None, "refused with NOTAUTH"), ("mod-dance", TRANSFERRED)):
        template = {"id": "default", "module": "mod-dance/xot", "global-module": all_queries}
        primary = stage.primary([NAME], more={"template": [template]},
                                zones={ZONE: {"acl": "xot"}})
        told = primary.matches(r"those that begin with other zones are refused at this one\); do: add 'global-module")
        stage.expect("told of", "0" if all_queries else "1", len(told))
        secondary.pull(ZONE)
        for _ in range(2):
            stage.expect("a zone that is not there", "refused with NOTAUTH",
                         secondary.pull(OPEN_ZONE))
            stage.expect(f"the guarded one, global module {all_queries}", seen,
                         secondary.pull(ZONE))
        stage.retire(primary)


def _mixed(stage, more=None):
    return stage.primary([NAME], more=more, zones={
        ZONE: {"module": "mod-dance/xot", "acl": "xot"}, OPEN_ZONE: {"acl": "xot"}})
