# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What Debian's packages have installed, at work: played in a root that they were installed in,
# without a build. tests/packages/scene makes that root what a case needs.

import glob
import os
import pwd
import shutil

import ask
import front
from front_stage import ADDRESSES, NAME, FrontStage
from keys import Key
from knot import configuration
from process import eventually, run
from server import Server
from stage import ZONE

SUBSET = "packages"
MTA = "_smtp-client.mta.example.net"
CONF = "/etc/dance"
KEY = "/etc/dance/keys/xot.key"


class Installed(Server):
    """A daemon as its package has installed it: with its own file, under its own user."""

    def __init__(self, name, folder, text, ready):
        super().__init__(name, folder, None, [name])
        self.text = text
        self.ready = ready

    def write(self):
        path = f"{CONF}/{self.name}.conf"
        with open(path, "w", encoding="ascii") as file:
            file.write(self.text)
        return path

    def start(self):
        self.write()
        since = self.mark()
        self.process.start()
        self.wait_for(self.ready, since)
        uid = pwd.getpwnam(self.name).pw_uid
        eventually(lambda: os.stat(f"/proc/{self.process.child.pid}").st_uid == uid,
                   what=f"{self.name} runs as its user")
        return self


class InstalledStage(FrontStage):
    def installed(self, name, text, ready):
        made = Installed(name, self._path("installed"), text, ready)
        self.servers.append(made)
        return made

    def dns_of_all(self):
        """Where users other than this one can find the world."""
        for path in (self.world.trust_anchor, self.world.root_hints):
            shutil.copy(path, CONF)
        return {"trust-anchor": f"{CONF}/root.key", "root-hints": f"{CONF}/root.hints"}


STAGE = InstalledStage


def a_secondary_gets_a_zone_from_knotd_with_the_installed_module(stage):
    secondary = stage.secondary()
    pin = secondary.knotc("status", "cert-key").stdout.strip()
    record = run("dance", "tlsa", "--name", NAME, "--pin", pin).stdout.strip()
    stage.publish(NAME, record.split(" TLSA ")[1])
    primary = stage.primary(modules={"xot": stage.options([NAME], identity_address=True)},
                            start=False)
    # As README.md has it: knotd itself knows where the module is.
    del primary.sections["module"]
    primary.sections["acl"] = [{"id": "xot", "address": f"/dance/{NAME}", "protocol": "tls",
                                "action": "transfer"}]
    primary.start()
    stage.expect("its key is published", "transferred by AXFR", stage.pull(secondary))
    stage.expect("another key", "refused, mismatch",
                 stage.ask(primary, stage.certificate(NAME)))
    checked = run("dance", "check", NAME, "--trust-anchor", stage.world.trust_anchor,
                  "--root-hints", stage.world.root_hints).stdout
    stage.require(f"secure {NAME}, 1 TLSA record, " in checked, checked)


def a_secondary_gets_a_zone_from_nsd_behind_the_installed_dance_front(stage):
    secondary = stage.known_secondary(NAME, remote=front.ADDRESS)
    Key(KEY)
    os.chmod(KEY, 0o640)
    judge = stage.installed("dance-front", configuration({
        "server": {"user": "dance-front"}, "log": {"level": "debug"},
        "dns": stage.dns_of_all(),
        "identity": [{"id": "ns2", "name": NAME, "address": ADDRESSES[NAME]}],
        "front": [{"id": "xot", "listen": f"{front.ADDRESS}@853", "key-file": KEY,
                   "server": "127.0.0.11@5310"}]}), r"listening, address")
    judge.write()
    checked = run("dance-front", "--check", check=False)
    stage.require(checked.returncode == 0 and KEY not in checked.stdout, checked.stdout)
    stage.behind("NSD", {ZONE: [ADDRESSES[NAME]]})
    judge.start()
    stage.expect("its key is published", "transferred by AXFR", stage.until(
        "transferred by AXFR", lambda: stage.pull(secondary)))
    stage.expect("another key", "REFUSED, EDE 18",
                 stage.put(front.ADDRESS, stage.certificate(NAME)))


def a_mail_server_asks_the_installed_dance_ask(stage):
    (path,) = glob.glob("/usr/share/doc/dance-ask/examples/dance-ask.exim.conf")
    with open(path, encoding="ascii") as file:
        text = file.read()
    # The directory that its unit makes.
    os.makedirs("/run/dance-ask")
    shutil.chown("/run/dance-ask", "dance-ask")
    stage.installed("dance-ask", text + configuration({"dns": stage.dns_of_all()}),
                    "notice: ready").start()
    mta = stage.certificate()
    stage.publish(MTA, mta.tlsa())
    question = f"verify resumption=0 tls=1.3 key-sha256={mta.key.digest}"
    stage.expect("a listed client", f"allow {MTA}", stage.until(
        f"allow {MTA}", lambda: ask.line("/run/dance-ask/exim", question)))
    stage.expect("another", "deny name", ask.line(
        "/run/dance-ask/exim", f"verify resumption=0 tls=1.3 key-sha256={'5a' * 32}"))
