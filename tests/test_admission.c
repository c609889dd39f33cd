/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Whom lists of clients permit, for how long, and by which entry; over a resolver and a clock that
 * the test owns. Seen from dance_verify(). */

#include "admission.h"
#include "list_scene.h"
#include "named.h"
#include "roster.h"

#include <string.h>
#include <urcu/urcu-bp.h>

/* Of a name that stood there once, a list that counts says no. */
static void a_list_permits_whom_it_contains(void **state)
{
	(void)state;
	const struct name there = named("ns1.example"), gone = named("ns2.example");
	struct dance_roster *roster = roster_of_list("ns1.example");
	const struct membership *lists = &roster->lists;
	struct admission admission;
	urcu_bp_read_lock();
	check_verdict(admission_by_lists(lists, &there, &roster->options, clock_ms(),
			      &admission),
		DANCE_UNDECIDED);
	assert_non_null(admission.list);
	assert_false(admission.awaited);
	check_range(admission.until - clock_ms(), 399000, 400000);
	admission.awaited = true;
	check_verdict(admission_by_lists(lists, &gone, &roster->options, clock_ms(),
			      &admission),
		DANCE_DENY_NAME);
	assert_null(admission.list);
	assert_false(admission.awaited);
	assert_string_equal(admission.why, "no list contains this name any more");
	check_verdict(admission_say(&admission, DANCE_DENY_NAME, &result), DANCE_DENY_NAME);
	check_verdict(result.verdict, DANCE_DENY_NAME);
	assert_string_equal(result.detail, "no list contains this name any more");
	check_verdict(admission_trouble(lists, &roster->options, clock_ms(), &admission),
		DANCE_UNDECIDED);
	/* As long as not all of its names are known, it proves nothing of others. */
	roster->lists.lacking = true;
	admission.awaited = true;
	check_verdict(admission_trouble(lists, &roster->options, clock_ms(), &admission),
		DANCE_FAIL_INTERNAL);
	assert_false(admission.awaited);
	assert_string_equal(admission.why,
		"out of memory: not all names of the lists are known");
	roster->lists.lacking = false;
	urcu_bp_read_unlock();
	dance_roster_free(roster);
}

/* Though it stands there. */
static void outside_the_fence_a_list_permits_nobody(void **state)
{
	(void)state;
	static const char *const within[] = { "ns1.example" };
	const struct dance_options options = {
		.size = sizeof(options), .within = within, .within_count = ROWS(within)
	};
	const struct name inside = named("ns1.example"), outside = named("ns2.example");
	struct admission admission;
	publish_all();
	publish_list(LIST, 400, "ns1.example ns2.example");
	struct dance_roster *roster = roster_of(LIST, &options);
	urcu_bp_read_lock();
	enum dance_verdict verdict = admission_by_lists(&roster->lists, &inside,
		&roster->options, clock_ms(), &admission);
	enum dance_verdict refused = admission_by_lists(&roster->lists, &outside,
		&roster->options, clock_ms(), &admission);
	urcu_bp_read_unlock();
	check_verdict(verdict, DANCE_UNDECIDED);
	check_verdict(refused, DANCE_DENY_NAME);
	assert_null(admission.list);
	assert_string_equal(admission.why, "no list contains this name any more");
	dance_roster_free(roster);
}

/* The result tells of the first list that is in trouble, in the operator's order. */
static void of_two_lists_in_trouble_the_first_is_told(void **state)
{
	(void)state;
	static const struct {
		const char *roster;
		enum dance_verdict verdict;
		const char *detail;
	} rows[] = {
		{ LIST " " OTHER, DANCE_FAIL_BOGUS, "list @clients.example: forged" },
		{ OTHER " " LIST, DANCE_DENY_INSECURE, "list @more.example: not signed" },
	};
	const struct name name = named("ns1.example");
	answer(LIST, RESOLVER_BOGUS, 300, "forged");
	answer(OTHER, RESOLVER_INSECURE, 300, "not signed");
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dance_roster *roster = roster_of(rows[i].roster, NULL);
		struct admission admission;
		urcu_bp_read_lock();
		enum dance_verdict verdict = admission_by_lists(&roster->lists, &name,
			&roster->options, clock_ms(), &admission);
		(void)admission_say(&admission, verdict, &result);
		urcu_bp_read_unlock();
		check_row(rows[i].roster, verdict, rows[i].verdict);
		check_row(rows[i].roster, result.verdict, rows[i].verdict);
		assert_string_equal(result.detail, rows[i].detail);
		dance_roster_free(roster);
		fake_resolver_settle();
	}
}

