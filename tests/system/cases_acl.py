# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# `refuse: off`: the module adds the proved identity, and knotd's own ACL decides about all
# others as it did before. Who gets the zone then, and what is said of it.

import base64
import re

import asker
import wire
from process import eventually, run
from stage import NAME, ZONE, within
from world import BROKEN_OWNER

SECRET = "c2VjcmV0cyBhcmUgbm90IHdoYXQgdGhpcyBpcyBmb3I="
OTHER_SECRET = "YW5vdGhlciBzZWNyZXQgdGhhdCBub2JvZHkgaGFzIGhlcmU="
SILENT = "ns2.hole.org"
BY_KEY = {"id": "by-key", "key": "shared", "action": ["transfer", "notify", "update"]}


def _by_name(name=NAME, **more):
    return {"id": "by-name", "address": f"/dance/{name}", "protocol": "tls",
            "action": ["transfer", "notify", "update"], **more}


def _mixed(stage, clients=(NAME,), rules=None, start=True, more=None, zones=None, **options):
    """A primary whose zone goes by TSIG key and by name, each in a rule of its own."""
    options = {"identity_address": True, "refuse": False,
               "action": ["transfer", "notify", "update"], **options}
    primary = stage.primary(list(clients), start=False, zones=zones, **options)
    primary.sections["key"] = [{"id": key, "algorithm": "hmac-sha256", "secret": SECRET}
                               for key in ("shared", "unused")]
    primary.sections["acl"] = rules if rules is not None else [BY_KEY, _by_name()]
    for zone in primary.sections["zone"]:
        zone["acl"] = [rule["id"] for rule in primary.sections["acl"]]
    for section, content in (more or {}).items():
        primary.sections.setdefault(section, {}).update(content)
    return primary.start() if start else primary


def _signed(secret=SECRET, key="shared"):
    return "-y", f"hmac-sha256:{key}:{secret}"


def _pin(certificate):
    return base64.b64encode(bytes.fromhex(certificate.key.digest)).decode()


def _silent_zone(stage):
    """A delegation whose server answers nothing."""
    hole = stage.black_hole()
    stage.world.publish("hole.org", "ns.hole.org.", kind="NS")
    stage.world.publish("ns.hole.org", hole, kind="A")


def _kdig(primary, *options):
    """'transferred', or the error that kdig prints."""
    text = run("kdig", f"@{primary.address}", "+retry=0", *options, ZONE, "AXFR",
               check=False).stdout
    if re.search(r"\d+ records", text):
        return "transferred"
    found = re.search(r"error '(\w+)'", text)
    return found.group(1) if found else text.strip()


def _over_tls(primary, certificate, *options):
    shown = [f"+tls-certfile={certificate.path}", f"+tls-keyfile={certificate.key.path}"] \
        if certificate else []
    return _kdig(primary, "-p", "853", "+tls", *shown, *options)


def _over_tcp(primary, *options):
    return _kdig(primary, "+tcp", *options)


def _notify():
    """A NOTIFY for the zone (RFC 1996), which is a query for its SOA with another opcode."""
    message = bytearray(wire.query(7, ZONE, "SOA"))
    message[2] |= 4 << 3
    return bytes(message)


