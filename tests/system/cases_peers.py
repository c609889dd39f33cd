# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Peers with certificates, sessions and records of all kinds, before a primary that is as
# it should be.

import os

import asker
from process import Failed, run
from stage import NAME, ZONE, within

SUFFIX = "*.secondaries.example.com"
BELOW = "ns7.secondaries.example.com"
OUTSIDE = "ns7.strangers.example.com"


def a_certificate_without_any_name_is_known_by_its_key_whatever_its_kind(stage):
    peers = [stage.certificate(key=stage.key(kind)) for kind in ("EC", "RSA", "ED25519")]
    stage.publish(NAME, *(peer.tlsa() for peer in peers))
    primary = stage.primary([NAME])
    for peer in peers:
        stage.expect("a peer", "transferred", stage.ask(primary, peer))


def a_record_may_name_the_whole_certificate(stage):
    key = stage.key()
    shown, other = stage.certificate(key=key), stage.certificate(key=key)
    stage.publish(NAME, shown.tlsa(selector=0))
    primary = stage.primary([NAME])
    stage.expect("that certificate", "transferred", stage.ask(primary, shown))
    stage.expect("another of the same key", "refused, mismatch",
                 stage.ask(primary, other))


def a_name_below_a_permitted_suffix_is_allowed(stage):
    peer = stage.certificate(BELOW)
    stage.publish(BELOW, peer.tlsa())
    # On a busy machine the lookup may take longer than the default.
    primary = stage.primary([SUFFIX], timeout=5000)
    outcome = stage.ask(primary, peer)
    stage.expect("the peer", "transferred", outcome)
    stage.expect("the name logged", BELOW, outcome.line.client.rstrip("."))


def a_name_outside_of_the_permitted_suffix_makes_no_dns_query(stage):
    outsider, other = stage.certificate(OUTSIDE), stage.certificate(BELOW)
    stage.publish(OUTSIDE, outsider.tlsa())
    stage.publish(BELOW, outsider.tlsa())
    primary = stage.primary([SUFFIX])
    before = stage.world.queries()
    stage.expect("the outsider", "refused, name", stage.ask(primary, outsider))
    stage.expect("queries for that", "0", stage.world.queries() - before)
    stage.expect("one below, of another key", "refused, mismatch",
                 stage.ask(primary, other))
    stage.require(stage.world.queries() > before, "no query was seen for that one either")


def a_suffix_does_not_permit_the_name_it_is_below_of(stage):
    peer = stage.certificate("secondaries.example.com", "evilsecondaries.example.com")
    stage.publish("secondaries.example.com", peer.tlsa())
    stage.publish("evilsecondaries.example.com", peer.tlsa())
    primary = stage.primary([SUFFIX])
    stage.expect("the peer", "refused, name", stage.ask(primary, peer))


def a_key_of_none_of_several_names_is_refused_as_a_mismatch(stage):
    names = ["ns2.example.net", "ns3.example.net", "ns4.example.org"]
    peers = {name: stage.certificate() for name in names[:2]}
    for name, peer in peers.items():
        stage.publish(name, peer.tlsa())
    primary = stage.primary(names)
    for name, peer in peers.items():
        outcome = stage.ask(primary, peer)
        stage.expect(name, "transferred", outcome)
        stage.expect("the name logged", name, outcome.line.client.rstrip("."))
    stage.expect("another", "refused, mismatch", stage.ask(primary, stage.certificate()))


