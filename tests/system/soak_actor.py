# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# One secondary at its pace: how each maker's is told to fetch a zone, and what its log says
# of attempts, its own and those it was told to make. It does not know what should come of
# them.

import os
import re

import secondary

GRANTED, CURRENT, REFUSED, SKIPPED = "granted", "current", "refused", "not asked"
# An attempt that nobody says anything about within this time has failed.
SILENCE = 30
# How long before its end an attempt began of which that is not known; longer for one that
# has waited for an answer in vain.
REACH, REACH_OF_SILENCE = 2, 70


class Tail:
    """Reads what a log has got since the last time, in whole lines."""

    def __init__(self, path):
        self.path = path
        self.position = os.path.getsize(path) if os.path.exists(path) else 0

    def lines(self):
        if not os.path.exists(self.path):
            return []
        with open(self.path, "rb") as file:
            file.seek(self.position)
            data = file.read()
        data = data[:data.rfind(b"\n") + 1]
        self.position += len(data)
        return data.decode(errors="replace").splitlines()


class Event:
    """What a log says has come of an attempt. `answered`: it is the primary's answer, and
    not the end of a connection."""

    def __init__(self, outcome, zone, text, begin, end, answered=False):
        self.outcome = outcome
        self.answered = answered
        self.zone = zone
        self.text = text
        self.begin = begin
        self.end = end


class Actor:
    """A secondary: of some maker, of zones of one guard, called `name` in DNS."""

    ANSWERED = None

    def __init__(self, label, name, server, guard, zones, pace=None, waits=None):
        """pace: seconds between two pulls, at least and at most, or None if it goes by
        NOTIFY and its timers; waits: by when it has to have a new serial then."""
        self.label = label
        self.name = name
        self.server = server
        self.guard = guard
        self.zones = zones
        self.pace = pace
        self.waits = waits
        self.open_zones = set()
        self.on_demand = False
        self.lookups = "lookups"
        self.certificate = None
        self.down = False
        self.tail = Tail(server.process.log)
        self.read_at = None
        self.skipped_at = 0
        self.pulled = {}
        self.why = {}

    # --- what it depends on, as causes name it ----------------------------------------

    @property
    def depends_at_guard(self):
        depends = {self.label, f"records of {self.label}", self.guard.label}
        return depends | {self.lookups} if self.lookups else depends

    def depends_for(self, zone):
        if zone in self.open_zones:
            return {self.label, self.guard.label, f"behind {self.guard.label}"}
        return self.depends_at_guard | {f"behind {self.guard.label}"}

    # --- what it does ------------------------------------------------------------------

    def pull(self, zone, now, random):
        """Tells it to fetch a zone now; whoever has not finished is left alone."""
        if self.down or zone in self.pulled:
            return
        self.pulled[zone] = now
        self._command(zone, random)

    def start(self):
        self.server.start()
        self.down = False

    def events(self, now):
        """What has happened since the last time."""
        found = []
        for line in self.tail.lines():
            for zone in self.zones:
                seen = self._read(line, zone)
                if seen:
                    found.append(self._event(seen, zone, line, now))
        for zone, since in list(self.pulled.items()):
            if now - since > SILENCE and not self.down:
                del self.pulled[zone]
                found.append(Event(REFUSED, zone, f"nothing within {SILENCE} s",
                                   since, now))
        self.read_at = now
        if any(event.outcome == SKIPPED for event in found):
            self.skipped_at = now
        return found

    def _event(self, outcome, zone, line, now):
        silent = re.search("tim(ed|e) ?out", line)
        begin = (self.read_at or now) - (REACH_OF_SILENCE if silent else REACH)
        text = self._reason(zone, line)
        return Event(outcome, zone, text, self.pulled.pop(zone, begin), now,
                     bool(re.search(self.ANSWERED, text)))

    def _reason(self, zone, line):
        return line

    # --- what each maker's does in its own way ----------------------------------------

    def _command(self, zone, random):
        raise NotImplementedError

    def _read(self, line, zone):
        """What a line of its log says has come of an attempt at a zone, or None."""
        raise NotImplementedError

    def change_key(self, certificate):
        """Has it show another certificate; returns whether it had to be restarted."""
        raise NotImplementedError


class KnotActor(Actor):
    ANSWERED = r"failed \(not allowed\)|server responded"

    def _command(self, zone, random):
        how = random.choice(["zone-retransfer", "zone-retransfer", "zone-refresh"])
        self.server.knotc(how, zone, check=False)

    def _read(self, line, zone):
        ended = re.search(secondary.ENDED.format(zone=re.escape(zone)), line)
        if not ended:
            if f"[{zone}.] refresh" in line and "failed (" in line:
                self.why[zone] = line
            return None
        if ended["updated"]:
            return GRANTED
        return CURRENT if ended["current"] else REFUSED

    def _reason(self, zone, line):
        return f"{self.why.pop(zone, '')} {line}".strip()

    def change_key(self, certificate):
        self.server.sections["server"].update({"cert-file": certificate.path,
                                               "key-file": certificate.key.path})
        self.server.reload()
        return False


class NsdActor(Actor):
    ANSWERED = r"received error code"
    ENDED = (r"zone {zone}\.? (?P<done>received update to serial \d+)"
             r"|xfrd: zone {zone} received error code"
             r"|xfrd: .*failed.* {zone}[ .:]"
             r"|(?P<current>xfrd: zone {zone} .*(?:up.to.date|is ok))")

    def _command(self, zone, random):
        self.server.control("force_transfer", zone, check=False)

    def _read(self, line, zone):
        ended = re.search(self.ENDED.format(zone=re.escape(zone)), line)
        if not ended:
            return None
        if ended["done"]:
            return GRANTED
        return CURRENT if ended["current"] else REFUSED

    def change_key(self, certificate):
        self.server.tls.update({"client-cert": certificate.path,
                                "client-key": certificate.key.path})
        return True


class BindActor(Actor):
    ANSWERED = r"status: [A-Z]+$|unexpected rcode"
    ENDED = (r"transfer of '{zone}/IN' from .*: Transfer status: (?P<status>.*)"
             r"|zone {zone}/IN: .*(?P<skipped>unreachable \(cached\))"
             r"|zone {zone}/IN: refresh: (?!truncated UDP)(?P<refresh>.*)")

    def _command(self, zone, random):
        self.server.rndc("retransfer", zone, check=False)

    def _read(self, line, zone):
        ended = re.search(self.ENDED.format(zone=re.escape(zone)), line)
        if not ended:
            return None
        if ended["skipped"]:
            return SKIPPED
        return {"success": GRANTED, "up to date": CURRENT}.get(ended["status"], REFUSED)

    def change_key(self, certificate):
        self.server.tls.update({"cert-file": certificate.path,
                                "key-file": certificate.key.path})
        return True