@within(90)
def whoever_is_not_proved_is_left_to_the_acl(stage):
    proved, unknown, unsigned = (stage.certificate() for _ in range(3))
    silent = stage.certificate(SILENT)
    bogus = stage.certificate(BROKEN_OWNER)
    stage.publish(NAME, proved.tlsa())
    stage.publish(BROKEN_OWNER, bogus.tlsa())
    stage.publish("ns2.unsigned.net", unsigned.tlsa())
    _silent_zone(stage)
    clients = [NAME, BROKEN_OWNER, SILENT]
    primary = _mixed(stage, clients, rules=[BY_KEY] + [
        _by_name(name, id=f"by-name{number}") for number, name in enumerate(clients)])
    rows = [
        ("proved", proved, (), "transferred"),
        ("proved, and signed by the key", proved, _signed(), "transferred"),
        ("signed, with no certificate", None, _signed(), "transferred"),
        ("signed, with an unknown certificate", unknown, _signed(), "transferred"),
        ("signed, DNS gives no answer", silent, _signed(), "transferred"),
        ("signed by a key of no rule, DNS gives no answer", silent, _signed(key="unused"),
         "NOTAUTH"),
        ("signed with another secret", None, _signed(OTHER_SECRET), "BADSIG"),
        ("proved, and signed with another secret", proved, _signed(OTHER_SECRET), "BADSIG"),
        ("no certificate", None, (), "NOTAUTH"),
        ("records that fail validation", bogus, (), "SERVFAIL"),
        ("records that cannot be looked up", silent, (), "SERVFAIL"),
    ]
    for what, certificate, more, expected in rows:
        stage.expect(what, expected, _over_tls(primary, certificate, *more))
    for what, more, expected in (("signed, over TCP", _signed(), "transferred"),
                                 ("nothing, over TCP", (), "NOTAUTH")):
        stage.expect(what, expected, _over_tcp(primary, *more))


def a_client_left_to_the_acl_is_logged_with_the_reason(stage):
    stage.publish(NAME, stage.certificate().tlsa())
    primary = _mixed(stage)
    stage.expect("a stranger", "NOTAUTH",
                 asker.ask(primary.address, ZONE, certificate=stage.certificate()))
    line = eventually(primary.verdicts)[-1]
    stage.expect("the line", "left to the acl, mismatch", line)
    stage.require("; do: publish TLSA 3 1 1 of this key" in line.text, line.text)
    stage.expect("over TCP", "transferred", _over_tcp(primary, *_signed()))
    stage.expect("its line", "left to the acl, transport", primary.verdicts()[-1])


@within(60)
def a_transfer_of_many_messages_is_decided_once(stage):
    _silent_zone(stage)
    primary = _mixed(stage, [SILENT], start=False)
    primary.write_zone(ZONE, records="".join(
        f"h{number} TXT {'x' * 200}\n" for number in range(20_000)))
    primary.start()
    unknown = stage.certificate()
    ways = (("TSIG over TCP", lambda: _over_tcp(primary, *_signed()), "transport"),
            ("TSIG over TLS, with a certificate",
             lambda: _over_tls(primary, unknown, *_signed()), "timeout"),
            ("TSIG over TLS, without", lambda: _over_tls(primary, None, *_signed()),
             "credential"))
    for what, ask, verdict in ways:
        before, since = primary.count(ZONE, verdict), primary.mark()
        stage.expect(what, "transferred", ask())
        lines = primary.verdicts(since)
        stage.expect(f"{what}, lines", "1", len(lines))
        if verdict != "timeout":
            stage.expect(f"{what}, counted", "1", primary.count(ZONE, verdict) - before)


@within(60)
def after_each_message_the_acl_sees_the_next_query_under_its_own_address(stage):
    peer, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa())
    rules = [_by_name(action="transfer"),
             {"id": "notify", "address": "127.0.0.31", "action": "notify"}]
    primary = _mixed(stage, rules=rules, action="transfer", start=False,
                     more={"server": {"tcp-workers": 1}})
    primary.write_zone(ZONE, records="".join(
        f"h{number} TXT {'x' * 200}\n" for number in range(20_000)))
    primary.start()

    def seen(how, action, port):
        return rf"ACL, {how}, action {action}, remote 127\.0\.0\.31@{port} "

    stage.say("All queries are of one thread of the server, which has just sent the zone to a "
              "proved client, or lost it.")
    for whole in (True, False):
        with asker.Asker(primary.address, certificate=peer) as known:
            since = primary.mark()
            stage.expect("the proved client", "NOERROR", known.begin(ZONE))
            primary.wait_for(rf"AXFR, outgoing, remote /dance/{re.escape(NAME)}", since)
            if whole:
                stage.expect("all of it", "transferred", known.finish())
                known.put(_notify())
                primary.wait_for(seen("allowed", "notify", known.port), since)
        for how in ({"certificate": stranger}, {"tls": False}):
            since = primary.mark()
            with asker.Asker(primary.address, **how) as next_one:
                stage.expect("the next one", "NOTAUTH", next_one.ask(ZONE))
                primary.wait_for(seen("denied", "transfer", next_one.port), since)


