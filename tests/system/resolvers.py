# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Resolvers of two makers behind a dance-front, each with its own words for the same: whom they
# answer, known by the address that stands for a name, and what differs for each of them. It
# does not know which names these are.

import kresd
from kresd import Kresd
from unbound import Unbound

PORT = 5310
ADDRESSES = {"Unbound": "127.0.1.3", "Knot Resolver": kresd.ADDRESS}


def takes_proxy(maker):
    """Whether it learns of clients by PROXYv2, or from the source of the connection itself."""
    return maker != "Knot Resolver" or kresd.version() >= 6


def shown(maker, number):
    """The address under which it sees a client that has this number."""
    return f"fd00:da:ce::{number}" if takes_proxy(maker) else f"127.7.0.{number}"


class Policy:
    def __init__(self, number, own=None, blocked=()):
        """number: whose policy it is; own: {name: IPv4 address} that only they see;
        blocked: domains that do not exist for them."""
        self.number = number
        self.own = own or {}
        self.blocked = blocked


# --- Unbound ------------------------------------------------------------------------------

def _unbound_view(number, policy):
    text = f"view:\n    name: view{number}\n    view-first: yes\n"
    for domain in policy.blocked:
        text += f'    local-zone: "{domain}." always_nxdomain\n'
    for name, address in policy.own.items():
        text += f'    local-data: "{name}. 60 A {address}"\n'
    return text


def _unbound(folder, world, policies, server=""):
    address = ADDRESSES["Unbound"]
    text = (f"    interface: {address}@{PORT}\n    proxy-protocol-port: {PORT}\n"
            "    incoming-num-tcp: 128\n" + server)
    for number, policy in enumerate(policies):
        subnet = f"{shown('Unbound', policy.number)}/128"
        text += (f"    access-control: {subnet} allow\n"
                 f"    access-control-view: {subnet} view{number}\n")
    return Unbound(folder, world, address, server=text,
                   more="".join(_unbound_view(*pair) for pair in enumerate(policies)))


# --- Knot Resolver ------------------------------------------------------------------------

def _lua_view(policy):
    view = f"view:addr('{shown('Knot Resolver', policy.number)}/32', "
    text = "".join(f"{view}policy.suffix(policy.DENY, policy.todnames({{'{domain}'}})))\n"
                   for domain in policy.blocked)
    for name, address in policy.own.items():
        data = f"{{[kres.type.A] = {{rdata = kres.str2ip('{address}'), ttl = 60}}}}"
        text += f"{view}policy.suffix(policy.ANSWER({data}), policy.todnames({{'{name}'}})))\n"
    return text + f"{view}policy.all(policy.PASS))\n"


def _lua(policies):
    return (f"net.listen('{kresd.ADDRESS}', {PORT}, {{ kind = 'dns' }})\n"
            "modules.load('view')\n"
            + "".join(_lua_view(policy) for policy in policies)
            + "view:addr('0.0.0.0/0', policy.all(policy.REFUSE))\n"
            + "view:addr('::/0', policy.all(policy.REFUSE))\n")


def _yaml_rules(number, policy):
    text = "".join(f"    - name: {domain}\n      subtree: nxdomain\n      tags: [ t{number} ]\n"
                   for domain in policy.blocked)
    return text + "".join(
        f"    - name: {name}\n      address: {address}\n      tags: [ t{number} ]\n"
        for name, address in policy.own.items())


def _yaml(policies):
    views, rules = "", ""
    for number, policy in enumerate(policies):
        own = _yaml_rules(number, policy)
        rules += own
        views += f"  - subnets: [ '{shown('Knot Resolver', policy.number)}/128' ]\n    " + (
            f"tags: [ t{number} ]\n" if own else "answer: allow\n")
    return (f"network:\n  listen:\n    - interface: {kresd.ADDRESS}@{PORT}\n"
            "  proxy-protocol:\n    enable: true\n    allow: [ 127.0.0.1 ]\n"
            "views:\n  - subnets: [ '0.0.0.0/0', '::/0' ]\n    answer: refused\n" + views
            + (f"local-data:\n  rules:\n{rules}" if rules else ""))


def _kresd(folder, world, policies):
    text = _lua(policies) if kresd.version() < 6 else _yaml(policies)
    return Kresd(folder, world, text)


MAKERS = {"Unbound": _unbound, "Knot Resolver": _kresd}


def resolver(maker, folder, world, policies, **how):
    """One that answers nobody but whom the policies are for."""
    made = MAKERS[maker](folder, world, policies, **how)
    made.port = PORT
    return made
