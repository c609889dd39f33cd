# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What --check, and the start, say of files and ports that are not wrong and yet not as
# they should be.

import os
import pwd
import shutil
import sys

from front_stage import NAME, FrontStage

SUBSET = "front"
STAGE = FrontStage


def _front(stage, start=False, **options):
    """One with a key file of its own."""
    key = stage.path("own.key")
    shutil.copyfile(stage.theatre.certificate.key.path, key)
    os.chmod(key, 0o600)
    judge = stage.front(stage.behind("NSD", start=start), start=False, **options)
    stage.servers.remove(judge)
    judge.sections["front"][0]["key-file"] = key
    return judge, key


def _has_users():
    """In a user namespace of one user there is nobody else to be."""
    nobody = pwd.getpwnam("nobody").pw_uid
    with open("/proc/self/uid_map", encoding="ascii") as file:
        return any(int(line.split()[2]) > nobody for line in file)


def _warnings(judge):
    done = judge.check()
    if done.returncode != 0:
        return f"ended with {done.returncode}: {done.stdout}"
    return "".join(line for line in done.stdout.splitlines(True) if "warning" in line)


def a_key_that_is_open_to_all_users_is_warned_of(stage):
    judge, key = _front(stage)
    for mode, expected in ((0o600, ""), (0o640, ""), (0o644, "open to all users")):
        os.chmod(key, mode)
        seen = _warnings(judge)
        stage.require((expected in seen) if expected else "key file" not in seen,
                      f"with mode {mode:o} --check says: {seen}")
    stage.servers.append(judge)
    judge.start()
    judge.wait_for(rf"warning: key file {key} is open to all users \(mode 0644\)")


def files_that_the_services_user_cannot_read_are_warned_of(stage):
    judge, key = _front(stage, more={"server": {"user": "nobody"}})
    if not _has_users():
        print("skipped: there are no other users here")
        return
    for folder in (stage.folder, stage.theatre.folder, os.path.dirname(judge.path("x"))):
        os.chmod(folder, 0o755)
    unreadable = f"user nobody, who is to run dance-front, cannot read {key}"
    stage.require(unreadable in _warnings(judge), f"--check says: {_warnings(judge)}")
    os.chown(key, pwd.getpwnam("nobody").pw_uid, -1)
    stage.require(unreadable not in _warnings(judge), f"--check says: {_warnings(judge)}")


def a_server_that_every_user_can_connect_to_is_warned_of(stage):
    judge, _ = _front(stage, start=True)
    if not _has_users():
        print("skipped: there are no other users here")
        return
    warning = "every user of this machine can connect to server 127.0.0.11@5310"
    stage.require(warning in _warnings(judge), f"--check says: {_warnings(judge)}")
    stage.retire(stage.servers[-1])
    stage.require(warning not in _warnings(judge), f"--check says: {_warnings(judge)}")


def a_handed_over_socket_that_is_not_used_is_warned_of(stage):
    """Its clients would wait without a word to anybody."""
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge = stage.front(stage.behind("NSD"), start=False)
    # Like a service manager: a listening socket as descriptor 3.
    judge.process.command = [sys.executable, "-c", f"""
import os, socket
listening = socket.create_server(("{judge.address}", 853))
if listening.fileno() != 3:
    os.dup2(listening.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execvp("dance-front", {judge.process.command!r})"""]
    judge.start()
    stage.expect("by that socket", "transferred", stage.put(judge.address, peer))
    warning = r"warning: the service manager's socket on 127\.0\.0\.50@853 is used by no"
    stage.require(not judge.matches(warning), "it is warned of though it is used")
    (entry,) = judge.sections["front"]
    judge.sections["front"] = [{**entry, "listen": "127.0.0.52@853"}]
    judge.reload()
    judge.wait_for(warning)
    stage.expect("where it listens now", "transferred", stage.put("127.0.0.52", peer))
    judge.sections["front"] = [entry]
    judge.reload()
    stage.expect("by that socket, again", "transferred", stage.put(judge.address, peer))
