/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What claims of names below a suffix may cost: so many lookups at once, in a second and
 * for each domain, so much memory, and nobody else's place. */

#include "lookup_budget.h"
#include "check.h"
#include "fixture.h"
#include "owners.h"
#include "scene.h"
#include "watcher.h"

#include <stdio.h>
#include <string.h>

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
	for (unsigned i = from; i < to; i += LOOKUP_BUDGET_PER_SECOND / 2) {
		unsigned end = i + LOOKUP_BUDGET_PER_SECOND / 2;
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
	claim_slowly(roster, 0, 4 * LOOKUP_BUDGET_SLOT_MAX);
	fake_resolver_settle();
	publish_held(SUFFIX, 400, &mine);
	publish_held("a.example", 400, &other);
	unsigned before = fake_resolver_asked("a.example");
	pass(350000);
	/* Some hold slots, some linger. */
	assert_int_equal(fake_resolver_under_way(),
		LOOKUP_BUDGET_SLOT_MAX + LOOKUP_BUDGET_LINGERING_MAX + 1);
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
	for (unsigned i = 0; i <= LOOKUP_BUDGET_PER_SECOND; i++) {
		char name[32];
		snprintf(name, sizeof(name), "m%u.sub.example", i);
		check_verdict(verify(roster, &mine, name, &result),
			i < LOOKUP_BUDGET_PER_SECOND ? DANCE_ALLOW : DANCE_FAIL_NOT_READY);
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
	claim_many(roster, 1, LOOKUP_BUDGET_SUFFIX_MAX, DANCE_FAIL_NOT_READY);
	assert_string_equal(result.detail, "too many clients are waiting for lookups");
	fake_resolver_settle();
	assert_int_equal(fake_resolver_under_way(), LOOKUP_BUDGET_SUFFIX_MAX + 1);
	claim_many(roster, 1000, 1100, DANCE_FAIL_NOT_READY);
	assert_string_equal(result.detail,
		"too many names of the same domain are being looked up");
	assert_string_equal(result.name, "n1099.sub.example");
	assert_true(result.has_key);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_under_way(), LOOKUP_BUDGET_SUFFIX_MAX + 1);
	/* What is under way is not counted twice. */
	claim_many(roster, 1, LOOKUP_BUDGET_SUFFIX_MAX, DANCE_FAIL_NOT_READY);
	assert_string_equal(result.detail, "too many clients are waiting for lookups");

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
static void claim_dead_names(struct dance_roster *roster, const char *domain,
	unsigned second)
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
	static const char *const suffixes[] = { SUFFIX, "*.example",
		SUFFIX " *.dead.sub.example" };
	static const struct fake_answer silence = { .outcome = RESOLVER_TIMEOUT,
		.after_ms = RESOLVER_DEADLINE_MS };
	const struct dance_options options = { .size = sizeof(options), .timeout_ms = 1 };
	for (size_t i = 0; i < ROWS(suffixes); i++) {
		fake_resolver_set("*.dead.sub.example", &silence);
		publish("*.sub.example", 4, &mine);
		fake_resolver_set("*.dead.sub.example", &silence);
		struct dance_roster *roster = roster_of(suffixes[i], &options);
		check_verdict(verify(roster, &mine, NAME, &result), DANCE_ALLOW);
		fake_clock_set_pace(1);
		for (unsigned second = 0; second < 45; second++) {
			claim_dead_names(roster, "dead.sub.example",
				45 * (unsigned)i + second);
			fake_clock_set_pace(0);
			pass(1000);
			if (second % 7 == 0) { /* expired since */
				check_verdict(verify(roster, &mine, NAME, &result),
					DANCE_ALLOW);
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
	const struct dance_options options = { .size = sizeof(options), .timeout_ms = 1 };
	publish_held("*.dead.sub.example", 60, &mine);
	struct dance_roster *roster = roster_of(SUFFIX " *.dead.sub.example", &options);
	fake_clock_set_pace(1);
	for (unsigned second = 0; second < 2 * LOOKUP_BUDGET_DOMAIN_MAX / 8; second++) {
		claim_dead_names(roster, "dead.sub.example", second);
	}
	fake_clock_set_pace(0);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_under_way(), LOOKUP_BUDGET_DOMAIN_MAX);
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
		for (unsigned i = 0; i < 2 * LOOKUP_BUDGET_PER_SECOND; i++) {
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

/* A claim that is dropped while it waits for its turn gives its place back. */
static void places_come_back_however_lookups_end(void **state)
{
	(void)state;
	static const enum resolver_outcome outcomes[] = { RESOLVER_FAILED, RESOLVER_TIMEOUT,
		RESOLVER_BOGUS, RESOLVER_DENIED, RESOLVER_INSECURE };
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	for (unsigned i = 0; i < 5 * LOOKUP_BUDGET_SLOT_MAX; i++) {
		char name[32];
		snprintf(name, sizeof(name), "n%u.sub.example", i);
		answer(SUFFIX, outcomes[i % ROWS(outcomes)], 60, NULL);
		fake_clock_advance(100);
		fake_resolver_refuse(i % 7 == 0 ? "not now" : NULL);
		(void)verify(roster, &mine, name, &result);
		assert_string_not_equal(result.detail,
			"too many names are being looked up");
	}
	dance_roster_free(roster);
}

static void memory_of_claimed_names_has_a_bound(void **state)
{
	(void)state;
	publish(SUFFIX, 3600, &mine);
	struct dance_roster *roster = roster_of(SUFFIX, NULL);
	claim_slowly(roster, 0, OWNERS_CLAIMED_MAX);
	fake_clock_advance(1000);
	claim_many(roster, 0, 1, DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked_all(), OWNERS_CLAIMED_MAX);
	/* One more: number 1 is the longest unclaimed, number 0 is not. */
	claim_many(roster, OWNERS_CLAIMED_MAX, OWNERS_CLAIMED_MAX + 1, DANCE_ALLOW);
	claim_many(roster, 0, 1, DANCE_ALLOW);
	claim_many(roster, 2, 3, DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked_all(), OWNERS_CLAIMED_MAX + 1);
	claim_many(roster, 1, 2, DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked("n1.sub.example"), 2);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(refreshing_claimed_names_has_the_same_bound),
		TEST(claimed_names_looked_up_in_a_second_have_a_bound),
		TEST(claimed_names_looked_up_at_once_have_a_bound),
		TEST(a_claim_does_not_queue_behind_listed_names),
		TEST(strangers_keep_no_client_out),
		TEST(a_suffix_within_another_has_one_share),
		TEST(quick_answers_keep_no_known_client_out),
		TEST(places_come_back_however_lookups_end),
		TEST(memory_of_claimed_names_has_a_bound),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
