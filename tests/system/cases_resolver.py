# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A resolver behind dance-front: whom it answers and what, by the name that DNS proves; who is
# refused, and what they see of it; what a stub and a forwarder need of the connection. The
# resolvers, before and behind, are real ones of several makers.

import itertools
import re
import time
from collections import Counter

import asker
import forwarders
import front
import probe
import resolvers
from forwarders import BindForwarder
from front import CLIENT_ADDRESS
from front_stage import NAME, OTHER_NAME, PRIMARY_NAME, FrontStage
from process import run
from resolvers import Policy
from stage import within
from world import BROKEN_OWNER

SUBSET = "front"
STAGE = FrontStage
UNSIGNED_OWNER = "ns2.unsigned.net"
MEMBERS = ("ada.staff.example.net", "bob.staff.example.net")
FRONTS = {"Unbound": front.ADDRESS, "Knot Resolver": "127.0.0.52"}
# What only one of two sees. Its zone has no signatures, so that who validates may take it.
OWN = "wiki.unsigned.net"
BLOCKED = "example.org"
OWN_ADDRESS = "192.0.2.80"
# Some resolvers call what they say by themselves secure.
OWN_ANSWER = (f"NOERROR {OWN_ADDRESS}", f"NOERROR secure {OWN_ADDRESS}")
NOTHING = ("NXDOMAIN", "NXDOMAIN secure")
NUMBERS = {NAME: 2, OTHER_NAME: 3}
BIG = "big.example.com"
PORT = 5853


def _policies():
    return [Policy(NUMBERS[NAME], own={OWN: OWN_ADDRESS}),
            Policy(NUMBERS[OTHER_NAME], blocked=[BLOCKED])]


def _behind(stage, maker, policies=None, **how):
    made = resolvers.resolver(maker, stage._path("resolver"), stage.world,
                              policies or _policies(), **how)
    stage.servers.append(made)
    return made.start()


def _front(stage, maker, names=(NAME,), policies=None, **how):
    """A dance-front before a resolver, and the resolver; names: who may come, of NUMBERS or
    {name: number}."""
    server = _behind(stage, maker, policies, **how)
    numbers = names if isinstance(names, dict) else {name: NUMBERS[name] for name in names}
    judge = stage.front(server, {name: resolvers.shown(maker, number)
                                 for name, number in numbers.items()},
                        listen=f"{FRONTS[maker]}@853", proxy=resolvers.takes_proxy(maker),
                        **{"pass": "any"})
    return judge, server


def _each(stage, *how):
    """The same before one resolver of each maker: [(maker, address, front, resolver)]."""
    return [(maker, at, *_front(stage, maker, *how)) for maker, at in FRONTS.items()]


def _known(stage, *names):
    """Certificates without names, whose keys are published."""
    peers = [stage.certificate() for _ in names]
    for name, peer in zip(names, peers):
        stage.publish(name, peer.tlsa())
    return peers


def _seen(text, kind):
    """An answer as kdig prints it: the rcode, whether it is secure, the data."""
    if "status: " not in text:
        return "nothing"
    words = [re.search(r"status: (\w+)", text)[1]]
    if re.search(r"Flags:[^;]* ad\b", text):
        words.append("secure")
    return " ".join(words + re.findall(rf"^\S+\s+\d+\s+IN\s+{kind}\s+(.*)$", text,
                                       re.MULTILINE))


def _asked(at, certificate, name, kind="A", port=853, *more):
    """What a stub sees; it speaks TLS if it has a certificate."""
    tls = ["+tls", f"+tls-certfile={certificate.path}",
           f"+tls-keyfile={certificate.key.path}"] if certificate else []
    return _seen(run("kdig", f"@{at}", "-p", str(port), "+dnssec", "+retry=0", "+timeout=10",
                     *tls, *more, name, kind, check=False).stdout, kind)


def _put(at, certificate=None, name="example.net", kind="NS"):
    return asker.ask(at, name, kind, certificate=certificate, recursion=True)


def _asker(at, certificate=None, **how):
    return asker.Asker(at, certificate, recursion=True, **how)


