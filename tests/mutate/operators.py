# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# What can be broken in a function, each as one small change of the text. Knows what C means no
# further than source.py; whether a change compiles is found out by compiling it.

import dataclasses
import re

from source import Source

# Each name is that of a kind of change, as the reports show it.
RELATIONAL = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
REVERSED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
EQUAL = {"==": "!=", "!=": "=="}
LOGICAL = {"&&": "||", "||": "&&"}
KINDS = {
    "relational": "< and <=, > and >=",
    "equal": "== and !=",
    "logical": "&& and ||",
    "condition": "a condition is negated",
    "constant": "a number is one more or one less",
    "bound": "a named number is one more or one less",
    "return": "another value is returned",
    "value": "another value of the enum; true and false",
    "statement": "a statement is missing",
    "not": "a ! is missing",
    "least": "the greater of two for the smaller, and the other way round",
}
# Not numbers that a function depends on.
NO_BOUNDS = {"NULL", "EOF"}
# What is asserted holds: a program that does not ask does nothing else.
ASSERTED = {"assert", "_Static_assert"}
# Calls, and functions, whose numbers are prices, which are estimates: one more or less is as right.
PRICED = {"work_take", "price", "rsa_price"}
BEFORE_TERNARY = {"(", ",", "=", "return", ";", ":", "?", "{", "[", "+=", "-=", "|=", "&="}


@dataclasses.dataclass(frozen=True)
class Mutant:
    file: str
    function: str
    line: int
    function_lines: tuple
    kind: str
    start: int   # of the text that is replaced
    end: int
    new: str
    before: str  # the lines it stands in, in one
    after: str

    @property
    def key(self):
        """What says which mutant this is, wherever its function stands."""
        return self.file, self.function, self.before, self.after

    def applied(self, text):
        return text[:self.start] + self.new + text[self.end:]


def one_line(text):
    return re.sub(r"\s+", " ", text).strip()


class Names:
    """The enums and the named numbers of a tree."""

    def __init__(self, texts):
        self.next_of, self.numbers = {}, set()
        for text in texts:
            self.read(text)

    def read(self, text):
        for name, value in re.findall(r"^#[ \t]*define[ \t]+([A-Z][A-Z0-9_]*)[ \t]+(.+)", text,
                                      re.MULTILINE):
            if re.match(r"[-(\d\w]", value) and '"' not in value:
                self.numbers.add(name)
        bare = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
        for body in re.findall(r"\benum\b[^;{}()]*\{([^{}]*)\}", bare):
            members = [word.group() for part in body.split(",")
                       if (word := re.match(r"\s*\w+", part)) is not None]
            members = [word.strip() for word in members if word.strip().isupper()]
            for number, name in enumerate(members):
                if re.search(r"_(MAX|MIN|COUNT|SIZE|LEAST)$|_(MAX|MIN)_", name):
                    self.numbers.add(name)
                elif len(members) > 1:
                    after = members[(number + 1) % len(members)]
                    if re.search(r"_COUNT$", after):
                        after = members[0]
                    if after != name:
                        self.next_of[name] = after


