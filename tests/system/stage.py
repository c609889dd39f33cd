# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What one case plays on: the world everyone shares, and servers, keys and records of its
# own, gone when the case is over. Knows how they are set up, not what is to be seen.

import os
import shutil
import socket

import asker
import sanitizer
from keys import Certificate, Key
from primary import ADDRESS as PRIMARY
from primary import Primary, module_file
from process import Failed, eventually, run
from secondary import Secondary
from tap import Tap
from unbound import Unbound
from world import TTL, World

ZONE = "example.com"
NAME = "ns2.example.net"
# How long a lookup may take, in milliseconds: so that on a busy machine too all of DNS, from the
# root on down, is asked within it, and no secondary gives up before.
LOOKUP = 2000
SPELLED = {word.lower(): word for word in (
    "ACL", "ALPN", "BIND", "DNS", "DNSSEC", "IPv6", "PKIX", "PROXY", "QUIC", "TCP", "TLS",
    "TLSA", "TSIG", "TTL", "UDP")}


def within(seconds):
    """Gives a case a bound of its own."""
    def mark(case):
        case.bound = seconds
        return case
    return mark


def title(case):
    """The name of a case as the sentence it is."""
    words = case.__name__.split("_")
    return " ".join(SPELLED.get(word, word) for word in words)


class Theatre:
    """What is made once for a whole run: the world, the primary's own certificate; and
    for several cases in a row, what they share."""

    def __init__(self, folder):
        self.folder = folder
        key = Key(os.path.join(folder, "primary.key"))
        self.certificate = Certificate(os.path.join(folder, "primary.pem"), key,
                                       ["ns1.example.com"], subject="/CN=ns1.example.com")
        self.world = World(os.path.join(folder, "world")).start()
        self.sanitizer = sanitizer.Sanitizer(folder)
        self.tables = {}
        self.shared_by = None
        self.shared = None
        self.wrong = []

    def share(self, kind, name):
        """A stage that the cases which ask for it one after another share: begun for the
        first of them, ended for the first of others."""
        if self.shared_by != (kind, name):
            self.end_shared()
            folder = os.path.join(self.folder, f"shared-{len(os.listdir(self.folder))}")
            self.shared_by, self.shared = (kind, name), kind(self, folder, name)
            try:
                self.shared.begin()
            except BaseException:
                self.shared_by = None
                raise
        return self.shared

    def end_shared(self):
        if self.shared:
            self.wrong += self.shared.end()
        self.shared_by, self.shared = None, None

    def end(self):
        """Ends what was started; returns what was wrong with it, as a sentence."""
        self.end_shared()
        self.wrong.append(self.world.stop())
        return "; ".join(sentence for sentence in self.wrong if sentence)


def kdig(address, certificate, zone, how):
    """The command with which anybody can ask the same."""
    kind = how.get("kind", "AXFR")
    if not how.get("tls", True):
        return f"kdig @{address} +tcp {zone} {kind}"
    shown = ""
    if certificate:
        shown = f"+tls-certfile={os.path.basename(certificate.path)} "
        shown += f"+tls-keyfile={os.path.basename(certificate.key.path)} "
    return f"kdig @{address} +tls {shown}{zone} {kind}"


