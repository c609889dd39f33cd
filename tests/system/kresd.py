# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Knot Resolver, unmodified, in the version that the system has: 5 is one process with a
# configuration in Lua, 6 has a manager that reads YAML and starts it. It starts from the
# world's root. Knows nothing of policies.

import os
import re
import shutil
import signal

from process import eventually, run
from server import Server

ADDRESS = "127.0.1.4"
# What the world takes: its servers and its trust anchor are its own.
LUA = """
log_target('stderr')
trust_anchors.remove('.')
trust_anchors.add(io.open('{anchor}'):read('*a'))
modules.load('hints')
hints.root_file('{hints}')
"""
LUA_5 = """cache.open(10 * MB, 'lmdb://{folder}/cache')
option('ALLOW_LOCAL', true)
"""
YAML = """
rundir: {folder}
management:
  unix-socket: {folder}/api
cache:
  storage: {folder}/cache
logging:
  target: stderr
options:
  query-loopback: true
lua:
  script: |
"""


def version():
    """The major one that is installed; 0 if there is none."""
    if not shutil.which("kresd"):
        return 0
    said = run("kresd", "--version", check=False).stdout
    return int(re.search(r"(\d+)\.\d+\.\d+", said).group(1))


def at_home(folder, world):
    """What a configuration lacks to run in a folder and in the world."""
    where = {"folder": folder, "anchor": world.trust_anchor, "hints": world.root_hints}
    if version() < 6:
        return (LUA + LUA_5).format(**where)
    lua = LUA.format(**where).replace("log_target('stderr')\n", "")
    return YAML.format(**where) + "".join(f"    {line}\n" for line in lua.split("\n") if line)


class Kresd(Server):
    def __init__(self, folder, world, text, address=ADDRESS, name="kresd"):
        """text: what the configuration says of listening and policies, in Lua or YAML."""
        old = version() < 6
        self.file_name = "kresd.conf" if old else "config.yaml"
        path = os.path.join(folder, self.file_name)
        # The manager of 6 becomes a supervisor, which starts it again and the workers.
        command = ["kresd", "-n", "-c", path, folder] if old else [
            "knot-resolver", "--logtarget=stderr", "-c", path]
        super().__init__(name, folder, address, command)
        self.old = old
        self.text = text + at_home(folder, world)

    def start(self):
        if not self.old:
            os.makedirs(self.path("cache"), exist_ok=True)
        self.put(self.file_name, self.text)
        self.process.start()
        host, port = self._listening()
        eventually(lambda: self._answers(host, port), within=30, every=0.2,
                   what=f"{self.name} answers")
        return self

    def _listening(self):
        """The first place where it is told to listen, as the file says it."""
        found = re.search(r"net\.listen\('([^']+)', (\d+)" if self.old
                          else r"interface: ([^@\s]+)@(\d+)", self.text)
        return found.group(1), found.group(2)

    def _answers(self, host, port):
        return run("kdig", f"@{host}", "-p", port, "+tcp", "+retry=0", "+timeout=1",
                   "localhost", "A", check=False).returncode == 0
