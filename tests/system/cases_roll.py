# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance roll in a real DNS, in real time: a secondary that never misses a transfer, and what
# holds a roll.

import os
import re
import shutil
import threading
import time
from collections import Counter

from bind import BindSecondary
from documents import REPOSITORY
from nsd import NsdSecondary
from process import eventually, run
from roll_stage import OWNER, TTL, ZONE, OneFile, RollStage
from stage import NAME, within
from stage import ZONE as TRANSFERRED
from world import BROKEN_OWNER

STAGE = RollStage
MANUAL = os.path.join(REPOSITORY, "doc", "dance-roll.conf.5")


class Traffic(threading.Thread):
    """Changes the zone of a primary again and again, and has the secondary transfer it."""

    def __init__(self, primary, secondary):
        super().__init__(daemon=True)
        self.primary, self.secondary = primary, secondary
        self.wrong, self.transfers, self.ending = [], 0, threading.Event()

    def run(self):
        serial = 10
        while not self.ending.wait(0.1):
            serial += 1
            try:
                self.primary.change(TRANSFERRED, serial, f'x TXT "{serial}"\n')
                outcome = self.secondary.pull(TRANSFERRED)
            except Exception as error: # whatever it is must be told at the end
                outcome = f"{type(error).__name__}: {error}"
            self.transfers += 1
            if not outcome.startswith("transferred"):
                self.wrong.append(f"transfer {self.transfers}: {outcome}")

    def end(self):
        self.ending.set()
        self.join(60)
        return self.wrong


def _secondary(stage):
    """One whose key is in one file and known to a primary, and which dance roll has taken
    over."""
    stage.zone()
    both = OneFile(stage.path("both.pem"), stage.certificate())
    secondary = stage.secondary(certificate=both, start=False)
    secondary.start()
    stage.reloads(secondary)
    stage.configure(stage.sample(both.path))
    stage.require(stage.adopt() == secondary.key_digest(), "another key was taken over")
    primary = stage.primary(clients=[OWNER])
    stage.expect("the first transfer", "transferred by AXFR",
                 stage.until("transferred by AXFR", lambda: secondary.pull(TRANSFERRED)))
    return primary, secondary


def _roll_with_kills(stage, every_nth):
    """A whole roll, killed at every n-th call in each of its steps. Returns in which steps it
    was killed."""
    rolls, at, words, steps = stage.status()["rolls"], {}, ["--now", "ns2"], []
    while stage.status()["rolls"] == rolls:
        step = stage.status()["step"]
        said = stage.roll(*words, kill_at=at.get(step, 1))
        if said.killed:
            steps.append(step)
            at[step] = at.get(step, 1) + every_nth
        else:
            stage.require(said.status in (0, 1), str(said))
            at[step] = 1
            time.sleep(0.1)
        words = [] if stage.status()["step"] != "idle" else words
    return steps


@within(300)
def a_secondary_misses_no_transfer_through_three_rolls_that_are_killed_at_each_step(stage):
    primary, secondary = _secondary(stage)
    traffic = Traffic(primary, secondary)
    traffic.start()
    keys, killed_in = [secondary.key_digest()], []
    for every_nth in (1, 4, 7):
        killed_in += _roll_with_kills(stage, every_nth)
        keys.append(secondary.key_digest())
        stage.expect("the records", str([keys[-1]]), stage.records())
    wrong = traffic.end()
    stage.require(not wrong, "; ".join(wrong[:5]))
    stage.require(len(set(keys)) == 4, f"the keys are {keys}")
    steps = {"idle", "publish", "spread", "switch", "keep", "withdraw", "clean"}
    stage.require(steps <= set(killed_in), f"it was killed in {Counter(killed_in)}")
    stage.say(f"{traffic.transfers} transfers, killed in {Counter(killed_in)}")
    stage.require(traffic.transfers > 20, f"only {traffic.transfers} transfers")
    left = sorted(name for name in os.listdir(stage.folder) if name.startswith("both.pem"))
    stage.expect("the files of the key", str(["both.pem"]), left)


@within(120)
def a_server_that_is_away_or_lacks_a_record_holds_a_roll(stage):
    _, secondary = _secondary(stage)
    first = secondary.key_digest()
    stage.rolls_until("spread", "--now", "ns2")
    stage.second.process.stop()
    said = stage.roll()
    stage.expect("exit status without a server", "1", said.status)
    stage.require(re.search(r"^dance roll: roll held, id ns2, step spread \(server "
                            r"ns2\.roll\.example\.net \(127\.0\.1\.21\): .*; do: see to this "
                            r"server", said.err), f"it says {said}")
    time.sleep(3 * TTL)
    stage.expect("exit status much later", "1", stage.roll().status)
    stage.expect("the key in use", first, secondary.key_digest())
    held = stage.status()
    stage.require(held["held"] and "ns2.roll" in held["reason"], f"its status is {held}")
    stage.second.process.start()
    stage.rolls_until("keep")
    stage.require(secondary.key_digest() != first, "the key was not switched")
    # The record of the key in use is gone: the old one must stay.
    stage.put(first)
    eventually(lambda: stage.records(stage.second) == [first], 20, what="only the old record")
    time.sleep(1)
    said = stage.roll()
    stage.expect("exit status without the record of the key in use", "1", said.status)
    stage.require("the record of the key in use is missing" in said.err, str(said))
    stage.expect("the records", str([first]), stage.records())


