# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance check in a DNS: what it sees at a name, what it says of a certificate, what it
# ends with. Mistakes in words and files are tested without a DNS, in tests/tool.

import calendar
import json
import os
import subprocess
import sys
import time

from stage import NAME
from world import BROKEN_OWNER, TTL

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OWNER = "_xfr-client.ns2.example.net"
UNSIGNED = "ns2.unsigned.net"
CLOSED = "127.0.1.98"
OTHER = "5a" * 32


def _environment():
    build = os.environ["DANCE_BUILD"]
    return {**os.environ, "PATH": f"{build}/src/tool:{os.environ['PATH']}"}


def _here(stage):
    """The options that make dance check look at this world."""
    return ["--trust-anchor", stage.world.trust_anchor,
            "--root-hints", stage.world.root_hints]


def _check(stage, *words, here=True):
    """Runs it; returns how it ended, what it printed, and its complaints."""
    command = ["dance", "check", *(_here(stage) if here else []), *words]
    stage.say("Checked:", f"dance check {' '.join(words)}")
    done = subprocess.run(command, capture_output=True, text=True, timeout=20,
                          env=_environment())
    return done.returncode, done.stdout, done.stderr


def _expect(stage, what, status, start, seen):
    """That it ended so, and the first line begins so."""
    stage.expect(f"{what}, exit status", str(status), seen[0])
    stage.require(seen[1].startswith(start), f"{what}: printed {seen}")


def a_check_shows_the_state_of_each_record_and_how_long_it_is_good(stage):
    peer = stage.certificate()
    stage.publish(OWNER, f"3 1 1 {OTHER}", peer.tlsa(), "3 0 1 abcd")
    now = int(time.time())
    _, out, err = seen = _check(stage, OWNER)
    _expect(stage, "records", 0, f"secure {OWNER}, 3 TLSA records, ttl ", seen)
    first, *records = out.splitlines()
    ends = calendar.timegm(time.strptime(first.split(" until ")[1], "%Y-%m-%dT%H:%M:%SZ"))
    stage.require(now <= ends <= time.time() + TTL, f"another time: {first}")
    expected = sorted([f"usable TLSA 3 1 1 {OTHER}", f"usable TLSA {peer.tlsa()}",
                       "unusable TLSA 3 0 1 abcd (it has 2 octets, but a digest of its kind has 32)"])
    stage.expect("the records", str(expected), sorted(records))
    for word in ("3 0 x", "below a minute"):
        stage.require(word in err, f"no warning of '{word}': {err}")


def a_check_judges_a_certificate_as_the_primary_would(stage):
    peer, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, peer.tlsa())
    _, out, err = seen = _check(stage, NAME, peer.path)
    _expect(stage, "its certificate", 0, f"secure {NAME}, 1 TLSA record, ", seen)
    stage.expect("the last line", f"allow by TLSA {peer.tlsa()}", out.splitlines()[-1])
    stage.require("only one record is usable" in err, f"no warning of the only record: {err}")
    _, out, _ = seen = _check(stage, NAME + ".", stranger.path)
    _expect(stage, "another certificate", 1, f"secure {NAME}, ", seen)
    stage.require(out.splitlines()[-1].startswith("mismatch ("), out)


def a_check_says_which_records_agility_puts_aside(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa(), "3 1 2 " + OTHER * 2)
    status, out, _ = _check(stage, NAME, peer.path)
    stage.expect("exit status", "1", status)
    for line in (f"skipped TLSA {peer.tlsa()} (the set has a stronger digest of its kind)",
                 f"usable TLSA 3 1 2 {OTHER * 2}"):
        stage.require(line in out.splitlines(), f"no line '{line}': {out}")
    stage.require(out.splitlines()[-1].startswith("mismatch ("), out)


def a_check_tells_pkix_records_by_whether_there_are_cas_for_them(stage):
    issuer = stage.certificate(subject="/CN=ca", authority=True)
    peer = stage.certificate(NAME, issuer=issuer, subject="/CN=peer")
    stage.publish(NAME, peer.tlsa(usage=1))
    status, out, err = _check(stage, NAME)
    stage.expect("without CAs, exit status", "1", status)
    stage.require("(its usage needs --ca-file)" in out, out)
    stage.expect("the last line", "unusable (no usable TLSA record)",
                 out.splitlines()[-1])
    stage.require("PKIX" in err, f"no warning of the usage: {err}")
    status, out, _ = _check(stage, "--ca-file", issuer.path, NAME, peer.path)
    stage.expect("with CAs, exit status", "0", status)
    stage.require("allow by TLSA 1 1 1" in out, out)


def a_check_tells_apart_the_ways_in_which_there_are_no_records(stage):
    for owner in (UNSIGNED, BROKEN_OWNER):
        stage.world.publish(owner, f"3 1 1 {OTHER}")
    certificate = stage.certificate().path
    for what, status, word, name in (
            ("no such name", 1, "no-tlsa", "no.example.net"),
            ("a name without one", 1, "no-tlsa", "example.net"),
            ("an unsigned zone", 1, "insecure", UNSIGNED),
            ("broken signatures", 2, "bogus", BROKEN_OWNER)):
        for words in ([name], [name, certificate]):
            start = f"{word} {name.rstrip('.')} ("
            _expect(stage, what, status, start, _check(stage, *words))


