# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance check --config: the names of a server, as it reads them itself, and those on its lists; all
# of them at once. What it says in which words, tests/tool knows.

import json
import os
import subprocess

from fleet import ENTRY, LIST, put_list
from stage import NAME, Stage, within

OTHER = "5a" * 32
STAGE = Stage
BROKEN = "clients.broken.net"


def _as_server(stage, path, *words, programs=()):
    """Checks by a server's own configuration; programs: folders to look for others first."""
    build = os.environ["DANCE_BUILD"]
    folders = [*programs, f"{build}/src/tool", f"{build}/modules/front", f"{build}/modules/ask"]
    stage.say("Checked:", f"dance check --config {path} {' '.join(words)}")
    done = subprocess.run(["dance", "check", "--config", path, *words], capture_output=True,
                          text=True, timeout=60,
                          env={**os.environ, **(stage.theatre.sanitizer.environment or {}),
                               "PATH": ":".join([*folders, os.environ["PATH"]])})
    return done.returncode, done.stdout, done.stderr


def _expect_names(stage, path):
    """Of these two names only one has records."""
    status, out, err = _as_server(stage, path)
    stage.expect("one of two usable, exit status", "1", status)
    lines = out.splitlines()
    stage.expect("lines", "2", len(lines))
    stage.require(lines[0].startswith(f"usable {NAME}, 1 of 1 TLSA record, ttl ") and
                  lines[1].startswith("no-tlsa no.example.net ("), f"printed {out} {err}")
    status, out, _ = _as_server(stage, path, NAME)
    stage.expect("a name of its own, exit status", "0", status)
    stage.require(out.startswith(f"secure {NAME}, 1 TLSA record, "), out)


def _configurations(stage, names, within_zone=None, usage=None):
    """The same for a knotd, a dance-ask and a dance-front: their files. No usage is dance-ask's."""
    more = {**({"client-within": within_zone} if within_zone else {}),
            **({"usage": usage} if usage else {})}
    primary = stage.primary(names, start=False)
    primary.sections["mod-dance"][0].update(more)
    primary.write()
    made = [primary.path]
    where = (f"dns:\n    trust-anchor: {stage.world.trust_anchor}\n"
             f"    root-hints: {stage.world.root_hints}\n")
    text = "".join(f"    {option}: {value}\n" for option, value in more.items())
    if not usage:
        made.append(_put(stage, "ask.conf", f"{where}ask:\n  - id: relay\n"
                         f"    listen: {stage.path('socket')}\n    dialect: line\n"
                         f"    client: [ {', '.join(map(_quoted, names))} ]\n{text}"))
    identities = "".join(f"  - id: peer{i}\n    name: {_quoted(name)}\n    address: fd00::{i}\n"
                         for i, name in enumerate(names, 1))
    made.append(_put(stage, "front.conf", f"{where}identity:\n{identities}"
                     "front:\n  - id: xot\n    listen: 127.0.0.1@8853\n    key-file: /k\n"
                     "    server: 127.0.0.1@5310\n    identity: [ "
                     + ", ".join(f"peer{i}" for i in range(1, len(names) + 1)) + f" ]\n{text}"))
    return made


def _quoted(name):
    return f'"{name}"' if name[0] in "@*" else name


def _put(stage, name, text):
    path = stage.path(name)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    return path


def a_check_looks_names_up_as_the_server_with_this_configuration_does(stage):
    stage.publish(NAME, f"3 1 1 {OTHER}")
    for path in _configurations(stage, [NAME, "no.example.net", "*.sub.example.net"]):
        _expect_names(stage, path)


def names_on_lists_are_checked_like_names(stage):
    stage.publish(NAME, f"3 1 1 {OTHER}")
    put_list(stage, NAME, "no.example.net", "ns4.example.org")
    for path in _configurations(stage, ["ns3.example.net", ENTRY], "example.net"):
        status, out, err = _as_server(stage, path)
        stage.expect("not all are usable, exit status", "1", status)
        lines = out.splitlines()
        stage.expect("lines", "4", len(lines))
        stage.require(lines[0].startswith("no-tlsa ns3.example.net (") and
                      lines[1].startswith(f"list {ENTRY}, 3 names, ttl "), out)
        stage.require(any(line.startswith(f"usable {NAME}, 1 of 1 TLSA record") for line in lines) and
                      any(line.startswith("no-tlsa no.example.net (") for line in lines), out)
        stage.require(f"ns4.example.org: {ENTRY} permits nobody of this name: it is not within "
                      "'client-within'" in err, err)
    put_list(stage, NAME)
    for path in _configurations(stage, [ENTRY, NAME]):
        status, out, _ = _as_server(stage, path)
        stage.expect("all are usable, exit status", "0", status)
        # A name that is listed twice is told of once.
        stage.expect("lines", "2", len(out.splitlines()))


def a_list_that_permits_nobody_is_told_of(stage):
    stage.publish(NAME, f"3 1 1 {OTHER}")
    long_list = "long.example.net"
    put_list(stage, *(f"n{i}.example.net" for i in range(201)), owner=long_list)
    put_list(stage, NAME, owner=BROKEN)
    for name, status, said in (
            ("none.example.net", 1, "list @none.example.net, 0 names, ttl "),
            (BROKEN, 2, f"bogus @{BROKEN} ("),
            ("list.unsigned.net", 1, "insecure @list.unsigned.net ("),
            (long_list, 1, f"unusable @{long_list} (more than 200 names)")):
        for path in _configurations(stage, [f"@{name}", NAME]):
            ended, out, err = _as_server(stage, path)
            stage.expect(f"@{name}, exit status", str(status), ended)
            lines = out.splitlines()
            stage.require(len(lines) == 2 and lines[0].startswith(said) and
                          lines[1].startswith(f"usable {NAME}, "), f"printed {out} {err}")
    stage.require("(it permits nobody: no such name)" in
                  _as_server(stage, _configurations(stage, ["@none.example.net"])[0])[1],
                  "no reason")


