# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The same as cases_root_roll.py, as dance-front tells of it: its log and its metrics.

import scrape
from front_stage import NAME, FrontStage
from rolling_world import AGING, UP_TO_DATE, RollingWorld, looks_again, unkept
from stage import within

SUBSET = "front"
TTL = 2
AT = "127.0.0.50@9853"


class RootRollStage(FrontStage):
    """With a world of its own, which is not the others'."""

    def begin(self):
        self.world = RollingWorld(self.path("world"))
        self.world.start()
        peer = self.certificate()
        self.publish(NAME, peer.tlsa(), ttl=TTL)
        judge = self.front(self.behind("NSD"), more={"server": {"metrics": AT}})
        self.expect("before", "transferred", self.judged(judge, judge.address, peer))
        return judge, peer

    def end(self):
        wrong = super().end()
        if self.world is not self.theatre.world:
            wrong.append(self.world.stop())
        return [sentence for sentence in wrong if sentence]

    def expect_aging(self, value):
        series = "dance_trust_anchor_aging"
        self.expect(series, value,
                    self.until(value, lambda: f"{scrape.scrape(AT)[series]:.0f}"))
        self.expect("the anchor can be used", "1",
                    f"{scrape.scrape(AT)['dance_trust_anchor_state{state=\"current\"}']:.0f}")


STAGE = RootRollStage


@within(150)
def a_roll_of_the_root_s_key_that_nobody_follows_is_logged_once_and_measured(stage):
    judge, peer = stage.begin()
    world, old, new = stage.world, stage.world.first, stage.world.new_key()
    text = unkept(world)
    stage.expect_aging("0")
    since = judge.mark()
    world.sign_with(old, new)
    line = judge.wait_for(AGING, since, within=40)
    stage.expect("the file", world.trust_anchor, line.group(1))
    stage.expect_aging("1")
    for _ in range(2):
        judge.reload()
        looks_again(world, 2)
    stage.expect("warnings", "1", len(judge.matches(AGING, since)))
    stage.expect("meanwhile", "transferred", stage.judged(judge, judge.address, peer))
    world.put_anchor(text + world._record(new))
    judge.wait_for(UP_TO_DATE, since, within=40)
    stage.expect_aging("0")
