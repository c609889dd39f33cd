/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What becomes of a name that is claimed when what is known of the list that it is on is too old.
 * What its records say is for test_verify.c. */

#include "check.h"
#include "fixture.h"
#include "freshness.h"
#include "scene.h"

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

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_list_in_trouble_is_looked_up_for_who_is_on_it),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
