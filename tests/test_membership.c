/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Lists of clients, over a resolver and a clock that the test owns: the names that come and go with
 * them, and what one change costs. Seen from dance_verify(). Whom a list permits, and how long,
 * test_admission.c has. */

#include "list_scene.h"
#include "roster.h"

#include <stdio.h>
#include <string.h>

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
		TEST(a_list_may_have_so_many_names_and_no_more),
		TEST(a_list_that_is_too_long_gets_no_longer_than_its_ttl),
		TEST(a_big_change_is_logged_by_its_beginning),
		TEST(names_outside_the_fence_are_ignored_and_logged),
		TEST(what_is_no_name_of_a_client_is_left_out),
		TEST(a_name_stays_as_long_as_anything_lists_it),
		TEST(a_refusal_has_the_list_looked_up_again),
		TEST(the_names_of_a_list_have_standings),
		TEST(rosters_share_a_list),
		TEST(wrong_lists_are_refused),
		TEST(equal_rosters_are_one),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
