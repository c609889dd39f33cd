# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance-front before Debian's NSD, as systemd runs it: start, reload, restart, end.

import signal

from asker import Asker
from process import eventually
from vm_stage import AT, NAME, OTHER_NAME, ZONE, Busy, expect, require
from vm_unit import ERROR, INFO, NOTICE, daemon_reload


def _start(machine, **options):
    """From nothing; returns where its lines begin."""
    machine.clear()
    machine.write_front(**options)
    since = machine.front.mark()
    machine.front.start()
    return since


def it_starts_with_a_configuration_and_lets_the_proved_transfer(machine):
    _start(machine)
    expect("it", "active", machine.front.state)
    machine.until_transferred()
    expect("another", "REFUSED, EDE 18", machine.transfer(machine.stranger))


def its_lines_have_their_priorities_in_the_journal(machine):
    since = _start(machine)
    machine.until_transferred()
    machine.transfer(machine.stranger)
    machine.front.require_line(NOTICE, r"^front xot, listening, address", since)
    machine.front.require_line(NOTICE, r"^ready$", since)
    machine.front.require_line(INFO, r"^front xot, public key, key [0-9a-f]{64}$", since)
    machine.front.require_line(INFO, r"^front xot, AXFR example\.com\. allowed, ", since)
    machine.front.require_line(NOTICE, r"^front xot, AXFR example\.com\. refused, ", since)
    machine.front.require_no_line("running as root|<[0-7]>|too few open files", since)


def a_reload_is_over_when_systemctl_says_so_and_drops_nobody(machine):
    _start(machine)
    machine.until_transferred()
    expect("the other, before", "REFUSED, EDE 18", machine.transfer(machine.other))
    pid = machine.front.pid
    with Asker(AT, machine.peer) as kept:
        require(kept.ask(ZONE).transferred, "no transfer before")
        machine.write_front((NAME, OTHER_NAME))
        since = machine.front.mark()
        expect("systemctl reload", 0, machine.front.control("reload"))
        require(any(text == "configuration reloaded" for _, text in machine.front.lines(since)),
                "it has ended before the daemon")
        expect("it", "active", machine.front.state)
        expect("its process", pid, machine.front.pid)
        require(kept.ask(ZONE).transferred, "no transfer afterwards, on the same connection")
    machine.until_transferred(machine.other)


def reloads_in_a_row_drop_nobody(machine):
    _start(machine)
    machine.until_transferred()
    with Busy(machine.transfer, "transferred") as busy:
        for number in range(10):
            machine.write_front((NAME, OTHER_NAME) if number % 2 else (NAME,))
            expect("systemctl reload", 0, machine.front.control("reload"))
            busy.more(3)
    busy.require_all(30)


def a_broken_configuration_at_a_reload_is_told_and_the_old_one_stays(machine):
    _start(machine)
    machine.until_transferred()
    pid = machine.front.pid
    wrong = machine.break_configuration("dance-front")
    since = machine.front.mark()
    status = machine.front.control("reload", check=False)
    machine.front.require_line(ERROR, wrong, since)
    require(status != 0, "systemctl reload calls it a success")
    expect("it", "active", machine.front.state)
    expect("its process", pid, machine.front.pid)
    expect("a transfer", "transferred", machine.transfer())
    machine.write_front()
    expect("systemctl reload of a right one", 0, machine.front.control("reload"))
    eventually(lambda: machine.front.show("StatusText") == "", what="nothing is wrong any more")
    expect("a transfer afterwards", "transferred", machine.transfer())


def what_only_the_daemon_finds_wrong_at_a_reload_is_in_the_status(machine):
    """Where it listens is no matter of its file alone."""
    _start(machine)
    machine.write_front(listen=[f"{AT}@853", "192.0.2.1@853"])
    since = machine.front.mark()
    machine.front.control("reload", check=False)
    machine.front.require_line(ERROR, r"^configuration not reloaded \(front xot: cannot listen "
                               r"on 192\.0\.2\.1@853: Cannot assign", since)
    eventually(lambda: "cannot listen on 192.0.2.1@853" in machine.front.show("StatusText"),
               what="the reason in the status")
    machine.until_transferred()


def a_broken_configuration_at_the_start_is_an_error_and_it_is_tried_again(machine):
    machine.clear()
    machine.write_front()
    wrong = machine.break_configuration("dance-front")
    since = machine.front.mark()
    require(machine.front.control("start", check=False) != 0, "systemctl start succeeds")
    machine.front.require_line(ERROR, "^" + wrong, since)
    eventually(lambda: machine.front.restarts > 2, 60, every=0.5, what="it is tried again")
    machine.write_front()
    eventually(lambda: machine.front.state == "active", 120, every=0.5,
               what="it runs when its configuration is right")
    machine.until_transferred()


def a_unit_that_was_changed_while_it_runs_is_read_without_harm(machine):
    _start(machine)
    machine.until_transferred()
    pid = machine.front.pid
    with Busy(machine.transfer, "transferred") as busy:
        machine.front.settle("[Unit]\nDescription=changed\n")
        daemon_reload()
        busy.more()
        expect("its description", "changed", machine.front.show("Description"))
        expect("systemctl reload", 0, machine.front.control("reload"))
        busy.more()
    busy.require_all(20)
    expect("its process", pid, machine.front.pid)


def it_is_started_again_after_it_was_killed(machine):
    _start(machine)
    machine.until_transferred()
    before = machine.front.pid, machine.front.restarts
    machine.front.kill()
    machine.front.wait_restarted(before)
    machine.until_transferred()


def it_ends_in_time_although_clients_stay(machine):
    """Or else systemd would call it a timeout."""
    since = _start(machine)
    machine.until_transferred()
    with Asker(AT, machine.peer) as kept:
        require(kept.ask(ZONE).transferred, "no transfer before")
        machine.front.stop()
    expect("it", "inactive", machine.front.state)
    expect("its result", "success", machine.front.show("Result"))
    expect("its exit status", "0", machine.front.show("ExecMainStatus"))
    machine.front.require_line(NOTICE, r"^counters, .*\ballow \d+", since)


def systemd_restarts_daemons_that_are_silent(machine):
    """Both at once: it takes the time that their units grant."""
    since = _start(machine)
    machine.write_ask()
    machine.ask.start()
    machine.until_transferred()
    machine.until_mail()
    before = [(unit, (unit.pid, unit.restarts)) for unit in (machine.front, machine.ask)]
    for unit, _ in before:
        unit.kill(signal.SIGSTOP)
    for unit, was in before:
        unit.wait_restarted(was, 180)
        unit.wait_for(r"[Ww]atchdog timeout", since)
    machine.until_transferred()
    machine.until_mail()


systemd_restarts_daemons_that_are_silent.bound = 300


def idle_daemons_are_not_restarted(machine):
    """For longer than their units grant, here with a time that is short."""
    machine.clear()
    for unit in (machine.front, machine.ask):
        unit.settle("[Service]\nWatchdogSec=3\n")
    daemon_reload()
    machine.write_front()
    machine.write_ask()
    since = machine.front.mark()
    machine.front.start()
    machine.ask.start()
    eventually(lambda: _age(machine.front) > 12 and _age(machine.ask) > 12, 60,
               what="four times what is granted")
    for unit in (machine.front, machine.ask):
        expect(f"restarts of {unit.name}", 0, unit.restarts)
        unit.require_no_line("[Ww]atchdog", since)


def _age(unit):
    """Seconds since it became active."""
    with open("/proc/uptime", encoding="ascii") as file:
        now = float(file.read().split()[0])
    return now - int(unit.show("ActiveEnterTimestampMonotonic")) / 1e6
