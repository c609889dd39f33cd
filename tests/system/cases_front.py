# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Who gets what through dance-front from servers that know nothing of DANE: the refusals,
# and the rights that the servers' own lists give to each name.

import time
from concurrent.futures import ThreadPoolExecutor

import asker
import probe
from bind import BindSecondary
from front_stage import (ADDRESSES, FRONTS, NAME, OTHER_NAME, OTHER_ZONE, OWN_ZONES,
                         PRIMARY_NAME, FrontStage)
from nsd import NsdSecondary
from process import eventually, run
from secondary import Secondary
from stage import ZONE, within
from unbound import Unbound
from world import BROKEN_OWNER, TTL

SUBSET = "front"
STAGE = FrontStage
UNSIGNED_OWNER = "ns2.unsigned.net"
UNLISTED = "ns9.example.net"


def nobody_gets_a_zone_past_the_front_or_without_a_proved_key(stage):
    peer, stranger = stage.certificate(), stage.certificate(NAME)
    stage.publish(NAME, peer.tlsa())
    judge, servers = stage.trio()
    for kind, server in servers.items():
        at = FRONTS[kind]
        stage.expect(f"{kind}, plain TCP to the front", "nothing", stage.plain(at, 853))
        stage.expect(f"{kind}, plain TCP to the server, no PROXY header", "nothing",
                     stage.plain(server.address, server.port))
        stage.expect(f"{kind}, no certificate", "REFUSED, EDE 18, credential",
                     stage.judged(judge, at))
        stage.expect(f"{kind}, an unknown key and the right name",
                     "REFUSED, EDE 18, mismatch", stage.judged(judge, at, stranger))
        stage.expect(f"{kind}, the peer", "transferred", stage.judged(judge, at, peer))
        if server.port != 53:
            stage.expect(f"{kind}, plain TCP to its public port", "REFUSED, EDE 18",
                         stage.plain(server.address, 53))


def a_name_counts_only_if_it_is_listed_and_dnssec_proves_its_records(stage):
    peer = stage.certificate()
    for owner in (NAME, UNLISTED, UNSIGNED_OWNER, BROKEN_OWNER):
        stage.publish(owner, peer.tlsa())
    judge, servers = stage.trio({NAME: "fd00:da:ce::2", UNSIGNED_OWNER: "fd00:da:ce::2",
                                 BROKEN_OWNER: "fd00:da:ce::2"})
    for kind in servers:
        for name, answer, verdict in (
                (NAME, "NOERROR", "allow"), (UNLISTED, "REFUSED, EDE 18", "name"),
                (UNSIGNED_OWNER, "REFUSED, EDE 18", "insecure"),
                (BROKEN_OWNER, "SERVFAIL, EDE 6", "bogus")):
            seen = probe.clientid(FRONTS[kind], peer, name=name.rstrip("."))
            line = judge.verdict_at(seen.port)
            stage.expect(f"{kind}, {name}, the verdict", verdict, line.verdict)
            stage.expect(f"{kind}, {name}", answer, seen)


def each_name_gets_its_own_zone_by_the_list_of_the_upstream_server(stage):
    peers = {NAME: stage.certificate(), OTHER_NAME: stage.certificate()}
    for name, peer in peers.items():
        stage.publish(name, peer.tlsa())
    judge, servers = stage.trio([NAME, OTHER_NAME])
    for kind in servers:
        at = FRONTS[kind]
        for name, own, other in OWN_ZONES:
            outcome = stage.ask(judge, peers[name], own, address=at)
            stage.expect(f"{kind}, {name}, its own zone", "transferred", outcome)
            stage.expect("the name logged", name, outcome.line.client)
            stage.expect("the address shown", ADDRESSES[name], outcome.line.shown)
            refused = stage.put(at, peers[name], other)
            stage.expect(f"{kind}, {name}, the other's zone",
                         "NOTAUTH" if kind == "PowerDNS" else "REFUSED", refused.rcode)
            line = judge.verdict(refused)
            stage.expect("the front, on that", "allowed", line)
            judge.wait_for(
                rf"notice: front {kind.lower()}, AXFR {other}\. answered, remote "
                rf"\S+@{refused.port}, server \S+, rcode {refused.rcode}, .*as "
                rf"{ADDRESSES[name]}\b.*; do: permit this address for the zone")


