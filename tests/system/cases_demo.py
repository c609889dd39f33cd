# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A demo that is no other test shows what it says, in a network of its own.

import os
import sys

from mail_stage import can
from process import PATIENCE, run
from stage import within

SUBSET = "ask"
BOUND = 300


@within(BOUND)
def the_demo_of_mail_shows_each_row_as_expected(stage):
    if can():
        _show(stage, "mail", rows=15)


def _show(stage, name, rows):
    program = os.path.join(os.path.dirname(__file__), "demo.py")
    said = run("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "demo",
               sys.executable, program, name, check=False, timeout=PATIENCE * BOUND).stdout
    last = said.strip().splitlines()[-1]
    stage.require(last == f"{rows} as expected, 0 not", said)