def an_authority_named_in_dns_vouches_for_the_name_in_the_certificate_only(stage):
    authority = stage.certificate(subject="/CN=authority", authority=True)
    right = stage.certificate(NAME, issuer=authority, subject="/CN=ns2")
    wrong = stage.certificate("ns3.example.net", issuer=authority, subject="/CN=ns3")
    stage.publish(NAME, authority.tlsa(usage=2))
    stage.publish("ns3.example.net", stage.certificate().tlsa())
    primary = stage.primary([NAME, "ns3.example.net"])
    outcome = stage.ask(primary, right)
    stage.expect("the right name", "transferred", outcome)
    stage.expect("the name logged", NAME, outcome.line.client.rstrip("."))
    stage.expect("the wrong name", "refused, mismatch", stage.ask(primary, wrong))
    alone = stage.certificate(NAME, key=right.key)
    stage.expect("the right key and name, no authority", "refused, mismatch",
                 stage.ask(primary, alone))
    # A self-made authority of the same name, with another key.
    other = stage.certificate(subject="/CN=authority", authority=True)
    forged = stage.certificate(NAME, key=right.key, issuer=other, subject="/CN=ns2")
    stage.expect("an authority of the same name", "refused, mismatch",
                 stage.ask(primary, forged))


def pkix_records_count_only_where_the_operator_wants_them(stage):
    authority = stage.certificate(subject="/CN=authority", authority=True)
    peer = stage.certificate(NAME, issuer=authority, subject="/CN=ns2")
    alone = stage.certificate(NAME, key=peer.key, subject="/CN=ns2")
    stage.publish(NAME, peer.tlsa(usage=1))
    primary = stage.primary([NAME])
    stage.expect("not wanted", "refused, unusable", stage.ask(primary, peer))
    stage.retire(primary)
    primary = stage.primary([NAME], usage=["pkix-ee"], ca_file=authority.path)
    stage.expect("wanted", "transferred", stage.ask(primary, peer))
    stage.expect("without the authority", "refused, chain", stage.ask(primary, alone))


def records_that_cannot_be_used_let_nobody_in(stage):
    peer = stage.certificate(NAME)
    stage.publish(NAME, "3 1 1 " + peer.key.digest[:40], "3 1 255 " + peer.key.digest)
    primary = stage.primary([NAME])
    stage.expect("the peer", "refused, unusable", stage.ask(primary, peer))


def a_signed_alias_leads_to_the_records(stage):
    peer = stage.certificate()
    stage.world.publish(NAME, "keys.example.org.", kind="CNAME")
    stage.publish("keys.example.org", peer.tlsa())
    primary = stage.primary([NAME])
    outcome = stage.ask(primary, peer)
    stage.expect("the peer", "transferred", outcome)
    stage.expect("the name logged", NAME, outcome.line.client.rstrip("."))


def each_question_on_one_connection_has_its_own_verdict(stage):
    peer = stage.certificate()
    stage.publish("ns3.example.org", peer.tlsa())
    names = {"one": NAME, "two": "ns3.example.org"}
    zones = {f"{identity}.example": {"module": f"mod-dance/{identity}", "acl": "xot"}
             for identity in names}
    zones["open.example"] = {"acl": "xot"}
    zones["closed.example"] = {"module": "mod-dance/two"}
    modules = {identity: stage.options([name]) for identity, name in names.items()}
    primary = stage.primary(modules=modules, zones=zones)
    expected = {"one.example": "NOTAUTH, EDE 18", "two.example": "transferred",
                "open.example": "transferred", "closed.example": "NOTAUTH"}
    with asker.Asker(primary.address, peer) as connection:
        for zone in list(expected) * 3:
            stage.expect(zone, expected[zone], connection.ask(zone))
        stage.expect("SOA", "NOERROR", connection.ask("one.example", "SOA"))


def incremental_transfers_are_guarded_like_whole_ones(stage):
    peer, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = stage.primary([NAME])
    with asker.Asker(primary.address, stranger) as connection:
        refused = connection.ask(ZONE, "IXFR", serial=1)
    stage.expect("a stranger", "NOTAUTH, EDE 18", refused)
    stage.expect("what is logged", "IXFR", primary.verdict(refused).type)
    over_udp = asker.ask_udp(primary.address, ZONE, "IXFR")
    stage.expect("over UDP", "NOTAUTH", over_udp.rcode)
    stage.expect("over UDP, logged", "refused, transport", primary.verdicts()[-1])
    with asker.Asker(primary.address, peer) as connection:
        stage.expect("the peer", "NOERROR", connection.ask(ZONE, "IXFR", serial=1))


