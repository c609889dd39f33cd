/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Rosters of many names, and many rosters: who makes one or frees one keeps nobody waiting. */

#include "check.h"
#include "fixture.h"
#include "roster.h"
#include "scene.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LARGE (2 * ROSTER_LEAVE_MAX)
#define PATIENCE_MS 20000

static struct credential mine;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ NULL, { 0 } },
};

/* --- who leaves on which thread, and what happens while names join ----------------------- */

static pthread_t caller;
static atomic_uint left_here, left_there;

void __real_key_index_leave(struct key_index_member *member);
void __wrap_key_index_leave(struct key_index_member *member);

void __wrap_key_index_leave(struct key_index_member *member)
{
	atomic_fetch_add(pthread_equal(pthread_self(), caller) ? &left_here : &left_there,
		1);
	__real_key_index_leave(member);
}

/* While a name joins, with no lock held, somebody may free another roster. */
static atomic_bool pausing, paused, freed, in_vain;

static void rest(void)
{
	const struct timespec moment = { 0, 1000000 };
	nanosleep(&moment, NULL);
}

int __real_watcher_join(struct watcher *watcher, const struct name *name,
	struct key_index *index, struct key_index_member *member, uint32_t rank);
int __wrap_watcher_join(struct watcher *watcher, const struct name *name,
	struct key_index *index, struct key_index_member *member, uint32_t rank);

int __wrap_watcher_join(struct watcher *watcher, const struct name *name,
	struct key_index *index, struct key_index_member *member, uint32_t rank)
{
	if (atomic_exchange(&pausing, false)) {
		atomic_store(&paused, true);
		for (unsigned i = 0; i < PATIENCE_MS && !atomic_load(&freed); i++) {
			rest();
		}
		atomic_store(&in_vain, !atomic_load(&freed));
	}
	return __real_watcher_join(watcher, name, index, member, rank);
}

static bool no_threads;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*run)(void *), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*run)(void *), void *arg);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*run)(void *), void *arg)
{
	return no_threads ? EAGAIN : __real_pthread_create(thread, attributes, run, arg);
}

static atomic_uint wakes;

void __real_resolver_wake(struct resolver *resolver);
void __wrap_resolver_wake(struct resolver *resolver);

void __wrap_resolver_wake(struct resolver *resolver)
{
	atomic_fetch_add(&wakes, 1);
	__real_resolver_wake(resolver);
}

static struct dance_roster *large(char letter, unsigned count)
{
	static char text[LARGE][DANCE_NAME_SIZE];
	static const char *names[LARGE];
	char error[DANCE_ERROR_SIZE];
	for (unsigned i = 0; i < count; i++) {
		snprintf(text[i], sizeof(text[i]), "%c%u.example", letter, i);
		names[i] = text[i];
	}
	struct dance_roster *roster = dance_roster_new(scene_context, names, count, NULL,
		error);
	assert_non_null(roster);
	fake_resolver_settle();
	return roster;
}

static int begin(void **state)
{
	caller = pthread_self();
	int failed = scene_begin(state);
	publish("*.example", 3600, &mine);
	atomic_store(&left_here, 0);
	atomic_store(&left_there, 0);
	return failed;
}

static void few_names_leave_at_once(void **state)
{
	(void)state;
	struct dance_roster *roster = large('n', ROSTER_LEAVE_MAX);
	dance_roster_free(roster);
	assert_int_equal(atomic_load(&left_here), ROSTER_LEAVE_MAX);
	assert_int_equal(atomic_load(&left_there), 0);
}

static void many_names_leave_on_the_thread_of_the_context(void **state)
{
	(void)state;
	struct dance_roster *roster = large('n', LARGE);
	dance_roster_free(roster);
	assert_int_equal(atomic_load(&left_here), 0);
	fake_resolver_settle();
	assert_int_equal(atomic_load(&left_there), LARGE);
	/* Nobody looks them up any more. */
	unsigned before = fake_resolver_asked_all();
	pass(4000000);
	assert_int_equal(fake_resolver_asked_all(), before);
}

static void many_names_leave_at_once_where_no_thread_runs(void **state)
{
	(void)state;
	no_threads = true;
	struct dance_roster *roster = large('n', LARGE);
	dance_roster_free(roster);
	no_threads = false;
	assert_int_equal(atomic_load(&left_here), LARGE);
	assert_int_equal(atomic_load(&left_there), 0);
}

