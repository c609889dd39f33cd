# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Lists of clients in Knot: who is on the list gets the zone, under one address of the ACL; what
# DNS says of the list, and how it changes.

from fleet import ENTRY, LIST, NAMES, known, put_list
from stage import ZONE, within

def _listed(stage, rule=None, start=True, client=ENTRY, more=None, **options):
    """A primary whose one rule is for the list."""
    rule = rule or {"address": f"/dance/{client}"}
    primary = stage.primary([client], start=False, more=more,
                            **{"identity_address": True, **options})
    primary.sections["acl"] = [{"id": "xot", "protocol": "tls", "action": "transfer", **rule}]
    return primary.start() if start else primary


def _seen(stage, primary, certificate, **how):
    """'transferred', or the verdict."""
    outcome = stage.ask(primary, certificate, **how)
    return "transferred" if outcome.transferred else outcome.line.verdict


def _becomes(stage, what, expected, primary, certificate, **how):
    stage.expect(what, expected,
                 stage.until(expected, lambda: _seen(stage, primary, certificate, **how), 30))


@within(90)
def who_is_on_the_list_gets_the_zone(stage):
    first, second, third = known(stage, *NAMES)
    put_list(stage, *NAMES[:2])
    primary = _listed(stage)
    primary.wait_for(rf"list validated, list {ENTRY}, count 2")
    for name, certificate in zip(NAMES, (first, second)):
        outcome = stage.ask(primary, certificate)
        stage.expect(name, "transferred", outcome)
        stage.expect(f"the name of {name}", name, outcome.line.client)
        stage.expect(f"the entry of {name}", ENTRY, outcome.line.entry)
        stage.expect(f"the address of {name}", f"/dance/{ENTRY}", outcome.line.alias)
    stage.expect("who is not on it", "mismatch", _seen(stage, primary, third))

    # One is put on it, another one taken from it.
    put_list(stage, NAMES[0], NAMES[2])
    _becomes(stage, "the new one", "transferred", primary, third)
    primary.wait_for(rf"client added, list {ENTRY}, client {NAMES[2]}")
    primary.wait_for(rf"client removed, list {ENTRY}, client {NAMES[1]}")
    stage.expect("the old one", "mismatch", _seen(stage, primary, second))
    stage.expect("the one that stays", "transferred", _seen(stage, primary, first))

    put_list(stage)
    _becomes(stage, "an empty list", "name", primary, first)
    primary.wait_for(rf"list is empty, list {ENTRY}")


@within(90)
def a_rule_may_name_the_list_in_any_way(stage):
    (own,) = known(stage, NAMES[0])
    put_list(stage, NAMES[0])
    remotes = {"remote": [{"id": "fleet", "address": f"/dance/{ENTRY}", "tls": True}]}
    for more, rule, expected in (
            (None, {"address": f"/dance/{ENTRY}"}, "transferred"),
            (remotes, {"remote": "fleet", "protocol": None}, "transferred"),
            (None, {"address": f"/dance/{NAMES[0]}"}, "denied"),
            (None, {"address": "/dance/@other.example.net"}, "denied")):
        primary = _listed(stage, rule, more=more)
        primary.wait_for("list validated")
        text = stage.kdig(primary, ZONE, own)
        stage.expect(rule, expected, "transferred" if " records" in text else "denied")
        warned = primary.matches(r"address matches no client, .* \(no permitted client has it\);"
                                 r" do: write a name that 'client' permits, or a list in it")
        stage.require((expected == "denied") == bool(warned), f"{rule}, a warning: {warned}")
        stage.retire(primary)


@within(120)
def a_list_counts_only_if_it_is_validated(stage):
    (own,) = known(stage, NAMES[0])
    hole = stage.black_hole()
    stage.world.publish("hole.org", "ns.hole.org.", kind="NS")
    stage.world.publish("ns.hole.org", hole, kind="A")
    stage.world.publish("alias.example.org", f"{LIST}.", kind="CNAME")
    put_list(stage, NAMES[0])
    put_list(stage, NAMES[0], owner="clients.unsigned.net")
    put_list(stage, NAMES[0], owner="clients.broken.net")
    for owner, expected in (("alias.example.org", ("transferred",)),
                            ("nothing.example.net", ("name",)),
                            ("clients.unsigned.net", ("insecure",)),
                            ("clients.broken.net", ("bogus",)),
                            ("clients.hole.org", ("timeout", "lookup"))):
        primary = _listed(stage, client=f"@{owner}")
        stage.expect(owner, expected, _seen(stage, primary, own))
        if expected[0] == "bogus":
            primary.wait_for(rf"no valid list, list @{owner}, verdict bogus \(.*\); do: sign")
        stage.retire(primary)


@within(60)
def names_outside_the_fence_are_ignored(stage):
    inside, outside = known(stage, NAMES[0], NAMES[2])
    put_list(stage, NAMES[0], NAMES[2])
    primary = _listed(stage, client_within="example.net")
    stage.expect("inside", "transferred", _seen(stage, primary, inside))
    stage.expect("outside", "mismatch", _seen(stage, primary, outside))
    primary.wait_for(rf"client ignored, list {ENTRY}, client {NAMES[2]} \(it is not within")


def mistakes_with_lists_are_told_of(stage):
    for client, options, expected in (
            ("ns2.example.net", {"client_within": "example.net"},
             "client-within requires a list in client"),
            (ENTRY, {"client_within": "*.example.net"}, "client-within is not a name"),
            ("@", {}, "client '@': the name is empty"),
            ("@*.example.net", {}, "client '@*.example.net': the name may contain only")):
        primary = _listed(stage, client=client, start=False, rule={"address": "192.0.2.1"},
                         **options)
        primary.write_zone(ZONE)
        result = primary.check()
        stage.require(result.returncode != 0 and expected in result.stdout,
                      f"{client}, {options}: {result.stdout}")
    primary = _listed(stage, start=False, client_within="example.net")
    primary.write_zone(ZONE)
    result = primary.check()
    stage.require(result.returncode == 0, f"what is fine: {result.stdout}")


@within(90)
def a_list_that_cannot_be_looked_up_stays_to_its_end(stage):
    (own,) = known(stage, NAMES[0])
    put_list(stage, NAMES[0])
    resolver = stage.unbound()
    primary = _listed(stage, resolver=f"{resolver.address}@53", max_stale="1h")
    primary.wait_for("list validated")
    stage.expect("while DNS answers", "transferred", _seen(stage, primary, own))
    stage.retire(resolver)
    primary.wait_for(rf"no valid list, list {ENTRY}, verdict (lookup|timeout|bogus)", within=60)
    stage.expect("after that", "transferred", _seen(stage, primary, own))
