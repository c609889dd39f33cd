/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The real thread that keeps names fresh, over a resolver and a clock that the test owns:
 * when it looks up, and how long what it learned counts. Seen from dance_verify(). */

#include "check.h"
#include "fixture.h"
#include "scene.h"
#include "watcher.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static struct credential mine, other;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_ED25519 } },
	{ NULL, { 0 } },
};

#define NAME "a.example"

/* Lets a second pass again and again until the name is looked up once more; returns after
 * how many seconds, or `limit`. */
static unsigned seconds_to_look_up(const char *name, unsigned limit)
{
	unsigned before = fake_resolver_asked(name), seconds = 0;
	while (seconds < limit && fake_resolver_asked(name) == before) {
		pass(1000);
		seconds++;
	}
	return seconds;
}

static void names_are_looked_up_when_listed(void **state)
{
	(void)state;
	publish(NAME, 300, &mine);
	publish("b.example", 300, &other);
	assert_int_equal(threads_begun(), 0);
	struct dance_roster *roster = roster_of("a.example b.example", NULL);
	assert_int_equal(threads_begun(), 1);
	assert_int_equal(fake_resolver_asked(NAME), 1);
	assert_int_equal(fake_resolver_asked("b.example"), 1);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.name, NAME);
	assert_int_equal(result.ttl, 300);
	assert_int_equal(fake_resolver_asked_all(), 2);
	dance_roster_free(roster);
}

static void records_are_refreshed_at_three_quarters_of_their_ttl(void **state)
{
	(void)state;
	publish(NAME, 400, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	for (int i = 0; i < 5; i++) {
		unsigned seconds = seconds_to_look_up(NAME, 500);
		assert_true(seconds >= 270 && seconds <= 300);
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
		assert_int_equal(result.ttl, 400);
	}
	dance_roster_free(roster);
}

static void records_count_to_the_end_of_their_ttl_and_not_longer(void **state)
{
	(void)state;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	answer(NAME, RESOLVER_FAILED, 0, "SERVFAIL");
	pass(30000);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	assert_int_equal(result.ttl, 30);
	pass(29999);
	assert_true(fake_resolver_asked(NAME) > 2);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	assert_int_equal(result.ttl, 0);
	pass(1);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_LOOKUP);
	assert_string_equal(result.name, NAME);
	for (int i = 0; i < 100; i++) {
		pass(5000);
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_LOOKUP);
	}
	publish(NAME, 60, &mine);
	pass(64000);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

/* No answer at all is no reason to go on with what has expired. */
static void silence_does_not_prolong_records(void **state)
{
	(void)state;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	publish_held(NAME, 60, &mine);
	pass(59999);
	assert_int_equal(fake_resolver_under_way(), 1);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	pass(1);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_NOT_READY);
	assert_non_null(strstr(result.detail, "expired"));
	fake_resolver_release(NAME);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

static void records_may_be_used_stale_while_lookups_fail(void **state)
{
	(void)state;
	const struct dance_options options = { .size = sizeof(options),
		.max_stale_s = 100 };
	publish(NAME, 60, &mine);
	struct dance_roster *strict = roster_of(NAME, NULL);
	struct dance_roster *lax = roster_of(NAME, &options);
	answer(NAME, RESOLVER_TIMEOUT, 0, NULL);
	pass(60000);
	check_verdict(verify(strict, &mine, NULL, &result), DANCE_FAIL_TIMEOUT);
	check_verdict(verify(lax, &mine, NULL, &result), DANCE_ALLOW);
	assert_int_equal(result.ttl, 0);
	check_verdict(verify(lax, &other, NULL, &result), DANCE_DENY_MISMATCH);
	pass(99999);
	check_verdict(verify(lax, &mine, NULL, &result), DANCE_ALLOW);
	assert_int_equal(result.ttl, 0);
	pass(1);
	check_verdict(verify(lax, &mine, NULL, &result), DANCE_FAIL_TIMEOUT);
	dance_roster_free(strict);
	dance_roster_free(lax);
}

/* The lookup that was to come before the end of the TTL may not have failed yet: it has as
 * long as any lookup has, where the operator lets records be stale at all. */
