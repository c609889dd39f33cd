# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The main job, and the main ways of getting it wrong. These cases are also what the demo
# shows, with what they say.

from stage import NAME, ZONE, within
from world import BROKEN_OWNER

OTHER_NAME = "ns3.example.org"
OTHER_ZONE = "example.org"


def a_nameless_self_signed_secondary_is_known_by_its_tlsa_record(stage):
    stage.say("An unmodified knotd, with the certificate that it made for itself. Its "
              "key's digest:", "knotc status cert-key    # TLSA wants it in hex")
    secondary = stage.known_secondary()
    stage.set_up(f"The primary's operator permits the name {NAME}, and nothing else:",
                 "mod-dance:", "  - id: xot", f"    client: [ {NAME} ]",
                 "acl:", "  - id: xot", "    protocol: tls", "    action: transfer",
                 "zone:", f"  - domain: {ZONE}", "    module: mod-dance/xot",
                 "    acl: xot")
    primary = stage.primary([NAME], more={
        "remote": [{"id": "ns2", "address": f"{secondary.address}@53",
                    "via": "127.0.0.10"}]}, start=False)
    primary.sections["zone"][0]["notify"] = "ns2"
    since = secondary.mark()
    primary.start()
    stage.expect("its key is published as TLSA 3 1 1", "transferred by AXFR",
                 secondary.outcome(ZONE, since))
    since = secondary.mark()
    stage.say("The zone changes; the primary sends a NOTIFY.",
              f"knotc zone-reload {ZONE}")
    primary.change(ZONE, 2, "www A 192.0.2.2\n")
    secondary.wait_for(r"notify, incoming, .*serial 2", since)
    stage.expect("after a change and a NOTIFY", "transferred by IXFR",
                 secondary.outcome(ZONE, since))
    secondary.has(ZONE, 2)
    line = primary.verdicts()[-1]
    stage.show(line)
    stage.expect("the name that is logged", NAME, line.client.rstrip("."))
    stage.require(line.key == secondary.key_digest(), "another key is logged")
    stage.require("record 3 1 1," in line.rest, f"no record is logged: {line.rest}")


def ten_transfers_in_a_row_never_resume_a_tls_session(stage):
    tap = stage.tap()
    secondary = stage.known_secondary(remote=tap.address)
    stage.primary([NAME])
    stage.say("A relay between the two sees whether the primary takes a session ticket; "
              "a resumed session would prove no key. Ten transfers, as fast as they go:",
              f"knotc zone-retransfer {ZONE}")
    seen = [secondary.pull(ZONE) for _ in range(10)]
    transferred = seen.count("transferred by AXFR")
    stage.require(len(tap.seen) >= 10, f"the relay saw {len(tap.seen)} connections")
    stage.expect("ten transfers in a row", "10 transferred, 0 sessions resumed",
                 f"{transferred} transferred, {tap.seen.count(True)} sessions resumed")


@within(60)
def a_withdrawn_record_shuts_the_secondary_out_and_a_new_one_lets_it_in(stage):
    secondary = stage.known_secondary()
    record = f"3 1 1 {secondary.key_digest()}"
    primary = stage.primary([NAME])
    stage.expect("its record is there", "transferred by AXFR", stage.pull(secondary))
    stage.withdraw(NAME)
    stage.say("Asked again and again, until the record's TTL has passed.",
              f"knotc zone-retransfer {ZONE}")
    refused = "refused with NOTAUTH"
    seen = stage.until(refused, lambda: secondary.pull(ZONE))
    line = primary.verdicts()[-1]
    stage.show(line)
    stage.expect("its record is withdrawn", "refused with NOTAUTH, no-tlsa",
                 f"{seen}, {line.verdict}")
    stage.publish(NAME, record)
    stage.expect("its record is back", "transferred by AXFR",
                 stage.until("transferred by AXFR", lambda: secondary.pull(ZONE)))


