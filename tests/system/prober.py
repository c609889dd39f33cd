# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance probe, run as the secondary's operator would run it, and what it said. It does not know
# what the server is.

import json
import os
import subprocess
import threading

PATIENCE = 60  # seconds for one of it
WORDS = ("ok", "no", "?")


class Said:
    """The lines of one probe: {step: (word, text)}, and the verdict."""

    def __init__(self, done):
        self.status = done.returncode
        self.out = done.stdout
        self.err = done.stderr
        lines = done.stdout.splitlines()
        self.last = lines[-1] if lines else ""
        self.steps = {}
        for line in lines[:-1]:
            word, step, text = line.split(None, 2)
            self.steps[step] = (word, text)

    @property
    def words(self):
        """All in one line, such as 'tcp ok, tls no'."""
        return ", ".join(f"{step} {word}" for step, (word, _) in self.steps.items())

    @property
    def verdict(self):
        return self.last.split(":")[0]

    def text(self, step):
        return self.steps[step][1] if step in self.steps else ""

    def __str__(self):
        return f"status {self.status}\n{self.out}{self.err}"


def here(stage):
    """The options that make it look at this world."""
    return ["--trust-anchor", stage.world.trust_anchor,
            "--root-hints", stage.world.root_hints]


def identity(certificate=None, name=None, raw_key=None, key=None):
    """The options for who asks."""
    words = ["--name", name] if name else []
    if certificate:
        words += ["--cert", certificate.path, "--key", certificate.key.path]
    if raw_key:
        words += ["--raw-key", raw_key.path]
    if key:
        words += ["--key", key]
    return words


def _command(stage, words, within=(), world=True, **who):
    stage.say("Probed:", f"dance probe {' '.join(words)}")
    return [*within, "dance", "probe", *(here(stage) if world else []), *identity(**who), *words]


def _environment(stage):
    build = os.environ["DANCE_BUILD"]
    return {**os.environ, "PATH": f"{build}/src/tool:{os.environ['PATH']}",
            **(stage.theatre.sanitizer.environment or {})}


def run(stage, *words, **how):
    """within: the command that runs it; world: whether it looks at this one."""
    return subprocess.run(_command(stage, words, **how), capture_output=True, text=True,
                          timeout=PATIENCE, env=_environment(stage), stdin=subprocess.DEVNULL)


def on_terminal(stage, settings, *words):
    """What it says to a terminal, with settings of the environment."""
    ours, its = os.openpty()
    try:
        subprocess.run(_command(stage, words, within=["env", *settings]), stdout=its,
                       stderr=subprocess.DEVNULL, timeout=PATIENCE, env=_environment(stage),
                       stdin=subprocess.DEVNULL)
        return os.read(ours, 65536).decode()
    finally:
        os.close(ours)
        os.close(its)


def probe(stage, *words, **who):
    return Said(run(stage, *words, **who))


def probe_json(stage, *words, **who):
    """How it ended, and its object."""
    done = run(stage, "--json", *words, **who)
    return done.returncode, json.loads(done.stdout)


class SslServer:
    """openssl's s_server, and what it says of those who came."""

    def __init__(self, address, certificate, *options, port=853):
        command = ["openssl", "s_server", "-accept", f"{address}:{port}", "-cert",
                   certificate.path, "-key", certificate.key.path, *options]
        self.said = []
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, errors="replace",
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.ready = threading.Event()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        if not self.ready.wait(20):
            self.child.kill()
            raise OSError(f"s_server does not accept: {self.said}")

    def _read(self):
        for line in self.child.stdout:
            self.said.append(line.rstrip("\n"))
            if line.startswith("ACCEPT"):
                self.ready.set()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.child.stdin.close()
        self.child.terminate()
        self.child.wait(20)
        self.reader.join(20)

    def shown(self):
        """What of certificates it was shown, after its end."""
        return [line for line in self.said if "CERTIFICATE" in line or "subject=" in line
                or "client certificate" in line.lower()]
