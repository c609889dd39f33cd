/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Lists of clients, over a resolver and a clock that the test owns: whom they permit, for how long,
 * and what one change costs. Seen from dance_verify(). */

#include "check.h"
#include "fixture.h"
#include "scene.h"
#include "roster.h"

#include <stdio.h>
#include <string.h>
#include <urcu/urcu-bp.h>

static struct credential one, two, three, stranger;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &one, { .key = KEY_P256 } },
	{ &two, { .key = KEY_ED25519 } },
	{ &three, { .key = KEY_ED25519 } },
	{ &stranger, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

#define LIST "@clients.example"
#define OTHER "@more.example"

static void publish_all(void)
{
	publish("ns1.example", 3600, &one);
	publish("ns2.example", 3600, &two);
	publish("ns3.example", 3600, &three);
}

static struct dance_roster *roster_of_list(const char *names)
{
	publish_all();
	publish_list(LIST, 400, names);
	return roster_of(LIST, NULL);
}

static void the_names_of_a_list_are_permitted_under_its_entry(void **state)
{
	(void)state;
	struct dance_roster *roster = roster_of_list("ns1.example NS2.Example");
	check_verdict(verify(roster, &one, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.name, "ns1.example");
	assert_string_equal(result.entry, LIST);
	assert_int_equal(result.ttl, 400);
	check_verdict(verify(roster, &two, "ns2.example", &result), DANCE_ALLOW);
	assert_string_equal(result.entry, LIST);
	check_verdict(verify(roster, &three, NULL, &result), DANCE_DENY_MISMATCH);
	assert_string_equal(result.detail, "the key is in no record of 2 permitted names");
	check_verdict(verify(roster, &three, "ns3.example", &result), DANCE_DENY_NAME);
	check_verdict(verify_raw_key(roster, &one, NULL, &result), DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked_all(), 3);
	assert_int_equal(log_count("list validated, list @clients.example, count 2"), 1);
	dance_roster_free(roster);
}

static void one_change_costs_two_lookups_and_is_logged_by_name(void **state)
{
	(void)state;
	struct dance_roster *roster = roster_of_list("ns1.example ns2.example");
	publish_list(LIST, 400, "ns3.example ns1.example");
	pass(301000);
	assert_int_equal(fake_resolver_asked_all(), 5);
	assert_int_equal(fake_resolver_asked(LIST), 2);
	assert_int_equal(fake_resolver_asked("ns3.example"), 1);
	check_verdict(verify(roster, &three, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(roster, &one, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(roster, &two, NULL, &result), DANCE_DENY_MISMATCH);
	check_verdict(verify(roster, &two, "ns2.example", &result), DANCE_DENY_NAME);
	assert_int_equal(log_count("client added, list @clients.example, client ns3.example"),
		1);
	assert_int_equal(log_count("client removed, list @clients.example, client ns2.example"),
		1);
	assert_int_equal(log_count("client added"), 1);
	assert_int_equal(log_count("client removed"), 1);
	dance_roster_free(roster);
}

/* In its order, and however little is known: who waits is woken by the list, and then by the
 * records of the name. */
static void a_decision_waits_for_the_list_and_for_the_name(void **state)
{
	(void)state;
	struct asker asker;
	publish_held("ns1.example", 300, &one);
	const struct fake_answer held = {
		.outcome = RESOLVER_SECURE, .names = "ns1.example", .ttl = 300, .held = true
	};
	fake_resolver_set(LIST, &held);
	static const char *const ids[] = { NULL, "ns1.example" };
	for (size_t i = 0; i < ROWS(ids); i++) {
		struct dance_roster *roster = roster_of(LIST, NULL);
		asker_begin(&asker, roster, &one, ids[i]);
		await_asker(&asker);
		fake_resolver_release(LIST);
		await_look();
		fake_resolver_release("ns1.example");
		check_verdict(asker_end(&asker), DANCE_ALLOW);
		assert_string_equal(asker.result.entry, LIST);
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

static const char *so_many(unsigned count)
{
	static char names[16384];
	size_t size = (size_t)snprintf(names, sizeof(names), "ns1.example");
	for (unsigned i = 1; i < count; i++) {
		size += (size_t)snprintf(names + size, sizeof(names) - size,
			" n%u.fleet.example", i);
	}
	return names;
}

static void a_list_may_have_so_many_names_and_no_more(void **state)
{
	(void)state;
	answer("*.fleet.example", RESOLVER_DENIED, 3600, NULL);
	struct dance_roster *roster = roster_of_list(so_many(DANCE_LIST_MAX));
	pass(4000);
	check_verdict(verify(roster, &one, NULL, &result), DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked_all(), 1 + DANCE_LIST_MAX);
	assert_true(fake_resolver_under_way_most() <= 64);

	/* The last good list counts to the end of its TTL, whatever max_stale_s says. */
	publish_list(LIST, 400, so_many(DANCE_LIST_MAX + 1));
	pass(395000);
	check_verdict(verify(roster, &one, NULL, &result), DANCE_ALLOW);
	pass(1000);
	check_verdict(verify(roster, &one, NULL, &result), DANCE_DENY_UNUSABLE);
	assert_string_equal(result.detail, "list @clients.example: more than 200 names");
	assert_int_equal(log_count("no valid list, list @clients.example, verdict unusable ("
				   "more than 200 names); do: divide it"),
		1);
	dance_roster_free(roster);
}

static void a_list_that_is_too_long_gets_no_longer_than_its_ttl(void **state)
{
	(void)state;
	const struct dance_options options = { .size = sizeof(options),
		.max_stale_s = 3600 };
	publish_all();
	publish_list(LIST, 400, "ns1.example");
	struct dance_roster *roster = roster_of(LIST, &options);
	publish_list(LIST, 400, so_many(DANCE_LIST_MAX + 1));
	pass(400000);
	check_verdict(verify(roster, &one, NULL, &result), DANCE_DENY_UNUSABLE);
	dance_roster_free(roster);

	/* And one that is too long from the start permits nobody. */
	fake_resolver_settle();
	roster = roster_of(LIST, &options);
	check_verdict(verify(roster, &one, NULL, &result), DANCE_DENY_UNUSABLE);
	dance_roster_free(roster);
}

static void a_big_change_is_logged_by_its_beginning(void **state)
{
	(void)state;
	answer("*.fleet.example", RESOLVER_DENIED, 3600, NULL);
	struct dance_roster *roster = roster_of_list("ns1.example");
	publish_list(LIST, 400, so_many(100));
	pass(301000);
	assert_int_equal(log_count("client added, list @clients.example, client "), 20);
	assert_int_equal(log_count("clients added, list @clients.example, count 99 (the first 20 "
				   "were named)"),
		1);
	dance_roster_free(roster);
}

static void names_outside_the_fence_are_ignored_and_logged(void **state)
{
	(void)state;
	static const char *const within[] = { "sub.example.", "ns1.EXAMPLE" };
	const struct dance_options options = {
		.size = sizeof(options), .within = within, .within_count = ROWS(within)
	};
	publish("a.sub.example", 3600, &two);
	publish_all();
	publish_list(LIST, 400, "ns1.example a.sub.example ns3.example xsub.example");
	struct dance_roster *roster = roster_of(LIST, &options);
	check_verdict(verify(roster, &one, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(roster, &two, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(roster, &three, NULL, &result), DANCE_DENY_MISMATCH);
	check_verdict(verify(roster, &three, "ns3.example", &result), DANCE_DENY_NAME);
	assert_int_equal(fake_resolver_asked("ns3.example"), 0);
	assert_int_equal(log_count("client ignored, list @clients.example, client ns3.example "
				   "(it is not within 'client-within'); do: "),
		1);
	assert_int_equal(log_count("client ignored"), 2);

	/* Nobody else's fence. */
	answer("xsub.example", RESOLVER_DENIED, 3600, NULL);
	struct dance_roster *open = roster_of(LIST, NULL);
	check_verdict(verify(open, &three, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(roster, &three, NULL, &result), DANCE_DENY_MISMATCH);
	dance_roster_free(open);
	dance_roster_free(roster);
}

static void what_is_no_name_of_a_client_is_left_out(void **state)
{
	(void)state;
	struct dance_roster *roster =
		roster_of_list("ns1.example . *.example ns1.example @more.example a/b.example");
	check_verdict(verify(roster, &one, NULL, &result), DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked_all(), 2);
	assert_int_equal(log_count("clients ignored, list @clients.example, count 4 (PTR .: the "
				   "name is empty); do: "),
		1);
	pass(301000);
	assert_int_equal(log_count("clients ignored"), 1);
	check_verdict(verify(roster, &two, "x.example", &result), DANCE_DENY_NAME);
	dance_roster_free(roster);
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

static void a_name_stays_as_long_as_anything_lists_it(void **state)
{
	(void)state;
	publish_all();
	publish_list(LIST, 400, "ns1.example ns2.example");
	publish_list(OTHER, 400, "ns1.example");
	struct dance_roster *roster = roster_of("ns2.example " LIST " " OTHER, NULL);
	publish_list(LIST, 400, "ns3.example");
	pass(301000);
	check_verdict(verify(roster, &one, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.entry, OTHER);
	check_verdict(verify(roster, &two, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.entry, "ns2.example");
	publish_list(OTHER, 400, "ns3.example");
	pass(301000);
	check_verdict(verify(roster, &one, "ns1.example", &result), DANCE_DENY_NAME);
	check_verdict(verify(roster, &three, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.entry, LIST);
	assert_int_equal(fake_resolver_asked("ns3.example"), 1);
	dance_roster_free(roster);
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

/* It may have been put on the list just now. */
static void a_refusal_has_the_list_looked_up_again(void **state)
{
	(void)state;
	struct dance_roster *roster = roster_of_list("ns1.example");
	publish_list(LIST, 400, "ns1.example ns2.example");
	check_verdict(verify(roster, &two, NULL, &result), DANCE_DENY_MISMATCH);
	pass(6000);
	check_verdict(verify(roster, &two, NULL, &result), DANCE_ALLOW);
	publish_list(LIST, 400, "ns1.example ns2.example ns3.example");
	pass(6000);
	check_verdict(verify(roster, &three, "ns3.example", &result), DANCE_DENY_NAME);
	pass(6000);
	check_verdict(verify(roster, &three, "ns3.example", &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

static void note_standing(const struct dance_standing *standing, void *arg)
{
	char *text = arg;
	snprintf(text + strlen(text), 256 - strlen(text), "%s %s ", standing->name,
		dance_verdict_name(standing->verdict));
}

/* Those on a list are names like others, as long as they are on it. */
static void the_names_of_a_list_have_standings(void **state)
{
	(void)state;
	publish_all();
	publish_list(LIST, 400, "ns1.example ns2.example");
	struct dance_roster *roster = roster_of("ns3.example " LIST, NULL);
	char text[256] = "";
	dance_roster_standings(roster, note_standing, text);
	assert_string_equal(text, "ns3.example allow ns1.example allow ns2.example allow ");
	publish_list(LIST, 400, "ns2.example");
	pass(301000);
	text[0] = '\0';
	dance_roster_standings(roster, note_standing, text);
	assert_string_equal(text, "ns3.example allow ns2.example allow ");
	answer(LIST, RESOLVER_BOGUS, 300, NULL);
	pass(301000);
	text[0] = '\0';
	dance_roster_standings(roster, note_standing, text);
	assert_string_equal(text, "ns3.example allow ns2.example bogus ");
	dance_roster_free(roster);
}

static void rosters_share_a_list(void **state)
{
	(void)state;
	struct dance_roster *first = roster_of_list("ns1.example");
	struct dance_roster *second = roster_of(LIST " ns2.example", NULL);
	check_verdict(verify(second, &one, NULL, &result), DANCE_ALLOW);
	assert_int_equal(fake_resolver_asked(LIST), 1);
	publish_list(LIST, 400, "ns3.example");
	pass(301000);
	assert_int_equal(fake_resolver_asked(LIST), 2);
	check_verdict(verify(first, &three, NULL, &result), DANCE_ALLOW);
	dance_roster_free(first);
	check_verdict(verify(second, &three, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(second, &two, NULL, &result), DANCE_ALLOW);
	dance_roster_free(second);
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

static void wrong_lists_are_refused(void **state)
{
	(void)state;
	static const char *const wrong[] = { "@", "@.", "@*.example", "@@a.example",
		"a@b.example", "@a..b", "*.@a.example" };
	char error[DANCE_ERROR_SIZE], names[MEMBERSHIP_LISTS_MAX + 1][16];
	const char *list[MEMBERSHIP_LISTS_MAX + 1];
	for (size_t i = 0; i < ROWS(wrong); i++) {
		check_true(wrong[i], !dance_roster_check_name(wrong[i], error));
	}
	assert_true(dance_roster_check_name("@clients.example.", error));
	for (size_t i = 0; i < ROWS(list); i++) {
		snprintf(names[i], sizeof(names[i]), "@l%zu.example", i);
		answer(names[i], RESOLVER_DENIED, 300, NULL);
		list[i] = names[i];
	}
	assert_null(dance_roster_new(scene_context, list, ROWS(list), NULL, error));
	assert_string_equal(error, "there are more than 16 lists");
	struct dance_roster *roster = dance_roster_new(scene_context, list,
		MEMBERSHIP_LISTS_MAX, NULL, error);
	assert_non_null(roster);
	dance_roster_free(roster);
	const struct dance_options server = { .size = sizeof(server),
		.role = DANCE_SERVER };
	assert_null(dance_roster_new(scene_context, list, 1, &server, error));
	assert_string_equal(error, "a list is of clients");
	static const char *const fence[] = { "*.example" };
	const struct dance_options fenced = {
		.size = sizeof(fenced), .within = fence, .within_count = 1
	};
	assert_null(dance_roster_new(scene_context, list, 1, &fenced, error));
	assert_non_null(strstr(error, "'*.example': "));
}

/* The order of lists counts, and so does the fence: these are other rosters. */
static void equal_rosters_are_one(void **state)
{
	(void)state;
	static const char *const fence[] = { "example" };
	const struct dance_options fenced = {
		.size = sizeof(fenced), .within = fence, .within_count = 1
	};
	publish_all();
	publish_list(LIST, 400, "ns1.example");
	publish_list(OTHER, 400, "ns1.example");
	struct dance_roster *a = roster_of(LIST " " OTHER, NULL);
	struct dance_roster *b = roster_of("@Clients.example. " OTHER, NULL);
	struct dance_roster *c = roster_of(OTHER " " LIST, NULL);
	struct dance_roster *d = roster_of(LIST " " OTHER, &fenced);
	assert_ptr_equal(a, b);
	assert_ptr_not_equal(a, c);
	assert_ptr_not_equal(a, d);
	dance_roster_free(a);
	dance_roster_free(b);
	dance_roster_free(c);
	dance_roster_free(d);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_names_of_a_list_are_permitted_under_its_entry),
		TEST(one_change_costs_two_lookups_and_is_logged_by_name),
		TEST(a_decision_waits_for_the_list_and_for_the_name),
		TEST(a_list_that_is_empty_permits_nobody),
		TEST(a_list_that_is_not_valid_permits_nobody),
		TEST(a_list_that_cannot_be_looked_up_counts_to_its_end),
		TEST(nothing_is_known_of_a_list_at_first),
		TEST(a_list_may_have_so_many_names_and_no_more),
		TEST(a_list_that_is_too_long_gets_no_longer_than_its_ttl),
		TEST(a_big_change_is_logged_by_its_beginning),
		TEST(names_outside_the_fence_are_ignored_and_logged),
		TEST(what_is_no_name_of_a_client_is_left_out),
		TEST(the_entry_is_always_the_same),
		TEST(a_name_stays_as_long_as_anything_lists_it),
		TEST(a_list_in_trouble_takes_nothing_from_others),
		TEST(a_suffix_permits_what_its_list_does_not_any_more),
		TEST(a_refusal_holds_until_the_list_changes),
		TEST(a_refusal_has_the_list_looked_up_again),
		TEST(the_names_of_a_list_have_standings),
		TEST(rosters_share_a_list),
		TEST(a_list_may_have_the_name_of_a_client),
		TEST(a_brief_list_is_waited_for),
		TEST(wrong_lists_are_refused),
		TEST(equal_rosters_are_one),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
