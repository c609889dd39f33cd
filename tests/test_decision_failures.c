/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A decision that never waits, where memory or a thread is missing: nothing is lost, and nobody is
 * let in or refused for it. */

#include "check.h"
#include "fail.h"
#include "fixture.h"
#include "scene.h"

#include <stdatomic.h>
#include <string.h>

static const struct alternative_name names[] = { DNS("ta.example") };
static struct credential authority, issued, mine, other;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &authority, { .key = KEY_P256, .common_name = "authority", .authority = true } },
	{ &issued,
		{ .key = KEY_P256,
			.issuer = &authority,
			.names = names,
			.name_count = ROWS(names) } },
	{ &mine, { .key = KEY_ED25519 } },
	{ &other, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

static atomic_uint wakes;

static void on_wake(void *arg)
{
	(void)arg;
	atomic_fetch_add(&wakes, 1);
}

static struct dance_decision *decision_of(struct dance_roster *roster,
	const struct credential *leaf)
{
	static struct dance_octets chain[2];
	chain[0] = leaf->whole[TLSA_CERTIFICATE];
	chain[1] = authority.whole[TLSA_CERTIFICATE];
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = chain, .chain_count = ROWS(chain)
	};
	return dance_decision_new(roster, &peer, on_wake, NULL);
}

/* The path of this peer is judged, and does not hold, before the record of its key is known. */
static struct dance_roster *roster_that_waits(void)
{
	const struct dance_tlsa anchor = tlsa_of(&mine, TLSA_DANE_TA, TLSA_SPKI, TLSA_FULL);
	publish_records("ta.example", 3600, &anchor, 1);
	publish_held("z.example", 3600, &issued);
	return roster_of("ta.example z.example", NULL);
}

/* One call after the other fails. What is judged is kept for later, of the size that it has. */
static void without_memory_nothing_is_lost(void **state)
{
	(void)state;
	unsigned undecided = 0, given_up = 0, n = 1;
	struct dance_roster *roster = roster_that_waits();
	for (bool failing = true; failing; n++) {
		long before = fail_blocks();
		fail_at(n, FAIL_HERE, false);
		struct dance_decision *decision = decision_of(roster, &issued);
		enum dance_verdict verdict = DANCE_FAIL_INTERNAL;
		if (decision != NULL) {
			verdict = dance_decision_take(decision, &result);
		}
		failing = fail_calls() >= n;
		fail_at(0, FAIL_HERE, false);
		if (verdict == DANCE_UNDECIDED) {
			undecided++;
			assert_true(fail_blocks() - before <= 3);
			/* Not taken up with less than it had. */
			check_verdict(dance_decision_take(decision, &result),
				DANCE_UNDECIDED);
		} else {
			given_up++;
			check_true(fail_name(),
				dance_verdict_class(verdict) == DANCE_CLASS_FAIL);
			assert_string_not_equal(decision == NULL ? "-" : result.detail, "");
		}
		dance_decision_free(decision);
		assert_int_equal(fail_blocks(), before);
	}
	assert_true(undecided > 0);
	assert_true(given_up >= 3);
	struct dance_decision *decision = decision_of(roster, &issued);
	check_verdict(dance_decision_take(decision, &result), DANCE_UNDECIDED);
	fake_resolver_release("z.example");
	/* What fails then is no proved no, and the next call begins anew. */
	fail_at(1, FAIL_HERE, true);
	check_verdict(dance_decision_take(decision, &result), DANCE_FAIL_INTERNAL);
	fail_at(0, FAIL_HERE, false);
	check_verdict(dance_decision_take(decision, &result), DANCE_ALLOW);
	dance_decision_free(decision);
	dance_roster_free(roster);
}

static void without_a_thread_nobody_waits(void **state)
{
	(void)state;
	publish_held("z.example", 60, &mine);
	fail_threads(true);
	struct dance_roster *roster = roster_of("z.example *.sub.example", NULL);
	struct dance_decision *decision = decision_of(roster, &mine);
	for (int i = 0; i < 3; i++) {
		check_verdict(dance_decision_take(decision, &result), DANCE_FAIL_NOT_READY);
		assert_string_equal(result.detail, "no thread can be started for lookups");
		fake_clock_advance(1000);
	}
	fail_threads(false);
	check_verdict(dance_decision_take(decision, &result), DANCE_UNDECIDED);
	fake_resolver_settle();
	atomic_store(&wakes, 0);
	fake_resolver_release("z.example");
	assert_int_equal(atomic_load(&wakes), 1);
	check_verdict(dance_decision_take(decision, &result), DANCE_ALLOW);
	dance_decision_free(decision);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_memory_nothing_is_lost),
		TEST(without_a_thread_nobody_waits),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
