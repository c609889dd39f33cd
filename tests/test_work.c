/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Work is paid for before it is done, and what is spent stays spent. */

#include "check.h"
#include "work.h"

static void the_last_step_may_be_taken(void **state)
{
	(void)state;
	struct work work;
	work_begin(&work);
	assert_true(work_take(&work, WORK_MAX - 1));
	assert_true(work_take(&work, 1));
	assert_false(work.spent);
	assert_true(work_take(&work, 0));
	assert_false(work_take(&work, 1));
	assert_true(work.spent);
}

static void what_is_too_dear_ends_it(void **state)
{
	(void)state;
	struct work work;
	work_begin(&work);
	assert_false(work_take(&work, WORK_MAX + 1));
	assert_true(work.spent);
	assert_int_equal(work.left, 0);
	assert_false(work_take(&work, 0));
}

static void zeroed_memory_allows_nothing(void **state)
{
	(void)state;
	struct work work = { 0 };
	assert_false(work_take(&work, 1));
}

static void the_first_failure_is_remembered(void **state)
{
	(void)state;
	struct work work;
	work_begin(&work);
	assert_null(work.failed);
	work_fail(&work, "first");
	work_fail(&work, "second");
	assert_string_equal(work.failed, "first");
	assert_true(work_take(&work, 1)); /* others may still be found out */
	work_begin(&work);
	assert_null(work.failed);
}

static void octets_that_may_be_equal_are_paid_for(void **state)
{
	(void)state;
	static unsigned char octets[4096], others[4096];
	const struct dance_octets a = { octets, sizeof(octets) },
				  b = { others, sizeof(others) };
	struct work work;
	others[sizeof(others) - 1] = 1;
	work_begin(&work);
	assert_true(work_equal(&work, a, a));
	assert_int_equal(work.left, WORK_MAX - 5);
	assert_false(work_equal(&work, a, b));
	assert_int_equal(work.left, WORK_MAX - 10);
	assert_false(work_equal(&work, a, (struct dance_octets){ octets, 4095 }));
	assert_int_equal(work.left, WORK_MAX - 10);
	work = (struct work){ .left = 4 };
	assert_false(work_equal(&work, a, a));
	assert_true(work.spent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_step_may_be_taken),
		cmocka_unit_test(what_is_too_dear_ends_it),
		cmocka_unit_test(the_first_failure_is_remembered),
		cmocka_unit_test(zeroed_memory_allows_nothing),
		cmocka_unit_test(octets_that_may_be_equal_are_paid_for),
	};
	return cmocka_run_group_tests_name("work", tests, NULL, NULL);
}
