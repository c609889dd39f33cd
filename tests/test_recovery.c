/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What was wrong for a while comes right soon after: lookups that failed, memory that was
 * not there, answers that have expired. */

#include "check.h"
#include "fixture.h"
#include "owner.h"
#include "scene.h"
#include "watcher.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct credential mine, other;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

#define NAME "a.example"

static atomic_bool forgets;

struct knowledge *__real_knowledge_new(enum dance_verdict verdict, struct tlsa_set *set,
	uint64_t valid_until, const char *why);
struct knowledge *__wrap_knowledge_new(enum dance_verdict verdict, struct tlsa_set *set,
	uint64_t valid_until, const char *why);

struct knowledge *__wrap_knowledge_new(enum dance_verdict verdict, struct tlsa_set *set,
	uint64_t valid_until, const char *why)
{
	if (atomic_load(&forgets)) {
		free(set);
		return NULL;
	}
	return __real_knowledge_new(verdict, set, valid_until, why);
}

/* A client that comes when the servers have come back does not wait for the end of the
 * longest pause between lookups. */
static void who_comes_after_failures_is_let_in_soon(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
		bool first; /* nothing else has ever been known */
	} rows[] = {
		{ RESOLVER_FAILED, DANCE_FAIL_LOOKUP, false },
		{ RESOLVER_FAILED, DANCE_FAIL_LOOKUP, true },
		{ RESOLVER_TIMEOUT, DANCE_FAIL_TIMEOUT, false },
		{ RESOLVER_BOGUS, DANCE_FAIL_BOGUS, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		publish(NAME, 60, &mine);
		if (rows[i].first) {
			answer(NAME, rows[i].outcome, 0, NULL);
		}
		struct dance_roster *roster = roster_of(NAME, NULL);
		answer(NAME, rows[i].outcome, 0, NULL);
		pass(600000);
		unsigned before = fake_resolver_asked(NAME);
		while (fake_resolver_asked(NAME) == before) {
			pass(1000);
		}
		pass(5000);
		publish(NAME, 60, &mine);
		check_verdict(verify(roster, &mine, NAME, &result), rows[i].verdict);
		fake_resolver_settle();
		check_verdict(verify(roster, &mine, NAME, &result), DANCE_ALLOW);
		dance_roster_free(roster);
	}
}

/* And the servers that are down are asked no more often for that than others are. */
static void who_comes_during_failures_brings_few_lookups(void **state)
{
	(void)state;
	answer(NAME, RESOLVER_FAILED, 0, NULL);
	struct dance_roster *roster = roster_of(NAME, NULL);
	pass(300000);
	unsigned before = fake_resolver_asked(NAME);
	for (int i = 0; i < 300; i++) {
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_LOOKUP);
		pass(100);
	}
	check_range(fake_resolver_asked(NAME) - before, 5, 7);
	dance_roster_free(roster);
}

/* There was no room for the answer: it is asked for again soon, not at 3/4 of its TTL. */
static void an_answer_that_could_not_be_kept_is_asked_for_soon(void **state)
{
	(void)state;
	publish("*.example", 86400, &mine);
	atomic_store(&forgets, true);
	/* Whoever was listed first is the one, whenever that is known. */
	struct dance_roster *roster = roster_of("a.example b.example", NULL);
	atomic_store(&forgets, false);
	assert_int_equal(fake_resolver_asked_all(), 2);
	assert_int_equal(log_count("records not stored, client a.example (out of memory; they are looked "
				   "up again); do: give more memory"),
		1);
	pass(2000);
	assert_int_equal(fake_resolver_asked_all(), 4);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.name, NAME);
	pass(600000);
	assert_int_equal(fake_resolver_asked_all(), 4);
	dance_roster_free(roster);
}

