/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Moments and lengths of time as text: what is one, and what is not. */

#include "../check.h"

#include "moment.h"

#define LAST 253402300799 /* 9999-12-31T23:59:59Z */

static void test_moments_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t moment; /* 0: it is none */
	} rows[] = {
		{ "1", 1 },
		{ "1795348800", 1795348800 },
		{ "0019", 19 },
		{ "253402300799", LAST },
		{ "253402300800", 0 },
		{ "2534023007990", 0 },
		{ "99999999999999999999999999", 0 },
		{ "0", 0 },
		{ "", 0 },
		{ "1x", 0 },
		{ "1/", 0 },
		{ "1:", 0 },
		{ "+1", 0 },
		{ " 1", 0 },
		{ "-1", 0 },
		{ "2026-11-22T12:00:00Z", 1795348800 },
		{ "1970-01-01T00:00:01Z", 1 },
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1969-12-31T23:59:59Z", 0 },
		{ "9999-12-31T23:59:59Z", LAST },
		{ "10000-01-01T00:00:00Z", 0 },
		{ "2024-02-29T00:00:00Z", 1709164800 },
		{ "2026-02-29T00:00:00Z", 0 },
		{ "2026-1-1T0:0:0Z", 0 },
		{ "2026-11-22T12:00:00", 0 },
		{ "2026-11-22T12:00:00Zx", 0 },
		{ "2026-11-22", 0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		int64_t moment = -7;
		bool read = moment_from_text(rows[i].text, &moment);
		check_true(rows[i].text, read == (rows[i].moment != 0));
		check_true(rows[i].text, !read || moment == rows[i].moment);
	}
}

static void test_lengths_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t seconds; /* 0: it is none */
	} rows[] = {
		{ "1s", 1 },
		{ "9s", 9 },
		{ "1m", 60 },
		{ "1h", 3600 },
		{ "3d", 3 * 86400 },
		{ "1w", 604800 },
		{ "0001w", 604800 },
		{ "9999999w", INT64_C(9999999) * 604800 },
		{ "00000001w", 0 },
		{ "10000000s", 0 },
		{ "0s", 0 },
		{ "1", 0 },
		{ "s", 0 },
		{ "", 0 },
		{ "1S", 0 },
		{ "1ss", 0 },
		{ "1 s", 0 },
		{ "1x", 0 },
		{ "-1s", 0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		int64_t seconds = -7;
		bool read = moment_span_from_text(rows[i].text, &seconds);
		check_true(rows[i].text, read == (rows[i].seconds != 0));
		check_true(rows[i].text, !read || seconds == rows[i].seconds);
	}
}

static void test_moments_are_written(void **state)
{
	(void)state;
	static const struct {
		int64_t moment;
		const char *text;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ 1795348800, "2026-11-22T12:00:00Z" },
		{ -1, "1969-12-31T23:59:59Z" },
		{ LAST - 1, "9999-12-31T23:59:58Z" },
		{ LAST, "9999-12-31T23:59:59Z" },
		{ LAST + 1, "9999-12-31T23:59:59Z" },
		{ INT64_MAX, "9999-12-31T23:59:59Z" },
		/* For what has no date in so many characters there is no text. */
		{ -INT64_C(10000000000000), "" },
		{ INT64_MIN, "" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[MOMENT_SIZE] = "x";
		moment_to_text(rows[i].moment, text);
		assert_string_equal(text, rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moments_are_read),
		cmocka_unit_test(test_lengths_are_read),
		cmocka_unit_test(test_moments_are_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
