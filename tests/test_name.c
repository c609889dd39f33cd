/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which octets are a TLSA owner name, and which names lie below which. */

#include "check.h"
#include "name.h"

#include <string.h>

#define LABEL_63 "a23456789-123456789-123456789-123456789-123456789-123456789-123"
#define NAME_253 \
	LABEL_63 "." LABEL_63 "." LABEL_63 "." \
		 "b23456789-123456789-123456789-123456789-123456789-123456789-1"

static void names_are_taken_and_lowered(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "ns2.example.net", "ns2.example.net" },
		{ "NS2.Example.NET", "ns2.example.net" },
		{ "_xfr-client.ns2.example.net", "_xfr-client.ns2.example.net" },
		{ "_25._tcp.a", "_25._tcp.a" },
		{ "xn--bcher-kva.example", "xn--bcher-kva.example" },
		{ "example", "example" },
		{ "1.2.3.4", "1.2.3.4" },
		{ "-a-.--", "-a-.--" },
		{ LABEL_63 ".a", LABEL_63 ".a" },
		{ NAME_253, NAME_253 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct name name;
		const char *why;
		char text[DANCE_NAME_SIZE];
		check_true(rows[i][0],
			name_from_text(&name, rows[i][0], strlen(rows[i][0]), &why));
		check_true(rows[i][0], name.size == strlen(rows[i][0]) + 2);
		name_to_text(&name, text);
		assert_string_equal(text, rows[i][1]);
	}
}

#define ROW(literal, why) { literal, sizeof(literal) - 1, why }

static void what_is_no_name_is_refused_with_a_reason(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t size;
		const char *why;
	} rows[] = {
		ROW("", "the name is empty"),
		ROW(".", "a label is empty"),
		ROW("..", "a label is empty"),
		ROW(".a", "a label is empty"),
		ROW("a..b", "a label is empty"),
		ROW("a.", "trailing dot"),
		ROW("ns2.example.net.", "trailing dot"),
		ROW("ns2\0.example.net", "may contain only letters"),
		ROW("\0", "may contain only letters"),
		ROW("ns2.example.net\0", "may contain only letters"),
		ROW("*.example.net", "may contain only letters"),
		ROW("ns2 .example.net", "may contain only letters"),
		ROW("ns2\\046example.net", "may contain only letters"),
		ROW("a/b", "may contain only letters"),
		ROW("a@b", "may contain only letters"),
		ROW("a\nb", "may contain only letters"),
		ROW("a\x7f", "may contain only letters"),
		ROW("b\xc3\xbc"
		    "cher.example",
			"not ASCII"),
		ROW("\xff", "not ASCII"),
		ROW("\x80", "not ASCII"),
		ROW(LABEL_63 "x", "a label is too long"),
		ROW("a." LABEL_63 "x.b", "a label is too long"),
		ROW(NAME_253 "x", "the name is too long"),
		ROW(NAME_253 ".", "the name is too long"),
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct name name;
		const char *why = NULL;
		check_true(rows[i].why,
			!name_from_text(&name, rows[i].text, rows[i].size, &why));
		assert_int_equal(name.size, 0);
		assert_non_null(why);
		if (strstr(why, rows[i].why) == NULL) {
			fail_msg("row %zu: '%s' instead of '%s'", i, why, rows[i].why);
		}
	}
}

/* Every octet on its own: the alphabet and nothing else (draft 7). */
static void the_alphabet_is_letters_digits_hyphen_underscore(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		const char text[] = { 'a', (char)c, 'b' };
		bool wanted = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
		struct name name;
		const char *why;
		if (name_from_text(&name, text, sizeof(text), &why) != wanted) {
			fail_msg("octet %d", c);
		}
	}
}

/* The text is not terminated where it comes from a peer. */
static void nothing_behind_the_size_is_read(void **state)
{
	(void)state;
	struct name name;
	const char *why;
	char text[DANCE_NAME_SIZE];
	assert_true(name_from_text(&name, "ns2.example.net", 3, &why));
	name_to_text(&name, text);
	assert_string_equal(text, "ns2");
}

static struct name name_of(const char *text)
{
	struct name name;
	const char *why;
	assert_true(name_from_text(&name, text, strlen(text), &why));
	return name;
}

static void equality_ignores_case_only(void **state)
{
	(void)state;
	struct name a = name_of("ns2.example.net"), b = name_of("NS2.example.NET");
	struct name c = name_of("ns3.example.net"), d = name_of("ns2.example");
	struct name e = name_of("n.s2.example.net"), f = name_of("ns2-example.net");
	assert_true(name_is_equal(&a, &b));
	assert_false(name_is_equal(&a, &c));
	assert_false(name_is_equal(&a, &d));
	assert_false(name_is_equal(&a, &e));
	assert_false(name_is_equal(&a, &f));
	const struct name none = { 0 };
	assert_true(name_is_equal(&none, &none));
	assert_false(name_is_equal(&none, &a));
	assert_false(name_is_equal(&a, &none));
}

