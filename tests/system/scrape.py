# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Reads metrics as Prometheus does: over HTTP, from an address or a UNIX socket. Knows nothing of
# what they mean.

import http.client
import re
import socket
import subprocess

OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8"
CLASSIC = "text/plain; version=0.0.4; charset=utf-8"
SAMPLE = re.compile(r'(\w+)(?:\{((?:\w+="(?:[^"\\]|\\.)*",?)*)\})? (-?[\d.]+)')


class _Connection(http.client.HTTPConnection):
    """To "ADDRESS@PORT" or "/PATH"."""

    def __init__(self, at):
        super().__init__("metrics.invalid", timeout=20)
        self.at = at

    def connect(self):
        if self.at.startswith("/"):
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(20)
            self.sock.connect(self.at)
        else:
            address, _, port = self.at.partition("@")
            self.sock = socket.create_connection((address, int(port)), 20)


def fetch(at, accept=OPEN, method="GET", path="/metrics"):
    """(status, type of the content, text)"""
    connection = _Connection(at)
    connection.request(method, path, headers={"Accept": accept})
    answer = connection.getresponse()
    text = answer.read().decode("ascii")
    connection.close()
    return answer.status, answer.headers.get("Content-Type"), text


def read(text):
    """{'name{label="value"}': value}, of a text in either format, whole and well-formed."""
    samples, family, seen = {}, None, set()
    lines = text.splitlines()
    for line in lines:
        if line.startswith("# TYPE "):
            family = line.split()[2]
            if family in seen:
                raise ValueError(f"{family} is there twice")
            seen.add(family)
        elif not line.startswith("# "):
            match = SAMPLE.fullmatch(line)
            if not match or not match[1].startswith(family):
                raise ValueError(f"no sample of {family}: {line}")
            series, _, value = line.rpartition(" ")
            if series in samples:
                raise ValueError(f"{series} is there twice")
            samples[series] = float(value)
    return samples


def scrape(at):
    """The samples, as OpenMetrics tells them."""
    status, kind, text = fetch(at)
    if status != 200 or kind != OPEN or not text.endswith("\n# EOF\n"):
        raise ValueError(f"{status}, {kind}: {text[-200:]}")
    return read(text)


def names(samples):
    """Those of the metrics, without what a histogram adds."""
    return {re.sub(r"_(?:bucket|sum|count)$", "", re.match(r"\w+", series)[0])
            for series in samples}


def linted(text):
    """What promtool says of a text in the format 0.0.4: "" if all is well."""
    done = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          timeout=60)
    return done.stdout.strip() or ("" if done.returncode == 0 else f"exit {done.returncode}")
