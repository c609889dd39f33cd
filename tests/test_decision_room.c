/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Decisions that never wait: how many of them may be undecided at once, beside threads that
 * wait. */

#include "decision_scene.h"

#define FULL "too many clients are waiting for lookups"

static struct credential mine, other;

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

static void no_more_wait_than_may(void **state)
{
	(void)state;
	struct host hosts[3], one_more;
	scene_allow_waiting(ROWS(hosts));
	publish_held(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	for (size_t i = 0; i < ROWS(hosts); i++) {
		begin_undecided(&hosts[i], roster, &mine, NULL);
	}
	begin(&one_more, roster, &mine, NULL);
	check_verdict(take(&one_more), DANCE_FAIL_NOT_READY);
	assert_string_equal(result.detail, FULL);
	/* One that calls again keeps its room; one that ends gives it up. */
	check_verdict(take(&hosts[0]), DANCE_UNDECIDED);
	check_verdict(take(&one_more), DANCE_FAIL_NOT_READY);
	end(&hosts[0]);
	check_verdict(take(&one_more), DANCE_UNDECIDED);
	fake_resolver_release(NAME);
	/* Woken, they take no room. */
	publish_held("b.example", 60, &mine);
	struct dance_roster *another = roster_of("b.example", NULL);
	for (size_t i = 1; i < ROWS(hosts); i++) {
		struct host late;
		begin_undecided(&late, another, &mine, NULL);
		end(&late);
		check_verdict(take(&hosts[i]), DANCE_ALLOW);
		end(&hosts[i]);
	}
	check_verdict(take(&one_more), DANCE_ALLOW);
	end(&one_more);
	dance_roster_free(another);
	dance_roster_free(roster);
}

/* The peer is known by its key already, and would wait only for a name that comes before. Without
 * room to wait, what is known counts. */
static void who_is_allowed_needs_no_room(void **state)
{
	(void)state;
	struct host waiting, allowed;
	scene_allow_waiting(1);
	publish_held("first.example", 60, &mine);
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of("first.example a.example", NULL);
	begin_undecided(&waiting, roster, &other, NULL);
	begin(&allowed, roster, &mine, NULL);
	check_verdict(take(&allowed), DANCE_ALLOW);
	assert_string_equal(result.name, NAME);
	assert_string_equal(result.detail, "");
	assert_int_equal(wakes(&allowed), 0);
	end(&waiting);
	check_verdict(take(&allowed), DANCE_UNDECIDED);
	end(&allowed);
	dance_roster_free(roster);
}

/* As among threads, and between threads and those that do not wait. */
static void a_crowd_makes_room(void **state)
{
	(void)state;
	struct host hosts[3], client;
	struct asker asker;
	scene_allow_waiting(ROWS(hosts));
	publish_held("*.dead.sub.example", 60, &other);
	publish_held("c.sub.example", 60, &mine);
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	static const char *const dead[] = { "x.dead.sub.example", "y.dead.sub.example",
		"z.dead.sub.example" };
	for (size_t i = 0; i < ROWS(hosts); i++) {
		begin_undecided(&hosts[i], roster, &other, dead[i]);
	}
	fake_resolver_settle();
	begin_undecided(&client, roster, &mine, "c.sub.example");
	while (atomic_load(&hosts[0].wakes) == 0) {
		rest();
	}
	assert_int_equal(wakes(&hosts[0]), 1);
	assert_int_equal(wakes(&hosts[1]) + wakes(&hosts[2]), 0);
	/* Also if there is room again by then. */
	end(&client);
	check_verdict(take(&hosts[0]), DANCE_FAIL_NOT_READY);
	assert_string_equal(result.detail, FULL);
	assert_string_equal(result.name, "x.dead.sub.example");
	check_verdict(take(&hosts[0]), DANCE_UNDECIDED);
	/* A thread comes, and sends away the one who has waited longest. */
	asker_begin(&asker, roster, &mine, "c.sub.example");
	await_waiting(1);
	assert_int_equal(wakes(&hosts[1]), 1);
	check_verdict(take(&hosts[1]), DANCE_FAIL_NOT_READY);
	fake_resolver_release("c.sub.example");
	check_verdict(asker_end(&asker), DANCE_ALLOW);
	for (size_t i = 0; i < ROWS(hosts); i++) {
		end(&hosts[i]);
	}
	dance_roster_free(roster);
}

static void a_thread_makes_room_too(void **state)
{
	(void)state;
	struct asker askers[2];
	struct host client;
	scene_allow_waiting(ROWS(askers));
	publish_held("*.dead.sub.example", 60, &other);
	publish_held("c.sub.example", 60, &mine);
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	asker_begin(&askers[0], roster, &other, "x.dead.sub.example");
	await_waiting(1);
	asker_begin(&askers[1], roster, &other, "y.dead.sub.example");
	await_waiting(2);
	begin_undecided(&client, roster, &mine, "c.sub.example");
	check_verdict(asker_end(&askers[0]), DANCE_FAIL_NOT_READY);
	assert_string_equal(askers[0].result.detail, FULL);
	fake_resolver_release("*.dead.sub.example");
	fake_clock_advance(500);
	check_verdict(asker_end(&askers[1]), DANCE_FAIL_TIMEOUT);
	fake_resolver_release("c.sub.example");
	check_verdict(take(&client), DANCE_ALLOW);
	end(&client);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_more_wait_than_may),
		TEST(who_is_allowed_needs_no_room),
		TEST(a_crowd_makes_room),
		TEST(a_thread_makes_room_too),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