def a_proved_client_that_no_rule_names_keeps_its_address(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    denied = {"id": "denied", "address": "127.0.0.32", "action": "transfer", "deny": True}
    allowed = {"id": "allowed", "address": ["127.0.0.31", "127.0.0.32"],
               "action": "transfer"}
    primary = _mixed(stage, rules=[denied, allowed])
    stage.expect("by the rule for its address", "transferred",
                 asker.ask(primary.address, ZONE, certificate=peer))
    line = primary.verdicts()[-1]
    stage.require("keeps its address" in line.text, line.text)
    stage.expect("by the rule that denies its address", "NOTAUTH", asker.ask(
        primary.address, ZONE, certificate=peer, source="127.0.0.32"))
    primary.wait_for(r"denied by the acl, .*\(no acl rule allows this client\); do: ")
    stage.say("A rule for its name is added, for another action, then for this one.")
    for action, source, expected in ((["notify"], "127.0.0.31", "transferred"),
                                     (["notify"], "127.0.0.32", "NOTAUTH"),
                                     (["transfer"], "127.0.0.32", "transferred")):
        primary.sections["acl"] = [_by_name(action=action), denied, allowed]
        primary.sections["zone"][0]["acl"] = ["by-name", "denied", "allowed"]
        primary.reload()
        stage.expect(f"a rule for {action}, from {source}", expected,
                     asker.ask(primary.address, ZONE, certificate=peer, source=source))


def a_rule_that_denies_a_name_every_action_denies_it(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = _mixed(stage, rules=[
        {"id": "denied", "address": f"/dance/{NAME}", "deny": True},
        {"id": "allowed", "address": "127.0.0.0/8", "action": "transfer"}])
    stage.expect("a stranger", "transferred",
                 asker.ask(primary.address, ZONE, certificate=stage.certificate()))
    stage.expect("the one denied", "NOTAUTH",
                 asker.ask(primary.address, ZONE, certificate=peer))


def a_rule_for_a_name_and_a_key_asks_for_both(stage):
    peer, unknown = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = _mixed(stage, rules=[_by_name(key="shared")])
    stage.expect("both", "transferred", _over_tls(primary, peer, *_signed()))
    stage.expect("the name alone", "NOTAUTH", _over_tls(primary, peer))
    stage.expect("the key alone", "NOTAUTH", _over_tls(primary, unknown, *_signed()))
    stage.expect("the key alone, over TCP", "NOTAUTH", _over_tcp(primary, *_signed()))


@within(60)
def where_the_acl_lets_anybody_in_the_module_goes_on_refusing(stage):
    peer, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa())
    anybody = [{"protocol": "tls"}, {"protocol": "tcp"}, {}, {"address": "0.0.0.0/0"},
               {"address": ["192.0.2.1", "0.0.0.0-255.255.255.255"]},
               {"address": ["::/0", "127.0.0.0/8"]},
               {"address": ["0.0.0.0/1", "128.0.0.0/1"]}, {"address": "2000::/3"},
               {"address": ["0.0.0.1-127.255.255.255", "128.0.0.0-255.255.255.254"]}]
    for rule in anybody:
        primary = _mixed(stage, rules=[
            _by_name(), {"id": "anybody", **rule, "action": "transfer"}])
        primary.wait_for(r"error: .*'refuse: off' has no effect, acl anybody \(")
        stage.expect(f"a stranger, {rule}", "refused, mismatch",
                     stage.ask(primary, stranger))
        outcome = asker.ask(primary.address, ZONE, tls=False)
        stage.expect(f"over TCP, {rule}", "NOTAUTH, EDE 18", outcome)
        stage.expect("the peer", "transferred", stage.ask(primary, peer))
        stage.retire(primary)


@within(60)
def a_rule_that_asks_for_something_does_not_keep_the_module_refusing(stage):
    pin = stage.certificate()
    fine = [{"address": ["192.0.2.0/24", "192.0.2.1", "64.0.0.0/5", "2001:db8::/32",
                         "2001:db8:1::-2001:db8:2::", "/run/knot/socket"]}, {"key": "shared"}, {"remote": "ns9"},
            {"cert-key": _pin(pin)}, {"address": "0.0.0.0/0", "deny": True}]
    for rule in fine:
        primary = _mixed(stage, start=False, rules=[
            _by_name(), {"id": "fine", **rule, "action": "transfer"}])
        primary.sections["remote"] = [{"id": "ns9", "address": "192.0.2.9"}]
        primary.start()
        stage.require(not primary.matches("has no effect"), f"{rule} is taken for open")
        stage.expect(f"a stranger, {rule}", "NOTAUTH",
                     asker.ask(primary.address, ZONE, certificate=stage.certificate()))
        stage.retire(primary)


def a_rule_for_what_is_not_guarded_does_not_keep_the_module_refusing(stage):
    primary = _mixed(stage, action=["transfer"], rules=[
        BY_KEY, _by_name(), {"id": "anybody", "action": "update"}])
    stage.expect("the key", "transferred", _over_tcp(primary, *_signed()))
    stage.require(not primary.matches("has no effect"), "'anybody' is taken for open")


def a_global_module_goes_on_refusing(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = _mixed(stage, start=False)
    del primary.sections["zone"][0]["module"]
    primary.sections["template"] = [{"id": "default", "global-module": "mod-dance/xot"}]
    primary.start()
    primary.wait_for(r"error: .*'refuse: off' has no effect \(a global module")
    stage.expect("the key alone", "NOTAUTH", _over_tcp(primary, *_signed()))
    stage.expect("the peer", "transferred", stage.ask(primary, peer))


def one_rule_does_for_all_names_below_a_suffix(stage):
    suffix = "*.secondaries.example.com"
    peers = {name: stage.certificate(name) for name in (
        "ns7.secondaries.example.com", "ns8.far.secondaries.example.com")}
    for name, peer in peers.items():
        stage.publish(name, peer.tlsa())
    listed = stage.certificate()
    stage.publish(NAME, listed.tlsa())
    for refuse in (True, False):
        primary = _mixed(stage, [suffix, NAME], refuse=refuse, identity_entry=True,
                         rules=[_by_name(suffix)])
        for name, peer in peers.items():
            outcome = stage.ask(primary, peer)
            stage.expect(name, "transferred", outcome)
            stage.expect("the name logged", name, outcome.line.client)
        stage.expect("a listed name, which that rule does not name", "NOTAUTH",
                     asker.ask(primary.address, ZONE, certificate=listed))
        primary.wait_for(r"ACL, allowed, action transfer, remote /dance/\*\.secondaries")
        stage.retire(primary)


def an_instance_without_a_section_lets_nobody_in_at_a_zone(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = stage.primary([NAME], start=False)
    primary.sections["zone"][0]["module"] = "mod-dance"
    primary.start()
    primary.wait_for(r"error: .*module 'mod-dance', no client can be authenticated \(.*mod-dance/ID")
    for certificate in (peer, None):
        stage.expect("anybody", "SERVFAIL, EDE 0", asker.ask(
            primary.address, ZONE, certificate=certificate))


def a_warning_about_an_acl_is_logged_once_for_all_its_zones(stage):
    zones = {f"z{number}.example": {"module": "mod-dance/xot", "acl": "xot"}
             for number in range(30)}
    primary = stage.primary([NAME], zones=zones)
    said = r"acl allows any TLS client without this module, acl xot; do: "
    stage.expect("at the start", "1", len(primary.matches(said)))
    primary.reload()
    primary.wait_for(r"info: configuration reloaded")
    stage.expect("after a reload", "2", len(primary.matches(said)))
    other = {f"y{number}.example": {"module": "mod-dance/two", "acl": "xot"}
             for number in range(3)}
    stage.retire(primary)
    primary = stage.primary(zones={**zones, **other}, modules={
        "xot": stage.options([NAME]), "two": stage.options(["ns3.example.org"])})
    stage.expect("of two instances", "2", len(primary.matches(said)))
    stage.retire(primary)
    primary = stage.primary(zones=zones | other, modules={
        "xot": stage.options([NAME]),
        "two": stage.options([NAME], identity_address=True, refuse=False)})
    stage.expect("of one that refuses", "1", len(primary.matches(said)))
    stage.expect("of one of the same clients that does not", "1",
                 len(primary.matches("'refuse: off' has no effect")))


def an_automatic_acl_that_gives_the_zone_to_an_address_is_warned_of(stage):
    for refuse, level, zone in ((False, "error", "transferred"), (True, "warning", "NOTAUTH")):
        primary = _mixed(stage, refuse=refuse, start=False)
        primary.sections["server"]["automatic-acl"] = True
        primary.sections["remote"] = [{"id": "told", "address": "127.0.0.1@53"}]
        primary.sections["zone"][0]["notify"] = "told"
        primary.start()
        told = rf"{level}: .*automatic acl allows transfers.*, protocol TCP, id told \("
        primary.wait_for(told)
        stage.expect("from that address", zone, _over_tcp(primary))
        since = primary.mark()
        primary.reload()
        primary.wait_for(told, since)
        primary.sections["remote"][0]["automatic-acl"] = False
        since = primary.mark()
        primary.reload()
        stage.expect("once it is off", "NOTAUTH", stage.until(
            "NOTAUTH", lambda: _over_tcp(primary)))
        stage.require(not primary.matches(r"automatic acl allows", since),
                      "it is still told of")
        stage.retire(primary)


def an_extended_error_says_why_in_the_words_of_the_manual(stage):
    peer = stage.certificate()
    stage.publish("ns2.unsigned.net", peer.tlsa())
    stage.publish(BROKEN_OWNER, peer.tlsa())
    stage.publish(NAME, stage.certificate().tlsa())
    texts = {(NAME, peer): "no TLSA record matches",
             ("ns3.example.net", peer): "no TLSA record, proved by DNSSEC",
             ("ns2.unsigned.net", peer): "the answer from DNS is not DNSSEC-signed",
             (BROKEN_OWNER, peer): "DNSSEC validation failed"}
    for (name, certificate), text in texts.items():
        for options in ({}, {"identity_address": True, "refuse": False}):
            primary = stage.primary([name], start=False, **options)
            if options:
                primary.sections["acl"] = [_by_name(name, id="xot")]
            primary.start()
            outcome = asker.ask(primary.address, ZONE, certificate=certificate)
            if not options or outcome.rcode == "SERVFAIL":
                stage.require(outcome.ede_text == text, f"{name}: {outcome.ede_text!r}")
                stage.require(15 in outcome.options, f"has {outcome.options}")
                stage.expect("options that are there twice", "0",
                             len(outcome.options) - len(set(outcome.options)))
                stage.require(outcome.do, f"{name}: the DO bit is lost")
            stage.retire(primary)


def _set(primary, *settings):
    """Changes rules as an operator does with knotc; no module is loaded anew."""
    primary.knotc("conf-begin")
    for words in settings:
        primary.knotc(*words)
    primary.knotc("conf-commit")


def a_rule_that_knotc_opens_is_seen_at_once(stage):
    stage.publish(NAME, stage.certificate().tlsa())
    stranger = stage.certificate()
    far = {"id": "far", "address": "192.0.2.0/24", "action": "transfer"}
    primary = _mixed(stage, rules=[BY_KEY, _by_name(), far])
    stage.expect("before", "NOTAUTH", asker.ask(primary.address, ZONE,
                                                certificate=stranger))
    _set(primary, ("conf-unset", "acl[far].address"))
    stage.expect("a stranger", "NOTAUTH, EDE 18", asker.ask(primary.address, ZONE,
                                                            certificate=stranger))
    line = primary.verdicts()[-1]
    stage.expect("its line", "refused, mismatch", line)
    stage.require(", acl far, " in line.text, line.text)
    _set(primary, ("conf-set", "acl[far].address", "192.0.2.0/24"))
    stage.expect("the key, after it is closed again", "transferred",
                 _over_tcp(primary, *_signed()))


def a_rule_that_knotc_gives_a_name_is_seen_at_once(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = _mixed(stage, rules=[BY_KEY, _by_name("ns3.example.org")])
    stage.expect("before", "NOTAUTH", asker.ask(primary.address, ZONE, certificate=peer))
    _set(primary, ("conf-set", "acl[by-name].address", f"/dance/{NAME}"))
    stage.expect("after", "transferred", stage.ask(primary, peer))
    _set(primary, ("conf-unset", "acl[by-name].address", f"/dance/{NAME}"),
         ("conf-set", "acl[by-name].address", primary.address),
         ("conf-set", "acl[by-name].address", "127.0.0.0/24"))
    stage.expect("by its address, now that no rule names it", "transferred",
                 stage.ask(primary, peer))


def a_rule_for_a_name_that_no_client_has_is_warned_of(stage):
    suffix = "*.secondaries.example.com"
    below, listed = "ns7.secondaries.example.com", NAME
    near = {"NS2.Example.NET", f"{listed}.", "ns2.example.ne", "secondaries.example.com"}
    rows = [({}, {listed, below}, {*near, suffix}),
            ({"identity_entry": True}, {listed, suffix}, {*near, below}),
            ({"identity_address": False, "refuse": True}, (), {listed, suffix})]
    for options, right, wrong in rows:
        names = sorted({*right, *wrong})
        rules = [_by_name(name, id=f"rule{number}") for number, name in enumerate(names)]
        rules[0] = {"id": "rule0", "remote": "group", "action": "transfer"}
        rules[-1] = {**rules[-1], "deny": True, "action": None}
        primary = _mixed(stage, [suffix.upper(), f"{listed.upper()}."], start=False,
                         rules=rules, **options)
        primary.sections["remote"] = [{"id": "first", "address": f"/dance/{names[0]}",
                                       "tls": True}]
        primary.sections["remotes"] = [{"id": "group", "remote": ["first"]}]
        primary.start()
        said = {match.group(1) for match in primary.matches(
            r"warning: .*address matches no client, (?:acl|id) \S+, address /dance/(\S+) ")}
        stage.expect(f"told of with {options}", str(sorted(wrong)), sorted(said))
        stage.require(not primary.matches("denies by"), "a name is taken for none")
        stage.retire(primary)


def a_rule_that_denies_every_action_by_address_is_warned_of(stage):
    for action in (None, "transfer"):
        primary = _mixed(stage, rules=[
            {"id": "away", "address": "192.0.2.1", "deny": True, "action": action},
            BY_KEY, _by_name()])
        primary.wait_for(r"warning: .*acl does not deny authenticated clients, acl away \(")
        stage.retire(primary)


def a_rule_by_a_group_of_remotes_names_a_client(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    primary = _mixed(stage, start=False, rules=[
        BY_KEY, {"id": "by-group", "remote": "group", "action": "transfer"}])
    primary.sections["remote"] = [
        {"id": "other", "address": "192.0.2.1"},
        {"id": "plain", "address": f"/dance/{NAME}"},
        {"id": "named", "address": f"/dance/{NAME}", "tls": True}]
    primary.sections["remotes"] = [{"id": "group", "remote": ["other", "plain", "named"]}]
    primary.start()
    stage.expect("the peer", "transferred", stage.ask(primary, peer))
    stage.expect("a stranger", "NOTAUTH",
                 asker.ask(primary.address, ZONE, certificate=stage.certificate()))
    told = [match.group(1) for match in primary.matches(r"remote matches no client, id (\w+) ")]
    stage.expect("told of", "['plain']", told)
