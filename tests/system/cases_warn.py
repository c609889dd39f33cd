# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance check --warn in a DNS: signatures that will end, of the records and of the zones above,
# records of other keys, a root that rolls its key. What it says in which words, tests/tool knows.

import calendar
import json
import os
import subprocess
import time

from cases_anchor import AnchorStage
from process import run
from stage import NAME, within
from world import TTL

OTHER = "5a" * 32
STAGE = AnchorStage


def _check(stage, *words):
    """Runs it; returns how it ended, what it printed, and its complaints."""
    stage.say("Checked:", f"dance check {' '.join(words)}")
    build = os.environ["DANCE_BUILD"]
    done = subprocess.run(
        ["dance", "check", "--trust-anchor", stage.world.trust_anchor, "--root-hints",
         stage.world.root_hints, *words], capture_output=True, text=True, timeout=30,
        env={**os.environ, "PATH": f"{build}/src/tool:{os.environ['PATH']}"})
    return done.returncode, done.stdout, done.stderr


def _moment(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def _ends(stage, name, kind):
    """When the signatures of these records end, as kdig sees them."""
    out = run("kdig", f"@{stage.world.address}", "+dnssec", "+norecurse", "+noall", "+answer",
              name, kind).stdout
    return [calendar.timegm(time.strptime(fields[8], "%Y%m%d%H%M%S"))
            for fields in map(str.split, out.splitlines())
            if fields[3:5] == ["RRSIG", kind]]


def a_signature_that_ends_soon_is_warned_of_beforehand(stage):
    stage.publish(NAME, f"3 1 1 {OTHER}")
    status, out, err = _check(stage, "--warn", "1h", NAME)
    stage.expect("in time, exit status", "0", status)
    stage.require("the signature of" not in err, f"a warning: {err}")
    (line,) = [line for line in out.splitlines() if line.startswith("signed until ")]
    end = _moment(line.split()[2])
    stage.require(end > time.time() + 3600, f"another time: {line}")
    status, out, err = _check(stage, "--warn", "5w", NAME)
    stage.expect("late, exit status", "3", status)
    stage.require(f"the signature of the {line.split('(')[1].split(' records')[0]} records of "
                  in err, f"no warning: {err}")
    status, _, _ = _check(stage, NAME)
    stage.expect("without --warn, exit status", "0", status)


def the_first_signature_up_to_the_root_is_what_counts(stage):
    stage.publish(NAME, f"3 1 1 {OTHER}")
    # Some were made later than others.
    time.sleep(1.1)
    stage.world.knotd.knotc("-b", "zone-sign", "net.")
    status, out, _ = _check(stage, "--json", "--warn", "5w", NAME)
    told = json.loads(out)
    stage.expect("exit status", "3", status)
    ends = {(NAME, "TLSA"): _ends(stage, NAME, "TLSA")}
    zones = [".", "net", "example.net"]
    for zone in zones:
        ends[zone, "DNSKEY"] = _ends(stage, zone, "DNSKEY")
        if zone != ".":
            ends[zone, "DS"] = _ends(stage, zone, "DS")
    stage.require(all(ends.values()), f"kdig sees no signature: {ends}")
    first = min(min(each) for each in ends.values())
    stage.expect("the first of them", str(first), _moment(told["signature-expires"]))
    stage.require(first in ends[told["signature-name"], told["signature-type"]],
                  f"another one: {told}, {ends}")
    stage.require(any(told["signature-expires"] in each for each in told["warnings"]), out)


def records_of_other_keys_are_warned_of_unless_a_roll_is_due(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa(), f"3 1 1 {OTHER}")
    for words, status, word in (([], 3, "1 of 2 usable records do not match"),
                                (["--roll"], 0, "")):
        ended, _, err = _check(stage, "--warn", "1h", *words, NAME, peer.path)
        stage.expect(f"two records {words}, exit status", str(status), ended)
        stage.require(word in err, f"no warning of '{word}': {err}")
    stage.publish(NAME, peer.tlsa())
    for words, status, word in (([], 0, ""), (["--roll"], 3, "a roll of the key is due")):
        ended, _, err = _check(stage, "--warn", "1h", *words, NAME, peer.path)
        stage.expect(f"one record {words}, exit status", str(status), ended)
        stage.require(word in err, f"no warning of '{word}': {err}")
    ended, _, _ = _check(stage, "--warn", "1h", NAME, stage.certificate().path)
    stage.expect("another key, exit status", "1", ended)
    stage.withdraw(NAME)
    time.sleep(TTL)
    ended, _, _ = _check(stage, "--warn", "1h", NAME)
    stage.expect("no record, exit status", "1", ended)


@within(120)
def a_root_that_rolls_its_key_is_warned_of_until_the_anchor_follows(stage):
    primary, peer = stage.begin()
    world, old, new = stage.world, stage.world.first, stage.world.new_key()
    anchor = stage.path("old.key")
    with open(anchor, "w", encoding="ascii") as file:
        file.write(world.ds["."] + "\n")
    where = ["--root-hints", world.root_hints, "--warn", "1h", NAME]

    def check(path):
        stage.say("Checked:", f"dance check --trust-anchor {path}")
        build = os.environ["DANCE_BUILD"]
        done = subprocess.run([f"{build}/src/tool/dance", "check", "--trust-anchor", path, *where],
                              capture_output=True, text=True, timeout=30)
        return done.returncode, done.stderr

    stage.expect("before, exit status", "0", check(anchor)[0])
    world.sign_with(old, new)
    world.trusts(new)
    status, err = check(anchor)
    stage.expect("an anchor without the new key, exit status", "3", status)
    stage.require(f"the trust anchor {anchor} is aging (the root has a key " in err and
                  " that it lacks)" in err, f"no warning: {err}")
    status, err = check(world.trust_anchor)
    stage.expect("the anchor that follows, exit status", "0", status)
    world.sign_with(world.revoked(old), new)
    with open(anchor, "a", encoding="ascii") as file:
        file.write(world._record(new))
    status, err = check(anchor)
    stage.expect("an anchor with a revoked key, exit status", "3", status)
    stage.require("is aging (the root revokes its key " in err, f"no warning: {err}")
