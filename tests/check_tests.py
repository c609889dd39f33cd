#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Every source file has a test of its name, or stands below with the test that is its own or the
# reason why there is none; and every test that is written is run. Usage: check_tests.py REPOSITORY BUILD

import json
import pathlib
import subprocess
import sys

# modules/front/x.c has tests/test_front_x.c, modules/front/conf/x.c test_front_conf_x.c.
FOLDERS = {
    "src": "tests/test_",
    "src/tool": "tests/tool/test_",
    "modules/ask": "tests/test_ask_",
    "modules/daemon": "tests/test_daemon_",
    "modules/front": "tests/test_front_",
    "modules/knot": "tests/test_knot_",
    "modules/openssl": "tests/test_openssl_",
}

# Files that are tested by a test of another name.
ELSEWHERE = {
    "modules/ask/conf/check.c": "tests/test_ask_conf.c",
    "modules/ask/conf/read.c": "tests/test_ask_conf.c",
    "modules/ask/conf/schema.c": "tests/test_ask_conf.c",
    "modules/ask/counts.c": "tests/test_ask_exposition.c",
    "modules/ask/program.c": "tests/test_ask_stats_event.c",
    "modules/ask/question.c": "tests/test_ask_dialect_postfix.c",
    "modules/daemon/conf_error.c": "tests/test_front_mistakes.c",
    "modules/daemon/conf_file.c": "tests/test_front_conf.c",
    "modules/daemon/conf_parse.c": "tests/test_front_mistakes.c",
    "modules/daemon/listeners.c": "tests/test_ask_listener.c",
    "modules/daemon/shortage.c": "tests/test_front_accept.c",
    "modules/daemon/stats.c": "tests/test_front_stats_event.c",
    "modules/daemon/thread.c": "tests/test_front_jobs.c",
    "modules/front/answer_buffer.c": "tests/test_front_relay.c",
    "modules/front/buffers.c": "tests/test_front_loop.c",
    "modules/front/carrier.c": "tests/test_front_server_mode.c",
    "modules/front/conf/free.c": "tests/test_front_failures.c",
    "modules/front/conf/link.c": "tests/test_front_conf_check.c",
    "modules/front/conf/listen.c": "tests/test_front_listener.c",
    "modules/front/conf/parse.c": "tests/test_front_mistakes.c",
    "modules/front/conf/read.c": "tests/test_front_conf.c",
    "modules/front/conf/schema.c": "tests/test_front_conf.c",
    "modules/front/connection.c": "tests/test_front_accept.c",
    "modules/front/counts.c": "tests/test_front_exposition.c",
    "modules/front/errand.c": "tests/test_front_jobs.c",
    "modules/front/program.c": "tests/test_front_policy.c",
    "modules/front/query_buffer.c": "tests/test_front_relay.c",
    "modules/front/server_query.c": "tests/test_front_decisions.c",
    "modules/front/stream_log.c": "tests/test_front_stream_mode.c",
    "modules/front/stream_much.c": "tests/test_front_pump.c",
    "modules/front/stream_server.c": "tests/test_front_stream_mode.c",
    "modules/knot/ctx.c": "tests/test_knot_failures.c",
    "modules/knot/mod_dance.c": "tests/test_knot_module.c",
    "modules/openssl/arm.c": "tests/test_openssl.c",
    "modules/openssl/handshake.c": "tests/test_openssl_session.c",
    "modules/openssl/kept.c": "tests/test_openssl_session.c",
    "modules/openssl/peer.c": "tests/test_openssl_decided.c",
    "src/key_hits.c": "tests/test_key_order.c",
    "src/tool/command_tlsa.c": "tests/tool/test_tlsa.py",
    "src/tool/command_verify.c": "tests/tool/test_verify.py",
    "src/tool/judgement.c": "tests/tool/test_verify.py",
    "src/tool/main.c": "tests/tool/test_words.py",
    "src/tool/option.c": "tests/tool/test_words.py",
    "src/tool/owner_name.c": "tests/tool/test_tlsa.py",
    "src/tool/lookup_option.c": "tests/tool/test_words.py",
    "src/tool/probe.c": "tests/tool/test_probe_report.c",
    "src/tool/probe_alert.c": "tests/tool/test_probe_verdict.c",
    "src/tool/roll_item.c": "tests/tool/test_roll_conf.c",
    "src/tool/roll_knotc.c": "tests/tool/test_roll_publish.c",
    "src/tool/say.c": "tests/tool/test_words.py",
}