def refusals_carry_their_code_and_reason(stage):
    peer, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa())
    stage.publish("ns2.broken.net", peer.tlsa())
    hole, missing = stage.black_hole(), os.path.join(stage.folder, "missing.key")
    cases = {"deny": ({"clients": [NAME]}, stranger, ("NOTAUTH, EDE 18",)),
             "bogus": ({"clients": ["ns2.broken.net"]}, peer, ("SERVFAIL, EDE 6",)),
             "unreachable": ({"clients": [NAME], "resolver": [hole]}, peer,
                             ("SERVFAIL, EDE 22", "SERVFAIL, EDE 23")),
             "not-ready": ({"clients": [NAME], "trust_anchor": missing}, peer,
                           ("SERVFAIL, EDE 14",))}
    modules = {name: stage.options(**options) for name, (options, _, _) in cases.items()}
    zones = {f"{name}.example": {"module": f"mod-dance/{name}", "acl": "xot"}
             for name in cases}
    primary = stage.primary(modules=modules, zones=zones)
    for name, (_, certificate, expected) in cases.items():
        seen = asker.ask(primary.address, f"{name}.example", certificate=certificate)
        stage.expect(name, expected, seen)
        plain = asker.ask(primary.address, f"{name}.example", certificate=certificate,
                          edns=False)
        stage.expect(f"{name}, without EDNS", expected[0].split(",")[0], plain)
        text = stage.kdig(primary, f"{name}.example", certificate)
        stage.require(f"'{expected[0].split(',')[0]}'" in text, f"{name}, kdig: {text}")
    text = stage.kdig(primary, "deny.example", peer)
    stage.require("4 records" in text, f"the peer itself, kdig: {text}")


