/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One key that several permitted names publish, seen from dance_verify(): whoever was known
 * by it first is the peer, and at a start the one who stands first in the list. */

#include "check.h"
#include "fixture.h"
#include "scene.h"

#include <stdio.h>
#include <string.h>

#define VICTIM "victim.example"
#define SQUATTER "squatter.example"

static const struct alternative_name names[] = { DNS(VICTIM) };
static struct credential mine, squatters, named;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &squatters, { .key = KEY_ED25519 } },
	{ &named, { .key = KEY_ED25519, .names = names, .name_count = ROWS(names) } },
	{ NULL, { 0 } },
};

static void check_is(struct dance_roster *roster, const char *name)
{
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.name, name);
}

/* Whatever the forms of the records, the TTLs, and the order of the list. */
static void publishing_anothers_key_takes_nothing_away(void **state)
{
	(void)state;
	static const uint8_t forms[][2] = { { 1, 1 }, { 1, 2 }, { 1, 0 }, { 0, 1 },
		{ 0, 2 }, { 0, 0 } };
	static const char *const lists[] = { VICTIM " " SQUATTER, SQUATTER " " VICTIM };
	for (size_t i = 0; i < ROWS(forms) * ROWS(forms) * ROWS(lists); i++) {
		const uint8_t *form = forms[i % ROWS(forms)];
		const uint8_t *theirs = forms[i / ROWS(forms) % ROWS(forms)];
		const struct dance_tlsa record = tlsa_of(&mine, 3, form[0], form[1]);
		const struct dance_tlsa both[] = { tlsa_of(&mine, 3, theirs[0], theirs[1]),
			tlsa_of(&squatters, 3, theirs[0], theirs[1]) };
		publish_records(VICTIM, 20, &record, 1);
		publish(SQUATTER, 20, &squatters);
		struct dance_roster *roster = roster_of(lists[i / ROWS(forms) / ROWS(forms)],
			NULL);
		check_is(roster, VICTIM);
		pass(5000);
		publish_records(SQUATTER, 600, both, 2);
		for (int j = 0; j < 3; j++) {
			pass(20000);
			check_is(roster, VICTIM);
		}
		/* It is the squatter where that says so itself. */
		check_verdict(verify(roster, &mine, SQUATTER, &result), DANCE_ALLOW);
		check_verdict(verify(roster, &squatters, NULL, &result), DANCE_ALLOW);
		assert_string_equal(result.name, SQUATTER);
		dance_roster_free(roster);
	}
}

static void at_a_start_the_list_decides_whichever_answer_comes_first(void **state)
{
	(void)state;
	static const char *const rows[][3] = {
		{ VICTIM " " SQUATTER, SQUATTER, VICTIM },
		{ VICTIM " " SQUATTER, VICTIM, VICTIM },
		{ SQUATTER " " VICTIM, SQUATTER, SQUATTER },
		{ SQUATTER " " VICTIM, VICTIM, SQUATTER },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *late = strcmp(rows[i][1], VICTIM) == 0 ? SQUATTER : VICTIM;
		publish(rows[i][1], 60, &mine);
		publish_held(late, 60, &mine);
		struct dance_roster *roster = roster_of(rows[i][0], NULL);
		pass(30000);
		publish(late, 60, &mine);
		fake_resolver_settle();
		check_is(roster, rows[i][2]);
		pass(200000);
		check_is(roster, rows[i][2]);
		dance_roster_free(roster);
	}
}

/* The first in the list may yet turn out to have the key: it is waited for, but its silence
 * keeps nobody out. */
static void the_first_in_the_list_is_waited_for(void **state)
{
	(void)state;
	struct asker asker;
	for (int i = 0; i < 2; i++) {
		publish_held(VICTIM, 60, i == 0 ? &mine : &named);
		publish(SQUATTER, 60, &mine);
		struct dance_roster *roster = roster_of(VICTIM " " SQUATTER, NULL);
		asker_begin(&asker, roster, &mine, NULL);
		await_waiting(1);
		pass(499);
		fake_resolver_release(VICTIM);
		check_verdict(asker_end(&asker), DANCE_ALLOW);
		assert_string_equal(asker.result.name, i == 0 ? VICTIM : SQUATTER);
		dance_roster_free(roster);
	}
	publish_held(VICTIM, 60, &mine);
	struct dance_roster *roster = roster_of(VICTIM " " SQUATTER, NULL);
	asker_begin(&asker, roster, &mine, NULL);
	await_waiting(1);
	pass(500);
	check_verdict(asker_end(&asker), DANCE_ALLOW);
	assert_string_equal(asker.result.name, SQUATTER);
	assert_string_equal(asker.result.detail, "");
	/* Nor does its failure, for which nobody waits; then it is the first again. */
	answer(VICTIM, RESOLVER_FAILED, 0, NULL);
	fake_resolver_settle();
	check_is(roster, SQUATTER);
	publish(VICTIM, 60, &mine);
	pass(64000);
	check_is(roster, VICTIM);
	dance_roster_free(roster);
}

