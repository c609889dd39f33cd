# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A list of clients in dance-ask: who is on it is known by the key.

from ask import Ask, policy
from fleet import ENTRY, NAMES, known, put_list
from stage import Stage, within

SUBSET = "ask"


class ListStage(Stage):
    def judge(self, path):
        text = f"""ask:
  - id: relay
    listen: {path}
    dialect: postfix
    client: "{ENTRY}"
    client-within: example.net
"""
        made = Ask(self._path("ask"), text, self.world, env=self.theatre.sanitizer.environment)
        self.servers.append(made)
        return made.start()


STAGE = ListStage


@within(60)
def a_mail_client_on_a_list_is_known_by_its_key(stage):
    first, second, outside = known(stage, *NAMES)
    put_list(stage, NAMES[0], NAMES[2])
    path = stage.path("ask.sock")
    judge = stage.judge(path)
    judge.wait_for(rf"list validated, list {ENTRY}, count 2")
    judge.wait_for(rf"client ignored, list {ENTRY}, client {NAMES[2]} \(it is not within")
    judge.wait_for(rf"records validated, client {NAMES[0]}")
    no = policy(path, outside)
    yes = policy(path, first)
    stage.require(yes != no, f"on the list: {yes}, and outside the fence: {no}")
    judge.wait_for(rf"client allowed, .*client {NAMES[0]}, entry {ENTRY}, key")
    stage.expect("not on it", no, policy(path, second))
    put_list(stage, NAMES[1])
    stage.expect("put on it", yes, stage.until(yes, lambda: policy(path, second), 30))
    stage.expect("taken from it", no, policy(path, first))
