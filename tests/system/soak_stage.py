# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Who plays in a soak: a Knot primary with mod-dance, dance-front before NSD and before BIND,
# and their secondaries, each with a pace of its own. Knows how they are set up, not what
# happens to them nor what has to come of it.

import front
import primary
from bind import BindSecondary
from front_stage import FrontStage
from nsd import NsdSecondary
from secondary import Secondary
from server import FILLING
from soak_actor import BindActor, KnotActor, NsdActor
from steady import WEEK
from wall_clock import WallClock

# One zone goes by NOTIFY and by being pulled, the other by its SOA timers; a third is not
# guarded.
ZONE, TIMED, OPEN = "example.com", "example.org", "open.example"
TIMERS = {ZONE: "3600 5", TIMED: "15 3"}
# By when a secondary has a new serial, if nothing is in its way: BIND waits for a second
# between NOTIFY messages, NSD for up to 5 before it tries again.
WAITS = {ZONE: 30, TIMED: 45}
SHOWN = "fd00:da:ce::2"
SUFFIX = "clients"
TTL = 20
# Of others each transfer needs a lookup, or none does.
TTLS = {"nsd1": 0, "knot11": 0, "knot2": WEEK, "bind21": WEEK}
# How long a guard waits for the lookup of a name below a suffix, in ms: so that on a busy
# machine too all of DNS, from the root on down, is asked within it.
PATIENCE = 3000


class Guard:
    """Where secondaries come, and the server whose zones they get there."""

    def __init__(self, label, server, address, source, guards_soa):
        self.label = label
        self.server = server
        self.address = address
        self.source = source
        self.guards_soa = guards_soa
        self.serials = {zone: 1 for zone in TIMERS}
        self.down = False

    def change(self, zone):
        serial = self.serials[zone] + 1
        record = f'serial{serial} TXT "{serial}"\n'
        if self.source is self.server:
            record = FILLING + record
        self.serials[zone] = serial
        self.source.change(zone, serial, record)
        return serial


# label, maker, guard, pace (None: NOTIFY or timers, as the zone is), zone
CAST = [
    ("knot1", "Knot", "mod-dance", (0.5, 1.2), ZONE),
    ("knot2", "Knot", "mod-dance", (2.3, 4), ZONE),
    ("knot3", "Knot", "mod-dance", (8, 20), ZONE),
    ("knot4", "Knot", "mod-dance", (0.5, 90), ZONE),
    ("knot5", "Knot", "mod-dance", None, ZONE),
    ("knot6", "Knot", "mod-dance", None, TIMED),
    (f"knot7.{SUFFIX}", "Knot", "mod-dance", (5, 9), ZONE),
    ("nsd1", "NSD", "mod-dance", (0.7, 3), ZONE),
    ("nsd2", "NSD", "mod-dance", (10, 90), ZONE),
    ("nsd3", "NSD", "mod-dance", None, ZONE),
    ("nsd4", "NSD", "mod-dance", None, TIMED),
    ("bind1", "BIND", "mod-dance", (0.7, 3), ZONE),
    ("bind2", "BIND", "mod-dance", (10, 90), ZONE),
    ("bind3", "BIND", "mod-dance", None, ZONE),
    ("bind4", "BIND", "mod-dance", None, TIMED),
    ("knot11", "Knot", "front-nsd", (2.3, 6), ZONE),
    ("knot12", "Knot", "front-nsd", None, ZONE),
    ("nsd11", "NSD", "front-nsd", (0.5, 10), ZONE),
    (f"nsd12.{SUFFIX}", "NSD", "front-nsd", None, ZONE),
    ("bind11", "BIND", "front-nsd", (0.5, 90), ZONE),
    ("bind12", "BIND", "front-nsd", None, TIMED),
    ("knot21", "Knot", "front-bind", (0.5, 90), ZONE),
    (f"knot22.{SUFFIX}", "Knot", "front-bind", (3, 12), ZONE),
    ("nsd21", "NSD", "front-bind", None, TIMED),
    ("bind21", "BIND", "front-bind", (2, 8), ZONE),
    ("bind22", "BIND", "front-bind", None, ZONE),
]
FIRST = 101