# Files that no test but those of tests/system reaches, and why that is enough.
SYSTEM = {
    "modules/ask/main.c": "a program's start, signals and end: cases_ask.py",
    "modules/daemon/command_line.c": "options of a program: cases_ask_life.py",
    "modules/daemon/life.c": "a program's start, reload and end: cases_ask_life.py",
    "modules/daemon/signals.c": "signals of a program: cases_ask.py",
    "modules/front/main.c": "a program's start, signals and end: cases_front_life.py",
    "modules/front/stored_key.c": "a token that goes and comes back: cases_store.py",
    "src/tool/ancestry.c": "asks a real DNS: cases_warn.py",
    "src/tool/command_check.c": "asks a real DNS: cases_tool.py",
    "src/tool/command_probe.c": "asks a real server: cases_probe.py",
    "src/tool/probe_identity.c": "shown to a real server: cases_probe.py",
    "src/tool/probe_link.c": "connections to a real server: cases_probe.py",
    "src/tool/probe_run.c": "asks a real server: cases_probe.py",
    "src/tool/probe_side.c": "asks a real DNS: cases_probe_matrix.py",
    "src/tool/probe_zone.c": "asks a real server: cases_probe_matrix.py",
    "src/tool/command_roll.c": "rolls keys in a real DNS: cases_roll.py",
    "src/tool/survey.c": "asks a real DNS: cases_check.py",
    "src/tool/lookup.c": "asks a real DNS: cases_tool.py",
    "src/tool/roll_query.c": "asks a real DNS: cases_roll.py",
    "src/tool/roll_servers.c": "asks a real DNS: cases_roll.py",
    "src/tool/standing.c": "records of a real DNS: cases_tool.py",
}


LISTED = {**ELSEWHERE, **SYSTEM}


def registered(build):
    """The names of the programs and scripts that meson runs as tests."""
    tests = json.loads(subprocess.run(["meson", "introspect", "--tests", build],
                                      check=True, capture_output=True).stdout)
    return {pathlib.Path(word).name for test in tests for word in test["cmd"]}


def is_run(name, run):
    """Is a test run, of which this is the source?"""
    path = pathlib.PurePath(name)
    program = f"fuzz-{path.stem}" if path.parent.name == "fuzz" else path.stem
    return (path.name if path.suffix == ".py" else program) in run


def tests_of(folder, path):
    """The names that the test of a source file can have."""
    name = "_".join(path.relative_to(folder).with_suffix("").parts)
    return [f"{FOLDERS[folder.as_posix()]}{name}{suffix}" for suffix in (".c", ".py")]


def sources(repository):
    for folder in map(pathlib.PurePath, FOLDERS):
        for path in sorted((repository / folder).rglob("*.c")):
            path = path.relative_to(repository)
            if folder.as_posix() != "src" or path.parent == folder:
                yield folder, path


def wrong_of(repository, run, folder, path):
    """What is wrong with how a source file is tested, if anything."""
    own = [name for name in tests_of(folder, path) if (repository / name).exists()]
    name = path.as_posix()
    if own:
        if name in LISTED:
            return f"{name} has {own[0]}: take it off the list in tests/check_tests.py"
        return None if is_run(own[0], run) else f"{own[0]} is not run"
    if name in ELSEWHERE:
        elsewhere = ELSEWHERE[name]
        if not (repository / elsewhere).exists() or not is_run(elsewhere, run):
            return f"{name}: its test {elsewhere} is not there or not run"
        return None
    if name in SYSTEM:
        cases = SYSTEM[name].rsplit(": ", 1)[1]
        there = (repository / "tests" / "system" / cases).exists()
        return None if there else f"{name}: tests/system/{cases} is not there"
    return f"{name} has no {tests_of(folder, path)[0]}"


def main(repository, build):
    repository = pathlib.Path(repository)
    run = registered(build)
    wrong = [f"{path.relative_to(repository)} is not run: see tests/meson.build"
             for path in sorted((repository / "tests").glob("**/test_*.c"))
             if path.stem not in run]
    found = list(sources(repository))
    wrong += filter(None, (wrong_of(repository, run, *file) for file in found))
    wrong += [f"{name} is not there: take it off the list in tests/check_tests.py"
              for name in sorted({*LISTED} - {path.as_posix() for _, path in found})]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
