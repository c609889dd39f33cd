# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The commands of a page, as after a prompt: run as they are printed, in a place of their own,
# and what is printed below them has to come. What would fetch, build or start something is
# asked whether it could. It does not know the pages.

import glob
import os
import re
import shlex

from documents import REPOSITORY
from place import has_all_rights
from primary import module_file
from process import Failed, run

MARK = "--- what follows is of command "
# How PowerDNS 4 and 5 call the same.
PDNSUTIL = [("set-meta", "metadata set"), ("create-secondary-zone", "zone create-secondary")]
KNOT = """server:
    rundir: /run/knot
    listen: 127.0.0.60@53
    listen-tls: 127.0.0.60@853
log:
  - target: stderr
    any: info
database:
    storage: /run/knot
module:
  - id: mod-dance
    file: {module}
mod-dance:
  - id: xot
    client: _xfr-client.ns2.example.net
    trust-anchor: {anchor}
    root-hints: {hints}
zone:
  - domain: example.com
    storage: /run/knot
    module: mod-dance/xot
"""
# Nothing listens there.
NOBODY = "127.0.1.98"
# Where ./dev puts what cannot be installed beside the rest.
UNPACKED = "/opt/dance-dev/*"
FRONT_PATH = "/etc/dance/dance-front.conf"
FRONT = """client:
  - id: primary
    listen: 127.0.0.1@5853
    primary: 192.0.2.1@853
    name: ns1.example.com
    key-file: /etc/dance/dance-front.key
"""
ASK_PATH = "/etc/dance/dance-ask.conf"
ASK = """ask:
  - id: relay
    listen: /run/dance-ask/relay
    dialect: postfix
    client: _smtp-client.mta.example.net
"""
KNOT_START = """mkdir -p /run/knot
printf '@ 60 SOA a b 1 60 60 60 60\\n@ 60 NS a\\n' >/run/knot/example.com.zone
knotd -d -c /etc/knot/knot.conf
for try in $(seq 300); do knotc status >/dev/null 2>&1 && break; sleep 0.1; done
"""


def parse(text):
    """[(command, what it prints)] of a block."""
    found = []
    for line in text.splitlines():
        if line.startswith(("$ ", "# ")):
            found.append((line[2:], []))
        elif line.strip() and not found:
            raise Failed(f"no command before '{line}'")
        elif found:
            found[-1][1].append(line)
    return [(command, "\n".join(lines).strip()) for command, lines in found]


# --- what is not run, but looked at -------------------------------------------------------

def _apt(words):
    """apt install: each package is there, or apt knows of it, or it is one of ours, in a file."""
    with open(os.path.join(REPOSITORY, "debian", "control"), encoding="utf-8") as file:
        ours = re.findall(r"^Package: (.*)", file.read(), re.MULTILINE)
    for name in words[2:]:
        own = re.fullmatch(r"\./(.*)_\*\.deb", name)
        if own:
            if own[1] not in ours:
                raise Failed(f"no package '{own[1]}' is made of this")
            continue
        there = run("dpkg-query", "-W", "-f", "${db:Status-Status}", name, check=False)
        if there.stdout != "installed":
            known = run("apt-cache", "show", "--no-all-versions", name, check=False)
            if known.returncode != 0:
                raise Failed(f"there is no package '{name}'")


def _systemctl(words):
    """systemctl VERB UNIT: there is such a unit, of the system or ours."""
    named = words[-1].endswith((".socket", ".timer"))
    unit = words[-1] if named else words[-1] + ".service"
    places = ["/usr/lib/systemd/system/", "/etc/systemd/system/",
              f"{UNPACKED}/usr/lib/systemd/system/", f"{REPOSITORY}/modules/front/",
              f"{REPOSITORY}/modules/ask/", f"{REPOSITORY}/src/tool/"]
    if not any(glob.glob(place + unit) + glob.glob(place + unit + ".in") for place in places):
        raise Failed(f"there is no unit {unit}")
    if words[1] not in ("enable", "reload", "restart", "start", "stop", "kill", "edit", "status"):
        raise Failed(f"systemctl {words[1]}?")


def _dev(words):
    """./dev COMMAND: it has that command."""
    offered = run(os.path.join(REPOSITORY, "dev"), "help").stdout
    if not re.search(rf"^ +{re.escape(words[1])}\b", offered, re.MULTILINE):
        raise Failed(f"./dev has no command '{words[1]}'")


def _pdnsutil(words):
    """pdnsutil COMMAND: it has that command, in this version or under its other name. What
    comes of it is up to a database that is not here."""
    offered = " ".join(run("pdnsutil", "--help", check=False).stdout.split())
    if not any(" ".join(words[1:]).startswith(form) for pair in PDNSUTIL for form in pair
               if any(re.search(rf"(?<!\S){other} ", offered) for other in pair)):
        raise Failed(f"pdnsutil has no command '{words[1]}'")