def a_key_rolls_with_the_next_record_published_before(stage):
    old, new = stage.certificate(NAME), stage.certificate(NAME)
    secondary = stage.secondary(certificate=old)
    stage.say("The record of the next key is published next to that of the current one.")
    stage.publish(NAME, old.tlsa(), new.tlsa())
    primary = stage.primary([NAME])
    stage.expect("with the old key", "transferred by AXFR", stage.pull(secondary))
    stage.say("The secondary changes to the new key. Nobody touches the primary.",
              "knotc reload")
    secondary.sections["server"].update({"cert-file": new.path, "key-file": new.key.path})
    secondary.reload()
    stage.expect("with the new key", "transferred by AXFR", stage.pull(secondary))
    keys = [line.key for line in primary.verdicts() if line.done == "allowed"]
    stage.require(keys[0] == old.key.digest and keys[-1] == new.key.digest,
                  "not the two keys are logged")


def an_impostor_with_the_permitted_name_and_another_key_is_refused(stage):
    honest, impostor = stage.certificate(NAME), stage.certificate(NAME)
    stage.publish(NAME, honest.tlsa())
    primary = stage.primary([NAME])
    stage.expect("an impostor: the name in the certificate, another key",
                 "refused, mismatch", stage.ask(primary, impostor))
    stage.expect("the honest one", "transferred", stage.ask(primary, honest))


def a_further_name_in_the_certificate_of_a_proved_peer_proves_nothing(stage):
    honest = stage.certificate(NAME)
    peer = stage.certificate(OTHER_NAME, NAME)
    stage.publish(NAME, honest.tlsa())
    stage.publish(OTHER_NAME, peer.tlsa())
    primary = _two_names_for_two_zones(stage)
    stage.expect("a peer, for its own zone", "transferred",
                 stage.ask(primary, peer, OTHER_ZONE))
    stage.expect("the same, for that of another name in its certificate",
                 "refused, mismatch", stage.ask(primary, peer, ZONE))


def a_client_without_a_key_is_refused_from_any_address(stage):
    primary = stage.primary([NAME], start=False)
    primary.sections["acl"] = [{"id": "xot", "address": "127.0.0.31",
                                "action": "transfer"}]
    primary.start()
    stage.set_up("Knot's own acl lets this address in; that is not enough:", "acl:",
                 "  - id: xot", "    address: 127.0.0.31", "    action: transfer")
    stage.expect("no certificate", "refused, credential", stage.ask(primary))
    stage.expect("plain TCP", "refused, transport", stage.ask(primary, tls=False))
    stranger = stage.certificate(NAME)
    stage.expect("a permitted address and name, but no record", "refused, no-tlsa",
                 stage.ask(primary, stranger))
    stage.publish(NAME, stranger.tlsa())
    stage.expect("the same, once it is published", "transferred",
                 stage.until("transferred", lambda: stage.ask(primary, stranger)))


def records_that_dnssec_does_not_prove_are_refused_each_for_its_own_reason(stage):
    peer = stage.certificate()
    for owner, expected in (("ns2.unsigned.net", "refused, insecure"),
                            (BROKEN_OWNER, "failed, bogus")):
        stage.publish(owner, peer.tlsa())
        primary = stage.primary([owner])
        what = {"ns2.unsigned.net": "a TLSA record in an unsigned zone",
                BROKEN_OWNER: "a TLSA record with a wrong signature"}[owner]
        stage.expect(what, expected, stage.ask(primary, peer))
        stage.retire(primary)


