# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A crowd of those who may have nothing, some of whom cause lookups: bounded in number and
# time, in threads beside the case. And what a server may use, taken away and given back while
# it runs. Knows no server.

import fcntl
import itertools
import os
import re
import socket
import threading
import time

import asker
from process import eventually, run


SUFFIX = "below.example.org"  # to be permitted as "*." and this


def strangers(stage, *names):
    """Certificates of those who may have nothing, and None for who has none: an unknown key,
    permitted names with another key, and names below the suffix that have no records or
    others. Each causes lookups."""
    stage.publish(f"other.{SUFFIX}", stage.certificate().tlsa())
    return [None, stage.certificate(), stage.certificate(*names),
            stage.certificate(*(f"n{number}.{SUFFIX}" for number in range(8))),
            stage.certificate(f"other.{SUFFIX}")]


class Crowd:
    def __init__(self, stage, address, zone, certificates, size=8, idle=0):
        """Each of `size` asks again and again with one of the certificates (None: without
        one) in its turn; `idle` more connections say nothing and stay."""
        self.stage = stage
        self.address = address
        self.zone = zone
        self.certificates = itertools.cycle(certificates)
        self.size = size
        self.idle = idle
        self.ended = threading.Event()
        self.lock = threading.Lock()
        self.threads = []
        self.seen = {}
        self.granted = []

    def __enter__(self):
        self.threads = [threading.Thread(target=self._come, args=(number,), daemon=True)
                        for number in range(self.size)]
        if self.idle:
            self.threads.append(threading.Thread(target=self._stay, daemon=True))
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *exception):
        self.ended.set()
        for thread in self.threads:
            thread.join(30)
        self.stage.say(f"of the crowd: {self.seen}")

    def _note(self, outcome):
        with self.lock:
            self.seen[outcome] = self.seen.get(outcome, 0) + 1

    def _come(self, number):
        while not self.ended.wait(0.1):
            with self.lock:
                certificate = next(self.certificates)
            try:
                outcome = asker.ask(self.address, self.zone, certificate=certificate,
                                    source=f"127.6.0.{60 + number % 8}")
                if outcome.transferred:
                    self.granted.append(getattr(certificate, "path", "nobody"))
                self._note(str(outcome))
            except OSError as error:
                self._note(type(error).__name__)

    def _stay(self):
        """What the server closes is opened again."""
        held = []
        while not self.ended.wait(0.2):
            held = [one for one in held if self._is_open(one)]
            for number in range(len(held), self.idle):
                try:
                    held.append(socket.create_connection(
                        (self.address, 853), 1, (f"127.7.0.{70 + number % 8}", 0)))
                except OSError:
                    break
        for one in held:
            one.close()

    @staticmethod
    def _is_open(connection):
        connection.setblocking(False)
        try:
            return connection.recv(1) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False

    def check(self):
        self.stage.require(not self.granted, f"somebody was let in: {self.granted}")
        self.stage.require(self.seen, "nobody came")


# Users and their groups that each Debian has and that run nothing: limits are for one of them.
USERS = {"games": "games", "news": "news", "uucp": "uucp", "backup": "backup", "list": "list",
         "irc": "irc"}


def user(stage):
    """A user that is this stage's alone: the kernel counts the threads of a user, not those
    of a server, and other cases may be played at the same time."""
    if not hasattr(stage, "user"):
        stage.user = eventually(lambda: _take_user(stage), 300, every=1,
                                what="a user that no other case has")
    return stage.user


def group(stage):
    return USERS[user(stage)]


def _take_user(stage):
    folder = os.path.dirname(os.environ["DANCE_BUILD"])
    for name in USERS:
        lock = open(os.path.join(folder, f"user-{name}.lock"), "w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        stage.sockets.append(lock)  # the stage closes it at its end
        return name
    return None


def _as_user(user, group, *command):
    return ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", *command]


def has_limits(stage, *names):
    """Whether they can be set here; says so if not."""
    if "as" in names and stage.theatre.sanitizer.environment:
        print("skipped: a sanitizer sets terabytes of address space aside")
        return False
    if run(*_as_user(user(stage), group(stage), "true"), check=False).returncode:
        print("skipped: there are no other users here")
        return False
    return True


def limit(server, name, soft):
    """What a running server of a user may use, of what prlimit(1) knows, until it is given
    more; returns what it was."""
    pid = server.process.child.pid
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        owner = re.findall(r"^[UG]id:\t(\d+)", file.read(), re.M)
    command = _as_user(*owner, "prlimit", "--pid", str(pid))
    before = run(*command, f"--{name}", "--noheadings", "--raw", "--output=SOFT").stdout
    run(*command, f"--{name}={soft}:")
    return before.strip()


def files(server):
    """The number after that of its highest descriptor."""
    text = run("ls", f"/proc/{server.process.child.pid}/fd").stdout
    return max(int(number) for number in text.split()) + 1


def octets(server):
    """Its address space."""
    with open(f"/proc/{server.process.child.pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * 4096


def threads(server):
    with open(f"/proc/{server.process.child.pid}/stat", encoding="ascii") as file:
        return int(file.read().rsplit(")", 1)[1].split()[17])


def ask_for(stage, address, certificate, zone, seconds):
    """What a permitted client gets, once a second for so long, as words."""
    seen = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            seen.append(str(asker.ask(address, zone, certificate=certificate)))
        except OSError as error:
            seen.append(type(error).__name__)
        time.sleep(1)
    stage.say(f"permitted, meanwhile: {seen}")
    return seen
