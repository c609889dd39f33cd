# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The files of doc/samples at work. They are taken as they are, but for this:
# - all folders of a server, of configuration and of data, are one folder of the case, and so is
#   that of a socket between dance-front and a server;
# - addresses for documentation become addresses of loopback, users that are not there become us;
# - of NSD's options those of newer versions are no comments any more if it is one;
# - DNS begins at the root of the tests, and what a file does not say and a server would
#   then do as its own user or in the system's folders, a few more lines say (MORE, or
#   kresd.py).

import os
import pwd
import re
import signal

import front
import kresd
from bind import Bind
from front import Front
from kresd import Kresd
from nsd import Nsd
from pdns import PdnsPrimary
from process import eventually, run
from server import Server

FOLDER = os.path.join(os.path.dirname(__file__), "..", "..", "doc", "samples")
FOLDERS = r"/(?:etc|run|var/lib|var/cache|var/log|var/spool)/" \
    r"(?:bind|dance-ask|dance|exim4|knot-resolver|knot|mosquitto|nginx|nsd|postfix|powerdns|" \
    r"unbound)\b"
BETWEEN = r"(/run/dance-\w+)"
SECONDARY = "127.0.0.24"
ADDRESSES = {"192.0.2.1": front.ADDRESS, "2001:db8::1": "::1", "192.0.2.53": SECONDARY}
ROOT_KEY = "/usr/share/dns/root.key"
MORE = {
    "dance-front": """
log:
    level: debug

dns:
    trust-anchor: {anchor}
    root-hints: {hints}
""",
    "mosquitto": """
user root
log_dest stderr
log_type all
""",
    "nsd": """
server:
    username: ""
    pidfile: "{folder}/pid"
    zonelistfile: "{folder}/zone.list"
    xfrdfile: "{folder}/xfrd.state"
    xfrdir: "{folder}"
    cookie-secret-file: ""
    xfrd-reload-timeout: 0
    verbosity: 3
""",
    "unbound": """
server:
    username: ""
    chroot: ""
    directory: "{folder}"
    pidfile: "{folder}/pid"
    use-syslog: no
    root-hints: "{hints}"
    do-not-query-localhost: no
""",
}


def _version(program):
    said = run(program, "-v", check=False).stdout
    return tuple(map(int, re.search(r"version (\d+)\.(\d+)\.(\d+)", said).groups()))


def _user(name):
    try:
        return str(pwd.getpwnam(name).pw_uid)
    except KeyError:
        return str(os.getuid())


def placed(name, folder, world=None, between=None):
    """The text of a sample, at home in a folder and on loopback. between: the folder of a
    socket that it shares with another."""
    with open(os.path.join(FOLDER, name), encoding="ascii") as file:
        text = re.sub(f"{BETWEEN}|{FOLDERS}",
                      lambda found: between if found[1] and between else folder, file.read())
    for documented, ours in ADDRESSES.items():
        behind = r"(?![\w:])" if ":" in documented else r"(?!\d)"
        text = re.sub(rf"(?<![\w:.]){re.escape(documented)}{behind}", ours, text)
    text = re.sub(r'(?<=skuid != )"([\w-]+)"', lambda user: _user(user[1]), text)
    if world:
        text = text.replace(ROOT_KEY, world.trust_anchor)
        if name.endswith(".conf"):
            text += MORE.get(name.split(".")[0], "").format(
                folder=folder, anchor=world.trust_anchor, hints=world.root_hints)
    return text


class SampleFront(Front):
    def __init__(self, folder, sample, world, keys, env=None, between=None):
        """keys: {name of a file: PEM file that is to be there}."""
        super().__init__(folder, {}, env=env, name=sample)
        self.text = placed(sample, folder, world, between)
        for name, path in keys.items():
            os.symlink(path, self.path(name))

    @property
    def listening(self):
        lists = re.findall(r"^ +listen: (.*)$", self.text, re.MULTILINE)
        return [address for part in lists for address in re.findall(r"[\w.:]+@\d+", part)]

    def write(self):
        self.put("dance-front.conf", self.text)


class SampleNsd(Nsd):
    def __init__(self, folder, sample, world, address=front.ADDRESS):
        super().__init__(sample, folder, address)
        self.text = placed(sample, folder, world)

    def write(self):
        text = self.text
        if _version("nsd") >= (4, 15, 2):
            # What the sample keeps in a comment for these.
            text = re.sub(r"#(?=allow-proxy: )", "", text)
        self.put("nsd.conf", text)

    def change(self, zone, serial, records):
        self.write_zone(zone, serial, records)
        self.control("reload", zone)


class SampleBind(Bind):
    def __init__(self, folder, sample, world, address=front.ADDRESS):
        super().__init__(sample, folder, address)
        self.text = placed(sample, folder, world)

    def write(self):
        os.makedirs("/run/named", exist_ok=True)
        self.put("named.conf", self.text)

    def rndc(self, *words, check=True):
        # The sample leaves rndc to the distribution.
        return run("true")

    def change(self, zone, serial, records):
        self.write_zone(zone, serial, records)
        self.process.child.send_signal(signal.SIGHUP)


class SamplePdns(PdnsPrimary):
    def __init__(self, folder, sample, world, address=front.ADDRESS):
        super().__init__(folder, {}, address)
        self.text = placed(sample, folder, world)

    def write(self):
        self.put("pdns.conf", self.text)
        self.put("named.conf", placed("pdns.named.conf", self.folder))

    def start(self):
        self.write()
        commands = re.findall(r"^# +pdnsutil (.*)$", self.text, re.MULTILINE)
        for words in commands:
            self._util(*words.split())
        self.process.start()
        eventually(lambda: self.control("rping", check=False).returncode == 0,
                   what=f"{self.name} answers pdns_control")
        return self

    def change(self, zone, serial, records):
        super().change(zone, serial, records)
        self.control("notify", zone)


class SampleUnbound(Server):
    def __init__(self, folder, sample, world, address="127.0.0.1"):
        super().__init__(sample, folder, address, [
            "unbound", "-d", "-p", "-c", os.path.join(folder, "unbound.conf")])
        self.text = placed(sample, folder, world)

    def start(self):
        self.put("unbound.conf", self.text)
        self.process.start()
        self.wait_for("start of service")
        return self


class SampleKresd(Kresd):
    def __init__(self, folder, sample, world, address="127.0.0.1"):
        super().__init__(folder, world, placed(sample, folder, world), address, sample)


def kresd_samples():
    """Those for the version of Knot Resolver that is installed: its own, dance-front's."""
    return ("kresd.conf", "dance-front.kresd.conf") if kresd.version() < 6 else (
        "knot-resolver.yaml", "dance-front.resolver.conf")
