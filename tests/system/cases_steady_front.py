# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance-front while what it depends on is not as it should be: steady.py has what happens.
# DANCE_RELOADS=200 DANCE_NAMES=5000 makes the reloads as many as a large server sees in a year.

import steady
from front_stage import ADDRESSES, NAME, FrontStage
from stage import within

SUBSET = "front"
STAGE = FrontStage


def _maker(stage, more=()):
    """more: names that may come and do not."""
    server = stage.behind("NSD")

    def make(start=True, **options):
        names = {name: ADDRESSES[NAME] for name in (NAME, f"*.{steady.SUFFIX}", *more)}
        return stage.front(server, names, dns=stage.dns(**{"timeout": 3000, **options}),
                           start=start)
    return make


@within(180)
def the_clients_of_a_front_outlast_name_servers_that_go_and_come(stage):
    steady.name_servers_go_and_come(stage, _maker(stage), NAME)


@within(120)
def slow_answers_that_come_in_time_refuse_nobody_at_a_front(stage):
    steady.answers_are_slow_but_in_time(stage, _maker(stage), NAME)


@within(180)
def a_clock_that_is_set_harms_no_client_of_a_front(stage):
    steady.the_clock_is_set(stage, _maker(stage), NAME)


@within(120 + steady.RELOADS * (4 + steady.NAMES // 1000))
def many_reloads_of_a_front_refuse_nobody_and_leak_nothing(stage):
    stage.known = stage.certificate()
    stage.publish(NAME, stage.known.tlsa())
    judge = _maker(stage, [f"n{number}.example.net" for number in range(steady.NAMES)])()
    steady.served(stage, judge, stage.known)

    def vary(number):
        if number % 2 == 0:  # every other time nothing has changed
            judge.sections["dns"]["timeout"] = 6001 - judge.sections["dns"]["timeout"]
        judge.reload()
    steady.reloads_lose_nobody_and_leak_nothing(stage, judge, NAME, vary)
