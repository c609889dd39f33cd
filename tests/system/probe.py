# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# TLS clients of all makers, told to do this and that: our own, which writes what it likes
# into dane_clientid, openssl's s_client and gnutls-cli. Each asks for one zone.

import os
import re
import struct
import subprocess

import wire
from process import run
from stage import ZONE

SECONDS = 5


class Seen:
    """What came of it: a DNS message, an alert, or nothing."""

    def __init__(self, answer=b"", alert=0, **fields):
        self.message = wire.Message(answer) if answer else None
        self.rcode = self.message.rcode if answer else None
        self.ede = self.message.ede if answer else None
        self.alert = int(alert)
        for name, value in fields.items():
            setattr(self, name, value)

    def __str__(self):
        if self.message:
            return self.rcode if self.ede is None else f"{self.rcode}, EDE {self.ede}"
        return f"alert {self.alert}" if self.alert else "nothing"


def body(name):
    """What dane_clientid holds for a name: its length in one octet, the name."""
    text = name.encode("ascii")
    return bytes([len(text)]) + text


def clientid(server, certificate=None, zone=ZONE, name=None, port=853, **items):
    """Our own client. name: for dane_clientid; `body`: the same octet for octet."""
    words = [f"{item}={value.hex() if isinstance(value, bytes) else value}"
             for item, value in items.items()]
    if name is not None:
        words.append(f"body={body(name).hex()}")
    if certificate:
        words += [f"cert={certificate.path}", f"key={certificate.key.path}"]
    program = os.path.join(os.environ["DANCE_BUILD"], "tests", "system",
                           "clientid_client")
    query = wire.query(7, zone, "AXFR").hex()
    text = run(program, server, str(port), query, *words).stdout
    fields = dict(field.split("=") for field in text.split())
    answer, own_port = bytes.fromhex(fields.pop("answer")), int(fields.pop("port"))
    return Seen(answer, port=own_port, **fields)


def _asked(zone):
    query = wire.query(7, zone, "AXFR")
    return struct.pack("!H", len(query)) + query


def _talk(command, zone):
    """Gives a command the query to send, and reads what it says until there is an answer,
    or no more."""
    with subprocess.Popen(["timeout", str(SECONDS)] + command, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
        said = b""
        try:
            child.stdin.write(_asked(zone))
            child.stdin.flush()
        except BrokenPipeError:
            pass
        while not _answer(said):
            part = os.read(child.stdout.fileno(), 65536)
            if not part:
                break
            said += part
        child.terminate()
    return said


def _alert(said):
    """The number of the alert that a client says it was sent."""
    number = re.search(rb"alert (?:number )?\[?(\d+)", said)
    return int(number.group(1)) if number else 0


def _answer(said):
    """The first whole DNS message, its length before it, in what a client says."""
    for at in range(len(said) - 14):
        (length,) = struct.unpack_from("!H", said, at)
        whole = 12 <= length <= len(said) - at - 2
        if whole and said[at + 2:at + 4] == b"\0\7" and said[at + 4] & 0x80:
            return said[at + 2:at + 2 + length]
    return b""


def s_client(server, *options, zone=ZONE, alpn="dot"):
    """openssl s_client; -ign_eof: it reads on after the query."""
    command = ["openssl", "s_client", "-connect", f"{server}:853", "-ign_eof",
               *(["-alpn", alpn] if alpn else []), *options]
    said = _talk(command, zone)
    return Seen(_answer(said), _alert(said), text=said.decode(errors="replace"))


def gnutls_cli(server, *options, zone=ZONE, alpn="dot"):
    command = ["gnutls-cli", "--insecure", "--logfile=/dev/stderr", "-p", "853",
               *([f"--alpn={alpn}"] if alpn else []), *options, server]
    said = _talk(command, zone)
    return Seen(_answer(said), _alert(said), text=said.decode(errors="replace"))
