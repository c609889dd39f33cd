# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The sample configurations do what they say: real servers, started with these files, give
# zones to the names in them and to nobody else.

import os
import re
import socket
import textwrap

import asker
import samples
from fleet import known, put_list
from front_stage import NAME, FrontStage
from process import run
from samples import (SampleBind, SampleFront, SampleKresd, SampleNsd, SamplePdns,
                     SampleUnbound, placed)
from server import wait_until_served
from stage import ZONE, within

SUBSET = "front"
STAGE = FrontStage
OTHER_NAME, OTHER_ZONE = "ns3.example.org", "example.org"
KINDS = {"nsd": SampleNsd, "named": SampleBind, "pdns": SamplePdns,
         "unbound": SampleUnbound, "kresd": SampleKresd, "knot-resolver": SampleKresd}


def _server(stage, sample, **how):
    server = KINDS[sample.split(".")[0]](stage._path("server"), sample, stage.world, **how)
    stage.servers.append(server)
    return server


def _front(stage, sample, keys):
    made = SampleFront(stage._path("front"), sample, stage.world, keys,
                       env=stage.theatre.sanitizer.environment)
    stage.servers.append(made)
    return made.start()


def _primary(stage, sample, front_sample):
    """A primary and the dance-front before it, with both of their zones."""
    server = _server(stage, sample)
    for zone in (ZONE, OTHER_ZONE):
        server.write_zone(zone, 1, 'serial1 TXT "1"\n')
    server.start()
    own = stage.theatre.certificate
    judge = _front(stage, front_sample, {"dance-front.pem": own.path,
                                         "dance-front.key": own.key.path})
    return server, judge


def _check_rights(stage, judge, refusal):
    peers = {NAME: stage.certificate(), OTHER_NAME: stage.certificate()}
    for name, peer in peers.items():
        stage.publish(name, peer.tlsa())
    for name, zone, expected in ((NAME, ZONE, "transferred"), (NAME, OTHER_ZONE, refusal),
                                 (OTHER_NAME, ZONE, "transferred"),
                                 (OTHER_NAME, OTHER_ZONE, "transferred")):
        for address in (judge.address, "::1"):
            stage.expect(f"{zone} for {name} at {address}", expected, stage.until(
                expected, lambda: _asked(address, peers[name], zone)))
    stage.expect("a stranger", "REFUSED, EDE 18, mismatch",
                 stage.judged(judge, judge.address, stage.certificate()))
    return peers[NAME].key


def _asked(address, certificate, zone):
    outcome = asker.ask(address, zone, certificate=certificate)
    return outcome if outcome.transferred else outcome.rcode


def _check_secondary(stage, primary, sample, key):
    """A secondary in client mode gets the zone, then a change of it after a NOTIFY."""
    stage.publish_primary()
    _front(stage, "dance-front.client.conf", {"dance-front.key": key.path})
    secondary = _server(stage, sample, address=samples.SECONDARY).start()
    wait_until_served(secondary, ZONE, 1, within=20)
    primary.change(ZONE, 2, 'serial2 TXT "2"\n')
    wait_until_served(secondary, ZONE, 2, within=20)


@within(90)
def the_samples_for_nsd_work_on_both_sides(stage):
    server, judge = _primary(stage, "nsd.conf", "dance-front.nsd.conf")
    key = _check_rights(stage, judge, "REFUSED")
    _check_secondary(stage, server, "nsd.secondary.conf", key)


@within(120)
def the_sample_for_a_fleet_gives_zones_to_who_is_on_the_list(stage):
    server, judge = _primary(stage, "nsd.conf", "dance-front.fleet.conf")
    first, second, other = known(stage, NAME, "_xfr-client.ns7.example.net", OTHER_NAME)
    outside = known(stage, "ns8.example.org")[0]
    put_list(stage, NAME, OTHER_NAME, "ns8.example.org")

    def gets(what, expected, certificate, zone=ZONE):
        stage.expect(what, expected, stage.until(
            expected, lambda: _asked(judge.address, certificate, zone)))
    gets("who is on the list", "transferred", first)
    gets("the other zone", "REFUSED", first, OTHER_ZONE)
    gets("who is also listed by name", "transferred", other, OTHER_ZONE)
    stage.expect("who is on it, and outside of 'client-within'", "REFUSED",
                 _asked(judge.address, outside, ZONE))
    stage.expect("who is not on it", "REFUSED", _asked(judge.address, second, ZONE))
    put_list(stage, "_xfr-client.ns7.example.net")
    gets("who is put on it", "transferred", second)
    gets("who is taken from it", "REFUSED", first)


@within(90)
def the_samples_for_bind_work_on_both_sides(stage):
    server, judge = _primary(stage, "named.conf", "dance-front.bind.conf")
    key = _check_rights(stage, judge, "REFUSED")
    _check_secondary(stage, server, "named.secondary.conf", key)


@within(90)
def the_samples_for_powerdns_work_with_a_secondary_too(stage):
    server, judge = _primary(stage, "pdns.conf", "dance-front.pdns.conf")
    key = _check_rights(stage, judge, "NOTAUTH")
    _check_secondary(stage, server, "nsd.secondary.conf", key)


@within(60)
def the_samples_for_unbound_answer_each_name_in_its_own_way(stage):
    _check_resolver(stage, "unbound.conf", "dance-front.resolver.conf")


@within(90)
def the_samples_for_knot_resolver_answer_each_name_in_its_own_way(stage):
    _check_resolver(stage, *samples.kresd_samples())