def a_check_says_that_a_resolver_cannot_be_reached(stage):
    stage.publish(NAME, f"3 1 1 {OTHER}")
    seen = _check(stage, "--resolver", CLOSED, "--timeout", "5000", NAME)
    _expect(stage, "nobody there", 2, ("lookup ", "timeout "), seen)
    stage.require(f"no usable answer from {CLOSED}" in seen[1], f"no reason: {seen}")
    hole = stage.black_hole()
    seen = _check(stage, "--resolver", hole, "--timeout", "700", NAME)
    _expect(stage, "one that answers nothing", 2,
            f"timeout {NAME} (no usable answer from {hole})", seen)


def a_check_says_that_the_root_cannot_be_reached(stage):
    hints = stage.path("root.hints")
    for address in (CLOSED, stage.black_hole()):
        with open(hints, "w", encoding="ascii") as file:
            file.write(f". 3600 NS ns.world.\nns.world. 3600 A {address}\n")
        seen = _check(stage, "--trust-anchor", stage.world.trust_anchor, "--root-hints",
                      hints, "--timeout", "2000", NAME, here=False)
        _expect(stage, address, 2, ("lookup ", "timeout "), seen)
        stage.require("no usable answer from the root servers: open port 53 to the "
                      "Internet, or set a resolver)" in seen[1], f"no reason: {seen}")


def a_check_validates_what_a_resolver_says_by_itself(stage):
    resolver = stage.unbound().address
    stage.publish(NAME, f"3 1 1 {OTHER}")
    stage.world.publish(BROKEN_OWNER, f"3 1 1 {OTHER}")
    anchor = ["--trust-anchor", stage.world.trust_anchor]
    for name, status, word in ((NAME, 0, "secure"), ("no.example.net", 1, "no-tlsa")):
        seen = _check(stage, *anchor, "--resolver", resolver, name, here=False)
        _expect(stage, name, status, f"{word} {name}", seen)
    # Another root's key: what the resolver holds for secure is not, to us.
    other = stage.path("other.key")
    with open(other, "w", encoding="ascii") as file:
        file.write(f". DS 1 13 2 {OTHER}\n")
    seen = _check(stage, "--trust-anchor", other, "--resolver", resolver, NAME,
                  here=False)
    _expect(stage, "another root", 2, f"bogus {NAME} (", seen)


def a_check_tells_records_without_signatures_from_none_at_all(stage):
    stage.world.publish(UNSIGNED, f"3 1 1 {OTHER}")
    for name, reason in (
            (UNSIGNED, "the TLSA records are not DNSSEC-signed"),
            ("unsigned.net", "there is no TLSA record, and the name is not in a signed zone"),
            ("no.unsigned.net", "there is no TLSA record, and the name is not in a signed zone")):
        _expect(stage, name, 1, f"insecure {name} ({reason})", _check(stage, name))


def a_check_tells_programs_the_same_in_json(stage):
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa(), f"3 1 1 {OTHER}")
    status, out, err = _check(stage, "--json", NAME, peer.path)
    told = json.loads(out)
    stage.expect("one line, no complaint", "(0, 1, '')", (status, out.count("\n"), err))
    data = {"usage": 3, "selector": 1, "matching": 1, "data": peer.key.digest}
    stage.expect("the match", str(data), told["match"])
    stage.expect("the rest", f"{NAME} secure allow", " ".join(
        [told["name"], told["status"], told["verdict"]]))
    stage.require(0 < told["ttl"] <= TTL and told["expires"].endswith("Z"), out)
    states = {record["data"]: record["state"] for record in told["records"]}
    stage.expect("the records", str({OTHER: "usable", peer.key.digest: "usable"}),
                 dict(sorted(states.items(), key=lambda item: item[0] != OTHER)))
    stage.require("below a minute" in " ".join(told["warnings"]), out)
    stage.world.publish(BROKEN_OWNER, f"3 1 1 {OTHER}")
    for name, status, word in ((UNSIGNED, 1, "insecure"), (BROKEN_OWNER, 2, "bogus"),
                               ("no.example.net", 1, "no-tlsa")):
        ended, out, err = _check(stage, "--json", name)
        told = json.loads(out)
        stage.expect(name, str((status, "", word, None, [])),
                     (ended, err, told["status"], told["verdict"], told["records"]))


def a_ttl_of_more_than_a_day_is_warned_of(stage):
    stage.publish(NAME, f"3 1 1 {OTHER}")
    zone, owner = stage.world.zone_of(NAME)
    knotc = stage.world.knotd.knotc
    knotc("zone-begin", zone)
    knotc("zone-unset", zone, owner, "TLSA")
    knotc("zone-set", zone, owner, "172800", "TLSA", "3", "1", "1", OTHER)
    knotc("zone-commit", zone)
    status, out, err = _check(stage, NAME)
    stage.expect("exit status", "0", status)
    stage.require("a day or more" in err, f"no warning: {out}{err}")
    stage.require("below a minute" not in err, err)


def the_manuals_example_of_a_check_prints_what_it_says(stage):
    sys.path.append(os.path.join(REPOSITORY, "tests", "tool"))
    from examples import alike, examples
    peer = stage.certificate()
    os.rename(peer.path, stage.path("secondary.pem"))
    stage.publish(OWNER, peer.tlsa(), f"3 1 1 {OTHER}")
    found = [example for example in examples(os.path.join(REPOSITORY, "doc", "dance.1"))
             if "dance check" in example[0]]
    stage.require(found, "the manual has no example of a check")
    for command, output in found:
        printed = subprocess.run(["sh", "-c", f'{command} "$@"', "sh", *_here(stage)],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                 text=True, timeout=20, cwd=stage.folder,
                                 env=_environment()).stdout
        stage.expect(command, alike(output), alike(printed))
