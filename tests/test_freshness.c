/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Where a name's freshness ends: how long an answer is good and what is known counts, and when
 * to ask again: within which bounds, since chance takes a part. */

#include "check.h"
#include "freshness.h"
#include "named.h"

#define ROUNDS 200

static struct resolver_answer answer_of(enum resolver_outcome outcome, uint32_t ttl)
{
	return (struct resolver_answer){ .outcome = outcome, .ttl = ttl, .why = "" };
}

static void failures_are_those_that_tell_nothing(void **state)
{
	(void)state;
	assert_true(freshness_is_failure(RESOLVER_NONE));
	assert_true(freshness_is_failure(RESOLVER_FAILED));
	assert_true(freshness_is_failure(RESOLVER_TIMEOUT));
	assert_false(freshness_is_failure(RESOLVER_SECURE));
	assert_false(freshness_is_failure(RESOLVER_DENIED));
	assert_false(freshness_is_failure(RESOLVER_INSECURE));
	assert_false(freshness_is_failure(RESOLVER_BOGUS));
}

static void records_live_as_long_as_their_ttl(void **state)
{
	(void)state;
	static const uint32_t ttls[] = { 1, 59, 3600, 86400, 604800, UINT32_MAX };
	for (size_t i = 0; i < ROWS(ttls); i++) {
		struct resolver_answer answer = answer_of(RESOLVER_SECURE, ttls[i]);
		assert_true(freshness_lifetime(&answer) == (uint64_t)ttls[i] * 1000);
	}
	/* A TTL of 0 is good for who is waiting for it. */
	struct resolver_answer answer = answer_of(RESOLVER_SECURE, 0);
	assert_true(freshness_lifetime(&answer) == FRESHNESS_AGAIN_MS);
}

static void absence_is_remembered_within_bounds(void **state)
{
	(void)state;
	static const struct {
		uint32_t ttl;
		uint64_t lifetime;
	} rows[] = {
		{ 0, FRESHNESS_NUDGE_MS },
		{ 1, FRESHNESS_NUDGE_MS },
		{ 60, 60000 },
		{ 86400, FRESHNESS_NEGATIVE_MAX_MS },
		{ UINT32_MAX, FRESHNESS_NEGATIVE_MAX_MS },
	};
	static const enum resolver_outcome outcomes[] = { RESOLVER_DENIED,
		RESOLVER_INSECURE, RESOLVER_FAILED, RESOLVER_TIMEOUT, RESOLVER_BOGUS };
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (size_t j = 0; j < ROWS(outcomes); j++) {
			struct resolver_answer answer = answer_of(outcomes[j], rows[i].ttl);
			assert_true(freshness_lifetime(&answer) == rows[i].lifetime);
		}
	}
}

static void check_delay(enum resolver_outcome outcome, uint32_t ttl, unsigned failures,
	uint64_t least, uint64_t most)
{
	struct resolver_answer answer = answer_of(outcome, ttl);
	bool differ = false;
	uint64_t first = freshness_lookup_delay(&answer, failures);
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t delay = freshness_lookup_delay(&answer, failures);
		if (delay < least || delay > most) {
			fail_msg("outcome %d, ttl %u, failures %u: %llu", (int)outcome, ttl,
				failures, (unsigned long long)delay);
		}
		differ |= delay != first;
	}
	/* Names that were learned together part. */
	if (differ != (least != most)) {
		fail_msg("outcome %d, ttl %u: chance %d", (int)outcome, ttl, differ);
	}
}

static void records_are_refreshed_at_three_quarters(void **state)
{
	(void)state;
	check_delay(RESOLVER_SECURE, 60, 0, 45000 * 9 / 10, 45000);
	check_delay(RESOLVER_SECURE, 300, 0, 225000 * 9 / 10, 225000);
	check_delay(RESOLVER_SECURE, 4800, 0, 3600000 * 9 / 10, 3600000);
	check_delay(RESOLVER_SECURE, 86400, 0, FRESHNESS_REFRESH_MAX_MS / 10 * 9,
		FRESHNESS_REFRESH_MAX_MS);
	check_delay(RESOLVER_SECURE, UINT32_MAX, 0, FRESHNESS_REFRESH_MAX_MS / 10 * 9,
		FRESHNESS_REFRESH_MAX_MS);
}

