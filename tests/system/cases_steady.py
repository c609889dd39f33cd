# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# mod-dance while what it depends on is not as it should be: steady.py has what happens.
# DANCE_RELOADS=200 DANCE_ZONES=5000 makes the reloads as many as a large server sees in a year.

import steady
from process import eventually
from stage import NAME, ZONE, within


def _maker(stage):
    def make(start=True, **options):
        return stage.primary([NAME, f"*.{steady.SUFFIX}"], start=start,
                             **{"timeout": 3000, **options})
    return make


@within(180)
def clients_outlast_name_servers_that_go_and_come(stage):
    steady.name_servers_go_and_come(stage, _maker(stage), NAME)


@within(120)
def slow_answers_that_come_in_time_refuse_nobody(stage):
    steady.answers_are_slow_but_in_time(stage, _maker(stage), NAME)


@within(120)
def slow_answers_that_come_too_late_count_the_next_time(stage):
    steady.answers_come_too_late(stage, _maker(stage), NAME)


@within(90)
def records_with_a_ttl_of_nothing_let_their_owner_in_each_time(stage):
    steady.a_ttl_of_nothing(stage, _maker(stage), NAME)


@within(90)
def records_with_a_ttl_of_a_week_do_not_hide_new_ones(stage):
    steady.a_ttl_of_a_week(stage, _maker(stage), NAME)


@within(180)
def a_clock_that_is_set_refuses_nobody_and_prolongs_nothing(stage):
    steady.the_clock_is_set(stage, _maker(stage), NAME)


@within(120 + steady.RELOADS * (2 + steady.ZONES // 100))
def many_reloads_of_many_zones_refuse_nobody_and_leak_nothing(stage):
    stage.known = stage.certificate()
    stage.publish(NAME, stage.known.tlsa())
    guarded = {"module": "mod-dance/xot", "acl": "xot"}
    zones = {ZONE: guarded, **{f"z{number}.example": dict(guarded)
                               for number in range(steady.ZONES - 1)}}
    primary = stage.primary(modules={"xot": stage.options([NAME], timeout=3000)},
                            zones=zones, start=False)
    template = primary.file(ZONE)
    primary.write_zone(ZONE)
    for entry in primary.sections["zone"][1:]:
        entry["file"] = template
    primary.start(wait=False)
    eventually(lambda: primary.matches(r"\[example\.com\.\] loaded"), 120,
               what="the zone is loaded")
    eventually(lambda: primary.knotc("status", check=False).returncode == 0, 120,
               what="knotc is answered")
    steady.served(stage, primary, stage.known)

    def vary(number):
        if number % 2 == 0:  # every other time nothing has changed
            options = primary.sections["mod-dance"][0]
            options["timeout"] = 6001 - options["timeout"]
        since = primary.mark()
        primary.write()
        primary.knotc("-t", "600", "reload")
        primary.wait_for(r"configuration reloaded", since, within=600)
    steady.reloads_lose_nobody_and_leak_nothing(stage, primary, NAME, vary)
