/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The real clock: never 0, never back. */

#include "check.h"
#include "clock.h"

#include <time.h>

static void time_goes_on(void **state)
{
	(void)state;
	uint64_t last = clock_ms();
	assert_true(last > 0);
	uint64_t last_us = clock_us();
	for (int i = 0; i < 10000; i++) {
		uint64_t now = clock_ms(), now_us = clock_us();
		assert_true(now >= last);
		assert_true(now_us >= last_us);
		last = now;
		last_us = now_us;
	}
}

static void the_clock_on_the_wall_is_so_far_ahead(void **state)
{
	(void)state;
	time_t before = time(NULL);
	int64_t wall_ms = clock_wall_ahead() + (int64_t)clock_ms();
	time_t after = time(NULL);
	assert_true(wall_ms / 1000 >= before - 1 && wall_ms / 1000 <= after + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_goes_on),
		cmocka_unit_test(the_clock_on_the_wall_is_so_far_ahead),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
