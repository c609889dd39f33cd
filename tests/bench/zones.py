#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A knotd of many zones and workers, with mod-dance in several ways against the same knotd
# alone: its memory, and what a reload takes, in time and in processor time, which tells more
# on a busy machine. Ratios in one run. Arguments: how many zones share one section (20000),
# how many have a section each (10000), how many reloads (7).

import os
import statistics
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir, "system"))

from front_stage import NAME  # noqa: E402
from knot import Knotd  # noqa: E402
from primary import module_file  # noqa: E402
from process import Failed, eventually, run  # noqa: E402
from rows import about, ratios, show  # noqa: E402
from stage import Stage, Theatre  # noqa: E402

WORKERS = {"udp-workers": 16, "tcp-workers": 32}
LONG = 600  # seconds that nothing here takes
# What a small zone of a hosting provider has.
CONTENT = """$TTL 3600
@ SOA ns1 hostmaster 1 3600 600 86400 60
@ NS ns1
@ NS ns2
@ A 192.0.2.3
@ AAAA 2001:db8::3
@ MX 10 mail
@ TXT "v=spf1 mx -all"
ns1 A 192.0.2.1
ns2 A 192.0.2.2
mail A 192.0.2.4
www CNAME @
_dmarc TXT "v=DMARC1; p=reject"
"""


class Manifold(Knotd):
    """A knotd of many zones, and what was measured of it."""

    def __init__(self, what, stage, address, count, sections=None, template=None, own=None):
        """sections: of the configuration; template: options of every zone; own: options
        of the zone of a number."""
        folder = stage.path(address)
        super().__init__(what, folder, address, {
            "server": WORKERS,
            "log": [{"target": "stderr", "any": "info"}],
            "acl": [{"id": "xot", "protocol": "tls", "action": "transfer",
                     "address": f"/dance/{NAME}"}],
            "template": [{"id": "default", "file": os.path.join(folder, "any.zone"),
                          "zonefile-sync": "-1", "journal-content": "none", "acl": "xot",
                          **(template or {})}],
            "zone": [{"domain": f"z{number}.example", **(own(number) if own else {})}
                     for number in range(count)],
            **(sections or {})})
        with open(os.path.join(folder, "any.zone"), "w", encoding="ascii") as file:
            file.write(CONTENT)
        self.count = count
        self.rounds = []

    def begin(self):
        self.write()
        self.process.start()
        eventually(lambda: len(self.matches("loaded, serial")) == self.count, LONG, every=1,
                   what=f"all zones of {self.name} are loaded")
        self._settle()
        self.memory = self._memory()
        return self

    def reload(self):
        before, began = self._work(), time.monotonic()
        run("knotc", "-s", self.socket, "-t", str(LONG), "reload", timeout=LONG)
        self.rounds.append({"seconds": time.monotonic() - began,
                            "work": self._work() - before})
        self._settle()

    def _settle(self):
        """Until it has little to do any more, for a minute at most."""
        end, before = time.monotonic() + 60, self._work()
        while time.monotonic() < end:
            time.sleep(1)
            before, now = self._work(), before
            if before - now < 0.1:
                return

    def show(self):
        print(f"  {self.name:<30} {self.memory:7.1f} MiB, {self._memory():7.1f} after the"
              f" reloads of {self._median('seconds'):6.2f} s,"
              f" {self._median('work'):6.2f} s of processor time", flush=True)

    def _median(self, item):
        return statistics.median(seen[item] for seen in self.rounds)

    def _work(self):
        """Seconds of processor time that it has used so far."""
        with open(f"/proc/{self.process.child.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _memory(self):
        """What is resident, in MiB."""
        with open(f"/proc/{self.process.child.pid}/status", encoding="ascii") as file:
            fields = dict(line.split(":", 1) for line in file)
        return int(fields["VmRSS"].split()[0]) / 1024


def _module(stage, sections=("xot",), **options):
    """sections: their ids. Each permits the same client, but no two are the same."""
    return {"module": [{"id": "mod-dance", "file": module_file()}],
            "mod-dance": [{"id": identity,
                           **stage.options([NAME], identity_address=True, max_stale=number,
                                           **options)}
                          for number, identity in enumerate(sections)]}


def _compare(contenders, reloads, goals):
    """The first one is knotd alone; goals: of memory and reload, for each of the others."""
    for contender in contenders:
        contender.begin()
    for number in range(reloads):
        for contender in contenders if number % 2 == 0 else contenders[::-1]:
            contender.reload()
    for contender in contenders:
        contender.show()
    for contender, (memory, reload) in zip(contenders[1:], goals):
        _show(contender, contenders[0], memory, reload)
    wrong = [contender.stop() for contender in contenders]
    if any(wrong):
        raise Failed("; ".join(sentence for sentence in wrong if sentence))


def _show(contender, alone, memory, reload):
    ratio = contender.memory / alone.memory
    show(f"memory, {contender.name} / alone", [ratio, ratio], _goal(memory), most=memory)
    show("reload, the same", ratios(contender, alone, "seconds"), _goal(reload),
         most=reload)
    show("processor time of a reload, the same", ratios(contender, alone, "work"),
         _goal(reload), most=reload)


def _goal(most):
    return f"<= {most}" if most else None


def bench(stage, zones, sections, reloads):
    stage.publish(NAME, f"3 1 1 {64 * '0'}", ttl=3600)
    about("zones, one section")
    print(f"Knot DNS, {zones} zones that share a section, 48 workers", flush=True)
    shared = {"module": "mod-dance/xot"}
    _compare([Manifold("knotd alone", stage, "127.0.0.61", zones),
              Manifold("counters of the server", stage, "127.0.0.62", zones,
                       _module(stage, zone_counters=False),
                       {**shared, "global-module": "mod-dance"}),
              Manifold("counters of each zone", stage, "127.0.0.63", zones,
                       _module(stage), shared)],
             reloads, [(1.3, 1.25), (2.5, 1.25)])
    about("zones, many sections")
    print(f"Knot DNS, {sections} zones with a section each, or with an acl rule of as many lines",
          flush=True)
    own = [f"s{number}" for number in range(sections)]
    rules = [{"id": identity, "address": f"/dance/{NAME}", "protocol": "tls",
              "action": "transfer", "deny": False, "update-type": "TLSA"} for identity in own]
    _compare([Manifold("knotd alone", stage, "127.0.0.64", sections),
              Manifold("rules", stage, "127.0.0.65", sections, {"acl": rules}, {"acl": "s0"},
                       lambda number: {"acl": own[number]}),
              Manifold("sections", stage, "127.0.0.66", sections,
                       _module(stage, own, zone_counters=False),
                       own=lambda number: {"module": f"mod-dance/{own[number]}"})],
             reloads, [(None, None), (None, 1.25)])


def main(zones=20000, sections=10000, reloads=7):
    with tempfile.TemporaryDirectory(prefix="dance-") as folder:
        theatre = Theatre(folder)
        stage = Stage(theatre, os.path.join(folder, "bench-zones"))
        wrong = []
        try:
            bench(stage, int(zones), int(sections), int(reloads))
        except Failed as failure:
            wrong.append(f"zones: {failure}")
        finally:
            wrong += stage.end() + [theatre.end()]
    wrong = [sentence for sentence in wrong if sentence]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
