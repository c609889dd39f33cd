/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The language of dance-roll.conf: what a line is, and what it is not. */

#include "../check.h"

#include <stdio.h>
#include <string.h>

#include "roll_text.h"

static void test_lines_are_cut_up(void **state)
{
	(void)state;
	char text[] = "# a comment\n"
		      "\n"
		      "key:   # what follows\n"
		      "  - id: ns2\n"
		      "    name: [ a.example,b.example , \"c\" ]  # three\n"
		      "    reload: \"run it \\\"so\\\" \\\\ # no\"\n"
		      "    # another\n"
		      "    hash: a#b";
	struct roll_text at;
	struct roll_line line;
	roll_text_begin(&at, text);
	assert_true(roll_text_next(&at, &line));
	assert_int_equal(line.kind, ROLL_LINE_SECTION);
	assert_string_equal(line.name, "key");
	assert_int_equal(line.number, 3);
	assert_true(roll_text_next(&at, &line));
	assert_int_equal(line.kind, ROLL_LINE_ENTRY);
	assert_string_equal(line.name, "id");
	assert_string_equal(line.values[0], "ns2");
	assert_true(roll_text_next(&at, &line));
	assert_int_equal(line.kind, ROLL_LINE_ITEM);
	assert_int_equal(line.count, 3);
	assert_string_equal(line.values[0], "a.example");
	assert_string_equal(line.values[1], "b.example");
	assert_string_equal(line.values[2], "c");
	assert_true(roll_text_next(&at, &line));
	assert_int_equal(line.count, 1);
	assert_string_equal(line.values[0], "run it \"so\" \\ # no");
	assert_true(roll_text_next(&at, &line));
	assert_string_equal(line.values[0], "a#b");
	assert_int_equal(line.number, 8);
	assert_false(roll_text_next(&at, &line));
	assert_null(at.why);
}

/* A value has the words between quotation marks, whatever they are. */
static void test_values(void **state)
{
	(void)state;
	static const struct {
		const char *text, *name, *value; /* or no name, and why */
		bool entry;
	} rows[] = {
		{ "  a: \"x\"", "a", "x" },
		{ "  a: \"\\a\\b\"", "a", "\\a\\b" },
		{ "  a: \"x\" # y", "a", "x" },
		{ "  a: x # y", "a", "x" },
		{ "  a: [x]", "a", "x" },
		{ "  a: [x]# y", "a", "x" },
		{ "  a: [ \"x y\" ]", "a", "x y" },
		{ "  a: ~!\\", "a", "~!\\" },
		{ "  - a: x", "a", "x", true },
		{ "  -   a: x", "a", "x", true },
		{ "- a: x", "a", "x", true },
		{ "  -a: x", "-a", "x" },
		{ "  a-0: x", "a-0", "x" },
		{ "  a b: x", NULL,
			"a line must be 'section:', '- id: value' or 'item: value'" },
		{ "  : x", NULL,
			"a line must be 'section:', '- id: value' or 'item: value'" },
		{ "  a: [ x ]y", NULL, "only a comment may follow a list in its line" },
		{ "  a: [ \"x ]", NULL,
			"a quotation mark is missing at the end of the line" },
		{ "  a: \"x\"y", NULL,
			"a value with blanks must be within quotation marks" },
		{ "  a: \x1f", NULL,
			"the line has a character that is not printable ASCII" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[128];
		struct roll_text at;
		struct roll_line line;
		snprintf(text, sizeof(text), "%s\n", rows[i].text);
		roll_text_begin(&at, text);
		bool read = roll_text_next(&at, &line);
		check_true(rows[i].text, read == (rows[i].name != NULL));
		if (!read) {
			assert_string_equal(at.why, rows[i].value);
			continue;
		}
		assert_string_equal(line.name, rows[i].name);
		assert_int_equal(line.count, 1);
		assert_string_equal(line.values[0], rows[i].value);
		assert_int_equal(line.kind,
			rows[i].entry ? ROLL_LINE_ENTRY : ROLL_LINE_ITEM);
		assert_false(roll_text_next(&at, &line));
		assert_null(at.why);
	}
}

static void test_a_list_has_16_values_at_most(void **state)
{
	(void)state;
	char text[] = "  a: [1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,sixteen]";
	struct roll_text at;
	struct roll_line line;
	roll_text_begin(&at, text);
	assert_true(roll_text_next(&at, &line));
	assert_int_equal(line.count, 16);
	assert_string_equal(line.values[15], "sixteen");
}

static void test_what_is_no_line_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "key: a\n", "a section must not have a value; items are indented" },
		{ "  name:\n", "the item needs a value" },
		{ "  name: # x\n", "the item needs a value" },
		{ "  - name:\n", "the item needs a value" },
		{ "  name: a b\n", "a value with blanks must be within quotation marks" },
		{ "  name: \"a\n", "a quotation mark is missing at the end of the line" },
		{ "  name: \"a\\\n", "a quotation mark is missing at the end of the line" },
		{ "  name: a\"b\n", "a quotation mark must be at the beginning of a value" },
		{ "  name: \"\"\n", "a value must not be empty" },
		{ "  name: [ ]\n", "a value must not be empty" },
		{ "  name: [ a, ]\n", "a value must not be empty" },
		{ "  name: [ a\n", "a list must be '[ value, value ]' in one line" },
		{ "  name: [ a b ]\n", "a list must be '[ value, value ]' in one line" },
		{ "  name: [ a ] b\n", "only a comment may follow a list in its line" },
		{ "  name:a\n", "a blank must follow the colon" },
		{ "  name\n", "a line must be 'section:', '- id: value' or 'item: value'" },
		{ "  Name: a\n",
			"a line must be 'section:', '- id: value' or 'item: value'" },
		{ "\tname: a\n", "tabs are not allowed, use blanks" },
		{ "  name: \x7f\n", "the line has a character that is not printable ASCII" },
		{ "  name: \xc3\xa4\n",
			"the line has a character that is not printable ASCII" },
		{ "  name: [1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7]\n",
			"too many values in one list" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[128];
		struct roll_text at;
		struct roll_line line;
		strcpy(text, rows[i].text);
		roll_text_begin(&at, text);
		assert_false(roll_text_next(&at, &line));
		assert_string_equal(at.why, rows[i].why);
		assert_int_equal(at.line, 1);
		/* There is nothing after a mistake. */
		assert_false(roll_text_next(&at, &line));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_are_cut_up),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_a_list_has_16_values_at_most),
		cmocka_unit_test(test_what_is_no_line_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
