# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A unit of the systemd that runs here: what it is told to do, what it says of itself, and what
# stands in the journal. It does not know what the unit is for.

import json
import os
import re
import signal

from process import Failed, eventually, run

ERROR, WARNING, NOTICE, INFO = 3, 4, 5, 6
PLACES = "/run/systemd/system"


def daemon_reload():
    run("systemctl", "daemon-reload", timeout=300)


class Unit:
    def __init__(self, name):
        self.name = name

    # --- told ------------------------------------------------------------------------

    def control(self, verb, check=True):
        """systemctl, to the end of what it was told; returns its exit status."""
        return run("systemctl", verb, self.name, check=check, timeout=300).returncode

    def start(self):
        self.control("start")

    def stop(self):
        self.control("stop")

    def reset(self):
        """Not running and as if it had never failed, without settings of a test."""
        self.control("stop", check=False) # there may be no such unit
        self.control("reset-failed", check=False)
        if self.settle(None):
            daemon_reload()

    def settle(self, text):
        """A drop-in of this text, or none; returns whether that changes something. Then
        daemon_reload()."""
        folder = f"{PLACES}/{self.name}.d"
        path = f"{folder}/test.conf"
        if text is None:
            if not os.path.exists(path):
                return False
            os.remove(path)
            return True
        os.makedirs(folder, exist_ok=True)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return True

    def set(self, text):
        self.settle(text)
        daemon_reload()

    def kill(self, number=signal.SIGKILL):
        os.kill(self.pid, number)

    # --- seen ------------------------------------------------------------------------

    def show(self, name):
        return run("systemctl", "show", "--property", name, "--value", self.name,
                   timeout=300).stdout.strip()

    @property
    def state(self):
        return self.show("ActiveState")

    @property
    def pid(self):
        return int(self.show("MainPID"))

    @property
    def restarts(self):
        return int(self.show("NRestarts"))

    def process(self, name):
        """A field of the main process's status in /proc, as a list of words."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            (line,) = [line for line in file if line.startswith(name + ":")]
        return line.split()[1:]

    def wait_restarted(self, before, within=120):
        """before: pid and restarts as they were."""
        def look():
            return self.state == "active" and self.restarts > before[1] \
                and self.pid not in (0, before[0])
        eventually(look, within, every=0.2, what=f"{self.name} has restarted")

    # --- the journal -----------------------------------------------------------------

    def mark(self):
        """The place in the journal after which what happens now will stand."""
        said = run("journalctl", "--quiet", "--lines=0", "--show-cursor").stdout
        return said.split("cursor: ")[1].strip()

    def lines(self, since):
        """[(priority, text)] of what the unit's processes and systemd say of it."""
        said = run("journalctl", "--quiet", "--output=json", f"--after-cursor={since}",
                   "--unit", self.name).stdout
        found = [json.loads(line) for line in said.splitlines()]
        return [(int(entry["PRIORITY"]), entry["MESSAGE"]) for entry in found]

    def wait_for(self, pattern, since, within=20):
        """Waits for a line and returns its priority and what matched."""
        def look():
            return [(priority, match) for priority, text in self.lines(since)
                    if (match := re.search(pattern, text))]
        return eventually(look, within, every=0.2,
                          what=f"a line like '{pattern}' of {self.name}")[0]

    def require_line(self, priority, pattern, since):
        seen, match = self.wait_for(pattern, since)
        if seen != priority:
            raise Failed(f"'{match.string}' has priority {seen}, not {priority}")

    def require_no_line(self, pattern, since):
        for _, text in self.lines(since):
            if re.search(pattern, text):
                raise Failed(f"{self.name} says '{text}'")
