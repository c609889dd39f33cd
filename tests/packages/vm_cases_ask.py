# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance-ask as systemd runs it: start, reload, restart, end, and its directory.

import os
import pwd
import stat

from process import eventually
from vm_stage import RELAY, Busy, expect, require
from vm_unit import ERROR, NOTICE


def _start(machine, **options):
    machine.clear()
    machine.write_ask(**options)
    since = machine.ask.mark()
    machine.ask.start()
    return since


def it_starts_with_a_configuration_and_knows_the_proved(machine):
    since = _start(machine)
    expect("it", "active", machine.ask.state)
    machine.until_mail()
    expect("another", "action=DUNNO", machine.mail(certificate=machine.stranger))
    machine.ask.require_line(NOTICE, r"^ready$", since)
    machine.ask.require_line(NOTICE, r"^ask relay, listening, address", since)
    machine.ask.require_no_line("running as root|<[0-7]>|too few open files", since)


def its_directory_comes_and_goes_with_it(machine):
    _start(machine)
    uid = pwd.getpwnam("dance-ask").pw_uid
    folder, socket = os.stat("/run/dance-ask"), os.stat(RELAY)
    expect("the directory's owner and mode", (uid, 0o755), (folder.st_uid, folder.st_mode & 0o777))
    require(stat.S_ISSOCK(socket.st_mode), f"{RELAY} is no socket")
    expect("the socket's owner and mode", (uid, 0o666), (socket.st_uid, socket.st_mode & 0o777))
    machine.ask.stop()
    require(not os.path.exists("/run/dance-ask"), "the directory is still there")
    expect("its result", "success", machine.ask.show("Result"))


def a_reload_is_over_when_systemctl_says_so_and_fails_nobody(machine):
    _start(machine)
    machine.until_mail()
    pid = machine.ask.pid
    with Busy(machine.mail, "action=OK") as busy:
        for _ in range(10):
            since = machine.ask.mark()
            expect("systemctl reload", 0, machine.ask.control("reload"))
            require(any(text == "configuration reloaded" for _, text in machine.ask.lines(since)),
                    "it has ended before the daemon")
            busy.more(3)
    busy.require_all(30)
    expect("its process", pid, machine.ask.pid)


def a_broken_configuration_at_a_reload_is_told_and_the_old_one_stays(machine):
    _start(machine)
    machine.until_mail()
    pid = machine.ask.pid
    wrong = machine.break_configuration("dance-ask")
    since = machine.ask.mark()
    status = machine.ask.control("reload", check=False)
    machine.ask.require_line(ERROR, wrong, since)
    require(status != 0, "systemctl reload calls it a success")
    expect("it", "active", machine.ask.state)
    expect("its process", pid, machine.ask.pid)
    expect("a client", "action=OK", machine.mail()[:9])
    machine.write_ask()
    expect("systemctl reload of a right one", 0, machine.ask.control("reload"))
    eventually(lambda: machine.ask.show("StatusText") == "", what="nothing is wrong any more")


def a_broken_configuration_at_the_start_is_an_error_and_it_is_tried_again(machine):
    machine.clear()
    machine.write_ask()
    wrong = machine.break_configuration("dance-ask")
    since = machine.ask.mark()
    require(machine.ask.control("start", check=False) != 0, "systemctl start succeeds")
    machine.ask.require_line(ERROR, "^" + wrong, since)
    machine.write_ask()
    eventually(lambda: machine.ask.state == "active", 60, every=0.5,
               what="it runs when its configuration is right")
    machine.until_mail()


def it_is_started_again_after_it_was_killed(machine):
    _start(machine)
    machine.until_mail()
    before = machine.ask.pid, machine.ask.restarts
    machine.ask.kill()
    machine.ask.wait_restarted(before)
    machine.until_mail()
