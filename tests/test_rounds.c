/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A decision that waits is taken up again when an answer may change it: how often, and what
 * that costs. A peer chooses what one round costs, and anybody's names can be looked up while
 * it waits; so all rounds together must cost what one does. */

#include "check.h"
#include "count_signatures.h"
#include "match.h"
#include "peer.h"
#include "scene.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static _Atomic unsigned judged;

enum dance_verdict __real_match_peer(struct peer *peer, const struct name *name,
	const struct tlsa_set *set, const struct dance_options *options,
	struct dance_result *result);
enum dance_verdict __wrap_match_peer(struct peer *peer, const struct name *name,
	const struct tlsa_set *set, const struct dance_options *options,
	struct dance_result *result);
enum dance_verdict __wrap_match_peer(struct peer *peer, const struct name *name,
	const struct tlsa_set *set, const struct dance_options *options,
	struct dance_result *result)
{
	atomic_fetch_add(&judged, 1);
	return __real_match_peer(peer, name, set, options, result);
}

#define CROWD (DANCE_CHAIN_MAX - 1)
#define STRANGERS 20
#define NAME "a.example"

static const struct alternative_name names[] = { DNS(NAME), DNS("x.sub.example") };
static struct credential crowd[CROWD], unseen, leaf, other;
static struct dance_tlsa records[CROWD];

/* A leaf that none of many CAs of its issuer's name has signed, with a record for each. */
static int make(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CROWD; i++) {
		make_certificate(&crowd[i],
			&(struct wish){ .key = KEY_P256,
				.authority = true,
				.issuer = i == 0 ? NULL : &crowd[i - 1],
				.common_name = "crowd" });
		records[i] = tlsa_of(&crowd[i], TLSA_DANE_TA, TLSA_SPKI, TLSA_FULL);
	}
	make_certificate(&unseen,
		&(struct wish){
			.key = KEY_P256, .authority = true, .common_name = "crowd" });
	make_certificate(&leaf,
		&(struct wish){ .key = KEY_P256,
			.issuer = &unseen,
			.names = names,
			.name_count = ROWS(names),
			.common_name = "leaf" });
	make_certificate(&other, &(struct wish){ .key = KEY_ED25519 });
	return 0;
}

static int clear(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CROWD; i++) {
		clear_certificate(&crowd[i]);
	}
	clear_certificate(&unseen);
	clear_certificate(&leaf);
	clear_certificate(&other);
	return 0;
}

struct visit {
	pthread_t thread;
	struct dance_roster *roster;
	struct dance_result result;
};

static struct dance_octets chain[1 + CROWD];

static struct dance_peer crowded(void)
{
	chain[0] = leaf.whole[TLSA_CERTIFICATE];
	for (unsigned i = 0; i < CROWD; i++) {
		chain[1 + i] = crowd[i].whole[TLSA_CERTIFICATE];
	}
	return (struct dance_peer){
		.size = sizeof(struct dance_peer), .chain = chain, .chain_count = 1 + CROWD
	};
}

static void *come(void *arg)
{
	struct visit *visit = arg;
	const struct dance_peer peer = crowded();
	visit->result.size = sizeof(visit->result);
	(void)dance_verify(visit->roster, &peer, &visit->result);
	return NULL;
}

static void begin_visit(struct visit *visit, struct dance_roster *roster)
{
	atomic_store(&judged, 0);
	count_signatures_from_zero();
	visit->roster = roster;
	assert_int_equal(pthread_create(&visit->thread, NULL, come, visit), 0);
	await_waiting(1);
	assert_int_equal(atomic_load(&judged), 1);
	assert_true(count_signatures() > 10);
}

/* Names of nobody here, whose answers the test lets come. */
static struct dance_roster *strangers(void)
{
	char list[STRANGERS * 20] = "", name[20];
	for (int i = 0; i < STRANGERS; i++) {
		snprintf(name, sizeof(name), "%sy%d.example", i == 0 ? "" : " ", i);
		strcat(list, name);
	}
	publish_held("*.example", 60, &other);
	return roster_of(list, NULL);
}

static void answers_on_names_of_others_cost_nothing(const char *list, const char *awaited)
{
	struct visit visit;
	publish_records(NAME, 3600, records, CROWD);
	publish_held(awaited, 60, &other);
	struct dance_roster *roster = roster_of(list, NULL);
	struct dance_roster *elsewhere = strangers();
	begin_visit(&visit, roster);
	unsigned before = count_signatures();
	for (int i = 0; i < STRANGERS; i++) {
		char name[20];
		snprintf(name, sizeof(name), "y%d.example", i);
		fake_resolver_release(name);
		fake_resolver_settle();
		await_look();
	}
	assert_int_equal(atomic_load(&judged), 1);
	assert_int_equal(count_signatures(), before);
	/* The one that matters ends the wait: what is known already is not judged again. */
	fake_resolver_release(awaited);
	pthread_join(visit.thread, NULL);
	check_verdict(visit.result.verdict, DANCE_DENY_CHAIN);
	assert_string_equal(visit.result.name, NAME);
	assert_int_equal(atomic_load(&judged), strchr(list, '*') != NULL ? 2 : 1);
	assert_int_equal(count_signatures(), before);
	dance_roster_free(elsewhere);
	dance_roster_free(roster);
}