def _resolver(stage, sample, front_sample):
    """A resolver, and the dance-front before it."""
    own = stage.theatre.certificate
    _server(stage, sample).start()
    return _front(stage, front_sample, {"dance-front.pem": own.path,
                                        "dance-front.key": own.key.path})


def _check_resolver(stage, sample, front_sample):
    staff = stage.certificate("ada.staff.example.net", subject="/CN=ada")
    branch = stage.certificate()
    customer = stage.certificate("c1.clients.example.net", subject="/CN=c1")
    stage.publish("ada.staff.example.net", staff.tlsa())
    stage.publish("resolver.branch.example.org", branch.tlsa())
    stage.publish("c1.clients.example.net", customer.tlsa())
    stage.world.publish("games.example.org", "192.0.2.9", kind="A")
    judge = _resolver(stage, sample, front_sample)
    for peer, wiki, games in ((staff, "2001:db8::80", "192.0.2.9"),
                              (branch, "", "192.0.2.9"), (customer, "", "")):
        stage.expect("what is in DNS", "ns.world.", stage.until(
            "ns.world.", lambda: _resolved(judge, peer, "example.net", "NS")))
        stage.expect("what is for staff only", wiki,
                     _resolved(judge, peer, "wiki.intranet.example.net", "AAAA"))
        stage.expect("what is not for customers", games,
                     _resolved(judge, peer, "games.example.org", "A"))
    stage.expect("a stranger", "REFUSED, EDE 18", stage.put(
        judge.address, stage.certificate(), "example.net", kind="NS"))
    past = run("kdig", "@127.0.0.1", "-p", "5310", "+tcp", "+short", "+retry=0", "+timeout=2",
               "example.net", "NS", check=False).stdout
    stage.require("ns.world." not in past, "the resolver answers past dance-front")


@within(90)
def the_samples_for_a_forwarder_bring_it_to_a_resolver(stage):
    key = stage.key()
    stage.publish("resolver.branch.example.org", key.tlsa)
    stage.publish("_853._tcp.dns.example.com", stage.theatre.certificate.tlsa())
    judge = _resolver(stage, "unbound.conf", "dance-front.resolver.conf")
    _front(stage, "dance-front.forwarder.conf", {"dance-front.key": key.path})
    _server(stage, "unbound.forwarder.conf").start()
    stage.expect("what is in DNS", "ns.world.", stage.until("ns.world.", lambda: run(
        "kdig", "@127.0.0.1", "+short", "+timeout=5", "example.net", "NS",
        check=False).stdout.strip()))
    judge.wait_for(r"NS example\.net\. allowed, .*client resolver\.branch\.example\.org, ")


def _resolved(judge, certificate, name, kind):
    return run("kdig", f"@{judge.address}", "-p", "853", "+tls", "+short", "+timeout=3",
               f"+tls-certfile={certificate.path}",
               f"+tls-keyfile={certificate.key.path}", name, kind,
               check=False).stdout.strip()


def the_examples_of_the_manual_are_taken(stage):
    own = stage.theatre.certificate
    manual = _text("doc/dance-front.conf.5")
    blocks = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed$", manual, re.DOTALL | re.MULTILINE)
    texts = [textwrap.dedent(block).strip() + "\n" for block in blocks]
    texts = [text for text in texts if re.match("identity:|client:", text)]
    stage.require(len(texts) >= 4, f"only {len(texts)} examples are found")
    path = stage.path("example.conf")
    for text in texts:
        with open(path, "w", encoding="ascii") as file:
            file.write(text.replace("/etc/dance/dance-front.pem", own.path)
                       .replace("/etc/dance/dance-front.key", own.key.path))
        run("dance-front", "--check", "-c", path,
            env={**os.environ, **(stage.theatre.sanitizer.environment or {})})


def _text(name):
    with open(os.path.join(samples.FOLDER, "..", "..", name), encoding="utf-8") as file:
        return file.read()


def no_sample_has_an_address_of_anybody(stage):
    for name in sorted(os.listdir(samples.FOLDER)):
        text = placed(name, "/nowhere")
        for left in ("192.0.2.", "2001:db8::1", "/etc/", "/var/"):
            lines = [line for line in text.splitlines() if left in line]
            stage.require(name.endswith(".md") or not lines,
                          f"{name} is not wholly at home in a test: {lines}")


def the_packet_filter_keeps_others_off_the_ports_behind(stage):
    path = stage.path("nftables.conf")
    # Whoever runs this is taken for dance-front, and not for NSD.
    with open(path, "w", encoding="ascii") as file:
        file.write(placed("nftables.conf", stage.folder))
    loaded = run("nft", "-f", path, check=False)
    if "not permitted" in loaded.stdout or "not supported" in loaded.stdout:
        print(f"skipped: this kernel takes no rules from us: {loaded.stdout.strip()}")
        return
    stage.expect("the rules", "", loaded.stdout)
    run("nft", "-f", path)
    rules = run("nft", "list", "table", "inet", "dance").stdout
    stage.expect("rules for a port, loaded again", "1", str(rules.count("dport 5310")))
    stage.sockets += [socket.create_server(("127.0.0.1", port)) for port in (5310, 5853)]
    try:
        stage.expect("the port behind, from dance-front", "connected", _connect(5310))
        stage.expect("the client mode's, from no secondary", "refused", _connect(5853))
    finally:
        run("nft", "delete", "table", "inet", "dance")
    stage.expect("without the rules", "connected", _connect(5853))


def _connect(port):
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except ConnectionRefusedError:
        return "refused"
    return "connected"