def an_unreachable_resolver_lets_nobody_in(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    hole = stage.black_hole()
    stage.set_up("A resolver that takes every query and answers none:",
                 "mod-dance:", "  - id: xot", f"    client: [ {NAME} ]",
                 f"    resolver: [ {hole} ]")
    primary = stage.primary([NAME], resolver=[hole])
    stage.expect("the resolver is unreachable", ("failed, timeout", "failed, lookup"),
                 stage.ask(primary, peer))
    stage.expect("SOA over UDP meanwhile", "NOERROR", stage.udp(primary))


def two_names_get_their_own_zones_and_not_each_others(stage):
    first = stage.known_secondary(NAME, zones=[ZONE, OTHER_ZONE], address="127.0.0.21")
    second = stage.known_secondary(OTHER_NAME, zones=[ZONE, OTHER_ZONE],
                                   address="127.0.0.22")
    _two_names_for_two_zones(stage)
    refused = "refused with NOTAUTH"
    for secondary, own, other in ((first, ZONE, OTHER_ZONE), (second, OTHER_ZONE, ZONE)):
        stage.expect(f"{secondary.name}, its own zone", "transferred by AXFR",
                     stage.pull(secondary, own))
        stage.expect(f"{secondary.name}, the other's zone", refused,
                     stage.pull(secondary, other))


def an_acl_by_dns_name_works_with_the_module_and_lets_nobody_in_without(stage):
    first = stage.known_secondary(NAME, zones=[ZONE, OTHER_ZONE], address="127.0.0.21")
    second = stage.known_secondary(OTHER_NAME, zones=[ZONE, OTHER_ZONE],
                                   address="127.0.0.22")
    stage.set_up("One module instance for all zones; Knot's own acl tells names apart:",
                 "mod-dance:", "  - id: xot", f"    client: [ {NAME}, {OTHER_NAME} ]",
                 "    identity-address: on", "acl:", "  - id: ns2",
                 f"    address: /dance/{NAME}", "    protocol: tls",
                 "    action: transfer")
    guard = {"module": "mod-dance/xot"}
    primary = stage.primary(
        modules={"xot": stage.options([NAME, OTHER_NAME], identity_address=True)},
        zones={ZONE: {**guard, "acl": "ns2"}, OTHER_ZONE: {**guard, "acl": "ns3"}},
        start=False)
    primary.sections["acl"] = [
        {"id": identity, "address": f"/dance/{name}", "protocol": "tls",
         "action": "transfer"} for identity, name in (("ns2", NAME), ("ns3", OTHER_NAME))]
    primary.start()
    pairs = ((first, ZONE, OTHER_ZONE), (second, OTHER_ZONE, ZONE))
    for secondary, own, other in pairs:
        stage.expect(f"acl by name, {secondary.name}, its own zone",
                     "transferred by AXFR", stage.pull(secondary, own))
        since = primary.mark()
        stage.expect(f"acl by name, {secondary.name}, the other's zone",
                     "refused with NOTAUTH", stage.pull(secondary, other))
        primary.wait_for(r"ACL, denied, action transfer, remote /dance/ns", since)
    stage.say("The same configuration without the module.")
    del primary.sections["module"], primary.sections["mod-dance"]
    for entry in primary.sections["zone"]:
        del entry["module"]
    stage.require(not primary.stop(), "the primary did not end well")
    primary.start()
    for secondary, own, _ in pairs:
        stage.expect(f"acl by name without the module, {secondary.name}",
                     "refused with NOTAUTH", stage.pull(secondary, own))


def _two_names_for_two_zones(stage):
    stage.set_up(f"{NAME} may have {ZONE}, and {OTHER_NAME} {OTHER_ZONE}:",
                 "mod-dance:", "  - id: one", f"    client: [ {NAME} ]",
                 "  - id: two", f"    client: [ {OTHER_NAME} ]",
                 "zone:", f"  - domain: {ZONE}", "    module: mod-dance/one",
                 f"  - domain: {OTHER_ZONE}", "    module: mod-dance/two")
    # Both may come by themselves before the first lookups end: half of the workers may wait.
    return stage.primary(
        modules={"one": stage.options([NAME]), "two": stage.options([OTHER_NAME])},
        zones={ZONE: {"module": "mod-dance/one", "acl": "xot"},
               OTHER_ZONE: {"module": "mod-dance/two", "acl": "xot"}},
        more={"server": {"tcp-workers": 8}})
