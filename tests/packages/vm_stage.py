# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What the cases play on in the machine: a DNS of its own, Debian's NSD, our units and the files
# in /etc/dance, a client that DNS proves and one that it does not. Knows how they are set up, not
# what is to be seen.

import os
import shutil
import threading

import asker
from ask import policy
from keys import Certificate, Key
from knot import configuration
from process import Failed, Process, eventually, run
from server import FILLING
from vm_unit import Unit
from world import World

FOLDER = "/var/lib/dance-vm"
ETC = "/etc/dance"
ZONE = "example.com"
NAME = "_xfr-client.ns2.example.net"
OTHER_NAME = "_xfr-client.ns3.example.org"
MAIL_NAME = "_smtp-client.mta.example.net"
AT = "127.0.0.50"
NSD_AT = "127.0.0.11"
RELAY = "/run/dance-ask/relay"
POSTFIX = "/var/spool/postfix/private/dance"
FRONT_ORDER = ["server", "log", "dns", "identity", "front"]

NSD = f"""server:
    ip-address: {NSD_AT}@53
    ip-address: {NSD_AT}@5310
    proxy-protocol-port: 5310
    zonesdir: "/var/lib/nsd"
zone:
    name: "{ZONE}"
    zonefile: "{ZONE}.zone"
    provide-xfr: fd00:da:ce::2 NOKEY
    provide-xfr: fd00:da:ce::3 NOKEY
"""
DATA = f"""$TTL 60
@ SOA ns1 hostmaster 1 3600 600 86400 60
@ NS ns1
ns1 A 192.0.2.1
{FILLING}"""


def put(path, text, mode=0o644, group=None):
    """Writes a file of which half is never to be seen."""
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(text)
    os.chmod(path + ".new", mode)
    if group:
        shutil.chown(path + ".new", "root", group)
    os.replace(path + ".new", path)


def require(condition, what):
    if not condition:
        raise Failed(what)


def expect(what, wanted, seen):
    if wanted != seen:
        raise Failed(f"{what}: {seen}, and not {wanted}")


