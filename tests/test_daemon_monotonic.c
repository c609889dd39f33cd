/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Milliseconds of the clock that only goes forward, and the pause. */

#include "check.h"
#include "monotonic.h"

#include <time.h>

static struct timespec now, slept;

int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
	assert_int_equal(clock, CLOCK_MONOTONIC);
	*time = now;
	return 0;
}

int __wrap_nanosleep(const struct timespec *time, struct timespec *left);
int __wrap_nanosleep(const struct timespec *time, struct timespec *left)
{
	assert_null(left);
	slept = *time;
	return 0;
}

static void time_is_in_milliseconds(void **state)
{
	(void)state;
	static const struct {
		struct timespec now;
		int64_t ms;
	} rows[] = {
		{ { 0, 0 }, 0 }, { { 0, 999999 }, 0 }, { { 0, 1000000 }, 1 },
		{ { 1, 999999999 }, 1999 },
		{ { 2147483647, 500000000 }, 2147483647500 }, /* more than 32 bits */
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		now = rows[i].now;
		assert_int_equal(monotonic_ms(), rows[i].ms);
	}
}

static void a_pause_is_a_tenth_of_a_second(void **state)
{
	(void)state;
	monotonic_pause();
	assert_int_equal(slept.tv_sec, 0);
	assert_int_equal(slept.tv_nsec, 100000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_is_in_milliseconds),
		cmocka_unit_test(a_pause_is_a_tenth_of_a_second),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
