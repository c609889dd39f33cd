# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance roll for a Postfix that relays by its key: it takes the next one when the hook has it
# reloaded, and no mail comes back or waits.

import os
import re

from mail_stage import NAME, MailStage, can, give, wait_arrived
from process import eventually
from roll_stage import TTL, RollStage
from stage import within

SUBSET = "ask"


class RollMailStage(RollStage, MailStage):
    pass


STAGE = RollMailStage


def _configure(stage, folder):
    """The zone of the name is the world's."""
    postfix = os.path.join(folder, "etc")
    stage.configure(f"""key:
  - id: mta
    name: {NAME}
    key-file: {folder}/mta.key
    cert-file: {folder}/mta.crt
    ttl: {TTL}
    keep: 1
    publish: knotc
    knotc: "knotc -s {stage.world.knotd.socket}"
    reload: "postfix -c {postfix} reload"
""")


@within(180)
def a_postfix_takes_the_next_key_when_it_is_reloaded_and_no_mail_is_refused(stage):
    if not can():
        return
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa(), ttl=TTL)
    server = stage.postfix()
    stage.publish_relay(server)
    judge = stage.beside(server)
    judge.wait_for(rf"(?:no valid records|records validated), client {NAME}")
    sender = stage.sender(mta)
    _configure(stage, sender.folder)
    shown, sent = [], 0

    def send():
        nonlocal sent
        sent += 1
        since = judge.mark()
        give(sender, subject=f"mail {sent}")
        wait_arrived(server, f"mail {sent}")
        shown.append(judge.wait_for(rf"client allowed, remote \S+, client {NAME}, "
                                    r".*key ([0-9a-f]{64})", since).group(1))

    first = stage.adopt()
    stage.expect("the key that was taken over", mta.key.digest, first)
    send()
    stage.roll("--now", "mta")
    while stage.status()["step"] != "keep":
        stage.roll()
        send()
    current = stage.status()["current"]
    stage.world.published[f"{NAME}.", "TLSA"] = [f"3 1 1 {first}", f"3 1 1 {current}"]
    # Processes that have begun before the reload may still show the old key.
    eventually(lambda: send() or shown[-1] == current, 60, every=0.1, what="the next key")
    stage.rolls_until("idle")
    stage.world.published[f"{NAME}.", "TLSA"] = [f"3 1 1 {current}"]
    send()
    stage.expect("the key at the end", current, shown[-1])
    stage.expect("keys that were shown", str(sorted({first, current})), sorted(set(shown)))
    stage.expect("mails that waited or came back", "[]",
                 [match.group(0) for match in sender.matches(r"status=(?:deferred|bounced).*", 0)])
    said = sender.matches(r"status=sent", 0)
    stage.require(len(said) >= sent, f"{len(said)} of {sent} mails were sent")
    stage.require(re.fullmatch(r"[0-9a-f]{64}", current) and current != first, current)
