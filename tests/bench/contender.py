# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A server under the load of tests/system/front_load.c: what came of it, and how much
# processor time the server has used for it. It does not know who is compared with whom.

import os
import re
import statistics

from process import Failed, run
from stage import ZONE

SMALLEST = "$TTL 60\n@ SOA ns1 hostmaster 1 3600 600 86400 60\n"
RECORDS = 2  # of its transfer: the SOA twice
PROGRAM = os.path.join(os.environ["DANCE_BUILD"], "tests", "system", "front_load")


class Contender:
    """A server, and what was measured of it, round by round."""

    def __init__(self, what, servers, certificate, port=853):
        """servers: the one that is asked, and what else works for it."""
        self.what = what
        self.servers = servers
        self.certificate = certificate
        self.port = port
        self.rounds = []

    def load(self, **items):
        """One run of the client that all have in common; what it says, as numbers."""
        items = {"cert": self.certificate.path, "key": self.certificate.key.path,
                 "records": RECORDS, **items}
        before = self.work()
        said = run(PROGRAM, self.servers[0].address, str(self.port), ZONE,
                   *(f"{name}={value}" for name, value in items.items())).stdout
        seen = {name: float(value)
                for name, value in re.findall(r"(\S+)=([0-9.]+)", said)}
        wrong = [name for name in ("failed", "closed", "broken") if seen[name]]
        if wrong or not seen["whole"]:
            raise Failed(f"{self.what}: {said}")
        seen["work"] = (self.work() - before) / seen["whole"] * 1e6
        seen["rate"] = seen["whole"] / seen["seconds"]
        return seen

    def median(self, item):
        return statistics.median(seen[item] for seen in self.rounds)

    def show_rate(self):
        print(f"  {self.what:<30} {self.median('rate'):8.0f} transfers/s"
              f" {self.median('work'):8.0f} us of processor time each")

    def total(self, item):
        """Of all rounds: the kernel counts processor time in hundredths of a second."""
        return sum(seen[item] for seen in self.rounds)

    def work(self):
        return work(*self.servers)


def work(*servers):
    """Seconds of processor time that these have used so far."""
    return sum(_used(pid) for server in servers
               for pid in _family(server.process.child.pid))


def _used(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _family(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        children = [int(word) for word in file.read().split()]
    return [pid] + [each for child in children for each in _family(child)]
