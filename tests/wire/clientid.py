# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The extension dane_clientid as draft-ietf-dance-client-auth-13 has it, written and read
# from its text alone. README.md beside this file lists the octets.

from octets import Reader, extension, vector

# IANA has assigned none yet: the number for private use that dance has by default.
NUMBER = 0xFF42
# What a server asks with: the extension with a ClientName of no length (draft 7).
QUESTION = extension(NUMBER, vector(b"", 1))


def answer(name):
    """What a client answers with: the owner name of its records in A-labels, without the
    trailing dot (draft 7)."""
    return extension(NUMBER, vector(name.encode("ascii"), 1))


def odd(data):
    """The extension with any data whatever."""
    return extension(NUMBER, data)


def client_names(found):
    """The ClientName of each dane_clientid among extensions, as text."""
    names = []
    for kind, data in found:
        if kind == NUMBER:
            reader = Reader(data)
            names.append(reader.vector(1).decode("ascii"))
            reader.end()
    return names
