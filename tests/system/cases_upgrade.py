# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Packages are upgraded while secondaries transfer: played in a root that has those of the
# release before, and where apt knows the new ones (tests/packages/scene).

import os
import re
import socket
import threading

import front
import primary
from front_stage import ADDRESSES, NAME, FrontStage
from nsd import NsdSecondary
from process import Failed, eventually, run
from stage import ZONE, within

SUBSET = "upgrade"
STAGE = FrontStage
BEFORE, AFTER = "libdance.so.0", "libdance.so.1"
GOOD = re.compile(r"transferred by [AI]XFR")
# As in use: the release before may refuse a name while records of seconds are looked up again.
TTL = 3600
MORE = 3
PAUSE = 0.3


class Puller(threading.Thread):
    """Has a secondary transfer its zone again and again. After a failure it waits until the
    primary is there, as the refresh timers of a zone do, and tries again."""

    def __init__(self, secondary):
        super().__init__(daemon=True)
        self.secondary = secondary
        self.seen = []
        self.primary_is_up = threading.Event()
        self.primary_is_up.set()
        self.ended = threading.Event()

    def run(self):
        while not self.ended.wait(PAUSE):
            self.seen.append(self._pull())
            if not GOOD.fullmatch(self.seen[-1]):
                self.primary_is_up.wait()

    def _pull(self):
        try:
            return self.secondary.pull(ZONE)
        except Failed as failure:
            return str(failure)

    def pulls_on(self, what):
        """Waits until some more transfers have been made; they must all be good."""
        begin = len(self.seen)
        eventually(lambda: len(self.seen) >= begin + MORE, 30,
                   what=f"transfers of {self.secondary.name} {what}")
        self.require_good(begin, what)

    def require_good(self, begin, what):
        bad = [seen for seen in self.seen[begin:] if not GOOD.fullmatch(seen)]
        if bad:
            raise Failed(f"{self.secondary.name} {what}: {bad}")


def _restart(server, pullers, start):
    """Restarts a server that they transfer from: at most one try of each fails, and the next one
    succeeds."""
    marks = [len(puller.seen) for puller in pullers]
    for puller in pullers:
        puller.primary_is_up.clear()
    wrong = server.stop()
    if wrong:
        raise Failed(wrong)
    start()
    for puller in pullers:
        puller.primary_is_up.set()
    for puller, mark in zip(pullers, marks):
        eventually(lambda: len(puller.seen) >= mark + MORE + 2, 30,
                   what=f"transfers of {puller.secondary.name} after the restart")
        bad = [at for at, seen in enumerate(puller.seen[mark:]) if not GOOD.fullmatch(seen)]
        if len(bad) > 1:
            raise Failed(f"{puller.secondary.name} failed more than once: {puller.seen[mark:]}")


def _libraries(server):
    """Which libdance a running server has."""
    with open(f"/proc/{server.process.child.pid}/maps", encoding="ascii") as file:
        return sorted(set(re.findall(r"libdance\.so\.\d+", file.read())))


def _start_front(judge):
    """Starts it, whatever its log says in that release."""
    def accepts():
        try:
            socket.create_connection((front.ADDRESS, 853), 5).close()
            return True
        except OSError:
            return False
    judge.write()
    judge.process.start()
    eventually(accepts, what="dance-front listens")


def _secondaries(stage, name, address, remote):
    """A Knot and an NSD that transfer from there, whose keys are published."""
    certificate = stage.certificate(name)
    knot = stage.secondary(address=f"{address}1", remote=remote)
    nsd = NsdSecondary(stage.path(f"nsd-{address}"), f"{address}2", [ZONE], f"{remote}@853",
                       certificate, stage.theatre.certificate)
    stage.servers.append(nsd)
    stage.publish(name, f"3 1 1 {knot.key_digest()}", certificate.tlsa(), ttl=TTL)
    return [Puller(knot), Puller(nsd.start())]


def _begin(stage):
    """Servers of the old packages, and the secondaries of each: (server, start, pullers)."""
    of_knot = _secondaries(stage, "ns2.example.net", "127.0.0.2", primary.ADDRESS)
    of_front = _secondaries(stage, NAME, "127.0.0.3", front.ADDRESS)
    knotd = stage.primary(["ns2.example.net"], start=False)
    del knotd.sections["module"]
    stage.behind("NSD", {ZONE: [ADDRESSES[NAME]]})
    judge = stage.front(None, [NAME], start=False)
    judge.sections["front"] = [{"id": "xot", "listen": f"{front.ADDRESS}@853",
                                "cert-file": stage.theatre.certificate.path,
                                "key-file": stage.theatre.certificate.key.path,
                                "server": "127.0.0.11@5310"}]
    servers = ((knotd, knotd.start, of_knot), (judge, lambda: _start_front(judge), of_front))
    for server, start, pullers in servers:
        start()
        for puller in pullers:
            eventually(lambda: GOOD.fullmatch(puller.secondary.pull(ZONE)), 20, every=0.5,
                       what=f"the first transfer of {puller.secondary.name}")
            puller.start()
    return servers


@within(400)
def nobody_is_refused_while_the_packages_are_upgraded(stage):
    servers = _begin(stage)
    marks = [server.mark() for server, _, _ in servers]
    pullers = [puller for _, _, some in servers for puller in some]
    try:
        for puller in pullers:
            puller.pulls_on("before the upgrade")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "--yes", "dist-upgrade", timeout=300, env=environment)
        for puller in pullers:
            puller.pulls_on("once the packages are upgraded")
            puller.require_good(0, "during the upgrade")
        servers[0][0].reload()
        for puller in pullers:
            puller.pulls_on("once knotd has reloaded")
        for server, start, some in servers:
            stage.expect(f"the library of {server.name} before its restart", f"['{BEFORE}']",
                         _libraries(server))
            _restart(server, some, start)
            stage.expect(f"the library of {server.name} after it", f"['{AFTER}']",
                         _libraries(server))
    finally:
        for puller in pullers:
            puller.primary_is_up.set()
            puller.ended.set()
    for (server, _, _), mark in zip(servers, marks):
        refusals = server.matches(r"(AXFR|IXFR|SOA)\b.* (refused|failed), .*", mark)
        stage.require(not refusals, f"{server.name} has refused: {[line[0] for line in refusals]}")
