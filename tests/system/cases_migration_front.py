# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# From a private CA to DANE before NSD, as doc/migration.md tells it: NSD checks certificates on a
# port of its own, and a dance-front on another one knows the same client by its record.

from front_stage import ADDRESSES, NAME, FrontStage
from stage import ZONE, within

SUBSET = "front"
STAGE = FrontStage
HERE, CA_PORT = "127.0.0.31", 8853


@within(60)
def a_private_CA_of_NSD_and_DNS_are_in_force_together(stage):
    authority = stage.certificate(authority=True)
    peer = stage.certificate("ns2.example.net", issuer=authority)
    other = stage.certificate("ns9.example.net", issuer=authority)
    server = stage.behind("NSD", {ZONE: []}, start=False)
    own = stage.theatre.certificate
    server.server["ip-address"].append(f"{server.address}@{CA_PORT}")
    server.server.update({
        "tls-service-key": own.key.path, "tls-service-pem": own.path, "tls-auth-port": CA_PORT,
        "tls-cert-bundle": authority.path})
    server.others = [("tls-auth", {"name": "ns2", "auth-domain-name": "ns2.example.net"})]
    by_ca, by_name = f"{HERE} NOKEY ns2", f"{ADDRESSES[NAME]} NOKEY"
    server.zone_options = {"provide-xfr": [by_ca]}
    server.start()

    def seen(certificate, address):
        port = CA_PORT if address == server.address else 853
        return str(stage.put(address, certificate, port=port))

    stage.expect("by the CA", "transferred", seen(peer, server.address))
    stage.expect("another name of the CA", "REFUSED, EDE 18", seen(other, server.address))
    stage.say("Both, the rule of the identity first. The certificate stays as it is.")
    stage.publish(NAME, peer.tlsa())
    server.zone_options["provide-xfr"] = [by_name, by_ca]
    server.write()
    server.control("reconfig")
    judge = stage.front(server)
    judge.wait_for(f"records validated, client {NAME}")
    stage.expect("by the CA still", "transferred", seen(peer, server.address))
    stage.expect("by its record", "transferred", stage.until(
        "transferred", lambda: seen(peer, judge.address)))
    stage.expect("another key, by the front", "REFUSED, EDE 18", seen(other, judge.address))
    stage.say("When it has moved, the rule by the CA goes.")
    server.zone_options["provide-xfr"] = [by_name]
    server.write()
    server.control("reconfig")
    stage.expect("by the CA no more", "REFUSED, EDE 18", stage.until(
        "REFUSED, EDE 18", lambda: seen(peer, server.address)))
    stage.expect("by its record still", "transferred", seen(peer, judge.address))
