/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Names below a suffix: looked up when a peer claims them, no more of them and no more
 * often than the bounds say. */

#include "budget.h"
#include "check.h"
#include "pool.h"
#include "scene.h"
#include "watcher.h"

#include <stdio.h>
#include <string.h>

static const struct alternative_name names[] = { DNS("b.sub.example") };
static struct credential mine, other;
static struct dance_result result;

static int make(void **state)
{
	(void)state;
	make_certificate(&mine, &(struct wish){ .key = KEY_P256, .names = names,
		.name_count = ROWS(names) });
	make_certificate(&other, &(struct wish){ .key = KEY_ED25519 });
	return 0;
}

static int clear(void **state)
{
	(void)state;
	clear_certificate(&mine);
	clear_certificate(&other);
	return 0;
}

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
	const struct dance_options options = { .max_stale_s = 100000 };
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
	const struct dance_options options = { .max_stale_s = 100000 };
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
	const struct dance_options options = { .max_stale_s = 1000 };
	publish(NAME, 60, &mine);
	struct dance_roster *strict = roster_of(SUFFIX, NULL);
	struct dance_roster *lax = roster_of(SUFFIX, &options);
	check_verdict(verify(lax, &mine, NULL, &result), DANCE_ALLOW);
	answer(NAME, RESOLVER_FAILED, 0, NULL);
	pass(70000);
	/* Whoever comes first brings the look-up that fails. */
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
			check_verdict(verify(roster, &mine, name, &result), rows[i].verdict);
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
			assert_int_equal(dance_verdict_class(result.verdict), DANCE_CLASS_DENY);
			pass(1000);
		}
		assert_int_equal(fake_resolver_asked(name), 1);
		dance_roster_free(roster);
	}
}

static void claim_many(struct dance_roster *roster, unsigned from, unsigned to,
	enum dance_verdict verdict)
{
	for (unsigned i = from; i < to; i++) {
		char name[32];
		snprintf(name, sizeof(name), "n%u.sub.example", i);
		check_verdict(verify(roster, &mine, name, &result), verdict);
	}
}

/* No more in a second than may be. */
static void claim_slowly(struct dance_roster *roster, unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i += BUDGET_PER_SECOND / 2) {
		unsigned end = i + BUDGET_PER_SECOND / 2;
		fake_clock_advance(1000);
		claim_many(roster, i, end < to ? end : to, DANCE_ALLOW);
	}
}

/* To keep claimed names fresh never keeps listed names waiting. */
static void refreshing_claimed_names_has_the_same_bound(void **state)
{
	(void)state;
	publish(SUFFIX, 400, &mine);
	publish("a.example", 400, &other);
	struct dance_roster *roster = roster_of("*.sub.example a.example", NULL);
	claim_slowly(roster, 0, 4 * BUDGET_SLOT_MAX);
	fake_resolver_settle();
	publish_held(SUFFIX, 400, &mine);
	publish_held("a.example", 400, &other);
	unsigned before = fake_resolver_asked("a.example");
	pass(350000);
	/* Some hold slots, some linger. */
	assert_int_equal(fake_resolver_under_way(),
		BUDGET_SLOT_MAX + BUDGET_LINGERING_MAX + 1);
	assert_int_equal(fake_resolver_asked("a.example"), before + 1);
	publish(SUFFIX, 400, &mine);
	fake_resolver_settle();
	pass(10000);
	assert_int_equal(fake_resolver_under_way(), 1);
	fake_resolver_release("a.example");
	dance_roster_free(roster);
}