def what_is_not_signed_or_is_bogus_or_an_alias_holds_a_roll(stage):
    both = OneFile(stage.path("both.pem"), stage.certificate())
    hook = stage.script("hook", "exit 0")
    template = ("key:\n  - id: k\n    name: {name}\n    key-file: {path}\n    publish: hook\n"
                "    hook: {hook}\n")
    stage.world.publish(BROKEN_OWNER, "3 1 1 " + "5a" * 32)
    stage.world.publish("alias.example.net", f"{NAME}.", kind="CNAME")
    for name, reason, advice in (
            ("ns2.unsigned.net", "not DNSSEC-signed", "sign the zone"),
            (BROKEN_OWNER, "DNSSEC validation failed", "sign the zone again"),
            ("alias.example.net", "is an alias", "configure the name that it leads to")):
        stage.configure(template.format(name=name, path=both.path, hook=hook))
        said = stage.roll()
        stage.expect(f"exit status for {name}", "1", said.status)
        stage.require(reason in said.err and f"; do: {advice}" in said.err, str(said))
        shutil.rmtree(stage.path("state"))


@within(60)
def the_key_that_a_Knot_secondary_made_by_itself_is_taken_over_and_rolled(stage):
    stage.zone()
    secondary = stage.secondary()
    digest = secondary.key_digest()
    both = stage.path("both.pem")
    with open(MANUAL, encoding="ascii") as file:
        commands = re.findall(r"^# (.*)$", file.read(), re.M)
    stage.require(len(commands) == 4, f"the manual has the commands {commands}")
    script = "\n".join(commands[:3]).replace("/etc/knot/secondary.pem", both).replace(
        "/var/lib/knot", os.path.join(secondary.folder, "db"))
    run("sh", "-ec", script, env={**os.environ, "OPENSSL_CONF": "/dev/null"})
    secondary.sections["server"].update({"key-file": both, "cert-file": both})
    secondary.reload()
    stage.expect("the key from the file", digest, secondary.key_digest())
    stage.reloads(secondary)
    stage.configure(stage.sample(both))
    stage.expect("the key that was taken over", digest, stage.adopt())
    stage.rolls_until("keep", "--now", "ns2")
    stage.expect("the key in use", stage.status()["current"], secondary.key_digest())
    stage.require(secondary.key_digest() != digest, "the key was not switched")


@within(60)
def a_resolver_finds_the_servers_and_they_are_asked_themselves(stage):
    stage.zone()
    both = OneFile(stage.path("both.pem"), stage.certificate())
    stage.script("reload", "exit 0")
    resolver = stage.unbound()
    stage.configure(stage.sample(both.path))
    with open(stage.conf, "r+", encoding="ascii") as file:
        # Without it, the Internet's root servers would be asked.
        text = file.read().replace(f"root-hints: {stage.world.root_hints}",
                                   f"resolver: {resolver.address}")
        file.seek(0)
        file.write(text)
        file.truncate()
    stage.adopt()
    stage.rolls_until("spread", "--now", "ns2")
    stage.second.stop()
    said = stage.roll()
    stage.expect("exit status without a server", "1", said.status)
    stage.require("server ns2.roll.example.net (127.0.1.21): the lookup failed" in said.err,
                  str(said))
    stage.second.start()
    stage.rolls_until("keep")


@within(60)
def a_plan_tells_times_and_changes_nothing(stage):
    _, secondary = _secondary(stage)
    digest = secondary.key_digest()
    for words in ([], ["--now"]):
        said = stage.roll("--dry-run", *words, "ns2")
        stage.expect("exit status", "0", said.status)
        for line in ("make the next key, publish its record by dynamic update",
                     "switch ", "withdraw the record of the old key", "delete the old key"):
            stage.require(re.search(rf"^  not before [\dT:-]+Z: {line}", said.out, re.M),
                          f"no line '{line}': {said}")
    stage.expect("the step", "idle", stage.status()["step"])
    stage.expect("the records", str([digest]), stage.records())
    said = stage.roll("--status")
    stage.require(said.out.startswith(f"ns2: step idle, key {digest}, until "), str(said))
    for words in (["nobody"], ["--now"], ["--status", "--now", "ns2"], ["--json"]):
        stage.expect(f"exit status of {words}", "2", stage.roll(*words).status)


