# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A program that runs beside the tests, its output in a file: started, watched, ended by
# its process id. It does not know what the program is for.

import os
import re
import signal
import subprocess
import time


# How many times as long as on an idle machine a thing may take: others may be at work too.
PATIENCE = 2


class Failed(Exception):
    """What a case says when something is not as it has to be."""


def run(*command, check=True, stdin=None, timeout=30, env=None):
    """Runs a command to its end; what it said comes with the failure."""
    done = subprocess.run(command, input=stdin, text=True, timeout=timeout, env=env,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if check and done.returncode != 0:
        raise Failed(f"{' '.join(command)} ended with {done.returncode}: "
                     f"{done.stdout.strip()}")
    return done


def eventually(look, within=10, every=0.05, what=None):
    """Looks again and again until there is something to see, and returns it. within: the
    seconds after which it should be there, on an idle machine."""
    within *= PATIENCE
    end = time.monotonic() + within
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > end:
            raise Failed(f"not within {within} s: {what or look}")
        time.sleep(every)


class Process:
    def __init__(self, name, command, log, env=None):
        self.name = name
        self.command = command
        self.log = log
        self.env = env
        self.pass_fds = ()  # what it is given, as a service manager gives it
        self.child = None

    def start(self):
        # Should the tests be killed, the kernel ends what they started.
        command = ["setpriv", "--pdeathsig", "KILL", "--"]
        if self.env:
            command += ["env"] + [f"{name}={value}" for name, value in self.env.items()]
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(command + self.command, stdout=log, stderr=log,
                                          stdin=subprocess.DEVNULL,
                                          pass_fds=self.pass_fds)

    @property
    def running(self):
        return self.child is not None and self.child.poll() is None

    def stop(self, within=15):
        """Asks it to end; returns what is wrong with how it did, or nothing."""
        if self.child is None:
            return None
        early = self.child.poll()
        if early is None:
            self.child.terminate()
        status = self._wait(within)
        self.child = None
        if early is not None:
            return f"{self.name} ended by itself ({describe(early)})"
        if status != 0:
            return f"{self.name} did not end well ({describe(status)})"
        return None

    def _wait(self, within):
        within *= PATIENCE
        try:
            return self.child.wait(within)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            return f"no end within {within} s"

    def kill(self):
        """Takes it away without a chance to tidy up."""
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()
        self.child = None

    def mark(self):
        """The place in the log after which what happens now will stand."""
        return os.path.getsize(self.log) if os.path.exists(self.log) else 0

    def lines(self, since=0):
        if not os.path.exists(self.log):
            return []
        with open(self.log, "rb") as log:
            log.seek(since)
            return log.read().decode(errors="replace").splitlines()

    def matches(self, pattern, since=0):
        expression = re.compile(pattern)
        found = (expression.search(line) for line in self.lines(since))
        return [match for match in found if match]

    def wait_for(self, pattern, since=0, within=10):
        """Waits for a log line and returns what matched in the first such one."""
        def look():
            found = self.matches(pattern, since)
            if not found and not self.running:
                raise Failed(f"{self.name} is not running: {self.lines()[-1:]}")
            return found
        what = f"a line like '{pattern}' in the log of {self.name}"
        return eventually(look, within, what=what)[0]


def describe(status):
    if isinstance(status, int) and status < 0:
        return signal.Signals(-status).name
    return f"status {status}" if isinstance(status, int) else status
