# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The packages are installed while systemd runs: nothing starts, nothing fails, and users are there.

import os
import pwd

from process import run
from vm_stage import ETC, expect, require


def _always(case):
    """Others need what this one does."""
    case.always = True
    return case


@_always
def the_machine_has_one_hierarchy_of_control_groups(machine):
    require(os.path.exists("/sys/fs/cgroup/cgroup.controllers"), "it is not cgroup v2")
    with open("/sys/fs/cgroup/cgroup.controllers", encoding="ascii") as file:
        require("pids" in file.read().split(), "there is no controller of tasks")
    expect("systemd", "running", run("systemctl", "is-system-running", "--wait", check=False,
                                     timeout=120).stdout.strip())


@_always
def the_packages_are_installed_under_it(machine):
    machine.install()


def nothing_runs_without_a_configuration_and_that_is_no_failure(machine):
    for unit in machine.ours:
        expect(f"{unit.name} after it was installed", "inactive", unit.state)
        expect(f"starting {unit.name}", 0, unit.control("start"))
        expect(f"{unit.name} then", "inactive", unit.state)
        expect(f"the condition of {unit.name}", "no", unit.show("ConditionResult"))
    expect("failed units", "", run("systemctl", "--failed", "--plain", "--no-legend").stdout)


def daemons_are_enabled_and_their_sockets_are_not(machine):
    for unit in machine.ours:
        wanted = "disabled" if unit.name.endswith(".socket") else "enabled"
        expect(unit.name, wanted, unit.show("UnitFileState"))


def each_daemon_has_a_user_who_cannot_log_in(machine):
    for name in ("dance-front", "dance-ask"):
        user = pwd.getpwnam(name)
        require(user.pw_uid < 1000, f"{name} is not a system user: {user}")
        require(user.pw_shell.endswith("/nologin"), f"{name} can log in: {user}")
        expect(f"the home of {name}", "/", user.pw_dir)


@_always
def the_world_of_the_cases_is_made(machine):
    machine.make()
    require(os.path.isdir(ETC), f"{ETC} is not there")