def a_resumed_session_proves_nothing_whichever_ticket_it_comes_from(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = stage.primary([NAME])
    first, *later = _hoard_tickets(stage, primary, peer)
    stage.expect("a full handshake", "full 0 allow", first)
    stage.require("resumed 9 unproven" in later, f"no ticket was good: {later}")
    stage.expect("the newest ticket is worth nothing", "full 0 allow", later[-1])
    for seen in later:
        stage.expect("a ticket", ("resumed 9 unproven", "full 0 allow"), seen)


def _hoard_tickets(stage, primary, peer):
    """What became of a first connection, and of one with each of its tickets."""
    program = os.path.join(os.environ["DANCE_BUILD"], "tests", "system", "xot_client")
    if not os.path.exists(program):
        raise Failed(f"the build has no {program}")
    stage.say("Every ticket is kept and tried:",
              f"xot_client {primary.address} {ZONE} peer.pem peer.key")
    text = run(program, primary.address, ZONE, peer.path, peer.key.path).stdout
    seen = []
    for line in text.splitlines():
        fields = dict(field.split("=") for field in line.split())
        verdict = primary.verdict_at(int(fields["port"])).verdict
        seen.append(f"{fields['handshake']} {fields['rcode']} {verdict}")
    return seen


@within(60)
def a_peer_is_shut_out_of_a_connection_that_is_already_open(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = stage.primary([NAME], more={"server": {"tcp-idle-timeout": 60}})
    with asker.Asker(primary.address, peer) as connection:
        stage.expect("with its record", "transferred", connection.ask(ZONE))
        stage.withdraw(NAME)
        stage.expect("without it", "NOTAUTH, EDE 18",
                     stage.until("NOTAUTH, EDE 18", lambda: connection.ask(ZONE)))


@within(60)
def a_new_key_is_seen_early_although_the_old_record_has_long_to_live(stage):
    old, new = stage.certificate(), stage.certificate()
    stage.publish(NAME, old.tlsa(), ttl=3600)
    primary = stage.primary([NAME])
    stage.expect("the old key", "transferred", stage.ask(primary, old))
    stage.publish(NAME, new.tlsa())
    stage.expect("the new key", "transferred",
                 stage.until("transferred", lambda: stage.ask(primary, new)))
    stage.expect("the old key, now", "refused, mismatch", stage.ask(primary, old))


def a_peer_over_quic_is_refused(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = stage.primary([NAME], start=False)
    primary.sections["server"]["listen-quic"] = f"{primary.address}@853"
    primary.sections["acl"][0]["protocol"] = ["tls", "quic"]
    if "QUIC processing not available" in primary.check().stdout:
        print("skipped: this knotd was built without QUIC")
        return
    primary.start()
    text = stage.kdig(primary, ZONE, peer, over="quic")
    stage.require("'NOTAUTH'" in text, f"kdig: {text}")
    stage.expect("what is logged", "transport", primary.verdicts()[-1].verdict)
    stage.expect("over TLS", "transferred", stage.ask(primary, peer))


def a_peer_over_ipv6_is_known_all_the_same(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = stage.primary([NAME], start=False)
    primary.sections["server"]["listen-tls"] = [f"{primary.address}@853", "::1@853"]
    primary.start()
    for certificate, expected in ((peer, "transferred"), (None, "refused, credential")):
        outcome = stage.ask(primary, certificate, address="::1")
        stage.expect("the verdict", expected, outcome)
        stage.expect("the address logged", "::1", outcome.line.address)


def a_transfer_broken_off_leaves_nothing_to_the_next_one(stage):
    peer, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = _one_worker(stage, ZONE)
    for certificate in (stranger, None, stranger):
        with asker.Asker(primary.address, peer) as connection:
            stage.expect("the peer, so far", "NOERROR", connection.begin(ZONE, 77))
        outcome = stage.ask(primary, certificate, identity=77)
        stage.expect("who comes next", "refused", outcome.line.done)
    stage.expect("the peer, wholly", "transferred", stage.ask(primary, peer))


@within(60)
def a_transfer_broken_off_is_no_pass_for_after_the_records_are_gone(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = _one_worker(stage, ZONE, "other.example")
    with asker.Asker(primary.address, peer) as connection:
        stage.expect("the peer, so far", "NOERROR", connection.begin(ZONE, 77))
    stage.withdraw(NAME)
    stage.expect("another zone, without the record", "refused, no-tlsa", stage.until(
        "refused, no-tlsa", lambda: stage.ask(primary, peer, "other.example")))
    again = asker.ask(primary.address, ZONE, certificate=peer, identity=77)
    stage.expect("the same question again", "NOTAUTH, EDE 18", again)


def _one_worker(stage, *zones):
    """A primary of large zones: with one thread for all, the next question lies where
    the last one lay."""
    guarded = {"module": "mod-dance/xot", "acl": "xot"}
    primary = stage.primary([NAME], zones={zone: guarded for zone in zones},
                            more={"server": {"tcp-workers": 1}}, start=False)
    for zone in zones:
        primary.write_zone(zone, records="".join(
            f"h{number} TXT {'x' * 200}\n" for number in range(30_000)))
    return primary.start()


def an_acl_by_dns_name_holds_for_transfers_of_many_messages(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = stage.primary([NAME], identity_address=True, start=False)
    primary.sections["acl"][0]["address"] = f"/dance/{NAME}"
    primary.write_zone(ZONE, records="".join(
        f"h{number} TXT {'x' * 200}\n" for number in range(3_000)))
    primary.start()
    with asker.Asker(primary.address, peer) as connection:
        for _ in range(3):
            outcome = connection.ask(ZONE)
            stage.expect("the zone", "transferred", outcome)
            stage.require(outcome.messages > 10, f"{outcome.messages} messages only")
            stage.expect("SOA", "NOERROR", connection.ask(ZONE, "SOA"))


def a_name_too_long_for_an_acl_by_dns_name_is_refused(stage):
    peer = stage.certificate(f"{'a' * 60}.{'b' * 60}.example.net")
    stage.publish(f"{'a' * 60}.{'b' * 60}.example.net", peer.tlsa())
    primary = stage.primary(["*.example.net"], identity_address=True)
    stage.expect("the peer", "refused, name", stage.ask(primary, peer))
