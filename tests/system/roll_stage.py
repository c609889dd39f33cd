# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A signed zone with two servers of its own, of which the second follows the first a little
# later, and dance roll with a configuration for a name in it. It does not know what is to be
# seen.

import json
import os
import signal
import subprocess
import time

import dnskey
from documents import REPOSITORY
from keys import Key
from knot import Knotd
from process import Failed, eventually, run
from stage import Stage
from world import POLICY

ZONE = "roll.example.net."
OWNER = "_xfr-client.roll.example.net"
FIRST, SECOND = "127.0.1.20", "127.0.1.21"
# There is no route to it from here, which does not matter as long as there is another address.
UNREACHED = "2001:db8::2"
TTL, LAG = 2, 2
TSIG = {"id": "roll", "algorithm": "hmac-sha256",
        "secret": "bm90IGEgc2VjcmV0LCBmb3IgdGVzdHMgb25seQ=="}
APEX = f"""$TTL {TTL}
@ SOA ns1 hostmaster 1 {LAG} {LAG} 86400 {TTL}
@ NS ns1
@ NS ns2
ns1 A {FIRST}
ns2 A {SECOND}
ns2 AAAA {UNREACHED}
"""
SAMPLES = os.path.join(REPOSITORY, "doc", "samples")


class OneFile:
    """A key and its certificate in one file, as a server is given them."""

    def __init__(self, path, certificate):
        self.path = path
        self.key = self
        with open(path, "w", encoding="ascii") as file:
            for part in (certificate.key.path, certificate.path):
                with open(part, encoding="ascii") as text:
                    file.write(text.read())
        os.chmod(path, 0o640)

    @property
    def digest(self):
        return Key.digest.fget(self)


class Ended:
    """How a run of dance roll ended, and what it said."""

    def __init__(self, done):
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr
        self.killed = done.returncode == -signal.SIGKILL

    def __str__(self):
        return f"status {self.status}, out {self.out!r}, err {self.err!r}"


