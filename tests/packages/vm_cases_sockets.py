# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Sockets that systemd opens for the daemons: clients wait while a daemon starts or restarts.

import os
import pwd
import stat

from process import eventually, run
from vm_stage import AT, POSTFIX, Busy, expect, require
from vm_unit import WARNING

EVERYWHERE = ["0.0.0.0@853", "::@853"]
# While a client reads or writes; ConnectionRefusedError is none of them.
CUT_OFF = ("ConnectionReset", "BrokenPipe", "SSL", "ConnectionError")


def _sockets(machine):
    """The front's, with nobody behind them yet."""
    machine.clear()
    machine.write_front(listen=EVERYWHERE)
    machine.front_socket.start()
    expect("the daemon, before anybody has come", "inactive", machine.front.state)


def the_first_client_starts_the_front(machine):
    _sockets(machine)
    machine.until_transferred()
    expect("the daemon", "active", machine.front.state)
    expect("a transfer over IPv6", "transferred", machine.transfer(at="::1"))


def _restarted(machine, restart, times):
    """A connection that is made meanwhile waits. Without the socket it is refused."""
    _sockets(machine)
    machine.until_transferred()
    outcomes = []

    def ask():
        seen = machine.transfer()
        # One that has begun when the old process ends may be cut off, and no other.
        outcomes.append(seen)
        return "cut off" if seen.startswith(CUT_OFF) else seen
    with Busy(ask, ("transferred", "cut off")) as busy:
        for _ in range(times):
            restart()
            busy.more()
    busy.require_all(10 * times)
    lost = len(outcomes) - outcomes.count("transferred")
    require(lost <= times * len(busy.threads), f"{lost} were cut off: {set(outcomes)}")


def a_restart_of_the_front_turns_nobody_away(machine):
    _restarted(machine, lambda: machine.front.control("restart"), 3)


def an_upgrade_restarts_the_front_and_turns_nobody_away(machine):
    before = []

    def upgrade():
        before.append(machine.front.pid)
        machine.install("dance-front")
    _restarted(machine, upgrade, 1)
    require(machine.front.pid not in (0, *before), "the process is the one of before")
    expect("the socket", "active", machine.front_socket.state)


def without_its_own_socket_the_front_is_refused_while_it_restarts(machine):
    """So the case before can fail."""
    machine.clear()
    machine.write_front(listen=EVERYWHERE)
    machine.front.start()
    machine.until_transferred()
    with Busy(machine.transfer, "transferred") as busy:
        for _ in range(10):
            machine.front.control("restart")
            busy.more()
    require(any("refused" in seen for seen in busy.wrong), f"nobody was refused: {busy.wrong}")


def a_socket_that_no_section_uses_is_told(machine):
    machine.clear()
    machine.write_front(listen=f"{AT}@8853")
    machine.front_socket.start()
    since = machine.front.mark()
    machine.front.start()
    machine.front.require_line(WARNING, r"^unused socket, address 0\.0\.0\.0@853 ", since)


def postfix_alone_can_connect_to_its_socket_and_starts_the_daemon(machine):
    machine.clear()
    machine.write_ask(POSTFIX)
    machine.ask_socket.start()
    status, postfix = os.stat(POSTFIX), pwd.getpwnam("postfix")
    expect("the socket's owner and mode", (postfix.pw_uid, 0o600),
           (status.st_uid, stat.S_IMODE(status.st_mode)))
    expect("the daemon, before anybody has come", "inactive", machine.ask.state)
    connect = f"import socket; socket.socket(socket.AF_UNIX).connect({POSTFIX!r})"
    for user, can in (("nobody", False), ("dance-ask", False), ("postfix", True)):
        done = run("setpriv", "--reuid", user, "--clear-groups", "python3", "-c", connect,
                   check=False)
        expect(f"{user} can connect", can, done.returncode == 0)
    machine.until_mail(POSTFIX)
    expect("the daemon", "active", machine.ask.state)
    with Busy(lambda: machine.mail(POSTFIX), "action=OK") as busy:
        expect("systemctl reload", 0, machine.ask.control("reload"))
        busy.more()
    busy.require_all(10)


def an_upgrade_leaves_the_socket_of_postfix_open(machine):
    """The daemon's user could not open it."""
    machine.clear()
    machine.write_ask(POSTFIX)
    machine.ask_socket.start()
    machine.until_mail(POSTFIX)
    before = machine.ask.pid
    with Busy(lambda: machine.mail(POSTFIX), "action=") as busy:
        machine.install("dance-ask")
        busy.more()
    busy.require_all(10)
    require(machine.ask.pid not in (0, before), "the process is the one of before")
    expect("the socket", "active", machine.ask_socket.state)
    machine.until_mail(POSTFIX)


def no_question_to_the_socket_is_lost_when_the_daemon_is_killed(machine):
    machine.clear()
    machine.write_ask(POSTFIX)
    machine.ask_socket.start()
    machine.until_mail(POSTFIX)
    before = machine.ask.pid, machine.ask.restarts
    machine.ask.kill()
    # It waits in the socket until the next process takes it.
    expect("a question meanwhile", "action=", machine.mail(POSTFIX)[:7])
    machine.ask.wait_restarted(before)
    expect("the socket", "active", machine.ask_socket.state)
    machine.until_mail(POSTFIX)


def without_a_configuration_there_is_no_socket_and_no_failure(machine):
    machine.clear()
    for socket in (machine.ask_socket, machine.front_socket):
        expect(f"starting {socket.name}", 0, socket.control("start"))
        expect(socket.name, "inactive", socket.state)
    expect("a question", "FileNotFoundError", machine.mail(POSTFIX).split(":")[0])


def no_socket_stays_behind(machine):
    machine.clear()
    machine.write_ask(POSTFIX)
    machine.ask_socket.start()
    machine.until_mail(POSTFIX)
    machine.ask_socket.stop()
    machine.ask.stop()
    eventually(lambda: not os.path.exists(POSTFIX), what=f"{POSTFIX} is gone")
