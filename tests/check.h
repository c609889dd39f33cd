/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * cmocka with what it needs before it, and checks that tell which row of a table or which
 * verdict it was. */

#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dance.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* No test is skipped without a sentence, which the results of a run show. */
#define skip_because(sentence) \
	do { \
		print_message("# skipped: %s\n", sentence); \
		skip(); \
	} while (0)

#define check_verdict(actual, expected) \
	check_verdict_at((actual), (expected), "", __FILE__, __LINE__)

/* The same in a table: `row` is what the row is called. */
#define check_row(row, actual, expected) \
	check_verdict_at((actual), (expected), (row), __FILE__, __LINE__)

static inline void check_verdict_at(enum dance_verdict actual, enum dance_verdict expected,
	const char *row, const char *file, int line)
{
	if (actual != expected) {
		print_error("%s%s%s, not %s\n", row, row[0] != '\0' ? ": " : "",
			dance_verdict_name(actual), dance_verdict_name(expected));
		_fail(file, line);
	}
}

/* A condition in a table: `row` is what the row is called. */
#define check_true(row, condition) \
	do { \
		if (!(condition)) { \
			fail_msg("%s: not so: %s", (row), #condition); \
		} \
	} while (0)

/* Both ends count. What cmocka has for this depends on its version. */
#define check_range(value, least, most) \
	check_range_at((value), (least), (most), #value, __FILE__, __LINE__)

static inline void check_range_at(uintmax_t value, uintmax_t least, uintmax_t most,
	const char *what, const char *file, int line)
{
	if (value < least || value > most) {
		print_error("%s is %ju, not from %ju to %ju\n", what, value, least, most);
		_fail(file, line);
	}
}
