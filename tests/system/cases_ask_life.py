# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# A dance-ask starts, reloads, counts and ends as a service manager and an operator expect; asked by
# one line, without a mail server.

import base64
import os
import signal
import socket
import sys

import ask
from mail_stage import CUSTOMER, NAME, AskStage
from place import has_all_rights
from process import run
from stage import within

SUBSET = "ask"


class LineStage(AskStage):
    def answer(self, certificate, **words):
        """What is answered to a line about this certificate."""
        cert = base64.b64encode(certificate.der).decode() if certificate else ""
        words = {"resumption": "no", "tls": "1.3", "helo": "client.example", **words,
                 "cert": cert}
        return self.said("verify " + " ".join(f"{name}={value}"
                                              for name, value in words.items()))

    def said(self, line):
        return ask.line(self.socket, line)

    @property
    def socket(self):
        return os.path.join(self.open, "exim")

    def for_lines(self, **how):
        return self.beside_exim(**how)


STAGE = LineStage


def a_script_asks_by_one_line(stage):
    stage.for_lines()
    mta, stranger = stage.certificate(), stage.certificate()
    stage.publish(NAME, mta.tlsa())
    stage.publish(f"_smtp-client.{CUSTOMER}", stranger.tlsa())
    allowed = f"allow {NAME}"
    stage.expect("a listed client", allowed, stage.until(allowed, lambda: stage.answer(mta)))
    for expected, certificate, words in (
            (f"allow _smtp-client.{CUSTOMER}", stranger, {"helo": CUSTOMER}),
            ("deny name", stranger, {}), ("deny credential", None, {}),
            ("deny transport", mta, {"tls": ""}), ("deny transport", mta, {"tls": "TLS1.2"}),
            ("deny unproven", mta, {"resumption": "yes"}),
            ("deny unproven", mta, {"resumption": "22"})):
        stage.expect(f"{words}", expected, stage.answer(certificate, **words))
    stage.expect("digests", allowed, stage.said(
        f"verify resumption=0 tls=1.3 key-sha256={mta.key.digest}"))
    for line in ("hello", f"verify tls=1.3 key-sha256={mta.key.digest}",
                 f"verify resumption=0 tls=1.3 cert= helo=a key-sha256={mta.key.digest}"):
        stage.expect(line, "fail internal", stage.said(line))


def a_reload_changes_who_is_permitted_or_nothing(stage):
    judge = stage.for_lines()
    mta = stage.certificate()
    stage.publish(NAME, mta.tlsa())
    allowed = f"allow {NAME}"
    stage.expect("a listed client", allowed, stage.until(allowed, lambda: stage.answer(mta)))
    before = judge.text
    judge.text = before.replace("dialect: line", "dialect: milter")
    judge.reload(r"error: configuration not reloaded \(.*: 'dialect' is 'milter', must be one of "
                 r"postfix, socketmap, line\); do: correct it and reload")
    stage.expect("after a mistake", allowed, stage.answer(mta))
    judge.text = before.replace(f"{NAME}, ", "")
    judge.reload()
    stage.expect("not permitted any more", "deny name", stage.answer(mta))
    judge.text = before
    judge.reload()
    stage.expect("permitted again", allowed, stage.until(allowed, lambda: stage.answer(mta)))
    since = judge.mark()
    judge.process.child.send_signal(signal.SIGUSR1)
    judge.wait_for(r"notice: counters, open \d+, connections \d+, questions \d+, allow \d+, "
                   r"name \d+", since)


def a_socket_that_was_left_behind_is_no_hindrance(stage):
    judge = stage.for_lines()
    judge.kill()
    stage.require(os.path.exists(stage.socket), "the socket has gone")
    judge.start()
    stage.expect("an answer", "deny credential", stage.answer(None))
    # It goes with the program.
    stage.retire(judge)
    stage.require(not os.path.exists(stage.socket), "the socket stays")


def what_is_valid_is_told(stage):
    judge = stage.for_lines(start=False)
    stage.servers.remove(judge)
    done = judge.check()
    stage.expect("a valid file", f"dance-ask: {judge.path('dance-ask.conf')} is valid",
                 done.stdout.strip())
    judge.text = judge.text.replace("listen: ", "listen: 192.0.2.1@99 # ")
    done = judge.check()
    stage.expect("its status", "1", done.returncode)
    stage.require("must be a path, or an address in 127.0.0.0/8" in done.stdout, done.stdout)
    stage.expect("wrong usage", "2", run("dance-ask", "--no", check=False).returncode)
    stage.require(run("dance-ask", "--version").stdout.startswith("dance-ask "), "no version")


@within(60)
def a_service_manager_passes_the_socket_and_is_told(stage):
    if not has_all_rights():
        print("skipped: there is no other user here")
        return
    judge = stage.for_lines(start=False)
    judge.text = "server:\n    user: nobody\n" + judge.text
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    stage.sockets.append(told)
    told.settimeout(20)
    told.bind(os.path.join(stage.open, "notify"))
    os.chmod(os.path.join(stage.open, "notify"), 0o666)
    os.chmod(judge.folder, 0o755)
    for folder in (stage.folder, stage.theatre.folder):
        os.chmod(folder, 0o711)
    judge.process.command = [sys.executable, "-c", f"""
import os, socket
for number, path in enumerate(({stage.socket!r}, {stage.socket + ".other"!r}), 10):
    one = socket.socket(socket.AF_UNIX)
    one.bind(path)
    os.dup2(one.fileno(), number)
    one.close()
os.dup2(10, 3)
os.dup2(11, 4)
os.closerange(5, 20)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2",
                  NOTIFY_SOCKET={told.getsockname()!r})
os.execvp("dance-ask", {judge.process.command!r})"""]
    judge.start()
    os.chmod(stage.socket, 0o600)
    judge.wait_for(rf"warning: unused socket, address {stage.socket}\.other \(no section .*; do: ")
    stage.expect("at the start", "READY=1", told.recv(200).decode())
    with open(f"/proc/{judge.process.child.pid}/status", encoding="ascii") as file:
        (ids,) = [line.split()[1:] for line in file if line.startswith("Uid:")]
    stage.require("0" not in ids, f"it has the user ids {ids}")
    stage.expect("by that socket", "deny credential", stage.answer(None))
    judge.reload()
    stage.expect("while it reloads", "RELOADING=1", told.recv(200).decode().split("\n")[0])
    stage.expect("then", "READY=1", told.recv(200).decode())
    stage.expect("by that socket", "deny credential", stage.answer(None))
    stage.retire(judge)
    stage.expect("at the end", "STOPPING=1", told.recv(200).decode())
    stage.require(os.path.exists(stage.socket), "it has removed what is not its own")
    stage.require(not judge.matches("running as root"), "it says that it is root")
