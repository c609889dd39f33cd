# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# For a build with sanitizers, that for threads or those for addresses and undefined
# behaviour: how a knotd that is not built with the latter can load the module, and what
# they reported. Otherwise it does nothing.

import glob
import json
import os

from process import run

OURS = ("dance.so", "mod_dance", "/modules/knot/", "/modules/ask/", "/modules/daemon/", "/modules/front/",
        "/modules/openssl/", "/src/", "libdance")

SUPPRESSIONS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                            "tsan.supp")


def in_use():
    """What the build was made with: "address,undefined", "thread", or nothing."""
    path = os.path.join(os.environ["DANCE_BUILD"], "meson-info",
                        "intro-buildoptions.json")
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        options = {option["name"]: option["value"] for option in json.load(file)}
    return str(options.get("b_sanitize", ""))


class Sanitizer:
    def __init__(self, folder):
        self.prefix = os.path.join(folder, "sanitizer")
        self.seen = set()
        self.environment = None
        if "thread" in in_use():
            self.environment = {"TSAN_OPTIONS": ":".join((
                f"log_path={self.prefix}", "log_exe_name=1",
                f"suppressions={SUPPRESSIONS}"))}
        elif "address" in in_use():
            library = run("gcc", "-print-file-name=libasan.so").stdout.strip()
            self.environment = {
                "LD_PRELOAD": os.path.realpath(library),
                "ASAN_OPTIONS": f"detect_leaks=1:log_path={self.prefix}:log_exe_name=1",
                "UBSAN_OPTIONS": "print_stacktrace=1",
            }

    def reports(self, logs):
        """What they said since the last time, of code of ours. The one for undefined
        behaviour writes to the log of the process."""
        sentences = [f"a sanitizer says: {line}" for log in logs for line in log
                     if "runtime error:" in line]
        for path in sorted(set(glob.glob(self.prefix + ".*")) - self.seen):
            self.seen.add(path)
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read()
            if any(mark in text for mark in OURS):
                sentences.append("a sanitizer says:\n" + text[:4000])
        return sentences