class RollStage(Stage):
    """Its zone and servers come with the first call of zone()."""

    def __init__(self, theatre, folder):
        super().__init__(theatre, folder)
        self.conf = self.path("dance-roll.conf")
        self.tsig = self.path("tsig")

    # --- the zone ---------------------------------------------------------------------

    def zone(self):
        """Starts both servers, and has the parent delegate to them."""
        path = self.path("roll.zone")
        with open(path, "w", encoding="ascii") as file:
            file.write(APEX)
        served = {"domain": ZONE, "zonefile-sync": "-1", "journal-content": "changes"}
        self.first = Knotd("the first server", self.path("first"), FIRST, {
            "key": [TSIG], "policy": [POLICY],
            "acl": [{"id": "update", "key": "roll", "action": "update",
                     "update-type": "TLSA"},
                    {"id": "transfer", "address": SECOND, "action": "transfer"}],
            "zone": [{**served, "file": path, "dnssec-signing": True,
                      "dnssec-policy": "world", "acl": ["update", "transfer"]}]})
        # Nobody tells it of changes: it looks for them.
        self.second = Knotd("the second server", self.path("second"), SECOND, {
            "remote": [{"id": "first", "address": f"{FIRST}@53", "via": SECOND}],
            "zone": [{**served, "file": self.path("second.zone"), "master": "first",
                      "refresh-max-interval": str(LAG), "retry-max-interval": str(LAG)}]})
        for server in (self.first, self.second):
            self.servers.append(server)
            server.start()
        eventually(lambda: self._key(self.second), 20, what="the second server has the zone")
        self._delegate(self._key(self.first))

    @staticmethod
    def _key(server):
        """The zone's DNSKEY record there, as a line of a zone file; or nothing."""
        said = server.knotc("zone-read", ZONE, "@", "DNSKEY", check=False)
        lines = [line.split("] ", 1)[1] for line in said.stdout.splitlines()
                 if " DNSKEY " in line]
        return lines[0] if lines else None

    def _delegate(self, key):
        name = ZONE.rstrip(".")
        for server, address in (("ns1", FIRST), ("ns2", SECOND)):
            self.world.publish(f"{server}.{name}", address, kind="A")
        self.world.publish(name, f"ns1.{ZONE}", f"ns2.{ZONE}", kind="NS")
        self.world.publish(name, dnskey.ds(key).split(" DS ")[1], kind="DS")

    def put(self, *digests, owner=OWNER, ttl=TTL):
        """Makes these the records, on the first server."""
        knotc = self.first.knotc
        knotc("zone-begin", ZONE)
        knotc("zone-unset", ZONE, f"{owner}.", "TLSA", check=False)
        for digest in digests:
            knotc("zone-set", ZONE, f"{owner}.", str(ttl), "TLSA", "3", "1", "1", digest)
        knotc("zone-commit", ZONE)

    def records(self, server=None, owner=OWNER):
        """The digests that a server has."""
        said = (server or self.first).knotc("zone-read", ZONE, f"{owner}.", "TLSA",
                                            check=False).stdout
        return sorted(line.split()[-1].lower() for line in said.splitlines()
                      if " TLSA " in line)

    # --- dance roll -------------------------------------------------------------------

    def configure(self, text):
        """Its configuration, to which this world is added."""
        with open(self.conf, "w", encoding="ascii") as file:
            file.write(f"{text}\nroll:\n    state: {self.path('state')}\ndns:\n"
                       f"    trust-anchor: {self.world.trust_anchor}\n"
                       f"    root-hints: {self.world.root_hints}\n")

    def script(self, name, text):
        path = self.path(name)
        with open(path, "w", encoding="ascii") as file:
            file.write(f"#!/bin/sh\nset -eu\n{text}\n")
        os.chmod(path, 0o755)
        return path

    def sample(self, key, every="1d"):
        """The sample, but for its paths, name, addresses and times."""
        with open(os.path.join(SAMPLES, "dance-roll.conf"), encoding="ascii") as file:
            text = file.read()
        with open(self.tsig, "w", encoding="ascii") as file:
            file.write(f"{TSIG['algorithm']}:{TSIG['id']}:{TSIG['secret']}\n")
        os.chmod(self.tsig, 0o600)
        for old, new in (("/etc/knot/secondary.pem", key),
                         ("_xfr-client.ns2.example.net", OWNER), ("192.0.2.53", FIRST),
                         ("/etc/dance/roll.tsig", self.tsig),
                         ("every: 90d", f"every: {every}\n    keep: 1\n    ttl: {TTL}"),
                         ("/etc/dance/roll-knot.sh", self.path("reload"))):
            self.require(old in text, f"the sample has no {old}")
            text = text.replace(old, new)
        return text

    def reloads(self, knotd):
        """The reload of the sample, for this knotd."""
        sample = os.path.join(SAMPLES, "roll-knot.sh")
        self.script("reload", f'KNOTC="knotc -s {knotd.socket}" exec {sample}')

    def roll(self, *words, kill_at=0):
        """Runs it once."""
        build = os.environ["DANCE_BUILD"]
        environment = {**os.environ, **(self.theatre.sanitizer.environment or {})}
        if kill_at:
            library = os.path.join(build, "tests", "system", "libkill_at.so")
            before = environment.get("LD_PRELOAD")
            environment["LD_PRELOAD"] = f"{before} {library}" if before else library
            environment["KILL_AT"] = str(kill_at)
        command = [os.path.join(build, "src", "tool", "dance"), "roll", "--config", self.conf]
        return Ended(subprocess.run([*command, *words], capture_output=True, text=True,
                                    timeout=120, env=environment))

    def status(self):
        """The first key of the configuration, as --status --json tells."""
        said = self.roll("--status", "--json")
        self.require(said.status in (0, 1), f"there is no status: {said}")
        return json.loads(said.out)["keys"][0]

    def rolls_until(self, step, *words, within=60):
        """Runs it again and again until it is in this step."""
        end = time.monotonic() + within
        while self.status()["step"] != step:
            said = self.roll(*words)
            if time.monotonic() > end:
                raise Failed(f"it does not come to {step}: {said}, {self.status()}")
            words = ()
            time.sleep(0.3)

    def adopt(self):
        """The key in use is taken over, and nothing is under way."""
        self.rolls_until("idle")
        return self.status()["current"]