static void short_ttls_are_waited_for_but_no_less_than_a_second(void **state)
{
	(void)state;
	check_delay(RESOLVER_SECURE, 0, 0, 1000, 1000);
	check_delay(RESOLVER_SECURE, 1, 0, 1000, 1000);
	check_delay(RESOLVER_SECURE, 3, 0, 3000, 3000);
	check_delay(RESOLVER_SECURE, 4, 0, 4000, 4000);
	check_delay(RESOLVER_SECURE, 5, 0, 5000, 5000);
	check_delay(RESOLVER_SECURE, 6, 0, FRESHNESS_REFRESH_MIN_MS,
		FRESHNESS_REFRESH_MIN_MS);
	check_delay(RESOLVER_SECURE, 7, 0, FRESHNESS_REFRESH_MIN_MS, 5250);
}

static void absence_is_asked_again_sooner(void **state)
{
	(void)state;
	static const enum resolver_outcome outcomes[] = { RESOLVER_DENIED,
		RESOLVER_INSECURE };
	for (size_t i = 0; i < ROWS(outcomes); i++) {
		check_delay(outcomes[i], 0, 0, FRESHNESS_REFRESH_MIN_MS,
			FRESHNESS_REFRESH_MIN_MS);
		check_delay(outcomes[i], 60, 0, 45000 * 9 / 10, 45000);
		check_delay(outcomes[i], 86400, 0, FRESHNESS_NEGATIVE_MAX_MS / 10 * 9,
			FRESHNESS_NEGATIVE_MAX_MS);
	}
}

static void failures_back_off(void **state)
{
	(void)state;
	static const enum resolver_outcome outcomes[] = { RESOLVER_NONE, RESOLVER_FAILED,
		RESOLVER_TIMEOUT, RESOLVER_BOGUS };
	for (size_t i = 0; i < ROWS(outcomes); i++) {
		for (unsigned failures = 1; failures <= 7; failures++) {
			uint64_t delay = UINT64_C(1000) << (failures - 1);
			check_delay(outcomes[i], 0, failures, delay * 9 / 10, delay);
		}
		check_delay(outcomes[i], 3600, 8, FRESHNESS_RETRY_MAX_MS * 9 / 10,
			FRESHNESS_RETRY_MAX_MS);
		check_delay(outcomes[i], 0, UINT8_MAX, FRESHNESS_RETRY_MAX_MS * 9 / 10,
			FRESHNESS_RETRY_MAX_MS);
	}
}

#define END 1000000 /* of the TTL, in milliseconds */

/* Each limit from both sides. */
static void records_hold_to_their_end_and_longer_if_lookups_fail(void **state)
{
	(void)state;
	const enum dance_verdict well = DANCE_UNDECIDED, fails = DANCE_FAIL_LOOKUP;
	static const struct dance_options none = { .size = sizeof(none) },
					  stale = { .max_stale_s = 30 },
					  brief = { .max_stale_s = 5 };
	const struct {
		const struct dance_options *options;
		enum dance_verdict trouble;
		bool on_demand;
		uint64_t lasts; /* milliseconds after the end */
	} rows[] = {
		{ &none, well, false, 0 },
		{ &none, well, true, 0 },
		{ &none, fails, false, 0 },
		{ &stale, fails, false, 30000 },
		{ &stale, fails, true, 30000 },
		{ &stale, well, false, RESOLVER_DEADLINE_MS }, /* the lookup may yet fail */
		{ &brief, well, false, 5000 },
		{ &stale, well, true, 0 },
	};
	struct knowledge *known = knowledge_new(DANCE_UNDECIDED, NULL, END, "");
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (int after = 0; after < 2; after++) {
			uint64_t now = END + rows[i].lasts - 1 + (uint64_t)after;
			assert_int_equal(freshness_records_hold(known, rows[i].trouble,
						 rows[i].on_demand, rows[i].options, now),
				after == 0);
		}
	}
	knowledge_free(known);
}

