# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A relay for DNS over UDP that keeps every message for a while, as if the server were far
# away. Runs as a process of its own: distance.py ADDRESS SERVER MILLISECONDS

import collections
import select
import socket
import struct
import sys
import time


class Distance:
    def __init__(self, address, server, delay):
        self.near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.near.bind((address, 53))
        self.far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.far.connect((server, 53))
        for each in (self.near, self.far):
            each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            each.setblocking(False)
        self.delay = delay
        self.askers = [None] * 65536
        self.next = 0
        self.under_way = collections.deque()

    def _keep(self, *message):
        self.under_way.append((time.monotonic() + self.delay, message))

    def _take(self):
        """What has come from either side; each query gets a number of its own."""
        for query, asker in _all(self.near):
            self.next = (self.next + 1) & 0xFFFF
            self.askers[self.next] = (asker, query[:2])
            self._keep(struct.pack("!H", self.next) + query[2:], None)
        for answer, _ in _all(self.far):
            known = self.askers[struct.unpack_from("!H", answer)[0]]
            if known:
                asker, number = known
                self._keep(number + answer[2:], asker)

    def _let_go(self):
        """Passes on what was kept for long enough; returns how long to wait for more."""
        while self.under_way:
            due, (message, asker) = self.under_way[0]
            left = due - time.monotonic()
            if left > 0:
                return left
            self.under_way.popleft()
            if asker:
                self.near.sendto(message, asker)
            else:
                self.far.send(message)
        return None

    def run(self):
        while True:
            select.select([self.near, self.far], [], [], self._let_go())
            self._take()


def _all(source):
    while True:
        try:
            yield source.recvfrom(65535)
        except BlockingIOError:
            return


if __name__ == "__main__":
    Distance(sys.argv[1], sys.argv[2], float(sys.argv[3]) / 1000).run()
