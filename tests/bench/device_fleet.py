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
from with_names import PROGRAMS, LargeWorld
from world import ADDRESS

# A zone of its own, as doc/iot.md says.
ZONE = "example.org."
SUFFIX = ZONE.rstrip(".")
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
    """So many devices, which are made when this is. The tool has one thread, and a fleet as many
    tools as there are processors."""

    # Of the figures of several tools, the largest; all others are added up.
    LARGEST = ("seconds", "median", "p99", "worst")

    def __init__(self, count, path, at_once=1000, addresses=250):
        self.tools = []
        parts = os.cpu_count()
        for part in range(parts):
            first, end = part * count // parts, (part + 1) * count // parts
            self.tools.append(_Tool(f"{path}-{part}", first=first, count=end - first,
                                    at_once=max(at_once // parts, 1), addresses=addresses))
        for tool in self.tools:
            tool.wait_ready()
        self.records = [tool.records for tool in self.tools]

    def tell(self, command, **items):
        """The figures with which the fleet answers a command. items: numbers of the whole
        fleet that come after it, of which each tool gets its share."""
        for part, tool in enumerate(self.tools):
            tool.say(" ".join([command, *(
                f"{name}={self._share(number, part)}" for name, number in items.items())]))
        return self._sum()

    def hold(self, count):
        for part, tool in enumerate(self.tools):
            tool.say(f"hold {self._share(count, part)}")
        return self._sum()

    def _share(self, number, part):
        parts = len(self.tools)
        return (part + 1) * number // parts - part * number // parts

    def _sum(self):
        answers = [figures(tool.answer()) for tool in self.tools]
        return {name: (max if name in self.LARGEST else sum)(
                    answer[name] for answer in answers) for name in answers[0]}

    def end(self):
        for tool in self.tools:
            tool.end()


class _Tool:
    """A part of a fleet."""

    def __init__(self, records, **items):
        self.records = records
        words = [f"{name.replace('_', '-')}={value}" for name, value in items.items()]
        self.child = subprocess.Popen(
            [os.path.join(PROGRAMS, "devices"), front.ADDRESS, str(PORT), SUFFIX, records,
             *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def wait_ready(self):
        if self.answer() != "ready":
            raise Failed("the devices cannot be made")

    def say(self, command):
        self.child.stdin.write(command + "\n")
        self.child.stdin.flush()

    def answer(self):
        answer = self.child.stdout.readline().strip()
        if not answer:
            raise Failed("the devices did not answer")
        return answer

    def end(self):
        self.child.stdin.close()
        self.child.stdout.close()
        self.child.wait()


class FleetWorld(LargeWorld):
    """Has the records that a fleet has written."""

    zone = ZONE

    def __init__(self, folder, records):
        super().__init__(folder, ADDRESS, 0)
        self.records = records

    def _records(self):
        for path in self.records:
            with open(path, encoding="ascii") as file:
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