@within(90)
def each_name_has_the_policy_of_its_address(stage):
    one, other = _known(stage, NAME, OTHER_NAME)
    for maker, at, _, _ in _each(stage, [NAME, OTHER_NAME]):
        for peer, name, kind, expected in (
                (one, OWN, "A", OWN_ANSWER),
                (other, OWN, "A", NOTHING),
                (one, BLOCKED, "NS", "NOERROR secure ns.world."),
                (other, BLOCKED, "NS", NOTHING),
                (other, "example.net", "NS", "NOERROR secure ns.world.")):
            stage.expect(f"{maker}, {name} for {'one' if peer is one else 'the other'}",
                         expected, _asked(at, peer, name, kind))


@within(90)
def members_of_a_pattern_share_a_policy_and_others_have_their_own(stage):
    members = [stage.certificate(name) for name in MEMBERS]
    for name, peer in zip(MEMBERS, members):
        stage.publish(name, peer.tlsa())
    (other,) = _known(stage, OTHER_NAME)
    for maker, at, judge, _ in _each(stage, {"*.staff.example.net": NUMBERS[NAME],
                                             OTHER_NAME: NUMBERS[OTHER_NAME]}):
        for peer, expected in ((members[0], OWN_ANSWER), (members[1], OWN_ANSWER),
                               (other, NOTHING)):
            stage.expect(f"{maker}, {OWN}", expected, _asked(at, peer, OWN))
        for name in MEMBERS:
            judge.wait_for(rf"A {OWN}\. allowed, .*client {name}, entry "
                           r"\*\.staff\.example\.net, ")


@within(90)
def who_is_not_permitted_sees_why(stage):
    peer, stranger = stage.certificate(), stage.certificate()
    names = {NAME: 2, UNSIGNED_OWNER: 2, BROKEN_OWNER.rstrip("."): 2}
    for owner in names:
        stage.publish(owner, peer.tlsa())
    for maker, at, judge, server in _each(stage, names):
        for what, certificate, name, expected, verdict in (
                ("the peer", peer, NAME, "allowed", "allow"),
                ("no certificate", None, None, "REFUSED, EDE 18", "credential"),
                ("an unknown key", stranger, NAME, "REFUSED, EDE 18", "mismatch"),
                ("no listed name", peer, OTHER_NAME, "REFUSED, EDE 18", "name"),
                ("unsigned records", peer, UNSIGNED_OWNER, "REFUSED, EDE 18", "insecure"),
                ("bogus records", peer, BROKEN_OWNER, "SERVFAIL, EDE 6", "bogus")):
            seen = probe.clientid(at, certificate, name=name and name.rstrip("."))
            line = judge.verdict_at(seen.port)
            stage.expect(f"{maker}, {what}", expected,
                         line if verdict == "allow" else seen)
            stage.expect(f"{maker}, {what}, verdict", verdict, line.verdict)
        for how in ("+tcp", "+notcp"):
            stage.expect(f"{maker}, past dance-front, {how}", ("nothing", "REFUSED", "REFUSED secure"), _asked(
                server.address, None, "example.net", "NS", server.port, how, "+timeout=1"))


@within(90)
def a_proved_name_that_the_resolver_does_not_permit_is_refused_by_it(stage):
    peer, other = _known(stage, NAME, OTHER_NAME)
    for maker, at, judge, _ in _each(stage, [NAME, OTHER_NAME], [Policy(NUMBERS[NAME])]):
        stage.expect(f"{maker}, who is in its list", "NOERROR", _put(at, peer))
        stage.expect(f"{maker}, who is not", "REFUSED", _put(at, other).rcode)
        shown = resolvers.shown(maker, NUMBERS[OTHER_NAME])
        judge.wait_for(r"notice: front xot, (?:NS example\.net\.|a query) answered, remote "
                       rf"\S+, server \S+, rcode REFUSED, .*as {shown}\b.*; do: permit this "
                       r"address on the server \(access-control\)$")


@within(120)
def a_resolver_that_is_away_fails_its_clients_until_it_is_back(stage):
    (peer,) = _known(stage, NAME)
    for maker, at, judge, server in _each(stage):
        stage.expect(maker, "NOERROR", _put(at, peer))
        server.stop()
        stage.expect(f"{maker} is away", "SERVFAIL, EDE 23", stage.until(
            "SERVFAIL, EDE 23", lambda at=at: _put(at, peer)))
        judge.wait_for("warning: front xot, server unreachable, ")
        server.start()
        stage.expect(f"{maker} is back", "NOERROR", stage.until(
            "NOERROR", lambda at=at: _put(at, peer)))


