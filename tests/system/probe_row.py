# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A primary of one kind that dance probe asks, with everything that its cases need: clients
# whose records are right, wrong, missing or unsigned; a zone that is not theirs, and one that
# is open. It does not judge.

import primary
from front_stage import OTHER_ZONE, PRIMARY_RECORDS, FrontStage
from stage import ZONE

GOOD = "good.example.net"
OTHERS_KEY = "other.example.net"
NO_RECORD = "none.example.net"
UNSIGNED = "ns2.unsigned.net"
RAW = "raw.clients.example.net"
NAMES = (GOOD, OTHERS_KEY, NO_RECORD, UNSIGNED)
SHOWN = "fd00:da:ce::2"
OPEN_ZONE = "example.net"
# Another server's name, whose records are of another key.
OTHER_SERVER = "ns9.example.com"
KNOT = "Knot with mod-dance"
KINDS = [KNOT, "NSD", "BIND", "PowerDNS"]
# It takes what is plain at its port 53 for a PROXY header, so that nothing is open there.
CLOSED = ("PowerDNS",)


class Row(FrontStage):
    def __init__(self, theatre, folder, kind):
        super().__init__(theatre, folder)
        self.kind = kind.removeprefix("probe ")

    def begin(self):
        self.clients = {name: self.certificate(name) for name in NAMES}
        self.nameless = self.key()
        for owner, record in (
                (GOOD, self.clients[GOOD].tlsa()),
                (OTHERS_KEY, self.certificate().tlsa()),
                (RAW, self.nameless.tlsa),
                (PRIMARY_RECORDS, self.theatre.certificate.tlsa()),
                (f"_853._tcp.{OTHER_SERVER}", self.certificate().tlsa())):
            self.publish(owner, record)
            self.world.keep(owner)
        self.world.publish(UNSIGNED, self.clients[UNSIGNED].tlsa())
        self.world.keep(UNSIGNED)
        if self.kind == KNOT:
            self._start_knot()
        else:
            self._start_front()
        return self

    def _start_knot(self):
        acl = [{"id": name.split(".")[0], "address": f"/dance/{name}", "protocol": "tls",
                "action": "transfer"} for name in (*NAMES, RAW)]
        acl.append({"id": "anybody", "action": "transfer"})
        module = self.options([*NAMES, RAW], identity_address=True)
        own = {"module": "mod-dance/xot", "acl": [entry["id"] for entry in acl[:-1]]}
        # One that permits none of them, and one that permits everybody.
        zones = {ZONE: own, OTHER_ZONE: {"module": "mod-dance/xot"},
                 OPEN_ZONE: {"acl": "anybody"}}
        self.server = self.primary(modules={"xot": module}, zones=zones,
                                   more={"acl": acl})
        self.address = primary.ADDRESS
        self.judge = self.server

    def _start_front(self):
        rights = {ZONE: [SHOWN], OTHER_ZONE: ["fd00:da:ce::9"],
                  OPEN_ZONE: [SHOWN, "127.0.0.0/8"]}
        self.server = self.behind(self.kind, rights)
        self.address = self.server.address
        names = {**dict.fromkeys(NAMES, SHOWN), "*.clients.example.net": SHOWN}
        self.judge = self.front(self.server, names, listen=f"{self.address}@853")

    def end(self):
        self.world.release()
        return super().end()

