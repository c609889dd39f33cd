/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A decision that never waits: when it is undecided, when its host is woken, and what it says
 * then. That it says what dance_verify() says is for test_decision_compared.c to see. */

#include "decision_scene.h"

#include <malloc.h>

#define LATE "no answer within the timeout"

static const struct alternative_name names[] = { DNS("x.sub.example") };
static const struct alternative_name two_names[] = { DNS("x.sub.example"),
	DNS("y.sub.example") };
static struct credential mine, other, claimer, two;

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_ED25519 } },
	{ &claimer, { .key = KEY_ED25519, .names = names, .name_count = ROWS(names) } },
	{ &two, { .key = KEY_ED25519, .names = two_names, .name_count = ROWS(two_names) } },
	{ NULL, { 0 } },
};

static void what_is_known_is_decided_at_once(void **state)
{
	(void)state;
	struct host host;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	begin(&host, roster, &mine, NULL);
	for (int i = 0; i < 3; i++) {
		check_verdict(take(&host), DANCE_ALLOW);
		assert_string_equal(result.name, NAME);
		assert_true(result.has_record);
	}
	end(&host);
	begin(&host, roster, &other, NULL);
	check_verdict(take(&host), DANCE_DENY_MISMATCH);
	assert_true(dance_basis_holds(roster, &result.basis));
	assert_int_equal(wakes(&host), 0);
	end(&host);
	dance_roster_free(roster);
}

static void an_answer_wakes(void **state)
{
	(void)state;
	struct host host;
	publish_held(NAME, 60, &mine);
	publish_held("b.example", 60, &other);
	struct dance_roster *roster = roster_of(NAME, NULL);
	struct dance_roster *elsewhere = roster_of("b.example", NULL);
	begin_undecided(&host, roster, &mine, NULL);
	assert_int_equal(dance_verdict_class(result.verdict), DANCE_CLASS_DENY);
	assert_false(result.has_record);
	assert_false(dance_basis_holds(roster, &result.basis));
	assert_int_equal(result.name[0], '\0');
	pass(400);
	fake_resolver_release("b.example");
	assert_int_equal(wakes(&host), 0);
	fake_resolver_release(NAME);
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_ALLOW);
	assert_string_equal(result.name, NAME);
	pass(10000);
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_ALLOW);
	end(&host);
	dance_roster_free(elsewhere);
	dance_roster_free(roster);
}

/* Below a suffix too, where the first call causes the lookup and later ones cause none. */
static void a_claim_is_looked_up_once(void **state)
{
	(void)state;
	struct host host;
	publish_held("x.sub.example", 60, &claimer);
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	begin(&host, roster, &claimer, NULL);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_asked_all(), 0);
	for (int i = 0; i < 5; i++) {
		check_verdict(take(&host), DANCE_UNDECIDED);
		pass(20);
	}
	assert_int_equal(fake_resolver_asked_all(), 1);
	assert_int_equal(wakes(&host), 0);
	fake_resolver_release("x.sub.example");
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_ALLOW);
	assert_string_equal(result.entry, "*.sub.example");
	assert_int_equal(fake_resolver_asked_all(), 1);
	end(&host);
	dance_roster_free(roster);
}

