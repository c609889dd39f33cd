# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What Spin is asked about a model, and what its answer means. A model is looked at in all of its
# states: no assertion may fail, no process may wait for ever where it must not, and there must be
# nothing in the model that is never done. Runs nothing.

import re

DEPTH = 2000000


def commands(path):
    """What must be run one after the other in the folder of a model; the last one searches."""
    return [["spin", "-a", path.name],
            ["gcc", "-O1", "-w", "-DSAFETY", "-DCOLLAPSE", "-o", "pan", "pan.c"],
            ["./pan", f"-m{DEPTH}", "-w22"]]


def states(output):
    match = re.search(r"^\s*(\d+) states, stored", output, re.MULTILINE)
    return match[1] if match is not None else "no"


def inlined(text):
    """The lines of a model that stand in an inline, and so for more than one place."""
    found, inside = set(), False
    for number, line in enumerate(text.split("\n"), 1):
        inside = inside or line.startswith("inline ")
        if inside:
            found.add(number)
        inside = inside and line != "}"
    return found


def not_done(output, text):
    """The lines that were never reached; where a process ends it need not."""
    return [f"line {number}: {what}" for number, what in re.findall(
        r"^\t\S+?:(\d+), state \d+, \"(.*)\"$", output, re.MULTILINE)
            if what != "-end-" and int(number) not in inlined(text)]


def errors(output):
    match = re.search(r"^State-vector .* errors: (\d+)$", output, re.MULTILINE)
    return int(match[1]) if match is not None else None


def said(output):
    return "\n    ".join(re.findall(r"^pan:\d+: (.*)$", output, re.MULTILINE) or
                        output.strip().split("\n")[-8:])


def judge(status, output, text):
    """Why the model does not hold; None if it does."""
    if status != 0 or errors(output) != 0 or "max search depth too small" in output:
        return said(output)
    left = not_done(output, text)
    return "never done: " + "; ".join(left) if left else None


def judge_wrong(status, output):
    if status == 0 and errors(output) and re.search(
            r"^pan:\d+: (assertion violated|invalid end state)", output, re.MULTILINE):
        return None
    return "the model holds all the same" if errors(output) == 0 else said(output)
