# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# An /etc of one's own, where files can be put where a page says and where commands can be run
# as they are printed; the system's is not touched. It does not know what they are about.

import os
import re
import shlex

from documents import REPOSITORY
from process import run

# The commands run in a copy of the repository that has no builds in it.
SETUP = """set -e
mount -t tmpfs tmpfs {work}
mkdir {work}/etc {work}/dance
cp -a /etc/. {work}/etc/ 2>/dev/null || true
mount --bind {work}/etc /etc
mount -t tmpfs tmpfs /run
mount -t proc proc /proc
mkdir -p /etc/sysusers.d
for name in front ask; do
	ln -s {repository}/modules/$name/dance-$name.sysusers /etc/sysusers.d/dance-$name.conf
done
for path in {repository}/*; do
	[ "${{path##*/}}" = build ] || ln -s "$path" {work}/dance/
done
cp -a {files}/. /
cd {work}/dance
"""
# As the pages tell: who may read a key is its server.
USERS = """systemd-sysusers >/dev/null 2>&1 || true
for name in dance:dance-front knot:knot nsd:nsd bind:bind; do
	chgrp -f "${name#*:}" /etc/"${name%:*}"/*.key || true
done
"""
# What a sanitizer has to be told concerns these alone; the others are not ours.
OURS = ("knotc", "knotd", "dance", "dance-front", "dance-ask")
FILES = re.compile(r'/etc/[\w./-]+\.(?:key|pem)')


class Place:
    def __init__(self, folder, environment=None):
        self.folder = folder
        self.files = os.path.join(folder, "files")
        self.work = os.path.join(folder, "work")
        self.environment = environment or {}
        for path in (self.files, self.work):
            os.makedirs(path)

    def put(self, path, text):
        """A file that is there, at its full path."""
        path = self.files + path
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def put_keys(self, text, certificate):
        """The keys and certificates that a text names are there; they are all the same."""
        for path in set(FILES.findall(text)):
            kind = certificate.key.path if path.endswith(".key") else certificate.path
            with open(kind, encoding="ascii") as file:
                self.put(path, file.read())
            os.chmod(self.files + path, 0o640 if path.endswith(".key") else 0o644)

    def run(self, script, users=True, timeout=60):
        """Runs a script of bash there, which has all rights, as in a root of its own.
        users: the one of dance-front is there, and keys are their servers'."""
        setup = SETUP.format(work=shlex.quote(self.work), files=shlex.quote(self.files),
                             repository=shlex.quote(REPOSITORY))
        setup += USERS if users else ""
        settings = shlex.join(f"{name}={value}" for name, value in self.environment.items())
        for name in OURS if settings else ():
            setup += f'{name}() {{ env {settings} {name} "$@"; }}\n'
        build = os.environ["DANCE_BUILD"]
        path = f"{build}/src/tool:{build}/modules/front:{build}/modules/ask:{os.environ['PATH']}"
        return run("unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation",
                   "unchanged", "bash", "-c", setup + script, check=False, timeout=timeout,
                   env={**os.environ, "PATH": path})


def has_all_rights():
    """Whether there are other users and groups here to give files to."""
    with open("/proc/self/uid_map", encoding="ascii") as file:
        return sum(int(line.split()[2]) for line in file) > 1
