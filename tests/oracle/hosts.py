# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Names of hosts in their written forms: a DNS name, the host of a URI, a mailbox. What cannot be
# understood is a Fault.

import re

import der

LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")
QUOTED = re.compile(r'"([ !#-\[\]-~]|\\[ -~])*"')
ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def is_owner(name):
    """The form of an owner name that dance_judge() takes (dance.h): letters, digits, hyphens,
    underscores and dots, no trailing dot; labels and names no longer than RFC 1035 2.3.4 has it."""
    return len(name) <= 253 and all(LABEL.fullmatch(label) for label in name.split("."))


def labels(text, wildcard=False):
    """Of a DNS name, in lower case: letters, digits, hyphens and underscores (doc/flow.md; RFC 1034
    3.5, the draft's section 5). Of a wildcard the first is `*`."""
    parts = text.lower().split(".")
    rest = parts[1:] if wildcard and parts[0] == "*" and len(parts) > 1 else parts
    if len(text) > 253:
        raise der.Fault("a name of more than 253 characters")
    for part in rest:
        if not LABEL.fullmatch(part):
            raise der.Fault("no name of a host")
    return parts


def ascii_of(body):
    try:
        return body.decode("ascii")
    except UnicodeDecodeError as error:
        raise der.Fault("octets that are not ASCII") from error


def below(name, base):
    """Zero or more labels in front of the base."""
    return len(name) >= len(base) and name[len(name) - len(base):] == base


def without_final_dot(host):
    if host.endswith(".."):
        raise der.Fault("several final dots")
    return host.removesuffix(".")


def decoded(host):
    """Without percent-encoding (RFC 3986 3.2.2)."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", host):
        raise der.Fault("a percent sign that encodes nothing")
    return re.sub(r"%([0-9A-Fa-f]{2})", lambda match: chr(int(match[1], 16)), host)


def of_uri(text):
    """The labels of a URI's host. RFC 5280 4.2.1.10: without an authority, or with an address in
    place of a name, it must be rejected under constraints."""
    match = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)", text)
    if not match:
        raise der.Fault("a URI without an authority")
    authority = match[1]
    if "\\" in authority or authority.count("@") > 1:
        raise der.Unclear("a URI whose host readers see differently")
    host = authority.rpartition("@")[2]
    if host.startswith("["):
        raise der.Fault("an address in a URI")
    host, colon, port = host.partition(":")
    if colon and not re.fullmatch(r"[0-9]*", port):
        raise der.Fault("a port that is no number")
    name = labels(without_final_dot(decoded(host)))
    if re.fullmatch(r"(0[xX][0-9a-fA-F]*|[0-9]+)", name[-1]):
        raise der.Fault("an address in a URI")
    return name


def of_mailbox(text):
    """Local part and the labels of the domain (RFC 5280 4.2.1.6, RFC 5321 4.1.2)."""
    local, _, domain = text.rpartition("@")
    if not ATOM.fullmatch(local) and not QUOTED.fullmatch(local):
        raise der.Fault("no mailbox")
    if domain.startswith("["):
        raise der.Fault("an address in a mailbox")
    return local, labels(domain)