/* The thread sleeps for long when nothing is due: it must know of the end of this wait. */
static void the_end_of_its_time_wakes(void **state)
{
	(void)state;
	static const unsigned timeouts[][2] = { { 0, 500 }, { 40, 40 }, { 5000, 5000 } };
	publish_held(NAME, 60, &mine);
	for (size_t i = 0; i < ROWS(timeouts); i++) {
		const struct dance_options options = { .size = sizeof(options),
			.timeout_ms = timeouts[i][0] };
		struct host host;
		struct dance_roster *roster = roster_of(NAME, &options);
		assert_true(fake_resolver_sleep() > 10000);
		begin_undecided(&host, roster, &mine, NULL);
		/* By itself: fake_resolver_settle() would wake it. */
		while (fake_resolver_sleep() > (int)timeouts[i][1]) {
			rest();
		}
		pass(timeouts[i][1] / 2);
		check_verdict(take(&host),
			DANCE_UNDECIDED); /* the time is that of the first */
		pass(timeouts[i][1] - timeouts[i][1] / 2 - 1);
		assert_int_equal(wakes(&host), 0);
		pass(1);
		assert_int_equal(wakes(&host), 1);
		check_verdict(take(&host), DANCE_FAIL_TIMEOUT);
		assert_string_equal(result.detail, LATE);
		assert_string_equal(result.name, NAME);
		assert_true(result.has_key);
		assert_true(fake_resolver_sleep() > 10000);
		/* The next one has its own time. */
		check_verdict(take(&host), DANCE_UNDECIDED);
		pass(timeouts[i][1]);
		assert_int_equal(wakes(&host), 2);
		check_verdict(take(&host), DANCE_FAIL_TIMEOUT);
		end(&host);
		dance_roster_free(roster);
	}
}

/* A host that is slow to call again has the verdict of then, and waits no longer. */
static void a_late_call_decides(void **state)
{
	(void)state;
	struct host host;
	publish_held(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	begin_undecided(&host, roster, &mine, NULL);
	pass(20000);
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_FAIL_TIMEOUT);
	check_verdict(take(&host), DANCE_UNDECIDED);
	fake_resolver_release(NAME);
	assert_int_equal(wakes(&host), 2);
	pass(20000); /* its time is over, but the answer is there */
	check_verdict(take(&host), DANCE_ALLOW);
	end(&host);
	dance_roster_free(roster);
}

/* However much there is to tell. */
static void it_wakes_once_for_each_undecided(void **state)
{
	(void)state;
	struct host host;
	const struct dance_options options = { .size = sizeof(options),
		.timeout_ms = 5000 };
	publish_held("*.example", 60, &other);
	struct dance_roster *roster = roster_of("a.example b.example c.example d.example",
		&options);
	begin_undecided(&host, roster, &mine, NULL);
	fake_resolver_release("a.example");
	fake_resolver_release("b.example");
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_UNDECIDED);
	check_verdict(take(&host), DANCE_UNDECIDED);
	assert_int_equal(wakes(&host), 1);
	fake_resolver_release("c.example");
	pass(10000);
	assert_int_equal(wakes(&host), 2);
	fake_resolver_release("d.example");
	assert_int_equal(wakes(&host), 2);
	check_verdict(take(&host), DANCE_DENY_MISMATCH);
	end(&host);
	dance_roster_free(roster);
}

/* A client that is known by its key may be one that comes before; in the end it is the known
 * one. */
static void an_allowed_peer_waits_for_the_name_before(void **state)
{
	(void)state;
	struct host host;
	publish_held("first.example", 60, &mine);
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of("first.example a.example", NULL);
	begin_undecided(&host, roster, &mine, NULL);
	assert_int_not_equal(result.verdict, DANCE_ALLOW);
	assert_false(result.has_record);
	pass(500);
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_ALLOW);
	assert_string_equal(result.name, NAME);
	check_verdict(take(&host), DANCE_UNDECIDED);
	fake_resolver_release("first.example");
	assert_int_equal(wakes(&host), 2);
	check_verdict(take(&host), DANCE_ALLOW);
	assert_string_equal(result.name, "first.example");
	end(&host);
	dance_roster_free(roster);
}

/* What let it in has expired by the end of its time: that is the reason, as for a thread. */
static void an_allow_that_expires_meanwhile_is_none(void **state)
{
	(void)state;
	struct host host;
	struct asker asker;
	const struct dance_options options = { .size = sizeof(options),
		.timeout_ms = 3000 };
	publish_held("first.example", 60, &mine);
	publish(NAME, 2, &mine);
	struct dance_roster *roster = roster_of("first.example a.example", &options);
	publish_held(NAME, 2, &mine);
	begin_undecided(&host, roster, &mine, NULL);
	asker_begin(&asker, roster, &mine, NULL);
	await_waiting(1);
	pass(3000);
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_FAIL_NOT_READY);
	check_verdict(asker_end(&asker), DANCE_FAIL_NOT_READY);
	assert_string_equal(result.detail, asker.result.detail);
	end(&host);
	dance_roster_free(roster);
}

