# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Tasks and open files: what the units grant is what the daemons need at their largest settings.

import re
import socket
import time

import recommended
from process import eventually
from vm_stage import RELAY, expect, require

MOST_ASKED = 4096
MOST_FRONTED = 65536


def _granted(unit, name):
    return int(unit.show(name))


def _tasks(unit):
    """How many its control group has, and may have."""
    folder = "/sys/fs/cgroup" + unit.show("ControlGroup")
    with open(f"{folder}/pids.current", encoding="ascii") as now, \
            open(f"{folder}/pids.max", encoding="ascii") as most:
        return int(now.read()), most.read().strip()


def _files(unit):
    with open(f"/proc/{unit.pid}/limits", encoding="ascii") as file:
        (line,) = re.findall(r"Max open files +(\d+) +(\d+)", file.read())
    return int(line[0])


def what_the_units_say_is_what_the_daemons_have(machine):
    machine.clear()
    machine.write_front()
    machine.write_ask()
    for unit in (machine.front, machine.ask):
        unit.start()
        expect(f"TasksMax of {unit.name}", unit.show("TasksMax"), _tasks(unit)[1])
        expect(f"LimitNOFILE of {unit.name}", _granted(unit, "LimitNOFILE"), _files(unit))


def the_front_starts_with_its_largest_settings(machine):
    most = {name: MOST_FRONTED for name in ("max-connections", "max-handshakes",
                                            "max-per-suffix", "max-per-server")}
    machine.clear()
    machine.write_front(server={**most, "threads": 16})
    since = machine.front.mark()
    machine.front.start()
    machine.until_transferred()
    machine.front.require_no_line("too few open files|out of room", since)
    require(_files(machine.front) >= 2 * MOST_FRONTED + 256, f"{_files(machine.front)} files")
    require(int(_tasks(machine.front)[1]) > MOST_FRONTED, f"{_tasks(machine.front)} tasks")


def the_front_starts_as_its_manual_recommends_for_many_clients(machine):
    machine.clear()
    sections = recommended.sections()
    own = machine.dns()
    machine.dns = lambda: {**own, **sections["dns"]}
    try:
        machine.write_front(server=sections["server"])
    finally:
        del machine.dns
    since = machine.front.mark()
    machine.front.start()
    machine.until_transferred()
    # Strangers who say nothing.
    crowd = []
    try:
        for number in range(4000):
            one = socket.socket()
            one.bind((f"127.0.{1 + number // 200}.200", 0))
            one.connect(("127.0.0.50", 853))
            crowd.append(one)
        machine.until_transferred()
        expect("a transfer beside them", "transferred", machine.transfer())
    finally:
        for one in crowd:
            one.close()
    machine.front.require_no_line("too few open files|out of room", since)


def the_ask_daemon_serves_as_many_connections_as_it_may_have(machine):
    machine.clear()
    machine.write_ask(server={"max-connections": MOST_ASKED})
    since = machine.ask.mark()
    machine.ask.start()
    machine.until_mail()
    crowd = _connect(MOST_ASKED - 1)
    try:
        eventually(lambda: _tasks(machine.ask)[0] >= MOST_ASKED, 60, every=0.5,
                   what=f"a thread for each: {_tasks(machine.ask)}")
        expect("a client beside them", "action=OK", machine.mail()[:9])
    finally:
        for one in crowd:
            one.close()
    machine.ask.require_no_line("out of room|too few open files|turned away", since)


def with_fewer_tasks_than_connections_it_says_so_and_goes_on(machine):
    """So the case before can fail."""
    machine.clear()
    machine.ask.set("[Service]\nTasksMax=200\n")
    machine.write_ask(server={"max-connections": MOST_ASKED})
    since = machine.ask.mark()
    machine.ask.start()
    machine.until_mail()
    pid, crowd = machine.ask.pid, _connect(400)
    try:
        machine.ask.wait_for(r"^ask relay, out of room \(no thread can be started\); do: raise "
                             "TasksMax", since)
    finally:
        for one in crowd:
            one.close()
    machine.until_mail()
    expect("its process", pid, machine.ask.pid)


def _connect(count):
    crowd = []
    for _ in range(count):
        one = socket.socket(socket.AF_UNIX)
        one.settimeout(20)
        for _ in range(100):
            try:
                one.connect(RELAY)
                break
            except BlockingIOError: # its queue is full
                time.sleep(0.1)
        crowd.append(one)
    return crowd
