/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Host names: which are some, and which lie below which. */

#include "check.h"
#include "host.h"

#include <string.h>

static struct dance_octets octets(const char *text)
{
	return (struct dance_octets){ (const unsigned char *)text, strlen(text) };
}

static void hosts_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t size; /* of the host */
	} rows[] = {
		{ "a", 1 },
		{ "a.b", 3 },
		{ "A-9_.example.net", 16 },
		{ "a.b.", 3 },
		{ "-a-.--", 6 },
		{ "az.AZ.09", 8 },
		{ "", 0 },
		{ ".", 0 },
		{ "..", 0 },
		{ ".a", 0 },
		{ "a..b", 0 },
		{ "a.b..", 0 },
		{ "*.a", 0 },
		{ "a b", 0 },
		{ "a/b", 0 },
		{ "a:b", 0 },
		{ "a@b", 0 },
		{ "a[b", 0 },
		{ "a`b", 0 },
		{ "a{b", 0 },
		{ "b\xc3\xbc" "cher.example", 0 },
		{ "a\n", 0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dance_octets host;
		bool is_host = host_read(octets(rows[i].text), &host);
		check_true(rows[i].text, is_host == (rows[i].size != 0));
		check_true(rows[i].text, !is_host || host.size == rows[i].size);
		check_true(rows[i].text, !is_host ||
			host.data == (const unsigned char *)rows[i].text);
	}
	struct dance_octets host;
	assert_false(host_read((struct dance_octets){ (const unsigned char *)"a\0b", 3 }, &host));
	assert_false(host_read((struct dance_octets){ NULL, 0 }, &host));
}

static void hosts_are_compared_in_any_case(void **state)
{
	(void)state;
	assert_true(host_is_equal(octets("a-Z.example"), octets("A-z.EXAMPLE")));
	assert_false(host_is_equal(octets("a.example"), octets("b.example")));
	assert_false(host_is_equal(octets("a.example"), octets("a.exampl")));
	/* These differ by the bit that makes the case of letters. */
	assert_false(host_is_equal(octets("a-"), octets("a\r")));
	assert_false(host_is_equal(octets("a_"), octets("a\x7f")));
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
		check_true(rows[i].host, host_is_below(octets(rows[i].host),
			octets(rows[i].base)) == rows[i].below);
	}
}

static void a_parent_is_what_stands_behind_a_dot(void **state)
{
	(void)state;
	assert_true(host_is_equal(host_parent(octets("a.b.c")), octets("b.c")));
	assert_int_equal(host_parent(octets("c")).size, 0);
	assert_int_equal(host_parent((struct dance_octets){ NULL, 0 }).size, 0);
}

static void one_dot_at_the_end_is_left_out(void **state)
{
	(void)state;
	assert_int_equal(host_without_dot(octets("a.b.")).size, 3);
	assert_int_equal(host_without_dot(octets("a.b")).size, 3);
	assert_int_equal(host_without_dot(octets(".")).size, 1);
	assert_int_equal(host_without_dot(octets("")).size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_are_read),
		cmocka_unit_test(hosts_are_compared_in_any_case),
		cmocka_unit_test(below_is_a_label_more),
		cmocka_unit_test(a_parent_is_what_stands_behind_a_dot),
		cmocka_unit_test(one_dot_at_the_end_is_left_out),
	};
	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