class Machine:
    def __init__(self):
        self.front = Unit("dance-front.service")
        self.front_socket = Unit("dance-front.socket")
        self.ask = Unit("dance-ask.service")
        self.ask_socket = Unit("dance-ask.socket")
        self.nsd = Unit("nsd.service")
        self.knot = Unit("knot.service")
        self.roll = Unit("dance-roll.service")
        self.roll_timer = Unit("dance-roll.timer")
        self.ours = [self.front_socket, self.front, self.ask_socket, self.ask]

    # --- packages --------------------------------------------------------------------

    def install(self, *names):
        """Installs these packages, or all. For those that are there, that is an upgrade."""
        paths = [path for path in self.packages
                 if not names or os.path.basename(path).split("_")[0] in names]
        require(len(paths) >= max(len(names), 1), f"{names} are not among {self.packages}")
        run("dpkg", "--install", *paths, timeout=300,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})

    # --- set up ----------------------------------------------------------------------

    def make(self):
        """All that is made once; the packages are installed by then."""
        os.makedirs(ETC, exist_ok=True)
        self._make_keys()
        self.world = World(os.path.join(FOLDER, "world")).start()
        self.world.publish(NAME, self.peer.tlsa(), ttl=3600)
        self.world.publish(OTHER_NAME, self.other.tlsa(), ttl=3600)
        self.world.publish(MAIL_NAME, self.peer.tlsa(), ttl=3600)
        put(f"{ETC}/dance-front.pem", _read(self.server.path))
        put(f"{ETC}/dance-front.key", _read(self.server.key.path), 0o640, "dance-front")
        put("/etc/nsd/nsd.conf.d/dance.conf", NSD)
        put(f"/var/lib/nsd/{ZONE}.zone", DATA)
        self.nsd.start()

    def make_again(self):
        """After a boot: DNS is started as it was left."""
        self._make_keys()
        path = os.path.join(FOLDER, "world", "knot.conf")
        Process("world", ["knotd", "-c", path], os.path.join(FOLDER, "world", "log")).start()

    def _make_keys(self):
        for name in ("server", "peer", "other", "stranger"):
            path = os.path.join(FOLDER, name)
            if os.path.exists(path + ".pem"):
                certificate = Certificate.__new__(Certificate)
                certificate.path = path + ".pem"
                certificate.key = Key.__new__(Key)
                certificate.key.path = path + ".key"
            else:
                certificate = Certificate(path + ".pem", Key(path + ".key"))
            setattr(self, name, certificate)

    def clear(self):
        """No unit of ours runs, and there is no configuration."""
        for unit in self.ours:
            unit.reset()
        for name in ("dance-front", "dance-ask"):
            if os.path.exists(f"{ETC}/{name}.conf"):
                os.remove(f"{ETC}/{name}.conf")

    # --- configurations --------------------------------------------------------------

    def dns(self):
        return {"trust-anchor": self.world.trust_anchor, "root-hints": self.world.root_hints,
                "timeout": 3000}

    def write_front(self, names=(NAME,), listen=f"{AT}@853", server=None, **options):
        addresses = {NAME: "fd00:da:ce::2", OTHER_NAME: "fd00:da:ce::3"}
        sections = {
            "server": server, "dns": self.dns(), "log": {"level": "info"},
            "identity": [{"id": f"peer{number}", "name": name, "address": addresses[name]}
                         for number, name in enumerate(names)],
            "front": [{"id": "xot", "listen": listen, "cert-file": f"{ETC}/dance-front.pem",
                       "key-file": f"{ETC}/dance-front.key", "server": f"{NSD_AT}@5310",
                       **options}]}
        put(f"{ETC}/dance-front.conf", configuration(
            {name: sections[name] for name in FRONT_ORDER if sections[name]}))

    def write_ask(self, listen=RELAY, server=None):
        sections = {**({"server": server} if server else {}), "dns": self.dns(),
                    "ask": [{"id": "relay", "listen": listen, "dialect": "postfix",
                             "client": MAIL_NAME}]}
        put(f"{ETC}/dance-ask.conf", configuration(sections))

    @staticmethod
    def break_configuration(name):
        """One item more that there is not; returns what has to be said about it."""
        with open(f"{ETC}/{name}.conf", "a", encoding="ascii") as file:
            file.write("    volume: 11\n")
        return rf"/etc/dance/{name}\.conf:\d+: section '\w+' has no item 'volume'"

    # --- clients ---------------------------------------------------------------------

    def transfer(self, certificate=None, at=AT):
        """What becomes of one transfer over a connection of its own, by the peer."""
        try:
            return str(asker.ask(at, ZONE, certificate=certificate or self.peer))
        except OSError as error:
            return f"{type(error).__name__}: {error}"

    def until_transferred(self, certificate=None, at=AT):
        eventually(lambda: self.transfer(certificate, at) == "transferred", 30, every=0.5,
                   what=f"a transfer from {at}")

    def mail(self, path=RELAY, certificate=None):
        """What the mail server is told about a client."""
        try:
            return policy(path, certificate or self.peer)
        except OSError as error:
            return f"{type(error).__name__}: {error}"

    def until_mail(self, path=RELAY):
        eventually(lambda: self.mail(path).startswith("action=OK"), 30, every=0.5,
                   what=f"a proved client at {path}")


class Busy:
    """Clients that ask all the time, each over a connection of its own, while something else
    happens; `wrong` is what they then got that they should not."""

    def __init__(self, ask, wanted, clients=3):
        self.ask, self.wanted = ask, wanted
        self.count, self.wrong, self.ended = 0, [], threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._run) for _ in range(clients)]

    def _run(self):
        while not self.ended.is_set():
            seen = self.ask()
            with self.lock:
                self.count += 1
                if not seen.startswith(self.wanted):
                    self.wrong.append(seen)
            self.ended.wait(0.02)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exception):
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def more(self, count=10):
        """So many more questions have been answered."""
        wanted = self.count + count
        eventually(lambda: self.count >= wanted, 60, what=f"{count} more answers")

    def require_all(self, least):
        require(self.count >= least, f"only {self.count} have asked")
        require(not self.wrong, f"{len(self.wrong)} of {self.count}: {self.wrong[:3]}")


def _read(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def exposure(unit):
    """How exposed systemd calls it, from 0 to 10, and of what it says so."""
    said = run("systemd-analyze", "security", "--no-pager", unit.name).stdout
    (line,) = [line for line in said.splitlines() if "Overall exposure level" in line]
    return float(line.split(":")[1].split()[0]), said
