/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is said of a line that cannot be read. */

#include "check.h"
#include "conf_hint.h"

#include <string.h>

#define BRACKETS "an IPv6 address must be written without brackets: ::1@853"
#define MARK "the file begins with a byte order mark; save it as plain ASCII or UTF-8"
#define YAML "remove '---' and '...': the file is not YAML"
#define BRACES "write one item a line, not a list in braces"
#define LIST "a list must end on its line; for more values, repeat the item"
#define NEITHER "this is neither 'section:' nor 'item: value'"
#define OTHER \
	"this line cannot be read; it must be 'section:', '- id: value' or 'item: value'"

static void each_mistake_has_its_hint(void **state)
{
	(void)state;
	static const struct {
		const char *line, *hint;
	} rows[] = {
		{ "", NEITHER },
		{ "word", NEITHER },
		{ ":", OTHER },
		{ "  item: value", OTHER },
		{ "a: [::1]@853", BRACKETS },
		{ "a: [::1]:853", BRACKETS },
		{ "[]:", BRACKETS },
		{ "{[]:", BRACKETS },
		{ "a: [::1]", OTHER },
		{ "a: [::1] @853", OTHER },
		{ "a: ][:", OTHER },
		{ "a: ]:[", OTHER },
		{ "a: ]@", OTHER },
		{ "[:", LIST },
		{ "a: [ b, c", LIST },
		{ "[ b", LIST },
		{ "a: b ]", OTHER },
		{ "a: { b", BRACES },
		{ "{", BRACES },
		{ "a: }", OTHER },
		{ "{ [", BRACES },
		{ "\xef\xbb\xbf", MARK },
		{ "\xef\xbb\xbfserver:", MARK },
		{ "\xef\xbb", NEITHER },
		{ " \xef\xbb\xbf", NEITHER },
		{ "---", YAML },
		{ "...", YAML },
		{ "--- {", YAML },
		{ "--", NEITHER },
		{ "..", NEITHER },
		{ " ---", NEITHER },
		/* A comment is not looked at. */
		{ "a # :", NEITHER },
		{ "#a: {", NEITHER },
		{ "a: # {[", OTHER },
		{ "a: [::1]#@853", OTHER },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *line = rows[i].line;
		const char *address = conf_hint_address(line, strlen(line), 1);
		assert_string_equal(conf_hint(line, strlen(line), 1), rows[i].hint);
		assert_string_equal(address != NULL ? address : "",
			strcmp(rows[i].hint, BRACKETS) == 0 ? BRACKETS : "");
	}
}

static void it_is_about_the_line_of_that_number(void **state)
{
	(void)state;
	static const char text[] = "---\na: {\n\na: [::1]@1\nlast";
	static const char *const hints[] = { YAML, BRACES, NEITHER, BRACKETS, NEITHER };
	for (size_t i = 0; i < ROWS(hints); i++) {
		assert_string_equal(conf_hint(text, sizeof(text) - 1, i + 1), hints[i]);
	}
	/* There is none of number 0, and what is behind the last is the last. */
	assert_string_equal(conf_hint(text, sizeof(text) - 1, 0), YAML);
	assert_string_equal(conf_hint("---", 3, 2), YAML);
	assert_string_equal(conf_hint("---\n", 4, 2), NEITHER);
}

/* What is behind the text does not count. */
static void a_text_ends_where_it_ends(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t size;
		const char *hint;
	} rows[] = {
		{ "[]:", 2, NEITHER },
		{ "---", 2, NEITHER },
		{ "a{", 1, NEITHER },
		{ "a:", 1, NEITHER },
		{ "[ ]", 2, LIST },
		{ "a\n---", 2, NEITHER },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_string_equal(conf_hint(rows[i].text, rows[i].size, 2), rows[i].hint);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_has_its_hint),
		cmocka_unit_test(it_is_about_the_line_of_that_number),
		cmocka_unit_test(a_text_ends_where_it_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
