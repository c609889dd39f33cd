/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The limit on open files: raised as far as it may be, and never lowered. */

#include "check.h"
#include "descriptors.h"
#include "heard.h"
#include "program.h"

#include <string.h>
#include <sys/resource.h>

const char program_name[] = "test";

static void the_limit_is_raised_to_what_is_needed(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		rlim_t limit;
		unsigned connections, each, lookups;
		rlim_t after;
	} rows[] = {
		{ "few connections", 64, 10, 1, 0, 10 + 256 },
		{ "two for each", 64, 10, 2, 64, 20 + 256 },
		{ "many lookups", 64, 10, 2, 65, 20 + 260 },
		{ "enough", 300, 10, 1, 0, 300 },
	};
	struct rlimit limit;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	for (size_t i = 0; i < ROWS(rows); i++) {
		limit.rlim_cur = rows[i].limit;
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
		descriptors_raise(rows[i].connections, rows[i].each, rows[i].lookups);
		assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
		check_true(rows[i].row, limit.rlim_cur == rows[i].after);
		assert_string_equal(heard(), "");
	}
}

/* Last: what a process gives away it cannot get back. */
static void what_is_not_permitted_is_told(void **state)
{
	(void)state;
	const struct rlimit limit = { .rlim_cur = 64, .rlim_max = 200 };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	descriptors_raise(10, 2, 0);
	assert_string_equal(heard(),
		"test: warning: too few open files, limit max-connections, needed 276, "
		"available 200; do: raise LimitNOFILE, or lower 'max-connections'\n");
	struct rlimit after;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &after), 0);
	assert_int_equal(after.rlim_cur, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_limit_is_raised_to_what_is_needed,
			heard_begin, heard_end),
		cmocka_unit_test_setup_teardown(what_is_not_permitted_is_told, heard_begin,
			heard_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
