#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Which mutants a text has, and which it has not.

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import operators
import source

HEADER = """
#define SIZE_MAX_HERE 12
#define WORDS "12"
#define CALLED(x) (x)
enum colour { COLOUR_RED, COLOUR_BLUE, /* COLOUR_GREEN */ COLOUR_COUNT };
enum { DEPTH_MAX = 7 };
"""


def mutants(text):
    return operators.Mutator("x.c", text, operators.Names([HEADER])).mutants()


def changes(body, returns="int"):
    """The lines that a line becomes, in a function of this body."""
    made = mutants(f"{returns} f(int a)\n{{\n{body}\n}}\n")
    return {mutant.after for mutant in made}


class Tokens(unittest.TestCase):
    def test_nothing_is_changed_outside_of_functions(self):
        self.assertEqual(mutants("""
/* if (a < 1) { return true; } */
#include <a<1>.h>
#define LEAST(a, b) ((a) < (b) ? (a) : \\
	(b) == 1)
static const int table[2 + 1] = { 1, COLOUR_RED };
struct x { char octets[SIZE_MAX_HERE]; int b : 1; };
enum y { Y = 1 < 2 };
bool f(int a, char octets[12]);
_Static_assert(1 < 2, "1 < 2");
"""), [])

    def test_nothing_is_changed_in_comments_strings_and_directives(self):
        self.assertEqual(changes("""	/* a < 1 && b */
	// a == 1
#if 1 < 2
#endif
"""), set())
        self.assertEqual({mutant.start for mutant in mutants(
            'void f(void)\n{\n\tg("a < 1 \\" && 2", \'<\', \'\\\'\');\n}\n')}, {16})

    def test_what_is_asserted_is_left_alone(self):
        self.assertEqual(changes("\tassert(a == 1 && a < 2);"), set())
        self.assertEqual(changes("\tassertion(a == 1);"), {";", "assertion(a != 1);",
                                                           "assertion(a == 2);",
                                                           "assertion(a == 0);"})

    def test_declarations_are_left_alone_but_for_what_they_begin_with(self):
        for text in ("int b;", "char octets[SIZE_MAX_HERE + 1];", "struct x y;", "uint8_t *b;",
                     "uint8_t b[2];", "static struct x *b, **c;", "x_t y;"):
            self.assertEqual(changes(text), set(), text)
        self.assertEqual(changes("char b[2] = { 1 };"),
                         {"char b[2] = { 2 };", "char b[2] = { 0 };"})
        self.assertEqual(changes("x_t *b = a == c;"), {"x_t *b = a != c;"})

    def test_functions_have_their_names_and_types(self):
        found = source.Source("""
static bool first(int a) { return a; }
struct x *second(void)
	__attribute__((format(printf, 1, 2)));
struct x *second(void)
{
	LIST_FOREACH (a, b) {
		go((struct x){ .a = 1 });
	}
}
int third(int (*call)(int)) { }
""").functions
        self.assertEqual([(f.name, f.returns) for f in found], [
            ("first", "static bool"), ("second", "struct x *"), ("third", "int")])

    def test_a_mutant_says_where_it_is(self):
        found = mutants("int f(int a)\n{\n\n\tif (a && b &&\n\t\tc < 2) {\n\t}\n}\n")
        self.assertEqual([(m.line, m.function, m.function_lines, m.before) for m in found
                          if m.kind == "relational"], [(5, "f", (4, 7), "c < 2) {")])


