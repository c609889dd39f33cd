/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How long an answer is good, and when to ask again: within which bounds, since chance
 * takes a part. */

#include "check.h"
#include "refresh.h"

#define ROUNDS 200

static struct resolver_answer answer_of(enum resolver_outcome outcome, uint32_t ttl)
{
	return (struct resolver_answer){ .outcome = outcome, .ttl = ttl, .why = "" };
}

static void failures_are_those_that_tell_nothing(void **state)
{
	(void)state;
	assert_true(refresh_is_failure(RESOLVER_NONE));
	assert_true(refresh_is_failure(RESOLVER_FAILED));
	assert_true(refresh_is_failure(RESOLVER_TIMEOUT));
	assert_false(refresh_is_failure(RESOLVER_SECURE));
	assert_false(refresh_is_failure(RESOLVER_DENIED));
	assert_false(refresh_is_failure(RESOLVER_INSECURE));
	assert_false(refresh_is_failure(RESOLVER_BOGUS));
}

static void records_live_as_long_as_their_ttl(void **state)
{
	(void)state;
	static const uint32_t ttls[] = { 1, 59, 3600, 86400, 604800, UINT32_MAX };
	for (size_t i = 0; i < ROWS(ttls); i++) {
		struct resolver_answer answer = answer_of(RESOLVER_SECURE, ttls[i]);
		assert_true(refresh_lifetime(&answer) == (uint64_t)ttls[i] * 1000);
	}
	/* A TTL of 0 is good for who is waiting for it. */
	struct resolver_answer answer = answer_of(RESOLVER_SECURE, 0);
	assert_true(refresh_lifetime(&answer) == REFRESH_AGAIN_MS);
}

static void absence_is_remembered_within_bounds(void **state)
{
	(void)state;
	static const struct {
		uint32_t ttl;
		uint64_t lifetime;
	} rows[] = {
		{ 0, REFRESH_NUDGE_MS },
		{ 1, REFRESH_NUDGE_MS },
		{ 60, 60000 },
		{ 86400, REFRESH_NEGATIVE_MAX_MS },
		{ UINT32_MAX, REFRESH_NEGATIVE_MAX_MS },
	};
	static const enum resolver_outcome outcomes[] = { RESOLVER_DENIED,
		RESOLVER_INSECURE, RESOLVER_FAILED, RESOLVER_TIMEOUT, RESOLVER_BOGUS };
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (size_t j = 0; j < ROWS(outcomes); j++) {
			struct resolver_answer answer = answer_of(outcomes[j], rows[i].ttl);
			assert_true(refresh_lifetime(&answer) == rows[i].lifetime);
		}
	}
}

static void check_delay(enum resolver_outcome outcome, uint32_t ttl, unsigned failures,
	uint64_t least, uint64_t most)
{
	struct resolver_answer answer = answer_of(outcome, ttl);
	bool differ = false;
	uint64_t first = refresh_delay(&answer, failures);
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t delay = refresh_delay(&answer, failures);
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
	check_delay(RESOLVER_SECURE, 86400, 0, REFRESH_MAX_MS / 10 * 9, REFRESH_MAX_MS);
	check_delay(RESOLVER_SECURE, UINT32_MAX, 0, REFRESH_MAX_MS / 10 * 9,
		REFRESH_MAX_MS);
}

static void short_ttls_are_waited_for_but_no_less_than_a_second(void **state)
{
	(void)state;
	check_delay(RESOLVER_SECURE, 0, 0, 1000, 1000);
	check_delay(RESOLVER_SECURE, 1, 0, 1000, 1000);
	check_delay(RESOLVER_SECURE, 3, 0, 3000, 3000);
	check_delay(RESOLVER_SECURE, 5, 0, 5000, 5000);
	check_delay(RESOLVER_SECURE, 6, 0, REFRESH_MIN_MS, REFRESH_MIN_MS);
	check_delay(RESOLVER_SECURE, 7, 0, REFRESH_MIN_MS, 5250);
}

static void absence_is_asked_again_sooner(void **state)
{
	(void)state;
	static const enum resolver_outcome outcomes[] = { RESOLVER_DENIED,
		RESOLVER_INSECURE };
	for (size_t i = 0; i < ROWS(outcomes); i++) {
		check_delay(outcomes[i], 0, 0, REFRESH_MIN_MS, REFRESH_MIN_MS);
		check_delay(outcomes[i], 60, 0, 45000 * 9 / 10, 45000);
		check_delay(outcomes[i], 86400, 0, REFRESH_NEGATIVE_MAX_MS / 10 * 9,
			REFRESH_NEGATIVE_MAX_MS);
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
		check_delay(outcomes[i], 3600, 8, REFRESH_RETRY_MAX_MS * 9 / 10,
			REFRESH_RETRY_MAX_MS);
		check_delay(outcomes[i], 0, UINT8_MAX, REFRESH_RETRY_MAX_MS * 9 / 10,
			REFRESH_RETRY_MAX_MS);
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
		cmocka_unit_test(absence_is_asked_again_sooner),
		cmocka_unit_test(failures_back_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
