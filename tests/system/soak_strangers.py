# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Those who may have nothing, one every few seconds: without a key, with an unknown one, with
# a name that is somebody else's, with a key that has been withdrawn. Each asks for a zone
# in a thread beside the rest; what came of it is in a queue.

import queue
import random
import threading

import asker
from soak_stage import SUFFIX, TIMED, ZONE, name_of

ADDRESS = "127.0.0.31"
PAUSE = (1, 5)


class Strangers:
    def __init__(self, stage, troubles, seed, clock):
        self.stage = stage
        self.troubles = troubles
        self.random = random.Random(seed)
        self.clock = clock
        self.results = queue.Queue()
        self.ended = threading.Event()
        names = [actor.name for actor in stage.actors.values()]
        self.unknown = stage.certificate()
        self.impostors = [stage.certificate(name) for name in names[::4]]
        self.unpublished = stage.certificate(name_of(f"nobody.{SUFFIX}"))
        self.crowd = stage.certificate(*names[:8])
        self.thread = threading.Thread(target=self._ask_on_and_on, daemon=True)

    def start(self):
        self.thread.start()

    def stop(self):
        self.ended.set()
        self.thread.join()

    def _kinds(self, guard):
        """{who: how to ask} of those who may come to a guard now."""
        source = guard.source
        kinds = {
            "nobody, by TCP": {"tls": False, "to": source.address},
            "nobody, by TLS": {},
            "an unknown key": {"certificate": self.unknown},
            "a permitted name, another key":
                {"certificate": self.random.choice(self.impostors)},
            "eight permitted names, another key": {"certificate": self.crowd},
            "a name below the suffix without records": {"certificate": self.unpublished},
        }
        others = [actor for actor in self.stage.actors.values()
                  if self._permitted_elsewhere(actor, guard)]
        kinds["a key that is permitted elsewhere"] = {
            "certificate": self.random.choice(others).certificate}
        gone = [certificate for since, certificate, _ in self.troubles.withdrawn
                if since < self.clock()]
        if gone:
            kinds["a key that was withdrawn"] = {"certificate": self.random.choice(gone)}
        return kinds

    @staticmethod
    def _permitted_elsewhere(actor, guard):
        # Both fronts are one program with one list.
        return not actor.on_demand and actor.guard.server is not guard.server

    def _ask_on_and_on(self):
        while not self.ended.wait(self.random.uniform(*PAUSE)):
            guard = self.random.choice(list(self.stage.guards.values()))
            kinds = self._kinds(guard)
            who = self.random.choice(list(kinds))
            how = dict(kinds[who])
            zone = self.random.choice([ZONE, TIMED])
            try:
                outcome = asker.ask(how.pop("to", guard.address), zone, source=ADDRESS,
                                    **how)
                granted, text = outcome.transferred, str(outcome)
            except OSError as error:
                granted, text = False, str(error)
            self.results.put((f"{who}, at {guard.label}", granted, text))
