# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What operators write into knot.conf: mistakes and what is said of them, scopes, rules
# next to the module's, changes by reload.

import os
import re
import threading

import asker
from process import eventually
from stage import NAME, ZONE

OTHER_NAME = "ns3.example.org"


def a_right_configuration_passes_the_check(stage):
    primary = stage.primary([NAME, "*.secondaries.example.com"], start=False,
                            action=["transfer", "notify", "update"], timeout=300,
                            usage=["dane-ee", "dane-ta"], max_stale="1h",
                            lookups_per_second=1000, lookups_in_flight=512,
                            remember=200000,
                            resolver=["127.0.1.2", "127.0.1.2@5353"])
    primary.write_zone(ZONE)
    checked = primary.check()
    stage.require(checked.returncode == 0, checked.stdout)


def each_mistake_in_the_configuration_gets_a_sentence_that_names_it(stage):
    missing = os.path.join(stage.folder, "missing.pem")
    mistakes = {
        "client": [{"clients": None}],
        "name|label|client": [{"clients": ["ns2..example.net"]},
                              {"clients": ["a" * 64 + ".example.net"]},
                              {"clients": ["ns*.example.net"]}],
        "ca-file": [{"usage": ["pkix-ta"]}, {"usage": ["dane-ee", "pkix-ee"]},
                    {"usage": ["pkix-ee"], "ca_file": missing}],
        "resolver": [{"resolver": ["resolver.example.net"]}, {"resolver": ["127.0.1"]}],
        "lookups-per-second": [{"lookups_per_second": 0}],
        "lookups-in-flight": [{"lookups_in_flight": 4097}],
        "remember": [{"remember": 10000001}],
        "action": [{"action": ["transfers"]}],
        "usage": [{"usage": ["dane"]}],
        "identity-address": [{"clients": [f"{'a' * 60}.{'b' * 60}.example.net"],
                              "identity_address": True},
                             {"refuse": False}, {"identity_entry": True},
                             {"refuse": False, "identity_address": False}],
    }
    for word, options in mistakes.items():
        for wrong in options:
            primary = stage.primary(start=False, modules={
                "xot": stage.options(**{"clients": [NAME], **wrong})})
            checked = primary.check()
            said = [line for line in checked.stdout.splitlines() if re.search(word, line)]
            stage.require(checked.returncode != 0, f"{wrong} passes the check")
            stage.require(said, f"{wrong} gets no word of '{word}': {checked.stdout}")
            stage.say(said[-1])


