# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Resolvers that ask another one for everything, and validate what it says: over plain TCP, or
# over TLS with a certificate of their own where they can show one.

import kresd
from bind import Bind
from kresd import Kresd
from unbound import Unbound

ADDRESS = "127.0.2.1"


def _unbound(folder, world, at):
    return Unbound(folder, world, ADDRESS, more=f"""forward-zone:
    name: "."
    forward-addr: {at}
    forward-tcp-upstream: yes
""")


def _kresd(folder, world, at):
    if kresd.version() < 6:
        text = f"""net.listen('{ADDRESS}', 53, {{ kind = 'dns' }})
policy.add(policy.all(policy.FORWARD('{at}')))
"""
    else:
        text = f"""network:
  listen:
    - interface: {ADDRESS}@53
forward:
  - subtree: .
    servers: [ {at} ]
"""
    return Kresd(folder, world, text, ADDRESS, name="kresd, forwarding")


PLAIN = {"Unbound": _unbound, "Knot Resolver": _kresd}


class BindForwarder(Bind):
    """It shows a certificate itself, to a server whose certificate it verifies."""

    def __init__(self, folder, world, at, identity, authority, name):
        super().__init__("named, forwarding", folder, ADDRESS)
        self.at = at
        self.tls = {"ca-file": authority.path, "remote-hostname": name,
                    "cert-file": identity.path, "key-file": identity.key.path}
        with open(world.trust_anchor, encoding="ascii") as file:
            self.anchor = file.read().split(" DS ")[1].split()

    def options(self):
        host, port = self.at.split("@")
        return (f"\tlisten-on port 53 {{ {self.address}; }};\n\tforward only;\n"
                f"\tforwarders {{ {host} port {port} tls resolver; }};\n")

    def zones_text(self):
        items = " ".join(f'{name} "{value}";' for name, value in self.tls.items())
        *numbers, digest = self.anchor[:3] + ["".join(self.anchor[3:])]
        return (f"tls resolver {{ {items} }};\n"
                f"trust-anchors {{ . static-ds {' '.join(numbers)} \"{digest}\"; }};\n")

    def write(self):
        super().write()
        with open(self.path("named.conf"), encoding="ascii") as file:
            text = file.read()
        self.put("named.conf", text.replace("recursion no;", "recursion yes;").replace(
            "dnssec-validation no;", "dnssec-validation yes;"))