static void a_list_that_is_empty_permits_nobody(void **state)
{
	(void)state;
	struct dance_roster *roster = roster_of_list("ns1.example ns2.example");
	answer(LIST, RESOLVER_DENIED, 60, "no such name");
	pass(301000);
	check_verdict(verify(roster, &one, NULL, &result), DANCE_DENY_NAME);
	check_verdict(verify_raw_key(roster, &one, NULL, &result), DANCE_DENY_NAME);
	assert_string_equal(result.detail,
		"neither its key nor its certificate is of a permitted name");
	check_verdict(verify(roster, &one, "ns1.example", &result), DANCE_DENY_NAME);
	assert_int_equal(log_count("client removed, list @clients.example"), 2);
	assert_int_equal(log_count("list is empty, list @clients.example (no such name); do: "),
		1);
	dance_roster_free(roster);
}

static void a_list_that_is_not_valid_permits_nobody(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
		const char *line;
	} rows[] = {
		{ RESOLVER_BOGUS, DANCE_FAIL_BOGUS, "verdict bogus (the reason); do: sign" },
		{ RESOLVER_INSECURE, DANCE_DENY_INSECURE,
			"verdict insecure (the reason); do: " },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct dance_options options = { .size = sizeof(options),
			.max_stale_s = 3600 };
		publish_all();
		publish_list(LIST, 400, "ns1.example");
		struct dance_roster *roster = roster_of(LIST, &options);
		check_verdict(verify(roster, &one, NULL, &result), DANCE_ALLOW);
		answer(LIST, rows[i].outcome, 300, "the reason");
		pass(301000);
		static const char *const ids[] = { NULL, "ns1.example", "ns3.example" };
		for (size_t j = 0; j < ROWS(ids); j++) {
			check_verdict(verify(roster, &one, ids[j], &result),
				rows[i].verdict);
			assert_string_equal(result.detail,
				"list @clients.example: the reason");
			assert_string_equal(result.entry, "");
		}
		assert_int_equal(log_count(rows[i].line), 1);
		/* It is valid again: nothing else was forgotten, and the log names nobody. */
		unsigned before = fake_resolver_asked("ns1.example");
		publish_list(LIST, 400, "ns1.example");
		pass(310000);
		check_verdict(verify(roster, &one, NULL, &result), DANCE_ALLOW);
		assert_int_equal(fake_resolver_asked("ns1.example"), before);
		assert_int_equal(log_count("client added"), 0);
		assert_int_equal(log_count("client removed"), 0);
		dance_roster_free(roster);
		fake_resolver_settle();
		log_clear();
	}
}

static void a_list_that_cannot_be_looked_up_counts_to_its_end(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
		unsigned max_stale_s;
	} rows[] = {
		{ RESOLVER_FAILED, DANCE_FAIL_LOOKUP, 0 },
		{ RESOLVER_FAILED, DANCE_FAIL_LOOKUP, 100 },
		{ RESOLVER_TIMEOUT, DANCE_FAIL_TIMEOUT, 100 },
		{ RESOLVER_NONE, DANCE_FAIL_NOT_READY, 100 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct dance_options options = { .size = sizeof(options),
			.max_stale_s = rows[i].max_stale_s };
		publish_all();
		publish_list(LIST, 400, "ns1.example");
		struct dance_roster *roster = roster_of(LIST, &options);
		answer(LIST, rows[i].outcome, 0, NULL);
		pass(399000);
		check_verdict(verify(roster, &one, NULL, &result), DANCE_ALLOW);
		assert_int_equal(result.ttl, 1);
		pass(rows[i].max_stale_s * 1000);
		check_verdict(verify(roster, &one, NULL, &result), DANCE_ALLOW);
		assert_int_equal(result.ttl, rows[i].max_stale_s == 0 ? 1 : 0);
		pass(1000);
		check_verdict(verify(roster, &one, NULL, &result), rows[i].verdict);
		check_verdict(verify(roster, &one, "ns1.example", &result),
			rows[i].verdict);
		assert_string_equal(result.name, "ns1.example");
		check_verdict(verify(roster, &stranger, NULL, &result), rows[i].verdict);
		dance_roster_free(roster);
		fake_resolver_settle();
	}
}