@within(60)
def a_key_that_all_users_can_read_is_warned_of(stage):
    _secondary(stage)
    paths = [stage.path("both.pem"), stage.tsig]
    for path in paths:
        os.chmod(path, 0o640)
    stage.require("warning" not in str(stage.roll("--dry-run")), "a warning of mode 640")
    for path in paths:
        os.chmod(path, 0o644)
        for words in (["--dry-run"], []):
            said = stage.roll(*words)
            stage.expect(f"exit status of {words}", "0", said.status)
            stage.require(f"warning: key ns2: {path} is open to all users (mode 0644): run "
                          f"'chmod o= {path}'" in said.err, str(said))
        os.chmod(path, 0o600)


@within(60)
def a_roll_that_is_given_up_leaves_nothing_behind(stage):
    _, secondary = _secondary(stage)
    digest = secondary.key_digest()
    stage.rolls_until("spread", "--now", "ns2")
    stage.expect("the records of both", "2", len(stage.records()))
    stage.roll("--abort", "ns2")
    stage.rolls_until("idle")
    stage.expect("the records", str([digest]), stage.records())
    stage.require(not os.path.exists(stage.path("both.pem.next")), "the next key is still there")
    stage.expect("the key in use", digest, secondary.key_digest())


@within(90)
def one_key_at_two_names_in_two_zones_is_rolled_for_both(stage):
    """A server's key, in two files, of a service and of a client."""
    stage.zone()
    other = "_853._tcp.ns2.example.net"
    certificate = stage.certificate("ns2.example.net")
    os.chmod(certificate.key.path, 0o600)
    hook = stage.script("hook", f"""
zone=$5. socket={stage.world.knotd.socket}
[ "$5" = example.net ] || socket={stage.first.socket}
knotc() {{ command knotc -s $socket "$@"; }}
knotc zone-begin $zone
if [ $1 = add ]; then
	knotc zone-set $zone $2. $3 TLSA $4
else
	knotc zone-unset $zone $2. TLSA $4
fi
knotc zone-commit $zone""")
    used = stage.path("used")
    stage.script("reload", f'echo "$DANCE_RECORD $DANCE_NAMES" >{used}')
    stage.configure(f"""key:
  - id: both
    name: [ {other}, {OWNER} ]
    key-file: {certificate.key.path}
    cert-file: {certificate.path}
    algorithm: ed25519
    ttl: 1
    keep: 1
    publish: hook
    hook: {hook}
    reload: {stage.path("reload")}
""")
    first = stage.adopt()
    stage.expect("the first key", certificate.key.digest, first)
    stage.rolls_until("keep", "--now", "both")
    stage.rolls_until("idle")
    current = stage.status()["current"]
    stage.expect("the key in the files", current, certificate.key.digest)
    stage.expect("the records in one zone", str([current]), stage.records())
    said = stage.world.knotd.knotc("zone-read", "example.net.", f"{other}.", "TLSA").stdout
    stage.require(current in said.lower() and first not in said.lower(), said)
    stage.world.published[f"{other}.", "TLSA"] = [f"3 1 1 {current}"]
    with open(used, encoding="ascii") as file:
        stage.expect("what the reload was told", f"3 1 1 {current} {other} {OWNER}",
                     file.read().strip())
    names = run("openssl", "x509", "-in", certificate.path, "-noout", "-ext",
                "subjectAltName").stdout
    stage.require("DNS:ns2.example.net" in names, f"its certificate has {names}")


def _shown(primary, secondary):
    """The key that a secondary shows to a primary when it transfers."""
    since = primary.mark()
    outcome = secondary.pull(TRANSFERRED)
    lines = primary.matches(r"AXFR allowed, .* key ([0-9a-f]{64})", since)
    return lines[-1].group(1) if lines else outcome


def _shows_new_key(stage, kind, address, command):
    """A secondary has its file replaced, as a switch does, and is then given its command."""
    both, following = (OneFile(stage._path("both"), stage.certificate()) for _ in "ab")
    stage.publish(NAME, f"3 1 1 {both.digest}", f"3 1 1 {following.digest}")
    primary = stage.primary([NAME])
    secondary = kind(stage._path("secondary"), address, [TRANSFERRED],
                     f"{primary.address}@853", both, stage.theatre.certificate)
    stage.servers.append(secondary)
    secondary.start()
    secondary.outcome(TRANSFERRED)
    stage.expect("the first key", both.digest, _shown(primary, secondary))
    os.replace(following.path, both.path)
    command(secondary)
    stage.expect("the key after the command", both.digest, _shown(primary, secondary))


def NSD_shows_a_new_key_without_a_command(stage):
    _shows_new_key(stage, NsdSecondary, "127.0.0.22", lambda server: None)


def BIND_shows_a_new_key_after_the_command_that_the_manual_names(stage):
    _shows_new_key(stage, BindSecondary, "127.0.0.23",
                   lambda server: server.rndc("reconfig"))
