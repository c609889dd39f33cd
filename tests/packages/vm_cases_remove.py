# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The packages are removed while everything runs: nothing of ours is left running or listening.

import os
import re

from process import eventually, run
from vm_stage import POSTFIX, expect, require


def nothing_of_them_runs_when_they_are_removed(machine):
    names = [re.match(r"[^_]+", os.path.basename(path))[0] for path in machine.packages]
    machine.knot.stop() # as it is configured, knotd needs one of them
    run("dpkg", "--remove", *names, timeout=300,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    for unit in machine.ours + [machine.roll, machine.roll_timer]:
        eventually(lambda: unit.state in ("inactive", "failed"), what=f"{unit.name} has ended")
        expect(unit.name, "not-found", unit.show("LoadState"))
    expect("failed units", "", run("systemctl", "--failed", "--plain", "--no-legend").stdout)
    listening = run("ss", "--no-header", "--listening", "--numeric", "--tcp").stdout
    require("127.0.0.50:853" not in listening, listening)
    for path in (POSTFIX, "/run/dance-ask", "/run/dance-front"):
        require(not os.path.exists(path), f"{path} is still there")