/* Those who could do without make room for those who could not, and are let in at once. */
static void waiting_for_the_first_takes_nobodys_place(void **state)
{
	(void)state;
	struct asker content, needy;
	scene_allow_waiting(1);
	publish_held(VICTIM, 60, &named);
	publish(SQUATTER, 60, &mine);
	struct dance_roster *roster = roster_of(VICTIM " " SQUATTER, NULL);
	asker_begin(&content, roster, &mine, NULL);
	await_waiting(1);
	asker_begin(&needy, roster, &named, VICTIM);
	check_verdict(asker_end(&content), DANCE_ALLOW);
	assert_string_equal(content.result.name, SQUATTER);
	await_waiting(1);
	check_is(roster, SQUATTER);
	fake_resolver_release(VICTIM);
	check_verdict(asker_end(&needy), DANCE_ALLOW);
	dance_roster_free(roster);
}

/* Records that expire during the wait do not count at its end. */
static void what_expires_during_the_wait_does_not_count(void **state)
{
	(void)state;
	const struct dance_options options = { .size = sizeof(options),
		.timeout_ms = 5000 };
	struct asker asker;
	publish_held(VICTIM, 60, &mine);
	publish(SQUATTER, 4, &mine);
	struct dance_roster *roster = roster_of(VICTIM " " SQUATTER, &options);
	publish_held(SQUATTER, 4, &mine);
	asker_begin(&asker, roster, &mine, NULL);
	await_waiting(1);
	pass(5000);
	check_verdict(asker_end(&asker), DANCE_FAIL_NOT_READY);
	dance_roster_free(roster);
}

/* Only those that would come before it are waited for, and nobody whose certificate says who
 * it is. */
