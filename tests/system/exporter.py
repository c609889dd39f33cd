# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# knot-exporter beside a knotd: what a Prometheus would get. It does not know which metrics
# there are.

import os
import shutil
import urllib.error
import urllib.request

from process import Failed, Process, eventually

URL = "http://127.0.0.1:9433/metrics"


def is_there():
    return shutil.which("knot-exporter") is not None


class Exporter:
    def __init__(self, folder, knotd):
        os.makedirs(folder)
        self.name = "knot-exporter"
        self.process = Process(self.name, [
            "knot-exporter", "--web-listen-addr", "127.0.0.1",
            "--knot-socket-path", knotd.socket, "--no-meminfo"], os.path.join(folder, "log"))
        self.lines = self.process.lines

    def start(self):
        self.process.start()
        eventually(self._answers, within=20, what="knot-exporter answers")
        return self

    def stop(self):
        if self.process.running:
            self.process.kill()  # it has no other end

    def tail(self, count=25):
        return self.lines()[-count:]

    def _answers(self):
        if not self.process.running:
            raise Failed(f"knot-exporter is not running: {self.tail(3)}")
        try:
            return self.scrape()
        except (urllib.error.URLError, ConnectionError):
            return None

    def scrape(self):
        """{(metric, its labels in order): value}. What no Prometheus would take is a failure:
        a text that cannot be read, or a series that is there twice."""
        # The package of the exporter brings it.
        from prometheus_client.parser import text_string_to_metric_families
        with urllib.request.urlopen(URL, timeout=10) as answer:
            text = answer.read().decode()
        found = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                series = sample.name, tuple(sorted(sample.labels.items()))
                if series in found:
                    raise Failed(f"{series} is there twice")
                found[series] = sample.value
        return found
