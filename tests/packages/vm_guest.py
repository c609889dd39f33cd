# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Runs in the machine: installs the packages, plays the cases of vm_cases_*.py in the order of
# CASES, those after the boot once more from there, and says of each on the second serial line
# whether it held, and lastly how many did. It does not know the cases.
#
#	vm_guest.py PATIENCE [PATTERN]

import glob
import importlib
import inspect
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "system"), os.path.join(HERE, "..", "bench")]

import process  # noqa: E402
from vm_stage import FOLDER, Machine  # noqa: E402

CASES = ["install", "front", "ask", "sockets", "sandbox", "limits", "knot", "roll"]
AFTER_BOOT = ["boot", "remove"]
BOUND = 120  # seconds for a case, on an idle machine
STATE = os.path.join(FOLDER, "state")
SPELLED = {word.lower(): word for word in ("DNS", "NSD", "TCP", "TLS", "TasksMax", "LimitNOFILE")}


def say(text):
    with open("/dev/ttyS1", "w", encoding="ascii", errors="replace") as line:
        line.write(text + "\n")


def title(case):
    return case.__module__.removeprefix("vm_cases_") + ": " + " ".join(SPELLED.get(word, word) for word in case.__name__.split("_"))


def cases(files, pattern):
    for name in files:
        module = importlib.import_module(f"vm_cases_{name}")
        found = [case for _, case in inspect.getmembers(module, inspect.isfunction)
                 if case.__module__ == module.__name__ and not case.__name__.startswith("_")]
        found.sort(key=lambda case: case.__code__.co_firstlineno)
        yield from (case for case in found
                    if re.search(pattern, title(case), re.I) or hasattr(case, "always"))


def too_long(_signal, _frame):
    raise process.Failed("took too long")


def play(case, machine):
    """Whether it held."""
    began = time.monotonic()
    signal.alarm(process.PATIENCE * getattr(case, "bound", BOUND))
    wrong = None
    try:
        case(machine)
    except process.Failed as failure:
        wrong = str(failure)
    except Exception:
        wrong = traceback.format_exc()
    finally:
        signal.alarm(0)
    if wrong is None:
        say(f"ok {title(case)} ({time.monotonic() - began:.1f} s)")
        return True
    say(f"FAIL {title(case)}: {wrong}")
    tail = subprocess.run(["journalctl", "--quiet", "--no-pager", "--lines=40",
                           "--output=short-monotonic"], text=True, stdout=subprocess.PIPE)
    say("\n".join("    " + line for line in tail.stdout.splitlines()))
    return False


def tell_where():
    version = subprocess.run(["systemctl", "--version"], text=True, stdout=subprocess.PIPE)
    virtual = subprocess.run(["systemd-detect-virt"], text=True, stdout=subprocess.PIPE)
    say(f"vm: {version.stdout.splitlines()[0]}, Linux {os.uname().release}, "
        f"{virtual.stdout.strip()}")


def main(patience, pattern=""):
    process.PATIENCE = int(patience)
    signal.signal(signal.SIGALRM, too_long)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    subprocess.run(["stty", "-F", "/dev/ttyS1", "raw", "-echo", "115200"], check=False)
    os.makedirs(FOLDER, exist_ok=True)
    machine, held = Machine(), []
    machine.packages = sorted(glob.glob("/run/dance-vm/packages/*.deb"))
    if os.path.exists(STATE):
        with open(STATE, encoding="ascii") as file:
            held = json.load(file)
        for case in cases(AFTER_BOOT, pattern):
            if not hasattr(case, "before"):
                held.append(play(case, machine))
    else:
        tell_where()
        for case in cases(CASES, pattern):
            held.append(play(case, machine))
        if any(True for _ in cases(AFTER_BOOT, pattern)):
            held += [play(case, machine) for case in cases(AFTER_BOOT, "")
                     if hasattr(case, "before")]
            with open(STATE, "w", encoding="ascii") as file:
                json.dump(held, file)
            subprocess.run(["sync"], check=True)
            subprocess.run(["systemctl", "reboot", "--force"], check=True)
            time.sleep(3600)
    say(f"{held.count(True)} passed, {held.count(False)} failed")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except BaseException:
        say(traceback.format_exc())
        raise