static void nothing_is_known_of_a_list_at_first(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
	} rows[] = {
		{ RESOLVER_FAILED, DANCE_FAIL_LOOKUP },
		{ RESOLVER_TIMEOUT, DANCE_FAIL_TIMEOUT },
		{ RESOLVER_NONE, DANCE_FAIL_NOT_READY },
		{ RESOLVER_BOGUS, DANCE_FAIL_BOGUS },
		{ RESOLVER_INSECURE, DANCE_DENY_INSECURE },
		{ RESOLVER_DENIED, DANCE_DENY_NAME },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		answer(LIST, rows[i].outcome, 60, NULL);
		struct dance_roster *roster = roster_of(LIST, NULL);
		check_verdict(verify(roster, &one, NULL, &result), rows[i].verdict);
		check_verdict(verify(roster, &one, "ns1.example", &result),
			rows[i].verdict);
		dance_roster_free(roster);
		fake_resolver_settle();
	}
}

/* A listed name is permitted as such; one of two lists by the first; and only then by a suffix. */
static void the_entry_is_always_the_same(void **state)
{
	(void)state;
	publish_all();
	publish_list(LIST, 400, "ns1.example ns2.example ns3.example");
	publish_list(OTHER, 400, "ns2.example ns1.example");
	static const struct {
		const char *roster, *entries[3];
	} rows[] = {
		{ LIST " ns1.example " OTHER, { "ns1.example", LIST, LIST } },
		{ OTHER " " LIST " ns1.example", { "ns1.example", OTHER, LIST } },
		{ "*.example " OTHER, { OTHER, OTHER, "*.example" } },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dance_roster *roster = roster_of(rows[i].roster, NULL);
		static const char *const ids[] = { "ns1.example", "ns2.example",
			"ns3.example" };
		const struct credential *const keys[] = { &one, &two, &three };
		for (size_t j = 0; j < ROWS(ids); j++) {
			check_verdict(verify(roster, keys[j], ids[j], &result),
				DANCE_ALLOW);
			check_true(rows[i].roster,
				strcmp(result.entry, rows[i].entries[j]) == 0);
		}
		dance_roster_free(roster);
		fake_resolver_settle();
	}
	assert_int_equal(log_count("shared key"), 0);
}

