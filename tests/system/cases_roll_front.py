# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance roll for a dance-front before a secondary: it takes the next key when the hook has it
# reloaded, and no transfer is missed.

import os
import threading

import asker
from front import CLIENT_ADDRESS
from front_stage import ADDRESSES, FrontStage
from front_stage import NAME as PERMITTED
from roll_stage import OWNER, TTL, RollStage
from stage import ZONE, within

SUBSET = "front"
PORT = 5853


class RollFrontStage(RollStage, FrontStage):
    """A zone with the client's name in it, and a dance-front at either end."""

    def both_ends(self):
        self.zone()
        key = self.key()
        os.chmod(key.path, 0o600)
        self.put(key.digest)
        self.publish_primary()
        judge = self.front(self.behind("NSD"), {OWNER: ADDRESSES[PERMITTED]})
        client = self.client(self.client_entry(key, PORT, client_name=OWNER))
        self.expect("before", "transferred", self.until("transferred", _ask))
        return judge, client, key

    def put(self, *digests, **how):
        RollStage.put(self, *digests, **how)


STAGE = RollFrontStage


def _ask():
    return str(asker.ask(CLIENT_ADDRESS, ZONE, tls=False, port=PORT))


class Traffic(threading.Thread):
    """A secondary that transfers again and again, each time on a connection of its own."""

    def __init__(self):
        super().__init__(daemon=True)
        self.wrong, self.transfers, self.ending = [], 0, threading.Event()

    def run(self):
        while not self.ending.wait(0.1):
            try:
                outcome = _ask()
            except OSError as error:
                outcome = str(error)
            self.transfers += 1
            if outcome != "transferred":
                self.wrong.append(f"transfer {self.transfers}: {outcome}")

    def end(self):
        self.ending.set()
        self.join(60)
        return self.wrong


def _configure(stage, key, reload, every="1d"):
    stage.configure(f"""key:
  - id: front
    name: {OWNER}
    key-file: {key.path}
    every: {every}
    ttl: {TTL}
    keep: 1
    publish: knotc
    knotc: "knotc -s {stage.path('first')}/knot.sock"
    reload: {reload}
""")


def _reload(stage, client):
    """Has the dance-front reload, and ends well if it has the key: what systemctl reload does, and
    a look at its log."""
    log = client.process.log
    return stage.script("reload-front", f"""
digest=${{DANCE_RECORD##* }}
kill -HUP {client.process.child.pid}
for i in $(seq 100); do
	grep -q "client primary{PORT}, public key, key $digest" {log} && exit 0
	sleep 0.1
done
exit 1""")


def _shown(stage, judge):
    """The key that the client's end shows to the primary's."""
    since = judge.mark()
    stage.expect("a transfer", "transferred", _ask())
    return judge.wait_for(r"AXFR \S+ allowed, .* key ([0-9a-f]{64})", since).group(1)


@within(150)
def a_dance_front_takes_the_next_key_when_it_is_reloaded_and_no_transfer_is_missed(stage):
    judge, client, key = stage.both_ends()
    _configure(stage, key, _reload(stage, client))
    first = stage.adopt()
    stage.expect("the key that was taken over", key.digest, first)
    traffic = Traffic()
    traffic.start()
    keys = [first]
    for _ in range(2):
        stage.rolls_until("keep", "--now", "front")
        stage.expect("the key that is shown", stage.status()["current"], _shown(stage, judge))
        stage.rolls_until("idle")
        keys.append(stage.status()["current"])
        stage.expect("the records", str([keys[-1]]), stage.records())
    wrong = traffic.end()
    stage.require(not wrong, "; ".join(wrong[:5]))
    stage.require(len(set(keys)) == 3, f"the keys are {keys}")
    stage.require(traffic.transfers > 20, f"only {traffic.transfers} transfers")


@within(120)
def a_dance_front_that_cannot_be_reloaded_keeps_the_old_record(stage):
    judge, client, key = stage.both_ends()
    broken = stage.path("broken")
    script = _reload(stage, client)
    gate = stage.script("gate", f"test ! -e {broken}\nexec {script}")
    _configure(stage, key, gate)
    first = stage.adopt()
    with open(broken, "w", encoding="ascii"):
        pass
    stage.rolls_until("spread", "--now", "front")
    said = stage.roll()
    while stage.status()["step"] == "spread":
        said = stage.roll()
    stage.require(said.status == 2 and "gate ended with status 1" in said.err, str(said))
    for _ in range(3):
        said = stage.roll()
    stage.expect("exit status as long as it fails", "2", said.status)
    records = stage.records()
    stage.require(len(records) == 2 and first in records, f"the records are {records}")
    stage.expect("the key that is shown", first, _shown(stage, judge))
    os.remove(broken)
    stage.rolls_until("idle")
    stage.expect("the key that is shown", stage.status()["current"], _shown(stage, judge))
    stage.require(stage.status()["current"] != first, "the key was not switched")
