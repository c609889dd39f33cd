/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Many names below a suffix: which of them are looked up when, how many at once, and which are
 * remembered, as the host's limits say. Counts, no times. */

#include "schedule.h"
#include "check.h"
#include "fixture.h"
#include "named.h"
#include "roster.h"
#include "scene.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <urcu/urcu-bp.h>

static struct credential mine, other;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

#define SUFFIX "*.sub.example"

/* Claims a name as a decision does, but without waiting. */
static void claim(struct dance_roster *roster, const char *text)
{
	const struct name name = named(text);
	struct watcher_view view = { 0 };
	const char *why;
	urcu_bp_read_lock();
	(void)watcher_claim(roster->watcher, &name, roster_outer_suffix(roster, &name),
		&view, &why);
	urcu_bp_read_unlock();
}

static const char *name_of(unsigned number, const char *tail)
{
	static char name[64];
	snprintf(name, sizeof(name), "n%u%s", number, tail);
	return name;
}

static void claim_many(struct dance_roster *roster, unsigned from, unsigned to,
	const char *tail)
{
	for (unsigned i = from; i < to; i++) {
		claim(roster, name_of(i, tail));
	}
	fake_resolver_settle();
}

/* The whole of a crowd that comes at once is looked up, no faster than may be, and none of it is
 * refused; when it comes again, nothing is looked up. */
static void a_crowd_waits_for_its_turn(void **state)
{
	(void)state;
	enum {
		CROWD = 5000,
		PER_SECOND = 500,
		IN_FLIGHT = 200
	};
	const struct dance_context_options limits = { .lookups_per_second = PER_SECOND,
		.lookups_in_flight = IN_FLIGHT,
		.lookups_queued = 2 * CROWD,
		.remembered = CROWD };
	scene_limit(&limits);
	publish(SUFFIX, 86400, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	claim_many(roster, 0, CROWD, ".sub.example");
	assert_int_equal(fake_resolver_asked_all(), PER_SECOND);
	for (unsigned second = 1; second < CROWD / PER_SECOND; second++) {
		for (unsigned i = 0; i < 10; i++) {
			pass(100);
		}
		assert_int_equal(fake_resolver_asked_all(), (second + 1) * PER_SECOND);
	}
	assert_true(fake_resolver_under_way_most() <= IN_FLIGHT);
	for (unsigned i = 0; i < CROWD; i++) {
		check_verdict(verify(roster, &mine, name_of(i, ".sub.example"), &result),
			DANCE_ALLOW);
	}
	assert_int_equal(fake_resolver_asked_all(), CROWD);
	dance_roster_free(roster);
}

/* As many as may be under way at once, and the next ones as soon as one of them ends. */
static void as_many_are_under_way_as_the_host_says(void **state)
{
	(void)state;
	const struct dance_context_options limits = { .lookups_per_second = 10000,
		.lookups_in_flight = 400,
		.lookups_queued = 4000 };
	scene_limit(&limits);
	publish_held(SUFFIX, 3600, &mine);
	publish_held("*.net", 3600, &mine);
	struct dance_roster *roster = roster_of(SUFFIX " *.net", NULL);
	claim_many(roster, 0, 1000, ".sub.example");
	assert_int_equal(fake_resolver_under_way(), 300); /* three in four for a suffix */
	claim_many(roster, 0, 1000, ".net");
	assert_int_equal(fake_resolver_under_way(), 400);
	fake_resolver_release("n0.net");
	assert_int_equal(fake_resolver_under_way(), 400);
	assert_int_equal(fake_resolver_asked("n100.net"), 1);
	publish(SUFFIX, 3600, &mine);
	publish("*.net", 3600, &mine);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked_all(), 2000);
	dance_roster_free(roster);
}

static void one_who_waits_is_answered_in_time(void **state)
{
	(void)state;
	const struct dance_context_options limits = { .lookups_per_second = 1,
		.lookups_queued = 10 };
	const struct dance_options patient = { .size = sizeof(patient),
		.timeout_ms = 5000 };
	struct asker asker;
	scene_limit(&limits);
	publish(SUFFIX, 3600, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, &patient);
	claim(roster, "a.sub.example");
	asker_begin(&asker, roster, &mine, "b.sub.example");
	await_waiting(1);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked_all(), 1);
	pass(999);
	assert_int_equal(fake_resolver_asked_all(), 1);
	pass(1);
	check_verdict(asker_end(&asker), DANCE_ALLOW);
	/* No longer than it wants to; the lookup comes nevertheless. */
	claim(roster, "c.sub.example");
	for (unsigned i = 0; i < 5; i++) {
		claim(roster, name_of(i, ".sub.example"));
	}
	asker_begin(&asker, roster, &mine, "d.sub.example");
	await_waiting(1);
	for (unsigned i = 0; i < 5; i++) {
		pass(1000);
	}
	check_verdict(asker_end(&asker), DANCE_FAIL_TIMEOUT);
	for (unsigned i = 0; i < 5; i++) {
		pass(1000);
	}
	check_verdict(verify(roster, &mine, "d.sub.example", &result), DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked("d.sub.example"), 1);
	dance_roster_free(roster);
}

