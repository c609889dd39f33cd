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

/* Whatever stands in one place of the table. */
static void many_have_counters_of_their_own(void **state)
{
	(void)state;
	enum {
		MANY = 600
	};
	static struct counter *all[3][MANY];
	for (unsigned again = 0; again < 2; again++) {
		for (unsigned i = 0; i < 3 * MANY; i++) {
			char changing[16];
			const char *words[3] = { "kind", "section", "name" };
			snprintf(changing, sizeof(changing), "%u", i / 3);
			words[i % 3] = changing;
			struct counter *counter = counters_get(words[0], words[1], words[2],
				sizeof(*counter));
			assert_non_null(counter);
			if (again == 1) {
				assert_ptr_equal(counter, all[i % 3][i / 3]);
				assert_int_equal(counter_read(counter), i + 1);
				continue;
			}
			assert_int_equal(counter_read(counter), 0);
			counter_set(counter, i + 1);
			all[i % 3][i / 3] = counter;
		}
	}
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
		cmocka_unit_test(many_have_counters_of_their_own),
		cmocka_unit_test(without_memory_there_are_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
