# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Which program judges a configuration of a page, and what a block lacks of a whole file: what
# it refers to is taken from the other blocks of its page, where the system would put things
# from here. The block itself is never changed.

import re

import exim as exim_server
from primary import module_file
from process import Failed

# {section of knot.conf: items that name an entry of it}.
REFERENCES = {"acl": ["acl"], "key": ["key"], "remote": ["remote", "master", "notify"],
              "template": ["template"], "policy": ["dnssec-policy"]}
ORDER = ["mod-dance", "key", "remote", "acl", "template"]
KNOT_BEFORE = """server:
    rundir: /run/knot
    listen: 127.0.0.1@53
database:
    storage: /run/knot
module:
  - id: mod-dance
    file: {module}
"""


def sections(text):
    """[(name, lines)] of a file whose sections begin at the left edge, as in knot.conf."""
    found = []
    for line in text.split("\n"):
        if re.match(r"[\w-]+:", line):
            found.append((line.split(":")[0], []))
        elif found and line.strip() and not line.lstrip().startswith("#"):
            found[-1][1].append(line)
    return found


def entries(text):
    """{(section, id): lines} of a file in the manner of knot.conf."""
    found = {}
    for name, lines in sections(text):
        current = []
        for line in lines:
            begins = re.match(r" +- \w+: (\S+)", line)
            if begins:
                current = found.setdefault((name, begins[1]), [])
            current.append(line)
    return found


def references(text):
    """The entries that a text names: {(section, id)}."""
    found = set()
    for line in text.split("\n"):
        item = re.match(r"[ -]+([\w-]+): ([^#]*)", line)
        if not item:
            continue
        words = re.findall(r"[^\s\[\],]+", item[2])
        if item[1] in ("module", "global-module"):
            found |= {tuple(word.split("/", 1)) for word in words if "/" in word}
        for section, items in REFERENCES.items():
            if item[1] in items:
                found |= {(section, word) for word in words}
    return found


def knot(block, page):
    """The whole knot.conf of a block; page: all such blocks of its page."""
    own, others = entries(block.text), {}
    # The last before it counts, and what comes after it only if there is none.
    for other in sorted(page, key=lambda other: (other.line < block.line, other.line)):
        others.update(entries(other.text))
    needed, missing = {}, references(block.text) - set(own)
    while missing:
        key = missing.pop()
        if key not in others:
            raise Failed(f"{key[0]} '{key[1]}' is nowhere on the page")
        needed[key] = others[key]
        missing |= references("\n".join(others[key])) - set(own) - set(needed)
    before = KNOT_BEFORE.format(module=module_file())
    for section in ORDER:
        lines = [line for key, body in sorted(needed.items()) if key[0] == section
                 for line in body]
        before += "\n".join([f"{section}:", *lines, ""]) if lines else ""
    return before + block.text


def pdns(block, _page):
    return block.text + "\nlaunch=bind\nbind-config=/etc/powerdns/named.conf\n"


def unbound(block, _page):
    return ('server:\n    username: ""\n    chroot: ""\n    directory: "/run"\n'
            + block.text)


def kresd(block, _page):
    """Whoever starts it without a place to listen gets one on port 53; it ends by itself."""
    return block.text + "\nquit()\n"


def front(block, page):
    """Whoever has identities or a place to listen has the other on the page."""
    text = block.text
    kinds = {name for name, _ in sections(text)}
    if "identity" in kinds and "front" not in kinds or not kinds & {"front", "client"}:
        other = [each.text for each in page if "front:" in each.text and each is not block]
        for name, lines in sections(other[0]) if other else []:
            text += "" if name in kinds else "\n".join([f"{name}:", *lines, ""])
    return text


def nginx(block, _page):
    return f"events {{\n}}\nhttp {{\n{block.text}}}\n"


def main_cf(block, _page):
    return f"compatibility_level = 3.6\n{block.text}"


def exim(block, _page):
    """With what a router and a transport refer to."""
    return f"domainlist local_domains = local.example\n{block.text}"


def as_it_is(block, _page):
    return block.text


MOSQUITTO_CHECK = """mkdir -p /run/dance-mqtt && chown mosquitto /run/dance-mqtt
touch /etc/mosquitto/dance.acl && chmod 644 /etc/mosquitto/dance.acl
mosquitto -c /etc/mosquitto/dance.conf --test-config"""
# An access list has no check of its own: a broker is started with it, and ended.
MOSQUITTO_ACL_CHECK = """for line in 'listener 0 /run/broker.sock' 'user root' \\
	'acl_file /etc/mosquitto/dance.acl'; do echo "$line"; done >/run/mosquitto.conf
timeout 3 mosquitto -c /run/mosquitto.conf 2>&1 | tee /run/said
grep -q running /run/said"""
# Exim's own user is one of the system's.
EXIM_CHECK = f"""grep -q ^{exim_server.USER}: /etc/passwd || {{
	echo {exim_server.USER}:x:{exim_server.UID}:{exim_server.UID}::/:/bin/false >>/etc/passwd
	echo {exim_server.USER}:x:{exim_server.UID}: >>/etc/group
}}
{exim_server.program()} -bV -C /etc/exim4/exim4.conf"""
# {name of the file, as the block says it: (where it lies, what makes it whole, who judges)}.
PROGRAMS = {
    "knot.conf": ("/etc/knot/knot.conf", knot, "knotc conf-check"),
    "nsd.conf": ("/etc/nsd/nsd.conf", as_it_is, "nsd-checkconf /etc/nsd/nsd.conf"),
    "named.conf": ("/etc/bind/named.conf", as_it_is, "named-checkconf"),
    "pdns.conf": ("/etc/powerdns/pdns.conf", pdns, "pdns_server --config=check"),
    "unbound.conf": ("/etc/unbound/unbound.conf", unbound,
                     "unbound-checkconf /etc/unbound/unbound.conf"),
    "kresd.conf": ("/etc/knot-resolver/kresd.conf", kresd,
                   # What it says about this machine's limits is not about the file.
                   "set -o pipefail; kresd -n -c /etc/knot-resolver/kresd.conf /run 2>&1 | "
                   "sed '/number of file-descriptors/d'"),
    "knot-resolver.yaml": ("/etc/knot-resolver/config.yaml", as_it_is,
                           "kresctl validate /etc/knot-resolver/config.yaml"),
    "dance-front.conf": ("/etc/dance/dance-front.conf", front,
                         "dance-front --check -c /etc/dance/dance-front.conf"),
    "mosquitto.conf": ("/etc/mosquitto/dance.conf", as_it_is, MOSQUITTO_CHECK),
    "mosquitto.acl": ("/etc/mosquitto/dance.acl", as_it_is, MOSQUITTO_ACL_CHECK),
    "nginx.conf": ("/etc/nginx/dance.conf", nginx,
                   "mkdir -p /run/dance-https && nginx -t -e stderr -c /etc/nginx/dance.conf"),
    "dance-ask.conf": ("/etc/dance/dance-ask.conf", as_it_is,
                       "dance-ask --check -c /etc/dance/dance-ask.conf"),
    "main.cf": ("/etc/postfix/main.cf", main_cf, "postconf -n"),
    "master.cf": ("/etc/postfix/master.cf", as_it_is, "postconf -M && postconf -P"),
    "exim.conf": ("/etc/exim4/exim4.conf", exim, EXIM_CHECK),
    "nftables.conf": ("/etc/nftables.conf", as_it_is, "nft -c -f /etc/nftables.conf"),
}
