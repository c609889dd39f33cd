/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A decision of which all is known allocates nothing, in no library: it cannot fail for
 * want of memory, and a crowd of peers costs none. Nor does it take a lock, also below a suffix:
 * no peer waits for another, nor for a lookup. */

#include "check.h"
#include "count_alloc.h"
#include "fixture.h"
#include "held_locks.h"
#include "scene.h"

#include <stdio.h>
#include <string.h>

static struct credential mine, other;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

static unsigned long allocations(struct dance_roster *roster,
	const struct credential *certificate, const char *client_id,
	enum dance_verdict verdict)
{
	check_verdict(verify(roster, certificate, client_id, &result), verdict);
	unsigned long before = count_alloc();
	for (int i = 0; i < 100; i++) {
		(void)verify(roster, certificate, client_id, &result);
	}
	return count_alloc() - before;
}

static void a_warm_decision_allocates_nothing(void **state)
{
	(void)state;
	if (!count_alloc_works()) {
		skip_because("allocations are counted by somebody else here");
	}
	for (uint8_t selector = 0; selector < TLSA_SELECTOR_COUNT; selector++) {
		for (uint8_t matching = 0; matching < TLSA_MATCHING_COUNT; matching++) {
			struct dance_tlsa record = tlsa_of(&mine, 3, selector, matching);
			publish_records("a.example", 60, &record, 1);
			publish("b.example", 60, &other);
			struct dance_roster *roster = roster_of("a.example b.example",
				NULL);
			assert_int_equal(allocations(roster, &mine, NULL, DANCE_ALLOW), 0);
			assert_int_equal(allocations(roster, &mine, "a.example",
						 DANCE_ALLOW),
				0);
			assert_int_equal(allocations(roster, &other, NULL, DANCE_ALLOW), 0);
			dance_roster_free(roster);
		}
	}
}

static void nor_does_a_refusal_by_name(void **state)
{
	(void)state;
	if (!count_alloc_works()) {
		skip_because("allocations are counted by somebody else here");
	}
	publish("a.example", 60, &mine);
	struct dance_roster *roster = roster_of("a.example", NULL);
	assert_int_equal(allocations(roster, &mine, "c.example", DANCE_DENY_NAME), 0);
	assert_int_equal(allocations(roster, &other, "a.example", DANCE_DENY_MISMATCH), 0);
	dance_roster_free(roster);
}

/* --- locks that this library takes in this thread ----------------------------------------- */

static unsigned long locks_of(struct dance_roster *roster, const char *client_id)
{
	/* The first claim after a lookup asks for the next one. */
	for (int i = 0; i < 2; i++) {
		check_verdict(verify(roster, &mine, client_id, &result), DANCE_ALLOW);
	}
	unsigned long before = held_locks_taken();
	for (int i = 0; i < 100; i++) {
		check_verdict(verify(roster, &mine, client_id, &result), DANCE_ALLOW);
	}
	return held_locks_taken() - before;
}

static void a_warm_decision_takes_no_lock(void **state)
{
	(void)state;
	publish("a.example", 60, &mine);
	publish("*.sub.example", 60, &mine);
	struct dance_roster *roster = roster_of("a.example *.sub.example", NULL);
	assert_true(held_locks_taken() > 0);
	assert_int_equal(locks_of(roster, NULL), 0);
	assert_int_equal(locks_of(roster, "a.example"), 0);
	assert_int_equal(locks_of(roster, "b.sub.example"), 0);
	if (count_alloc_works()) {
		assert_int_equal(allocations(roster, &mine, "b.sub.example", DANCE_ALLOW),
			0);
	}
	/* The first claim after the TTL does. */
	fake_clock_advance(61000);
	fake_resolver_settle();
	unsigned long before = held_locks_taken();
	check_verdict(verify(roster, &mine, "c.sub.example", &result), DANCE_ALLOW);
	assert_true(held_locks_taken() > before);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_warm_decision_allocates_nothing),
		TEST(nor_does_a_refusal_by_name),
		TEST(a_warm_decision_takes_no_lock),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
