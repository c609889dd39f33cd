# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance roll as systemd runs it: by its timer, step by step, in a sandbox that lets it do what a
# roll needs.

import json
import os
import stat

from keys import Key
from knot import configuration
from process import eventually, run
from vm_stage import ETC, expect, put, require

NAME = "_xfr-client.roll.example.net"
KEY = f"{ETC}/roll.key"
RELOAD = f"{ETC}/roll-reload"
TOLD = f"{ETC}/roll-told"
STATE = "/var/lib/dance-roll/peer.state"
# One run after another, instead of one in a quarter of an hour.
SOON = """[Timer]
OnCalendar=
OnActiveSec=1
OnUnitInactiveSec=1
RandomizedDelaySec=0
AccuracySec=100ms
"""


def _clear(machine):
    for unit in (machine.roll_timer, machine.roll):
        unit.reset()
    for path in (f"{ETC}/dance-roll.conf", STATE, TOLD):
        if os.path.exists(path):
            os.remove(path)


def _write(machine):
    """The key of a client whose server reads it when it is told to."""
    _clear(machine)
    key = Key(KEY)
    os.chmod(KEY, 0o640)
    machine.world.publish(NAME, f"3 1 1 {key.digest}", ttl=2)
    put(RELOAD, f"#!/bin/sh\nprintf %s \"$DANCE_RECORD\" >{TOLD}\n", 0o755)
    knotc = f"knotc -s {machine.world.knotd.socket}"
    put(f"{ETC}/dance-roll.conf", configuration({
        "key": [{"id": "peer", "name": NAME, "key-file": KEY, "every": "0", "keep": "2",
                 "ttl": "2", "publish": "knotc", "knotc": knotc, "reload": RELOAD}],
        "dns": {"trust-anchor": machine.world.trust_anchor,
                "root-hints": machine.world.root_hints}}))
    return key.digest


def _status():
    said = run("dance", "roll", "--status", "--json", check=False, timeout=300)
    return json.loads(said.stdout)["keys"][0]


def _take_over(machine):
    """Runs it until it knows the key in use; returns that."""
    digest = _write(machine)
    eventually(lambda: machine.roll.control("start") == 0 and _status()["step"] == "idle", 60,
               every=1, what="the key is taken over")
    expect("the key", digest, _status()["current"])
    return digest


def nothing_is_rolled_without_a_configuration(machine):
    _clear(machine)
    expect("the timer", "disabled", machine.roll_timer.show("UnitFileState"))
    expect("starting the service", 0, machine.roll.control("start"))
    expect("its condition", "no", machine.roll.show("ConditionResult"))
    expect("failed units", "", run("systemctl", "--failed", "--plain", "--no-legend").stdout)


def a_run_takes_a_key_over(machine):
    _take_over(machine)
    expect("its result", "success", machine.roll.show("Result"))
    folder = os.stat("/var/lib/dance-roll")
    expect("the owner and mode of its states", (0, 0o700),
           (folder.st_uid, stat.S_IMODE(folder.st_mode)))


def an_upgrade_leaves_the_timer_running(machine):
    _clear(machine)
    machine.install("dance-tools")
    expect("the timer, which nobody has started", "inactive", machine.roll_timer.state)
    machine.roll_timer.start()
    machine.install("dance-tools")
    expect("the timer", "active", machine.roll_timer.state)
    machine.roll_timer.stop()


def a_timer_rolls_a_key_to_the_end(machine):
    before = _take_over(machine)
    owner = os.stat(KEY)
    rolls = _status()["rolls"]
    run("dance", "roll", "--now", "peer", timeout=300)
    machine.roll_timer.set(SOON)
    machine.roll_timer.start()
    eventually(lambda: _status()["rolls"] > rolls, 120, every=1, what="a whole roll")
    machine.roll_timer.stop()
    after = _status()["current"]
    require(after not in (None, before), f"the key is {after}")
    seen = os.stat(KEY)
    expect("owner and mode of the key", (owner.st_uid, owner.st_gid, owner.st_mode),
           (seen.st_uid, seen.st_gid, seen.st_mode))
    with open(TOLD, encoding="ascii") as file:
        expect("what was to be reloaded", f"3 1 1 {after}", file.read().lower())
    expect("failed units", "", run("systemctl", "--failed", "--plain", "--no-legend").stdout)
    _clear(machine)
