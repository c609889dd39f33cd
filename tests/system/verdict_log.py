# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What the log of a server says of each question that it was asked. How such a line looks knows the
# server.

from process import eventually


class Line:
    """What the log says of one question: the groups of a pattern, as attributes."""

    def __init__(self, match):
        self.text = match.group(0)
        for name, value in match.groupdict().items():
            setattr(self, name, value)
        self.port = int(self.port)

    def __str__(self):
        return "allowed" if self.done == "allowed" else f"{self.done}, {self.verdict}"


class VerdictLog:
    """Of a server whose class has such a `PATTERN`, and perhaps a `LINE` of its own."""

    LINE = Line

    @classmethod
    def line(cls, text):
        match = cls.PATTERN.search(text)
        return cls.LINE(match) if match else None

    def verdicts(self, since=0):
        """All lines about questions."""
        found = (self.line(text) for text in self.lines(since))
        return [line for line in found if line]

    def verdict(self, outcome):
        """The line about the last question that an asker of ours put."""
        return self.verdict_at(outcome.port)

    def verdict_at(self, port):
        def look():
            return [line for line in self.verdicts() if line.port == port]
        return eventually(look, what=f"a verdict on port {port}")[-1]
