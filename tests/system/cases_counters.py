# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What an operator's monitoring sees: the counters of zones and of the server, how the names
# of each section stand, and all of it through knot-exporter.

import time

import exporter
from process import Failed, eventually
from stage import NAME, ZONE, within
from world import BROKEN_OWNER

ABSENT = "ns3.example.net"
UNSIGNED = "ns2.unsigned.net"
SILENT = "ns2.hole.org"
OTHER_ZONE = "other.example"
GLOBAL = {"template": [{"id": "default", "global-module": "mod-dance"}]}
# Moments, and what says nothing about names.
NAMES = ("dance-names", "dance-names-usable", "dance-names-absent", "dance-names-insecure",
         "dance-names-bogus", "dance-names-failed", "dance-records-usable")


def _gauge(primary, item):
    return primary.statistics("stats", f"mod-dance.{item}")


def _names(primary):
    """{item: {section: value}} of what is about names; without what is 0."""
    found = {item: dict(sorted(_gauge(primary, item).items())) for item in NAMES}
    return {item: values for item, values in found.items() if values}


def _await_names(what, expected, primary):
    seen = [None]

    def look():
        seen[0] = _names(primary)
        return seen[0] == expected
    try:
        eventually(look, within=20, every=0.5)
    except Failed:
        raise Failed(f"{what}: expected {expected}, seen {seen[0]}") from None


def _hole(stage):
    """A name whose server answers nothing."""
    hole = stage.black_hole()
    stage.world.publish("hole.org", "ns.hole.org.", kind="NS")
    stage.world.publish("ns.hole.org", hole, kind="A")
    return SILENT


@within(120)
def statistics_tell_how_the_names_of_each_section_stand(stage):
    peer, next_peer = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa(), next_peer.tlsa(), ttl=30)
    stage.publish(UNSIGNED, peer.tlsa())
    stage.publish(BROKEN_OWNER, peer.tlsa())
    clients = [NAME, ABSENT, UNSIGNED, BROKEN_OWNER, _hole(stage)]
    primary = stage.primary(
        modules={"xot": stage.options(clients), "other": stage.options([NAME, "*.example.org"])},
        zones={ZONE: {"module": "mod-dance/xot", "acl": "xot"},
               OTHER_ZONE: {"module": "mod-dance/other", "acl": "xot"}}, more=GLOBAL)
    began = int(time.time())
    expected = {"dance-names": {"other": 1, "xot": 5},
                "dance-names-usable": {"other": 1, "xot": 1}, "dance-names-absent": {"xot": 1},
                "dance-names-insecure": {"xot": 1}, "dance-names-bogus": {"xot": 1},
                "dance-names-failed": {"xot": 1}, "dance-records-usable": {"other": 2, "xot": 2}}
    _await_names("at first", expected, primary)

    # Moments.
    expire = _gauge(primary, "dance-records-expire-timestamp-seconds")
    ends = _gauge(primary, "dance-signatures-end-timestamp-seconds")
    now = time.time()
    stage.require(set(expire) == {"xot", "other"} and
                  all(began <= moment <= now + 31 for moment in expire.values()),
                  f"TTLs end {expire}, and it is {now}")
    stage.require(set(ends) == {"xot", "other"} and
                  all(now + 3600 < moment for moment in ends.values()),
                  f"signatures end {ends}, and it is {now}")
    stage.expect("lookups fail of", "['xot']",
                 list(_gauge(primary, "dance-lookups-failing-since-timestamp-seconds")))
    last = "dance-last-allow-timestamp-seconds"
    stage.expect("nobody has been served", "{}", _gauge(primary, last))
    stage.ask(primary, stage.certificate())
    began = int(time.time())
    stage.expect("the client", "transferred", stage.ask(primary, peer))
    seen = stage.until("['xot']", lambda: list(_gauge(primary, last)))
    stage.expect("served", "['xot']", seen)
    served = _gauge(primary, last)["xot"]
    stage.require(began <= served <= time.time(), f"served {served}, and it is {time.time()}")

    # A reload changes nothing that the configuration does not change.
    primary.reload()
    stage.expect("names after a reload", str(expected), _names(primary))
    stage.expect("served", "{'xot': %d}" % served, _gauge(primary, last))

    # What changes in DNS is seen.
    stage.publish(ABSENT, next_peer.tlsa())
    expected["dance-names-usable"]["xot"] = 2
    expected["dance-records-usable"]["xot"] = 3
    del expected["dance-names-absent"]
    _await_names("with one more record", expected, primary)
    stage.expect("served", "{'xot': %d}" % served, _gauge(primary, last))

    # A section that is gone has no values.
    primary.sections["zone"] = primary.sections["zone"][:1]
    primary.reload()
    stage.expect("sections", "['xot']", stage.until(
        "['xot']", lambda: list(_gauge(primary, "dance-names"))))


