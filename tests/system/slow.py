# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A resolver that takes its time: passes queries on to another one, and each answer back as late
# as it is told. Over UDP only.

import heapq
import itertools
import selectors
import socket
import threading
import time

ADDRESS = "127.0.1.7"


class Slow:
    def __init__(self, behind, delay, address=ADDRESS):
        self.name = "the slow resolver"
        self.address = address
        self.behind = behind
        self.delay = delay
        self.passed = 0
        self.due = []
        self.numbers = itertools.count()
        self.selector = selectors.DefaultSelector()
        self.front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.front.bind((address, 53))
        self.selector.register(self.front, selectors.EVENT_READ)
        self.back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.back.connect((behind, 53))
        self.selector.register(self.back, selectors.EVENT_READ)
        self.asking = {}
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def stop(self):
        self.ended.set()
        self.thread.join(10)
        for one in (self.front, self.back):
            one.close()

    def _serve(self):
        while not self.ended.is_set():
            pause = min(self.due[0][0] - time.monotonic(), 0.2) if self.due else 0.2
            for key, _ in self.selector.select(max(pause, 0)):
                self._take(key.fileobj)
            while self.due and self.due[0][0] <= time.monotonic():
                _, _, answer, client = heapq.heappop(self.due)
                self.front.sendto(answer, client)

    def _take(self, one):
        try:
            data, sender = one.recvfrom(65535)
        except ConnectionError:
            return  # nobody is there behind
        if one is self.front:
            # Another number for each, as clients may choose the same.
            number = next(self.numbers) & 0xFFFF
            self.asking[number] = (data[:2], sender)
            self.passed += 1
            self.back.send(number.to_bytes(2, "big") + data[2:])
            return
        number, client = self.asking.pop(int.from_bytes(data[:2], "big"), (None, None))
        if client:
            heapq.heappush(self.due, (time.monotonic() + self.delay, next(self.numbers),
                                      number + data[2:], client))
