/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Names that are looked up again before their time, because somebody was refused by what is known
 * of them (RFC 7671 8.4): which, how soon, and how many a stranger can cause. */

#include "check.h"
#include "fixture.h"
#include "roster.h"
#include "scene.h"
#include "watcher.h"

#include <gnutls/crypto.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static struct credential mine, other;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

#define NAME "a.example"

/* Of one name, or of all if it is empty. */
static struct {
	char name[DANCE_NAME_SIZE];
	atomic_uint times;
} nudged;

void __real_watcher_nudge(struct watcher *watcher, struct owner *owner);
void __wrap_watcher_nudge(struct watcher *watcher, struct owner *owner);

void __wrap_watcher_nudge(struct watcher *watcher, struct owner *owner)
{
	if (nudged.name[0] == '\0' || strcmp(owner_text(owner), nudged.name) == 0) {
		atomic_fetch_add(&nudged.times, 1);
	}
	__real_watcher_nudge(watcher, owner);
}

/* The largest that was hashed. */
static _Atomic size_t hashed;

int __real_gnutls_hash_fast(gnutls_digest_algorithm_t algorithm, const void *text,
	size_t size, void *digest);
int __wrap_gnutls_hash_fast(gnutls_digest_algorithm_t algorithm, const void *text,
	size_t size, void *digest);

int __wrap_gnutls_hash_fast(gnutls_digest_algorithm_t algorithm, const void *text,
	size_t size, void *digest)
{
	if (size > atomic_load(&hashed)) {
		atomic_store(&hashed, size);
	}
	return __real_gnutls_hash_fast(algorithm, text, size, digest);
}

/* A refusal may come of what is old, whether the peer states its name or not. */
static void a_refusal_brings_an_early_look_up(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
	} rows[] = {
		{ RESOLVER_SECURE, DANCE_DENY_MISMATCH },
		{ RESOLVER_DENIED, DANCE_DENY_NO_TLSA },
		{ RESOLVER_INSECURE, DANCE_DENY_INSECURE },
	};
	for (size_t i = 0; i < 2 * ROWS(rows); i++) {
		const enum resolver_outcome outcome = rows[i / 2].outcome;
		const char *stated = i % 2 == 1 ? NAME : NULL;
		if (outcome == RESOLVER_SECURE) {
			publish(NAME, 3600, &other);
		} else {
			answer(NAME, outcome, 3600, NULL);
		}
		struct dance_roster *roster = roster_of(NAME, NULL);
		pass(20000);
		unsigned before = fake_resolver_asked(NAME);
		publish(NAME, 3600, &mine);
		check_verdict(verify(roster, &mine, stated, &result), rows[i / 2].verdict);
		fake_resolver_settle();
		assert_int_equal(fake_resolver_asked(NAME), before + 1);
		check_verdict(verify(roster, &mine, stated, &result), DANCE_ALLOW);
		dance_roster_free(roster);
	}
}

static void refusals_bring_no_more_than_one_look_up_in_five_seconds(void **state)
{
	(void)state;
	publish(NAME, 3600, &other);
	struct dance_roster *roster = roster_of(NAME, NULL);
	for (unsigned tenths = 0; tenths < 300; tenths++) {
		for (int i = 0; i < 20; i++) {
			check_verdict(verify(roster, &mine, NULL, &result),
				DANCE_DENY_MISMATCH);
		}
		fake_resolver_settle();
		assert_int_equal(fake_resolver_asked(NAME), 1 + tenths / 50);
		pass(100);
	}
	dance_roster_free(roster);
}

/* Whatever is awaited of the names that were judged before it. */
static void what_has_expired_is_asked_for_beside_what_is_awaited(void **state)
{
	(void)state;
	struct asker asker;
	publish("bb.example", 60, &other);
	struct dance_roster *first = roster_of("bb.example", NULL);
	publish_held("bb.example", 60, &other);
	publish_held(NAME, 60, &mine);
	pass(60000);
	struct dance_roster *second = roster_of("a.example bb.example", NULL);
	strcpy(nudged.name, "bb.example");
	atomic_store(&nudged.times, 0);
	asker_begin(&asker, second, &mine, NULL);
	await_look();
	assert_true(atomic_load(&nudged.times) > 0);
	fake_resolver_release(NAME);
	check_verdict(asker_end(&asker), DANCE_ALLOW);
	nudged.name[0] = '\0';
	dance_roster_free(second);
	dance_roster_free(first);
}