static void claimed_names_looked_up_in_a_second_have_a_bound(void **state)
{
	(void)state;
	publish(SUFFIX, 3600, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	fake_clock_advance(1000);
	for (unsigned i = 0; i <= BUDGET_PER_SECOND; i++) {
		char name[32];
		snprintf(name, sizeof(name), "m%u.sub.example", i);
		check_verdict(verify(roster, &mine, name, &result),
			i < BUDGET_PER_SECOND ? DANCE_ALLOW : DANCE_FAIL_NOT_READY);
	}
	assert_string_equal(result.detail, "too many names are being looked up");
	/* Those that are known are none of them, and the next second has its own. */
	check_verdict(verify(roster, &mine, "m0.sub.example", &result), DANCE_ALLOW);
	fake_clock_advance(1000);
	check_verdict(verify(roster, &mine, "m1000.sub.example", &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

static void claimed_names_looked_up_at_once_have_a_bound(void **state)
{
	(void)state;
	struct asker asker;
	scene_allow_waiting(1);
	publish_held(SUFFIX, 60, &mine);
	publish_held("a.example", 60, &other);
	struct dance_roster *roster = roster_of("*.sub.example a.example", NULL);
	asker_begin(&asker, roster, &mine, "n0.sub.example");
	await_waiting(1);
	/* The others need not wait to be counted. */
	claim_many(roster, 1, BUDGET_SUFFIX_MAX, DANCE_FAIL_NOT_READY);
	assert_string_equal(result.detail, "too many clients wait for look-ups");
	fake_resolver_settle();
	assert_int_equal(fake_resolver_under_way(), BUDGET_SUFFIX_MAX + 1);
	claim_many(roster, 1000, 1100, DANCE_FAIL_NOT_READY);
	assert_string_equal(result.detail, "too many names of the same domain are being looked up");
	assert_string_equal(result.name, "n1099.sub.example");
	assert_true(result.has_key);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_under_way(), BUDGET_SUFFIX_MAX + 1);
	/* What is under way is not counted twice. */
	claim_many(roster, 1, BUDGET_SUFFIX_MAX, DANCE_FAIL_NOT_READY);
	assert_string_equal(result.detail, "too many clients wait for look-ups");

	publish(SUFFIX, 60, &mine);
	fake_resolver_settle();
	check_verdict(asker_end(&asker), DANCE_ALLOW);
	claim_slowly(roster, 1, 200);
	assert_int_equal(fake_resolver_asked("n1050.sub.example"), 0);
	dance_roster_free(roster);
}

/* After a start a client need not wait until very many listed names, perhaps of dead servers,
 * have had their turn. */
static void a_claim_does_not_queue_behind_listed_names(void **state)
{
	(void)state;
	static char list[40 * (WATCHER_LOOKUP_MAX + 50)] = SUFFIX;
	for (int i = 0; i < WATCHER_LOOKUP_MAX + 50; i++) {
		sprintf(list + strlen(list), " n%d.example", i);
	}
	publish_held("*.example", 60, &other);
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(list, NULL);
	assert_int_equal(fake_resolver_under_way(), WATCHER_LOOKUP_MAX);
	fake_clock_set_pace(1);
	(void)verify(roster, &mine, NAME, &result);
	fake_clock_set_pace(0);
	check_verdict(result.verdict, DANCE_ALLOW);
	dance_roster_free(roster);
}

/* A stranger's names, as many as a certificate has, each second: names of which there is no
 * word before the resolver gives up. */
static void claim_dead_names(struct dance_roster *roster, const char *domain, unsigned second)
{
	for (unsigned i = 0; i < 8; i++) {
		char name[64];
		snprintf(name, sizeof(name), "x%u.%s", 8 * second + i, domain);
		assert_int_not_equal(verify(roster, &other, name, &result), DANCE_ALLOW);
	}
}

/* A client whose records are known, and clients of whom nothing is known yet. */
static void strangers_keep_no_client_out(void **state)
{
	(void)state;
	static const char *const suffixes[] = { SUFFIX, "*.example", SUFFIX " *.dead.sub.example" };
	static const struct fake_answer silence = { .outcome = RESOLVER_TIMEOUT,
		.after_ms = RESOLVER_DEADLINE_MS };
	const struct dance_options options = { .timeout_ms = 1 };
	for (size_t i = 0; i < ROWS(suffixes); i++) {
		fake_resolver_set("*.dead.sub.example", &silence);
		publish("*.sub.example", 4, &mine);
		fake_resolver_set("*.dead.sub.example", &silence);
		struct dance_roster *roster = roster_of(suffixes[i], &options);
		check_verdict(verify(roster, &mine, NAME, &result), DANCE_ALLOW);
		fake_clock_set_pace(1);
		for (unsigned second = 0; second < 45; second++) {
			claim_dead_names(roster, "dead.sub.example", 45 * (unsigned)i + second);
			fake_clock_set_pace(0);
			pass(1000);
			if (second % 7 == 0) { /* expired since */
				check_verdict(verify(roster, &mine, NAME, &result), DANCE_ALLOW);
			}
			char name[32];
			snprintf(name, sizeof(name), "c%zu-%u.sub.example", i, second);
			check_verdict(verify(roster, &mine, name, &result), DANCE_ALLOW);
			fake_clock_set_pace(1);
		}
		fake_clock_set_pace(0);
		dance_roster_free(roster);
		pass(RESOLVER_DEADLINE_MS);
	}
}

/* Where one suffix is below another, the outer one says what a domain is. */
static void a_suffix_within_another_has_one_share(void **state)
{
	(void)state;
	const struct dance_options options = { .timeout_ms = 1 };
	publish_held("*.dead.sub.example", 60, &mine);
	struct dance_roster *roster = roster_of(SUFFIX " *.dead.sub.example", &options);
	fake_clock_set_pace(1);
	for (unsigned second = 0; second < 2 * BUDGET_DOMAIN_MAX / 8; second++) {
		claim_dead_names(roster, "dead.sub.example", second);
	}
	fake_clock_set_pace(0);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_under_way(), BUDGET_DOMAIN_MAX);
	dance_roster_free(roster);
}

/* Names without end that are answered at once: they use up what a second has, but not for
 * the one whose records are known. */
static void quick_answers_keep_no_known_client_out(void **state)
{
	(void)state;
	answer(SUFFIX, RESOLVER_DENIED, 60, NULL);
	publish(NAME, 4, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	check_verdict(verify(roster, &mine, NAME, &result), DANCE_ALLOW);
	for (unsigned second = 0; second < 20; second++) {
		for (unsigned i = 0; i < 2 * BUDGET_PER_SECOND; i++) {
			char name[32];
			snprintf(name, sizeof(name), "x%u-%u.sub.example", second, i);
			(void)verify(roster, &other, name, &result);
		}
		assert_string_equal(result.detail, "too many names are being looked up");
		if (second % 7 == 0) {
			check_verdict(verify(roster, &mine, NAME, &result), DANCE_ALLOW);
		}
		fake_clock_advance(1000);
	}
	dance_roster_free(roster);
}

/* That a look-up failed an hour ago says nothing about the one that a claim brings now. */
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
			i == 0 ? DANCE_FAIL_BOGUS : i == 1 ? DANCE_FAIL_LOOKUP :
			DANCE_FAIL_TIMEOUT);
		publish(NAME, 4, &mine);
		pass(6000);
		for (unsigned j = 0; j < 2 * BUDGET_PER_SECOND; j++) {
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

/* A claim that is dropped while it waits for its turn gives its place back. */
static void places_come_back_however_look_ups_end(void **state)
{
	(void)state;
	static const enum resolver_outcome outcomes[] = { RESOLVER_FAILED, RESOLVER_TIMEOUT,
		RESOLVER_BOGUS, RESOLVER_DENIED, RESOLVER_INSECURE };
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	for (unsigned i = 0; i < 5 * BUDGET_SLOT_MAX; i++) {
		char name[32];
		snprintf(name, sizeof(name), "n%u.sub.example", i);
		answer(SUFFIX, outcomes[i % ROWS(outcomes)], 60, NULL);
		fake_clock_advance(100);
		fake_resolver_refuse(i % 7 == 0 ? "not now" : NULL);
		(void)verify(roster, &mine, name, &result);
		assert_string_not_equal(result.detail, "too many names are being looked up");
	}
	dance_roster_free(roster);
}

static void memory_of_claimed_names_has_a_bound(void **state)
{
	(void)state;
	publish(SUFFIX, 3600, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	claim_slowly(roster, 0, POOL_CLAIMED_MAX);
	fake_clock_advance(1000);
	claim_many(roster, 0, 1, DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked_all(), POOL_CLAIMED_MAX);
	/* One more: number 1 is the longest unclaimed, number 0 is not. */
	claim_many(roster, POOL_CLAIMED_MAX, POOL_CLAIMED_MAX + 1, DANCE_ALLOW);
	claim_many(roster, 0, 1, DANCE_ALLOW);
	claim_many(roster, 2, 3, DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked_all(), POOL_CLAIMED_MAX + 1);
	claim_many(roster, 1, 2, DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked("n1.sub.example"), 2);
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
		TEST(refreshing_claimed_names_has_the_same_bound),
		TEST(claimed_names_looked_up_in_a_second_have_a_bound),
		TEST(claimed_names_looked_up_at_once_have_a_bound),
		TEST(a_claim_does_not_queue_behind_listed_names),
		TEST(strangers_keep_no_client_out),
		TEST(a_suffix_within_another_has_one_share),
		TEST(quick_answers_keep_no_known_client_out),
		TEST(a_failure_of_long_ago_is_not_the_answer),
		TEST(a_name_with_records_stays_one_through_failures),
		TEST(places_come_back_however_look_ups_end),
		TEST(memory_of_claimed_names_has_a_bound),
		TEST(a_listed_name_is_shared_with_those_who_claim_it),
		TEST(rosters_may_go_while_claims_are_looked_up),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