class Mutator:
    """Makes the mutants of one file."""

    def __init__(self, file, text, names):
        self.file, self.text, self.names = file, text, names
        self.source = Source(text)
        self.tokens = self.source.tokens
        self.prices_end = 0  # of the prices that are read, a token's index
        self.found = []

    def mutants(self):
        for function in self.source.functions:
            self.function = function
            self.function_lines = tuple(self.source.line_of(self.tokens[index].start)
                                        for index in (function.first, function.last))
            for statement in self.source.statements(function):
                self.of_statement(statement)
        unique = {(m.start, m.end, m.new): m for m in self.found}
        return self.numbered(sorted(unique.values(), key=lambda m: (m.start, m.end, m.new)))

    @staticmethod
    def numbered(mutants):
        """Of the same change of the same lines, in the same function, each has its number."""
        seen, result = {}, []
        for mutant in mutants:
            seen[mutant.key] = number = seen.get(mutant.key, 0) + 1
            if number > 1:
                mutant = dataclasses.replace(mutant, after=f"{mutant.after} [{number}]")
            result.append(mutant)
        return result

    def add(self, kind, start, end, new):
        # The whole lines from the first to the last that is changed.
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", end)
        before = self.text[first:last]
        after = self.text[first:start] + new + self.text[end:last]
        self.found.append(Mutant(self.file, self.function.name, self.source.line_of(start),
                                 self.function_lines, kind, start, end, new, one_line(before), one_line(after)))

    def swap(self, kind, token, new):
        self.add(kind, token.start, token.end, new)

    def of_statement(self, statement):
        first, last = statement.first, statement.last
        start, end = self.tokens[first].start, self.tokens[last].end
        kind = statement.kind
        if self.tokens[first].text in ASSERTED:
            return
        if kind == "expression" and not self.is_discarded(first):
            self.add("statement", start, end, ";")
        elif kind in ("break", "continue", "goto"):
            self.add("statement", start, end, ";")
        elif kind == "return":
            self.of_return(first, last, start, end)
        elif kind in ("if", "while"):
            self.negate(first + 1, last - 1)
        elif kind == "for":
            self.of_for(first, last)
        if kind == "declaration":
            first = self.initialiser(first, last)
        if kind != "goto":
            index = first
            while index < last:
                if self.tokens[index].text == "sizeof" and self.tokens[index + 1].text == "(":
                    index = self.source.partner[index + 1]
                if self.tokens[index].text in PRICED and self.tokens[index + 1].text == "(":
                    self.prices_end = self.source.partner[index + 1]
                self.of_token(index, kind)
                index += 1

    def is_discarded(self, index):
        """(void)x; tells the compiler something, and does nothing unless it calls."""
        return (self.source.words(index, index + 3) == "( void )" and
                self.tokens[index + 4].text != "(")

    def initialiser(self, first, last):
        """The token after the first =, where a declaration begins to do something."""
        while first < last and self.tokens[first].text != "=":
            first += 1
        return first

    def of_for(self, first, last):
        """The part between the semicolons is a condition."""
        ends = [index for index in range(first, last) if self.tokens[index].text == ";"]
        if len(ends) == 2 and ends[1] > ends[0] + 1:
            self.negate(ends[0] + 1, ends[1] - 1)

    def is_comparison(self, first, last):
        """One == or one !, whose own mutant is the same as to negate all."""
        texts = [token.text for token in self.tokens[first:last + 1]]
        return (sum(text in EQUAL for text in texts) == 1 or texts[0] == "!") and \
            not any(text in LOGICAL or text == "?" for text in texts)

    def negate(self, first, last):
        if self.is_comparison(first, last):
            return
        start, end = self.tokens[first].start, self.tokens[last].end
        self.add("condition", start, end, f"!({self.text[start:end]})")

    def of_return(self, first, last, start, end):
        if last == first + 1:
            self.add("statement", start, end, ";")
            return
        inner = self.text[self.tokens[first + 1].start:self.tokens[last - 1].end]
        number = re.fullmatch(r"-?\d+\w*", inner) is not None
        returns = self.function.returns.split()
        if "*" in returns:
            if inner != "NULL":
                self.add("return", start, end, "return NULL;")
        elif returns[-1] == "bool":
            if inner not in ("true", "false") and not self.is_comparison(first + 1, last - 1):
                self.add("return", start, end, f"return !({inner});")
        elif not (number or inner in self.names.next_of or "struct" in returns):
            self.add("return", start, end, "return 0;")

    def of_token(self, index, kind):
        token = self.tokens[index]
        text, before = token.text, self.tokens[index - 1].text
        if token.kind == "sign":
            self.of_sign(index, token, text)
        elif token.kind == "number":
            self.of_number(index, token, text)
        elif token.kind == "word" and before not in ("->", ".", "struct", "enum", "sizeof"):
            if text in ("true", "false"):
                self.swap("return" if kind == "return" else "value", token,
                          "false" if text == "true" else "true")
            elif kind == "label":
                pass
            elif text in self.names.next_of:
                self.swap("return" if before == "return" else "value", token,
                          self.names.next_of[text])
            elif text in self.names.numbers and text not in NO_BOUNDS:
                if self.tokens[index + 1].text != "(":
                    self.swap("bound", token, f"({text} + 1)")
                    self.swap("bound", token, f"({text} - 1)")

    def of_sign(self, index, token, text):
        if text in RELATIONAL:
            # Of two that are equal, either is the least.
            least = self.chooses_least(index)
            self.swap("least" if least else "relational", token,
                      REVERSED[text] if least else RELATIONAL[text])
        elif text in EQUAL:
            self.swap("equal", token, EQUAL[text])
        elif text in LOGICAL:
            self.swap("logical", token, LOGICAL[text])
        elif text == "!":
            self.swap("not", token, "")
        elif text == "?":
            self.negate(self.condition_begin(index), index - 1)

    def of_number(self, index, token, text):
        value = re.fullmatch(r"(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)", text)
        if value is None or index < self.prices_end or self.function.name in PRICED:
            return
        number = int(value[1], 8 if re.fullmatch(r"0[0-7]+", value[1]) else 0)
        before = self.source.words(index - 2, index)
        # -2 tells callers what -1 does, and room for two things is room for one.
        if before not in ("return -", "= -", "? -", ": -", "calloc ("):
            self.swap("constant", token, f"{number + 1}{value[2]}")
        if number > 0:
            self.swap("constant", token, f"{number - 1}{value[2]}")

    def condition_begin(self, index):
        """Where the condition before a question mark begins."""
        index -= 1
        while True:
            if self.tokens[index].text in (")", "]", "}"):
                index = self.source.partner[index]
            if self.tokens[index - 1].text in BEFORE_TERNARY:
                return index
            index -= 1

    def chooses_least(self, index):
        """a < b ? a : b, or with a and b the other way round."""
        question = index
        while question < self.function.last and self.tokens[question].text not in ("?", ";", "{"):
            question += 1
        if self.tokens[question].text != "?":
            return False
        begin = self.condition_begin(question)
        left = self.source.words(begin, index)
        right = self.source.words(index + 1, question)
        rest = self.source.words(question + 1, question + 2 + len(left.split()) +
                                 len(right.split()))
        return rest in (f"{left} : {right}", f"{right} : {left}")