class Stage:
    """A case uses this; whoever runs the case calls end() afterwards, come what may."""

    def __init__(self, theatre, folder):
        self.theatre = theatre
        self.world = theatre.world
        self.folder = folder
        self.servers = []
        self.retired = []
        self.sockets = []
        self.made = 0
        os.makedirs(folder)

    # --- narration: the demo shows it, the runner does not ----------------------------

    def say(self, text, *commands):
        """What happens, and the commands with which an operator would do it."""

    def set_up(self, text, *lines):
        """What an operator has written into a knot.conf."""

    def show(self, line):
        """A line that the module has logged."""

    def expect(self, what, expected, seen):
        """That something seen is what it has to be; a tuple is for several that may."""
        allowed = expected if isinstance(expected, tuple) else (expected,)
        if str(seen) not in allowed:
            raise Failed(f"{what}: expected '{' or '.join(allowed)}', seen '{seen}'")

    def require(self, truth, sentence):
        if not truth:
            raise Failed(sentence)

    # --- what there is to play with ---------------------------------------------------

    def path(self, name):
        return os.path.join(self.folder, name)

    def _path(self, kind, suffix=""):
        self.made += 1
        return self.path(f"{kind}{self.made}{suffix}")

    def key(self, algorithm="EC"):
        return Key(self._path("peer", ".key"), algorithm)

    def certificate(self, *names, key=None, issuer=None, subject="/", authority=False):
        key = key or self.key()
        return Certificate(self._path("peer", ".pem"), key, names, issuer, subject,
                           authority)

    def options(self, clients, **options):
        """mod-dance's options for a module instance that looks at this world."""
        defaults = {"client": clients, "trust-anchor": self.world.trust_anchor,
                    "root-hints": self.world.root_hints, "timeout": LOOKUP}
        for name, value in options.items():
            defaults[name.replace("_", "-")] = value
        return defaults

    def primary(self, clients=None, zones=None, modules=None, more=None, start=True,
                **options):
        """A primary that gives ZONE to the clients; or modules {id: options}, zones
        {name: options}. Other options are mod-dance's, with _ for -."""
        if modules is None:
            modules = {"xot": self.options(clients or [NAME], **options)}
        if zones is None:
            zones = {ZONE: {"module": "mod-dance/xot", "acl": "xot"}}
        primary = Primary(self._path("primary"), self.theatre.certificate, modules, zones,
                          more, self.theatre.sanitizer.environment if modules else None)
        self.servers.append(primary)
        return primary.start() if start else primary

    def secondary(self, zones=(ZONE,), address="127.0.0.21", start=True, **how):
        secondary = Secondary(self._path("secondary"), address, zones, **how)
        self.servers.append(secondary)
        if not start:
            return secondary
        secondary.start()
        # Where there is no primary yet, let it find that out now and not later on.
        if not any(isinstance(server, Primary) for server in self.servers):
            for zone in zones:
                secondary.wait_for(rf"\[{zone}\.?\] refresh, failed")
        return secondary

    def known_secondary(self, name=NAME, **how):
        """A secondary whose key is published under a name."""
        secondary = self.secondary(**how)
        self.publish(name, f"3 1 1 {secondary.key_digest()}")
        return secondary

    def guarded_secondary(self, clients, **options):
        """A secondary that has mod-dance itself, to judge who sends it NOTIFY."""
        secondary = self.secondary(start=False)
        secondary.process.env = self.theatre.sanitizer.environment
        sections = secondary.sections
        sections["server"]["listen-tls"] = f"{secondary.address}@853"
        sections["module"] = [{"id": "mod-dance", "file": module_file()}]
        sections["mod-dance"] = [{"id": "xot", **self.options(clients, **options)}]
        sections["acl"] = [{"id": "notify", "protocol": "tls", "action": "notify"}]
        sections["zone"][0]["module"] = "mod-dance/xot"
        return secondary.start()

    def unbound(self):
        unbound = Unbound(self._path("unbound"), self.world)
        self.servers.append(unbound)
        return unbound.start()

    def tap(self, address="127.0.0.40"):
        """A relay to the primary that sees which TLS sessions are resumed."""
        tap = Tap(address, PRIMARY)
        self.servers.append(tap)
        return tap

    def black_hole(self, address="127.0.1.99"):
        """Takes every query to an address and answers none."""
        hole = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        hole.bind((address, 53))
        self.sockets.append(hole)
        return address

    def publish(self, owner, *records, ttl=TTL):
        zone, full = self.world.zone_of(owner)
        self.say("Published in DNS, where the name is at home:",
                 *(f"knotc zone-set {zone} {full} {ttl} TLSA {data}" for data in records))
        self.world.publish(owner, *records, ttl=ttl)

    def withdraw(self, owner):
        zone, full = self.world.zone_of(owner)
        self.say("Withdrawn from DNS:", f"knotc zone-unset {zone} {full} TLSA")
        self.world.withdraw(owner)

    # --- asking -----------------------------------------------------------------------

    def ask(self, primary, certificate=None, zone=ZONE, address=None, **how):
        """One question on a connection of its own, and what the module's log says of it:
        'transferred', or 'refused, VERDICT', or 'failed, VERDICT' if it could not decide."""
        address = address or primary.address
        self.say("Asked for the zone:", kdig(address, certificate, zone, how))
        outcome = asker.ask(address, zone, certificate=certificate, **how)
        line = primary.verdict(outcome)
        self.show(line)
        if outcome.transferred != (line.done == "allowed"):
            raise Failed(f"the answer is '{outcome}', the log says '{line}'")
        outcome.line = line
        return outcome

    def kdig(self, primary, zone, certificate, *more, over="tls"):
        """What kdig prints of a transfer."""
        return run("kdig", f"@{primary.address}", "-p", "853", "+retry=0", f"+{over}",
                   f"+tls-certfile={certificate.path}",
                   f"+tls-keyfile={certificate.key.path}", *more, zone, "AXFR",
                   check=False).stdout

    def udp(self, primary, zone=ZONE):
        """The rcode of an ordinary query."""
        return asker.ask_udp(primary.address, zone).rcode

    def pull(self, secondary, zone=ZONE):
        self.say("Told to the secondary:", f"knotc zone-retransfer {zone}")
        return secondary.pull(zone)

    def until(self, expected, look, within=20):
        """What `look` shows once that is as expected, or at the end of the time."""
        seen = []

        def tried():
            seen[:] = [look()]
            return str(seen[0]) == expected
        try:
            eventually(tried, within, every=0.5)
        except Failed as failure:
            if not seen:
                raise failure
        return seen[0]

    def retire(self, server):
        """Ends one server before the case is over, to make room for the next."""
        self.servers.remove(server)
        self.retired.append(server)
        wrong = server.stop()
        self.require(not wrong, wrong)

    # --- the end ----------------------------------------------------------------------

    def end(self):
        """Ends what was started; returns what was wrong with it, as sentences."""
        wrong = [server.stop() for server in reversed(self.servers)]
        logs = [server.lines() for server in self.servers + self.retired
                if hasattr(server, "lines")]
        for open_socket in self.sockets:
            open_socket.close()
        self.world.withdraw_all()
        wrong += self.theatre.sanitizer.reports(logs)
        return [sentence for sentence in wrong if sentence]

    def tails(self):
        """The ends of the servers' logs, for whoever wants to know why."""
        return {server.name: server.tail() for server in self.servers
                if hasattr(server, "tail")}

    def clear(self):
        shutil.rmtree(self.folder)
