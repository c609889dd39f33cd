# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A DNS of our own on loopback: root, top level domains and zones below them, signed from
# the root down, all on one authoritative knotd. Among them are two that the Internet's DNS
# does not have (RFC 6761, RFC 8375), and one that is as deep as a zone of addresses can be.
# One zone is not signed, in one the signatures can be made wrong. It knows nothing of zone
# transfers.

import os

import dnskey
import wire
from knot import Knotd, configuration
from process import Failed, run

ADDRESS = "127.0.1.1"
TTL = 6
NEGATIVE_TTL = 2

DEEP = "1." + 31 * "0." + "ip6.arpa."
SIGNED = [".", "net.", "org.", "com.", "example.net.", "example.org.", "example.com.",
          "test.", "arpa.", "home.arpa.", "ip6.arpa.", DEEP]
UNSIGNED = "unsigned.net."
# Signed once, then served as the file is: what is changed later has no signature.
BROKEN = "broken.net."
BROKEN_OWNER = "ns2.broken.net."
ALL = SIGNED + [UNSIGNED, BROKEN]

APEX = f"""$TTL {TTL}
@ SOA ns.world. hostmaster.world. 1 3600 600 86400 {NEGATIVE_TTL}
@ NS ns.world.
"""

# One key a zone, and it stays.
POLICY = {"id": "world", "algorithm": "ecdsap256sha256", "single-type-signing": True,
          "cds-cdnskey-publish": "none"}


def parent(zone):
    zone = zone.split(".", 1)[1] or "."
    return zone if zone in ALL else parent(zone)