static void what_is_no_refusal_brings_no_look_up(void **state)
{
	(void)state;
	publish(NAME, 3600, &mine);
	answer("b.example", RESOLVER_BOGUS, 0, NULL);
	struct dance_roster *roster = roster_of("a.example b.example", NULL);
	pass(6000);
	for (int i = 0; i < 10; i++) {
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
		check_verdict(verify(roster, &mine, "b.example", &result),
			DANCE_FAIL_BOGUS);
	}
	unsigned before = fake_resolver_asked_all();
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked_all(), before);
	assert_int_equal(fake_resolver_asked(NAME), 1);
	dance_roster_free(roster);
}

/* A stranger's key makes us look at names again, but not once more every time. */
static void a_key_of_nobody_brings_few_lookups(void **state)
{
	(void)state;
	publish("*.example", 3600, &other);
	struct dance_roster *few = roster_of("a.example b.example", NULL);
	struct dance_roster *many =
		roster_of("n1.example n2.example n3.example n4.example "
			  "n5.example n6.example n7.example n8.example n9.example",
			NULL);
	assert_int_equal(fake_resolver_asked_all(), 11);
	pass(6000);
	check_verdict(verify(few, &mine, NULL, &result), DANCE_DENY_MISMATCH);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked_all(), 13);
	for (int i = 0; i < 5; i++) {
		check_verdict(verify(many, &mine, NULL, &result), DANCE_DENY_MISMATCH);
		fake_resolver_settle();
		assert_int_equal(fake_resolver_asked_all(), 22);
	}
	/* What was refused again is looked at once more, and a claimed name by itself. */
	pass(12000);
	assert_int_equal(fake_resolver_asked_all(), 31);
	check_verdict(verify(many, &mine, "n5.example", &result), DANCE_DENY_MISMATCH);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked_all(), 32);
	assert_int_equal(fake_resolver_asked("n5.example"), 4);
	dance_roster_free(few);
	dance_roster_free(many);
}

/* A roster of so many names, none of which has this key. */
static struct dance_roster *roster_of_others(unsigned count)
{
	char names[32 * 200] = "";
	for (unsigned i = 0; i < count; i++) {
		snprintf(names + strlen(names), 32, "%sn%u.example", i > 0 ? " " : "", i);
	}
	publish("*.example", 3600, &other);
	struct dance_roster *roster = roster_of(names, NULL);
	fake_clock_set(2000000); /* a second begins */
	return roster;
}

static void on_wake(void *arg)
{
	(void)arg;
}

static unsigned nudged_by_a_call(struct dance_decision *decision,
	enum dance_verdict verdict)
{
	atomic_store(&nudged.times, 0);
	check_verdict(dance_decision_take(decision, &result), verdict);
	unsigned times = atomic_load(&nudged.times);
	fake_resolver_settle();
	return times;
}

/* Who waits has had all names looked up again that may have the key: the end of the wait, without
 * an answer, asks for none. */
static void the_end_of_a_wait_asks_for_nothing(void **state)
{
	(void)state;
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = &mine.whole[TLSA_CERTIFICATE],
		.chain_count = 1 };
	publish("*.example", 3600, &other);
	publish_held(NAME, 3600, &mine);
	struct dance_roster *roster = roster_of(NAME " b.example c.example d.example "
						     "e.example f.example g.example "
						     "h.example i.example",
		NULL);
	pass(6000);
	struct dance_decision *decision = dance_decision_new(roster, &peer, on_wake, NULL);
	assert_non_null(decision);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(nudged_by_a_call(decision, DANCE_UNDECIDED), 9);
		assert_int_equal(nudged_by_a_call(decision, DANCE_UNDECIDED), 9);
		fake_clock_advance(1000);
		assert_int_equal(nudged_by_a_call(decision, DANCE_FAIL_TIMEOUT), 0);
	}
	dance_decision_free(decision);
	dance_roster_free(roster);
}

static unsigned nudged_by_refusals(struct dance_roster *roster, unsigned refusals)
{
	atomic_store(&nudged.times, 0);
	for (unsigned i = 0; i < refusals; i++) {
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_DENY_MISMATCH);
	}
	return atomic_load(&nudged.times);
}

/* Of a few names each refusal asks for all; of one name more, for all in turn, so many in a
 * second. */
static void each_refusal_asks_for_a_few_names_and_not_for_many(void **state)
{
	(void)state;
	struct dance_roster *roster = roster_of_others(8);
	assert_int_equal(nudged_by_refusals(roster, 20), 20 * 8);
	dance_roster_free(roster);
	roster = roster_of_others(9);
	assert_int_equal(nudged_by_refusals(roster, 1), 9);
	assert_int_equal(nudged_by_refusals(roster, 20), ROSTER_NUDGES_PER_SECOND - 9);
	fake_clock_advance(1000);
	assert_int_equal(nudged_by_refusals(roster, 20), ROSTER_NUDGES_PER_SECOND);
	dance_roster_free(roster);
	/* One refusal may take all of them. */
	roster = roster_of_others(ROSTER_NUDGES_PER_SECOND + 1);
	assert_int_equal(nudged_by_refusals(roster, 1), ROSTER_NUDGES_PER_SECOND);
	assert_int_equal(nudged_by_refusals(roster, 1), 0);
	dance_roster_free(roster);
}

