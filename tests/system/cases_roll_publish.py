# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance roll publishes by each way that it has, with real programs and servers.

import os
import shutil

from process import eventually
from roll_stage import FIRST, OWNER, TSIG, TTL, ZONE, OneFile, RollStage
from stage import within

STAGE = RollStage
BIND_KEY = """key "{id}" {{
	algorithm {algorithm};
	secret "{secret}";
}};
"""
KNOT_KEY = "{algorithm}:{id}:{secret}\n"


def _begin(stage, *lines):
    """A key that is not published yet, to be rolled by this way of publishing."""
    stage.zone()
    both = OneFile(stage.path("both.pem"), stage.certificate())
    stage.configure("\n    ".join([
        "key:\n  - id: k", f"name: {OWNER}", f"key-file: {both.path}",
        f"cert-file: {both.path}", f"ttl: {TTL}", "keep: 0", *lines]))


def _roll(stage):
    """A whole roll; the records after each part of it."""
    first = stage.adopt()
    stage.expect("the record of the first key", str([first]), stage.records())
    stage.rolls_until("spread", "--now", "k")
    following = stage.status()["next"]
    stage.expect("the records of both", str(sorted([first, following])), stage.records())
    eventually(lambda: _ended(stage), 60, every=0.3, what="the end of the roll")
    stage.expect("the record of the last key", str([following]), stage.records())


def _ended(stage):
    said = stage.roll()
    stage.require(said.status == 0, str(said))
    return stage.status()["rolls"] == 1


def _update(stage, program, key):
    if not shutil.which(program):
        print(f"skipped: {program} is not installed")
        return
    with open(stage.tsig, "w", encoding="ascii") as file:
        file.write(key.format(**TSIG))
    _begin(stage, "publish: update", f"server: {FIRST}", f"tsig-file: {stage.tsig}",
           f"update: {program}")
    _roll(stage)
    # A server that refuses is not overheard.
    with open(stage.tsig, "w", encoding="ascii") as file:
        file.write(key.format(**{**TSIG, "secret": "d3Jvbmc="}))
    said = stage.roll("--now", "k")
    stage.expect("exit status with a wrong key", "2", said.status)
    stage.require(f"step publish ({program} ended with status" in said.err, str(said))
    stage.expect("what the command line shows of it", "False", TSIG["secret"] in said.err)


@within(90)
def records_are_published_by_nsupdate(stage):
    _update(stage, "nsupdate", BIND_KEY)


@within(90)
def records_are_published_by_knsupdate(stage):
    _update(stage, "knsupdate", KNOT_KEY)


@within(120)
def records_are_published_by_knotc_and_transactions_are_not_mixed_up(stage):
    _begin(stage, "publish: knotc", f'knotc: "knotc -s {stage.path("first")}/knot.sock"')
    _roll(stage)
    # One that somebody else has open is left alone.
    knotc = stage.first.knotc
    knotc("zone-begin", ZONE)
    knotc("zone-set", ZONE, f"www.{ZONE}", "60", "A", "192.0.2.1")
    said = stage.roll("--now", "k")
    stage.expect("exit status with another's transaction", "2", said.status)
    said = stage.roll()
    stage.expect("exit status again", "2", said.status)
    stage.require("192.0.2.1" in knotc("zone-diff", ZONE).stdout, "it was aborted")
    knotc("zone-commit", ZONE)
    # Its own, from a run that was killed, does not stop the next one: it is killed while each of
    # knotc's commands is at work.
    stage.expect("exit status then", "0", stage.roll().status)
    for at in range(1, 40, 4):
        stage.roll("--abort", "k")
        eventually(lambda: stage.status()["step"] == "idle" or not stage.roll(), 30,
                   what="the roll is given up")
        stage.roll("--now", "k", kill_at=at)
        eventually(lambda: stage.roll().status == 0, 30, what="a run after the killed one")


@within(90)
def records_are_published_by_a_hook(stage):
    socket = os.path.join(stage.path("first"), "knot.sock")
    hook = stage.script("hook", f"""
knotc() {{ command knotc -s {socket} "$@"; }}
knotc zone-begin $5.
case $1 in
add) knotc zone-set $5. $2. $3 TLSA $4;;
remove) knotc zone-unset $5. $2. TLSA $4;;
esac
knotc zone-commit $5.""")
    _begin(stage, "publish: hook", f"hook: {hook}")
    _roll(stage)