/* --- odd hosts --------------------------------------------------------------------------- */

static void what_dance_verify_refuses_is_refused(void **state)
{
	(void)state;
	struct host host;
	struct dance_peer peer = { .size = 1 };
	struct dance_result unset = { .size = 0, .verdict = DANCE_DENY_CHAIN };
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	begin(&host, NULL, &mine, NULL);
	check_verdict(take(&host), DANCE_FAIL_NOT_READY);
	end(&host);
	host.decision = dance_decision_new(roster, &peer, on_wake, &host);
	check_verdict(take(&host), DANCE_FAIL_INTERNAL);
	assert_string_equal(result.detail, "struct dance_peer: its size is not set");
	end(&host);
	peer.size = sizeof(peer);
	host.decision = dance_decision_new(roster, &peer, on_wake, &host);
	check_verdict(take(&host), DANCE_DENY_CREDENTIAL);
	end(&host);
	begin(&host, roster, &mine, NULL);
	check_verdict(dance_decision_take(host.decision, &unset), DANCE_FAIL_INTERNAL);
	check_verdict(unset.verdict, DANCE_DENY_CHAIN);
	end(&host);
	/* The struct is copied: it may go. */
	publish_held("b.example", 60, &mine);
	struct dance_roster *another = roster_of("b.example", NULL);
	begin_with(&host, another, &mine, NULL, NULL);
	check_verdict(take(&host), DANCE_UNDECIDED);
	fake_resolver_release("b.example");
	assert_int_equal(wakes(&host), 0);
	check_verdict(take(&host), DANCE_ALLOW);
	end(&host);
	dance_roster_free(another);
	dance_roster_free(roster);
}

/* One of two names is known and forgotten, the answer on the other one does not come. Both are
 * asked for before there is an answer: one that came between would have been forgotten already. */
static void a_name_that_was_forgotten_meanwhile_is_late_too(void **state)
{
	(void)state;
	const struct dance_context_options small = { .remembered = 1 };
	const struct fake_answer denied = {
		.outcome = RESOLVER_DENIED, .ttl = 60, .held = true
	};
	struct host host;
	scene_limit(&small);
	fake_resolver_set("x.sub.example", &denied);
	publish_held("y.sub.example", 60, &two);
	struct dance_roster *roster = roster_of("*.sub.example", NULL);
	begin_undecided(&host, roster, &two, NULL);
	assert_int_equal(wakes(&host), 0);
	fake_resolver_release("x.sub.example");
	assert_int_equal(wakes(&host), 1);
	check_verdict(take(&host), DANCE_UNDECIDED);
	pass(500);
	assert_int_equal(wakes(&host), 2);
	check_verdict(take(&host), DANCE_FAIL_TIMEOUT);
	assert_string_equal(result.detail, LATE);
	assert_int_equal(fake_resolver_asked("x.sub.example"), 1);
	end(&host);
	dance_roster_free(roster);
}

/* Thousands may be under way. */
static void it_is_small(void **state)
{
	(void)state;
	struct host host;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	begin(&host, roster, &mine, NULL);
	assert_true(malloc_usable_size(host.decision) <= 512);
	end(&host);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_known_is_decided_at_once),
		TEST(an_answer_wakes),
		TEST(a_claim_is_looked_up_once),
		TEST(the_end_of_its_time_wakes),
		TEST(a_late_call_decides),
		TEST(it_wakes_once_for_each_undecided),
		TEST(an_allowed_peer_waits_for_the_name_before),
		TEST(an_allow_that_expires_meanwhile_is_none),
		TEST(what_dance_verify_refuses_is_refused),
		TEST(a_name_that_was_forgotten_meanwhile_is_late_too),
		TEST(it_is_small),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
