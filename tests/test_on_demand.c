/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Names below a suffix: looked up when a peer claims them, and for how long what is known
 * of them counts. */

#include "lookup_budget.h"
#include "check.h"
#include "fixture.h"
#include "named.h"
#include "roster.h"
#include "scene.h"

#include <stdio.h>
#include <urcu/urcu-bp.h>

static const struct alternative_name names[] = { DNS("b.sub.example") };
static struct credential mine, other;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256, .names = names, .name_count = ROWS(names) } },
	{ &other, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

#define NAME "b.sub.example"
#define SUFFIX "*.sub.example"

static void only_claimed_names_are_looked_up(void **state)
{
	(void)state;
	publish(NAME, 60, &mine);
	publish("c.sub.example", 60, &other);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	assert_int_equal(fake_resolver_asked_all(), 0);
	check_verdict(verify(roster, &other, NULL, &result), DANCE_DENY_NAME);
	check_verdict(verify(roster, &other, "b.example", &result), DANCE_DENY_NAME);
	check_verdict(verify(roster, &other, "sub.example", &result), DANCE_DENY_NAME);
	check_verdict(verify_raw_key(roster, &mine, NULL, &result), DANCE_DENY_NAME);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked_all(), 0);
	/* By a name in the certificate, and by dane_clientid. */
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.name, NAME);
	check_verdict(verify_raw_key(roster, &mine, NAME, &result), DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked_all(), 1);
	check_verdict(verify(roster, &other, "C.Sub.Example", &result), DANCE_ALLOW);
	assert_string_equal(result.name, "c.sub.example");
	assert_int_equal(fake_resolver_asked_all(), 2);
	dance_roster_free(roster);
}

