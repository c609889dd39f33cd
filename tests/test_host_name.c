/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Host names: which are some, and which lie below which. */

#include "check.h"
#include "host_name.h"

#include <string.h>

static struct dance_octets octets(const char *text)
{
	return (struct dance_octets){ (const unsigned char *)text, strlen(text) };
}

static void hosts_are_labels(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool name;
	} rows[] = {
		{ "a", true },
		{ "a.b", true },
		{ "A-9_.example.net", true },
		{ "-a-.--", true },
		{ "az.AZ.09", true },
		{ "", false },
		{ ".", false },
		{ "..", false },
		{ ".a", false },
		{ "a.b.", false },
		{ "a..b", false },
		{ "*.a", false },
		{ "a b", false },
		{ "a/b", false },
		{ "a:b", false },
		{ "a@b", false },
		{ "a[b", false },
		{ "a`b", false },
		{ "a{b", false },
		{ "b\xc3\xbc"
		  "cher.example",
			false },
		{ "a\n", false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		check_true(rows[i].text,
			host_name_is_valid(octets(rows[i].text)) == rows[i].name);
	}
	assert_false(host_name_is_valid((struct dance_octets){
		(const unsigned char *)"a\0b", 3 }));
	assert_false(host_name_is_valid((struct dance_octets){ NULL, 0 }));
}

static void hosts_are_compared_in_any_case(void **state)
{
	(void)state;
	assert_true(host_name_is_equal(octets("a-Z.example"), octets("A-z.EXAMPLE")));
	assert_false(host_name_is_equal(octets("a.example"), octets("b.example")));
	assert_false(host_name_is_equal(octets("a.example"), octets("a.exampl")));
	/* What stands behind is not of it. */
	assert_true(host_name_is_equal((struct dance_octets){ (const unsigned char *)"ax",
					       1 },
		(struct dance_octets){ (const unsigned char *)"Ay", 1 }));
	/* These differ by the bit that makes the case of letters. */
	assert_false(host_name_is_equal(octets("a-"), octets("a\r")));
	assert_false(host_name_is_equal(octets("a_"), octets("a\x7f")));
}

static void below_is_a_label_more(void **state)
{
	(void)state;
	static const struct {
		const char *host, *base;
		bool below;
	} rows[] = {
		{ "a.example.net", "example.net", true },
		{ "A.b.Example.NET", "eXample.net", true },
		{ "example.net", "example.net", false },
		{ "anexample.net", "example.net", false },
		{ "a.example.net", "example.org", false },
		{ "net", "example.net", false },
		{ "a.net", "net", true },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		check_true(rows[i].host,
			host_name_is_below(octets(rows[i].host), octets(rows[i].base)) ==
				rows[i].below);
	}
}

static void a_parent_is_what_stands_behind_a_dot(void **state)
{
	(void)state;
	assert_true(host_name_is_equal(host_name_parent(octets("a.b.c")), octets("b.c")));
	assert_int_equal(host_name_parent(octets("c")).size, 0);
	assert_int_equal(host_name_parent((struct dance_octets){ NULL, 0 }).size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_are_labels),
		cmocka_unit_test(hosts_are_compared_in_any_case),
		cmocka_unit_test(below_is_a_label_more),
		cmocka_unit_test(a_parent_is_what_stands_behind_a_dot),
	};
	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
