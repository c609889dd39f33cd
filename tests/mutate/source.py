# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Reads C as far as a mutation needs it: tokens, the functions of a file, and the statements in
# them. Knows this project's style (.clang-format) and no more of C; changes nothing.

import dataclasses
import re

TOKEN = re.compile(r"""
    (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<directive>^[ \t]*\#(?:\\\n|/\*.*?\*/|[^\n])*)
  | (?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
  | (?P<char>[uUL]?'(?:\\.|[^'\\\n])*')
  | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<sign><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[^\s\w])
""", re.VERBOSE | re.DOTALL | re.MULTILINE)

# What a statement that declares something can begin with, besides "TYPE NAME".
DECLARES = {"auto", "bool", "char", "const", "double", "enum", "extern", "float", "int", "long",
            "register", "short", "signed", "static", "struct", "typedef", "union", "unsigned",
            "void", "volatile", "_Alignas", "_Atomic", "_Static_assert", "static_assert",
            "_Thread_local"}
CONTROLS = {"if", "while", "for", "switch"}
JUMPS = {"break", "continue", "goto", "return"}


@dataclasses.dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int
    end: int


@dataclasses.dataclass
class Statement:
    """A declaration, an expression, a jump or a label, with its semicolon or colon; or what
    stands in the parentheses of a control statement. `first` and `last` are indices of tokens."""
    kind: str  # declaration, expression, break, continue, goto, return, label, if, while, for, ...
    first: int
    last: int


@dataclasses.dataclass
class Function:
    name: str
    returns: str  # words of the type, such as "bool" or "struct x *"
    first: int    # the token after its brace
    last: int     # the brace that closes it


class Source:
    """The tokens of a text without comments and directives, and its functions."""

    def __init__(self, text):
        self.text = text
        self.tokens = [Token(found.lastgroup, found[0], found.start(), found.end())
                       for found in TOKEN.finditer(text)
                       if found.lastgroup not in ("comment", "directive")]
        self.partner = self.match_brackets()
        self.functions = list(self.find_functions())

    def match_brackets(self):
        """The index of the other one of each pair of brackets."""
        partner, opened = {}, []
        for index, token in enumerate(self.tokens):
            if token.kind != "sign":
                continue
            if token.text in "([{":
                opened.append(index)
            elif token.text in ")]}" and opened:
                begin = opened.pop()
                partner[begin], partner[index] = index, begin
        return partner

    def line_of(self, place):
        return self.text.count("\n", 0, place) + 1

    def words(self, first, last):
        """The tokens from one to before another, with a blank between them."""
        return " ".join(token.text for token in self.tokens[first:last])

    def skip_attributes(self, index):
        """Back from a brace over what may stand between it and the parameters."""
        while (index >= 0 and self.tokens[index].text == ")" and
               self.tokens[self.partner.get(index, 0) - 1].text == "__attribute__"):
            index = self.partner[index] - 2
        return index

    def find_functions(self):
        begin = index = 0
        while index < len(self.tokens):
            text = self.tokens[index].text
            if text == "{" and self.tokens[index].kind == "sign":
                end = self.partner.get(index, len(self.tokens) - 1)
                close = self.skip_attributes(index - 1)
                if close > begin and self.tokens[close].text == ")":
                    name = self.partner[close] - 1
                    yield Function(self.tokens[name].text, self.words(begin, name),
                                   index + 1, end)
                    begin = end + 1
                index = end
            elif text == ";":
                begin = index + 1
            index += 1

    def is_block(self, index, first):
        """Does this brace open a block, and no initialiser?"""
        before = self.tokens[index - 1]
        if before.text in ("{", "}", ";", "else", "do", ":") or index == first:
            return True
        if before.text != ")":
            return False
        # A control statement, or a macro such as TAILQ_FOREACH; else a compound literal.
        return self.tokens[self.partner[index - 1] - 1].kind == "word" and \
            self.tokens[self.partner[index - 1] - 1].text not in ("return", "sizeof")

    def declares(self, index):
        """Does a declaration begin here?"""
        token, after = self.tokens[index], self.tokens[index + 1:index + 4]
        if token.kind != "word" or token.text in JUMPS:
            return False
        if token.text in DECLARES:
            return True
        texts = [other.text for other in after]
        return len(after) == 3 and (after[0].kind == "word" or (
            texts[0] == "*" and after[1].kind == "word" and texts[2] in ("=", ";", ",", "[")) or
            texts[:2] == ["*", "*"])

    def statements(self, function):
        """The statements of a function, one after another, however deep in blocks."""
        index = function.first
        while index < function.last:
            text = self.tokens[index].text
            if text in ("{", "}", ";", "else", "do"):
                index += 1
            elif text in CONTROLS or self.is_loop_macro(index):
                close = self.partner[index + 1]
                if text in CONTROLS:
                    yield Statement(text, index + 1, close)
                index = close + 1
            elif text in ("case", "default") or (self.tokens[index].kind == "word" and
                                                 self.tokens[index + 1].text == ":"):
                end = self.label_end(index)
                yield Statement("label", index, end)
                index = end + 1
            else:
                end = self.statement_end(index, function.last)
                kind = (text if text in JUMPS else
                        "declaration" if self.declares(index) else "expression")
                yield Statement(kind, index, end)
                index = end + 1

    def is_loop_macro(self, index):
        """A macro that begins a loop, such as TAILQ_FOREACH(...) {"""
        if self.tokens[index].kind != "word" or self.tokens[index + 1].text != "(":
            return False
        close = self.partner.get(index + 1)
        return close is not None and self.tokens[close + 1].text == "{"

    def label_end(self, index):
        depth = 0
        while True:
            text = self.tokens[index].text
            depth += (text == "?") - (text == ":")
            if text == ":" and depth < 0:
                return index
            index += 1

    def statement_end(self, index, last):
        while index < last and self.tokens[index].text != ";":
            if self.tokens[index].text in ("(", "[", "{") and index in self.partner:
                index = self.partner[index]
            index += 1
        return index