/* Those that find no place are refused at once, as without a queue. */
static void a_full_queue_takes_no_more(void **state)
{
	(void)state;
	const struct dance_context_options limits = { .lookups_per_second = 1,
		.lookups_queued = 4 };
	scene_limit(&limits);
	publish(SUFFIX, 3600, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	claim_many(roster, 0, 4, ".sub.example"); /* one has its turn, three wait */
	check_verdict(verify(roster, &mine, "x.sub.example", &result),
		DANCE_FAIL_NOT_READY);
	assert_string_equal(result.detail, "too many names are being looked up");
	for (unsigned i = 0; i < 5; i++) {
		pass(1000);
	}
	assert_int_equal(fake_resolver_asked_all(), 4);
	check_verdict(verify(roster, &mine, "x.sub.example", &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

/* Names of which there is no word keep no others waiting, though they came first and are many. */
static void a_dead_domain_keeps_nobody_waiting(void **state)
{
	(void)state;
	const struct dance_context_options limits = {
		.lookups_per_second = 1000, .lookups_in_flight = 64, .lookups_queued = 640
	};
	scene_limit(&limits);
	publish_held("*.dead.sub.example", 3600, &mine);
	publish(SUFFIX, 3600, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	claim_many(roster, 0, 400, ".dead.sub.example");
	unsigned dead = fake_resolver_asked_all();
	assert_int_equal(dead, LOOKUP_BUDGET_DOMAIN_MAX);
	for (unsigned i = 0; i < 200; i++) {
		check_verdict(verify(roster, &mine, name_of(i, ".sub.example"), &result),
			DANCE_ALLOW);
	}
	assert_int_equal(fake_resolver_asked_all(), dead + 200);
	dance_roster_free(roster);
}

/* R24: strangers have used up the second and filled the queue; the one whose records are known is
 * looked up at once, and waits behind none of them. */
static void names_with_records_do_not_wait_for_others(void **state)
{
	(void)state;
	const struct dance_context_options limits = {
		.lookups_per_second = 2, .lookups_in_flight = 16, .lookups_queued = 1000
	};
	scene_limit(&limits);
	answer(SUFFIX, RESOLVER_DENIED, 3600, NULL);
	publish("known.sub.example", 4, &mine);
	publish("known.dead.sub.example", 4, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	check_verdict(verify(roster, &mine, "known.sub.example", &result), DANCE_ALLOW);
	check_verdict(verify(roster, &mine, "known.dead.sub.example", &result),
		DANCE_ALLOW);
	for (unsigned round = 0; round < 5; round++) {
		claim_many(roster, 1000 * round, 1000 * (round + 1), ".sub.example");
		claim_many(roster, 1000 * round, 1000 * (round + 1), ".dead.sub.example");
		check_verdict(verify(roster, &other, "x.sub.example", &result),
			DANCE_FAIL_NOT_READY);
		for (unsigned i = 0; i < 6; i++) { /* expired since */
			pass(1000);
		}
		check_verdict(verify(roster, &mine, "known.sub.example", &result),
			DANCE_ALLOW);
		check_verdict(verify(roster, &mine, "known.dead.sub.example", &result),
			DANCE_ALLOW);
	}
	dance_roster_free(roster);
}

/* Nor do the refreshes of very many names, which are all due at once and have no slots, keep a
 * listed name waiting. */
static void refreshes_come_last(void **state)
{
	(void)state;
	enum {
		MANY = 3000
	};
	const struct dance_context_options limits = { .lookups_per_second = 100000,
		.lookups_in_flight = 40,
		.remembered = MANY,
		.lookups_queued = 2 * MANY };
	scene_limit(&limits);
	publish(SUFFIX, 400, &mine);
	publish("*.wide.sub.example", 400, &mine);
	publish("a.example", 400, &other);
	struct dance_roster *roster = roster_of(SUFFIX " a.example", NULL);
	claim_many(roster, 0, MANY / 2, ".sub.example");
	claim_many(roster, 0, MANY / 4, ".wide.sub.example");
	assert_int_equal(fake_resolver_asked_all(), MANY / 2 + MANY / 4 + 1);
	publish_held(SUFFIX, 400, &mine);
	publish_held("*.wide.sub.example", 400, &mine);
	for (unsigned i = 0; i < 350; i++) {
		pass(1000);
	}
	assert_int_equal(fake_resolver_asked("a.example"), 2);
	assert_int_equal(fake_resolver_under_way(), 2 * 40);
	publish("*.wide.sub.example", 400, &mine);
	publish(SUFFIX, 400, &mine);
	for (unsigned i = 0; i < 20; i++) {
		pass(1000);
	}
	assert_int_equal(fake_resolver_under_way(), 0);
	assert_int_equal(fake_resolver_asked_all(), 2 * (MANY / 2 + MANY / 4) + 2);
	dance_roster_free(roster);
}

/* Of more names than are remembered those that peers still claim stay, though a claim of a known
 * name takes no lock. */
static void as_many_are_remembered_as_the_host_says(void **state)
{
	(void)state;
	enum {
		REMEMBERED = 200
	};
	const struct dance_context_options limits = { .lookups_per_second = 10000,
		.remembered = REMEMBERED,
		.lookups_queued = 1000 };
	scene_limit(&limits);
	publish(SUFFIX, 86400, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	for (unsigned i = 0; i < REMEMBERED; i++) {
		(void)verify(roster, &mine, name_of(i, ".sub.example"), &result);
	}
	/* Some new ones at a time, and again and again the first ten. */
	for (unsigned i = REMEMBERED; i < 5 * REMEMBERED; i += 10) {
		fake_clock_advance(1000);
		for (unsigned k = 0; k < 10; k++) {
			(void)verify(roster, &mine, name_of(k, ".sub.example"), &result);
		}
		for (unsigned k = 0; k < 10; k++) {
			(void)verify(roster, &mine, name_of(i + k, ".sub.example"),
				&result);
		}
	}
	assert_int_equal(fake_resolver_asked_all(), 5 * REMEMBERED);
	/* Nobody has claimed number 11 for a long time; the newest are known. */
	(void)verify(roster, &mine, name_of(5 * REMEMBERED - 1, ".sub.example"), &result);
	(void)verify(roster, &mine, name_of(4 * REMEMBERED + 20, ".sub.example"), &result);
	assert_int_equal(fake_resolver_asked_all(), 5 * REMEMBERED);
	check_verdict(verify(roster, &mine, name_of(11, ".sub.example"), &result),
		DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked_all(), 5 * REMEMBERED + 1);
	dance_roster_free(roster);
}

/* A name that waits may be listed meanwhile, and its roster may go; it is looked up once. */
static void a_name_that_waits_may_be_listed(void **state)
{
	(void)state;
	const struct dance_context_options limits = { .lookups_per_second = 1,
		.lookups_queued = 10 };
	scene_limit(&limits);
	publish(SUFFIX, 86400, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	claim_many(roster, 0, 3, ".sub.example");
	assert_int_equal(fake_resolver_asked_all(), 1);
	struct dance_roster *listed = roster_of("n2.sub.example", NULL);
	assert_int_equal(fake_resolver_asked("n2.sub.example"), 1);
	dance_roster_free(listed);
	for (unsigned i = 0; i < 4; i++) {
		pass(1000);
	}
	assert_int_equal(fake_resolver_asked("n1.sub.example"), 1);
	assert_int_equal(fake_resolver_asked("n2.sub.example"), 1);
	/* And it may still be waiting when the context goes. */
	claim_many(roster, 10, 13, ".sub.example");
	dance_roster_free(roster);
}

/* --- readers without a lock -------------------------------------------------------------- */

#define NAMES 200
#define DECISIONS 3000

static struct dance_roster *shared;
static atomic_uint numbers, wrong;

/* Each name is claimed now and then, some of them more often than others. */
static void *decide(void *arg)
{
	unsigned number;
	(void)arg;
	while ((number = atomic_fetch_add(&numbers, 1)) < DECISIONS) {
		struct dance_result own = { .size = sizeof(own) };
		char name[32];
		snprintf(name, sizeof(name), "n%u.%s.example",
			number % 3 == 0 ? number % 7 : number * 7 % NAMES,
			number % 2 == 0 ? "sub" : "wide.sub");
		if (verify(shared, &mine, name, &own) != DANCE_ALLOW ||
			strcmp(own.name, name) != 0) {
			atomic_fetch_add(&wrong, 1);
		}
	}
	return NULL;
}

/* Names are forgotten and looked up anew while others read what is known of them. */
static void names_are_forgotten_under_those_who_read_them(void **state)
{
	(void)state;
	const struct dance_context_options limits = {
		.max_waiting = 8, .lookups_per_second = 100000, .remembered = NAMES / 10
	};
	pthread_t threads[4];
	scene_limit(&limits);
	publish(SUFFIX, 3600, &mine);
	shared = roster_of(SUFFIX, NULL);
	for (size_t i = 0; i < ROWS(threads); i++) {
		assert_int_equal(pthread_create(&threads[i], NULL, decide, NULL), 0);
	}
	for (size_t i = 0; i < ROWS(threads); i++) {
		pthread_join(threads[i], NULL);
	}
	assert_int_equal(atomic_load(&wrong), 0);
	assert_true(fake_resolver_asked_all() > NAMES);
	dance_roster_free(shared);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_crowd_waits_for_its_turn),
		TEST(as_many_are_under_way_as_the_host_says),
		TEST(one_who_waits_is_answered_in_time),
		TEST(a_full_queue_takes_no_more),
		TEST(a_dead_domain_keeps_nobody_waiting),
		TEST(names_with_records_do_not_wait_for_others),
		TEST(refreshes_come_last),
		TEST(as_many_are_remembered_as_the_host_says),
		TEST(a_name_that_waits_may_be_listed),
		TEST(names_are_forgotten_under_those_who_read_them),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