@within(60)
def a_withdrawn_record_ends_the_answers_on_an_open_connection(stage):
    (peer,) = _known(stage, NAME)
    judge, _ = _front(stage, "Unbound")
    with _asker(judge.address, peer) as connection:
        stage.expect("with its record", "NOERROR", connection.ask("example.net", "NS"))
        stage.withdraw(NAME)
        stage.expect("without it", "REFUSED, EDE 18", stage.until(
            "REFUSED, EDE 18", lambda: connection.ask("example.net", "NS")))


# --- the connection -----------------------------------------------------------------------

@within(90)
def long_answers_come_whole(stage):
    (peer,) = _known(stage, NAME)
    texts = [f"{number:03d}{'x' * 240}" for number in range(100)]
    stage.world.publish(BIG, *texts, kind="TXT")
    for maker, at, _, _ in _each(stage):
        seen = _asked(at, peer, BIG, "TXT")
        stage.expect(f"{maker}, the records", f"NOERROR secure, {len(texts)}",
                     f"{seen[:14]}, {seen.count('x' * 240)}")


@within(120)
def many_queries_at_once_are_all_answered(stage):
    (peer,) = _known(stage, NAME)
    questions = [(f"n{number}.example.net", "A") for number in range(300)]
    for maker, at, _, _ in _each(stage):
        with _asker(at, peer) as connection:
            stage.expect(f"{maker}, a name that is there", "NOERROR",
                         connection.ask_all(("example.net", "NS"))[0])
            left = questions
            # A resolver that is short of time may fail some of them: these come again.
            while left:
                seen = connection.ask_all(*left)
                stage.expect(f"{maker}, answers", str(len(left)), len(seen))
                stage.require({one.rcode for one in seen} <= {"NXDOMAIN", "SERVFAIL"},
                              f"{maker}: {Counter(one.rcode for one in seen)}")
                left = [each for each, one in zip(left, seen) if one.rcode == "SERVFAIL"]


@within(90)
def a_name_that_takes_long_holds_up_no_other(stage):
    (peer,) = _known(stage, NAME)
    stage.world.publish("slow.unsigned.net", "ns.slow.unsigned.net.", kind="NS")
    stage.world.publish("ns.slow.unsigned.net", stage.black_hole(), kind="A")
    quick = [(f"n{number}.example.net", "A") for number in range(20)]
    for maker, at, _, _ in _each(stage):
        with _asker(at, peer) as connection:
            first = connection.first(len(quick), ("www.slow.unsigned.net", "A"), *quick)
        stage.expect(f"{maker}, answered first", str(list(range(2, len(quick) + 2))),
                     sorted(first))


@within(60)
def a_resolver_that_closes_idle_connections_ends_no_clients(stage):
    (peer,) = _known(stage, NAME)
    judge, _ = _front(stage, "Unbound", server="    tcp-idle-timeout: 200\n")
    with _asker(judge.address, peer) as connection:
        for number in range(3):
            stage.expect(f"query {number}", "NOERROR", connection.ask("example.net", "NS"))
            time.sleep(1)  # Unbound leaves; dance-front alone would stay longer
    stage.expect("connections of the client", "1",
                 len({line.port for line in judge.verdicts()}))
    stage.require(not judge.matches("server closed the connection"), "an answer was missing")


def what_a_resolver_announces_reaches_the_client(stage):
    """How long it keeps idle connections (RFC 7828), in units of 100 ms."""
    (peer,) = _known(stage, NAME)
    judge, _ = _front(stage, "Unbound", server="    edns-tcp-keepalive: yes\n"
                                               "    edns-tcp-keepalive-timeout: 40000\n")
    said = run("kdig", f"@{judge.address}", "+tls", f"+tls-certfile={peer.path}",
               f"+tls-keyfile={peer.key.path}", "+ednsopt=11", "+timeout=10", "example.net",
               "NS").stdout
    stage.require(re.search(r"\(11\): 0190$", said, re.MULTILINE), said)


