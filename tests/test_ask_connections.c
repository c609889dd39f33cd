/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Who gives way when there are too many connections. */

#include "check.h"
#include "connections.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int pairs[4][2];

/* The wall clock, and until when the end is waited for at most. */
static struct timespec now, until;
static bool waits_in_vain;

int __real_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
	if (clock != CLOCK_REALTIME || !waits_in_vain) {
		return __real_clock_gettime(clock, time);
	}
	*time = now;
	return 0;
}

int __real_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
	const struct timespec *time);
int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
	const struct timespec *time);
int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
	const struct timespec *time)
{
	until = *time;
	return waits_in_vain ? ETIMEDOUT :
			       __real_pthread_cond_timedwait(condition, mutex, time);
}

static int open_pairs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(pairs); i++) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pairs[i]) != 0) {
			return -1;
		}
	}
	return 0;
}

static int close_pairs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(pairs); i++) {
		close(pairs[i][0]);
		close(pairs[i][1]);
	}
	return connections_count() == 0 ? 0 : -1;
}

/* Has it been told to end? */
static bool is_shut(size_t i)
{
	char octet;
	return recv(pairs[i][0], &octet, 1, 0) == 0;
}

static void the_one_that_is_idle_longest_gives_way(void **state)
{
	(void)state;
	struct connections_entry entries[4];
	bool made_way;
	for (size_t i = 0; i < 3; i++) {
		assert_true(connections_enter(&entries[i], pairs[i][0], 3, &made_way));
		assert_false(made_way);
	}
	/* All are busy. */
	assert_false(connections_enter(&entries[3], pairs[3][0], 3, &made_way));
	assert_int_equal(connections_count(), 3);
	assert_true(connections_rest(&entries[1]));
	assert_true(connections_rest(&entries[0]));
	assert_true(connections_rest(&entries[2]));
	assert_true(connections_resume(&entries[1]));
	assert_true(connections_rest(&entries[1]));
	assert_true(connections_enter(&entries[3], pairs[3][0], 3, &made_way));
	assert_true(made_way);
	assert_true(is_shut(0));
	assert_false(is_shut(1) || is_shut(2));
	assert_false(connections_resume(&entries[0]));
	assert_false(connections_rest(&entries[0]));
	for (size_t i = 0; i < 4; i++) {
		connections_leave(&entries[i]);
	}
	/* There is room again for as many. */
	for (size_t i = 0; i < 3; i++) {
		assert_true(connections_enter(&entries[i], pairs[i][0], 3, &made_way));
	}
	assert_false(connections_enter(&entries[3], pairs[3][0], 3, &made_way));
	for (size_t i = 0; i < 3; i++) {
		connections_leave(&entries[i]);
	}
}

static struct connections_entry busy;

static void *finish(void *arg)
{
	(void)arg;
	while (connections_rest(&busy)) { /* until all are to end */
		assert_true(connections_resume(&busy));
	}
	connections_leave(&busy);
	return NULL;
}

/* The last case: from then on none is taken. */
static void in_the_end_all_are_waited_for(void **state)
{
	(void)state;
	struct connections_entry entries[2];
	bool made_way;
	pthread_t thread;
	assert_true(connections_enter(&entries[0], pairs[0][0], 9, &made_way));
	assert_true(connections_rest(&entries[0]));
	assert_true(connections_enter(&entries[1], pairs[1][0], 9, &made_way));
	assert_true(connections_enter(&busy, pairs[2][0], 9, &made_way));
	static const struct {
		long now_ns;
		unsigned timeout_ms;
		time_t seconds;
		long ns;
	} rows[] = {
		{ 0, 0, 1000, 0 },
		{ 7, 999, 1000, 999000007 },
		{ 7, 1000, 1001, 7 },
		{ 0, 999999, 1999, 999000000 },
		{ 998999999, 1, 1000, 999999999 },
		{ 999000000, 1, 1001, 0 },
		{ 999999999, 20999, 1021, 998999999 },
	};
	waits_in_vain = true;
	for (size_t i = 0; i < ROWS(rows); i++) {
		now = (struct timespec){ 1000, rows[i].now_ns };
		assert_int_equal(connections_end(rows[i].timeout_ms), 3);
		assert_int_equal(until.tv_sec, rows[i].seconds);
		assert_int_equal(until.tv_nsec, rows[i].ns);
	}
	waits_in_vain = false;
	assert_true(is_shut(0));
	assert_false(is_shut(1));
	connections_leave(&entries[0]);
	connections_leave(&entries[1]);
	assert_int_equal(pthread_create(&thread, NULL, finish, NULL), 0);
	assert_int_equal(connections_end(20000), 0);
	pthread_join(thread, NULL);
	assert_false(connections_enter(&entries[0], pairs[0][0], 9, &made_way));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_one_that_is_idle_longest_gives_way,
			open_pairs, close_pairs),
		cmocka_unit_test_setup_teardown(in_the_end_all_are_waited_for, open_pairs,
			close_pairs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
