#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# `meson dist` calls this: all files of the release get the time of the commit and the same
# modes, so that whoever makes the release of a commit gets the same octets.

import os
import subprocess

root = os.environ["MESON_DIST_ROOT"]
time = int(subprocess.run(["git", "-C", os.environ["MESON_SOURCE_ROOT"], "log", "-1",
                           "--format=%ct"], stdout=subprocess.PIPE, check=True).stdout)
for folder, _, names in os.walk(root, topdown=False):
    for path in [os.path.join(folder, name) for name in names] + [folder]:
        if not os.path.islink(path):
            runs = os.path.isdir(path) or os.stat(path).st_mode & 0o100
            os.chmod(path, 0o755 if runs else 0o644)
        os.utime(path, (time, time), follow_symlinks=False)
