# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What the daemons may and may not do: their users, and the sandbox, as a program sees it that
# systemd starts in the same one (vm_inside.py).

import os
import re
import shutil

from process import run
from vm_stage import ETC, NAME, exposure, expect, put, require

INSIDE = "/usr/local/lib/dance-vm-inside.py"
BOTH = {"read /usr/share/dns/root.key", "read /dev/urandom", "use TCP", "use UNIX sockets",
        "read /etc/dance/dance-ask.conf", "read /etc/dance/dance-front.conf",
        # A place of its own, which nobody else sees.
        "write to /tmp", "write to /var/tmp", "write to /dev/shm"}
FRONT = BOTH | {"read /etc/dance/dance-front.key", "write to /run/dance-front", "bind port 853"}
ASK = BOTH | {"write to /run/dance-ask"}
BIND_SERVICE = 10


def _can(machine, unit, more=""):
    """What a program can do in the unit's sandbox."""
    shutil.copy(os.path.join(os.path.dirname(__file__), "vm_inside.py"), INSIDE)
    unit.set(f"[Service]\nExecStartPre=/usr/bin/python3 {INSIDE}\n{more}")
    since = unit.mark()
    unit.start()
    found = [match for _, text in unit.lines(since)
             if (match := re.fullmatch(r"(can|cannot) (.*)", text))]
    require(len(found) > 30, f"only {len(found)} lines are there")
    return {match[2] for match in found if match[1] == "can"}


def _compare(wanted, seen):
    require(seen == wanted, f"it can {sorted(seen - wanted)} and cannot {sorted(wanted - seen)}")


def the_front_can_do_what_it_needs_and_no_more(machine):
    machine.clear()
    machine.write_front()
    machine.write_ask()
    _compare(FRONT, _can(machine, machine.front))
    machine.until_transferred()


def the_ask_daemon_can_do_what_it_needs_and_no_more(machine):
    machine.clear()
    machine.write_front()
    machine.write_ask()
    _compare(ASK, _can(machine, machine.ask))
    machine.until_mail()


def their_processes_have_a_user_and_few_rights(machine):
    machine.clear()
    machine.write_front()
    machine.write_ask()
    for unit, user, capabilities in ((machine.front, "dance-front", 1 << BIND_SERVICE),
                                     (machine.ask, "dance-ask", 0)):
        unit.start()
        uid = run("id", "-u", user).stdout.strip()
        expect(f"the user of {unit.name}", [uid] * 4, unit.process("Uid"))
        for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb"):
            expect(f"{name} of {unit.name}", f"{capabilities:016x}", unit.process(name)[0])
        expect(f"new privileges for {unit.name}", "1", unit.process("NoNewPrivs")[0])
        expect(f"a filter of system calls for {unit.name}", "2", unit.process("Seccomp")[0])


def systemd_calls_their_exposure_small(machine):
    for unit, most in ((machine.front, 1.5), (machine.ask, 1.3)):
        figure, said = exposure(unit)
        require(figure <= most, f"{unit.name}: {figure}, and not {most} at most\n{said}")


def the_key_can_be_left_to_root(machine):
    """As the unit's comment says."""
    machine.clear()
    key = f"{ETC}/root-only.key"
    with open(machine.server.key.path, encoding="ascii") as file:
        put(key, file.read(), 0o600)
    credential = "/run/credentials/dance-front.service/key"
    machine.write_front((NAME,), **{"key-file": credential})
    machine.write_ask()
    wanted = FRONT | {f"read {credential}"}
    _compare(wanted, _can(machine, machine.front,
                          f"LoadCredential=key:{key}\nExecReload=\n"))
    machine.until_transferred()
    since = machine.front.mark()
    expect("systemctl reload", 0, machine.front.control("reload"))
    machine.front.wait_for("configuration reloaded", since)
    machine.until_transferred()
    os.remove(key)
