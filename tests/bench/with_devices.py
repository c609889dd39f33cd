# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A fleet of devices below one suffix before a dance-front with a stream: how soon all of them
# are back, alone and among strangers, with the settings that the manual recommends; and what
# those that stay connected take.

import collections
import os
import re
import resource

import front
from process import eventually

import recommended
from contender import work
from device_fleet import PORT, SUFFIX, Behind, scene
from rows import show
from with_idle import status

COUNT = int(os.environ.get("DANCE_BENCH_STORM", "50000"))
# That connect at a time: more than these, and those behind the front, have no descriptors here.
AT_ONCE = int(os.environ.get("DANCE_BENCH_AT_ONCE", "4000"))
# Some share an address, as devices behind one router do.
ADDRESSES = 250
STRANGERS = int(os.environ.get("DANCE_BENCH_STRANGERS", "200"))  # a second
GOOD_END = "ended (both sides have closed it)"
STORM = 75  # seconds after which a storm is over, whoever is back
IDLE = int(os.environ.get("DANCE_BENCH_IDLE", "9000"))
# What doc/flow.md says: 340 MB for 9,000 connections, each with its own to the server behind, and
# 70 MB for 50,000 names below a suffix.
KIB = round((340e6 / 9000 + 70e6 / 50000) / 1024, 1)


