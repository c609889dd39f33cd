# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A fleet of devices (devices.c), the DNS that has a record of each, and the server behind the
# front (behind.c) that they come to. Knows how these are set up and told what to do, not what
# is measured.

import contextlib
import os
import re
import subprocess

import front
from process import Failed
from server import Server
from with_names import PROGRAMS, SUFFIX, LargeWorld
from world import ADDRESS

PORT = 8883
BEHIND = "127.0.0.14"
BEHIND_PORT = 1883


def figures(line):
    """{name: number} of a line of NAME=NUMBER."""
    return {name: float(value) for name, value in re.findall(r"(\S+)=([0-9.]+)", line)}


class Behind(Server):
    """The server behind: on a UNIX socket, and on an address."""

    def __init__(self, folder):
        self.socket = os.path.join(folder, "behind.sock")
        self.at = f"{BEHIND}@{BEHIND_PORT}"
        super().__init__("behind", folder, BEHIND, [os.path.join(PROGRAMS, "behind"),
                                                    self.socket, self.at])

    def start(self):
        self.process.start()
        self.wait_for("^listening$")
        return self

    def stop(self):
        """It serves until it is ended."""
        if not self.process.running:
            return f"{self.name} ended by itself"
        self.process.kill()
        return None


class Fleet:
    """So many devices, which are made when this is."""

    def __init__(self, count, records, **items):
        self.records = records
        words = [f"{name.replace('_', '-')}={value}" for name, value in items.items()]
        self.child = subprocess.Popen(
            [os.path.join(PROGRAMS, "devices"), front.ADDRESS, str(PORT), SUFFIX, records,
             f"count={count}", *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self._answer() != "ready":
            raise Failed("the devices cannot be made")

    def _answer(self):
        return self.child.stdout.readline().strip()

    def tell(self, command):
        """The figures with which the fleet answers a command."""
        self.child.stdin.write(command + "\n")
        self.child.stdin.flush()
        answer = self._answer()
        if not answer:
            raise Failed(f"the devices did not answer '{command}'")
        return figures(answer)

    def end(self):
        self.child.stdin.close()
        self.child.stdout.close()
        self.child.wait()


class FleetWorld(LargeWorld):
    """Has the records that a fleet has written."""

    def __init__(self, folder, records):
        super().__init__(folder, ADDRESS, 0)
        self.records = records

    def _records(self):
        with open(self.records, encoding="ascii") as file:
            yield from file


@contextlib.contextmanager
def scene(stage, count, **items):
    """A fleet, and its world in the place of the stage's."""
    fleet = Fleet(count, stage.path("records"), **items)
    world = FleetWorld(stage.path("fleet-world"), fleet.records)
    stage.world.stop()
    try:
        yield fleet, world.start()
    finally:
        fleet.end()
        world.stop()
        stage.world.knotd.start()