static void the_others_are_not_waited_for(void **state)
{
	(void)state;
	publish(VICTIM, 60, &named);
	publish_held(SQUATTER, 60, &mine);
	struct dance_roster *roster = roster_of(VICTIM " " SQUATTER, NULL);
	check_verdict(verify_raw_key(roster, &named, NULL, &result), DANCE_ALLOW);
	dance_roster_free(roster);
	roster = roster_of(SQUATTER " " VICTIM, NULL);
	check_verdict(verify(roster, &named, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.name, VICTIM);
	check_verdict(verify(roster, &named, VICTIM, &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

/* A name that gives up the key counts anew when it comes back; one that cannot be looked up,
 * or of which something forged comes, has given up nothing. */
static void who_withdraws_the_key_is_no_longer_first(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		const char *first;
	} rows[] = {
		{ RESOLVER_DENIED, SQUATTER },
		{ RESOLVER_INSECURE, SQUATTER },
		{ RESOLVER_SECURE, SQUATTER }, /* other records */
		{ RESOLVER_BOGUS, VICTIM },
		{ RESOLVER_FAILED, VICTIM },
		{ RESOLVER_TIMEOUT, VICTIM },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		publish(VICTIM, 60, &mine);
		publish(SQUATTER, 60, &squatters);
		struct dance_roster *roster = roster_of(VICTIM " " SQUATTER, NULL);
		check_is(roster, VICTIM);
		publish(SQUATTER, 60, &mine);
		pass(60000);
		check_is(roster, VICTIM);
		if (rows[i].outcome == RESOLVER_SECURE) {
			publish(VICTIM, 60, &named);
		} else {
			answer(VICTIM, rows[i].outcome, 60, NULL);
		}
		pass(130000);
		check_is(roster, SQUATTER);
		publish(VICTIM, 60, &mine);
		pass(130000);
		check_is(roster, rows[i].first);
		dance_roster_free(roster);
	}
}

/* A reload makes a roster beside the old one: who was first stays first, in whatever order
 * the new list is, and also while the records are not to be had. */
static void a_reload_changes_nothing(void **state)
{
	(void)state;
	static const enum resolver_outcome outcomes[] = { RESOLVER_SECURE, RESOLVER_BOGUS };
	for (size_t i = 0; i < ROWS(outcomes); i++) {
		publish(VICTIM, 60, &mine);
		publish(SQUATTER, 60, &squatters);
		struct dance_roster *before = roster_of(VICTIM " " SQUATTER, NULL);
		pass(1000);
		publish(SQUATTER, 60, &mine);
		pass(60000);
		check_is(before, VICTIM);
		if (outcomes[i] != RESOLVER_SECURE) {
			answer(VICTIM, outcomes[i], 0, NULL);
			pass(60000);
		}
		struct dance_roster *after = roster_of(SQUATTER " " VICTIM, NULL);
		dance_roster_free(before);
		publish(VICTIM, 60, &mine);
		pass(130000);
		check_is(after, VICTIM);
		dance_roster_free(after);
	}
}

/* A name that no roster lists any more is forgotten; listed again, it counts from then. */
static void who_leaves_the_list_is_no_longer_first(void **state)
{
	(void)state;
	publish(VICTIM, 60, &mine);
	publish(SQUATTER, 60, &mine);
	struct dance_roster *first = roster_of(VICTIM " " SQUATTER, NULL);
	check_is(first, VICTIM);
	struct dance_roster *second = roster_of(SQUATTER, NULL);
	dance_roster_free(first);
	check_is(second, SQUATTER);
	pass(70000);
	first = roster_of(VICTIM " " SQUATTER, NULL);
	dance_roster_free(second);
	check_is(first, SQUATTER);
	dance_roster_free(first);
}

/* A host makes its rosters one after the other: at the start that is no order. */
static void how_long_the_start_takes_does_not_matter(void **state)
{
	(void)state;
	publish(VICTIM, 600, &mine);
	publish(SQUATTER, 600, &mine);
	struct dance_roster *other = roster_of(SQUATTER, NULL);
	pass(50000);
	struct dance_roster *roster = roster_of(VICTIM " " SQUATTER, NULL);
	check_is(roster, VICTIM);
	check_is(other, SQUATTER);
	dance_roster_free(other);
	pass(600000);
	check_is(roster, VICTIM);
	dance_roster_free(roster);
}

static void the_log_warns_once(void **state)
{
	(void)state;
	static const char line[] =
		"shared key, client " SQUATTER ", other " VICTIM
		" (a client that shows it without a name is taken for " VICTIM
		"); do: give each name a key of its own";
	publish(VICTIM, 60, &mine);
	publish(SQUATTER, 60, &squatters);
	struct dance_roster *roster = roster_of(VICTIM " " SQUATTER, NULL);
	struct dance_roster *again = roster_of(SQUATTER " " VICTIM " a.b.example", NULL);
	struct dance_roster *alone = roster_of(SQUATTER, NULL);
	assert_int_equal(log_count("shared key"), 0);
	publish(SQUATTER, 60, &mine);
	pass(600000);
	assert_int_equal(log_count(line), 1);
	assert_int_equal(log_count("shared key"), 1);
	dance_roster_free(alone);
	dance_roster_free(again);
	dance_roster_free(roster);
	/* Not of names that no roster lists both. */
	log_clear();
	roster = roster_of(VICTIM, NULL);
	alone = roster_of(SQUATTER, NULL);
	assert_int_equal(log_count("shared key"), 0);
	dance_roster_free(alone);
	dance_roster_free(roster);
}

static int begin(void **state)
{
	int failed = scene_begin(state);
	publish("a.b.example", 60, &named);
	return failed;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(publishing_anothers_key_takes_nothing_away),
		TEST(at_a_start_the_list_decides_whichever_answer_comes_first),
		TEST(the_first_in_the_list_is_waited_for),
		TEST(waiting_for_the_first_takes_nobodys_place),
		TEST(what_expires_during_the_wait_does_not_count),
		TEST(the_others_are_not_waited_for),
		TEST(who_withdraws_the_key_is_no_longer_first),
		TEST(a_reload_changes_nothing),
		TEST(who_leaves_the_list_is_no_longer_first),
		TEST(how_long_the_start_takes_does_not_matter),
		TEST(the_log_warns_once),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
