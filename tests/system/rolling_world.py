# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A world whose root rolls its key as RFC 5011 has it, within seconds, and an unbound that
# follows and keeps the trust anchor's file. It does not know who else reads that.

import os
import re

import dnskey
from process import eventually, run
from unbound import Unbound
from world import World

ADDRESS, KEEPER = "127.0.1.5", "127.0.1.6"
# In seconds, where RFC 5011 2.3 and 2.4.1 have days: of the root's keys, and for how long a new
# one has to be there.
KEY_TTL, HOLD_DOWN = 2, 2
HOLD_DOWNS = f"""    permit-small-holddown: yes
    add-holddown: {HOLD_DOWN}
    del-holddown: {HOLD_DOWN}
"""
SERIAL = " 1 3600 "
# What a host says of its trust anchor meanwhile.
AGING = r"warning: .*trust anchor is aging, file (\S+) \((.*)\); do: bring this file up to date"
UP_TO_DATE = "notice: .*trust anchor is up to date, file "


class RollingWorld(World):
    """Its keys are files that BIND's tools have made; what they sign is served as it is."""

    def __init__(self, folder, address=ADDRESS):
        super().__init__(folder, address)
        self.key_folder = os.path.join(folder, "keys")
        os.makedirs(self.key_folder)
        self.zone_key = self._generate()
        self.serial = 0
        self.keeper = Unbound(os.path.join(folder, "keeper"), self, KEEPER, HOLD_DOWNS,
                              anchor="auto-trust-anchor-file")

    def start(self):
        self.first = self.new_key()
        super().start()
        self.keeper.start()
        self.trusts(self.first)
        return self

    def stop(self):
        wrong = [self.keeper.stop(), super().stop()]
        return "; ".join(sentence for sentence in wrong if sentence)

    def _served(self, zone, signed):
        return super()._served(zone, signed and zone != ".")

    def _sign(self, zone):
        if zone != ".":
            super()._sign(zone)
            return
        with open(self._file("."), encoding="ascii") as file:
            self.text = file.read()
        self._publish([self.first])
        self.ds["."] = dnskey.ds(self._record(self.first))

    # --- what happens to the root's key --------------------------------------------------

    def _generate(self, *options):
        return run("dnssec-keygen", "-q", "-K", self.key_folder, "-a", "ECDSAP256SHA256",
                   *options, ".").stdout.split()[-1]

    def new_key(self):
        return self._generate("-f", "KSK")

    def revoked(self, key):
        """The same key, revoked: it signs that itself (RFC 5011 2.1)."""
        path = os.path.join(self.key_folder, key)
        return os.path.basename(run("dnssec-revoke", path).stdout.split()[-1])

    def _record(self, key):
        with open(os.path.join(self.key_folder, f"{key}.key"), encoding="ascii") as file:
            (line,) = [line for line in file if "DNSKEY" in line and line[0] != ";"]
        return f". {KEY_TTL} DNSKEY {line.split('DNSKEY')[1].strip()}\n"

    def _publish(self, keys):
        self.serial += 1
        source = os.path.join(self.key_folder, "zone")
        with open(source, "w", encoding="ascii") as file:
            file.write(self.text.replace(SERIAL, f" {self.serial} 3600 "))
            file.writelines(self._record(key) for key in [self.zone_key, *keys])
        signers = [word for key in keys for word in ("-k", key)]
        run("dnssec-signzone", "-q", "-P", "-K", self.key_folder, "-d", self.key_folder,
            "-o", ".", "-f", f"{source}.signed", *signers, source, self.zone_key)
        os.replace(f"{source}.signed", self._file("."))

    def sign_with(self, *keys):
        """From now on, the root has these keys, and they sign."""
        self._publish(keys)
        self.knotd.knotc("zone-reload", ".")
        self.knotd.has(".", self.serial)

    # --- what its keeper has written ------------------------------------------------------

    def states(self):
        """{public key: its state} in the trust anchor's file."""
        with open(self.trust_anchor, encoding="ascii") as file:
            return dict(re.findall(
                r"DNSKEY\s+\d+ 3 \d+ (\S+) .*;;state=\d \[\s*(\w+)\s*\]", file.read()))

    def trusts(self, key, state="VALID"):
        """Waits until the file has that to say of a key."""
        public = "".join(self._record(key).split()[6:])
        eventually(lambda: self.states().get(public) == state, 30, every=0.2,
                   what=f"the trust anchor's file has {key} {state}")


def looks_again(world, times=3):
    """Waits until DNS has been asked again and again."""
    for _ in range(times):
        before = world.queries()
        eventually(lambda: world.queries() > before, 30, every=0.5, what="lookups go on")


def unkept(world):
    """From now on nobody keeps the file. Returns what is in it."""
    world.keeper.stop()
    with open(world.trust_anchor, encoding="ascii") as file:
        return file.read()