/* Whoever lists the names meanwhile finds them known, and keeps them. */
static void names_that_are_leaving_may_be_listed_again(void **state)
{
	(void)state;
	struct dance_roster *first = large('n', LARGE);
	for (int i = 0; i < 3; i++) {
		dance_roster_free(first);
		struct dance_roster *second = large('n', LARGE);
		check_verdict(verify(second, &mine, NULL, &result), DANCE_ALLOW);
		assert_string_equal(result.name, "n0.example");
		first = second;
	}
	fake_resolver_settle();
	assert_int_equal(atomic_load(&left_there), 3 * LARGE);
	check_verdict(verify(first, &mine, "n7.example", &result), DANCE_ALLOW);
	dance_roster_free(first);
}

/* The context goes at the end of this test, which is before they have left. */
static void a_context_may_go_while_names_are_leaving(void **state)
{
	(void)state;
	struct dance_roster *first = large('n', LARGE), *second = large('m', LARGE);
	dance_roster_free(first);
	dance_roster_free(second);
}

/* --- one is made while another one is freed ---------------------------------------------- */

static void *make_another(void *arg)
{
	(void)arg;
	return large('m', 2);
}

/* Whoever makes one may take as long as it likes. */
static void to_free_one_waits_for_none_that_is_made(void **state)
{
	(void)state;
	pthread_t maker;
	void *made;
	struct dance_roster *roster = large('n', 2);
	atomic_store(&pausing, true);
	assert_int_equal(pthread_create(&maker, NULL, make_another, NULL), 0);
	while (!atomic_load(&paused)) {
		rest();
	}
	dance_roster_free(roster);
	atomic_store(&freed, true);
	assert_int_equal(pthread_join(maker, &made), 0);
	assert_false(atomic_load(&in_vain));
	dance_roster_free(made);
}

/* --- very many rosters of the same names ------------------------------------------------- */

/* The thread is woken for what it does not know yet, and for nothing else: a host may have a
 * roster for each of very many zones. */
static void a_roster_of_known_names_wakes_nobody(void **state)
{
	(void)state;
	static const struct {
		const char *names;
		unsigned timeout_ms;
		bool wakes;
	} rows[] = {
		{ "a.example b.example", 0, true },
		{ "a.example b.example", 0, false },
		{ "a.example b.example", 600, false },
		{ "b.example *.sub.example", 0, false },
		{ "b.example c.example", 0, true },
	};
	struct dance_roster *rosters[ROWS(rows)];
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct dance_options options = { .size = sizeof(options),
			.timeout_ms = rows[i].timeout_ms };
		atomic_store(&wakes, 0);
		rosters[i] = roster_of(rows[i].names, &options);
		check_true(rows[i].names, (atomic_load(&wakes) != 0) == rows[i].wakes);
		check_verdict(verify(rosters[i], &mine, NULL, &result), DANCE_ALLOW);
	}
	for (size_t i = 0; i < ROWS(rows); i++) {
		dance_roster_free(rosters[i]);
	}
}

/* A host may have one for each of very many zones. */
static void a_roster_of_one_name_is_small(void **state)
{
	(void)state;
	enum {
		COUNT = 500
	};
	static struct dance_roster *rosters[COUNT];
	struct dance_roster *first = roster_of("a.example", NULL);
	size_t before = mallinfo2().uordblks;
	for (unsigned i = 0; i < COUNT; i++) {
		const struct dance_options options = { .size = sizeof(options),
			.timeout_ms = 1000 + i };
		rosters[i] = roster_of("a.example", &options);
	}
	/* Where a sanitizer allocates, nothing is counted. */
	assert_true(mallinfo2().uordblks - before <= COUNT * (size_t)1800);
	for (unsigned i = 0; i < COUNT; i++) {
		dance_roster_free(rosters[i]);
	}
	dance_roster_free(first);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(few_names_leave_at_once),
		TEST(many_names_leave_on_the_thread_of_the_context),
		TEST(many_names_leave_at_once_where_no_thread_runs),
		TEST(names_that_are_leaving_may_be_listed_again),
		TEST(a_context_may_go_while_names_are_leaving),
		TEST(to_free_one_waits_for_none_that_is_made),
		TEST(a_roster_of_known_names_wakes_nobody),
		TEST(a_roster_of_one_name_is_small),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
