# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What --check, and the start, say of files and ports that are not wrong and yet not as
# they should be.

import os
import pwd
import shutil
import socket
import sys

import asker
from front_stage import NAME, FrontStage
from stage import ZONE

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
    judge.wait_for(rf"warning: key file open to all users, file {key}, mode 0644; "
                   rf"do: chmod o= {key}$")


def files_that_the_services_user_cannot_read_are_warned_of(stage):
    judge, key = _front(stage, more={"server": {"user": "nobody"}})
    if not _has_users():
        print("skipped: there are no other users here")
        return
    for folder in (stage.folder, stage.theatre.folder, os.path.dirname(judge.path("x"))):
        os.chmod(folder, 0o755)
    unreadable = f"file not readable, file {key}, user nobody; do: let this user read it"
    stage.require(unreadable in _warnings(judge), f"--check says: {_warnings(judge)}")
    os.chown(key, pwd.getpwnam("nobody").pw_uid, -1)
    stage.require(unreadable not in _warnings(judge), f"--check says: {_warnings(judge)}")


def a_server_that_every_user_can_connect_to_is_warned_of(stage):
    judge, _ = _front(stage, start=True)
    if not _has_users():
        print("skipped: there are no other users here")
        return
    warning = "server open to all users, server 127.0.0.11@5310 ("
    stage.require(warning in _warnings(judge), f"--check says: {_warnings(judge)}")
    stage.retire(stage.servers[-1])
    stage.require(warning not in _warnings(judge), f"--check says: {_warnings(judge)}")


def a_server_on_another_host_is_warned_of(stage):
    judge, _ = _front(stage)
    warning = "front xot, server not on loopback, server 192.0.2.99@5310 ("
    stage.require(warning not in _warnings(judge), f"--check says: {_warnings(judge)}")
    judge.sections["front"][0]["server"] = "192.0.2.99@5310"
    stage.require(warning in _warnings(judge), f"--check says: {_warnings(judge)}")


def _comes_to(address):
    try:
        with socket.create_connection((address, 853), 10) as connection:
            return connection.recv(1) or "turned away"
    except ConnectionError:
        return "turned away"


def clients_of_a_passed_socket_that_no_section_uses_are_turned_away(stage):
    """They would wait without a word to anybody."""
    peer = stage.certificate()
    stage.publish(NAME, peer.tlsa())
    judge = stage.front(stage.behind("NSD"), start=False)
    # Like a service manager: a listening socket as descriptor 3, one for UDP as 4, and
    # one that does not listen as 5.
    judge.process.command = [sys.executable, "-c", f"""
import os, socket
sockets = [socket.create_server(("{judge.address}", 853)),
           socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
           socket.socket(socket.AF_INET, socket.SOCK_STREAM)]
sockets[1].bind(("{judge.address}", 853))
sockets[2].bind(("{judge.address}", 854))
for number, one in enumerate(sockets, 10):
    os.dup2(one.fileno(), number)
for number in range(3):
    os.dup2(10 + number, 3 + number)
os.closerange(6, 20)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="3")
os.execvp("dance-front", {judge.process.command!r})"""]
    judge.start()
    stage.expect("by that socket", "transferred", stage.put(judge.address, peer))
    warning = r"warning: unused socket, address 127\.0\.0\.50@853 \(.* there( over UDP)?,"
    stage.expect("warnings", "[' over UDP']", [match[1] for match in judge.matches(warning)])
    stage.expect("by UDP", "REFUSED", asker.ask_udp(judge.address, ZONE, port=853).rcode)
    since = judge.mark()
    (entry,) = judge.sections["front"]
    judge.sections["front"] = [{**entry, "listen": "127.0.0.52@853"}]
    judge.reload()
    stage.expect("warnings (of both)", "2", stage.until(
        "2", lambda: len(judge.matches(warning, since))))
    stage.expect("where it listens now", "transferred", stage.put("127.0.0.52", peer))
    for _ in range(2):
        stage.expect("where it does not", "turned away", _comes_to(judge.address))
    judge.wait_for(r"turned away, remote 127\.\S+, address 127\.0\.0\.50@853 \(no section")
    judge.sections["front"] = [{**entry, "listen": "192.0.2.77@853"}]  # not an address here
    judge.reload(r"configuration not reloaded \(.*cannot listen on .*\); do: ")
    stage.expect("after a reload that failed", "turned away", _comes_to(judge.address))
    judge.sections["front"] = [entry]
    judge.reload()
    stage.expect("by that socket, again", "transferred", stage.put(judge.address, peer))
