# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The clock on the wall of one program, for a case to set (step_clock.c). Knows no server.

import mmap
import os
import struct


class WallClock:
    def __init__(self, path):
        with open(path, "wb") as file:
            file.write(bytes(8))
        self.path = path
        self.file = open(path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), 8)

    def environment(self, environment=None):
        """For the program's start, with what it has to have beside that."""
        library = os.path.join(os.environ["DANCE_BUILD"], "tests", "system",
                               "libstep_clock.so")
        before = (environment or {}).get("LD_PRELOAD")
        return {**(environment or {}), "STEP_CLOCK": self.path,
                "LD_PRELOAD": f"{before} {library}" if before else library}

    def set(self, ahead):
        """So many seconds ahead of the machine's."""
        self.map[:] = struct.pack("=q", ahead)

    def stop(self):
        self.map.close()
        self.file.close()