@within(60)
def a_withdrawn_record_shuts_out_and_a_new_one_lets_in(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge, servers = stage.trio()

    def all_are(expected):
        for kind in servers:
            seen = stage.until(expected, lambda: stage.judged(judge, FRONTS[kind], peer))
            stage.expect(kind, expected, seen)
    all_are("transferred")
    stage.withdraw(NAME)
    all_are("REFUSED, EDE 18, no-tlsa")
    stage.publish(NAME, peer.tlsa())
    all_are("transferred")


@within(60)
def an_open_connection_is_judged_anew_with_each_query(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge = stage.front(stage.behind("NSD"))
    with asker.Asker(judge.address, peer) as connection:
        stage.expect("with its record", "transferred", connection.ask(ZONE))
        stage.withdraw(NAME)
        # Whoever is refused is also disconnected.
        stage.expect("without it", "REFUSED, EDE 18", stage.until(
            "REFUSED, EDE 18", lambda: connection.ask(ZONE)))


@within(60)
def what_dns_says_after_the_handshake_counts_for_the_first_query(stage):
    """One decision is good for both, but not for long."""
    peer = stage.certificate()
    judge = stage.front(stage.behind("NSD"), more={"server": {"handshake-timeout": 60}})

    def others_are(expected):
        stage.expect("other connections", expected, stage.until(
            expected, lambda: stage.judged(judge, judge.address, peer)))
    others_are("REFUSED, EDE 18, no-tlsa")
    with asker.Asker(judge.address, peer) as early:
        stage.publish(NAME, peer.tlsa())
        others_are("transferred")
        stage.expect("who came before its record", "transferred", early.ask(ZONE))
    with asker.Asker(judge.address, peer) as early:
        stage.withdraw(NAME)
        others_are("REFUSED, EDE 18, no-tlsa")
        time.sleep(TTL)  # as long as an allow counts
        stage.expect("who came before its record went", "REFUSED, EDE 18",
                     early.ask(ZONE))


def what_is_not_a_transfer_does_not_pass_unless_it_is_told_to(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge = stage.front(stage.behind("NSD"))
    with asker.Asker(judge.address, peer) as connection:
        stage.expect("A", "REFUSED, EDE 21", connection.ask(f"ns1.{ZONE}", "A"))
        stage.expect("AXFR, next", "transferred", connection.ask(ZONE))
        stage.expect("SOA, next", "NOERROR", connection.ask(ZONE, "SOA"))
    judge.wait_for(rf"front xot, A ns1\.example\.com\. not passed, .*client {NAME} .*; do: "
                   "add it to 'pass' if clients may send it")


def queries_sent_at_once_are_answered_one_by_one(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge, servers = stage.trio()
    for kind in servers:
        with asker.Asker(FRONTS[kind], peer) as connection:
            seen = connection.ask_all((ZONE, "SOA"), (ZONE, "AXFR"), (f"ns1.{ZONE}", "A"),
                                      (ZONE, "SOA"))
            stage.expect(kind, "NOERROR transferred REFUSED, EDE 21 NOERROR",
                         " ".join(map(str, seen)))


def updates_pass_where_the_operator_says_so_to_a_server_that_knows_the_address(stage):
    peer, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa())
    server = stage.behind("BIND", start=False)
    server.more = f"allow-update {{ {ADDRESSES[NAME]}; }};"
    server.start()
    judge = stage.front(server, **{"pass": ["transfer", "update"]})
    for certificate, expected in ((stranger, "refused, mismatch"), (peer, "allowed")):
        text = f"server {judge.address} 853\nzone {ZONE}\nadd new.{ZONE} 60 A 192.0.2.9"
        done = run("knsupdate", "-S", "-E", certificate.path, "-K", certificate.key.path,
                   stdin=text + "\nsend\n", check=False)
        line = judge.verdicts()[-1]
        stage.expect("the verdict", f"UPDATE, {expected}", f"{line.type}, {line}")
        stage.expect("done", str(expected == "allowed"),
                     "error" not in done.stdout.lower())
    stage.expect("in the zone", "192.0.2.9", _short(server.address, f"new.{ZONE}"))


def a_server_without_proxy_tells_clients_apart_by_addresses_of_127(stage):
    peers = {NAME: stage.certificate(), OTHER_NAME: stage.certificate()}
    for name, peer in peers.items():
        stage.publish(name, peer.tlsa())
    addresses = {NAME: "127.7.0.2", OTHER_NAME: "127.7.0.3"}
    server = stage.behind("NSD", {ZONE: ["127.7.0.2"], OTHER_ZONE: ["127.7.0.3"]},
                          proxy=False)
    judge = stage.front(server, addresses, proxy=False)
    for name, own, other in OWN_ZONES:
        stage.expect(f"{name}, its own zone", "transferred",
                     stage.judged(judge, judge.address, peers[name], own))
        stage.expect(f"{name}, the other's zone", "REFUSED",
                     stage.put(judge.address, peers[name], other).rcode)


def a_resolver_behind_answers_each_name_in_its_own_way(stage):
    peers = {NAME: stage.certificate(), OTHER_NAME: stage.certificate()}
    for name, peer in peers.items():
        stage.publish(name, peer.tlsa())
    views = {"one": ADDRESSES[NAME], "two": ADDRESSES[OTHER_NAME]}
    resolver = Unbound(
        stage.path("resolver"), stage.world, "127.0.1.3",
        server="    interface: 127.0.1.3@5310\n    proxy-protocol-port: 5310\n"
               + "".join(f"    access-control: {address}/128 allow\n"
                         f"    access-control-view: {address}/128 {view}\n"
                         for view, address in views.items()),
        more="".join(f'view:\n    name: {view}\n    local-zone: "who.example." static\n'
                     f'    local-data: "who.example. 60 TXT {view}"\n' for view in views))
    resolver.port = 5310
    stage.servers.append(resolver.start())
    judge = stage.front(resolver, [NAME, OTHER_NAME], **{"pass": "any"})
    for view, peer in zip(views, peers.values()):
        stage.expect("who.example", f'"{view}"', _short_tls(judge, peer, "who.example"))
    stage.expect("a name of the world, through the resolver", "ns.world.",
                 _short_tls(judge, peers[NAME], "example.net", "NS"))
    seen = stage.put(judge.address, stage.certificate(), "who.example", kind="TXT")
    stage.expect("a stranger", "REFUSED, EDE 18", seen)


def a_suffix_permits_clients_that_send_their_name_below_it(stage):
    peer, name = stage.certificate(), "ns7.secondaries.example.com"
    stage.publish(name, peer.tlsa())
    judge = stage.front(stage.behind("NSD"),
                        {"*.secondaries.example.com": ADDRESSES[NAME]})
    seen = probe.clientid(judge.address, peer, name=name)
    stage.expect("with dane_clientid", "NOERROR", seen)
    stage.expect("the name logged", name, judge.verdict_at(seen.port).client)
    stage.expect("without", "REFUSED, EDE 18, name",
                 stage.judged(judge, judge.address, peer))


def clients_below_a_suffix_that_come_at_once_wait_for_their_turn(stage):
    names = [f"d{number}.secondaries.example.com" for number in range(12)]
    peers = [stage.certificate(name) for name in names]
    for name, peer in zip(names, peers):
        stage.publish(name, peer.tlsa())
    judge = stage.front(stage.behind("NSD"),
                        {"*.secondaries.example.com": ADDRESSES[NAME]},
                        dns=stage.dns(lookups_per_second=4, timeout=5000))
    with ThreadPoolExecutor(len(peers)) as pool:
        seen = list(pool.map(lambda peer: stage.put(judge.address, peer), peers))
    for name, outcome in zip(names, seen):
        stage.expect(name, "transferred", outcome)


def unmodified_secondaries_send_no_name(stage):
    name, pem = "ns7.secondaries.example.com", stage.theatre.certificate
    peer = stage.certificate()
    stage.publish(name, peer.tlsa())
    judge = stage.front(stage.behind("NSD"),
                        {"*.secondaries.example.com": ADDRESSES[NAME]})
    remote = f"{judge.address}@853"
    for secondary in (
            Secondary(stage.path("knot"), "127.0.0.21", [ZONE], peer, judge.address),
            NsdSecondary(stage.path("nsd"), "127.0.0.22", [ZONE], remote, peer, pem),
            BindSecondary(stage.path("bind"), "127.0.0.23", [ZONE], remote, peer, pem)):
        since = judge.mark()
        stage.servers.append(secondary)
        secondary.start()
        judge.wait_for(rf"refused, remote {secondary.address}@.*, verdict name \(", since)


def a_change_and_a_notify_bring_the_zone_through_the_front(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    server = stage.behind("BIND", start=False)
    server.notify = "notify explicit; also-notify { 127.0.0.22; }; notify-delay 0;"
    server.start()
    judge = stage.front(server)
    secondary = NsdSecondary(stage.path("nsd"), "127.0.0.22", [ZONE],
                             f"{judge.address}@853", peer, stage.theatre.certificate)
    stage.servers.append(secondary)
    secondary.start()
    stage.expect("the zone", "transferred by AXFR", secondary.outcome(ZONE))
    since = secondary.mark()
    server.change(ZONE, 2, 'serial2 TXT "2"\n')
    stage.expect("its change", "transferred by IXFR", secondary.outcome(ZONE, since))
    secondary.has(ZONE, 2)
    stage.expect("the queries", "AXFR IXFR",
                 " ".join(line.type for line in judge.verdicts() if line.type != "SOA"))


@within(60)
def a_notify_passes_to_a_secondary_from_a_primary_that_is_proved(stage):
    """The front is the secondary's here: NSD takes a NOTIFY from its address only."""
    shown = "fd00:da:ce::9"
    secondary = stage.behind("NSD", {ZONE: []}, start=False)
    secondary.zone_options = {"allow-notify": f"{shown} NOKEY",
                              "request-xfr": "127.0.0.10@53 NOKEY"}
    secondary.start()
    judge = stage.front(secondary, {PRIMARY_NAME: shown}, **{"pass": "notify"})
    primary = stage.primary(modules={}, zones={ZONE: {"acl": "any", "notify": "ns2"}},
                            more={"remote": [{
                                "id": "ns2", "address": f"{judge.address}@853",
                                "via": "127.0.0.10", "tls": True}],
                                "acl": [{"id": "any", "action": "transfer"}]})
    judge.wait_for(r"NOTIFY example\.com\. refused, .*, verdict no-tlsa ")
    stage.publish(PRIMARY_NAME, stage.theatre.certificate.tlsa())

    def passed():
        primary.knotc("zone-notify", ZONE)
        return judge.matches(rf"NOTIFY example\.com\. allowed, .* as {shown}, .*, record ")
    eventually(passed, every=1, within=20, what="a NOTIFY is passed on")
    secondary.wait_for(r"notify for example\.com\. from fd00:da:ce::9")
    stage.expect("an AXFR, there", "REFUSED, EDE 21",
                 stage.put(judge.address, stage.theatre.certificate))


def a_name_that_only_this_network_has_gets_its_zone(stage):
    peer, name = stage.certificate(), "ns2.home.arpa"
    stage.publish(name, peer.tlsa())
    judge = stage.front(stage.behind("NSD"), {name: ADDRESSES[NAME]})
    stage.expect(name, "transferred", stage.judged(judge, judge.address, peer))


def an_authority_in_dns_vouches_for_a_client_too(stage):
    authority = stage.certificate(subject="/CN=authority", authority=True)
    right = stage.certificate(NAME, issuer=authority, subject="/CN=ns2")
    wrong = stage.certificate("ns3.example.net", issuer=authority, subject="/CN=ns3")
    stage.publish(NAME, authority.tlsa(usage=2))
    judge = stage.front(stage.behind("NSD"))
    stage.expect("the right name", "transferred",
                 stage.judged(judge, judge.address, right))
    stage.expect("the wrong name", "REFUSED, EDE 18, chain",
                 stage.judged(judge, judge.address, wrong))


def _short(address, name, kind="A"):
    return run("kdig", f"@{address}", "+short", "+timeout=3", name, kind).stdout.strip()


def _short_tls(judge, certificate, name, kind="TXT"):
    return run("kdig", f"@{judge.address}", "-p", "853", "+tls", "+short", "+timeout=3",
               f"+tls-certfile={certificate.path}",
               f"+tls-keyfile={certificate.key.path}", name, kind).stdout.strip()