class SoakStage(FrontStage):
    def begin(self):
        self.addresses = {label: f"127.0.0.{FIRST + number}"
                          for number, (label, *_) in enumerate(CAST)}
        self.guards = {}
        self.actors = {}
        self.certificates = {}
        for label, *_ in CAST:
            self.certificates[label] = self.certificate_for(label)
            self.world.publish(name_of(label), self.certificates[label].tlsa(),
                               ttl=TTLS.get(label, TTL))
        self._guard_by_module()
        self._guard_by_front()
        for label, maker, guard, pace, zone in CAST:
            self._actor(label, maker, self.guards[guard], pace, zone)
        for actor in self.actors.values():
            actor.start()
        return self

    def _names(self, *guards):
        """The names permitted there."""
        names = [name_of(label) for label, _, guard, *_ in CAST
                 if guard in guards and "." not in label]
        return names + [name_of(f"*.{SUFFIX}")]

    def _notified(self, guard):
        return [self.addresses[label] for label, _, at, pace, zone in CAST
                if at == guard and pace is None and zone == ZONE]

    def _guard_by_module(self):
        guarded = {"module": "mod-dance/xot", "acl": "xot"}
        remotes = [{"id": f"notified{number}", "address": f"{address}@53",
                    "via": primary.ADDRESS}
                   for number, address in enumerate(self._notified("mod-dance"))]
        zones = {ZONE: {**guarded, "notify": [remote["id"] for remote in remotes]},
                 TIMED: dict(guarded)}
        more = {"remote": remotes}
        zones[OPEN] = {"acl": "xot"}
        more["template"] = [{"id": "default", "global-module": "mod-dance"}]
        server = self.primary(
            modules={"xot": self.options(self._names("mod-dance"),
                                           timeout=PATIENCE)}, zones=zones,
            more=more, start=False)
        server.timers.update(TIMERS)
        for zone in TIMERS:
            server.write_zone(zone, 1, FILLING)
        self.guards["mod-dance"] = Guard("mod-dance", server, server.address, server,
                                         guards_soa=False)
        server.start()

    def _guard_by_front(self):
        entries, behind = [], {}
        for kind in ("NSD", "BIND"):
            label = f"front-{kind.lower()}"
            server = self.behind(kind, {zone: [SHOWN] for zone in TIMERS}, start=False)
            server.timers.update(TIMERS)
            server.notified[ZONE] = self._notified(label)
            for zone in TIMERS:
                server.write_zone(zone, 1, "")
            server.start()
            behind[label] = server
            entries.append({**self.entry(server), "id": kind.lower(),
                            "listen": f"{front_address(kind)}@853"})
        names = self._names(*behind)
        self.wall = WallClock(self.path("wall"))
        self.front_server = self.front(
            None, {name: SHOWN for name in names}, dns=self.dns(timeout=PATIENCE),
            more={"front": entries}, start=False)
        process = self.front_server.process
        process.env = self.wall.environment(process.env)
        self.front_server.start()
        for label, server in behind.items():
            self.guards[label] = Guard(
                label, self.front_server, front_address(label[6:].upper()), server,
                guards_soa=True)

    def _actor(self, label, maker, guard, pace, zone):
        name, address = name_of(label), self.addresses[label]
        zones = [zone]
        if label in ("knot3", "bind2"):
            zones.append(OPEN)
        certificate = self.certificates[label]
        make = {"Knot": self._knot, "NSD": self._nsd, "BIND": self._bind}[maker]
        server = make(address, zones, guard, certificate)
        self.servers.append(server)
        actor = {"Knot": KnotActor, "NSD": NsdActor, "BIND": BindActor}[maker](
            label, name, server, guard, zones, pace, None if pace else WAITS[zone])
        actor.open_zones = {OPEN}
        actor.on_demand = "." in label
        actor.ttl = TTLS.get(label, TTL)
        actor.lookups = ("lookups on demand" if actor.on_demand else
                         {0: "lookups at once", WEEK: None}.get(actor.ttl, "lookups"))
        actor.certificate = certificate
        self.actors[label] = actor

    def certificate_for(self, label):
        """A nameless one will do for whoever is listed by name."""
        return self.certificate(*([name_of(label)] if "." in label else []))

    def _knot(self, address, zones, guard, certificate):
        made = Secondary(self._path("secondary"), address, zones, certificate,
                         remote=guard.address)
        made.sections["acl"][0]["address"] = guard.source.address
        return made

    def _nsd(self, address, zones, guard, certificate):
        made = NsdSecondary(self._path("secondary"), address, zones,
                            f"{guard.address}@853", certificate, self.theatre.certificate)
        # When it was killed, its timers begin anew: what it remembers would be of a zone that
        # it does not have any more, and of when it wanted to ask for that again.
        made.server["xfrdfile"] = '""'
        return made

    def _bind(self, address, zones, guard, certificate):
        made = BindSecondary(self._path("secondary"), address, zones,
                             f"{guard.address}@853", certificate,
                             self.theatre.certificate)
        made.timers_text = ("min-refresh-time 1; max-refresh-time 3600; "
                            "min-retry-time 1; max-retry-time 60;")
        return made


def front_address(kind):
    return {"NSD": front.ADDRESS, "BIND": "127.0.0.52"}[kind]


def name_of(label):
    return f"{label}.example.net"
