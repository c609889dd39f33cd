# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What is shown of mutants: a survivor as it is found, at the end a table of files, and a line of
# JSON for each. Knows which scores are promised.

DECISION, TREE = 95, 90  # percent of what is not equivalent
FEW = 20                 # mutants of a file that say nothing of its score
KILLED = ("killed", "sanitizer", "proof")
ALIVE = ("survived", "unreached")
OUTCOMES = (*KILLED, "equivalent", *ALIVE)


def line(mutant, result):
    return {"file": mutant.file, "line": mutant.line, "function": mutant.function,
            "kind": mutant.kind, "before": mutant.before, "after": mutant.after,
            "outcome": result.outcome, "by": result.by, "how": result.how, "tests": result.tests}


def show(mutant, result):
    if result.outcome in ALIVE or result.mistaken:
        said = {"survived": "survived", "unreached": "no test gets there"}.get(result.outcome, "")
        if result.mistaken:
            said = f"is in equivalent.txt, and {result.by} notices"
        print(f"{mutant.file}:{mutant.line}: {mutant.function}: {mutant.kind}: {said}\n"
              f"    - {mutant.before}\n    + {mutant.after}", flush=True)


class Score:
    def __init__(self):
        self.made, self.counts = 0, dict.fromkeys(OUTCOMES, 0)

    def add(self, outcome):
        self.made += 1
        if outcome in self.counts:
            self.counts[outcome] += 1

    def plus(self, other):
        self.made += other.made
        for name in OUTCOMES:
            self.counts[name] += other.counts[name]

    @property
    def compiled(self):
        return sum(self.counts.values())

    @property
    def killed(self):
        return sum(self.counts[name] for name in KILLED)

    @property
    def raw(self):
        return 100 * self.killed / self.compiled if self.compiled else 100.0

    @property
    def without_equivalents(self):
        left = self.compiled - self.counts["equivalent"]
        return 100 * self.killed / left if left else 100.0


class Tally:
    """The scores of all files."""

    def __init__(self, decision):
        self.decision, self.files, self.mistaken = decision, {}, 0

    def add(self, mutant, result):
        self.files.setdefault(mutant.file, Score()).add(result.outcome)
        self.mistaken += result.mistaken

    def sum(self, files):
        total = Score()
        for name in files:
            total.plus(self.files[name])
        return total

    @staticmethod
    def row(name, score):
        numbers = [score.made, score.compiled, *(score.counts[key] for key in KILLED),
                   score.counts["equivalent"], sum(score.counts[key] for key in ALIVE)]
        return f"{name:42}" + "".join(f"{number:9d}" for number in numbers) + \
            f"{score.raw:8.1f} %{score.without_equivalents:8.1f} %"

    def show(self):
        print(f"\n{'':42}" + "".join(f"{word:>9}" for word in (
            "mutants", "compiled", "tests", "sanitizer", "proofs", "equival.", "survived")) +
              f"{'raw':>10}{'without':>10}")
        for name in sorted(self.files):
            mark = "* " if name in self.decision else "  "
            print(self.row(mark + name, self.files[name]))
        print(self.row("* decision files", self.sum(self.decision & set(self.files))))
        print(self.row("all", self.sum(self.files)))
        print("raw: killed of those compiled; without: of those that are not equivalent")

    def fails(self, whole):
        """Is a promise broken? `whole`: all mutants of these files were made."""
        found = False
        decision = self.decision & set(self.files)
        rows = [(name, self.files[name], DECISION) for name in sorted(decision)
                if whole or self.files[name].made >= FEW]
        rows += [("decision files", self.sum(decision), DECISION), ("all", self.sum(self.files), TREE)]
        for name, score, promised in rows:
            if score.without_equivalents < promised:
                print(f"{name}: {score.without_equivalents:.1f} %, where {promised} % are promised")
                found = True
        if self.mistaken:
            print(f"{self.mistaken} mutants are said to be equivalent, and are not")
        return found or self.mistaken > 0
