/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Who may wait where there is little room, and who makes room for whom. */

#include "check.h"
#include "fail.h"
#include "named.h"
#include "untouched.h"
#include "waiters.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MAX 4
#define SLEEP_MS 50

static struct waiters waiters;
static struct waiter all[3 * MAX];

static int begin(void **state)
{
	(void)state;
	waiters_init(&waiters, MAX);
	memset(all, 0, sizeof(all));
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

static void count_nothing(void *arg)
{
	(void)arg;
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

/* Nobody is sent away for one who cannot wait. */
static void without_memory_nobody_enters(void **state)
{
	(void)state;
	for (unsigned i = 0; i < MAX; i++) {
		assert_true(enter(i, "a.example"));
	}
	for (unsigned n = 1; n <= 2; n++) {
		fail_at(n, FAIL_HERE, false);
		bool entered = enter(MAX, "b.example");
		unsigned calls = fail_calls();
		fail_at(0, FAIL_HERE, false);
		assert_int_equal(entered, calls < n);
		assert_string_equal(waiters.why,
			entered ? WAITERS_FULL : WAITERS_NO_MEMORY);
		assert_int_equal(waiters.count, MAX);
		assert_int_equal(all[0].sent_away, entered);
		if (entered) {
			return;
		}
	}
	fail();
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

/* Of threads, which look at the clock themselves, no time is known. */
static void the_soonest_end_is_known(void **state)
{
	(void)state;
	static const struct {
		bool thread;
		uint64_t until, soonest;
	} rows[] = {
		{ true, 0, UINT64_MAX },
		{ false, 7, 7 },
		{ false, 9, 7 },
		{ false, 5, 5 },
	};
	for (unsigned i = 0; i < ROWS(rows); i++) {
		all[i].wake = rows[i].thread ? NULL : count_nothing;
		all[i].until = rows[i].until;
		assert_true(enter(i, "a.example"));
		assert_true(waiters.soonest == rows[i].soonest);
	}
}

static unsigned signals;

int __real_pthread_cond_signal(pthread_cond_t *condition);
int __wrap_pthread_cond_signal(pthread_cond_t *condition);

int __wrap_pthread_cond_signal(pthread_cond_t *condition)
{
	signals++;
	return __real_pthread_cond_signal(condition);
}

/* A thread that makes room is told at once, if it sleeps. */
static void a_thread_that_makes_room_is_woken(void **state)
{
	(void)state;
	pthread_cond_t sleeps = PTHREAD_COND_INITIALIZER;
	for (unsigned i = 0; i < MAX; i++) {
		all[i].asleep = i == 0 ? &sleeps : NULL;
		assert_true(enter(i, "a.example"));
	}
	signals = 0;
	assert_true(enter(MAX, "b.example"));
	assert_true(all[0].sent_away);
	assert_int_equal(signals, 1);
	assert_true(enter(MAX + 1, "c.example"));
	assert_true(all[1].sent_away);
	assert_int_equal(signals, 1);
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
		waiters_sleep(&all[0], &lock, SLEEP_MS);
		whole = now_ms() - began >= SLEEP_MS - 1;
	}
	pthread_mutex_unlock(&lock);
	assert_true(whole);
}

/* --- who is woken ---------------------------------------------------------------------- */

static struct change_count counts[2];
static struct change_mark marks[3 * MAX];
static unsigned woken[3 * MAX], order[3 * MAX], woken_all;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void on_wake(void *arg)
{
	size_t which = (size_t)((unsigned *)arg - woken);
	woken[which]++;
	order[woken_all++] = (unsigned)which;
	/* It is called without the lock. */
	assert_int_equal(pthread_mutex_trylock(&lock), 0);
	pthread_mutex_unlock(&lock);
}

static void count_wake(void *arg)
{
	++*(unsigned *)arg;
}

static bool enter_to_be_woken(unsigned which, const char *text, uint64_t until)
{
	const struct change_count *count = &counts[which % 2];
	marks[which] = (struct change_mark){ count, change_count_read(count).answers };
	all[which] = (struct waiter){ .wake = on_wake,
		.arg = &woken[which],
		.until = until,
		.marks = &marks[which],
		.mark_count = 1 };
	woken[which] = 0;
	return enter(which, text);
}

static void tell(uint64_t now)
{
	woken_all = 0;
	pthread_mutex_lock(&lock);
	waiters_tell(&waiters, &lock, now);
	pthread_mutex_unlock(&lock);
}

static void who_is_concerned_is_woken(void **state)
{
	(void)state;
	for (unsigned i = 0; i < MAX; i++) {
		assert_true(enter_to_be_woken(i, "a.example", 100 + i));
	}
	/* A thread looks for itself. */
	waiters.max++;
	assert_true(enter(MAX, "a.example"));
	waiters_wake(&waiters);
	tell(0);
	assert_int_equal(waiters.count, MAX + 1);
	waiters_leave(&waiters, &all[MAX]);
	waiters.max--;
	assert_int_equal(waiters_pause(&waiters, 40, 1000), 60);
	assert_int_equal(waiters_pause(&waiters, 40, 10), 10);
	tell(99);
	assert_int_equal(woken_all, 0);
	/* An answer, and one look for all of them. */
	change_count_add(&counts[1], false);
	tell(99);
	assert_int_equal(woken_all, 0);
	waiters_wake(&waiters);
	assert_int_equal(waiters_pause(&waiters, 40, 1000), 0);
	tell(99);
	assert_int_equal(woken_all, 2);
	assert_int_equal(woken[1] + woken[3], 2);
	assert_int_equal(waiters.count, MAX - 2);
	/* Its time is over. */
	tell(100);
	assert_int_equal(woken[0], 1);
	assert_int_equal(woken_all, 1);
	assert_int_equal(waiters_pause(&waiters, 100, 1000), 2);
	/* Who leaves is not woken any more. */
	waiters_leave(&waiters, &all[2]);
	waiters_leave(&waiters, &all[2]);
	tell(200);
	assert_int_equal(woken_all, 0);
	assert_int_equal(waiters.count, 0);
	assert_int_equal(waiters_pause(&waiters, 200, 1000), 1000);
	/* The answer has come before it waits: it takes nobody's room. */
	for (unsigned i = 0; i < MAX; i++) {
		assert_true(enter(i, "a.example"));
	}
	assert_true(enter_to_be_woken(5, "a.example", 300));
	waiters_leave(&waiters, &all[5]);
	for (unsigned i = 0; i < MAX; i++) {
		waiters_leave(&waiters, &all[i]);
	}
	assert_true(enter_to_be_woken(5, "a.example", 300));
	waiters_leave(&waiters, &all[5]);
	change_count_add(&counts[1], true);
	all[5].has_answer = true;
	assert_true(enter(5, "a.example"));
	assert_int_equal(waiters.count, 0);
	tell(200);
	assert_int_equal(woken[5], 1);
}

/* A thread is found by its marks like all others, and by nothing else. */
static void a_thread_is_woken_by_its_own_answer(void **state)
{
	(void)state;
	const struct change_mark mark = { &counts[0],
		change_count_read(&counts[0]).answers };
	all[0] = (struct waiter){ .marks = &mark, .mark_count = 1 };
	assert_true(enter(0, "a.example"));
	change_count_add(&counts[1], true);
	waiters_wake(&waiters);
	tell(100000);
	assert_int_equal(waiters.count, 1);
	change_count_add(&counts[0], true);
	waiters_wake(&waiters);
	tell(100000);
	assert_int_equal(waiters.count, 0);
	assert_false(all[0].sent_away);
	waiters_leave(&waiters, &all[0]);
}

static void who_makes_room_is_woken(void **state)
{
	(void)state;
	for (unsigned i = 0; i < MAX; i++) {
		assert_true(enter_to_be_woken(i, "dead.example", 100));
	}
	assert_false(enter_to_be_woken(MAX, "dead.example", 100));
	assert_string_equal(waiters.why, WAITERS_FULL);
	assert_true(enter_to_be_woken(MAX, "b.example", 100));
	assert_true(enter(MAX + 1, "c.example"));
	assert_true(all[0].sent_away && all[1].sent_away && !all[2].sent_away);
	/* One of them is not there any more. */
	waiters_leave(&waiters, &all[0]);
	waiters_leave(&waiters, &all[0]);
	tell(0);
	assert_int_equal(woken_all, 1);
	assert_int_equal(order[0], 1);
	waiters_forget(&waiters, &all[2], &lock);
	assert_int_equal(waiters.count, MAX - 1);
	for (unsigned i = 3; i <= MAX + 1; i++) {
		waiters_leave(&waiters, &all[i]);
	}
	assert_int_equal(waiters.count, 0);
}

/* The more there are, the more answers are told of at once. */
static void a_crowd_is_looked_at_now_and_then(void **state)
{
	(void)state;
	enum {
		CROWD = 10 * WAITERS_PER_MS + 1
	};
	static struct waiter crowd[CROWD];
	static unsigned told;
	const struct name domain = named("a.example");
	struct change_count count = { 0 };
	const struct change_mark passed = { &count, 0 },
				 mark = { &counts[0],
					 change_count_read(&counts[0]).answers };
	waiters_clear(&waiters);
	waiters_init(&waiters, CROWD);
	for (unsigned i = 0; i < CROWD; i++) {
		crowd[i] = (struct waiter){ .wake = count_wake,
			.arg = &told,
			.until = 5000,
			.marks = i == 0 ? &passed : &mark,
			.mark_count = 1 };
		assert_true(waiters_enter(&waiters, &crowd[i], &domain, false));
	}
	waiters_wake(&waiters);
	tell(1000);
	assert_int_equal(told, 0);
	change_count_add(&count, false);
	waiters_wake(&waiters);
	assert_int_equal(waiters_pause(&waiters, 1003, 1000), 7);
	tell(1009);
	assert_int_equal(told, 0);
	assert_int_equal(waiters_pause(&waiters, 1010, 1000), 0);
	tell(1010);
	assert_int_equal(told, 1);
	/* Without news it is the time that counts. */
	assert_int_equal(waiters_pause(&waiters, 1010, 10000), 3990);
	assert_int_equal(waiters_pause(&waiters, 4999, 10000), 1);
	tell(5000);
	assert_int_equal(told, CROWD);
	waiters.max = MAX;
}

/* However many domains there are, and however they are spread. */
static void each_domain_is_counted_by_itself(void **state)
{
	(void)state;
	enum {
		CROWD = 600
	};
	static struct waiter crowd[CROWD + 1];
	char text[32];
	waiters_clear(&waiters);
	waiters_init(&waiters, CROWD);
	for (unsigned i = 0; i < CROWD; i++) {
		snprintf(text, sizeof(text), "n%u.example", i / 2);
		struct name name = named(text);
		crowd[i] = (struct waiter){ .wake = NULL };
		assert_true(waiters_enter(&waiters, &crowd[i], &name, false));
	}
	/* All are two: one more of any of them gets nothing, one of another gets a place. */
	for (unsigned i = 0; i < CROWD; i += 37) {
		snprintf(text, sizeof(text), "n%u.example", i / 2);
		struct name name = named(text);
		assert_false(waiters_enter(&waiters, &crowd[CROWD], &name, false));
	}
	struct name name = named("other.example");
	assert_true(waiters_enter(&waiters, &crowd[CROWD], &name, false));
	assert_true(crowd[0].sent_away);
	for (unsigned i = 0; i <= CROWD; i++) {
		assert_true(i == 0 || !crowd[i].sent_away);
		waiters_leave(&waiters, &crowd[i]);
	}
	for (unsigned i = 0; i < WAITERS_BUCKETS; i++) {
		assert_null(waiters.domains[i]);
	}
	waiters.max = MAX;
}

/* A full house is full of those who wait in vain, and whoever comes must not wait for a look at
 * all of them. */
static void room_is_made_without_a_look_at_all(void **state)
{
	(void)state;
	enum {
		OTHERS = 100
	};
	struct untouched others = untouched_new(OTHERS * sizeof(struct waiter));
	struct waiter *crowd = others.memory;
	const struct name dead = named("dead.example"), name = named("b.example");
	waiters.max = OTHERS + 5;
	assert_true(enter(0, "a.example") && enter(1, "dead.example") &&
		enter(2, "dead.example"));
	for (unsigned i = 0; i < OTHERS; i++) {
		assert_true(waiters_enter(&waiters, &crowd[i], &dead, false));
	}
	assert_true(enter(7, "dead.example"));
	assert_true(waiters_enter(&waiters, &all[3], &dead, true));
	untouched_begin(&others);
	assert_true(enter(4, "c.example"));
	assert_true(all[3].sent_away);
	assert_true(waiters_enter(&waiters, &all[5], &name, false));
	assert_true(all[1].sent_away);
	assert_false(enter(6, "dead.example"));
	untouched_end(&others);
	for (unsigned i = 0; i < OTHERS; i++) {
		waiters_leave(&waiters, &crowd[i]);
	}
	for (unsigned i = 0; i < ROWS(all); i++) {
		waiters_leave(&waiters, &all[i]);
	}
	assert_int_equal(waiters.count, 0);
	untouched_free(&others);
}

/* Whatever comes and goes, the largest crowd is known. */
static void the_largest_crowd_is_always_known(void **state)
{
	(void)state;
	enum {
		CROWD = 64,
		DOMAINS = 7
	};
	static struct waiter crowd[CROWD];
	unsigned domain_of[CROWD], counts_of[DOMAINS] = { 0 };
	bool in[CROWD] = { false };
	uint32_t chance = 1;
	char text[32];
	waiters.max = CROWD;
	for (unsigned round = 0; round < 5000; round++) {
		chance = chance * 1664525u + 1013904223u;
		unsigned which = (chance >> 8) % CROWD;
		if (in[which]) {
			waiters_leave(&waiters, &crowd[which]);
			counts_of[domain_of[which]]--;
		} else {
			/* The first domains have most. */
			unsigned domain = (chance >> 16) % ((chance >> 24) % DOMAINS + 1);
			snprintf(text, sizeof(text), "n%u.example", domain);
			struct name name = named(text);
			crowd[which] = (struct waiter){ .wake = NULL };
			assert_true(waiters_enter(&waiters, &crowd[which], &name, false));
			domain_of[which] = domain;
			counts_of[domain]++;
		}
		in[which] = !in[which];
		unsigned most = 0;
		for (unsigned i = 0; i < DOMAINS; i++) {
			most = counts_of[i] > most ? counts_of[i] : most;
		}
		assert_int_equal(waiters.most, most);
	}
	for (unsigned i = 0; i < CROWD; i++) {
		if (in[i]) {
			waiters_leave(&waiters, &crowd[i]);
		}
	}
	assert_int_equal(waiters.most, 0);
	waiters.max = MAX;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_soonest_end_is_known),
		TEST(a_thread_that_makes_room_is_woken),
		TEST(room_comes_back),
		TEST(without_memory_nobody_enters),
		TEST(the_largest_crowd_makes_room),
		TEST(who_is_content_makes_room_first),
		TEST(a_sleep_lasts),
		TEST(who_is_concerned_is_woken),
		TEST(a_thread_is_woken_by_its_own_answer),
		TEST(who_makes_room_is_woken),
		TEST(a_crowd_is_looked_at_now_and_then),
		TEST(each_domain_is_counted_by_itself),
		TEST(room_is_made_without_a_look_at_all),
		TEST(the_largest_crowd_is_always_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
