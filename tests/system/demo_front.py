# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What demo.py shows of dance-front: an NSD behind it, secondaries by name, one as it comes and
# one by client mode, and those who get nothing.

from types import SimpleNamespace

import front
from front_stage import ADDRESSES, NAME, PRIMARY_NAME, PRIMARY_RECORDS, FrontStage
from nsd import NsdSecondary
from stage import ZONE, within

STAGE = FrontStage
WHERE = f"NSD is at 127.0.0.11, dance-front before it at {front.ADDRESS}."
BELOW = "*.secondaries.example.com"
SECOND_NAME = "ns7.secondaries.example.com"
SHOWN = {NAME: ADDRESSES[NAME], BELOW: "fd00:da:ce::7"}


def _behind(stage):
    """NSD, and dance-front before it, with who may come."""
    server = stage.behind("NSD", {ZONE: list(SHOWN.values())}, start=False)
    server.zone_options = {"notify": "127.0.0.21 NOKEY",
                           "outgoing-interface": server.address}
    server.start()
    return server, stage.front(server, SHOWN)


def a_secondary_as_it_comes_is_known_by_its_tlsa_record(stage):
    stage.say("An unmodified knotd, with the certificate that it made for itself. Its "
              "key's digest:", "knotc status cert-key    # TLSA wants it in hex")
    secondary = stage.secondary(remote=front.ADDRESS, start=False)
    secondary.sections["acl"][0]["address"] = "127.0.0.11"
    secondary.start()
    secondary.wait_for(rf"\[{ZONE}\.?\] refresh, failed")
    stage.publish(NAME, f"3 1 1 {secondary.key_digest()}")
    stage.set_up("The primary's operator names who may come, and an address for each, in "
                 "dance-front.conf:",
                 "identity:", "  - id: ns2", f"    name: {NAME}",
                 f"    address: {SHOWN[NAME]}", "  - id: ns7", f'    name: "{BELOW}"',
                 f"    address: {SHOWN[BELOW]}",
                 "front:", "  - id: xot", f"    listen: {front.ADDRESS}@853",
                 "    key-file: primary.key", "    server: 127.0.0.11@5310")
    stage.set_up("and gives the zone to these addresses, and to nothing else, in nsd.conf:",
                 "server:", "    ip-address: 127.0.0.11@5310",
                 "    proxy-protocol-port: 5310",
                 "zone:", f"    name: {ZONE}",
                 *(f"    provide-xfr: {address} NOKEY" for address in SHOWN.values()))
    server, judge = _behind(stage)
    stage.expect("its key is published as TLSA 3 1 1", "transferred by AXFR", stage.until(
        "transferred by AXFR", lambda: stage.pull(secondary)))
    stage.show(judge.verdicts()[-1])
    since = secondary.mark()
    stage.say("The zone changes; NSD itself sends the NOTIFY.", f"nsd-control reload {ZONE}")
    server.change(ZONE, 2, 'serial2 TXT "2"\n')
    stage.expect("after a change and a NOTIFY", "transferred by IXFR",
                 secondary.outcome(ZONE, since))
    line = judge.verdicts()[-1]
    stage.show(line)
    stage.expect("the name that is logged", NAME, line.client)
    stage.expect("the address that NSD is shown", SHOWN[NAME], line.shown)


def a_stranger_is_refused_and_nsd_never_hears_of_it(stage):
    stage.publish(NAME, stage.key().tlsa)
    server, judge = _behind(stage)
    stage.say("A stranger, whose certificate says that it is the secondary:")
    stage.expect("the right name, another key", "REFUSED, EDE 18, mismatch",
                 stage.judged(judge, judge.address, stage.certificate(NAME)))
    stage.expect("no certificate", "REFUSED, EDE 18, credential",
                 stage.judged(judge, judge.address))
    stage.say("Past dance-front, over plain TCP:", f"kdig @{server.address} +tcp {ZONE} AXFR")
    stage.expect("NSD's public port", "REFUSED, EDE 18", stage.plain(server.address, 53))
    stage.expect("NSD's port for dance-front, without a PROXY header", "nothing",
                 stage.plain(server.address, server.port))


@within(60)
def in_client_mode_a_secondary_says_its_name_and_shows_a_raw_key(stage):
    key = stage.key()
    stage.publish(SECOND_NAME, key.tlsa)
    stage.publish_primary()
    _, judge = _behind(stage)
    stage.set_up("Another NSD, as a secondary, and dance-front in client mode before it. No "
                 "certificate at all, and only a pattern permits its name: nothing but the "
                 "TLS extension dane_clientid can tell who it is.",
                 "client:", "  - id: primary", f"    listen: {front.CLIENT_ADDRESS}@5853",
                 f"    primary: {front.ADDRESS}@853", f"    name: {PRIMARY_NAME}",
                 f"    client-name: {SECOND_NAME}", "    key-file: secondary.key",
                 "    raw-key: on")
    client = stage.client(stage.client_entry(key, client_name=SECOND_NAME, raw_key=True))
    secondary = NsdSecondary(stage.path("nsd"), "127.0.0.24", [ZONE],
                             f"{front.CLIENT_ADDRESS}@5853")
    stage.set_up("and in its nsd.conf:", "zone:", f"    name: {ZONE}",
                 f"    request-xfr: {front.CLIENT_ADDRESS}@5853 NOKEY")
    stage.servers.append(secondary.start())
    stage.expect("the zone", "transferred by AXFR", secondary.outcome(ZONE))
    stage.say("The secondary's dance-front on the primary, and the primary's on it:")
    stage.show(client.verdicts()[-1])
    line = judge.verdicts()[-1]
    stage.show(line)
    stage.expect("the name that is logged", SECOND_NAME, line.client)
    stage.expect("the address that NSD is shown", SHOWN[BELOW], line.shown)
    stage.say("Its record is withdrawn, and nothing is restarted.")
    stage.withdraw(SECOND_NAME)

    def pulled():
        return secondary.pull(ZONE)
    stage.expect("once the TTL has passed", "refused with REFUSED",
                 stage.until("refused with REFUSED", pulled))
    stage.show([line for line in judge.verdicts() if line.done == "refused"][-1])


def a_primary_that_dns_does_not_prove_is_told_nothing(stage):
    key = stage.key()
    stage.publish(SECOND_NAME, key.tlsa)
    stage.publish(PRIMARY_RECORDS, stage.key().tlsa)
    _, judge = _behind(stage)
    stage.say("The record at the primary's name is of another key: somebody else may have "
              "answered in its place.")
    client = stage.client(stage.client_entry(key, client_name=SECOND_NAME, raw_key=True))
    stage.say("Asked for the zone:", f"kdig @{front.CLIENT_ADDRESS} -p 5853 +tcp {ZONE} AXFR")
    stage.expect("who asks is told", "SERVFAIL, EDE 18", stage.put(
        front.CLIENT_ADDRESS, tls=False, port=5853))
    refused = client.wait_for(r"client \S+, primary refused, .*").group(0)
    stage.show(SimpleNamespace(text=refused))
    stage.expect("questions that the primary has seen", "0", len(judge.verdicts()))
