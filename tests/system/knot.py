# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A knotd of our own: its configuration from Python values, its folder, its log, its
# control socket. It does not know what a primary or a secondary is.

import base64
import os
import re

from process import Failed, Process, eventually, run

# A value of knotc's statistics: 'item = value' up to Knot DNS 3.5, 'item: value' since 3.6.
STATISTIC = re.compile(r"(?P<item>[\w-]+\.[\w-]+)(?:\[(?P<id>[^]]*)\])?(?: =|:) (?P<value>\d+)$",
                       re.MULTILINE)
# What is referred to has to stand before who does.
ORDER = ["module", "mod", "key", "policy", "remote", "remotes", "acl", "template", "zone"]


def _scalar(value):
    if isinstance(value, bool):
        return "on" if value else "off"
    text = str(value)
    return text if re.fullmatch(r"[A-Za-z0-9_./:@-]+", text) else f'"{text}"'


def _value(value):
    if isinstance(value, (list, tuple)):
        return "[ " + ", ".join(_scalar(item) for item in value) + " ]"
    return _scalar(value)


def configuration(sections):
    """{section: {option: value} or a list of such} as the text of a knot.conf."""
    lines = []
    for section, content in sections.items():
        lines.append(f"{section}:")
        mark = "- " if isinstance(content, list) else "  "
        for entry in content if isinstance(content, list) else [content]:
            items = [(name, value) for name, value in entry.items() if value is not None]
            for i, (name, value) in enumerate(items):
                lines.append(f"  {mark if i == 0 else '  '}{name}: {_value(value)}")
    return "\n".join(lines) + "\n"


class Knotd:
    def __init__(self, name, folder, address, sections, env=None):
        os.makedirs(os.path.join(folder, "db"), exist_ok=True)
        self.name = name
        self.folder = folder
        self.address = address
        self.path = os.path.join(folder, "knot.conf")
        self.socket = os.path.join(folder, "knot.sock")
        self.sections = sections
        command = ["knotd", "-c", self.path, "-s", self.socket]
        self.process = Process(name, command, os.path.join(folder, "log"), env)
        self.matches = self.process.matches
        self.lines = self.process.lines
        self.mark = self.process.mark
        self.wait_for = self.process.wait_for

    def write(self):
        """Puts the configuration, as the sections have it now, into its file."""
        server = {"rundir": self.folder, "listen": f"{self.address}@53",
                  "udp-workers": 1, "tcp-workers": 3, "background-workers": 2,
                  **self.sections.get("server", {})}
        own = {"server": server,
               "log": self.sections.get("log", [{"target": "stderr", "any": "debug"}]),
               "database": {"storage": os.path.join(self.folder, "db")}}
        others = {name: content for name, content in self.sections.items()
                  if name not in own and content}
        order = sorted(others, key=lambda name: ORDER.index(name.split("-")[0]))
        with open(self.path, "w", encoding="ascii") as file:
            file.write(configuration({**own, **{name: others[name] for name in order}}))

    def start(self, wait=True):
        self.write()
        since = self.mark()
        self.process.start()
        if wait:
            self.wait_for(r"server started", since)
            eventually(lambda: self.knotc("status", check=False).returncode == 0,
                       what=f"{self.name} answers knotc")
        return self

    def stop(self):
        return self.process.stop()

    def kill(self):
        self.process.kill()

    def knotc(self, *words, check=True):
        return run("knotc", "-s", self.socket, "-t", "10", *words, check=check)

    def check(self):
        """Lets knotc judge the configuration; nothing has to be running for that."""
        self.write()
        return run("knotc", "-c", self.path, "conf-check", check=False,
                   env={**os.environ, **(self.process.env or {})})

    def reload(self):
        self.write()
        self.knotc("reload")

    def statistics(self, *words):
        """What 'stats ITEM' or 'zone-stats ZONE ITEM' says: {id in the item: value}, without
        those that are 0; an item that has no ids has one that is None."""
        text = self.knotc(*words, check=False).stdout
        return {match["id"]: int(match["value"]) for match in STATISTIC.finditer(text)
                if match["item"] == words[-1]}

    def key_digest(self):
        """The SHA-256 of the public key of its certificate, in hex: TLSA 3 1 1."""
        text = self.knotc("status", "cert-key").stdout.strip()
        digest = base64.b64decode(text)
        if len(digest) != 32:
            raise Failed(f"{self.name} has no certificate: {text}")
        return digest.hex()

    def has(self, zone, serial):
        """Waits until it serves this version of the zone."""
        def look():
            text = self.knotc("zone-read", zone, "@", "SOA", check=False).stdout
            fields = text.split(" SOA ")[-1].split()
            return len(fields) > 2 and fields[2] == str(serial)
        return eventually(look, what=f"serial {serial} of {zone} on {self.name}")

    def tail(self, count=25):
        return self.lines()[-count:]
