/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How many may wait before memory is needed, when a crowd is looked at, until when a thread
 * sleeps, and domains in all buckets. Who makes room for whom, test_waiters.c has. */

#include "check.h"
#include "fail.h"
#include "named.h"
#include "waiters.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#define MAX 64
#define SEED 0x5eed

static struct waiters waiters;

static int begin(void **state)
{
	(void)state;
	waiters_init(&waiters, MAX);
	waiters.seed = SEED;
	return 0;
}

static int end(void **state)
{
	(void)state;
	fail_at(0, FAIL_HERE, false);
	assert_int_equal(waiters.count, 0);
	waiters_clear(&waiters);
	return 0;
}

/* When memory is there, room is made for twice as many as are needed. */
static void so_many_of_one_domain_need_no_memory(void **state)
{
	(void)state;
	static const unsigned full[] = { WAITERS_FEW, 2 * (WAITERS_FEW + 1) };
	static struct waiter all[MAX];
	const struct name domain = named("a.example");
	unsigned count = 0;
	assert_true(waiters_enter(&waiters, &all[count++], &domain, false));
	for (size_t i = 0; i < ROWS(full); i++) {
		fail_at(1, FAIL_HERE, true);
		while (count < full[i]) {
			assert_true(waiters_enter(&waiters, &all[count++], &domain, false));
		}
		assert_false(waiters_enter(&waiters, &all[count], &domain, false));
		assert_string_equal(waiters.why, WAITERS_NO_MEMORY);
		fail_at(0, FAIL_HERE, false);
		assert_true(waiters_enter(&waiters, &all[count++], &domain, false));
	}
	while (count > 0) {
		waiters_leave(&waiters, &all[--count]);
	}
}

static void domains_of_all_buckets_are_found(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 10 * WAITERS_BUCKETS; i++) {
		struct waiter one = { .wake = NULL };
		char text[32];
		snprintf(text, sizeof(text), "n%u.example", i);
		const struct name domain = named(text);
		assert_true(waiters_enter(&waiters, &one, &domain, false));
		assert_int_equal(waiters.seed, SEED); /* it stands behind the buckets */
		waiters_leave(&waiters, &one);
	}
	for (unsigned i = 0; i < WAITERS_BUCKETS; i++) {
		assert_null(waiters.domains[i]);
	}
}

/* A millisecond passes between two looks for each WAITERS_PER_MS of them. */
static void a_crowd_is_looked_at_by_its_size(void **state)
{
	(void)state;
	static const unsigned rows[][2] = { { 0, 0 }, { WAITERS_PER_MS - 1, 0 },
		{ WAITERS_PER_MS, 1 }, { 2 * WAITERS_PER_MS - 1, 1 },
		{ 2 * WAITERS_PER_MS, 2 } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		waiters.count = rows[i][0];
		waiters.looked = 1000;
		waiters_wake(&waiters);
		assert_int_equal(waiters_pause(&waiters, 1000, 60000), rows[i][1]);
	}
	waiters.count = 0;
}

static void a_waiter_is_told_why_it_is_over(void **state)
{
	(void)state;
	struct waiter waiter = { .sent_away = false };
	const char *why;
	assert_int_equal(waiter_over(&waiter, &why), DANCE_FAIL_TIMEOUT);
	assert_string_equal(why, "no answer within the timeout");
	waiter.sent_away = true;
	assert_int_equal(waiter_over(&waiter, &why), DANCE_FAIL_NOT_READY);
	assert_string_equal(why, WAITERS_FULL);
}

/* --- sleep ------------------------------------------------------------------------------- */

static struct timespec until;
static struct waiter sleeper;

int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
	const struct timespec *end);
int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
	const struct timespec *end)
{
	(void)lock;
	assert_ptr_equal(sleeper.asleep, condition);
	until = *end;
	return ETIMEDOUT;
}

static int64_t nanoseconds_of(const struct timespec *time)
{
	return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

static void a_sleep_ends_to_the_nanosecond(void **state)
{
	(void)state;
	static const uint64_t sleeps[] = { 0, 1, 999, 1000, 60001, 1000000000,
		1000000000000 };
	for (size_t i = 0; i < ROWS(sleeps); i++) {
		pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
		struct timespec before, after;
		clock_gettime(CLOCK_MONOTONIC, &before);
		waiters_sleep(&sleeper, &lock, sleeps[i]);
		clock_gettime(CLOCK_MONOTONIC, &after);
		int64_t ns = (int64_t)sleeps[i] * 1000000;
		assert_true(nanoseconds_of(&until) >= nanoseconds_of(&before) + ns);
		assert_true(nanoseconds_of(&until) <= nanoseconds_of(&after) + ns);
		assert_in_range(until.tv_nsec, 0, 999999999);
		assert_null(sleeper.asleep);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(so_many_of_one_domain_need_no_memory),
		TEST(domains_of_all_buckets_are_found),
		TEST(a_crowd_is_looked_at_by_its_size),
		TEST(a_waiter_is_told_why_it_is_over),
		TEST(a_sleep_ends_to_the_nanosecond),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
