# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The server around the module: what else it does, how much of it, and what happens to it.

import asker
from process import eventually, run
from stage import NAME, ZONE, within

TSIG_SECRET = "c2VjcmV0cyBhcmUgbm90IHdoYXQgdGhpcyBpcyBmb3I="
CATALOG = "catalog.example"


@within(60)
def a_large_zone_goes_out_whole_on_one_verdict(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = stage.primary([NAME], start=False)
    primary.write_zone(ZONE, records="".join(
        f"h{number} A 10.{number >> 16}.{number >> 8 & 255}.{number & 255}\n"
        for number in range(100_000)))
    primary.start()
    outcome = stage.ask(primary, peer)
    stage.expect("the zone", "transferred", outcome)
    stage.expect("its records", "100004", len(outcome.types))
    stage.require(outcome.messages > 100, f"it came in {outcome.messages} messages")
    lines = [line for line in primary.verdicts() if line.port == outcome.port]
    stage.expect("verdicts logged", "1", len(lines))
    stage.expect("verdicts counted", "1", primary.count(ZONE, "allow"))


@within(60)
def fifty_zones_are_refreshed_at_once(stage):
    zones = [f"z{number}.example" for number in range(50)]
    tap = stage.tap()
    secondary = stage.known_secondary(zones=zones, remote=tap.address)
    primary = stage.primary([NAME], zones={
        zone: {"module": "mod-dance/xot", "acl": "xot"} for zone in zones})
    for attempt in range(2):
        since = secondary.mark()
        secondary.knotc("zone-retransfer")
        seen = [secondary.outcome(zone, since, within=20) for zone in zones]
        stage.expect(f"round {attempt}", "50", seen.count("transferred by AXFR"))
    stage.require(all(line.done == "allowed" for line in primary.verdicts()),
                  "somebody was refused")
    stage.require(tap.seen and not any(tap.seen), "a session was resumed")


def a_catalog_and_its_members_are_guarded_against_transfers_and_queries(stage):
    members = [f"m{number}.example" for number in range(3)]
    guarded = {"module": "mod-dance/xot", "acl": "xot"}
    secondary = stage.secondary(zones=[], start=False)
    secondary.sections["template"] = [{"id": "member", "master": "primary",
                                       "acl": "notify"}]
    secondary.sections["zone"] = [{
        "domain": CATALOG, "master": "primary", "acl": "notify",
        "catalog-role": "interpret", "catalog-template": "member"}]
    secondary.start()
    peer = stage.certificate()
    stage.publish(NAME, f"3 1 1 {secondary.key_digest()}", peer.tlsa())
    primary = stage.primary([NAME], zones={
        CATALOG: {**guarded, "catalog-role": "generate"},
        **{zone: {**guarded, "catalog-role": "member", "catalog-zone": CATALOG}
           for zone in members}})
    stage.expect("the catalog", "transferred by AXFR", stage.pull(secondary, CATALOG))
    for zone in members:
        secondary.has(zone, 1)
    stranger = stage.certificate()
    for zone in [CATALOG] + members:
        stage.expect(f"{zone}, a stranger", "refused, mismatch",
                     stage.ask(primary, stranger, zone))
    for kind in ("SOA", "PTR", "TXT"):
        seen = asker.ask(primary.address, CATALOG, kind, certificate=stranger)
        stage.expect(f"{kind} of the catalog, a stranger", "NOTAUTH, EDE 18", seen)
        seen = asker.ask(primary.address, CATALOG, kind, certificate=peer)
        stage.expect(f"{kind} of the catalog, the peer", "NOERROR", seen)
    seen = asker.ask(primary.address, members[0], "SOA", certificate=stranger)
    stage.expect("SOA of a member, a stranger", "NOERROR", seen)
    stage.require(stage.udp(primary, CATALOG) != "NOERROR", "UDP reads the catalog")


@within(60)
def a_secondary_known_by_name_follows_a_catalog(stage):
    """Where a rule by name is not enough for its queries for the SOA record, that is told."""
    secondary = stage.known_secondary(zones=[CATALOG])
    warned = r"warning: .*catalog zone denies SOA queries \(.*do: add a rule with their addresses"
    by_name = {"id": "name", "address": f"/dance/{NAME}", "protocol": "tls",
               "action": "transfer"}
    by_address = {"id": "address", "address": secondary.address, "protocol": "tls",
                  "action": "transfer"}
    for refuse in (True, False):
        primary = stage.primary([NAME], start=False, identity_address=True, refuse=refuse,
                                more={"template": [
                                    {"id": "default", "global-module": "mod-dance"},
                                    {"id": "member"}]},
                                zones={CATALOG: {
                                    "module": "mod-dance/xot", "acl": "name",
                                    "catalog-role": "interpret",
                                    "catalog-template": "member"}})
        primary.sections["acl"] = [by_name]
        primary.write_zone(CATALOG, 1, 'version TXT "2"\n')
        primary.start()
        told = primary.matches(warned)
        stage.expect("the catalog", "transferred by AXFR", secondary.pull(CATALOG))
        stage.expect("what is new, by name alone",
                     "refused with REFUSED" if told else "up to date",
                     secondary.pull(CATALOG, "zone-refresh"))
        primary.sections["acl"].append(by_address)
        primary.sections["zone"][0]["acl"] = ["name", "address"]
        since = primary.mark()
        primary.reload()
        primary.change(CATALOG, 2, 'version TXT "2"\nm1.zones PTR m1.example.\n')
        stage.expect("what is new", "transferred by IXFR",
                     secondary.pull(CATALOG, "zone-refresh"))
        stage.require(not primary.matches(warned, since), "warned of again")
        if refuse:
            stage.expect("a stranger at that address", "NOTAUTH, EDE 18", asker.ask(
                primary.address, CATALOG, "SOA", certificate=stage.certificate(),
                source=secondary.address))
        stage.retire(primary)


def a_tsig_key_and_a_proved_name_are_both_needed(stage):
    peer, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = stage.primary([NAME], more={
        "key": [{"id": "shared", "algorithm": "hmac-sha256", "secret": TSIG_SECRET}]},
        start=False)
    primary.sections["acl"][0]["key"] = "shared"
    primary.start()
    signed = ("-y", f"hmac-sha256:shared:{TSIG_SECRET}")
    both = stage.kdig(primary, ZONE, peer, *signed)
    stage.require("4 records" in both, f"both: {both}")
    unsigned = stage.kdig(primary, ZONE, peer)
    stage.require("'NOTAUTH'" in unsigned, f"the name alone: {unsigned}")
    unproved = stage.kdig(primary, ZONE, stranger, *signed)
    stage.require("'NOTAUTH'" in unproved, f"the key alone: {unproved}")
    stage.expect("the key alone, logged", "refused, mismatch", primary.verdicts()[-1])


def transfers_go_on_after_the_server_was_killed(stage):
    secondary = stage.known_secondary()
    primary = stage.primary([NAME])
    stage.expect("before", "transferred by AXFR", stage.pull(secondary))
    primary.kill()
    stage.expect("meanwhile", "failed", secondary.pull(ZONE))
    primary.start()
    stage.expect("after", "transferred by AXFR", stage.pull(secondary))


def a_trust_anchor_that_comes_late_is_waited_for_by_a_running_server(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    late = stage.path("root.key")
    primary = stage.primary([NAME], trust_anchor=late)
    primary.wait_for(r"(?i)error: .*mod-dance.*(trust.anchor|root\.key)")
    stage.expect("the peer, before", "failed, not-ready", stage.ask(primary, peer))
    stage.expect("SOA over UDP, before", "NOERROR", stage.udp(primary))
    with open(stage.world.trust_anchor, encoding="ascii") as file:
        anchor = file.read()
    with open(late, "w", encoding="ascii") as file:
        file.write(anchor)
    stage.expect("the peer, after", "transferred",
                 stage.until("transferred", lambda: stage.ask(primary, peer)))


def a_wrong_trust_anchor_lets_nobody_in(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    wrong = stage.path("root.key")
    with open(stage.world.trust_anchor, encoding="ascii") as file:
        anchor = file.read()
    with open(wrong, "w", encoding="ascii") as file:
        file.write(anchor.rsplit(" ", 1)[0] + " " + "0" * 64 + "\n")
    primary = stage.primary([NAME], trust_anchor=wrong)
    stage.expect("the peer", "failed, bogus", stage.ask(primary, peer))


def an_operators_resolver_is_used_when_there_is_one(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    resolver = stage.unbound()
    primary = stage.primary([NAME], resolver=[resolver.address], root_hints=None)
    stage.expect("the peer", "transferred", stage.ask(primary, peer))
    stage.expect("a stranger", "refused, mismatch",
                 stage.ask(primary, stage.certificate()))


def each_verdict_has_a_counter(stage):
    peer, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = stage.primary([NAME])
    for certificate in (peer, peer, stranger, None):
        stage.ask(primary, certificate)
    stage.ask(primary, tls=False)
    expected = {"allow": 2, "mismatch": 1, "credential": 1, "transport": 1, "no-tlsa": 0}
    seen = {verdict: primary.count(ZONE, verdict) for verdict in expected}
    stage.require(seen == expected, f"expected {expected}, seen {seen}")


def a_flood_of_refusals_is_counted_and_does_not_flood_the_log(stage):
    primary = stage.primary([NAME])
    with asker.Asker(primary.address, stage.certificate()) as connection:
        for _ in range(200):
            stage.expect("a stranger", "NOTAUTH, EDE 18", connection.ask(ZONE))
    counted = primary.count(ZONE, "no-tlsa") + primary.count(ZONE, "mismatch")
    stage.expect("refusals counted", "200", counted)
    logged = len(primary.verdicts())
    stage.require(0 < logged < 200, f"{logged} lines for 200 refusals")


def updates_are_guarded_where_the_operator_says_so(stage):
    peer, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = stage.primary([NAME], action=["transfer", "update"], start=False)
    primary.sections["acl"] += [{"id": "ddns", "protocol": "tls", "action": "update"}]
    primary.sections["zone"][0]["acl"] = ["xot", "ddns"]
    primary.start()
    for certificate, expected in ((stranger, False), (peer, True)):
        text = f"server {primary.address} 853\nzone {ZONE}\nadd new.{ZONE} 60 A 192.0.2.9"
        done = run("knsupdate", "-S", "-E", certificate.path, "-K", certificate.key.path,
                   stdin=text + "\nsend\n", check=False)
        stage.expect("done", str(expected), "error" not in done.stdout.lower())
    types = [(line.type, str(line)) for line in primary.verdicts()]
    stage.require(types == [("UPDATE", "refused, mismatch"), ("UPDATE", "allowed")],
                  f"logged: {types}")


def notifies_are_guarded_where_the_operator_says_so(stage):
    secondary = stage.guarded_secondary(["ns1.example.com"], action=["notify"])
    primary = stage.primary(modules={}, zones={ZONE: {"acl": "xot", "notify": "ns2"}},
                            more={"remote": [{
                                "id": "ns2", "address": f"{secondary.address}@853",
                                "via": "127.0.0.10", "tls": True}]})
    secondary.pull(ZONE)
    since = secondary.mark()
    primary.change(ZONE, 2, "www A 192.0.2.2\n")
    secondary.wait_for(r"NOTIFY refused, .*no-tlsa", since)
    stage.publish("ns1.example.com", stage.theatre.certificate.tlsa())

    def allowed():
        primary.knotc("zone-notify", ZONE)
        return secondary.matches(r"NOTIFY allowed", since)
    eventually(allowed, every=1, within=20, what="a NOTIFY is allowed")
    secondary.has(ZONE, 2)


@within(60)
def a_server_with_many_names_finds_each(stage):
    names = [f"s{number}.secondaries.example.com" for number in range(200)]
    peers = {names[number]: stage.certificate() for number in (0, 99, 199)}
    for name, peer in peers.items():
        stage.publish(name, peer.tlsa())
    primary = stage.primary(names)
    for name, peer in peers.items():
        outcome = stage.until("transferred", lambda: stage.ask(primary, peer))
        stage.expect(name, "transferred", outcome)
        stage.expect("the name logged", name, outcome.line.client.rstrip("."))


@within(60)
def records_outlive_their_ttl_only_by_max_stale(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    resolver = stage.unbound()
    terms = {"strict": 0, "lenient": 3600}
    modules = {name: stage.options([NAME], resolver=[resolver.address], max_stale=seconds)
               for name, seconds in terms.items()}
    primary = stage.primary(modules=modules, zones={
        f"{name}.example": {"module": f"mod-dance/{name}", "acl": "xot"}
        for name in terms})
    for name in terms:
        stage.expect(f"{name}, with a resolver", "transferred",
                     stage.ask(primary, peer, f"{name}.example"))
    stage.retire(resolver)
    stage.expect("strict, without", "failed", stage.until(
        "failed", lambda: stage.ask(primary, peer, "strict.example").line.done))
    stage.expect("lenient, without", "transferred",
                 stage.ask(primary, peer, "lenient.example"))


def a_catalog_is_guarded_by_a_module_of_all_zones_too(stage):
    peer, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = stage.primary([NAME], zones={
        CATALOG: {"acl": "xot", "catalog-role": "generate"},
        "member.example": {"acl": "xot", "catalog-role": "member",
                           "catalog-zone": CATALOG}},
        more={"template": [{"id": "default", "global-module": "mod-dance/xot"}]})
    for kind in ("SOA", "PTR"):
        seen = asker.ask(primary.address, CATALOG, kind, certificate=stranger)
        stage.expect(f"{kind}, a stranger", "NOTAUTH, EDE 18", seen)
        seen = asker.ask(primary.address, CATALOG, kind, certificate=peer)
        stage.expect(f"{kind}, the peer", "NOERROR", seen)


def a_catalog_is_known_by_its_content_to_a_module_of_all_zones(stage):
    """Whatever its NS record is (RFC 9432 4.2.1); others than catalogs are answered."""
    member = '{id}.zones PTR {name}.example.\n'.format
    version = 'version TXT "2"\n'.format
    contents = {
        CATALOG: version() + member(id="m1", name="secret"),
        "draft.example": 'version TXT "1"\n' + member(id="m1", name="secret"),
        "custom.example": version() + 'setting.ext TXT "secret"\n',
        "public.example": version() + 'www A 192.0.2.1\n',
        "zones.example": 'version TXT "2.0"\n' + member(id="m1", name="public")}
    catalogs = list(contents)[:3]
    peer, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa(), ttl=600)  # longer than many questions take
    primary = stage.primary([NAME], start=False, zones={zone: {"acl": "xot"}
                                                        for zone in contents},
                            more={"template": [{"id": "default",
                                                "global-module": "mod-dance/xot"}]})
    for zone, records in contents.items():
        primary.write_zone(zone, records=records)
    primary.start()

    def questions(zone):
        return [(zone, kind) for kind in ("SOA", "NS", "PTR", "TXT", "ANY")] + [
            (f"version.{zone}", "TXT"), (f"m1.zones.{zone}", "PTR"),
            (f"m1.zones.{zone}", "ANY"), (f"setting.ext.{zone}", "TXT"),
            (f"zones.{zone}", "PTR"), (f"nothing.{zone}", "A")]

    def ways():
        return {
            "a stranger": {"certificate": stranger}, "nobody, by TLS": {},
            "plain TCP": {"tls": False}}
    for zone in catalogs:
        for name, kind in questions(zone):
            for who, how in ways().items():
                seen = asker.ask(primary.address, name, kind, **how)
                stage.expect(f"{name} {kind}, {who}", "NOTAUTH, EDE 18", seen)
                stage.expect("records", "[]", seen.types)
            seen = asker.ask_udp(primary.address, name, kind)
            stage.expect(f"{name} {kind}, UDP", "NOTAUTH", seen.rcode)
            stage.expect("records", "[]", seen.types)
        stage.expect(f"{zone}, the peer", "NOERROR",
                     asker.ask(primary.address, zone, "SOA", certificate=peer))
        stage.expect(f"{zone}, the peer", "transferred", stage.ask(primary, peer, zone))
    for zone in list(contents)[3:]:
        for who, how in ways().items():
            stage.expect(f"version.{zone}, {who}", "NOERROR", asker.ask(
                primary.address, f"version.{zone}", "TXT", **how))
        stage.expect(f"{zone}, UDP", "NOERROR", stage.udp(primary, zone))
