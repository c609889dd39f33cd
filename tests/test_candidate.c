/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What becomes of a name that is claimed when what is known of the list that it is on is too old,
 * or when the list does not contain it any more. What its records say is for test_verify.c. */

#include "candidate.h"
#include "check.h"
#include "fixture.h"
#include "freshness.h"
#include "named.h"
#include "scene.h"

#include <urcu/urcu-bp.h>

#define NAME "a.example"
#define LIST "@clients.example"

static struct credential mine;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ NULL, { 0 } },
};

/* The list is looked up for who comes, sooner than it would be by itself. */
static void a_list_in_trouble_is_looked_up_for_who_is_on_it(void **state)
{
	(void)state;
	publish(NAME, 86400, &mine);
	publish_list(LIST, 60, NAME);
	struct dance_roster *roster = roster_of(LIST, NULL);
	check_verdict(verify(roster, &mine, NAME, &result), DANCE_ALLOW);
	answer(LIST, RESOLVER_FAILED, 0, "no answer");
	pass(1800000);
	unsigned asked = fake_resolver_asked(LIST);
	while (fake_resolver_asked(LIST) == asked) {
		pass(1000);
	}
	asked = fake_resolver_asked(LIST);
	pass(FRESHNESS_NUDGE_MS);
	assert_int_equal(fake_resolver_asked(LIST), asked);
	check_verdict(verify(roster, &mine, NAME, &result), DANCE_FAIL_LOOKUP);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked(LIST), asked + 1);
	dance_roster_free(roster);
}

/* The list drops the name after a decision has found it there. The refusal has no list looked up.
 * The second roster keeps the name in memory. */
static void a_name_that_its_list_drops_meanwhile_is_refused(void **state)
{
	(void)state;
	const struct name name = named(NAME);
	const struct dance_peer shown = { .size = sizeof(shown),
		.chain = &mine.whole[TLSA_CERTIFICATE],
		.chain_count = 1 };
	publish(NAME, 86400, &mine);
	publish_list(LIST, 60, NAME);
	struct dance_roster *roster = roster_of(LIST, NULL);
	struct dance_roster *other = roster_of(NAME, NULL);
	struct owner *owner = key_index_find_name(roster->index, &name);
	assert_non_null(owner);
	publish("b.example", 86400, &mine);
	publish_list(LIST, 60, "b.example");
	pass(60000);
	assert_null(key_index_find_name(roster->index, &name));
	unsigned asked = fake_resolver_asked(LIST);
	for (int quiet = 0; quiet <= 1; quiet++) {
		const char *why;
		struct peer peer;
		struct basis basis;
		assert_true(peer_import(&peer, &shown, &why));
		const struct inquiry inquiry = { .roster = roster,
			.peer = &peer,
			.basis = &basis,
			.quiet = quiet,
			.now = clock_ms() };
		const struct claim claim = { .source = CLAIM_KEY, .owner = owner };
		struct candidate candidate = { .result = &result };
		urcu_bp_read_lock();
		basis_begin(&basis, roster, true);
		enum dance_verdict verdict = candidate_consult(&candidate, &inquiry,
			&claim);
		candidate_end(&candidate, &inquiry);
		urcu_bp_read_unlock();
		check_verdict(verdict, DANCE_DENY_NAME);
		assert_false(candidate.awaited);
		assert_int_equal(candidate.until, 0);
		assert_string_equal(result.detail, "no list contains this name any more");
		assert_string_equal(result.name, NAME);
		assert_string_equal(result.entry, "");
	}
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked(LIST), asked);
	dance_roster_free(other);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_list_in_trouble_is_looked_up_for_who_is_on_it),
		TEST(a_name_that_its_list_drops_meanwhile_is_refused),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
