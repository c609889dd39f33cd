/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The JSON writer: commas, brackets, and escapes of whatever a string may hold. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "json.h"

struct page {
	struct json json;
	char *text;
	size_t size;
};

static void begin(struct page *page)
{
	page->json = (struct json){ .out = open_memstream(&page->text, &page->size) };
	assert_non_null(page->json.out);
}

static void expect(struct page *page, const char *text)
{
	fclose(page->json.out);
	assert_string_equal(page->text, text);
	free(page->text);
}

static void test_strings_are_escaped(void **state)
{
	static const char *const pairs[][2] = {
		{ "", "\"\"" },
		{ "plain ~", "\"plain ~\"" },
		{ "\"", "\"\\\"\"" },
		{ "\\", "\"\\\\\"" },
		{ "\\\"", "\"\\\\\\\"\"" },
		{ "a\nb\tc", "\"a\\u000ab\\u0009c\"" },
		{ "\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\"" },
		{ "\xc3\xbc", "\"\\u00c3\\u00bc\"" },
		{ "\xff", "\"\\u00ff\"" },
		{ "</script>", "\"</script>\"" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct page page;
		begin(&page);
		json_text(&page.json, NULL, pairs[i][0]);
		expect(&page, pairs[i][1]);
	}
}

static void test_members_and_elements_are_parted(void **state)
{
	(void)state;
	struct page page;
	begin(&page);
	struct json *json = &page.json;
	json_open(json, NULL, '{');
	json_open(json, "none", '[');
	json_close(json, ']');
	json_open(json, "two", '[');
	json_number(json, NULL, 1);
	json_number(json, NULL, -2);
	json_close(json, ']');
	json_open(json, "more", '{');
	json_null(json, "a");
	json_text(json, "b", "c");
	json_hex(json, "d", (const unsigned char *)"\x00\xff", 2);
	json_close(json, '}');
	json_text(json, "last", "");
	json_close(json, '}');
	expect(&page,
		"{\"none\": [], \"two\": [1, -2], \"more\": {\"a\": null, "
		"\"b\": \"c\", \"d\": \"00ff\"}, \"last\": \"\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings_are_escaped),
		cmocka_unit_test(test_members_and_elements_are_parted),
	};
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
