# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A dance-front to which everybody comes at once, good and bad, while the upstream server it
# is killed and its configuration read again.

import os
import re
import signal
import subprocess
import time

from front_stage import NAME, FrontStage
from process import Failed, eventually
from stage import ZONE, within

SUBSET = "front"
STAGE = FrontStage
CONNECTIONS = 1000  # of the known client, and as many of strangers
RECORDS = 305  # of the zone that a stage makes, its SOA twice
LIMITS = {"max-connections": 400, "max-handshakes": 64, "max-per-address": 8,
          "max-per-identity": 100, "max-per-server": 100, "handshake-timeout": 2,
          "idle-timeout": 10}
# Memory that a crowd has left behind is used for the next one.
GROWTH = 1.4


@within(180)
def a_crowd_of_strangers_and_a_dying_server_harm_nobody_for_long(stage):
    peer, stranger = stage.certificate(), stage.certificate(NAME)
    stage.publish(NAME, peer.tlsa(), ttl=600)
    server = stage.behind("NSD", start=False)
    server.server["tcp-count"] = 400
    server.start()
    judge = stage.front(server, more={"server": LIMITS})
    stage.expect("before", "transferred", stage.judged(judge, judge.address, peer))
    _crowd(stage, judge, server, peer, stranger)
    before = _memory(judge)
    _crowd(stage, judge, server, peer, stranger)
    after = _memory(judge)
    stage.say(f"memory {before} kB, then {after} kB")
    stage.require(after < before * GROWTH,
                  f"one crowd leaves {before} kB behind, two {after} kB")
    stage.expect("after all", "transferred", stage.judged(judge, judge.address, peer))
    stage.require(judge.matches("server unreachable"), "nobody came while it was dead")
    for limit in ("max-handshakes", "max-per-address"):
        stage.require(judge.matches(f"limit {limit}"),
                      f"{limit} was never reached")


def _crowd(stage, judge, server, peer, stranger):
    """Lets a crowd come and go; what it got was right, and nobody is left."""
    load = _load(stage, judge, peer, stranger)
    try:
        for _ in range(3):
            time.sleep(0.5)
            server.kill()
            judge.reload()
            time.sleep(0.5)
            server.start()
            judge.reload()
    finally:
        said, _ = load.communicate(timeout=120)
    seen = dict(re.findall(r"(\S+)=(\d+)", said))
    if load.returncode or "whole" not in seen:
        raise Failed(f"front_load ended with {load.returncode}: {said}")
    stage.say(said)
    for nobodys in ("leaked", "broken"):
        stage.expect(nobodys, "0", seen[nobodys])
    # On a slow machine most strangers find no room: then fewer come as far as a refusal.
    kept_out = int(seen["refused"]) + int(seen["turned-away"])
    for somebodys, count in (("whole", int(seen["whole"])), ("kept out", kept_out)):
        stage.require(count > CONNECTIONS // 10, f"{somebodys} too few: {said}")
    stage.require(int(seen["refused"]) > 0, f"nobody was refused: {said}")
    eventually(lambda: _open(judge) == 0, 30, every=0.5, what="everybody has left")


def _load(stage, judge, peer, stranger):
    program = os.path.join(os.environ["DANCE_BUILD"], "tests", "system", "front_load")
    items = {"cert": peer.path, "key": peer.key.path,
             "other-cert": stranger.path, "other-key": stranger.key.path,
             "records": RECORDS, "questions": 3, "known": CONNECTIONS, "clients": 40,
             "strangers": CONNECTIONS, "crowd": 70}
    return subprocess.Popen([program, judge.address, "853", ZONE,
                             *(f"{name}={value}" for name, value in items.items())],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _open(judge):
    """How many connections it counts."""
    since = judge.mark()
    judge.process.child.send_signal(signal.SIGUSR1)
    return int(judge.wait_for(r"counters, open (\d+)", since).group(1))


def _memory(judge):
    """What it occupies, in kB."""
    with open(f"/proc/{judge.process.child.pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))