def objects_tell_of_lists_and_names(stage):
    stage.publish(NAME, f"3 1 1 {OTHER}")
    put_list(stage, NAME)
    put_list(stage, NAME, owner=BROKEN)
    for path in _configurations(stage, [ENTRY, f"@{BROKEN}"]):
        status, out, _ = _as_server(stage, path, "--json", "--warn", "5w")
        stage.expect("exit status", "2", status)
        told = [json.loads(line) for line in out.splitlines()]
        stage.expect("the list", str((ENTRY, "secure", 1)),
                     (told[0]["list"], told[0]["status"], told[0]["names"]))
        stage.expect("the name", str((NAME, "secure")), (told[1]["name"], told[1]["status"]))
        stage.require(told[1]["signature-expires"] and told[1]["warnings"], out)
        stage.expect("the bogus list", "('bogus', None)", (told[2]["status"], told[2]["names"]))


def records_count_as_the_server_counts_them(stage):
    stage.publish(NAME, f"3 1 1 {OTHER}")
    for usage, status, word in (("dane-ee", 0, "usable"), ("dane-ta", 1, "unusable")):
        for path in _configurations(stage, [NAME], usage=usage):
            ended, out, err = _as_server(stage, path)
            stage.expect(f"usage {usage}, exit status", str(status), ended)
            stage.require(out.startswith(f"{word} {NAME}"), f"printed {out} {err}")
    ended, _, err = _as_server(stage, path, "--usage", "dane-ee")
    stage.expect("with an option of its own, exit status", "2", ended)
    stage.require("leave out" in err, err)


@within(120)
def names_are_looked_up_at_once_and_told_in_their_order(stage):
    """One after the other, those that nobody answers would take far longer than a run may. Each
    has a server of its own: of one that is silent nobody waits for long."""
    stage.publish(NAME, f"3 1 1 {OTHER}")
    silent = [f"x.h{i}.example.net" for i in range(20)]
    for i, name in enumerate(silent):
        zone = name.partition(".")[2]
        stage.world.publish(f"ns.{zone}", stage.black_hole(f"127.0.2.{i + 1}"), kind="A")
        stage.world.publish(zone, f"ns.{zone}.", kind="NS")
    names = [*silent[:10], NAME, *silent[10:], "no.example.net"]
    for path in _configurations(stage, names):
        status, out, _ = _as_server(stage, path, "--timeout", "5000")
        stage.expect("exit status", "2", status)
        told = [line.split()[:2] for line in out.splitlines()]
        stage.expect("the order", str(names), [name.rstrip(",") for _, name in told])
        stage.expect("verdicts", str(["timeout"] * 10 + ["usable"] + ["timeout"] * 10
                                     + ["no-tlsa"]), [verdict for verdict, _ in told])


def warnings_of_all_names_stand_in_their_order(stage):
    stage.publish(NAME, f"3 1 1 {OTHER}")
    names = [f"w{i}.example.net" for i in range(40)]
    put_list(stage, *names)
    for name in names:
        stage.world.publish(name, f"3 1 1 {OTHER}")
    path = _configurations(stage, [NAME, ENTRY, "no.example.net"])[0]
    status, out, err = _as_server(stage, path, "--warn", "5w")
    stage.expect("exit status", "1", status)
    told = [line.split()[1].rstrip(",") for line in out.splitlines()]
    stage.expect("the first and the last", str([NAME, ENTRY, "no.example.net"]),
                 [*told[:2], told[-1]])
    stage.expect("those on the list", str(sorted(names)), sorted(told[2:-1]))
    warned = [line.split(": ")[2] for line in err.splitlines() if "the signature of" in line]
    stage.expect("warnings", str([NAME, *told[2:-1]]), warned)
    stage.expect("without a signature that ends soon, exit status", "1",
                 _as_server(stage, path, "--warn", "1h")[0])


@within(90)
def a_program_that_does_not_print_is_ended_and_named(stage):
    primary = stage.primary([NAME], start=False)
    primary.write()
    folder = stage.path("programs")
    os.makedirs(folder)
    with open(os.path.join(folder, "knotc"), "w", encoding="ascii") as file:
        file.write("#!/bin/sh\nsleep 600 &\nwait\n")
    os.chmod(os.path.join(folder, "knotc"), 0o755)
    status, out, err = _as_server(stage, primary.path, programs=[folder])
    stage.expect("exit status and output", "(2, '')", (status, out))
    stage.require("knotc did not end within 30 s and was killed" in err, err)


def a_configuration_that_cannot_be_read_is_an_error(stage):
    broken = stage.path("broken.conf")
    for text, words in (("front:\n  - id: xot\n    lissten: x\n",
                         ("lissten", "dance-front cannot read it")),
                        ("server:\n    lissten: x\n", ("lissten", "knotc cannot read it")),
                        ("server:\n    rundir: /tmp\n", ("it permits no names",))):
        with open(broken, "w", encoding="ascii") as file:
            file.write(text)
        status, out, err = _as_server(stage, broken)
        stage.expect(f"{text!r}, exit status and output", "(2, '')", (status, out))
        for word in words:
            stage.require(word in err, f"no '{word}' in {err!r}")
    status, _, err = _as_server(stage, stage.path("missing.conf"))
    stage.expect("no file, exit status", "2", status)
    stage.require("No such file" in err, err)
