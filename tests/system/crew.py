# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Several processes that play cases at once, each in a network namespace with a world of its
# own, so that all may use the same addresses. It does not know what a case does.

import contextlib
import ctypes
import io
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import tempfile

from process import run

BOUND = 30  # seconds, for a case that says nothing else
PR_SET_PDEATHSIG = 1


def bound(function):
    return getattr(function, "bound", BOUND)


def groups(selected):
    """The sentences of the cases, in lists that one process has to play in their order:
    those that share a stage. The longest come first, so that the end is not a wait for one
    of them: how long they take is guessed from their bounds."""
    found = {}
    for sentence, function in selected.items():
        shared = getattr(function, "shares", None)
        found.setdefault((function.__module__, shared) if shared else sentence,
                         []).append(sentence)
    return sorted(found.values(), reverse=True,
                  key=lambda group: sum(bound(selected[sentence]) for sentence in group))


def show_tables(several):
    """Shows tables {name: table}, each put together from the parts of several processes."""
    whole = {}
    for tables in several:
        for name, table in tables.items():
            if name in whole:
                whole[name].add(table)
            else:
                whole[name] = table
    for table in whole.values():
        print(*table.lines(), sep="\n")


class Member:
    """One of the processes, as the one that started it sees it."""

    def __init__(self, context, selected, make):
        self.connection, other = context.Pipe()
        self.process = context.Process(target=_play_on, args=(other, selected, make))
        self.process.start()
        other.close()
        self.left = []  # of what it was told to play

    def give(self, group):
        """Tells it what to play next, or with nothing that there is no more."""
        self.left = list(group)
        with contextlib.suppress(OSError):
            self.connection.send(group)

    def hear(self):
        """What it says next; None once it is gone."""
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            return None


def play_apart(selected, jobs, make):
    """Plays cases in so many processes; make: gives a company for a folder. Returns how
    many failed, and {sentence: seconds}."""
    context = multiprocessing.get_context("fork")
    sys.stdout.flush()
    members = []
    try:
        for _ in range(jobs):
            members.append(Member(context, selected, make))
        return _conduct(members, groups(selected))
    finally:
        for member in members:
            if member.process.is_alive():
                member.process.terminate()
        for member in members:
            member.process.join(20)
            member.process.kill()


def _conduct(members, waiting):
    failed, took, tables = 0, {}, []
    members = {member.connection: member for member in members}
    for member in members.values():
        member.give(waiting.pop(0) if waiting else [])
    while members:
        for connection in multiprocessing.connection.wait(list(members)):
            member = members[connection]
            said = member.hear()
            if said is None:
                lost = member.left or ["the end of what cases share"]
                print(*(f"FAIL {sentence}: the process that plays it is gone"
                        for sentence in lost), sep="\n", flush=True)
                failed += len(lost)
                del members[connection]
            elif "wrong" in said:
                if said["wrong"]:
                    print(f"FAIL what cases share: {said['wrong']}", flush=True)
                    failed += 1
                tables.append(said["tables"])
                del members[connection]
            else:
                print(said["output"], end="", flush=True)
                failed += not said["good"]
                took[said["sentence"]] = said["took"]
                member.left.remove(said["sentence"])
                if not member.left:
                    member.give(waiting.pop(0) if waiting else [])
    for group in waiting:
        print(*(f"FAIL {sentence}: nobody is left to play it" for sentence in group), sep="\n")
        failed += len(group)
    show_tables(tables)
    return failed, took


# --- in one of the processes --------------------------------------------------------------


def _play_on(connection, selected, make):
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    os.unshare(os.CLONE_NEWNET)
    run("ip", "link", "set", "lo", "up")
    with tempfile.TemporaryDirectory(prefix="dance-") as folder:
        company = make(folder)
        try:
            while group := connection.recv():
                for sentence in group:
                    connection.send(_perform(company, sentence, selected[sentence]))
        finally:
            wrong = company.end()
        connection.send({"wrong": wrong, "tables": company.theatre.tables})


def _perform(company, sentence, function):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        good, took = company.perform(sentence, function)
    return {"sentence": sentence, "good": good, "took": took, "output": output.getvalue()}
