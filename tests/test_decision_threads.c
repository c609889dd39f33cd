/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Decisions that never wait, in many threads: how they end, also while their host is being woken,
 * and that they come and go while all changes. */

#include "decision_scene.h"

#include <stdlib.h>

static const struct alternative_name names[] = { DNS("x.sub.example") };
static struct credential mine, other, claimer;

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_ED25519 } },
	{ &claimer, { .key = KEY_ED25519, .names = names, .name_count = ROWS(names) } },
	{ NULL, { 0 } },
};

/* --- its end ----------------------------------------------------------------------------- */

static void freed_it_wakes_nobody(void **state)
{
	(void)state;
	struct host hosts[3];
	publish_held(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	for (size_t i = 0; i < ROWS(hosts); i++) {
		begin_undecided(&hosts[i], roster, &mine, NULL);
	}
	end(&hosts[1]);
	fake_resolver_release(NAME);
	assert_int_equal(wakes(&hosts[1]), 0);
	assert_int_equal(wakes(&hosts[0]), 1);
	assert_int_equal(wakes(&hosts[2]), 1);
	end(&hosts[0]);
	check_verdict(take(&hosts[2]), DANCE_ALLOW);
	end(&hosts[2]);
	begin(&hosts[0], roster, &mine, NULL); /* never asked */
	end(&hosts[0]);
	dance_decision_free(NULL);
	dance_roster_free(roster);
}

static atomic_bool wake_runs, wake_may_end, was_freed;

static void on_long_wake(void *arg)
{
	atomic_store(&wake_runs, true);
	while (!atomic_load(&wake_may_end)) {
		rest();
	}
	on_wake(arg);
}

static void *free_it(void *arg)
{
	struct host *host = arg;
	end(host);
	atomic_store(&was_freed, true);
	return NULL;
}

static void *settle(void *arg)
{
	fake_resolver_release(NAME);
	return arg;
}

/* In whatever state the host left it: it may have called again in the meantime. */
static void to_free_it_waits_for_a_wake_that_runs(void **state)
{
	(void)state;
	for (int again = 0; again < 2; again++) {
		struct host host;
		pthread_t freer, settler;
		publish_held(NAME, 60, &mine);
		struct dance_roster *roster = roster_of(NAME, NULL);
		atomic_store(&wake_runs, false);
		atomic_store(&wake_may_end, false);
		atomic_store(&was_freed, false);
		begin_with(&host, roster, &mine, NULL, on_long_wake);
		check_verdict(take(&host), DANCE_UNDECIDED);
		assert_int_equal(pthread_create(&settler, NULL, settle, NULL), 0);
		while (!atomic_load(&wake_runs)) {
			rest();
		}
		/* Nobody else is kept waiting by it. */
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
		if (again) {
			check_verdict(take(&host), DANCE_ALLOW);
		}
		assert_int_equal(pthread_create(&freer, NULL, free_it, &host), 0);
		for (int i = 0; i < 50; i++) {
			assert_false(atomic_load(&was_freed));
			rest();
		}
		atomic_store(&wake_may_end, true);
		pthread_join(freer, NULL);
		pthread_join(settler, NULL);
		assert_int_equal(atomic_load(&host.wakes), 1);
		dance_roster_free(roster);
	}
}

/* --- threads ----------------------------------------------------------------------------- */

#define LOOPS 3
#define EACH 6
#define MS_DEFAULT 600

static atomic_bool stop;
static atomic_uint decided, woken, wrong;

/* As an event loop has it: many decisions, one thread, and wakes that come from another one. */
static void *loop(void *arg)
{
	static const char *const ids[] = { NULL, NAME, "x.sub.example" };
	struct dance_roster *roster = arg;
	struct host hosts[EACH];
	unsigned seen[EACH];
	memset(hosts, 0, sizeof(hosts));
	for (unsigned i = 0; !atomic_load(&stop); i++) {
		struct dance_result said = { .size = sizeof(said) };
		unsigned at = i % EACH;
		struct host *host = &hosts[at];
		if (host->decision == NULL) {
			begin(host, roster, i % 5 == 0 ? &claimer : &mine,
				ids[i / EACH % ROWS(ids)]);
			seen[at] = 0;
		} else if (atomic_load(&host->wakes) == seen[at] && i % 7 != 0) {
			rest();
			continue;
		}
		seen[at] = atomic_load(&host->wakes);
		enum dance_verdict verdict = dance_decision_take(host->decision, &said);
		atomic_fetch_add(&wrong, verdict != said.verdict);
		atomic_fetch_add(&wrong, verdict == DANCE_FAIL_INTERNAL);
		if (verdict != DANCE_UNDECIDED) {
			atomic_fetch_add(&decided, 1);
			atomic_fetch_add(&woken, atomic_load(&host->wakes) > 0);
		}
		if (verdict != DANCE_UNDECIDED ? i % 2 == 0 : i % 11 == 0) {
			end(host);
		}
	}
	for (unsigned i = 0; i < EACH; i++) {
		end(&hosts[i]);
	}
	return NULL;
}

static uint64_t real_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* DANCE_THREADS_MS says for how long. */
static void they_come_and_go_while_all_changes(void **state)
{
	(void)state;
	const char *text = getenv("DANCE_THREADS_MS");
	unsigned long ms = text != NULL ? strtoul(text, NULL, 10) : MS_DEFAULT;
	pthread_t threads[LOOPS];
	publish_held("*.example", 1, &claimer);
	struct dance_roster *roster = roster_of("a.example b.example *.sub.example", NULL);
	atomic_store(&stop, false);
	for (unsigned i = 0; i < LOOPS; i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, loop, roster), 0);
	}
	uint64_t until = real_ms() + ms;
	for (unsigned i = 0; real_ms() < until || i < 60; i++) {
		static const char *const released[] = { NAME, "x.sub.example",
			"b.example" };
		publish_held(NAME, 1, i % 2 == 0 ? &mine : &other);
		fake_resolver_release(released[i % ROWS(released)]);
		fake_clock_advance(i % 4 == 0 ? 600 : 50);
		rest();
	}
	atomic_store(&stop, true);
	for (unsigned i = 0; i < LOOPS; i++) {
		pthread_join(threads[i], NULL);
	}
	dance_roster_free(roster);
	assert_int_equal(atomic_load(&wrong), 0);
	assert_true(atomic_load(&decided) > 0);
	assert_true(atomic_load(&woken) > 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(freed_it_wakes_nobody),
		TEST(to_free_it_waits_for_a_wake_that_runs),
		TEST(they_come_and_go_while_all_changes),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