def a_zone_has_its_verdicts_and_the_server_has_them_all(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    zones = {zone: {"module": "mod-dance/xot", "acl": "xot"} for zone in (ZONE, OTHER_ZONE)}
    primary = stage.primary([NAME], zones=zones, more=GLOBAL)
    for zone, certificate in ((ZONE, peer), (OTHER_ZONE, peer), (OTHER_ZONE, None)):
        stage.ask(primary, certificate, zone=zone)
    seen = [primary.statistics("zone-stats", zone, "mod-dance.dance-verdict")
            for zone in (ZONE, OTHER_ZONE)]
    stage.expect("of each zone", "[{'allow': 1}, {'allow': 1, 'credential': 1}]", seen)
    stage.expect("of the server", "{'allow': 2, 'credential': 1}",
                 primary.statistics("stats", "mod-dance.dance-server-verdict"))


@within(60)
def knot_exporter_shows_the_counters_and_how_names_stand(stage):
    if not exporter.is_there():
        print("skipped: there is no knot-exporter")
        return
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    zones = {zone: {"module": "mod-dance/xot", "acl": "xot"} for zone in (ZONE, OTHER_ZONE)}
    primary = stage.primary([NAME, ABSENT], zones=zones, more=GLOBAL)
    for zone, certificate in ((ZONE, peer), (OTHER_ZONE, peer), (OTHER_ZONE, None)):
        stage.ask(primary, certificate, zone=zone)
    stage.until("{'xot': 1}", lambda: _gauge(primary, "dance-names-absent"))
    server = exporter.Exporter(stage.path("exporter"), primary)
    stage.servers.append(server)
    server.start()

    # Up to Knot DNS 3.4, an item of a zone and one of the server have one prefix.
    found = {}
    for (name, labels), value in server.scrape().items():
        labels = dict(labels)
        item = name.removeprefix("knot_").removeprefix("zone_").removeprefix("stats_")
        if item.startswith("dance_"):
            found[item, labels.get("zone"), labels.get("type")] = value
    expected = {
        ("dance_verdict_total", f"{ZONE}.", "allow"): 1,
        ("dance_verdict_total", f"{OTHER_ZONE}.", "allow"): 1,
        ("dance_verdict_total", f"{OTHER_ZONE}.", "credential"): 1,
        ("dance_server_verdict_total", None, "allow"): 2,
        ("dance_server_verdict_total", None, "credential"): 1,
        ("dance_names", None, "xot"): 2,
        ("dance_names_usable", None, "xot"): 1,
        ("dance_names_absent", None, "xot"): 1,
        ("dance_records_usable", None, "xot"): 1,
    }
    seen = {series: found.get(series) for series in expected}
    stage.require(seen == expected, f"expected {expected}, seen {seen}, of {found}")
    last = found.get(("dance_last_allow_timestamp_seconds", None, "xot"), 0)
    stage.require(time.time() - 60 < last <= time.time(), f"served {last}")
    stage.require(not any(item == "dance_names_bogus" for item, _, _ in found),
                  f"what is 0 is there: {found}")