static void a_first_answer_is_waited_for_in_time(void **state)
{
	(void)state;
	struct asker asker;
	publish_held(SUFFIX, 60, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	asker_begin(&asker, roster, &mine, NULL);
	await_waiting(1);
	pass(499);
	fake_resolver_release(NAME);
	check_verdict(asker_end(&asker), DANCE_ALLOW);
	asker_begin(&asker, roster, &mine, "c.sub.example");
	await_waiting(1);
	pass(500);
	check_verdict(asker_end(&asker), DANCE_FAIL_TIMEOUT);
	assert_string_equal(asker.result.name, "c.sub.example");
	/* It goes on without those who waited. */
	fake_resolver_release("c.sub.example");
	check_verdict(verify(roster, &mine, "c.sub.example", &result), DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked("c.sub.example"), 1);
	dance_roster_free(roster);
}

static void records_count_to_the_end_of_their_ttl(void **state)
{
	(void)state;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	pass(200000);
	answer(NAME, RESOLVER_DENIED, 60, NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_DENY_NO_TLSA);
	dance_roster_free(roster);
}

/* RFC 1035 3.2.1: it is good for who is asking now, and for nobody after. */
static void a_ttl_of_zero_is_good_for_who_waits(void **state)
{
	(void)state;
	publish(NAME, 0, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	pass(10000);
	answer(NAME, RESOLVER_DENIED, 60, NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_DENY_NO_TLSA);
	dance_roster_free(roster);
}

/* What nobody claims any more is not kept fresh for ever; what is claimed is, and then
 * nobody waits. */
static void names_are_kept_fresh_while_they_are_claimed(void **state)
{
	(void)state;
	publish(NAME, 400, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	for (int i = 0; i < 20; i++) {
		pass(200000);
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
		assert_true(result.ttl >= 100);
	}
	pass(800000); /* the one that is due, and one more since it was claimed */
	unsigned before = fake_resolver_asked(NAME);
	pass(4000000);
	assert_int_equal(fake_resolver_asked(NAME), before);
	dance_roster_free(roster);
}

/* The first claim after a long silence must not be decided by what was true before it:
 * nothing failed that would make an old answer the best one there is. */
static void stale_records_are_for_failures_only(void **state)
{
	(void)state;
	const struct dance_options options = { .size = sizeof(options),
		.max_stale_s = 100000 };
	struct asker asker;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, &options);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	pass(1000000);
	publish_held(NAME, 60, &mine);
	asker_begin(&asker, roster, &mine, NULL);
	await_asker(&asker);
	answer(NAME, RESOLVER_DENIED, 60, NULL); /* withdrawn, long ago perhaps */
	fake_resolver_settle();
	check_verdict(asker_end(&asker), DANCE_DENY_NO_TLSA);
	dance_roster_free(roster);
}

/* Nor by a failure that is long over. */
static void a_failure_that_is_over_is_none(void **state)
{
	(void)state;
	const struct dance_options options = { .size = sizeof(options),
		.max_stale_s = 100000 };
	struct asker asker;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, &options);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	answer(NAME, RESOLVER_FAILED, 0, NULL);
	pass(70000);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	publish(NAME, 60, &mine);
	pass(10000);
	(void)verify(roster, &mine, NULL, &result);
	fake_resolver_settle();
	pass(1000000);
	publish_held(NAME, 60, &mine);
	asker_begin(&asker, roster, &mine, NULL);
	await_asker(&asker);
	answer(NAME, RESOLVER_DENIED, 60, NULL);
	fake_resolver_settle();
	check_verdict(asker_end(&asker), DANCE_DENY_NO_TLSA);
	dance_roster_free(roster);
}

static void failures_leave_stale_records_if_allowed(void **state)
{
	(void)state;
	const struct dance_options options = { .size = sizeof(options),
		.max_stale_s = 1000 };
	publish(NAME, 60, &mine);
	struct dance_roster *strict = roster_of(SUFFIX, NULL);
	struct dance_roster *lax = roster_of(SUFFIX, &options);
	check_verdict(verify(lax, &mine, NULL, &result), DANCE_ALLOW);
	answer(NAME, RESOLVER_FAILED, 0, NULL);
	pass(70000);
	/* Whoever comes first brings the lookup that fails. */
	(void)verify(strict, &mine, NULL, &result);
	fake_resolver_settle();
	check_verdict(verify(lax, &mine, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(strict, &mine, NULL, &result), DANCE_FAIL_LOOKUP);
	pass(1000000);
	(void)verify(strict, &mine, NULL, &result);
	fake_resolver_settle();
	check_verdict(verify(lax, &mine, NULL, &result), DANCE_FAIL_LOOKUP);
	dance_roster_free(strict);
	dance_roster_free(lax);
}

/* However often and by however many a name is claimed that is not there. */
static void absence_is_remembered(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
	} rows[] = {
		{ RESOLVER_DENIED, DANCE_DENY_NO_TLSA },
		{ RESOLVER_INSECURE, DANCE_DENY_INSECURE },
		{ RESOLVER_FAILED, DANCE_FAIL_LOOKUP },
		{ RESOLVER_BOGUS, DANCE_FAIL_BOGUS },
		{ RESOLVER_TIMEOUT, DANCE_FAIL_TIMEOUT },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char name[32];
		snprintf(name, sizeof(name), "n%zu.sub.example", i);
		answer(name, rows[i].outcome, 0, NULL);
		struct dance_roster *roster = roster_of(SUFFIX, NULL);
		check_verdict(verify(roster, &mine, name, &result), rows[i].verdict);
		for (int j = 0; j < 49; j++) {
			pass(10);
			check_verdict(verify(roster, &mine, name, &result),
				rows[i].verdict);
		}
		assert_int_equal(fake_resolver_asked(name), 1);
		for (int j = 0; j < 300; j++) {
			pass(100);
			(void)verify(roster, &mine, name, &result);
		}
		fake_resolver_settle();
		/* 30 s: not more often than the back-off or the nudges say. */
		assert_true(fake_resolver_asked(name) <= 8);
		dance_roster_free(roster);
	}
}

/* For as long as DNS says, whoever claims it. */
static void absence_is_remembered_for_its_ttl(void **state)
{
	(void)state;
	static const enum resolver_outcome outcomes[] = { RESOLVER_DENIED,
		RESOLVER_INSECURE };
	for (size_t i = 0; i < ROWS(outcomes); i++) {
		char name[32];
		snprintf(name, sizeof(name), "n%zu.sub.example", i);
		answer(name, outcomes[i], 400, NULL);
		struct dance_roster *roster = roster_of(SUFFIX, NULL);
		for (int j = 0; j < 250; j++) {
			(void)verify(roster, &mine, name, &result);
			assert_int_equal(dance_verdict_class(result.verdict),
				DANCE_CLASS_DENY);
			pass(1000);
		}
		assert_int_equal(fake_resolver_asked(name), 1);
		dance_roster_free(roster);
	}
}

/* That a lookup failed an hour ago says nothing about the one that a claim brings now. */
static void a_failure_of_long_ago_is_not_the_answer(void **state)
{
	(void)state;
	struct asker asker;
	publish(NAME, 4, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	check_verdict(verify(roster, &mine, NAME, &result), DANCE_ALLOW);
	answer(NAME, RESOLVER_FAILED, 0, "SERVFAIL");
	pass(6000);
	(void)verify(roster, &mine, NAME, &result);
	fake_resolver_settle();
	check_verdict(verify(roster, &mine, NAME, &result), DANCE_FAIL_LOOKUP);
	publish_held(NAME, 4, &mine);
	pass(3600000);
	asker_begin(&asker, roster, &mine, NAME);
	await_asker(&asker);
	fake_resolver_settle();
	fake_resolver_release(NAME);
	check_verdict(asker_end(&asker), DANCE_ALLOW);
	/* Shortly after a failure there is nothing to wait for. */
	answer(NAME, RESOLVER_FAILED, 0, "SERVFAIL");
	pass(6000);
	check_verdict(verify(roster, &mine, NAME, &result), DANCE_FAIL_LOOKUP);
	unsigned before = fake_clock_looks();
	check_verdict(verify(roster, &mine, NAME, &result), DANCE_FAIL_LOOKUP);
	assert_int_equal(fake_clock_looks(), before);
	dance_roster_free(roster);
}

/* What is forged on the way, or cannot be had, is no word of the name's owner: it stays one
 * that has had records. */
static void a_name_with_records_stays_one_through_failures(void **state)
{
	(void)state;
	static const enum resolver_outcome outcomes[] = { RESOLVER_BOGUS, RESOLVER_FAILED,
		RESOLVER_TIMEOUT };
	answer(SUFFIX, RESOLVER_DENIED, 60, NULL);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	for (size_t i = 0; i < ROWS(outcomes); i++) {
		publish(NAME, 4, &mine);
		check_verdict(verify(roster, &mine, NAME, &result), DANCE_ALLOW);
		answer(NAME, outcomes[i], 0, NULL);
		pass(6000);
		(void)verify(roster, &mine, NAME, &result);
		check_verdict(verify(roster, &mine, NAME, &result),
			i == 0         ? DANCE_FAIL_BOGUS :
				i == 1 ? DANCE_FAIL_LOOKUP :
					 DANCE_FAIL_TIMEOUT);
		publish(NAME, 4, &mine);
		pass(6000);
		for (unsigned j = 0; j < 2 * LOOKUP_BUDGET_PER_SECOND; j++) {
			char name[32];
			snprintf(name, sizeof(name), "y%zu-%u.sub.example", i, j);
			(void)verify(roster, &other, name, &result);
		}
		assert_string_equal(result.detail, "too many names are being looked up");
		check_verdict(verify(roster, &mine, NAME, &result), DANCE_ALLOW);
		pass(6000);
	}
	dance_roster_free(roster);
}

/* Listed here and below a suffix there, it is one and the same. */
static void a_listed_name_is_shared_with_those_who_claim_it(void **state)
{
	(void)state;
	publish(NAME, 400, &mine);
	struct dance_roster *exact = roster_of(NAME, NULL);
	struct dance_roster *below = roster_of(SUFFIX, NULL);
	check_verdict(verify(below, &mine, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(exact, &mine, NULL, &result), DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked(NAME), 1);
	dance_roster_free(exact);
	check_verdict(verify(below, &mine, NULL, &result), DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked(NAME), 1);
	exact = roster_of(NAME, NULL);
	check_verdict(verify(exact, &mine, NULL, &result), DANCE_ALLOW);
	pass(2000000);
	check_verdict(verify(exact, &mine, NULL, &result), DANCE_ALLOW);
	dance_roster_free(below);
	dance_roster_free(exact);
}

static void rosters_may_go_while_claims_are_looked_up(void **state)
{
	(void)state;
	struct asker asker;
	publish_held(SUFFIX, 60, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	asker_begin(&asker, roster, &mine, NULL);
	await_waiting(1);
	pass(500);
	check_verdict(asker_end(&asker), DANCE_FAIL_TIMEOUT);
	dance_roster_free(roster);
	fake_resolver_release(NAME);
	roster = roster_of(SUFFIX, NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked(NAME), 1);
	dance_roster_free(roster);
}

/* A decision whose time is over looks at what it waited for once more. Names that were forgotten
 * meanwhile are not entered again for it, since nobody would look them up. */
static void a_late_claim_leaves_nothing_behind(void **state)
{
	(void)state;
	const struct name name = named(NAME), suffix = named("sub.example");
	struct watcher_view view = { .quiet = true };
	const char *why = NULL;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	check_verdict(verify(roster, &other, "x.sub.other", &result), DANCE_DENY_NAME);
	urcu_bp_read_lock();
	assert_null(watcher_claim(roster->watcher, &name, &suffix, &view, &why));
	urcu_bp_read_unlock();
	assert_null(why);
	assert_false(view.under_way);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked_all(), 0);
	/* One that is there is found, expired or not. */
	check_verdict(verify(roster, &mine, NAME, &result), DANCE_ALLOW);
	answer(NAME, RESOLVER_FAILED, 0, NULL);
	pass(60000);
	unsigned before = fake_resolver_asked_all();
	urcu_bp_read_lock();
	assert_non_null(watcher_claim(roster->watcher, &name, &suffix, &view, &why));
	urcu_bp_read_unlock();
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked_all(), before);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_claimed_names_are_looked_up),
		TEST(a_first_answer_is_waited_for_in_time),
		TEST(records_count_to_the_end_of_their_ttl),
		TEST(a_ttl_of_zero_is_good_for_who_waits),
		TEST(names_are_kept_fresh_while_they_are_claimed),
		TEST(stale_records_are_for_failures_only),
		TEST(a_failure_that_is_over_is_none),
		TEST(failures_leave_stale_records_if_allowed),
		TEST(absence_is_remembered),
		TEST(absence_is_remembered_for_its_ttl),
		TEST(a_failure_of_long_ago_is_not_the_answer),
		TEST(a_name_with_records_stays_one_through_failures),
		TEST(a_listed_name_is_shared_with_those_who_claim_it),
		TEST(rosters_may_go_while_claims_are_looked_up),
		TEST(a_late_claim_leaves_nothing_behind),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