# --- clients that show no certificate themselves, and one that does -----------------------

def _client_mode(stage, key, **options):
    stage.publish_primary()
    return stage.client(stage.client_entry(key, PORT, **{"pass": "any", **options}))


def a_stub_comes_by_client_mode_over_tcp_and_after_udp(stage):
    key = stage.key()
    stage.publish(NAME, key.tlsa)
    _front(stage, "Unbound")
    client = _client_mode(stage, key)
    for how in ("+tcp", "+noignore"):
        stage.expect(f"{how}, a name of its own", f"NOERROR {OWN_ADDRESS}",
                     _asked(CLIENT_ADDRESS, None, OWN, "A", PORT, how))
    client.wait_for(rf"debug: client primary{PORT}, A {OWN}\. allowed, ")
    stage.require(not client.matches(rf"info: .*{OWN}"), "the log says what is asked")


def _stub(stage, judge, record):
    """What a stub of a forwarder sees: of the world, of what only one name has, and what the
    forwarder itself finds out about signatures."""
    at = forwarders.ADDRESS
    stage.publish(BROKEN_OWNER, stage.key().tlsa)  # without a signature, then
    for what, expected in ((("example.net", "NS"), "NOERROR secure ns.world."),
                           ((OWN, "A"), f"NOERROR {OWN_ADDRESS}"),
                           (("nothing.example.net", "A"), "NXDOMAIN secure"),
                           ((BROKEN_OWNER, "TLSA"), "SERVFAIL")):
        stage.expect(f"{what[0]}", expected, stage.until(
            expected, lambda what=what: _asked(at, None, *what, 53, "+tcp")))
    seen = _asked(at, None, BIG, "TXT", 53, "+tcp")
    stage.expect("a long answer", "100", seen.count("x" * 240))
    with _asker(at, tls=False) as connection:
        seen = connection.ask_all(*[(f"n{number}.unsigned.net", "A")
                                    for number in range(100)])
        stage.expect("many at once", "{'NXDOMAIN': 100}",
                     dict(Counter(one.rcode for one in seen)))
    judge.wait_for(rf"NS example\.net\. allowed, .*client {NAME}, ")
    _revoked(stage, record)


def _revoked(stage, record):
    """Without its record a forwarder has nothing to say, and with it again, it has."""
    number = itertools.count()

    def look():  # at what is in no cache
        return _asked(forwarders.ADDRESS, None, f"r{next(number)}.unsigned.net", "A", 53,
                      "+tcp")
    stage.withdraw(NAME)
    stage.expect("without the record", "SERVFAIL", stage.until("SERVFAIL", look, 30))
    stage.publish(NAME, record)
    stage.expect("with it", "NXDOMAIN", stage.until("NXDOMAIN", look, 30))


def _forwards(stage, maker, behind):
    key = stage.key()
    stage.publish(NAME, key.tlsa)
    stage.world.publish(BIG, *[f"{number:03d}{'x' * 240}" for number in range(100)],
                        kind="TXT")
    judge, _ = _front(stage, behind)
    _client_mode(stage, key, primary=f"{FRONTS[behind]}@853")
    forwarder = forwarders.PLAIN[maker](stage.path("forwarder"), stage.world,
                                        f"{CLIENT_ADDRESS}@{PORT}")
    stage.servers.append(forwarder)
    forwarder.start()
    _stub(stage, judge, key.tlsa)


@within(120)
def unbound_forwards_by_client_mode(stage):
    _forwards(stage, "Unbound", "Knot Resolver")


@within(120)
def knot_resolver_forwards_by_client_mode(stage):
    _forwards(stage, "Knot Resolver", "Unbound")


@within(120)
def bind_forwards_with_a_certificate_of_its_own(stage):
    (peer,) = _known(stage, NAME)
    stage.world.publish(BIG, *[f"{number:03d}{'x' * 240}" for number in range(100)],
                        kind="TXT")
    judge, _ = _front(stage, "Unbound")
    forwarder = BindForwarder(stage.path("forwarder"), stage.world, f"{front.ADDRESS}@853",
                              peer, stage.theatre.certificate, PRIMARY_NAME)
    stage.servers.append(forwarder)
    forwarder.start()
    _stub(stage, judge, peer.tlsa())
