# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What a process takes of the machine: memory, descriptors, threads, at the beginning of its
# life and at the end. It does not know what the process does.

import os
import statistics

# What is the process's own: files that it has mapped, such as a journal, are the kernel's to
# keep or to drop.
FIELDS = {"VmRSS": "rss", "RssAnon": "own", "Threads": "threads"}
# A transfer that leaves 1 KB behind makes 10 MB of an hour; arenas of the C library and the
# caches of the resolver fill up within the first minutes.
OWN_KB_MORE, OWN_RATIO = 8192, 1.25
# Each of so many secondaries and strangers may be there with a connection, and a resolver
# with its pipe; what leaks, leaks with each of thousands of transfers.
FILES_MORE, THREADS_MORE = 64, 64


class Sample:
    def __init__(self, pid):
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            for line in file:
                name, _, value = line.partition(":")
                if name in FIELDS:
                    setattr(self, FIELDS[name], int(value.split()[0]))
        self.files = len(os.listdir(f"/proc/{pid}/fd"))


class Life:
    """Of one process, from its start until its end."""

    def __init__(self, pid, began):
        self.pid = pid
        self.began = began
        self.samples = []

    def _middle(self, name, samples):
        return int(statistics.median(getattr(sample, name) for sample in samples))

    def ends(self):
        """Of memory in KB, descriptors and threads: the first quarter's median, the last's."""
        quarter = max(len(self.samples) // 4, 1)
        first, last = self.samples[:quarter], self.samples[-quarter:]
        return {name: (self._middle(name, first), self._middle(name, last))
                for name in ("rss", "own", "files", "threads")}

    def grown(self):
        """What has grown too much, as sentences."""
        ends = self.ends()
        wrong = []
        first, last = ends["own"]
        if last > max(first + OWN_KB_MORE, first * OWN_RATIO):
            wrong.append(f"its memory has grown from {first} to {last} KB")
        for name, more, what in (("files", FILES_MORE, "descriptors"),
                                 ("threads", THREADS_MORE, "threads")):
            first, last = ends[name]
            if last > first + more:
                wrong.append(f"its {what} have grown from {first} to {last}")
        return wrong


class Gauge:
    def __init__(self, name, process, clock):
        self.name = name
        self.process = process
        self.clock = clock
        self.lives = []

    def look(self):
        if not self.process.running:
            return
        pid = self.process.child.pid
        if not self.lives or self.lives[-1].pid != pid:
            self.lives.append(Life(pid, self.clock()))
        self.lives[-1].samples.append(Sample(pid))

    def wrong(self):
        return [sentence for life in self.lives for sentence in life.grown()]

    def __str__(self):
        """Of the longest life."""
        if not self.lives:
            return f"{self.name}: never seen"
        ends = max(self.lives, key=lambda life: len(life.samples)).ends()
        return (f"{self.name}: RSS {ends['rss'][0]} -> {ends['rss'][1]} KB "
                f"(own {ends['own'][0]} -> {ends['own'][1]}), "
                f"descriptors {ends['files'][0]} -> {ends['files'][1]}, "
                f"threads {ends['threads'][0]} -> {ends['threads'][1]}")