class Operators(unittest.TestCase):
    def test_comparisons(self):
        self.assertEqual(changes("g(a < b);"), {";", "g(a <= b);"})
        self.assertEqual(changes("g(a >= b);"), {";", "g(a > b);"})
        self.assertEqual(changes("g(a == b);"), {";", "g(a != b);"})
        self.assertEqual(changes("g(a << b >> c);"), {";"})

    def test_logic(self):
        self.assertEqual(changes("g(a && !b);"), {";", "g(a || !b);", "g(a && b);"})

    def test_conditions(self):
        self.assertEqual(changes("if (f(a)) {"), {"if (!(f(a))) {"})
        self.assertEqual(changes("while (a & b) {"), {"while (!(a & b)) {"})
        self.assertEqual(changes("for (a = b; a->next; a = a->next) {"),
                         {"for (a = b; !(a->next); a = a->next) {"})
        self.assertEqual(changes("for (;;) {\n}"), set())
        self.assertEqual(changes("x = f(a) ? b : c;"), {";", "x = !(f(a)) ? b : c;"})
        self.assertEqual(changes("x = g(b, a[d] ? b : c);"), {";", "x = g(b, !(a[d]) ? b : c);"})

    def test_that_a_comparison_is_negated_once(self):
        self.assertEqual(changes("if (a == b) {"), {"if (a != b) {"})
        self.assertEqual(changes("if (!a) {"), {"if (a) {"})
        self.assertEqual(changes("if (!a && b) {"),
                         {"if (!(!a && b)) {", "if (a && b) {", "if (!a || b) {"})

    def test_numbers(self):
        self.assertEqual(changes("g(2);"), {";", "g(3);", "g(1);"})
        self.assertEqual(changes("g(0u);"), {";", "g(1u);"})
        self.assertEqual(changes("g(0x10);"), {";", "g(17);", "g(15);"})
        self.assertEqual(changes("g(010);"), {";", "g(9);", "g(7);"})
        self.assertEqual(changes("g(1.5);"), {";"})
        self.assertEqual(changes("x = calloc(1, sizeof(a[2]));"),
                         {";", "x = calloc(0, sizeof(a[2]));"})
        self.assertEqual(changes("return -1;"), {"return -0;"})
        self.assertEqual(changes("return a < b ? -1 : c;"), {
            "return a <= b ? -1 : c;", "return a < b ? -0 : c;", "return !(a < b) ? -1 : c;",
            "return 0;"})

    def test_prices_are_estimates(self):
        self.assertEqual(changes("g(work_take(a, 4 + b(5)), 1);"), {
            ";", "g(work_take(a, 4 + b(5)), 2);", "g(work_take(a, 4 + b(5)), 0);"})
        self.assertEqual(mutants("void price(int a)\n{\n\tint b = 5;\n}\n"), [])

    def test_named_numbers(self):
        for name in ("SIZE_MAX_HERE", "DEPTH_MAX", "COLOUR_COUNT"):
            self.assertEqual(changes(f"g({name});"), {";", f"g(({name} + 1));",
                                                      f"g(({name} - 1));"})
        self.assertEqual(changes("g(WORDS, CALLED(a), x.DEPTH_MAX);"), {";"})

    def test_returned(self):
        self.assertEqual(changes("return true;", "bool"), {"return false;"})
        self.assertEqual(changes("return g(a);", "bool"), {"return !(g(a));"})
        self.assertEqual(changes("return g(a);", "struct x *"), {"return NULL;"})
        self.assertEqual(changes("return NULL;", "struct x *"), set())
        self.assertEqual(changes("return g(a);", "size_t"), {"return 0;"})
        self.assertEqual(changes("return COLOUR_RED;", "enum colour"), {"return COLOUR_BLUE;"})
        self.assertEqual(changes("return a;", "struct x"), set())
        self.assertEqual(changes("return;", "void"), {";"})

    def test_values(self):
        self.assertEqual(changes("x = COLOUR_BLUE;"), {";", "x = COLOUR_RED;"})
        self.assertEqual(changes("x = false;"), {";", "x = true;"})
        self.assertEqual(changes("case COLOUR_RED:\n\tbreak;"), {";"})
        self.assertEqual(changes("default:\n\tbreak;"), {";"})

    def test_statements(self):
        self.assertEqual(changes("x++;"), {";"})
        self.assertEqual(changes("goto out;"), {";"})
        self.assertEqual(changes("(void)a;"), set())
        self.assertEqual(changes("(void)g(a);"), {";"})
        self.assertEqual(changes("if (a) {\n\tcontinue;\n}"), {"if (!(a)) {", ";"})
        self.assertEqual(changes("g(a,\n\tb);"), {";"})

    def test_the_least_of_two(self):
        self.assertEqual(changes("x = a < b ? a : b;"), {
            ";", "x = a > b ? a : b;", "x = !(a < b) ? a : b;"})
        self.assertIn("x = a.c < d + 1 ? d + 1 : a.c;", changes("x = a.c > d + 1 ? d + 1 : a.c;"))
        self.assertNotIn("x = a > b ? a : c;", changes("x = a < b ? a : c;"))

    def test_the_same_change_of_the_same_line_twice_is_told_apart(self):
        found = mutants("int f(void)\n{\n\tg();\n\th();\n\tg();\n}\n")
        self.assertEqual([(m.before, m.after) for m in found],
                         [("g();", ";"), ("h();", ";"), ("g();", "; [2]")])

    def test_a_mutant_is_one_change_of_the_text(self):
        text = "int f(int a)\n{\n\treturn a < 2;\n}\n"
        self.assertEqual({m.applied(text) for m in mutants(text) if m.kind == "relational"},
                         {"int f(int a)\n{\n\treturn a <= 2;\n}\n"})


if __name__ == "__main__":
    unittest.main()
