# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What the servers of other makers have in common here: a folder, a log, a process; zones
# in files for those that are primaries. It does not know how any of them is configured.

import os

from process import Process, eventually, run

ZONE = """$TTL 60
@ SOA ns1 hostmaster {serial} {timers} 86400 60
@ NS ns1
ns1 A 192.0.2.1
"""
# Of the SOA record: refresh and retry.
TIMERS = "3600 600"
# So many records that a whole zone and a change of it cannot be taken for each other.
FILLING = "".join(f"filling{number} A 192.0.2.3\n" for number in range(300))


def served(address, zone, kind, port=53):
    """The data of what a server answers by itself, as kdig prints it: a list of lines."""
    done = run("kdig", f"@{address}", "-p", str(port), "+short", "+retry=0", "+timeout=2",
               zone, kind, check=False)
    return [] if done.returncode else done.stdout.split("\n")[:-1]


def wait_until_served(server, zone, serial, within=10):
    """Waits until a server gives this version of a zone, and a record of it: of several
    processes, one may still answer from the version before."""
    def look():
        soa = served(server.address, zone, "SOA")
        return soa and soa[0].split()[2] == str(serial) and \
            served(server.address, f"serial{serial}.{zone}", "TXT") == [f'"{serial}"']
    eventually(look, within, every=0.1,
               what=f"serial {serial} of {zone}, whole, on {server.name}")


class Server:
    def __init__(self, name, folder, address, command, env=None):
        os.makedirs(folder, exist_ok=True)
        self.name = name
        self.folder = folder
        self.address = address
        self.timers = {}
        self.process = Process(name, command, os.path.join(folder, "log"), env)
        self.matches = self.process.matches
        self.lines = self.process.lines
        self.mark = self.process.mark
        self.wait_for = self.process.wait_for

    def path(self, name):
        return os.path.join(self.folder, name)

    def put(self, name, text):
        """Writes a file of its folder, of which half is never to be seen."""
        with open(self.path(name) + ".new", "w", encoding="ascii") as file:
            file.write(text)
        os.replace(self.path(name) + ".new", self.path(name))

    def file(self, zone):
        return self.path(f"{zone.strip('.')}.zone")

    def write_zone(self, zone, serial=1, records=""):
        self.put(os.path.basename(self.file(zone)),
                 ZONE.format(serial=serial, timers=self.timers.get(zone, TIMERS))
                 + FILLING + records)

    def stop(self):
        return self.process.stop()

    def kill(self):
        self.process.kill()

    def tail(self, count=25):
        return self.lines()[-count:]

    def has(self, zone, serial):
        wait_until_served(self, zone, serial)