def _mosquitto(words):
    """mosquitto_pub or mosquitto_sub: it has these options. There is no server to speak to."""
    offered = run(words[0], "--help", check=False).stdout
    for option in (word for word in words if word.startswith("-")):
        if not re.search(rf"(?<![\w-]){re.escape(option)}\b", offered):
            raise Failed(f"{words[0]} has no option '{option}'")


LOOKED_AT = {"mosquitto_pub": _mosquitto, "mosquitto_sub": _mosquitto, "apt": _apt,
             "systemctl": _systemctl, "./dev": _dev, "pdnsutil": _pdnsutil}


def look(command):
    """Whether there is what a command, in a sentence or before a run, is about; returns
    whether that was all that can be done with it."""
    words = shlex.split(command, comments=True)
    if words[0] in LOOKED_AT:
        LOOKED_AT[words[0]](words)
        return True
    if words[0] in ("dance", "knotc") and len(words) > 1:
        offered = run(words[0], "--help", env=_environment()).stdout
        if words[1] not in re.findall(r"[\w-]+", offered):
            raise Failed(f"{words[0]} has no command '{words[1]}'")
    return False


def _environment():
    build = os.environ["DANCE_BUILD"]
    return {**os.environ, "PATH": f"{build}/src/tool:{build}/modules/front:"
                                  f"{build}/modules/ask:{os.environ['PATH']}"}


# --- what is run --------------------------------------------------------------------------

def _in_place(command, world):
    """The command, or what stands for it where the whole would take too long or reach out."""
    words = shlex.split(command, comments=True)
    if words[:2] == ["meson", "install"]:
        return f"meson introspect --installed {words[words.index('-C') + 1]} >/dev/null"
    if words[:2] == ["meson", "setup"]:
        return f'said=$({command} 2>&1) || {{ tail -n 3 <<<"$said"; false; }}'
    if words[1:] == ["--check"]: # a build for tests is at home elsewhere
        return f"{command} -c {ASK_PATH if words[0] == 'dance-ask' else FRONT_PATH}"
    if words[:2] == ["dance", "check"]:
        return (f"{command} --trust-anchor {world.trust_anchor} "
                f"--root-hints {world.root_hints}")
    if words[:2] == ["dance", "probe"]: # the primary is not here, which it must find out
        return (f"{command.replace('192.0.2.1', NOBODY)} --trust-anchor {world.trust_anchor} "
                f"--root-hints {world.root_hints} && false || [ $? = 1 ]")
    if words[0] == "kdig": # nor does it find it
        return f"{command.replace('192.0.2.1', NOBODY)} && false || [ $? = 1 ]"
    return command


def run_all(block, place, world, certificate):
    """Runs a block's commands one after another; returns what is wrong."""
    pairs = [pair for pair in parse(block.text) if not look(pair[0])]
    if not pairs:
        return []
    if not has_all_rights():
        print(f"skipped: {block}: without other users here, its commands are not run")
        return []
    script = "exec 2>&1\nset +e\n"
    text = "\n".join(command for command, _ in pairs)
    if "dance-front --check" in text:
        place.put(FRONT_PATH, FRONT)
        place.put_keys(FRONT, certificate)
    if "dance-ask --check" in text:
        place.put(ASK_PATH, ASK)
    if "knotc" in text:
        place.put("/etc/knot/knot.conf", KNOT.format(
            module=module_file(), anchor=world.trust_anchor, hints=world.root_hints))
        script += KNOT_START
    place.put_keys("\n".join(shown for shown in text.split("\n")
                             if not re.search("-out|-keyout", shown)), certificate)
    for number, (command, _) in enumerate(pairs):
        script += (f"printf '\\n%s\\n' '{MARK}{number}'\n{_in_place(command, world)}\n"
                   f"echo \"status $?\"\n")
    makes_users = re.search("sysusers|useradd", text)
    said = place.run(script, users=not makes_users, timeout=120).stdout.split(f"\n{MARK}")
    if len(said) != len(pairs) + 1:
        return [f"{block}: {said[0]}"]
    return [f"{block}: {command}: {wrong}" for (command, shown), text in zip(pairs, said[1:])
            for wrong in _differs(shown, text, certificate)]


def _differs(shown, said, certificate):
    """said: a number, what a command printed, its status."""
    body, status = said.split("\n", 1)[1].rstrip().rsplit("status ", 1)
    if status != "0":
        return [f"status {status}: {body.strip()}"]
    # A page cannot know the digests of keys that a test has made.
    ours = certificate.key.digest
    expected = re.sub(r"\b[0-9a-f]{64}\b", ours, shown) if ours in body else shown
    if shown and body.strip() != expected:
        return [f"prints '{body.strip()}' and not '{expected}'"]
    return []
