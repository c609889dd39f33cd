# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A stage with dance-front: servers of other makers behind it, secondaries that come by
# its client mode, records of both sides. Knows how they are set up, not what is to be
# seen.

import asker
import front
from bind import BindPrimary
from front import Front
from nsd import NsdPrimary
from pdns import PdnsPrimary
from stage import LOOKUP, ZONE, Stage

OTHER_ZONE = "example.org"
NAME = "_xfr-client.ns2.example.net"
OTHER_NAME = "_xfr-client.ns3.example.org"
ADDRESSES = {NAME: "fd00:da:ce::2", OTHER_NAME: "fd00:da:ce::3"}
# Who may have which zone, and which one is not theirs.
OWN_ZONES = ((NAME, ZONE, OTHER_ZONE), (OTHER_NAME, OTHER_ZONE, ZONE))
PRIMARY_NAME = "ns1.example.com"
PRIMARY_RECORDS = f"_853._tcp.{PRIMARY_NAME}"
BEHIND = {"NSD": NsdPrimary, "BIND": BindPrimary, "PowerDNS": PdnsPrimary}
FRONTS = {"NSD": front.ADDRESS, "BIND": "127.0.0.52", "PowerDNS": "127.0.0.53"}
RIGHTS = {ZONE: [ADDRESSES[NAME]], OTHER_ZONE: [ADDRESSES[OTHER_NAME]]}


class FrontStage(Stage):
    def behind(self, kind="NSD", rights=None, start=True, **how):
        """A server that knows only the addresses which a front shows to it."""
        server = BEHIND[kind](self._path("behind"), rights or RIGHTS, **how)
        for zone in server.rights:
            server.write_zone(zone, 1, 'serial1 TXT "1"\n')
        self.servers.append(server)
        return server.start() if start else server

    def trio(self, names=(NAME,), rights=None, more=None, **options):
        """One dance-front before one server of each maker: it, and the servers by maker.
        FRONTS has the addresses it listens on for each."""
        servers = {kind: self.behind(kind, rights) for kind in BEHIND}
        sections = {"front": [
            {**self.entry(server, **options), "id": kind.lower(),
             "listen": f"{FRONTS[kind]}@853"} for kind, server in servers.items()]}
        sections.update(more or {})
        return self.front(None, names, more=sections), servers

    def dns(self, **options):
        """Where a dance-front of this world starts from."""
        return {"trust-anchor": self.world.trust_anchor,
                "root-hints": self.world.root_hints, "timeout": LOOKUP,
                **{name.replace("_", "-"): value for name, value in options.items()}}

    def front(self, server, names=(NAME,), dns=None, more=None, start=True, **options):
        """A dance-front before a server; names: who may come, of ADDRESSES or {name:
        address}. Other options are those of front:, with _ for -."""
        addresses = names if isinstance(names, dict) else {
            name: ADDRESSES[name] for name in names}
        sections = {
            "dns": dns or self.dns(),
            "identity": [{"id": f"peer{number}", "name": name, "address": address}
                         for number, (name, address) in enumerate(addresses.items())],
            **({"front": [self.entry(server, **options)]} if server else {}),
            **(more or {})}
        return self.dance_front(sections, start=start)

    def entry(self, server, **options):
        return {"id": "xot", "listen": f"{front.ADDRESS}@853",
                "cert-file": self.theatre.certificate.path,
                "key-file": self.theatre.certificate.key.path,
                "server": f"{server.address}@{server.port}",
                **{name.replace("_", "-"): value for name, value in options.items()}}

    def client(self, *entries, start=True, **how):
        """A dance-front before secondaries; entries: options of client:."""
        return self.dance_front({"dns": self.dns(), "client": list(entries)},
                                address=front.CLIENT_ADDRESS, start=start,
                                name="dance-front client", **how)

    def client_entry(self, key, port=5853, client_name=NAME, **options):
        """How a secondary here comes to the front, with a certificate of this key."""
        return {"id": f"primary{port}", "listen": f"{front.CLIENT_ADDRESS}@{port}",
                "primary": f"{front.ADDRESS}@853", "name": PRIMARY_NAME,
                **({"client-name": client_name} if client_name else {}),
                "key-file": key.path,
                **{name.replace("_", "-"): value for name, value in options.items()}}

    def dance_front(self, sections, start=True, **how):
        made = Front(self._path("front"), sections,
                     env=self.theatre.sanitizer.environment, **how)
        self.servers.append(made)
        return made.start() if start else made

    def publish_primary(self):
        """The records by which a client mode knows the primary."""
        self.publish(PRIMARY_RECORDS, self.theatre.certificate.tlsa())

    def put(self, at, certificate=None, zone=ZONE, **how):
        """One question; what the client sees of it, whoever answered."""
        return asker.ask(at, zone, certificate=certificate, **how)

    def judged(self, judge, at, certificate=None, zone=ZONE, **how):
        """One question, as the front rules: 'transferred', or its answer and verdict."""
        outcome = self.ask(judge, certificate, zone, address=at, **how)
        if outcome.transferred:
            return "transferred"
        return f"{outcome.rcode}, EDE {outcome.ede}, {outcome.line.verdict}"

    def plain(self, address, port):
        """What a question over plain TCP is answered with."""
        try:
            return str(asker.ask(address, ZONE, tls=False, port=port))
        except OSError:
            return "nothing"
