# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A world whose root rolls its key as RFC 5011 has it, within seconds, and an unbound that
# follows and keeps the trust anchor's file. It does not know who else reads that.

import os
import re

from process import eventually, run
from unbound import Unbound
from world import POLICY, World

ADDRESS, KEEPER = "127.0.1.5", "127.0.1.6"
# In seconds, where RFC 5011 2.3 and 2.4.1 have days: of the root's keys, and for how long a new
# one has to be there.
KEY_TTL, HOLD_DOWN = 2, 2
HOLD_DOWNS = f"""    permit-small-holddown: yes
    add-holddown: {HOLD_DOWN}
    del-holddown: {HOLD_DOWN}
"""
ROOT = {**POLICY, "id": "root", "manual": True, "single-type-signing": None,
        "dnskey-ttl": KEY_TTL}


class RollingWorld(World):
    POLICIES = [POLICY, ROOT]

    def __init__(self, folder, address=ADDRESS):
        super().__init__(folder, address)
        self.keys = []
        self.keeper = Unbound(os.path.join(folder, "keeper"), self, KEEPER, HOLD_DOWNS,
                              anchor="auto-trust-anchor-file")

    def start(self):
        super().start()
        self.keeper.start()
        self.trusts(self.keys[0])
        return self

    def stop(self):
        wrong = [self.keeper.stop(), super().stop()]
        return "; ".join(sentence for sentence in wrong if sentence)

    @staticmethod
    def _policy(zone):
        return ROOT["id"] if zone == "." else POLICY["id"]

    def _sign(self, zone):
        if zone == ".":
            self._keymgr("generate", "ksk=no", "zsk=yes")
            self.keys.append(self._keymgr("generate", "ksk=yes", "zsk=no"))
        super()._sign(zone)

    def _keys(self, zone):
        """The root's other key only signs the zone."""
        return [line for line in super()._keys(zone) if zone != "." or "257 3 " in line]

    def _keymgr(self, *words):
        done = run("keymgr", "-c", self.signer, ".", *words)
        return done.stdout.split()[-1] if done.stdout else ""

    # --- what happens to the root's key --------------------------------------------------

    def set_key(self, key, **times):
        """Times of a key, of those that keymgr(8) knows."""
        self._keymgr("set", key, *(f"{name}={time}" for name, time in times.items()))

    def load_keys(self):
        since = self.knotd.mark()
        self.knotd.knotc("zone-keys-load", ".")
        self.knotd.wait_for(r"\[\.\] DNSSEC, (successfully signed|zone is up-to-date)", since)

    def add_key(self):
        """A new key stands beside the old one, and both sign."""
        self.keys.append(self._keymgr("generate", "ksk=yes", "zsk=no"))
        self.load_keys()
        return self.keys[-1]

    # --- what its keeper has written ------------------------------------------------------

    def states(self):
        """{public key: its state} in the trust anchor's file."""
        with open(self.trust_anchor, encoding="ascii") as file:
            return dict(re.findall(r"DNSKEY\s+\d+ 3 \d+ (\S+) .*;;state=\d \[\s*(\w+)\s*\]",
                                   file.read()))

    def trusts(self, key, state="VALID"):
        """Waits until the file has that to say of a key."""
        public = self._keymgr("dnskey", key)
        eventually(lambda: self.states().get(public) == state, 30, every=0.2,
                   what=f"the trust anchor's file has {key} {state}")