static void absence_holds_as_long_as_it_is_needed(void **state)
{
	(void)state;
	static const struct dance_options of_clients = { .size = sizeof(of_clients) },
					  of_servers = { .role = DANCE_SERVER };
	const struct {
		const struct dance_options *options;
		enum dance_verdict verdict;
		bool on_demand, for_ever;
	} rows[] = {
		{ &of_clients, DANCE_DENY_NO_TLSA, false, true },
		{ &of_clients, DANCE_DENY_NO_TLSA, true, false },
		{ &of_clients, DANCE_FAIL_LOOKUP, false, true },
		{ &of_servers, DANCE_DENY_NO_TLSA, false, false },
		{ &of_servers, DANCE_DENY_INSECURE, false, false },
		{ &of_servers, DANCE_FAIL_LOOKUP, false, true },
		{ &of_servers, DANCE_FAIL_LOOKUP, true, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct knowledge *known = knowledge_new(rows[i].verdict, NULL, END, "");
		assert_true(freshness_absence_holds(known, rows[i].on_demand,
			rows[i].options, END - 1));
		assert_int_equal(freshness_absence_holds(known, rows[i].on_demand,
					 rows[i].options, END),
			rows[i].for_ever);
		knowledge_free(known);
	}
}

static void the_ttl_left_is_in_whole_seconds(void **state)
{
	(void)state;
	struct knowledge *known = knowledge_new(DANCE_UNDECIDED, NULL, END, "");
	assert_int_equal(freshness_ttl_left(known, END - 60000), 60);
	assert_int_equal(freshness_ttl_left(known, END - 1999), 1);
	assert_int_equal(freshness_ttl_left(known, END - 999), 0);
	assert_int_equal(freshness_ttl_left(known, END), 0);
	assert_int_equal(freshness_ttl_left(known, END + 60000), 0);
	assert_true(freshness_is_within_ttl(known, END - 1));
	assert_false(freshness_is_within_ttl(known, END));
	knowledge_free(known);
}

static void a_claimed_name_is_looked_up_when_nothing_valid_is_known(void **state)
{
	(void)state;
	struct name name = named("a.example");
	struct owner *owner = owner_new(&name);
	assert_true(freshness_needs_lookup(owner, END)); /* never asked */
	assert_true(freshness_needs_lookup(owner, 1));   /* nor since the machine started */
	owner->asked = END;
	assert_false(freshness_needs_lookup(owner, END + FRESHNESS_NUDGE_MS - 1));
	assert_true(freshness_needs_lookup(owner, END + FRESHNESS_NUDGE_MS));
	owner->knowledge = knowledge_new(DANCE_DENY_NO_TLSA, NULL, END + 60000, "");
	assert_false(freshness_needs_lookup(owner, END + 59999));
	assert_true(freshness_needs_lookup(owner, END + 60000));
	/* Who has records is asked about again soon after they have expired. */
	knowledge_free(owner->knowledge);
	owner->knowledge = knowledge_new(DANCE_UNDECIDED, tlsa_set_new(NULL, 0), END + 100,
		"");
	assert_false(freshness_needs_lookup(owner, END + FRESHNESS_AGAIN_MS - 1));
	assert_true(freshness_needs_lookup(owner, END + FRESHNESS_AGAIN_MS));
	owner_free(owner);
}

static void brief_is_what_expires_while_it_is_looked_up(void **state)
{
	(void)state;
	for (uint32_t ttl = 0; ttl < 100; ttl++) {
		struct resolver_answer answer = { .outcome = RESOLVER_SECURE, .ttl = ttl };
		uint64_t left = freshness_lifetime(&answer) -
			freshness_lookup_delay(&answer, 0);
		/* By chance it is looked up a little earlier. */
		if (freshness_is_brief(&answer) ? left >= RESOLVER_DEADLINE_MS * 13 / 10 :
						  left < RESOLVER_DEADLINE_MS) {
			fail_msg("TTL %u", ttl);
		}
		answer.outcome = RESOLVER_DENIED;
		assert_false(freshness_is_brief(&answer));
	}
}

/* Of a TTL of up to five seconds, and of one of which a quarter is less than a lookup may take. */
static void brief_is_told_to_the_second(void **state)
{
	(void)state;
	for (uint32_t ttl = 0; ttl < 1000; ttl++) {
		const struct resolver_answer answer = { .outcome = RESOLVER_SECURE,
			.ttl = ttl };
		assert_int_equal(freshness_is_brief(&answer),
			ttl <= 5 || ttl * 250 < RESOLVER_DEADLINE_MS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failures_are_those_that_tell_nothing),
		cmocka_unit_test(records_live_as_long_as_their_ttl),
		cmocka_unit_test(absence_is_remembered_within_bounds),
		cmocka_unit_test(records_are_refreshed_at_three_quarters),
		cmocka_unit_test(short_ttls_are_waited_for_but_no_less_than_a_second),
		cmocka_unit_test(brief_is_what_expires_while_it_is_looked_up),
		cmocka_unit_test(brief_is_told_to_the_second),
		cmocka_unit_test(absence_is_asked_again_sooner),
		cmocka_unit_test(failures_back_off),
		cmocka_unit_test(records_hold_to_their_end_and_longer_if_lookups_fail),
		cmocka_unit_test(absence_holds_as_long_as_it_is_needed),
		cmocka_unit_test(the_ttl_left_is_in_whole_seconds),
		cmocka_unit_test(a_claimed_name_is_looked_up_when_nothing_valid_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
