# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# mod-dance in Debian's knotd, as Debian's unit runs it.

import os
import shutil

from process import run
from vm_stage import FOLDER, NAME, OTHER_NAME, ZONE, DATA, Busy, expect, put, require
from knot import configuration

AT = "127.0.0.60"


def _write(machine, names=(NAME,), more=""):
    """identity-address, so that nothing matches its rules without the module."""
    put("/etc/knot/knot.conf", configuration({
        "server": {"rundir": "/run/knot", "user": "knot:knot", "listen": f"{AT}@53",
                   "listen-tls": f"{AT}@853", "cert-file": "/etc/knot/server.pem",
                   "key-file": "/etc/knot/server.key"},
        "log": [{"target": "stderr", "any": "info"}],
        "database": {"storage": "/var/lib/knot"},
        "mod-dance": [{"id": "xot", "client": list(names), "identity-address": True,
                       "trust-anchor": machine.world.trust_anchor,
                       "root-hints": machine.world.root_hints}],
        "acl": [{"id": f"peer{number}", "address": f"/dance/{name}", "action": "transfer"}
                for number, name in enumerate(names)],
        "template": [{"id": "default", "storage": "/var/lib/knot",
                      "file": "%s.zone", "module": "mod-dance/xot"}],
        "zone": [{"domain": ZONE, "acl": [f"peer{number}" for number in range(len(names))]}],
    }) + more, 0o640, "knot")


def _start(machine, **options):
    machine.knot.reset()
    put(f"/var/lib/knot/{ZONE}.zone", DATA)
    shutil.chown(f"/var/lib/knot/{ZONE}.zone", "knot", "knot")
    for kind in ("pem", "key"):
        with open(os.path.join(FOLDER, f"server.{kind}"), encoding="ascii") as file:
            put(f"/etc/knot/server.{kind}", file.read(), 0o640, "knot")
    _write(machine, **options)
    machine.knot.start()
    machine.until_transferred(at=AT)


def it_lets_the_proved_transfer_and_nobody_else(machine):
    _start(machine)
    expect("it", "active", machine.knot.state)
    expect("the user", [run("id", "-u", "knot").stdout.strip()] * 4, machine.knot.process("Uid"))
    require(machine.transfer(machine.stranger, AT).startswith("NOTAUTH, EDE 18"),
            machine.transfer(machine.stranger, AT))


def reloads_by_systemctl_drop_nobody(machine):
    _start(machine)
    pid = machine.knot.pid
    with Busy(lambda: machine.transfer(at=AT), "transferred") as busy:
        for number in range(6):
            _write(machine, (NAME, OTHER_NAME) if number % 2 else (NAME,))
            expect("systemctl reload", 0, machine.knot.control("reload"))
            busy.more(3)
    busy.require_all(18)
    expect("its process", pid, machine.knot.pid)
    machine.until_transferred(machine.other, AT)


def a_broken_configuration_at_a_reload_is_told_and_the_old_one_stays(machine):
    _start(machine)
    pid = machine.knot.pid
    _write(machine, more="mod-dance:\n  - id: other\n    volume: 11\n")
    since = machine.knot.mark()
    machine.knot.control("reload", check=False)
    machine.knot.wait_for("item 'volume'", since)
    expect("its process", pid, machine.knot.pid)
    expect("a transfer", "transferred", machine.transfer(at=AT))


def it_is_started_again_after_it_was_killed(machine):
    _start(machine)
    before = machine.knot.pid, machine.knot.restarts
    machine.knot.kill()
    machine.knot.wait_restarted(before)
    machine.until_transferred(at=AT)


def an_upgrade_of_the_module_restarts_knotd(machine):
    """knotd has the old module until then."""
    _start(machine)
    before = machine.knot.pid
    machine.install("knot-module-dance")
    require(machine.knot.pid not in (0, before), "knotd runs on with the old module")
    machine.until_transferred(at=AT)


def an_upgrade_leaves_a_knotd_without_the_module_alone(machine):
    machine.knot.reset()
    put("/etc/knot/knot.conf", configuration({"server": {
        "rundir": "/run/knot", "user": "knot:knot", "listen": f"{AT}@53"}}), 0o640, "knot")
    machine.knot.start()
    before = machine.knot.pid
    machine.install("knot-module-dance")
    expect("its process", before, machine.knot.pid)


def it_ends_in_time(machine):
    _start(machine)
    machine.knot.stop()
    expect("its result", "success", machine.knot.show("Result"))