def _front(stage, world, behind, in_flight=None):
    """With a stream for all devices. in_flight: fewer lookups than the manual recommends, which
    leave more descriptors to connections."""
    sections = recommended.sections()
    server, dns = sections["server"], sections["dns"]
    dns["lookups-in-flight"] = in_flight or dns["lookups-in-flight"]
    # A process may have fewer descriptors here than it needs.
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    server["max-connections"] = min(server["max-connections"],
                                    (files - 4 * dns["lookups-in-flight"]) // 2)
    return stage.dance_front({
        "server": {**server, "threads": os.cpu_count()},
        "log": {"target": "stderr", "level": "info"},
        "dns": {**dns, "trust-anchor": world.trust_anchor, "root-hints": world.root_hints},
        "identity": [{"id": "fleet", "name": f"*.{SUFFIX}"}],
        "front": [{"id": "devices", "mode": "stream", "listen": f"{front.ADDRESS}@{PORT}",
                   "cert-file": stage.theatre.certificate.path,
                   "key-file": stage.theatre.certificate.key.path,
                   "server": behind.socket, "proxy": "tls", "idle-timeout": 3600}]})


def _behind(stage):
    behind = Behind(stage.path("behind")).start()
    stage.servers.append(behind)
    return behind


def reasons(lines):
    """What the log of a front says of connections that did not come to a good end: of each kind,
    how many, the most frequent first."""
    found = (re.search(r"([a-z ]+), remote .*?\((.*)\)", line) for line in lines)
    kinds = collections.Counter(
        f"{match[1].strip()} ({re.sub('[0-9a-f]{64}', '...', match[2])})"
        for match in found if match)
    return [(kind, count) for kind, count in kinds.most_common() if not kind.endswith(GOOD_END)]


class _Watch:
    """The processor time of who takes part in a storm, and the queries that DNS gets."""

    def __init__(self, judge, **servers):
        self.judge = judge
        self.servers = {"dance-front": judge, **servers}

    def storm(self, fleet, world, strangers=0):
        before = {name: work(server) for name, server in self.servers.items()}
        queries, since = world.queries(), self.judge.mark()
        seen = fleet.tell(f"storm seconds={STORM}", strangers=strangers)
        seen["queries"] = world.queries() - queries
        self.used = {name: work(server) - before[name]
                     for name, server in self.servers.items()}
        self.used["the load tool"] = seen["used"]
        for kind, count in reasons(self.judge.lines(since))[:8]:
            print(f"    the front's log, {count} times: {kind}")
        return seen

    def show(self, what, seen):
        print(f"  {what}: {seen['back']:.0f} back after {seen['seconds']:.1f} s, "
              f"{seen['queries']} queries, refused {seen['refused']:.0f} times (unreachable "
              f"{seen['unreachable']:.0f}, alert {seen['turned-away']:.0f}, closed "
              f"{seen['closed']:.0f}, late {seen['late']:.0f})")
        print(f"    a device took {seen['median']:.2f} s, one in a hundred "
              f"{seen['p99']:.2f} s, the last one {seen['worst']:.2f} s")
        print("    seconds of the processor: " + ", ".join(
            f"{name} {seconds:.1f}" for name, seconds in self.used.items()), flush=True)

    def share(self):
        """Of the load tool."""
        return self.used["the load tool"] / sum(self.used.values())


def _show_storm(what, seen):
    # One round: a storm has no repetition.
    lost = COUNT - seen["back"]
    show(f"seconds until all are back, {what}", [seen["seconds"]] * 2,
         "<= 60", most=60 if not lost else -1)
    show(f"refused, {what}", [seen["refused"] + lost] * 2, "0", most=0)


def _watch(judge, world, behind):
    return _Watch(judge, **{"knotd": world.knotd, "the server behind": behind})


def _be_small(fleet):
    """Small devices offer little: the ciphers that each must have (RFC 8446 9.1), and one group."""
    fleet.tell("suites TLS_AES_128_GCM_SHA256")
    fleet.tell("groups X25519")


def bench(stage):
    """Nothing is known at first; then all come again, within the TTL."""
    print(f"{COUNT} devices below one suffix, {AT_ONCE} at a time from {ADDRESSES} addresses",
          flush=True)
    with scene(stage, COUNT, at_once=AT_ONCE, addresses=ADDRESSES) as (fleet, world):
        _be_small(fleet)
        behind = _behind(stage)
        judge = _front(stage, world, behind)
        watch = _watch(judge, world, behind)
        seen = watch.storm(fleet, world)
        watch.show("at first", seen)
        _show_storm("at first", seen)
        show("share of the load tool in the processor time", [watch.share()] * 2)
        seen = watch.storm(fleet, world)
        watch.show("within the TTL", seen)
        _show_storm("within the TTL", seen)
        show("queries that DNS gets, within the TTL", [seen["queries"]] * 2, "0", most=0)
        stage.retire(judge)


def bench_strangers(stage):
    """Nothing is known, and strangers come below the same suffix."""
    print(f"{COUNT} devices below one suffix, {AT_ONCE} at a time, among strangers below the "
          f"same: {STRANGERS} a second, half with made-up names, half with others' names",
          flush=True)
    with scene(stage, COUNT, at_once=AT_ONCE, addresses=ADDRESSES) as (fleet, world):
        _be_small(fleet)
        behind = _behind(stage)
        judge = _front(stage, world, behind)
        watch = _watch(judge, world, behind)
        seen = watch.storm(fleet, world, STRANGERS)
        rate = seen["strangers"] / seen["seconds"]
        what = f"among {rate:.0f} strangers a second"
        watch.show(what, seen)
        _show_storm(what, seen)
        show("strangers that had an octet back", [seen["leaked"]] * 2, "0", most=0)
        stage.retire(judge)


def bench_idle(stage):
    """Streams that are connected, each with its own connection to the server behind."""
    print(f"{IDLE} devices that stay connected, each with its own connection behind",
          flush=True)
    # Few at a time: what many handshakes took together leaves gaps in the heap.
    with scene(stage, IDLE, at_once=20, addresses=ADDRESSES) as (fleet, world):
        behind = _behind(stage)
        for what, groups in (("a key exchange as OpenSSL does by itself", None),
                             ("one by X25519", "X25519")):
            judge = _front(stage, world, behind, in_flight=128)
            if groups:
                fleet.tell(f"groups {groups}")
            _hold(stage, judge, fleet, what)
            stage.retire(judge)


def _hold(stage, judge, fleet, what):
    few = len(fleet.tools)
    fleet.hold(few)
    before = status(judge, "VmRSS")
    seen = fleet.hold(IDLE)
    stage.require(seen["back"] == IDLE - few, f"not all devices are connected: {seen}")
    during = status(judge, "VmRSS")
    # Those that made handshakes end when they are idle.
    eventually(lambda: status(judge, "Threads") <= 8, 30, every=1, what="few threads")
    after = status(judge, "VmRSS")
    print(f"  {what}: {after / 1024:.1f} MiB, {during / 1024:.1f} at first, "
          f"{before / 1024:.1f} with {few}, {status(judge, 'Threads')} threads", flush=True)
    seen = fleet.tell("release")
    stage.require(seen["connected"] == IDLE, f"not all devices stayed connected: {seen}")
    show(f"KiB for each connected stream, {what}",
         [(after - before) / (IDLE - few)] * 2, f"<= {KIB}")
