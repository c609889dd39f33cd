# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A knotd that runs out of threads, descriptors or address space while strangers come: it
# stays, lets nobody in, and serves its client again, where the limit allows all the time.
# What the same is with dance-front stands in cases_survival_front.py.

import os
import shutil

import crowd
from process import eventually
from stage import NAME, ZONE, within

OTHER = "ns3.example.net"
TTL = 12
SECONDS = 20  # longer than that


def _begin(stage):
    """A primary that has a user of its own, so that limits are for it; and its client."""
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa(), ttl=TTL)
    primary = stage.primary([NAME, OTHER, f"*.{crowd.SUFFIX}"], start=False)
    primary.sections["server"]["user"] = f"{crowd.user(stage)}:{crowd.group(stage)}"
    _give(stage, primary.folder)
    primary.start()
    stage.expect("before", "transferred", stage.ask(primary, peer))
    return primary, peer


def _give(stage, folder):
    for path in (stage.theatre.folder, stage.folder, stage.world.folder):
        os.chmod(path, 0o711)
    key = stage.theatre.certificate.key.path
    os.chmod(key, 0o644)
    for path, _, _ in os.walk(folder):
        shutil.chown(path, crowd.user(stage), crowd.group(stage))


def _survive(stage, primary, peer, name, value, throughout):
    before = crowd.limit(primary, name, value)
    certificates = crowd.strangers(stage, NAME, OTHER)
    with crowd.Crowd(stage, primary.address, ZONE, certificates) as strangers:
        seen = crowd.ask_for(stage, primary.address, peer, ZONE, SECONDS)
    strangers.check()
    stage.require(primary.process.running, f"it is gone, with {name} {value}")
    if throughout:
        stage.expect("the client, all the time", "{'transferred'}", set(seen))
    crowd.limit(primary, name, before)
    # A record that was not to be had is looked up again in 5 s, and its server maybe later.
    eventually(lambda: _is_served(stage, primary, peer), 40, every=1,
               what="the client is served again")


def _is_served(stage, primary, peer):
    try:
        return stage.ask(primary, peer).transferred
    except OSError:
        return False


@within(150)
def no_thread_is_needed_while_strangers_come(stage):
    if not crowd.has_limits(stage, "nproc"):
        return
    primary, peer = _begin(stage)
    before = crowd.threads(primary)
    _survive(stage, primary, peer, "nproc", 1, throughout=True)
    stage.expect("threads afterwards", str(before), crowd.threads(primary))


@within(150)
def few_descriptors_while_strangers_come_end_nothing(stage):
    if not crowd.has_limits(stage, "nofile"):
        return
    primary, peer = _begin(stage)
    _survive(stage, primary, peer, "nofile", crowd.files(primary) + 4, throughout=False)


@within(150)
def little_address_space_while_strangers_come_ends_nothing(stage):
    if not crowd.has_limits(stage, "as"):
        return
    primary, peer = _begin(stage)
    _survive(stage, primary, peer, "as", crowd.octets(primary) + (1 << 20), throughout=False)
