# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A dance-front: its configuration from Python values, its process, and what its log says
# of clients, of primaries and of upstream servers. It does not know who they are.

import os
import re
import signal

from knot import configuration
from process import run
from server import Server
from verdict_log import Line, VerdictLog

ADDRESS = "127.0.0.50"
CLIENT_ADDRESS = "127.0.0.51"
ORDER = ["server", "log", "dns", "identity", "front", "client"]
# What the log says of one query, on either side.
PATTERN = re.compile(
    r"(?:front|client) (?P<id>\S+), (?P<type>[A-Z0-9]+) (?P<zone>\S+?)\.? "
    r"(?P<done>allowed|refused|failed), "
    r"(?:remote|primary) (?P<address>[^@ ]+)@(?P<port>\d+), "
    r"(?P<fields>(?:(?:as|client|owner|entry|key) \S+, )*)"
    r"verdict (?P<verdict>[a-z-]+)(?P<rest>.*)")


class FrontLine(Line):
    def __init__(self, match):
        super().__init__(match)
        fields = dict(re.findall(r"(\w+) (\S+), ", self.fields))
        self.client = fields.get("client", "").rstrip(".")
        self.owner = fields.get("owner", "").rstrip(".")
        self.key = fields.get("key")
        self.shown = fields.get("as")


class Front(VerdictLog, Server):
    PATTERN = PATTERN
    LINE = FrontLine

    def __init__(self, folder, sections, address=ADDRESS, env=None, name="dance-front"):
        """sections: {section: {option: value} or a list of such}."""
        path = os.path.join(folder, "dance-front.conf")
        super().__init__(name, folder, address, ["dance-front", "-c", path], env)
        self.sections = sections

    @property
    def listening(self):
        """All addresses that it is told to listen on."""
        entries = self.sections.get("front", []) + self.sections.get("client", [])
        found = []
        for entry in entries:
            listen = entry["listen"]
            found += listen if isinstance(listen, list) else [listen]
        return found

    def write(self):
        sections = {"log": {"target": "stderr", "level": "debug"}, **self.sections}
        self.put("dance-front.conf", configuration(
            {name: sections[name] for name in ORDER if sections.get(name)}))

    def start(self):
        self.write()
        since = self.mark()
        self.process.start()
        for address in self.listening:
            self.wait_for(rf"listening, address {re.escape(address)}\b", since)
        return self

    def check(self):
        """Lets the program judge its configuration, and start nothing."""
        self.write()
        return run("dance-front", "--check", "-c", self.path("dance-front.conf"),
                   check=False, env={**os.environ, **(self.process.env or {})})

    def reload(self, pattern=r"configuration reloaded"):
        """Makes it read its file again; returns what it says about that."""
        self.write()
        since = self.mark()
        self.process.child.send_signal(signal.SIGHUP)
        return self.wait_for(pattern, since)
