#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Lines of a log that README.md and the manuals show have the shape that log_line.h gives them, and
# end with the advice of their verdict. Each advice stands in a page or in a manual, and begins the
# row of its verdict in doc/troubleshooting.md.
# Usage: check_lines.py REPOSITORY BUILD

import ctypes
import pathlib
import re
import sys

# What the host's log puts before a line.
BEFORE = re.compile(r"(?:(info|notice|warning|error): )?(?:\[\S+\] )?"
                    r"(?:module 'mod-dance(?:/[\w-]+)?', )?")
# Pages also show lines of other programs.
OURS = re.compile(r"module 'mod-dance|\b(?:front|client|ask) [\w-]+, |; do: ")
LINE = re.compile(r"(?:(front|client|ask) ([\w-]+), )?([^,(;]+?)((?:, [a-z-]+ [^,;()]+?)*)"
                  r"(?: \((.*?)\))?(?:; do: (.*))?")
KEYS = ["remote", "protocol", "primary", "server", "rcode", "ede", "as", "acl", "id", "address",
        "client", "owner", "entry", "other", "key", "verdict", "record", "ttl", "since", "until", "limit",
        "received", "sent", "seconds", "file", "user", "mode", "count", "needed", "available"]
LEVELS = {"primary refused": ("warning",), "primary failed": ("warning",),
          " allowed": ("info", "debug"), " left to the acl": ("info",), " refused": ("notice",),
          " failed": ("warning",), " not authenticated": ("notice", "debug")}
TROUBLES = "doc/troubleshooting.md"
CLIENT, SERVER = 0, 1
DENY, FAIL, ALLOW = 0, 1, 2
# Where mod-dance, an ACL or dance-ask knows better than the verdict.
OTHERS = ("add 'global-module: mod-dance' to the default template and restart knotd",
          "add an acl rule with 'address: /dance/NAME'", "use TLS 1.3 on the client",
          "configure the server to resume no sessions")
SAMPLES = [
    "info: [example.com.] module 'mod-dance/xot', AXFR allowed, remote 192.0.2.53@41966, "
    "protocol TLS, client a.example, verdict allow, record 3 1 1, ttl 3412",
    "warning: front xot, AXFR example.com. failed, remote 192.0.2.53@41966, client a.example, "
    "verdict not-ready (no lookup, (yet)); do: try again; if it lasts, check 'trust-anchor' and "
    "outgoing port 53",
    "warning: client p, primary refused, primary 192.0.2.1@853, owner _853._tcp.a.example, "
    "verdict no-tlsa (no such name); do: nothing was sent; ask the primary's operator to publish "
    "a TLSA record, or correct 'name'",
    "notice: front xot, handshake failed, remote 192.0.2.53@41966 (no); do: see there",
    "ready",
]
MISTAKES = [
    "AXFR allowed, remote 192.0.2.53@41966 TLS, client a.example, allow by TLSA 3 1 1",
    "AXFR refused, verdict name (none), left to the acl",
    "AXFR refused, verdict name, remote 192.0.2.53@1 (none)",
    "AXFR refused, remote 192.0.2.53@1, remote 192.0.2.53@1",
    "info: AXFR refused, remote 192.0.2.53@1, verdict name (none); do: permit the client's name "
    "here, or correct it on the client",
    "notice: client p, primary refused, primary 192.0.2.1@853, verdict name (none); do: "
    "correct 'name'",
    "AXFR refused, remote 192.0.2.53@1, verdict name (none); do: something else",
    "AXFR refused, remote 192.0.2.53@1, verdict name (none)",
    "AXFR refused, remote 192.0.2.53@1, verdict nothing (none)",
    "AXFR allowed, remote 192.0.2.53@41966 TLS, client a.example, verdict allow",
    "n\u00e9ant",
]


