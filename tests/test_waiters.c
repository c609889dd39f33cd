/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Who may wait where there is little room, and who makes room for whom. */

#include "check.h"
#include "named.h"
#include "waiters.h"

#include <time.h>

#define MAX 4
#define SLEEP_MS 50

static struct waiters waiters;
static struct waiter all[3 * MAX];

static int begin(void **state)
{
	(void)state;
	waiters_init(&waiters, MAX);
	return 0;
}

static int end(void **state)
{
	(void)state;
	assert_true(waiters.count <= MAX);
	waiters_clear(&waiters);
	return 0;
}

static bool enter(unsigned which, const char *text)
{
	struct name domain = { .size = 0 };
	if (text != NULL) {
		domain = named(text);
	}
	return waiters_enter(&waiters, &all[which], &domain, false);
}

static void room_comes_back(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < MAX; i++) {
			assert_true(enter(i, "a.example"));
		}
		assert_false(enter(MAX, "a.example"));
		assert_int_equal(waiters.count, MAX);
		for (unsigned i = 0; i < MAX; i++) {
			assert_false(all[i].sent_away);
			waiters_leave(&waiters, &all[i]);
		}
		assert_int_equal(waiters.count, 0);
	}
}

static void the_largest_crowd_makes_room(void **state)
{
	(void)state;
	assert_true(enter(0, "a.example"));
	for (unsigned i = 1; i < MAX; i++) {
		assert_true(enter(i, "dead.example"));
	}
	/* Its longest waiting one, for another domain and for who waits for any name. */
	assert_true(enter(4, "b.example"));
	assert_true(all[1].sent_away);
	assert_int_equal(waiters.count, MAX);
	waiters_leave(&waiters, &all[1]);
	assert_int_equal(waiters.count, MAX);
	assert_false(enter(5, "dead.example"));
	/* Two of one domain, and one more of that of another one: none is better off. */
	assert_false(enter(5, "a.example"));
	assert_true(enter(5, NULL));
	assert_true(all[2].sent_away);
	assert_false(all[0].sent_away || all[3].sent_away || all[4].sent_away);
	waiters_leave(&waiters, &all[2]);
	/* All are alone now. */
	assert_false(enter(6, "c.example"));
	assert_false(enter(6, NULL));
	waiters_leave(&waiters, &all[0]);
	assert_true(enter(6, NULL));
}

static void who_is_content_makes_room_first(void **state)
{
	(void)state;
	const struct name other = named("other.example");
	for (unsigned i = 0; i < MAX - 1; i++) {
		assert_true(enter(i, "a.example"));
	}
	assert_true(waiters_enter(&waiters, &all[MAX - 1], &other, true));
	/* For nobody who has an answer as well, but for those of any domain. */
	assert_false(waiters_enter(&waiters, &all[MAX], &other, true));
	assert_true(enter(MAX, "a.example"));
	assert_true(all[MAX - 1].sent_away);
	assert_false(enter(MAX + 1, "a.example"));
	assert_false(waiters_enter(&waiters, &all[MAX + 1], &other, true));
}

static uint64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* By the true clock: by another one than the kernel goes by it would end at once, or not
 * before the test is given up. It may end early, but not each time. */
static void a_sleep_lasts(void **state)
{
	(void)state;
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	bool whole = false;
	pthread_mutex_lock(&lock);
	for (unsigned i = 0; i < 5 && !whole; i++) {
		uint64_t began = now_ms();
		waiters_sleep(&waiters, &lock, SLEEP_MS);
		whole = now_ms() - began >= SLEEP_MS - 1;
	}
	pthread_mutex_unlock(&lock);
	assert_true(whole);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(room_comes_back),
		TEST(the_largest_crowd_makes_room),
		TEST(who_is_content_makes_room_first),
		TEST(a_sleep_lasts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
