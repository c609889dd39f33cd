# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What the first comment of a proof or of a model, or the first lines of a wrong/NAME-what.sed, say.
# Knows the keys and what each may hold; runs nothing.

import pathlib
import re
import shlex

PROOF_KEYS = {"Says", "Sources", "Contracts", "Assumes", "Unwind", "Limit", "Edit", "Without",
              "Solver"}
PROOF_NEEDS = {"Says", "Sources", "Contracts", "Assumes", "Limit"}
MODEL_KEYS = MODEL_NEEDS = {"Says", "Sources", "Assumes", "Limit"}
WRONG_KEYS = {"File", "Says", "Cost"}
COSTS = ("cheap", "dear")


class Mistake(Exception):
    """A header says too little, or something that is not known."""


def entries(lines):
    """"Key: value" by key; a line that is indented further goes on with the one before."""
    found, key = {}, None
    for line in lines:
        match = re.fullmatch(r"([A-Z][a-z]+): (\S.*)", line)
        if match is not None:
            key = match[1]
            if key in found:
                raise Mistake(f"'{key}' is there twice")
            found[key] = match[2]
        elif key is not None and re.match(r"\s+\S", line):
            found[key] += " " + line.strip()
        else:
            key = None
    return found


def check(found, known, needed):
    for key in found:
        if key not in known:
            raise Mistake(f"'{key}' is no key; there are: {', '.join(sorted(known))}")
    for key in sorted(needed):
        if key not in found:
            raise Mistake(f"'{key}' is missing")


def names(value):
    return [] if value == "none" else value.split()


def comment_of(text):
    """The entries of the first comment, without the licence."""
    comment = re.match(r"/\*(.*?)\*/", text, re.DOTALL)
    if comment is None:
        raise Mistake("it does not begin with a comment")
    lines = [line.removeprefix(" *").removeprefix(" ").rstrip()
             for line in comment[1].split("\n")]
    # The lines of the licence have colons too, and end with an empty one.
    blank = lines.index("") if "" in lines else 0
    return entries(lines[blank:])


def seconds(value):
    match = re.fullmatch(r"([1-9]\d*) s", value)
    if match is None:
        raise Mistake(f"'Limit' is '{value}' and not a number of seconds, as '60 s'")
    return int(match[1])


class Proof:
    """A proof, and what its header says."""

    def __init__(self, name, text):
        self.name = name
        found = comment_of(text)
        check(found, PROOF_KEYS, PROOF_NEEDS)
        self.says = found["Says"]
        self.sources = names(found["Sources"])
        self.contracts = found["Contracts"]
        self.assumes = found["Assumes"]
        self.unwind = self.unwinding(names(found.get("Unwind", "none")))
        self.without = self.leaving_out(found.get("Without"))
        self.solver = names(found.get("Solver", "none"))
        self.limit = seconds(found["Limit"])
        self.edit = None
        if "Edit" in found:
            try:
                self.edit = shlex.split(found["Edit"])
            except ValueError:  # a quote that does not end
                self.edit = []
            if len(self.edit) != 2:
                raise Mistake("'Edit' must be a file and one quoted command of sed")
        if "end_of_proof();" not in text:
            raise Mistake("it does not end with end_of_proof()")

    @staticmethod
    def leaving_out(value):
        """A check that the proof does without, and why."""
        if value is None:
            return []
        match = re.fullmatch(r"(--[\w-]+) \(.+\)", value)
        if match is None:
            raise Mistake(f"'Without' is '{value}' and not '--CHECK (REASON)'")
        return [match[1]]

    @staticmethod
    def unwinding(values):
        """A number for all loops, and LOOP:NUMBER for one of them."""
        options, loops = [], []
        for value in values:
            if re.fullmatch(r"\d+", value):
                options += ["--unwind", value]
            elif re.fullmatch(r"\w[\w.]*:\d+", value):
                loops.append(value)
            else:
                raise Mistake(f"'Unwind' has '{value}', neither NUMBER nor LOOP:NUMBER")
        return options + (["--unwindset", ",".join(loops)] if loops else [])


class Model:
    """A model, and what its header says. Its comments name the functions that it stands for."""

    def __init__(self, name, text):
        self.name = name
        found = comment_of(text)
        check(found, MODEL_KEYS, MODEL_NEEDS)
        self.says = found["Says"]
        self.sources = names(found["Sources"])
        self.assumes = found["Assumes"]
        self.limit = seconds(found["Limit"])
        self.functions = sorted({function for comment in re.findall(r"/\*.*?\*/", text, re.DOTALL)
                                 for function in re.findall(r"\b([a-z]\w+)\(\)", comment)})


class Wrong:
    """A broken source for which a proof must fail, or a broken model."""

    def __init__(self, name, text):
        self.name = name
        self.proof = name.partition("-")[0]
        lines = [line.removeprefix("#").removeprefix(" ") for line in text.split("\n")
                 if line.startswith("#")]
        blank = lines.index("") if "" in lines else 0
        found = entries(lines[blank:])
        check(found, WRONG_KEYS, WRONG_KEYS)
        self.file, self.says, self.cost = found["File"], found["Says"], found["Cost"]
        if self.cost not in COSTS:
            raise Mistake(f"'Cost' is '{self.cost}' and neither {' nor '.join(COSTS)}")


def read(kind, path):
    path = pathlib.Path(path)
    try:
        return kind(path.stem, path.read_text())
    except Mistake as mistake:
        raise Mistake(f"{path.name}: {mistake}") from None