static void silence_is_bridged_while_a_lookup_may_take(void **state)
{
	(void)state;
	const struct dance_options options = { .size = sizeof(options),
		.max_stale_s = 100 };
	publish(NAME, 60, &mine);
	struct dance_roster *strict = roster_of(NAME, NULL);
	struct dance_roster *lax = roster_of(NAME, &options);
	publish_held(NAME, 60, &mine);
	pass(60000);
	check_verdict(verify(strict, &mine, NULL, &result), DANCE_FAIL_NOT_READY);
	check_verdict(verify(lax, &mine, NULL, &result), DANCE_ALLOW);
	pass(RESOLVER_DEADLINE_MS - 1);
	check_verdict(verify(lax, &mine, NULL, &result), DANCE_ALLOW);
	pass(1);
	check_verdict(verify(lax, &mine, NULL, &result), DANCE_FAIL_NOT_READY);
	dance_roster_free(strict);
	dance_roster_free(lax);
}

/* An answer that says no, or is forged, ends what was known, whatever an operator allows
 * to be stale; and a failure after it does not bring it back. */
static void no_answer_but_a_failure_leaves_records_standing(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
	} rows[] = {
		{ RESOLVER_DENIED, DANCE_DENY_NO_TLSA },
		{ RESOLVER_INSECURE, DANCE_DENY_INSECURE },
		{ RESOLVER_BOGUS, DANCE_FAIL_BOGUS },
	};
	const struct dance_options options = { .size = sizeof(options),
		.max_stale_s = 100000 };
	for (size_t i = 0; i < ROWS(rows); i++) {
		publish(NAME, 400, &mine);
		struct dance_roster *roster = roster_of(NAME, &options);
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
		answer(NAME, rows[i].outcome, 60, NULL);
		assert_true(seconds_to_look_up(NAME, 400) <= 300);
		check_verdict(verify(roster, &mine, NULL, &result), rows[i].verdict);
		assert_false(result.has_record);
		answer(NAME, RESOLVER_FAILED, 0, NULL);
		assert_true(seconds_to_look_up(NAME, 400) <= 60);
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_LOOKUP);
		dance_roster_free(roster);
	}
}

static void an_empty_set_ends_what_was_known(void **state)
{
	(void)state;
	publish(NAME, 400, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	publish_records(NAME, 400, NULL, 0);
	(void)seconds_to_look_up(NAME, 400);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_DENY_UNUSABLE);
	dance_roster_free(roster);
}

static void failures_back_off_and_successes_start_anew(void **state)
{
	(void)state;
	static const unsigned delays[] = { 1, 2, 4, 8, 16, 32, 64, 64, 64 };
	static const enum resolver_outcome outcomes[] = { RESOLVER_FAILED, RESOLVER_TIMEOUT,
		RESOLVER_BOGUS };
	for (size_t i = 0; i < ROWS(outcomes); i++) {
		answer(NAME, outcomes[i], 0, NULL);
		struct dance_roster *roster = roster_of(NAME, NULL);
		for (size_t j = 0; j < ROWS(delays); j++) {
			unsigned seconds = seconds_to_look_up(NAME, 100);
			assert_true(seconds <= delays[j]);
			assert_true(seconds + 1 >= delays[j] - delays[j] / 10);
		}
		publish(NAME, 60, &mine);
		(void)seconds_to_look_up(NAME, 100);
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
		answer(NAME, outcomes[i], 0, NULL);
		(void)seconds_to_look_up(NAME, 100);
		assert_int_equal(seconds_to_look_up(NAME, 100), 1);
		dance_roster_free(roster);
	}
}

/* A cache that has told about a name is not asked about it again. */
static void lookups_ask_past_what_was_told_before(void **state)
{
	(void)state;
	publish(NAME, 60, &mine);
	fake_resolver_set_generation(41);
	struct dance_roster *roster = roster_of(NAME, NULL);
	assert_int_equal(fake_resolver_past(NAME), 0);
	fake_resolver_set_generation(42);
	(void)seconds_to_look_up(NAME, 60);
	assert_int_equal(fake_resolver_past(NAME), 41);
	(void)seconds_to_look_up(NAME, 60);
	assert_int_equal(fake_resolver_past(NAME), 42);
	(void)seconds_to_look_up(NAME, 60);
	assert_int_equal(fake_resolver_past(NAME), 42);
	dance_roster_free(roster);
}

