# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A Mosquitto, from a sample of its configuration or any other text, and what its log says of
# clients: under which names it knows them, and what it denies them. It does not know who they are.

import os
import re

from process import run
from samples import placed
from server import Server

# The first version that reads PROXY protocol headers.
PROXY_SINCE = (2, 1)
# Under which client id and user name somebody has come in, and from where.
CONNECTED = (r"New client connected from (?P<address>\S+) as (?P<id>\S*) "
             r"\([^')]*(?:u'(?P<user>[^']*)')?\)")


def version():
    said = run("mosquitto", "-h", check=False).stdout
    return tuple(map(int, re.search(r"mosquitto version (\d+)\.(\d+)", said).groups()))


def reads_names():
    return version() >= PROXY_SINCE


class Mosquitto(Server):
    def __init__(self, folder, text):
        super().__init__("mosquitto", folder, None, [
            "mosquitto", "-c", os.path.join(folder, "mosquitto.conf")])
        self.text = text

    def write(self):
        self.put("mosquitto.conf", self.text)

    def start(self):
        self.write()
        since = self.mark()
        self.process.start()
        self.wait_for(r"mosquitto version \S+ running", since)
        return self

    def test_config(self):
        """What it says of its configuration without starting (2.1 and newer)."""
        self.write()
        return run("mosquitto", "-c", self.path("mosquitto.conf"), "--test-config",
                   check=False)

    def connected(self, since=0):
        """Who has come in, as (user name, client id)."""
        return [(match["user"], match["id"]) for match in self.matches(CONNECTED, since)]

    def wait_connected(self, since=0):
        match = self.wait_for(CONNECTED, since)
        return match["user"], match["id"]


class SampleMosquitto(Mosquitto):
    def __init__(self, folder, world, between):
        super().__init__(folder, placed("mosquitto.conf", folder, world, between))

    def write(self):
        super().write()
        self.put("dance.acl", placed("mosquitto.acl", self.folder))
