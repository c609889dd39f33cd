# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Reads cases in the format of tests/vectors/README.md, and one directive more: `@store COUNT`, with
# so many certificates behind it, is what one case's operator trusts. Judges nothing.

import base64
import pathlib
import re

import judge
import paths
import tlsa

USAGES = {"pkix-ta": 0, "pkix-ee": 1, "dane-ta": 2, "dane-ee": 3}
PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----\n(.*?)-----END \1-----", re.S)
ONCE = ("id", "rule", "by", "store")


def read_pem(text):
    return [base64.b64decode(match[2]) for match in PEM.finditer(text)]


class Block:
    def __init__(self, case, told, text):
        self.case, self.told, self.text = case, told, text

    @property
    def id(self):
        return self.told.get("id", "?")

    @property
    def expected(self):
        return self.told.get("verdict") or self.told.get("expect")

    def complaint(self, verdict):
        """What is wrong if a verdict is this one, or None."""
        expected = self.expected
        if expected is None or verdict.word == "unclear":
            return None
        word = verdict.word
        if expected in ("pass", "fail"):
            word = "pass" if word == "allow" else "fail"
        if word != expected:
            return f"the case says {expected}"
        if "by" in self.told and verdict.by and word == "allow":
            by = tuple(map(int, self.told["by"].split()))
            if by not in verdict.by:
                return "the case says by " + self.told["by"]
        return None


def read_record(line):
    usage, selector, matching, *data = line.split()
    return tlsa.Record(int(usage), int(selector), int(matching), bytes.fromhex("".join(data)))


class Reader:
    def __init__(self, path, text):
        self.path = pathlib.Path(path)
        self.lines = text.split("\n")
        self.at = 0
        self.told = {}
        self.start = None
        self.store = []

    def blocks(self):
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if line.strip() == "" or line.startswith("#"):
                continue
            if self.start is None:
                self.start = self.at - 1
            if line.startswith("@"):
                word, _, rest = line[1:].partition(" ")
                if word == "verdict":
                    self.told.pop("expect", None)
                if word == "expect":
                    self.told.pop("verdict", None)
                if word == "store":
                    self.store = self.pems(int(rest))
                self.told["role" if word == "purpose" else word] = rest.strip("\r")
                continue
            records, shown = map(int, line.split()[:2])
            yield Block(self.case(records, shown), dict(self.told),
                        "\n".join(self.lines[self.start:self.at]))
            self.start = None
            for word in ONCE:
                self.told.pop(word, None)

    def records(self, count):
        found = []
        while len(found) < count:
            line = self.lines[self.at]
            self.at += 1
            if line.strip() and not line.startswith("#"):
                found.append(read_record(line))
        return found

    def pems(self, count):
        found = []
        while len(found) < count:
            begin = self.at
            while not self.lines[self.at].startswith("-----END"):
                self.at += 1
            self.at += 1
            found += read_pem("\n".join(self.lines[begin:self.at]))
        return found

    def trusted(self):
        if "store" in self.told:
            return self.store or None
        name = self.told.get("ca", "none")
        if name == "none":
            return None
        return read_pem((self.path.parent / name).read_text())

    def case(self, records, shown):
        usages = self.told.get("usages", "all").split()
        return judge.Case(
            records=self.records(records), chain=self.pems(shown),
            raw_key=self.told.get("raw-key") == "yes",
            name=self.told.get("name", ""), role=self.told.get("role", paths.CLIENT),
            usages=set(USAGES.values()) if usages == ["all"] else {USAGES[each] for each in usages},
            trusted=self.trusted(), at=int(self.told.get("at", "0")))


def read(path):
    return Reader(path, pathlib.Path(path).read_text(encoding="utf-8")).blocks()
