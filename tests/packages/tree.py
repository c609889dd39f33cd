#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Prints all that is in this file system, a line each: kind, mode, owner and content. Two such lists
# are the same if nothing was left behind. What package management itself remembers is not in it,
# nor the users that a package has made: they stay, as Debian has it, since files of theirs may be
# anywhere.

import hashlib
import os
import stat

# Of dpkg, apt, debconf and ldconfig, and their logs.
MANAGERS = ("/var/lib/dpkg", "/var/lib/apt", "/var/cache/apt", "/var/cache/debconf",
            "/var/cache/ldconfig", "/var/log")
USERS = ("/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow")
OURS = (b"dance-front:", b"dance-ask:")


def content(path):
    with open(path, "rb") as file:
        data = file.read()
    if path.rstrip("-") in USERS:
        if path.endswith("-"):
            return "-"
        data = b"".join(line for line in data.splitlines(True) if not line.startswith(OURS))
    return hashlib.sha256(data).hexdigest()


def line(path):
    state = os.lstat(path)
    words = [path, stat.filemode(state.st_mode), f"{state.st_uid}:{state.st_gid}"]
    if stat.S_ISLNK(state.st_mode):
        words.append(os.readlink(path))
    elif stat.S_ISREG(state.st_mode):
        words.append(content(path))
    return " ".join(words)


def main():
    device = os.lstat("/").st_dev
    for folder, folders, files in os.walk("/"):
        folders[:] = sorted(name for name in folders
                            if os.path.join(folder, name) not in MANAGERS
                            and os.lstat(os.path.join(folder, name)).st_dev == device)
        for name in sorted(folders + files):
            print(line(os.path.join(folder, name)))


if __name__ == "__main__":
    main()