class World:
    patience = 30  # seconds to sign a zone

    def __init__(self, folder, address=ADDRESS):
        self.folder = folder
        self.address = address
        self.signer = os.path.join(folder, "signer.conf")
        self.trust_anchor = os.path.join(folder, "root.key")
        self.root_hints = os.path.join(folder, "root.hints")
        self.ds = {}
        self.published = {}
        self.kept = set()
        self.broken = set()
        for name in ("zones", "signed"):
            os.makedirs(os.path.join(folder, name))
        zones = [self._served(zone, zone in SIGNED) for zone in ALL]
        self.knotd = Knotd("world", folder, address, {
            "policy": [POLICY],
            "mod-stats": [{"id": "world", "query-type": True}],
            "template": [{"id": "default", "global-module": "mod-stats/world"}],
            "zone": zones,
        })

    # --- making it -------------------------------------------------------------------

    def _file(self, zone, folder="zones"):
        return os.path.join(self.folder, folder, (zone.rstrip(".") or "root") + ".zone")

    def _served(self, zone, signed):
        signing = {"dnssec-signing": True, "dnssec-policy": "world"} if signed else {}
        return {"domain": zone, "file": self._file(zone), "zonefile-sync": "-1",
                "journal-content": "changes", **signing}

    def start(self):
        with open(self.signer, "w", encoding="ascii") as file:
            file.write(configuration({
                "database": {"storage": os.path.join(self.folder, "db")},
                "policy": [POLICY],
                "zone": [self._served(zone, True) for zone in SIGNED + [BROKEN]]}))
        self._write(UNSIGNED)
        # Children first: a parent's file holds their DS records. This makes the keys,
        # which knotd will find.
        for zone in sorted(SIGNED + [BROKEN], key=lambda zone: -len(wire.name(zone))):
            self._write(zone)
            self._sign(zone)
        self._write_anchor()
        os.replace(self._file(BROKEN, "signed"), self._file(BROKEN))
        since = self.knotd.mark()
        self.knotd.start()
        for zone in ALL:
            self.knotd.wait_for(rf"\[{zone}\] loaded, serial", since)
        return self

    def stop(self):
        return self.knotd.stop()

    def _write(self, zone):
        text = APEX
        if zone == ".":
            text += f"ns.world. A {self.address}\n"
        if zone == BROKEN:
            text += f"{BROKEN_OWNER} TLSA 3 1 1 {'0' * 64}\n"
        for child in ALL:
            if child != "." and parent(child) == zone:
                text += f"{child} NS ns.world.\n"
                text += f"{self.ds[child]}\n" if child in self.ds else ""
        with open(self._file(zone), "w", encoding="ascii") as file:
            file.write(text)

    def _sign(self, zone):
        out = os.path.join(self.folder, "signed")
        run("kzonesign", "-c", self.signer, "-o", out, zone, timeout=self.patience)
        with open(self._file(zone, "signed"), encoding="ascii") as file:
            (key,) = [line for line in file if " DNSKEY " in line.replace("\t", " ")
                      and "RRSIG" not in line]
        self.ds[zone] = dnskey.ds(key)

    def put_anchor(self, text):
        """The file of the trust anchor, of which half is never to be seen; or None."""
        if text is None:
            os.remove(self.trust_anchor)
            return
        with open(self.trust_anchor + ".new", "w", encoding="ascii") as file:
            file.write(text)
        os.replace(self.trust_anchor + ".new", self.trust_anchor)

    def _write_anchor(self):
        self.put_anchor(self.ds["."] + "\n")
        with open(self.root_hints, "w", encoding="ascii") as file:
            file.write(f". 3600 NS ns.world.\nns.world. 3600 A {self.address}\n")

    # --- what is published -----------------------------------------------------------

    @staticmethod
    def zone_of(owner):
        """The zone a name is in, written as knotc wants it; the owner too."""
        owner = owner.rstrip(".") + "."
        zones = [zone for zone in ALL if zone != "." and owner.endswith("." + zone)]
        if not zones:
            raise Failed(f"no zone of the world holds {owner}")
        return max(zones, key=len), owner

    def publish(self, owner, *records, kind="TLSA", ttl=TTL):
        """Makes these the records at the name, whatever was there before."""
        self._replace(owner, kind, records, ttl)

    def withdraw(self, owner, kind="TLSA"):
        self._replace(owner, kind, [], TTL)

    def _replace(self, owner, kind, records, ttl):
        zone, owner = self.zone_of(owner)
        knotc = self.knotd.knotc
        knotc("zone-begin", zone)
        try:
            if self.published.get((owner, kind)) or owner == BROKEN_OWNER:
                knotc("zone-unset", zone, owner, kind, check=owner != BROKEN_OWNER)
            for record in records:
                knotc("zone-set", zone, owner, str(ttl), kind, *record.split())
            knotc("zone-commit", zone)
        except BaseException:
            knotc("zone-abort", zone, check=False)
            raise
        self.published[owner, kind] = list(records)

    def break_zone(self, zone):
        """From now on, a signed zone is bogus: its parent has the DS record of another key."""
        tag, algorithm, kind, digest = self.ds[zone].split(" DS ")[1].split()
        self._put_ds(zone, f"{tag} {algorithm} {kind} {digest[::-1]}")
        self.broken.add(zone)

    def mend_zone(self, zone):
        self._put_ds(zone, self.ds[zone].split(" DS ")[1])
        self.broken.discard(zone)

    def _put_ds(self, zone, data):
        above, knotc = parent(zone), self.knotd.knotc
        knotc("zone-begin", above)
        knotc("zone-unset", above, zone, "DS")
        knotc("zone-set", above, zone, str(TTL), "DS", *data.split())
        knotc("zone-commit", above)

    def keep(self, owner):
        """From now on, its records stay when all others are withdrawn."""
        self.kept.add(self.zone_of(owner)[1])

    def release(self):
        self.kept.clear()

    def withdraw_all(self):
        for zone in list(self.broken):
            self.mend_zone(zone)
        for (owner, kind), records in list(self.published.items()):
            if records and owner not in self.kept:
                self.withdraw(owner, kind)

    def queries(self):
        """How many queries have come so far."""
        return sum(self.knotd.statistics("stats", "mod-stats.query-type").values())