/* A key that was once not entered, and the name it is of goes: there is nothing to mend. */
static void a_name_without_records_is_left_in_peace(void **state)
{
	(void)state;
	publish(NAME, 86400, &mine);
	atomic_store(&forgets, true);
	struct dance_roster *roster = roster_of(NAME, NULL);
	atomic_store(&forgets, false);
	answer(NAME, RESOLVER_DENIED, 86400, NULL);
	pass(300000);
	assert_int_equal(fake_resolver_asked(NAME), 2);
	dance_roster_free(roster);
}

/* At a start, when very many names have to be looked up. */
static void who_comes_at_a_start_does_not_queue_behind_others(void **state)
{
	(void)state;
	static char list[40 * (WATCHER_LOOKUP_MAX + 100)] = "n.example " NAME;
	for (int i = 0; i < WATCHER_LOOKUP_MAX + 99; i++) {
		sprintf(list + strlen(list), " n%d.example", i);
	}
	publish_held("*.example", 60, &other);
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(list, NULL);
	fake_clock_set_pace(1);
	(void)verify(roster, &mine, NAME, &result);
	fake_clock_set_pace(0);
	check_verdict(result.verdict, DANCE_FAIL_TIMEOUT);
	assert_int_equal(fake_resolver_asked(NAME), 0);
	fake_resolver_release("n.example");
	assert_int_equal(fake_resolver_asked(NAME), 1);
	check_verdict(verify(roster, &mine, NAME, &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

/* That there was nothing to go by is no proof that there still is: of a server, PKIX may do
 * instead (RFC 6698 4.1). Of a client it is a no in any case. */
static void what_has_expired_proves_no_absence(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
	} rows[] = {
		{ RESOLVER_DENIED, DANCE_DENY_NO_TLSA },
		{ RESOLVER_INSECURE, DANCE_DENY_INSECURE },
	};
	const struct dance_options options = { .size = sizeof(options),
		.role = DANCE_SERVER };
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct asker asker;
		answer(NAME, rows[i].outcome, 60, NULL);
		struct dance_roster *servers = roster_of(NAME, &options);
		struct dance_roster *clients = roster_of(NAME, NULL);
		const struct fake_answer held = {
			.outcome = rows[i].outcome, .ttl = 60, .held = true
		};
		fake_resolver_set(NAME, &held);
		pass(59999);
		assert_int_equal(fake_resolver_under_way(), 1);
		check_verdict(verify(servers, &mine, NULL, &result), rows[i].verdict);
		pass(1);
		check_verdict(verify(clients, &mine, NULL, &result), rows[i].verdict);
		asker_begin(&asker, servers, &mine, NULL);
		await_asker(&asker);
		assert_false(atomic_load(&asker.decided));
		pass(499);
		await_look();
		fake_clock_advance(1);
		check_verdict(asker_end(&asker), DANCE_FAIL_TIMEOUT);
		/* What comes meanwhile counts. */
		asker_begin(&asker, servers, &mine, NULL);
		await_asker(&asker);
		fake_resolver_release(NAME);
		check_verdict(asker_end(&asker), rows[i].verdict);
		dance_roster_free(servers);
		dance_roster_free(clients);
	}
}

/* The machine has slept for longer than the answer was good for, and its timers with it. */
static void an_expired_absence_is_looked_at_again_at_once(void **state)
{
	(void)state;
	const struct dance_options options = { .size = sizeof(options),
		.role = DANCE_SERVER };
	struct asker asker;
	answer(NAME, RESOLVER_DENIED, 300, NULL);
	struct dance_roster *roster = roster_of(NAME, &options);
	fake_clock_advance(400000);
	publish(NAME, 60, &mine);
	asker_begin(&asker, roster, &mine, NULL);
	check_verdict(asker_end(&asker), DANCE_ALLOW);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_comes_after_failures_is_let_in_soon),
		TEST(who_comes_during_failures_brings_few_lookups),
		TEST(who_comes_at_a_start_does_not_queue_behind_others),
		TEST(an_answer_that_could_not_be_kept_is_asked_for_soon),
		TEST(a_name_without_records_is_left_in_peace),
		TEST(what_has_expired_proves_no_absence),
		TEST(an_expired_absence_is_looked_at_again_at_once),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
