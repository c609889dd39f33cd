# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Reads equivalent.txt: the mutants that no test can kill, each with the reason. A mutant is found
# by its file, function and text, not by its line, and so stays found when code above it changes.

import dataclasses


class Mistake(Exception):
    """An entry that cannot be read."""


@dataclasses.dataclass
class Entry:
    file: str
    function: str
    before: str
    after: tuple  # one text or several, with the same reason
    reason: str
    line: int     # of equivalent.txt

    @property
    def keys(self):
        return [(self.file, self.function, self.before, after) for after in self.after]


def read_block(block, line):
    head = block[0].split()
    if len(head) != 2:
        raise Mistake(f"line {line}: an entry begins with a file and a function")
    before = [text[2:].strip() for text in block[1:] if text.startswith("- ")]
    after = [text[2:].strip() for text in block[1:] if text.startswith("+ ")]
    reason = [text.strip() for text in block[1:] if text.startswith("  ")]
    if len(before) != 1 or not after or not reason:
        raise Mistake(f"line {line}: an entry has one line with '- ', some with '+ ', and a "
                      "reason, indented")
    if len(before) + len(after) + len(reason) + 1 != len(block):
        raise Mistake(f"line {line}: a line begins with neither '- ' nor '+ ' nor blanks")
    return Entry(head[0], head[1], before[0], tuple(after), " ".join(reason), line)


def read(text):
    """The entries by key."""
    entries, block, begin = [], [], 1
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.startswith("#"):
            continue
        if line.strip():
            begin = begin if block else number
            block.append(line.rstrip())
        elif block:
            entries.append(read_block(block, begin))
            block = []
    by_key = {}
    for entry in entries:
        for key in entry.keys:
            if key in by_key:
                raise Mistake(f"line {entry.line}: '{key[3]}' stands in line {by_key[key].line} "
                              "as well")
            by_key[key] = entry
    return by_key


def stale(by_key, files, mutants):
    """The keys of entries on these files, all of whose mutants are here, that none of these has."""
    made = {mutant.key for mutant in mutants}
    return [key for key in by_key if key[0] in files and key not in made]
