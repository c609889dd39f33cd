# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What happens to a dance-front: upstream servers that die or are silent, a new
# configuration in the midst of a transfer, a broken one.

import os
import pwd
import re
import resource
import signal
import socket
import time

import asker
import front
from front_stage import (ADDRESSES, FRONTS, NAME, OTHER_NAME, OTHER_ZONE, OWN_ZONES,
                         FrontStage)
from process import run
from stage import ZONE, within

SUBSET = "front"
STAGE = FrontStage


@within(60)
def an_upstream_server_that_was_killed_is_used_again_once_it_is_back(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge, servers = stage.trio()
    for kind, server in servers.items():
        name, where = f"front {kind.lower()}", rf"server {server.address}@{server.port}"
        with asker.Asker(FRONTS[kind], peer) as connection:
            stage.expect(f"{kind}, before", "transferred", connection.ask(ZONE))
            server.kill()
            # An idle connection may be closed for it, before there is a question.
            stage.expect(f"{kind}, dead, on the same connection",
                         ("SERVFAIL, EDE 23", "closed"), _ask(connection))
        stage.expect(f"{kind}, dead", "SERVFAIL, EDE 23", stage.put(FRONTS[kind], peer))
        judge.wait_for(rf"warning: {name}, server unreachable, {where} \(.*\); do: start")
        server.start()
        stage.expect(f"{kind}, back", "transferred", stage.put(FRONTS[kind], peer))
        judge.wait_for(rf"notice: {name}, server reachable again, {where}")
        said = judge.matches(rf"server unreachable, {where}")
        stage.expect(f"{kind}, lines that it cannot be reached", "1", len(said))


def an_upstream_server_that_does_not_answer_is_given_up(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    silent = socket.create_server(("127.0.0.14", 5310))
    stage.sockets.append(silent)
    judge = stage.front(None, more={
        "server": {"answer-timeout": 1},
        "front": [{"id": "xot", "listen": "127.0.0.50@853", "server": "127.0.0.14@5310",
                   "key-file": stage.theatre.certificate.key.path}]})
    stage.expect("the peer", "SERVFAIL, EDE 23", stage.put(judge.address, peer))
    judge.wait_for(r"server silent, server 127\.0\.0\.14@5310 \(no answer in 1 s\)")


@within(60)
def a_reload_drops_no_transfer_and_holds_from_the_next_query_on(stage):
    peers = {NAME: stage.certificate(), OTHER_NAME: stage.certificate()}
    for name, peer in peers.items():
        stage.publish(name, peer.tlsa())
    server = stage.behind("NSD", {ZONE: list(ADDRESSES.values())}, start=False)
    server.write_zone(ZONE, 1, "".join(
        f"h{number} TXT {'x' * 200}\n" for number in range(60_000)))
    server.start()
    judge = stage.front(server, [NAME, OTHER_NAME])
    with asker.Asker(judge.address, peers[NAME]) as staying, \
            asker.Asker(judge.address, peers[OTHER_NAME]) as going:
        for connection in (staying, going):
            stage.expect("begun", "NOERROR", connection.begin(ZONE))
        judge.sections["identity"] = judge.sections["identity"][:1]
        judge.reload(r"configuration reloaded")
        for connection in (staying, going):
            stage.expect("finished after the reload", "transferred", connection.finish())
        stage.expect("who stays, next", "transferred", staying.ask(ZONE))
        stage.expect("who goes, next", "REFUSED, EDE 18", going.ask(ZONE))
    stage.expect("who goes, again", "REFUSED, EDE 18, mismatch",
                 stage.judged(judge, judge.address, peers[OTHER_NAME]))


def a_broken_new_configuration_leaves_the_old_one_in_force(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge = stage.front(stage.behind("NSD"))
    good = judge.sections
    for broken, said in (
            ({"front": [{**good["front"][0], "identity": "nobody"}]}, "nobody"),
            ({"front": [{**good["front"][0], "key-file": "/nowhere"}]}, "/nowhere"),
            ({"front": [{**good["front"][0], "colour": "red"}]}, "dance-front.conf:")):
        judge.sections = {**good, **broken}
        judge.reload(rf"error: configuration not reloaded \(.*({said}).*\); do: ")
        stage.expect("the peer", "transferred", stage.judged(judge, judge.address, peer))
        stage.expect("--check of the same", "1", judge.check().returncode)
    judge.sections = good
    stage.expect("--check of the good one", "0", judge.check().returncode)


def a_new_front_opens_and_an_old_one_closes_with_a_reload(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge = stage.front(stage.behind("NSD"))
    (entry,) = judge.sections["front"]
    judge.sections["front"] = [{**entry, "listen": "127.0.0.52@853"}]
    judge.reload(r"listening, address 127\.0\.0\.52@853")
    stage.expect("where it listens now", "transferred",
                 stage.judged(judge, "127.0.0.52", peer))
    stage.expect("where it listened", "nothing",
                 stage.until("nothing", lambda: stage.plain("127.0.0.50", 853)))


def connections_of_one_address_are_bounded_while_they_prove_nothing(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge = stage.front(stage.behind("NSD"),
                        more={"server": {"max-per-address": 4, "handshake-timeout": 2}})
    idle = [socket.create_connection((judge.address, 853), 5, ("127.0.0.32", 0))
            for _ in range(12)]
    stage.sockets += idle
    stage.expect("from another address", "transferred",
                 stage.judged(judge, judge.address, peer))
    closed = [connection for connection in idle if _closed(connection, 5)]
    stage.expect("idle connections that are closed in the end", "12", len(closed))
    stage.expect("from that address, then", "transferred", stage.until(
        "transferred", lambda: _put(stage, judge, peer, source="127.0.0.32")))


def _ask(connection):
    try:
        return connection.ask(ZONE)
    except OSError:
        return "closed"


def _put(stage, judge, certificate, **how):
    try:
        return stage.put(judge.address, certificate, **how)
    except OSError:
        return "turned away"


def connections_and_their_idleness_are_bounded(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge = stage.front(stage.behind("BIND"), more={
        "server": {"max-connections": 2, "idle-timeout": 1}})
    with asker.Asker(judge.address, peer) as first, \
            asker.Asker(judge.address, peer) as second:
        for connection in (first, second):
            stage.expect("two connections", "transferred", connection.ask(ZONE))
        stage.expect("a third", "turned away", _put(stage, judge, peer))
        stage.require(_closed(first.connection, 5), "an idle connection is kept")
    stage.expect("later on", "transferred", stage.until(
        "transferred", lambda: _put(stage, judge, peer)))
    judge.wait_for(r"turned away, .*limit max-connections;")


def addresses_of_both_families_go_with_each_other(stage):
    peers = {NAME: stage.certificate(), OTHER_NAME: stage.certificate()}
    for name, peer in peers.items():
        stage.publish(name, peer.tlsa())
    shown = {NAME: "192.0.2.7", OTHER_NAME: "fd00:da:ce::7"}
    rights = {ZONE: [shown[NAME]], OTHER_ZONE: [shown[OTHER_NAME]]}
    judge, servers = stage.trio(shown, rights)
    for number, entry in enumerate(judge.sections["front"]):
        entry["listen"] = [entry["listen"], f"::1@{8530 + number}"]
    judge.reload()
    for number, kind in enumerate(servers):
        for name, own, other in OWN_ZONES:
            for address, port in ((FRONTS[kind], 853), ("::1", 8530 + number)):
                what = f"{kind}, {name} at {address}"
                stage.expect(what, "transferred", stage.put(
                    address, peers[name], own, port=port))
                stage.expect(f"{what}, the other's zone",
                             "NOTAUTH" if kind == "PowerDNS" else "REFUSED",
                             stage.put(address, peers[name], other, port=port).rcode)


def a_front_gives_up_its_rights_and_keeps_what_it_has_then(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge = stage.front(stage.behind("NSD"), more={"server": {"user": "nobody"}},
                        start=False)
    user = pwd.getpwnam("nobody")
    with open("/proc/self/uid_map", encoding="ascii") as file:
        has_users = any(int(line.split()[2]) > user.pw_uid for line in file)
    if not has_users:
        # In a user namespace of one user there is nobody else to be.
        stage.servers.remove(judge)
        judge.write()
        seen = run("dance-front", "-c", judge.path("dance-front.conf"), check=False)
        stage.expect("it starts as root", "1", seen.returncode)
        return
    # Others may look for the trust anchor, but keys are for their owner only.
    os.chmod(stage.theatre.folder, 0o711)
    judge.start()
    with open(f"/proc/{judge.process.child.pid}/status", encoding="ascii") as file:
        status = file.read()
    stage.require(f"Uid:\t{user.pw_uid}\t{user.pw_uid}\t{user.pw_uid}" in status
                  and "CapEff:\t0000000000000000" in status, f"it is {status}")
    stage.expect("the peer", "transferred", stage.judged(judge, judge.address, peer))
    judge.reload(r"error: configuration not reloaded \(.*primary\.key: Permission denied\)")
    stage.expect("after a reload, with a key it cannot read any more", "transferred",
                 stage.judged(judge, judge.address, peer))


def a_signal_makes_it_log_its_counters(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge = stage.front(stage.behind("NSD"))
    for certificate in (peer, peer, None, stage.certificate()):
        stage.ask(judge, certificate)
    # A query that the upstream server does not answer has failed.
    stage.expect("another's zone", "REFUSED",
                 stage.put(judge.address, peer, OTHER_ZONE).rcode)
    since = judge.mark()
    judge.process.child.send_signal(signal.SIGUSR1)
    line = judge.wait_for(r"notice: .*\ballow.*", since).group(0)
    for name, count in (("allow", 3), ("credential", 1), ("mismatch", 1),
                        ("answered-refused", 1)):
        stage.require(re.search(rf"\b{name}\W+(\d+)", line)[1] == str(count),
                      f"{name} is not {count}: {line}")


def _closed(connection, within_seconds):
    connection.settimeout(within_seconds)
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True
    except TimeoutError:
        return False


def _processor_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@within(60)
def a_front_that_cannot_wait_for_clients_still_obeys_signals(stage):
    """It may have fewer open files than it listens on: that is an error of poll(2)."""
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge = stage.front(stage.behind("NSD"),
                        listen=[f"{front.ADDRESS}@853", "127.0.0.52@853"])
    pid = judge.process.child.pid
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (1, before[1]))
    stage.sockets.append(socket.create_connection((judge.address, 853), 10))
    judge.wait_for(r"error: front xot, out of room.* \(Too many open files")
    used = _processor_seconds(pid)
    time.sleep(2)
    used = _processor_seconds(pid) - used
    stage.require(used < 0.5, f"it has used {used} s of 2")
    since = judge.mark()
    judge.process.child.send_signal(signal.SIGUSR1)
    judge.wait_for(r"notice: .*\bopen\b", since)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    # Its lookups had no sockets either.
    stage.expect("afterwards", "transferred", stage.until(
        "transferred", lambda: stage.put(judge.address, peer)))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (1, before[1]))
    stage.expect("told to end", "None", judge.process.stop())


def a_client_waits_for_dns_once_however_long_the_operator_lets_it(stage):
    """A secondary gives up after some seconds, and has to be answered before."""
    name = "ns7.secondaries.example.com"
    secondary = stage.secondary(certificate=stage.certificate(name), remote=front.ADDRESS)
    hole = stage.black_hole()
    stage.front(stage.behind("NSD"), {"*.secondaries.example.com": "fd00:da:ce::2"},
                dns=stage.dns(resolver=hole, timeout=3500))
    stage.expect("DNS is silent", "refused with SERVFAIL", secondary.pull(ZONE))
