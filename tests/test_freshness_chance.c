/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * When to ask again, to the millisecond: chance, which takes up to a tenth, is made up here. */

#include "check.h"
#include "freshness.h"
#include "named.h"

#include <gnutls/crypto.h>
#include <string.h>

static uint16_t chance;
static bool no_chance; /* the library fails */

int __wrap_gnutls_rnd(gnutls_rnd_level_t level, void *octets, size_t size);
int __wrap_gnutls_rnd(gnutls_rnd_level_t level, void *octets, size_t size)
{
	(void)level;
	assert_int_equal(size, sizeof(chance));
	memcpy(octets, &chance, size);
	return no_chance ? GNUTLS_E_RANDOM_FAILED : 0;
}

static const struct {
	enum resolver_outcome outcome;
	uint32_t ttl;
	unsigned failures;
	uint64_t latest, soonest;
} rows[] = {
	{ RESOLVER_SECURE, 0, 0, 1000, 1000 },
	{ RESOLVER_SECURE, 1, 0, 1000, 1000 },
	{ RESOLVER_SECURE, 2, 0, 2000, 2000 },
	{ RESOLVER_SECURE, 4, 0, 4000, 4000 },
	{ RESOLVER_SECURE, 5, 0, 5000, 5000 },
	{ RESOLVER_SECURE, 6, 0, 5000, 5000 },
	{ RESOLVER_SECURE, 8, 0, 6000, 5400 },
	{ RESOLVER_SECURE, 4800, 0, 3600000, 3240000 },
	{ RESOLVER_SECURE, 4799, 0, 3599250, 3239325 },
	{ RESOLVER_SECURE, 4801, 0, 3600000, 3240000 },
	{ RESOLVER_DENIED, 0, 0, 5000, 5000 },
	{ RESOLVER_DENIED, 800, 0, 600000, 540000 },
	{ RESOLVER_DENIED, 799, 0, 599250, 539325 },
	{ RESOLVER_INSECURE, 86400, 0, 600000, 540000 },
	{ RESOLVER_BOGUS, 60, 1, 1000, 900 },
	{ RESOLVER_FAILED, 60, 2, 2000, 1800 },
	{ RESOLVER_FAILED, 60, 6, 32000, 28800 },
	{ RESOLVER_TIMEOUT, 60, 7, 64000, 57600 },
	{ RESOLVER_TIMEOUT, 60, 0, 64000, 57600 },
};

static void names_are_asked_again_in_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct resolver_answer answer = {
			.outcome = rows[i].outcome, .ttl = rows[i].ttl, .why = ""
		};
		const struct {
			uint16_t chance;
			bool none;
			uint64_t delay;
		} cases[] = { { 0, false, rows[i].latest },
			{ UINT16_MAX, false, rows[i].soonest },
			{ UINT16_MAX, true, rows[i].latest } };
		for (size_t j = 0; j < ROWS(cases); j++) {
			chance = cases[j].chance;
			no_chance = cases[j].none;
			uint64_t delay = freshness_lookup_delay(&answer, rows[i].failures);
			if (delay != cases[j].delay) {
				fail_msg("row %zu, case %zu: %llu", i, j,
					(unsigned long long)delay);
			}
		}
	}
}

/* Chance does not bring a lookup before its time. */
static void it_is_no_sooner_than_the_soonest(void **state)
{
	(void)state;
	const struct resolver_answer answer = {
		.outcome = RESOLVER_SECURE, .ttl = 7, .why = ""
	};
	no_chance = false;
	for (chance = 0; chance < UINT16_MAX; chance++) {
		uint64_t delay = 5250 - UINT64_C(525) * chance / UINT16_MAX;
		assert_int_equal(freshness_lookup_delay(&answer, 0),
			delay > 5000 ? delay : 5000);
	}
}

/* A name that peers claim, known for so long, and asked for so long ago. */
static void a_claimed_name_is_due_in_time(void **state)
{
	(void)state;
	static const struct {
		uint64_t left, ago, latest, soonest;
	} times[] = {
		{ 400000, 1000, 300000, 270000 },
		{ 4800000, 1000, 3600000, 3240000 },
		{ 4799996, 1000, 3599997, 3239998 },
		{ 86400000, 1000, 3600000, 3240000 },
		{ 4000, 0, 5000, 5000 },
		{ 4000, 2000, 3000, 3000 },
		{ 4000, 2001, 3000, 2999 },
	};
	const uint64_t now = 10000000;
	for (size_t i = 0; i < ROWS(times); i++) {
		struct knowledge known = { .valid_until = now + times[i].left };
		const struct owner owner = { .knowledge = &known,
			.asked = now - times[i].ago };
		no_chance = false;
		chance = 0;
		assert_int_equal(freshness_claimed_due(&owner, now) - now, times[i].latest);
		chance = UINT16_MAX;
		assert_int_equal(freshness_claimed_due(&owner, now) - now,
			times[i].soonest);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_asked_again_in_time),
		cmocka_unit_test(it_is_no_sooner_than_the_soonest),
		cmocka_unit_test(a_claimed_name_is_due_in_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