static void a_listed_name_is_awaited(void **state)
{
	(void)state;
	answers_on_names_of_others_cost_nothing("a.example b.example", "b.example");
}

static void a_name_below_a_suffix_is_awaited(void **state)
{
	(void)state;
	answers_on_names_of_others_cost_nothing("a.example *.sub.example", "x.sub.example");
}

/* New records are judged, but the budget is that of one decision. */
static void records_that_change_again_and_again_are_judged_within_one_budget(void **state)
{
	(void)state;
	struct visit visit;
	const struct dance_options options = { .size = sizeof(options),
		.timeout_ms = 60000 };
	publish_records(NAME, 3600, records, CROWD);
	publish_held("b.example", 60, &other);
	struct dance_roster *roster = roster_of("a.example b.example", &options);
	begin_visit(&visit, roster);
	unsigned before = count_signatures();
	for (unsigned i = 1; i <= 8; i++) {
		publish_records(NAME, 3600, records, CROWD - i);
		pass(6000); /* the refusal has it looked up again every five seconds */
		await_look();
	}
	assert_true(atomic_load(&judged) >= 4);
	assert_true(count_signatures() < 2 * before);
	fake_resolver_release("b.example");
	pthread_join(visit.thread, NULL);
	check_verdict(visit.result.verdict, DANCE_DENY_CHAIN);
	dance_roster_free(roster);
}

/* Nor does it keep a client out whose record comes while it waits. */
static void a_record_that_comes_meanwhile_lets_in(void **state)
{
	(void)state;
	struct visit visit;
	const struct dance_options options = { .size = sizeof(options),
		.timeout_ms = 60000 };
	publish_records(NAME, 3600, records, CROWD);
	publish_held("b.example", 60, &other);
	struct dance_roster *roster = roster_of("a.example b.example", &options);
	begin_visit(&visit, roster);
	publish(NAME, 3600, &leaf);
	pass(6000);
	fake_resolver_release("b.example");
	pthread_join(visit.thread, NULL);
	check_verdict(visit.result.verdict, DANCE_ALLOW);
	assert_string_equal(visit.result.name, NAME);
	dance_roster_free(roster);
}

static void to_look_again_judges_nothing(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result) };
	const struct dance_peer peer = crowded();
	publish_records(NAME, 3600, records, CROWD);
	publish("x.sub.example", 60, &other);
	struct dance_roster *roster = roster_of("a.example *.sub.example", NULL);
	check_verdict(dance_verify(roster, &peer, &result), DANCE_DENY_CHAIN);
	atomic_store(&judged, 0);
	count_signatures_from_zero();
	unsigned asked = fake_resolver_asked(NAME);
	for (int i = 0; i < 12; i++) {
		dance_look_again(roster, &peer);
		pass(1000);
	}
	dance_look_again(NULL, &peer);
	assert_int_equal(atomic_load(&judged), 0);
	assert_int_equal(count_signatures(), 0);
	check_range(fake_resolver_asked(NAME) - asked, 2, 3); /* every five seconds */
	dance_roster_free(roster);
}

static void wake_nobody(void *arg)
{
	(void)arg;
}

/* The same if the host does not wait: between two calls only what it has judged is kept. */
static void who_does_not_wait_has_one_budget_too(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result) };
	const struct dance_options options = { .size = sizeof(options),
		.timeout_ms = 60000 };
	const struct dance_peer peer = crowded();
	publish_records(NAME, 3600, records, CROWD);
	publish_held("b.example", 60, &other);
	publish_held("c.example", 60, &other);
	struct dance_roster *roster = roster_of("a.example b.example c.example", &options);
	struct dance_decision *decision = dance_decision_new(roster, &peer, wake_nobody,
		NULL);
	atomic_store(&judged, 0);
	count_signatures_from_zero();
	check_verdict(dance_decision_take(decision, &result), DANCE_UNDECIDED);
	unsigned once = count_signatures();
	assert_int_equal(atomic_load(&judged), 1);
	assert_true(once > 10);
	fake_resolver_release("b.example");
	check_verdict(dance_decision_take(decision, &result), DANCE_UNDECIDED);
	assert_int_equal(atomic_load(&judged), 1);
	for (unsigned i = 1; i <= 8; i++) {
		publish_records(NAME, 3600, records, CROWD - i);
		pass(6000);
		check_verdict(dance_decision_take(decision, &result), DANCE_UNDECIDED);
	}
	assert_true(atomic_load(&judged) >= 4);
	/* Fewer records of the same keys need no signature more. */
	assert_int_equal(count_signatures(), once);
	fake_resolver_release("c.example");
	check_verdict(dance_decision_take(decision, &result), DANCE_DENY_CHAIN);
	/* The next decision is one of its own. */
	unsigned before = count_signatures();
	check_verdict(dance_decision_take(decision, &result), DANCE_DENY_CHAIN);
	assert_true(count_signatures() > before);
	dance_decision_free(decision);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_listed_name_is_awaited),
		TEST(a_name_below_a_suffix_is_awaited),
		TEST(records_that_change_again_and_again_are_judged_within_one_budget),
		TEST(a_record_that_comes_meanwhile_lets_in),
		TEST(who_does_not_wait_has_one_budget_too),
		TEST(to_look_again_judges_nothing),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
