# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What is wrong with the links and pictures of a folder of HTML pages, whoever made them. It asks no
# other host.

import html.parser
import pathlib
import posixpath
import re
import urllib.parse


class Reader(html.parser.HTMLParser):
    """The names in a page, and what it leads to."""

    def __init__(self, text):
        super().__init__()
        self.names, self.twice, self.leads, self.silent = set(), [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("id")
        if name is not None:
            if name in self.names:
                self.twice.append(name)
            self.names.add(name)
        self.leads += [attrs[what] for what in ("href", "src") if attrs.get(what) is not None]
        if tag == "img" and not attrs.get("alt"):
            self.silent.append(attrs.get("src"))


def wrong(folder):
    """A line for each link that leads nowhere, each name that a page has twice, and each picture
    without a text."""
    folder = pathlib.Path(folder)
    pages = {path.relative_to(folder).as_posix(): Reader(path.read_text(encoding="utf-8"))
             for path in sorted(folder.rglob("*.html"))}
    lines = []
    for name, page in pages.items():
        lines += [f"{name}: it has the anchor {twice} twice" for twice in page.twice]
        lines += [f"{name}: the picture {silent} has no text" for silent in page.silent]
        lines += [f"{name}: {line}" for line in map(
            lambda lead, name=name: nowhere(folder, pages, name, lead), page.leads) if line]
    return lines


def nowhere(folder, pages, name, lead):
    """Why a link leads nowhere, if it does."""
    if re.match(r"(https?|mailto):", lead):
        return None
    path, _, part = map(urllib.parse.unquote, lead.partition("#"))
    to = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
    if to.startswith("..") or to.startswith("/") or not (folder / to).is_file():
        return f"it links to {lead}, which is not there"
    if part and (to not in pages or part not in pages[to].names):
        return f"it links to {lead}, but {to} has no such anchor"
    return None