/* A plainly listed name, and a suffix, do not depend on the list. */
static void a_list_in_trouble_takes_nothing_from_others(void **state)
{
	(void)state;
	publish_all();
	answer(LIST, RESOLVER_BOGUS, 300, NULL);
	struct dance_roster *roster = roster_of("ns1.example *.example " LIST, NULL);
	check_verdict(verify(roster, &one, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(roster, &two, "ns2.example", &result), DANCE_ALLOW);
	check_verdict(verify(roster, &two, "ns1.example", &result), DANCE_DENY_MISMATCH);
	check_verdict(verify(roster, &stranger, NULL, &result), DANCE_FAIL_BOGUS);
	dance_roster_free(roster);
}

/* The same when it is on the list, and known by that. */
static void a_suffix_permits_what_its_list_does_not_any_more(void **state)
{
	(void)state;
	publish_all();
	publish_list(LIST, 400, "ns1.example ns2.example");
	struct dance_roster *roster = roster_of("*.example " LIST, NULL);
	check_verdict(verify(roster, &one, "ns1.example", &result), DANCE_ALLOW);
	assert_string_equal(result.entry, LIST);
	answer(LIST, RESOLVER_BOGUS, 300, NULL);
	pass(301000);
	check_verdict(verify(roster, &one, "ns1.example", &result), DANCE_ALLOW);
	assert_string_equal(result.entry, "*.example");
	dance_roster_free(roster);
}

/* An allow holds no longer than the list, in whole seconds. */
static void an_allow_holds_as_long_as_its_list(void **state)
{
	(void)state;
	static const struct {
		unsigned ttl, left;
	} rows[] = { { 1499, 1499 }, { 1500, 1500 }, { 1501, 1500 } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		publish("ns1.example", rows[i].ttl, &one);
		publish_list(LIST, 1500, "ns1.example");
		struct dance_roster *roster = roster_of(LIST, NULL);
		check_verdict(verify(roster, &one, NULL, &result), DANCE_ALLOW);
		assert_int_equal(result.ttl, rows[i].left);
		dance_roster_free(roster);
		fake_resolver_settle();
	}
}

static void a_refusal_holds_until_the_list_changes(void **state)
{
	(void)state;
	struct dance_roster *roster = roster_of_list("ns1.example");
	check_verdict(verify(roster, &two, "ns2.example", &result), DANCE_DENY_NAME);
	pass(301000);
	assert_true(dance_basis_holds(roster, &result.basis));
	publish_list(LIST, 400, "ns1.example ns2.example");
	pass(301000);
	assert_false(dance_basis_holds(roster, &result.basis));
	check_verdict(verify(roster, &two, "ns2.example", &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

/* The list's own name is no name of a client, and may be one all the same. */
static void a_list_may_have_the_name_of_a_client(void **state)
{
	(void)state;
	publish_all();
	publish("clients.example", 300, &stranger);
	publish_list(LIST, 400, "ns1.example");
	struct dance_roster *roster = roster_of(LIST, NULL);
	check_verdict(verify(roster, &stranger, "clients.example", &result),
		DANCE_DENY_NAME);
	dance_roster_free(roster);
	roster = roster_of(LIST " clients.example", NULL);
	check_verdict(verify(roster, &stranger, "clients.example", &result), DANCE_ALLOW);
	assert_string_equal(result.entry, "clients.example");
	check_verdict(verify(roster, &one, NULL, &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

static void a_brief_list_is_waited_for(void **state)
{
	(void)state;
	struct asker asker;
	publish_all();
	publish_list(LIST, 3, "ns1.example");
	struct dance_roster *roster = roster_of(LIST, NULL);
	const struct fake_answer held = {
		.outcome = RESOLVER_SECURE, .names = "ns1.example", .ttl = 3, .held = true
	};
	fake_resolver_set(LIST, &held);
	pass(3000);
	asker_begin(&asker, roster, &one, NULL);
	await_asker(&asker);
	fake_resolver_release(LIST);
	check_verdict(asker_end(&asker), DANCE_ALLOW);
	dance_roster_free(roster);
}

/* What is awaited may precede the last hit, and nothing the first. */
static void check_precedes(const struct dance_roster *roster, bool is_awaited)
{
	const struct key_index_hit first = { .since = 0 }, last = { .since = UINT32_MAX };
	urcu_bp_read_lock();
	bool before_first = roster_may_precede(roster, &first);
	bool before_last = roster_may_precede(roster, &last);
	urcu_bp_read_unlock();
	assert_false(before_first);
	assert_int_equal(before_last, is_awaited);
}

/* Of a key that several have, the first name has it: any of which nothing is known yet may be that
 * one, also by a list. */
static void a_name_that_is_awaited_may_precede(void **state)
{
	(void)state;
	static const char *const rosters[] = { "ns1.example", LIST, ("ns2.example " LIST) };
	for (size_t i = 0; i < ROWS(rosters); i++) {
		publish_all();
		publish_held("ns1.example", 3600, &one);
		publish_list(LIST, 400, "ns1.example");
		struct dance_roster *roster = roster_of(rosters[i], NULL);
		for (int awaited = 1; awaited >= 0; awaited--) {
			check_precedes(roster, awaited);
			fake_resolver_release("ns1.example");
			fake_resolver_settle();
		}
		dance_roster_free(roster);
		fake_resolver_settle();
	}
}

/* And so may any name of a list that is not known yet. */
static void a_list_that_is_awaited_may_precede(void **state)
{
	(void)state;
	const struct fake_answer held = {
		.outcome = RESOLVER_SECURE, .names = "ns1.example", .ttl = 400, .held = true
	};
	publish_all();
	fake_resolver_set(LIST, &held);
	struct dance_roster *roster = roster_of(LIST, NULL);
	for (int awaited = 1; awaited >= 0; awaited--) {
		check_precedes(roster, awaited);
		fake_resolver_release(LIST);
		fake_resolver_settle();
	}
	dance_roster_free(roster);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_list_permits_whom_it_contains),
		TEST(outside_the_fence_a_list_permits_nobody),
		TEST(of_two_lists_in_trouble_the_first_is_told),
		TEST(a_list_that_is_empty_permits_nobody),
		TEST(a_list_that_is_not_valid_permits_nobody),
		TEST(a_list_that_cannot_be_looked_up_counts_to_its_end),
		TEST(nothing_is_known_of_a_list_at_first),
		TEST(the_entry_is_always_the_same),
		TEST(a_list_in_trouble_takes_nothing_from_others),
		TEST(a_suffix_permits_what_its_list_does_not_any_more),
		TEST(an_allow_holds_as_long_as_its_list),
		TEST(a_refusal_holds_until_the_list_changes),
		TEST(a_list_may_have_the_name_of_a_client),
		TEST(a_brief_list_is_waited_for),
		TEST(a_name_that_is_awaited_may_precede),
		TEST(a_list_that_is_awaited_may_precede),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
