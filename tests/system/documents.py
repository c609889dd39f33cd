# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# The blocks of README.md and of the other pages: where they stand, what they are said to be,
# their text. In Markdown that is the word after the fence; in reStructuredText, a comment
# before the paragraph that announces the block. It does not know what the words mean.

import os
import re
import textwrap

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FENCE = re.compile(r"^(`{3,}|~{3,})\s*(\S*)\s*(.*)$")
COMMENT = re.compile(r"^\.\. ([\w.-]+)$")
SPAN = re.compile(r"(?<!`)(`{1,2})(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)


class Block:
    def __init__(self, page, line, kind, text):
        self.page, self.line, self.kind = page, line, kind
        self.text = textwrap.dedent(text)

    def __str__(self):
        return f"{self.page}:{self.line}"


def pages():
    """The paths, below the repository, of all pages with blocks."""
    found = [name for name in os.listdir(REPOSITORY) if name.endswith(".md")]
    for folder, _, names in os.walk(os.path.join(REPOSITORY, "doc")):
        found += [os.path.relpath(os.path.join(folder, name), REPOSITORY)
                  for name in names if name.endswith(".md")]
    return sorted(found) + ["modules/knot/mod-dance.rst"]


def text_of(page):
    with open(os.path.join(REPOSITORY, page), encoding="utf-8") as file:
        return file.read()


def blocks(kind=None):
    """All blocks of all pages, or those of one kind."""
    found = [block for page in pages() for block in find(page, text_of(page))]
    return [block for block in found if kind in (None, block.kind)]


def find(page, text):
    return (_in_rst if page.endswith(".rst") else _in_markdown)(page, text.split("\n"))


def _in_markdown(page, lines):
    found, at, fence, indented = [], 0, None, []
    for number, line in enumerate(lines + [""], 1):
        mark = FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not mark[2]:
                found.append(Block(page, at, kind, "\n".join(lines[at:number - 1]) + "\n"))
                fence = None
            continue
        # Four spaces after an empty line are a block as well, which says of itself nothing.
        before = lines[number - 2] if number > 1 else ""
        if line.startswith("    ") and (indented or not before.strip()):
            indented = indented or [number]
            indented.append(line)
        elif indented and line.strip():
            found.append(Block(page, indented[0], None, "\n".join(indented[1:]) + "\n"))
            indented = []
        if mark:
            at, fence, kind = number, mark[1], mark[2] or None
    if fence:
        found.append(Block(page, at, None, "the fence is never closed\n"))
    if indented:
        found.append(Block(page, indented[0], None, "\n".join(indented[1:]) + "\n"))
    return found


def _in_rst(page, lines):
    found, kind, at, held = [], None, None, []
    announced = False
    for number, line in enumerate(lines + ["end"], 1):
        if at is not None and (not line.strip() or line[0] == " "):
            held.append(line)
            continue
        if at is not None:
            found.append(Block(page, at, kind, "\n".join(held).strip("\n") + "\n"))
            at, held, kind = None, [], None
        if announced and not line.strip():
            at = number
        announced = line.endswith("::") and not line.startswith("..")
        comment = COMMENT.match(line)
        if comment:
            kind = comment[1]
    return found


def spans(page):
    """What stands between backquotes in the page's sentences: (line, text)."""
    text = text_of(page)
    lines = text.split("\n")
    for block in find(page, text):
        for number in range(block.line, block.line + block.text.count("\n") + 1):
            if number <= len(lines):
                lines[number - 1] = ""
    text = re.sub(r"^[`~]{3}.*$", "", "\n".join(lines), flags=re.MULTILINE)
    return [(text.count("\n", 0, match.start()) + 1, " ".join(match[2].split()))
            for match in SPAN.finditer(text)]
