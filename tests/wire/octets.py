# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Numbers, vectors and extensions in the presentation language of RFC 8446 3, read and
# written. It does not know what they mean.


class Malformed(Exception):
    """Octets that end too soon, or go on where they should have ended."""


def number(value, size):
    return value.to_bytes(size, "big")


def vector(data, size):
    """Octets with their length before them, in so many octets."""
    return number(len(data), size) + data


def extension(kind, data):
    return number(kind, 2) + vector(data, 2)


class Reader:
    def __init__(self, data):
        self.data = data

    def take(self, count):
        if count > len(self.data):
            raise Malformed(f"{count} octets wanted, {len(self.data)} left")
        taken, self.data = self.data[:count], self.data[count:]
        return taken

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def vector(self, size):
        return self.take(self.number(size))

    def end(self):
        if self.data:
            raise Malformed(f"{len(self.data)} octets left over")


def extensions(data):
    """[(type, data)] of an extension block without its length, in its order."""
    reader, found = Reader(data), []
    while reader.data:
        kind = reader.number(2)
        found.append((kind, reader.vector(2)))
    return found
