# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A permitted client that comes again and again, each time with a new connection, in a thread
# beside the case; and what a server takes of the machine meanwhile. Knows no server.

import threading

import asker
from process import Failed, eventually


class Regular:
    def __init__(self, address, certificate, zone, pause=0.1, **how):
        self.address = address
        self.certificate = certificate
        self.zone = zone
        self.pause = pause
        self.how = how
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._come, daemon=True)
        self.seen = []

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.ended.set()
        self.thread.join(30)

    def _come(self):
        while not self.ended.wait(self.pause):
            self.seen.append(self._ask())

    def _ask(self):
        try:
            return str(asker.ask(self.address, self.zone, certificate=self.certificate,
                                 **self.how))
        except OSError as error:
            return type(error).__name__

    def more(self, count, within=60):
        """Waits until it has come so often again."""
        wanted = len(self.seen) + count
        eventually(lambda: len(self.seen) >= wanted, within,
                   what=f"{count} more transfers; the last ones were {self.seen[-3:]}")

    def check(self):
        """It got the zone each time."""
        wrong = [outcome for outcome in self.seen if outcome != "transferred"]
        if wrong or not self.seen:
            raise Failed(f"{len(wrong)} of {len(self.seen)} times refused: "
                         f"{sorted(set(wrong))}")
