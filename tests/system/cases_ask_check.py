# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What --check of dance-ask says of files and sockets that are not wrong and yet not as they should
# be.

import os
import re
import shutil

from cases_ask_life import LineStage
from place import has_all_rights

SUBSET = "ask"
STAGE = LineStage


def _judge(stage):
    judge = stage.for_lines(start=False)
    stage.servers.remove(judge)
    return judge


def _warnings(judge):
    done = judge.check()
    if done.returncode != 0:
        return f"ended with {done.returncode}: {done.stdout}"
    return "".join(line for line in done.stdout.splitlines(True) if "warning" in line)


def a_socket_in_a_directory_that_is_open_to_all_is_warned_of(stage):
    judge = _judge(stage)
    for mode, expected in ((0o755, False), (0o1777, True), (0o750, False)):
        os.chmod(stage.open, mode)
        seen = _warnings(judge)
        stage.require(("dance-ask can be impersonated by all users, address "
                       f"{stage.socket} ({stage.open} is writable" in seen) == expected,
                      f"with mode {mode:o} --check says: {seen}")


def a_trust_anchor_that_the_services_user_cannot_read_is_warned_of(stage):
    if not has_all_rights():
        print("skipped: there are no other users here")
        return
    judge = _judge(stage)
    own = os.path.join(stage.open, "root.key")
    shutil.copyfile(stage.world.trust_anchor, own)
    judge.text = "server:\n    user: nobody\n" + re.sub(
        r"trust-anchor: .*", f"trust-anchor: {own}", judge.text)
    for mode, expected in ((0o644, False), (0o640, True)):
        os.chmod(own, mode)
        seen = _warnings(judge)
        stage.require((f"file not readable, file {own}, user nobody; do: let this user read it, "
                       "since it runs dance-ask" in seen) == expected,
                      f"with mode {mode:o} --check says: {seen}")
