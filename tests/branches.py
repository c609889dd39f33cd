#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Which outcomes of which conditions the tests reach in the files that decide, as gcov counts them
# in a build with -fcondition-coverage: each part of a condition must have made it true and made it
# false. branches.txt lists those that no test can reach, with the reason. Usage:
#   branches.py REPOSITORY BUILD
# Ends with 1 if too few are reached, or if what is listed is reached or gone.

import json
import os
import pathlib
import re
import subprocess
import sys

import decision_files

PROMISED = 98  # percent


class Mistake(Exception):
    """branches.txt cannot be read."""


def gcov(counts):
    """gcov's reports on some .gcda files."""
    output = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities",
                             "--conditions", *map(str, counts)], cwd=counts[0].parent, check=True,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return [json.loads(line) for line in output.splitlines()]


def has_default(text, number):
    """Has the switch on this line, of these lines, a default? It ends with its own indentation."""
    indent = re.match(r"\s*", text[number - 1])[0]
    for line in text[number:]:
        if line.startswith(indent + "}"):
            return False
        if line.startswith(indent + "default:"):
            return True
    return False


class File:
    """What was reached of one file, in all programs that it is a part of."""

    def __init__(self):
        self.conditions = {}  # (line, number): for each part, has it been [true, false]?
        self.branches = {}    # (line, number): was it taken? Of a switch
        self.without_default = {}  # line of a switch: has it none?
        self.functions = {}   # line: function

    def add(self, about, text):
        """`text` are the lines of the file."""
        for line in about["lines"]:
            number = line["line_number"]
            self.functions[number] = line.get("function_name", "?")
            conditions = line.get("conditions", [])
            for index, condition in enumerate(conditions):
                self.add_condition((number, index), condition)
            # What has no condition on other lines are later lines of one.
            if not conditions and re.search(r"\bswitch \(", text[number - 1]):
                for index, branch in enumerate(line.get("branches", [])):
                    key = number, index
                    self.branches[key] = self.branches.get(key, False) or branch["count"] > 0
                self.without_default[number] = not has_default(text, number)

    def add_condition(self, key, condition):
        parts = condition["count"] // 2
        mine = self.conditions.setdefault(key, [[False, False] for _ in range(parts)])
        for part in range(parts):
            mine[part][0] |= part not in condition["not_covered_true"]
            mine[part][1] |= part not in condition["not_covered_false"]

    def outcomes(self):
        """(line, what, was it reached) for each outcome."""
        for (line, index), parts in sorted(self.conditions.items()):
            for part, both in enumerate(parts):
                for word, reached in zip(("true", "false"), both):
                    # Two conditions of a line, as in a call's arguments, are numbered.
                    yield line, f"{word} {part + 1}" + (f" [{index + 1}]" if index else ""), reached
        for line, without in sorted(self.without_default.items()):
            ways = [reached for key, reached in sorted(self.branches.items()) if key[0] == line]
            # Nothing goes where a default would be.
            if without and False in ways:
                ways.remove(False)
            for index, reached in enumerate(ways):
                yield line, f"way {index + 1}", reached


def read_files(repository, build, wanted):
    files = {name: File() for name in wanted}
    texts = {name: (repository / name).read_text().split("\n") for name in wanted}
    stems = "|".join(re.escape(pathlib.PurePath(name).stem) for name in wanted)
    # An object of a file in another folder has that in its name, with "_" for "/".
    own, counts = re.compile(rf"(.*_)?({stems})\.c\.gcda"), {}
    for path in build.rglob("*.gcda"):
        if own.fullmatch(path.name) and not path.name.startswith("test_"):
            counts.setdefault(path.parent, []).append(path)
    for paths in counts.values():
        for report in gcov(paths):
            for about in report["files"]:
                path = os.path.normpath(os.path.join(report["current_working_directory"],
                                                     about["file"]))
                name = os.path.relpath(path, repository)
                if name in files:
                    files[name].add(about, texts[name])
    return files


def read_listed(text):
    """{(file, function, line's text, outcome): reason} of branches.txt: a line "FILE FUNCTION", one
    with the text of the line, one with its outcomes, and the reason, indented."""
    listed = {}
    for block in re.split(r"\n\s*\n", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)):
        if not block.strip():
            continue
        lines = block.strip("\n").split("\n")
        head = lines[0].split()
        if len(head) != 2 or len(lines) < 4 or not lines[1].startswith("- ") or \
                not lines[2].startswith("+ ") or not all(line[:2] == "  " for line in lines[3:]):
            raise Mistake(f"an entry cannot be read: {block.strip()}")
        for outcome in lines[2][2:].split(","):
            listed[head[0], head[1], lines[1][2:].strip(), outcome.strip()] = \
                " ".join(line.strip() for line in lines[3:])
    return listed


def show(repository, files, listed):
    """Shows each file; returns how many outcomes of all there are, are listed and are reached, and
    what is listed wrongly."""
    total = [0, 0, 0]
    wrong = set(listed)
    for name, file in files.items():
        lines = (repository / name).read_text().split("\n")
        mine, missing = [0, 0, 0], []
        for line, outcome, reached in file.outcomes():
            text = re.sub(r"\s+", " ", lines[line - 1]).strip()
            key = name, file.functions[line], text, outcome
            mine[0] += 1
            if key in listed and not reached:
                mine[1] += 1
                wrong.discard(key)
            elif reached:
                mine[2] += 1
            else:
                missing.append((line, file.functions[line], outcome, text))
        share = 100 * mine[2] / (mine[0] - mine[1]) if mine[0] > mine[1] else 100
        print(f"{name:42}{mine[0]:6d}{mine[1]:7d}{mine[2]:8d}{share:8.1f} %")
        for line, function, outcome, text in missing:
            print(f"    {line}: {function}: {outcome}: {text}")
        total = [sum(pair) for pair in zip(total, mine)]
    return total, sorted(wrong)


def main(repository, build):
    repository, build = pathlib.Path(repository).resolve(), pathlib.Path(build).resolve()
    wanted = decision_files.read(repository)
    listed = read_listed((repository / "tests" / "branches.txt").read_text())
    print(f"{'outcomes of conditions':42}{'all':>6}{'listed':>7}{'reached':>8}")
    (every, excused, reached), wrong = show(repository, read_files(repository, build, wanted), listed)
    share = 100 * reached / (every - excused)
    print(f"{'all files that decide':42}{every:6d}{excused:7d}{reached:8d}{share:8.1f} %")
    for key in wrong:
        print(f"branches.txt: {key[0]}: {key[1]}: '{key[3]}' is reached, or not there: {key[2]}")
    if share < PROMISED:
        print(f"{share:.1f} %, where {PROMISED} % are promised")
    return 1 if wrong or share < PROMISED else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
