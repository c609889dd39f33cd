# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A dance-front that runs out of threads, descriptors or address space while strangers come:
# it stays, lets nobody in, and serves its client again, where the limit allows all the time.

import os

import crowd
from front_stage import ADDRESSES, NAME, OTHER_NAME, FrontStage
from process import eventually
from stage import ZONE, within

SUBSET = "front"
STAGE = FrontStage
TTL = 12
SECONDS = 20  # longer than that
MEGABYTE = 1 << 20


def _begin(stage, command=(), **limits):
    """A front that has a user of its own, so that limits are for it; and its client."""
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa(), ttl=TTL)
    for path in (stage.theatre.folder, stage.folder, stage.world.folder):
        os.chmod(path, 0o711)
    names = {NAME: ADDRESSES[NAME], f"*.{crowd.SUFFIX}": ADDRESSES[OTHER_NAME]}
    judge = stage.front(stage.behind("NSD"), names, start=False, more={
        "server": {"user": crowd.user(stage), "handshake-timeout": 3,
                   **{name.replace("_", "-"): value for name, value in limits.items()}}})
    judge.process.command = [*command, *judge.process.command]
    judge.start()
    stage.expect("before", "transferred", stage.judged(judge, judge.address, peer))
    return judge, peer


def _survive(stage, judge, peer, throughout, idle=0):
    certificates = crowd.strangers(stage, NAME, OTHER_NAME)
    with crowd.Crowd(stage, judge.address, ZONE, certificates, idle=idle) as strangers:
        seen = crowd.ask_for(stage, judge.address, peer, ZONE, SECONDS)
    strangers.check()
    stage.require(judge.process.running, "it is gone")
    if throughout:
        stage.expect("the client, all the time", "{'transferred'}", set(seen))


def _recover(stage, judge, peer):
    eventually(lambda: _is_served(stage, judge, peer), 40, every=1,
               what="the client is served again")
    stage.expect("and then", "transferred", stage.judged(judge, judge.address, peer))


def _is_served_all_the_same(stage, judge, peer, pattern):
    """While idle strangers hold whatever it may use, far longer than a client waits."""
    certificates = crowd.strangers(stage, NAME, OTHER_NAME)
    with crowd.Crowd(stage, judge.address, ZONE, certificates, size=2, idle=200) as strangers:
        judge.wait_for(rf"out of room, count \d+ \({pattern}; closing so many ", within=40)
        eventually(lambda: _is_served(stage, judge, peer), 20, every=0.5,
                   what="the client is served while strangers are there")
        seen = crowd.ask_for(stage, judge.address, peer, ZONE, SECONDS)
    strangers.check()
    stage.require(seen.count("transferred") > len(seen) / 2, f"it was not served: {seen}")


def _is_served(stage, judge, peer):
    try:
        return stage.put(judge.address, peer).transferred
    except OSError:
        return False


@within(120)
def with_a_thread_for_each_permitted_connection_strangers_change_nothing(stage):
    """It starts no more of them, whatever they are for. A connection that was closed to make
    room counts until its end, which may take a while: there may be 60 such ones."""
    if not crowd.has_limits(stage, "nproc"):
        return
    judge, peer = _begin(stage, max_connections=120, max_handshakes=40, handshake_timeout=15)
    crowd.limit(judge, "nproc", crowd.threads(judge) + 150)  # and those that just end
    _survive(stage, judge, peer, throughout=True, idle=60)


@within(120)
def without_a_thread_for_a_connection_nobody_is_let_in(stage):
    if not crowd.has_limits(stage, "nproc"):
        return
    judge, peer = _begin(stage)
    before = crowd.limit(judge, "nproc", 1)
    _survive(stage, judge, peer, throughout=False)
    stage.require(judge.matches("no thread can be started"), "there were threads")
    crowd.limit(judge, "nproc", before)
    _recover(stage, judge, peer)


@within(120)
def strangers_who_say_nothing_hold_no_threads(stage):
    """As many as max-handshakes permits, and not one thread more than before."""
    if not crowd.has_limits(stage, "nproc"):
        return
    judge, peer = _begin(stage, handshake_timeout=120)
    crowd.limit(judge, "nproc", crowd.threads(judge))
    certificates = crowd.strangers(stage, NAME, OTHER_NAME)
    with crowd.Crowd(stage, judge.address, ZONE, certificates, size=2, idle=200) as strangers:
        seen = crowd.ask_for(stage, judge.address, peer, ZONE, SECONDS)
    strangers.check()
    stage.expect("the client, all the time", "{'transferred'}", set(seen))


@within(150)
def strangers_who_hold_all_descriptors_make_room(stage):
    if not crowd.has_limits(stage, "nofile"):
        return
    judge, peer = _begin(stage, handshake_timeout=120)
    crowd.limit(judge, "nofile", crowd.files(judge) + 60)
    _is_served_all_the_same(stage, judge, peer, "Too many open files")


@within(120)
def few_descriptors_while_a_crowd_is_there_end_nothing(stage):
    if not crowd.has_limits(stage, "nofile"):
        return
    judge, peer = _begin(stage)
    before = crowd.limit(judge, "nofile", crowd.files(judge) + 30)
    _survive(stage, judge, peer, throughout=False, idle=60)
    _recover(stage, judge, peer)  # as soon as the crowd has left
    crowd.limit(judge, "nofile", before)


@within(120)
def little_address_space_while_a_crowd_is_there_ends_nothing(stage):
    if not crowd.has_limits(stage, "as"):
        return
    judge, peer = _begin(stage)
    before = crowd.limit(judge, "as", crowd.octets(judge) + 12 * MEGABYTE)
    _survive(stage, judge, peer, throughout=False, idle=100)
    _recover(stage, judge, peer)  # as soon as the crowd has left
    crowd.limit(judge, "as", before)


@within(120)
def a_limited_address_space_has_room_for_a_crowd(stage):
    """What is set aside for threads that allocate memory leaves some for their stacks."""
    if not crowd.has_limits(stage, "as"):
        return
    judge, peer = _begin(stage, ["prlimit", f"--as={180 * MEGABYTE}"], handshake_timeout=15)
    _survive(stage, judge, peer, throughout=True, idle=100)
    stage.require(not judge.matches("no thread can be started|out of memory|malloc failure"),
                  "there was not room enough")
