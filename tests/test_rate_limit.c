/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * So many pass in a second, whatever the number of threads, and each that did not is counted
 * once. The clock is made up here. */

#include <pthread.h>

#include "../modules/rate_limit.h"
#include "check.h"

#define PER_SECOND 10
#define THREADS 4
#define ROUNDS 2000

static _Atomic long seconds;

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	assert_int_equal(clock, CLOCK_MONOTONIC);
	*now = (struct timespec){ .tv_sec = atomic_load(&seconds) };
	return 0;
}

/* How many of so many pass, and what they tell of those that did not. */
static unsigned take(struct rate_limit *limit, unsigned count, unsigned *told)
{
	unsigned passed = 0;
	*told = 0;
	for (unsigned i = 0; i < count; i++) {
		unsigned suppressed = 99;
		passed += rate_limit_take(limit, PER_SECOND, &suppressed);
		*told += suppressed;
	}
	return passed;
}

static void the_last_that_fits_passes_and_the_next_does_not(void **state)
{
	(void)state;
	struct rate_limit limit = { 0 };
	unsigned told;
	seconds = 5;
	assert_int_equal(take(&limit, PER_SECOND, &told), PER_SECOND);
	assert_int_equal(take(&limit, 1, &told), 0);
	assert_int_equal(told, 0);
	seconds = 6;
	assert_int_equal(take(&limit, PER_SECOND + 3, &told), PER_SECOND);
	assert_int_equal(told, 1);
	seconds = 8;
	assert_int_equal(take(&limit, 1, &told), 1);
	assert_int_equal(told, 3);
	assert_int_equal(take(&limit, 1, &told), 1);
	assert_int_equal(told, 0);
}

static void in_the_first_second_of_the_clock_it_is_the_same(void **state)
{
	(void)state;
	struct rate_limit limit = { 0 };
	unsigned told;
	seconds = 0;
	assert_int_equal(take(&limit, PER_SECOND + 1, &told), PER_SECOND);
}

/* A thread that has read the clock before the turn of the second comes after it. */
static void a_second_that_is_over_does_not_begin_again(void **state)
{
	(void)state;
	struct rate_limit limit = { 0 };
	unsigned told;
	seconds = 6;
	assert_int_equal(take(&limit, PER_SECOND, &told), PER_SECOND);
	seconds = 5;
	assert_int_equal(take(&limit, PER_SECOND, &told), 0);
	seconds = 6;
	assert_int_equal(take(&limit, PER_SECOND, &told), 0);
}

struct worker {
	pthread_t thread;
	struct rate_limit *limit;
	unsigned passed, told;
};

static void *work(void *arg)
{
	struct worker *worker = arg;
	worker->passed = take(worker->limit, ROUNDS, &worker->told);
	return NULL;
}

static void threads_share_the_limit(void **state)
{
	(void)state;
	struct rate_limit limit = { 0 };
	struct worker workers[THREADS];
	unsigned passed = 0, told = 0, last;
	seconds = 7;
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .limit = &limit };
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]),
			0);
	}
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
		passed += workers[i].passed;
		told += workers[i].told;
	}
	assert_int_equal(passed, PER_SECOND);
	seconds = 8;
	assert_int_equal(take(&limit, 1, &last), 1);
	assert_int_equal(told + last, THREADS * ROUNDS - PER_SECOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_that_fits_passes_and_the_next_does_not),
		cmocka_unit_test(in_the_first_second_of_the_clock_it_is_the_same),
		cmocka_unit_test(a_second_that_is_over_does_not_begin_again),
		cmocka_unit_test(threads_share_the_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
