# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The machine was booted with everything configured and enabled.

import os

import vm_cases_knot
from process import run
from vm_stage import POSTFIX, expect

UP = ["nsd.service", "knot.service", "dance-front.service", "dance-front.socket",
      "dance-ask.service", "dance-ask.socket", "dance-roll.timer"]


def _before(case):
    """It is played before the machine boots."""
    case.before = True
    return case


@_before
def all_are_enabled_before_the_boot(machine):
    machine.clear()
    if not os.path.exists("/etc/knot/server.pem"):
        vm_cases_knot._start(machine)
    vm_cases_knot._write(machine)
    # knotd has port 853 of an address of its own.
    os.makedirs("/etc/systemd/system/dance-front.socket.d", exist_ok=True)
    with open("/etc/systemd/system/dance-front.socket.d/addresses.conf", "w",
              encoding="ascii") as file:
        file.write("[Socket]\nListenStream=\nListenStream=127.0.0.50:853\n")
    machine.write_front()
    machine.write_ask(POSTFIX)
    run("systemctl", "enable", *UP, timeout=300)


def all_are_up_after_the_boot(machine):
    machine.make_again()
    for name in UP:
        expect(name, "active", run("systemctl", "is-active", name, check=False).stdout.strip())
    expect("failed units", "", run("systemctl", "--failed", "--plain", "--no-legend").stdout)
    machine.until_transferred()
    machine.until_transferred(at=vm_cases_knot.AT)
    machine.until_mail(POSTFIX)
