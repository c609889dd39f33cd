/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The real clock: never 0, never back. */

#include "check.h"
#include "clock.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_goes_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
