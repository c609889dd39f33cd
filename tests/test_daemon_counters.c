/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Counters that are found again. */

#include "check.h"
#include "counters.h"
#include "fail.h"

#include <stdio.h>

static void the_same_words_find_the_same_counters(void **state)
{
	(void)state;
	struct counter *first = counters_get("front", "xot", "a", 2 * sizeof(*first));
	assert_non_null(first);
	assert_int_equal(counter_read(&first[0]), 0);
	assert_int_equal(counter_read(&first[1]), 0);
	counter_add(&first[1], 7);
	assert_ptr_equal(counters_get("front", "xot", "a", 2 * sizeof(*first)), first);
	assert_int_equal(counter_read(&first[1]), 7);
	static const char *const others[][3] = {
		{ "client", "xot", "a" },
		{ "front", "xo", "ta" },
		{ "front", "xot", "" },
		{ "front", "xot", "b" },
	};
	for (size_t i = 0; i < ROWS(others); i++) {
		assert_ptr_not_equal(counters_get(others[i][0], others[i][1], others[i][2],
					     sizeof(*first)),
			first);
	}
	counter_take_one(&first[1]);
	assert_int_equal(counter_read(&first[1]), 6);
	counter_set(&first[1], 1);
	assert_int_equal(counter_read(&first[1]), 1);
}

/* Nothing is there by half, and it can be had later. */
static void without_memory_there_are_none(void **state)
{
	(void)state;
	for (unsigned n = 1;; n++) {
		char id[16];
		snprintf(id, sizeof(id), "new-%u", n);
		fail_at(n, FAIL_HERE, false);
		const void *counters = counters_get("front", id, "", 8);
		bool failed = fail_calls() >= n;
		fail_at(0, FAIL_HERE, false);
		assert_int_equal(failed, counters == NULL);
		assert_non_null(counters_get("front", id, "", 8));
		if (!failed) {
			assert_true(n > 1);
			return;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_words_find_the_same_counters),
		cmocka_unit_test(without_memory_there_are_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