def the_module_guards_every_zone_from_the_default_template(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    zones = {f"{name}.example": {"acl": "xot"} for name in ("one", "two")}
    primary = stage.primary([NAME], zones=zones, more={
        "template": [{"id": "default", "global-module": "mod-dance/xot"}]})
    for zone in zones:
        stage.expect(f"{zone}, the peer", "transferred", stage.ask(primary, peer, zone))
        stage.expect(f"{zone}, a stranger", "refused, mismatch",
                     stage.ask(primary, stage.certificate(), zone))


def the_module_guards_only_the_zones_that_ask_for_it(stage):
    primary = stage.primary([NAME], zones={
        ZONE: {"module": "mod-dance/xot", "acl": "xot"}, "open.example": {"acl": "xot"}})
    stranger = stage.certificate()
    stage.expect("guarded", "refused, no-tlsa", stage.ask(primary, stranger))
    stage.expect("not guarded", "transferred",
                 asker.ask(primary.address, "open.example", certificate=stranger))


def an_acl_rule_that_does_not_ask_for_tls_is_warned_of_by_name(stage):
    primary = stage.primary([NAME], start=False)
    primary.sections["acl"] += [
        {"id": "anywhere", "action": "transfer"},
        {"id": "notifier", "action": "notify", "address": "127.0.0.77"}]
    primary.sections["zone"][0]["acl"] = ["xot", "anywhere", "notifier"]
    primary.start()
    warnings = [match.string for match in primary.matches(r" warning: .*mod-dance")]
    stage.require(warnings, "nothing is warned of")
    stage.say(warnings[0])
    wrong = [line for line in warnings if "acl anywhere (" not in line]
    stage.require(not wrong, f"a warning that does not name that rule: {wrong}")


def an_acl_rule_for_tls_only_is_not_warned_of(stage):
    primary = stage.primary([NAME])
    warnings = primary.matches(r" warning: .*mod-dance")
    stage.require(not warnings, f"{[match.string for match in warnings]}")


def a_reload_changes_who_may_come(stage):
    peers = {NAME: stage.certificate(), OTHER_NAME: stage.certificate()}
    for name, peer in peers.items():
        stage.publish(name, peer.tlsa())
    primary = stage.primary([NAME])
    stage.expect("listed", "transferred", stage.ask(primary, peers[NAME]))
    stage.expect("not listed", "refused, mismatch", stage.ask(primary, peers[OTHER_NAME]))
    primary.sections["mod-dance"][0]["client"] = [OTHER_NAME]
    primary.reload()
    stage.expect("no longer listed", "refused, mismatch", stage.until(
        "refused, mismatch", lambda: stage.ask(primary, peers[NAME])))
    stage.expect("now listed", "transferred", stage.ask(primary, peers[OTHER_NAME]))


def reloads_under_load_refuse_nobody(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = stage.primary([NAME, OTHER_NAME])
    stage.expect("before", "transferred", stage.ask(primary, peer))
    over, seen = threading.Event(), []

    def keep_asking():
        while not over.is_set():
            try:
                seen.append(str(asker.ask(primary.address, ZONE, certificate=peer)))
            except OSError as error:
                seen.append(repr(error))

    threads = [threading.Thread(target=keep_asking) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for number in range(10):
            # Every other time the module's own section changes as well.
            primary.sections["mod-dance"][0]["timeout"] = 500 + number // 2
            primary.reload()
            count = len(seen)
            eventually(lambda: len(seen) > count + 2, what="questions go on")
    finally:
        over.set()
        for thread in threads:
            thread.join()
    stage.say(f"{len(seen)} questions were put during ten reloads.")
    wrong = [outcome for outcome in seen if outcome != "transferred"]
    stage.require(not wrong, f"{len(wrong)} of {len(seen)}: {wrong[:3]}")
    stage.expect("after", "transferred", stage.ask(primary, peer))


def a_reload_forgets_no_records(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    resolver = stage.unbound()
    primary = stage.primary([NAME], resolver=[resolver.address], max_stale="1h")
    stage.expect("before", "transferred", stage.ask(primary, peer))
    stage.say("Nothing can be looked up any more.")
    stage.retire(resolver)
    primary.reload()
    stage.expect("after a reload", "transferred", stage.ask(primary, peer))
    primary.sections["mod-dance"][0]["client"] = [NAME, OTHER_NAME]
    primary.reload()
    stage.expect("after one with another name", "transferred", stage.ask(primary, peer))
    primary.sections["mod-dance"][0]["timeout"] = 400
    primary.reload()
    stage.expect("after one with another option", "transferred", stage.ask(primary, peer))


def the_module_can_be_taken_out_and_put_in_again_by_reloads(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = stage.primary([NAME])
    stage.expect("with it", "transferred", stage.ask(primary, peer))
    kept = {name: primary.sections.pop(name) for name in ("module", "mod-dance")}
    zone = primary.sections["zone"][0]
    del zone["module"]
    zone["acl"] = None
    primary.reload()
    stage.expect("without it and its acl", "NOTAUTH",
                 asker.ask(primary.address, ZONE, certificate=peer))
    primary.sections.update(kept)
    zone.update({"module": "mod-dance/xot", "acl": "xot"})
    primary.reload()
    stage.expect("with it again", "transferred",
                 stage.until("transferred", lambda: stage.ask(primary, peer)))
    stage.expect("a stranger", "refused, mismatch",
                 stage.ask(primary, stage.certificate()))