/* Its clock does not stop with the machine, as that of a sleep does: a lookup that is due in long
 * would else come too late. */
static void the_thread_looks_around_every_minute(void **state)
{
	(void)state;
	publish(NAME, 86400, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	assert_int_equal(fake_resolver_longest_wait(), WATCHER_SLEEP_MAX_MS);
	dance_roster_free(roster);
}

static void lookups_at_once_have_a_bound(void **state)
{
	(void)state;
	static char names[40 * 300];
	publish_held("*.example", 3600, &mine);
	for (int i = 0; i < 300; i++) {
		sprintf(names + strlen(names), "n%d.example ", i);
	}
	struct dance_roster *roster = roster_of(names, NULL);
	assert_int_equal(fake_resolver_under_way(), WATCHER_LOOKUP_MAX);
	publish("*.example", 3600, &mine);
	fake_resolver_settle();
	assert_int_equal(fake_resolver_under_way(), 0);
	assert_int_equal(fake_resolver_asked_all(), 300);
	assert_int_equal(fake_resolver_under_way_most(), WATCHER_LOOKUP_MAX);
	check_verdict(verify(roster, &mine, "n299.example", &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

static void rosters_share_what_is_known_of_a_name(void **state)
{
	(void)state;
	publish(NAME, 400, &mine);
	publish("b.example", 400, &other);
	struct dance_roster *first = roster_of(NAME, NULL);
	pass(100000);
	struct dance_roster *second = roster_of("b.example a.example", NULL);
	assert_int_equal(fake_resolver_asked(NAME), 1);
	check_verdict(verify(second, &mine, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.name, NAME);
	assert_int_equal(result.ttl, 300);
	dance_roster_free(first);
	check_verdict(verify(second, &mine, NULL, &result), DANCE_ALLOW);
	/* New keys are found by whoever lists the name. */
	first = roster_of(NAME, NULL);
	publish(NAME, 400, &other);
	(void)seconds_to_look_up(NAME, 400);
	check_verdict(verify(first, &other, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(second, &other, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(second, &mine, NULL, &result), DANCE_DENY_MISMATCH);
	dance_roster_free(first);
	dance_roster_free(second);
	/* Nobody lists it any more: it is forgotten. */
	unsigned before = fake_resolver_asked_all();
	pass(500000);
	assert_int_equal(fake_resolver_asked_all(), before);
}

/* Where there are too many names to look at each, only the index finds a key. */
static void a_key_is_found_among_many_names(void **state)
{
	(void)state;
	static char names[40 * 200];
	names[0] = '\0';
	publish("*.example", 400, &other);
	publish("the-longest-name-is-the-last.example", 400, &mine);
	for (int i = 0; i < 200; i++) {
		sprintf(names + strlen(names), "n%d.example ", i);
	}
	strcat(names, "the-longest-name-is-the-last.example");
	struct dance_roster *first = roster_of(names, NULL);
	check_verdict(verify(first, &mine, NULL, &result), DANCE_ALLOW);
	assert_string_equal(result.name, "the-longest-name-is-the-last.example");
	/* All is known already when the second one is made. */
	strcat(names, " one.example");
	struct dance_roster *second = roster_of(names, NULL);
	check_verdict(verify(second, &mine, NULL, &result), DANCE_ALLOW);
	dance_roster_free(first);
	check_verdict(verify(second, &mine, NULL, &result), DANCE_ALLOW);
	dance_roster_free(second);
}

#define LAST "the-longest-name-is-the-last.example"

static atomic_bool rekey_fails;

int __real_key_index_rekey(struct key_index_member *member, const struct tlsa_set *set,
	uint32_t since, bool anew, struct key_index_entry **retired,
	struct key_index_hit *own, struct key_index_hit *other);
int __wrap_key_index_rekey(struct key_index_member *member, const struct tlsa_set *set,
	uint32_t since, bool anew, struct key_index_entry **retired,
	struct key_index_hit *own, struct key_index_hit *other);

int __wrap_key_index_rekey(struct key_index_member *member, const struct tlsa_set *set,
	uint32_t since, bool anew, struct key_index_entry **retired,
	struct key_index_hit *own, struct key_index_hit *others)
{
	if (atomic_load(&rekey_fails) && strcmp(owner_text(member->owner), LAST) == 0) {
		own->owner = others->owner = NULL;
		return -1;
	}
	return __real_key_index_rekey(member, set, since, anew, retired, own, others);
}

int __real_key_index_inherit(struct key_index_member *member);
int __wrap_key_index_inherit(struct key_index_member *member);

int __wrap_key_index_inherit(struct key_index_member *member)
{
	return atomic_load(&rekey_fails) && strcmp(owner_text(member->owner), LAST) == 0 ?
		-1 :
		__real_key_index_inherit(member);
}

/* Out of memory for a moment: it is tried again soon, not at 3/4 of a long TTL. */
static void keys_that_could_not_be_entered_are_entered_soon(void **state)
{
	(void)state;
	static char names[40 * 200];
	publish("*.example", 86400, &other);
	publish(LAST, 86400, &mine);
	names[0] = '\0';
	for (int i = 100; i < 200; i++) {
		sprintf(names + strlen(names), "b%d.example ", i);
	}
	strcat(names, LAST);
	/* With the first answer, and by one more who lists the name. */
	struct dance_roster *rosters[2];
	for (int i = 0; i < 2; i++) {
		atomic_store(&rekey_fails, true);
		rosters[i] = roster_of(names, NULL);
		strcat(names, " more.example");
		pass(3000);
		(void)verify(rosters[i], &mine, NULL, &result);
		atomic_store(&rekey_fails, false);
		check_verdict(result.verdict, DANCE_DENY_MISMATCH);
		assert_true(dance_basis_holds(rosters[i], &result.basis));
		pass(3000);
		assert_false(dance_basis_holds(rosters[i], &result.basis));
		check_verdict(verify(rosters[i], &mine, NULL, &result), DANCE_ALLOW);
		assert_string_equal(result.name, LAST);
		/* And no more often than that needs. */
		unsigned before = fake_resolver_asked(LAST);
		pass(600000);
		assert_int_equal(fake_resolver_asked(LAST), before);
	}
	dance_roster_free(rosters[0]);
	dance_roster_free(rosters[1]);
}

static void rosters_may_go_while_lookups_are_under_way(void **state)
{
	(void)state;
	publish_held("*.example", 400, &mine);
	struct dance_roster *first = roster_of("a.example b.example", NULL);
	struct dance_roster *second = roster_of("b.example *.sub.example", NULL);
	assert_int_equal(fake_resolver_under_way(), 2);
	dance_roster_free(first);
	fake_resolver_release(NAME); /* nobody is there to be told */
	dance_roster_free(second);
	second = roster_of("b.example", NULL); /* again, while the first is under way */
	fake_resolver_release("b.example");
	check_verdict(verify(second, &mine, NULL, &result), DANCE_ALLOW);
	dance_roster_free(second);
	/* And the context, with some still under way. */
	first = roster_of("c.example d.example", NULL);
	assert_int_equal(fake_resolver_under_way(), 2);
	dance_roster_free(first);
	assert_int_equal(fake_resolver_under_way(), 2);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_are_looked_up_when_listed),
		TEST(records_are_refreshed_at_three_quarters_of_their_ttl),
		TEST(records_count_to_the_end_of_their_ttl_and_not_longer),
		TEST(silence_does_not_prolong_records),
		TEST(records_may_be_used_stale_while_lookups_fail),
		TEST(silence_is_bridged_while_a_lookup_may_take),
		TEST(no_answer_but_a_failure_leaves_records_standing),
		TEST(an_empty_set_ends_what_was_known),
		TEST(failures_back_off_and_successes_start_anew),
		TEST(lookups_ask_past_what_was_told_before),
		TEST(the_thread_looks_around_every_minute),
		TEST(lookups_at_once_have_a_bound),
		TEST(rosters_share_what_is_known_of_a_name),
		TEST(a_key_is_found_among_many_names),
		TEST(keys_that_could_not_be_entered_are_entered_soon),
		TEST(rosters_may_go_while_lookups_are_under_way),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
