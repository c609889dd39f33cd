# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A Prometheus that scrapes one place every second, and judges by a file of rules. It is unpacked
# beside what is installed (./dev): nothing of it is set up.

import json
import os
import urllib.parse
import urllib.request

from server import Server

PROGRAM = "/opt/dance-dev/prometheus/usr/bin/prometheus"
ADDRESS = "127.0.0.60"
PORT = 9090
SETTINGS = """global:
  scrape_interval: 1s
  scrape_timeout: 1s
  evaluation_interval: 1s
rule_files: [{rules}]
scrape_configs:
  - job_name: dance
    static_configs:
      - targets: ["{target}"]
"""


class Prometheus(Server):
    def __init__(self, folder, at, rules):
        path = os.path.join(folder, "prometheus.yml")
        super().__init__("prometheus", folder, ADDRESS, [
            PROGRAM, f"--config.file={path}", f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address={ADDRESS}:{PORT}"])
        self.put("prometheus.yml", SETTINGS.format(rules=rules, target=at.replace("@", ":")))

    def start(self):
        since = self.mark()
        self.process.start()
        self.wait_for("Server is ready to receive web requests", since)
        return self

    def _ask(self, path):
        with urllib.request.urlopen(f"http://{ADDRESS}:{PORT}/api/v1/{path}", timeout=20) as answer:
            return json.load(answer)["data"]

    def value(self, query):
        """Of the one series that there is; "" if there is none."""
        found = self._ask("query?" + urllib.parse.urlencode({"query": query}))["result"]
        return found[0]["value"][1] if found else ""

    def firing(self):
        """The names of the alerts."""
        return [alert["labels"]["alertname"] for alert in self._ask("alerts")["alerts"]
                if alert["state"] == "firing"]