class Vocabulary:
    """The verdicts, as libdance tells them."""

    def __init__(self, build):
        dance = ctypes.CDLL(str(pathlib.Path(build) / "src" / "libdance.so"))
        for name in ("dance_verdict_name", "dance_verdict_advice"):
            getattr(dance, name).restype = ctypes.c_char_p
        verdicts = range(1, dance.dance_verdict_count())
        words = [dance.dance_verdict_name(verdict).decode() for verdict in verdicts]
        self.kinds = {word: dance.dance_verdict_class(verdict)
                      for word, verdict in zip(words, verdicts)}
        self.advice = {role: {word: dance.dance_verdict_advice(verdict, role).decode()
                              for word, verdict in zip(words, verdicts)}
                       for role in (CLIENT, SERVER)}

    def fits(self, verdict, advice):
        return advice in OTHERS or any(
            advice == each.removeprefix("nothing was sent; ") or advice == each
            for each in (self.advice[role][verdict] for role in (CLIENT, SERVER)))


def fault(line, vocabulary):
    """What is wrong with a line, or None."""
    if not re.fullmatch(r"[ -~]+", line):
        return "is not printable ASCII"
    before = BEFORE.match(line)
    match = LINE.fullmatch(line[before.end():])
    if not match:
        return "does not have the shape"
    _, _, what, pairs, _, advice = match.groups()
    pairs = [pair.split(" ", 1) for pair in pairs.split(", ")[1:]]
    keys = [key for key, _ in pairs]
    unknown = set(keys) - set(KEYS)
    if unknown:
        return f"has the unknown key {min(unknown)}"
    if keys != sorted(set(keys), key=KEYS.index):
        return "has its keys twice or in another order"
    blank = [key for key, value in pairs if " " in value and key != "record"]
    if blank:
        return f"has a blank in the value of {blank[0]}"
    level, values = before[1], dict(pairs)
    verdict = values.get("verdict")
    if verdict is None:
        return None
    outcome = next((each for each in LEVELS if f" {what}".endswith(each)), None)
    if outcome and level and level not in LEVELS[outcome]:
        return f"is '{what}' at level {level}"
    if verdict not in vocabulary.kinds:
        return f"has the unknown verdict {verdict}"
    if advice is None:
        return None if vocabulary.kinds[verdict] == ALLOW else "has no advice"
    return None if vocabulary.fits(verdict, advice) else f"has other advice than {verdict}"


def shown(page, text):
    """The lines of a log in a page."""
    if page.suffix == ".md":
        found = re.findall(r"^```log\n(.*?)^```", text, re.M | re.S)
    elif page.suffix == ".rst":
        found = re.findall(r"^\.\. log\n.*?::\n\n((?: {3}[^\n]*\n)+)", text, re.M | re.S)
    else:
        found = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", text, re.M | re.S)
        return [line for block in found for line in block.splitlines()
                if "; do: " in line or BEFORE.match(line)[1]]
    lines = [line.strip() for block in found for line in block.splitlines()]
    return [line for line in lines if OURS.search(line)]


def main(repository, build):
    repository, vocabulary = pathlib.Path(repository), Vocabulary(build)
    wrong = [f"a sample {problem}: {line}" for line in SAMPLES
             if (problem := fault(line, vocabulary))]
    wrong += [f"nothing is found wrong with: {line}" for line in MISTAKES
              if fault(line, vocabulary) is None]
    pages = [*sorted(repository.glob("*.md")), *sorted((repository / "doc").glob("*.*")),
             repository / "modules/knot/mod-dance.rst"]
    texts = {page: page.read_text() for page in pages}
    count = 0
    for page, text in texts.items():
        for line in shown(page, text):
            count += 1
            problem = fault(line, vocabulary)
            if problem:
                wrong.append(f"{page.relative_to(repository)} {problem}: {line}")
    if count < 8:
        wrong.append(f"only {count} lines of a log are found")
    whole = " ".join(" ".join(texts.values()).split())
    wrong += [f"neither a page nor a manual has the advice on {verdict}: {advice}"
              for role in (CLIENT, SERVER)
              for verdict, advice in vocabulary.advice[role].items() if advice not in whole]
    rows = dict(reversed(re.findall(r"^\| `([a-z-]+)` \|.*\| (.*?) \|$",
                                    texts[repository / TROUBLES], re.M)))
    wrong += [f"{TROUBLES}: the row of {verdict} does not begin with: {advice}"
              for verdict, advice in vocabulary.advice[CLIENT].items()
              if advice and not rows.get(verdict, "").startswith(advice)]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