/* One of many names has published its key after we looked. */
static void a_key_published_lately_is_found_soon_among_many_names(void **state)
{
	(void)state;
	static const unsigned counts[] = { 9, 60, 150 };
	for (size_t i = 0; i < ROWS(counts); i++) {
		char names[8192] = "", last[40] = "";
		for (unsigned k = 0; k < counts[i]; k++) {
			snprintf(last, sizeof(last), "n%03u.of%u.example", k, counts[i]);
			strcat(names, k > 0 ? " " : "");
			strcat(names, last);
		}
		snprintf(last, sizeof(last), "*.of%u.example", counts[i]);
		publish(last, 3600, &other);
		snprintf(last, sizeof(last), "n%03u.of%u.example", counts[i] - 1,
			counts[i]);
		struct dance_roster *roster = roster_of(names, NULL);
		pass(10000);
		publish(last, 3600, &mine);
		unsigned refused = 0;
		while (verify(roster, &mine, NULL, &result) != DANCE_ALLOW) {
			assert_true(++refused <= 1 + counts[i] / 64);
			pass(1000);
		}
		assert_string_equal(result.name, last);
		dance_roster_free(roster);
	}
}

static void a_stranger_makes_us_look_at_so_many_names_in_a_second(void **state)
{
	(void)state;
	char names[8192] = "";
	for (unsigned k = 0; k < 200; k++) {
		snprintf(names + strlen(names), 32, "%sn%03u.many.example",
			k > 0 ? " " : "", k);
	}
	publish("*.many.example", 3600, &other);
	struct dance_roster *roster = roster_of(names, NULL);
	pass(10000);
	for (unsigned second = 0; second < 3; second++) {
		unsigned before = fake_resolver_asked_all();
		for (unsigned i = 0; i < 20; i++) {
			check_verdict(verify(roster, &mine, NULL, &result),
				DANCE_DENY_MISMATCH);
		}
		fake_resolver_settle();
		assert_true(fake_resolver_asked_all() - before <= 64);
		pass(1000);
	}
	dance_roster_free(roster);
}

/* A host with an event loop does it there: what a peer can make as large as it likes does not
 * keep its other clients waiting. */
static void to_look_again_costs_little_whatever_was_shown(void **state)
{
	(void)state;
	static struct alternative_name names[2000];
	struct credential large;
	for (size_t i = 0; i < ROWS(names); i++) {
		names[i] = (struct alternative_name)DNS("name.example");
	}
	make_certificate(&large,
		&(struct wish){
			.key = KEY_P256, .names = names, .name_count = ROWS(names) });
	assert_true(large.whole[TLSA_CERTIFICATE].size > LOOK_AGAIN_SIZE_MAX);
	const struct dance_tlsa whole = tlsa_of(&other, TLSA_DANE_EE, TLSA_CERTIFICATE,
		TLSA_SHA256);
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = &large.whole[TLSA_CERTIFICATE],
		.chain_count = 1 };
	publish(NAME, 3600, &large);
	publish_records("b.example", 3600, &whole, 1);
	struct dance_roster *roster = roster_of("b.example a.example", NULL);
	check_verdict(verify(roster, &large, NULL, &result), DANCE_ALLOW);
	assert_int_equal(atomic_load(&hashed), large.whole[TLSA_CERTIFICATE].size);
	strcpy(nudged.name, NAME);
	atomic_store(&nudged.times, 0);
	atomic_store(&hashed, 0);
	dance_look_again(roster, &peer);
	assert_int_equal(atomic_load(&nudged.times), 1); /* by its key */
	assert_true(atomic_load(&hashed) <= LOOK_AGAIN_SIZE_MAX);
	nudged.name[0] = '\0';
	dance_roster_free(roster);
	clear_certificate(&large);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_refusal_brings_an_early_look_up),
		TEST(refusals_bring_no_more_than_one_look_up_in_five_seconds),
		TEST(what_has_expired_is_asked_for_beside_what_is_awaited),
		TEST(what_is_no_refusal_brings_no_look_up),
		TEST(a_key_of_nobody_brings_few_lookups),
		TEST(the_end_of_a_wait_asks_for_nothing),
		TEST(each_refusal_asks_for_a_few_names_and_not_for_many),
		TEST(a_key_published_lately_is_found_soon_among_many_names),
		TEST(a_stranger_makes_us_look_at_so_many_names_in_a_second),
		TEST(to_look_again_costs_little_whatever_was_shown),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
