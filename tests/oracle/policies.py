# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Certificate policies (RFC 5280 6.1.2 to 6.1.5), as the tree that they are told with. Any policy
# is acceptable, and nothing is required or inhibited at first. The anchor's own policies apply to
# what is below it (RFC 5937 3.2).

import dataclasses

import der
from certificate import ANY_POLICY


@dataclasses.dataclass(eq=False)
class Node:
    policy: str
    expected: set
    parent: "Node | None"
    children: list = dataclasses.field(default_factory=list)

    def add(self, policy, expected):
        self.children.append(Node(policy, expected, self))


def leaves(nodes, depth):
    """The nodes at a depth below these."""
    for _ in range(depth):
        nodes = [child for node in nodes for child in node.children]
    return nodes


class State:
    def __init__(self, length):
        self.root = Node(ANY_POLICY, {ANY_POLICY}, None)
        self.depth = 0
        self.require = self.no_mapping = self.no_any = length + 1

    def level(self, depth):
        return leaves([self.root], depth) if self.root else []

    def prune(self):
        """Nodes without children above the last depth go (6.1.3 d 3)."""
        for depth in range(self.depth - 1, -1, -1):
            for node in self.level(depth):
                if not node.children:
                    if node.parent is None:
                        self.root = None
                    else:
                        node.parent.children.remove(node)

    def accept(self, policies, any_counts):
        """6.1.3 d and e"""
        above = self.level(self.depth)
        self.depth += 1
        if policies is None:
            self.root = None
            return
        for policy in policies:
            if policy == ANY_POLICY:
                continue
            fitting = [node for node in above if policy in node.expected] or \
                [node for node in above if node.policy == ANY_POLICY]
            for node in fitting:
                node.add(policy, {policy})
        if ANY_POLICY in policies and any_counts:
            for node in above:
                for policy in node.expected - {child.policy for child in node.children}:
                    node.add(policy, {policy})
        self.prune()

    def map(self, mappings):
        """6.1.4 a and b"""
        if any(ANY_POLICY in pair for pair in mappings):
            raise der.Fault("anyPolicy is mapped")
        targets = {}
        for source, target in mappings:
            targets.setdefault(source, set()).add(target)
        for source, expected in targets.items():
            nodes = [node for node in self.level(self.depth) if node.policy == source]
            if self.no_mapping == 0:
                for node in nodes:
                    node.parent.children.remove(node)
                self.prune()
                continue
            for node in nodes:
                node.expected = set(expected)
            if not nodes:
                for node in self.level(self.depth):
                    if node.policy == ANY_POLICY:
                        node.parent.add(source, set(expected))

    def prepare(self, certificate, anchor):
        """6.1.4 h to j"""
        if not anchor and not certificate.is_self_issued():
            self.require -= self.require > 0
            self.no_mapping -= self.no_mapping > 0
            self.no_any -= self.no_any > 0
        require, no_mapping = certificate.policy_constraints or (None, None)
        if require is not None:
            self.require = min(self.require, require)
        if no_mapping is not None:
            self.no_mapping = min(self.no_mapping, no_mapping)
        if certificate.no_any is not None:
            self.no_any = min(self.no_any, certificate.no_any)


def check(path, bare):
    """The leaf first; with `bare` a key above the last is the anchor."""
    state = State(len(path))
    for at in range(len(path) - 1, -1, -1):
        certificate = path[at]
        anchor = not bare and at == len(path) - 1
        policies = certificate.policies
        if anchor and policies is None:
            policies = [ANY_POLICY]  # it does not say which
        state.accept(policies, anchor or state.no_any > 0 or
                     (at > 0 and certificate.is_self_issued()))
        if not anchor and state.require == 0 and state.root is None:
            raise der.Fault("no policy is valid, and one is required")
        if at == 0:
            break
        if certificate.mappings is not None:
            state.map(certificate.mappings)
        state.prepare(certificate, anchor)
    # 6.1.5 a, b, g
    require = state.require - (state.require > 0)
    if (path[0].policy_constraints or (None,))[0] == 0:
        require = 0
    if require == 0 and state.root is None:
        raise der.Fault("no policy is valid, and one is required")
