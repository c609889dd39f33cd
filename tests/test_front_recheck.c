/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * When a stream is judged again, and what ends it when DNS does not answer. */

#include "check.h"
#include "recheck.h"

#define NOW 5000000
#define TTL 300
#define STALE 60
#define LATEST (NOW + (TTL + STALE) * 1000)

static struct recheck recheck;

static void allow(uint32_t ttl, uint64_t now)
{
	recheck_allow(&recheck, ttl, now);
}

static uint64_t delay(enum dance_verdict verdict, uint64_t now, uint16_t chance)
{
	return recheck_delay(&recheck, verdict, STALE, now, chance);
}

static void it_is_checked_when_the_ttl_ends_or_a_little_earlier(void **state)
{
	(void)state;
	recheck = (struct recheck){ 0 };
	allow(TTL, NOW);
	assert_int_equal(delay(DANCE_ALLOW, NOW, 0), TTL * 1000);
	assert_int_equal(delay(DANCE_ALLOW, NOW, UINT16_MAX), TTL * 900);
	check_range(delay(DANCE_ALLOW, NOW, 1000), TTL * 900, TTL * 1000);
	recheck.expires = NOW +
		100 * UINT16_MAX; /* so long that each step of chance shows */
	assert_int_equal(delay(DANCE_ALLOW, NOW, UINT16_MAX), 90 * UINT16_MAX);
	assert_int_equal(delay(DANCE_ALLOW, NOW, 1), 100 * UINT16_MAX - 10);
}

/* Not without a pause, though. */
static void nor_is_a_short_ttl_outlived(void **state)
{
	(void)state;
	recheck = (struct recheck){ 0 };
	allow(2, NOW);
	assert_int_equal(delay(DANCE_ALLOW, NOW, 0), 2000);
	allow(1, NOW + 500);
	assert_int_equal(recheck.expires, NOW + 1500);
	allow(2, NOW);
	allow(0, NOW + 2000);
	assert_int_equal(recheck.expires, NOW + 2000);
	assert_int_equal(delay(DANCE_ALLOW, NOW + 2000, 0), RECHECK_AGAIN_MS);
	recheck = (struct recheck){ 0 };
	allow(0, NOW);
	assert_int_equal(recheck.expires, NOW);
	assert_int_equal(delay(DANCE_ALLOW, NOW, UINT16_MAX), RECHECK_AGAIN_MS);
	recheck.expires = NOW + RECHECK_AGAIN_MS + 1;
	assert_int_equal(delay(DANCE_ALLOW, NOW, 0), RECHECK_AGAIN_MS + 1);
}

static void a_denial_ends_it_at_once(void **state)
{
	(void)state;
	static const enum dance_verdict denials[] = { DANCE_DENY_NAME, DANCE_DENY_NO_TLSA,
		DANCE_DENY_INSECURE, DANCE_DENY_UNUSABLE, DANCE_DENY_MISMATCH,
		DANCE_DENY_CHAIN, DANCE_UNDECIDED };
	recheck = (struct recheck){ 0 };
	allow(TTL, NOW);
	for (size_t i = 0; i < ROWS(denials); i++) {
		check_true(dance_verdict_name(denials[i]),
			!recheck_holds(&recheck, denials[i], STALE, NOW + 1));
	}
}

static void a_failure_ends_it_when_max_stale_has_passed(void **state)
{
	(void)state;
	static const enum dance_verdict failures[] = { DANCE_FAIL_LOOKUP,
		DANCE_FAIL_TIMEOUT, DANCE_FAIL_NOT_READY, DANCE_FAIL_INTERNAL };
	recheck = (struct recheck){ 0 };
	allow(TTL, NOW);
	for (size_t i = 0; i < ROWS(failures); i++) {
		const char *row = dance_verdict_name(failures[i]);
		check_true(row, recheck_holds(&recheck, failures[i], STALE, NOW + 1));
		check_true(row, recheck_holds(&recheck, failures[i], STALE, LATEST - 1));
		check_true(row, !recheck_holds(&recheck, failures[i], STALE, LATEST));
		check_true(row, !recheck_holds(&recheck, failures[i], 0, NOW + TTL * 1000));
	}
}

/* A wrong answer ends max-stale, not the TTL. */
static void a_wrong_answer_ends_it_when_the_record_expires(void **state)
{
	(void)state;
	recheck = (struct recheck){ 0 };
	allow(TTL, NOW);
	assert_true(recheck_holds(&recheck, DANCE_FAIL_BOGUS, STALE, NOW + TTL * 1000 - 1));
	assert_false(recheck_holds(&recheck, DANCE_FAIL_BOGUS, STALE, NOW + TTL * 1000));
	assert_int_equal(delay(DANCE_FAIL_BOGUS, NOW + TTL * 1000 - 3000, 0), 3000);
}

/* While lookups fail, libdance allows by a record that has expired: that is max-stale, which does
 * not begin anew. */
static void max_stale_is_counted_once(void **state)
{
	(void)state;
	recheck = (struct recheck){ 0 };
	allow(TTL, NOW);
	for (uint64_t now = NOW + TTL * 1000; now < LATEST; now += 7000) {
		allow(0, now);
		assert_true(recheck_holds(&recheck, DANCE_FAIL_LOOKUP, STALE, now));
	}
	assert_false(recheck_holds(&recheck, DANCE_FAIL_LOOKUP, STALE, LATEST));
	allow(TTL, LATEST);
	assert_true(recheck_holds(&recheck, DANCE_FAIL_LOOKUP, STALE, LATEST + TTL * 1000));
}

static void while_lookups_fail_it_is_tried_again_until_the_end(void **state)
{
	(void)state;
	recheck = (struct recheck){ 0 };
	allow(TTL, NOW);
	assert_int_equal(delay(DANCE_FAIL_LOOKUP, NOW + TTL * 1000, 0), RECHECK_RETRY_MS);
	assert_int_equal(delay(DANCE_FAIL_LOOKUP, NOW + TTL * 1000, UINT16_MAX),
		RECHECK_RETRY_MS / 10 * 9);
	assert_int_equal(delay(DANCE_FAIL_LOOKUP, LATEST - 4000, 0), 4000);
	assert_int_equal(delay(DANCE_ALLOW, LATEST - 4000, 0), 4000); /* as expired */
	assert_int_equal(delay(DANCE_ALLOW, LATEST + 1, 0), RECHECK_AGAIN_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_checked_when_the_ttl_ends_or_a_little_earlier),
		cmocka_unit_test(nor_is_a_short_ttl_outlived),
		cmocka_unit_test(a_denial_ends_it_at_once),
		cmocka_unit_test(a_failure_ends_it_when_max_stale_has_passed),
		cmocka_unit_test(a_wrong_answer_ends_it_when_the_record_expires),
		cmocka_unit_test(max_stale_is_counted_once),
		cmocka_unit_test(while_lookups_fail_it_is_tried_again_until_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