static void below_is_strictly_below_at_any_depth(void **state)
{
	(void)state;
	static const struct {
		const char *name, *suffix;
		bool below, child;
	} rows[] = {
		{ "a.example.com", "example.com", true, true },
		{ "a.b.c.example.com", "example.com", true, false },
		{ "A.EXAMPLE.COM", "example.com", true, true },
		{ "_x.a.example.com", "example.com", true, false },
		{ "example.com", "example.com", false, false },
		{ "aexample.com", "example.com", false, false },
		{ "a.example.net", "example.com", false, false },
		{ "com", "example.com", false, false },
		{ "example.com.a", "example.com", false, false },
		{ "a.example.comm", "example.com", false, false },
		{ "a.com", "com", true, true },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct name name = name_of(rows[i].name), suffix = name_of(rows[i].suffix);
		check_true(rows[i].name, name_is_below(&name, &suffix) == rows[i].below);
		check_true(rows[i].name, name_is_child(&name, &suffix) == rows[i].child);
	}
}

static void no_name_is_no_text(void **state)
{
	(void)state;
	struct name name = { 0 };
	char text[DANCE_NAME_SIZE] = "something";
	name_to_text(&name, text);
	assert_string_equal(text, "");
	strcpy(text, "something");
	name.size = 1; /* the root */
	name_to_text(&name, text);
	assert_string_equal(text, "");
}

static void the_name_of_a_service_is_of_a_host(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{ "_853._tcp.ns1.example.com", "ns1.example.com" },
		{ "_443._quic.example", "example" },
		{ "_853._tcp._853._tcp.a", "_853._tcp.a" },
		/* Nothing would be left, or it is no service. */
		{ "_853._tcp", "_853._tcp" },
		{ "_853.tcp.a", "_853.tcp.a" },
		{ "853._tcp.a", "853._tcp.a" },
		{ "_8x3._tcp.a", "_8x3._tcp.a" },
		{ "_8-3._tcp.a", "_8-3._tcp.a" },
		{ "_853._t-p.a", "_853._t-p.a" },
		{ "_85a._tcp.a", "_85a._tcp.a" },
		{ "_a85._tcp.a", "_a85._tcp.a" },
		{ "_853._1tcp.a", "_853._1tcp.a" },
		{ "_853._t2p.a", "_853._t2p.a" },
		{ "_853._tc1.a", "_853._tc1.a" },
		/* The first and the last of each kind, and what stands beside them. */
		{ "_0._a.a", "a" },
		{ "_9._z.a", "a" },
		{ "_853._A-Z.a", "_853._a-z.a" },
		{ "_._tcp.a", "_._tcp.a" },
		{ "_853._.a", "_853._.a" },
		{ "_853", "_853" },
		{ "_tcp._853.a", "_tcp._853.a" },
		{ "_xfr-client.ns2.example.net", "_xfr-client.ns2.example.net" },
		{ NAME_253, NAME_253 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct name name, host, wanted;
		const char *why;
		check_true(rows[i][0],
			name_from_text(&name, rows[i][0], strlen(rows[i][0]), &why) &&
				name_from_text(&wanted, rows[i][1], strlen(rows[i][1]),
					&why));
		name_to_host(&name, &host);
		check_true(rows[i][0], name_is_equal(&host, &wanted));
	}
}

static void a_name_may_come_in_wire_form(void **state)
{
	(void)state;
	static const struct {
		const char *wire, *text; /* NULL: it is none of ours */
	} rows[] = {
		{ "\56a23456789-123456789-123456789-123456789-123456", /* a dot, as a number */
			"a23456789-123456789-123456789-123456789-123456" },
		{ "\1a\56a23456789-123456789-123456789-123456789-123456",
			"a.a23456789-123456789-123456789-123456789-123456" },
		{ "\2.a", NULL },
		{ "\2a.", NULL },
		{ "\3NS2\7example", "ns2.example" },
		{ "\1_\1-", "_.-" },
		{ "", NULL },
		{ "\1*\7example", NULL },
		{ "\3a.b", NULL },
		{ "\1.", NULL },
		{ "\2 a", NULL },
		{ "\1@", NULL },
		{ "\2\303\274", NULL },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct name name;
		char text[DANCE_NAME_SIZE];
		const char *why = NULL;
		bool taken = name_from_wire(&name, (const uint8_t *)rows[i].wire, &why);
		check_true(rows[i].wire, taken == (rows[i].text != NULL));
		check_true(rows[i].wire, taken == (why == NULL));
		if (taken) {
			name_to_text(&name, text);
			assert_string_equal(text, rows[i].text);
		}
	}
}

static void the_root_is_a_name_that_is_empty(void **state)
{
	(void)state;
	struct name name;
	const char *why = NULL;
	assert_false(name_from_wire(&name, (const uint8_t *)"", &why));
	assert_string_equal(why, "the name is empty");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_taken_and_lowered),
		cmocka_unit_test(a_name_may_come_in_wire_form),
		cmocka_unit_test(the_root_is_a_name_that_is_empty),
		cmocka_unit_test(what_is_no_name_is_refused_with_a_reason),
		cmocka_unit_test(the_alphabet_is_letters_digits_hyphen_underscore),
		cmocka_unit_test(nothing_behind_the_size_is_read),
		cmocka_unit_test(equality_ignores_case_only),
		cmocka_unit_test(below_is_strictly_below_at_any_depth),
		cmocka_unit_test(no_name_is_no_text),
		cmocka_unit_test(the_name_of_a_service_is_of_a_host),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
