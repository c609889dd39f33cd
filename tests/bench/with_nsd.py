# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Transfers through dance-front to NSD, against those that NSD gives by itself to who has a
# certificate of an authority.

import os

from contender import SMALLEST, Contender
from front_stage import ADDRESSES, NAME
from nsd import NsdPrimary
from rows import race, ratios, show
from stage import ZONE

TRANSFERS = 400  # in a round
CLIENTS = 8
NATIVE = "127.0.0.12"
NATIVE_PORT = 8853
HOST = NAME.removeprefix("_xfr-client.")


class NsdNative(NsdPrimary):
    def __init__(self, folder, authority, certificate):
        super().__init__(folder, {ZONE: []}, address=NATIVE)
        self.name = "nsd alone"
        self.server = {
            "ip-address": [f"{NATIVE}@53", f"{NATIVE}@{NATIVE_PORT}"],
            "tls-service-key": certificate.key.path,
            "tls-service-pem": certificate.path,
            "tls-auth-port": NATIVE_PORT, "tls-auth-xfr-only": "yes",
            "tls-cert-bundle": authority.path}

    def blocks(self):
        return [("tls-auth", {"name": "known", "auth-domain-name": HOST}),
                ("zone", {"name": ZONE, "zonefile": self.file(ZONE),
                          "provide-xfr": "127.0.0.0/8 NOKEY known"})]


def _begin(stage):
    authority = stage.certificate(subject="/CN=authority", authority=True)
    certificate = stage.certificate(HOST, issuer=authority, subject="/CN=ns2")
    stage.publish(NAME, certificate.tlsa(), ttl=3600)
    native = NsdNative(stage.path("native"), authority, stage.theatre.certificate)
    behind = NsdPrimary(stage.path("behind"), {ZONE: [ADDRESSES[NAME]]})
    for server in (native, behind):
        # A process that serves for each processor, and few words.
        server.server.update({"verbosity": 0, "server-count": os.cpu_count()})
        server.put(os.path.basename(server.file(ZONE)), SMALLEST)
        stage.servers.append(server.start())
    front = stage.front(behind, more={"log": {"target": "stderr", "level": "info"}})
    return (Contender("NSD's own tls-auth-port", [native], certificate, NATIVE_PORT),
            Contender("dance-front to NSD", [front, behind], certificate))


def bench(stage):
    native, front = _begin(stage)
    print(f"NSD, a zone of one record, a handshake for each transfer, {CLIENTS} clients")
    race([native, front],
         lambda contender: contender.load(clients=CLIENTS, known=TRANSFERS))
    for contender in (native, front):
        contender.show_rate()
    show("transfers/s through dance-front / NSD's own",
         ratios(front, native, "rate"), ">= 0.9", least=0.9)
    show("processor time of a transfer, the same", ratios(front, native, "work"),
         value=front.total("work") / native.total("work"))

    print("NSD, the same zone, one client, 20 transfers on each connection")
    race([native, front],
         lambda contender: contender.load(clients=1, questions=20, known=40))
    for contender in (native, front):
        print(f"  {contender.what:<30} {contender.median('first'):8.0f} us the first,"
              f" {contender.median('next'):6.0f} us each later transfer")
    for item, what in (("first", "the first one"), ("next", "a later one")):
        added = [(one[item] - other[item]) / 1000
                 for one, other in zip(front.rounds, native.rounds)]
        show(f"milliseconds that dance-front adds to {what}", added)
