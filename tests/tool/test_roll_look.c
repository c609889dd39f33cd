/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What many answers say together of a record. */

#include "../check.h"

#include <stdio.h>
#include <string.h>

#include "roll_look.h"
#include "tlsa.h"

static const unsigned char octets[TLSA_SHA256_SIZE] = { 0xab };
#define DIGEST "ab00000000000000000000000000000000000000000000000000000000000000"

static struct roll_view view(const char *who, enum resolver_outcome outcome, bool has,
	uint32_t ttl)
{
	struct roll_view made = {
		.outcome = outcome, .has = { has }, .ttl = ttl, .serial = 7
	};
	snprintf(made.who, sizeof(made.who), "%s", who);
	return made;
}

static void test_a_record_is_everywhere_or_nowhere_or_in_between(void **state)
{
	(void)state;
	struct roll_look look;
	struct roll_view one = view("one", RESOLVER_SECURE, true, 5);
	struct roll_view two = view("two", RESOLVER_SECURE, false, 9);
	struct roll_view none = view("three", RESOLVER_DENIED, false, 30);
	roll_look_begin(&look);
	roll_look_add(&look, &one);
	assert_true(look.complete && look.sights[0].everywhere && !look.sights[0].nowhere);
	assert_int_equal(look.places[0].ttl, 5);
	roll_look_add(&look, &two);
	assert_true(look.complete && !look.sights[0].everywhere && !look.sights[0].nowhere);
	assert_string_equal(look.sights[0].has, "one, serial 7");
	assert_string_equal(look.sights[0].lacks, "two, serial 7");
	assert_int_equal(look.ttl, 9);
	roll_look_add(&look, &none);
	assert_true(look.complete);
	/* Absence counts for the wait, not for the records. */
	assert_int_equal(look.ttl, 30);
	assert_int_equal(look.places[0].ttl, 9);
	assert_true(look.places[0].has_records);
	roll_look_begin(&look);
	none.serial = -1;
	roll_look_add(&look, &none);
	assert_true(look.complete && look.sights[0].nowhere && !look.sights[0].everywhere);
	assert_string_equal(look.sights[0].lacks, "three");
	assert_false(look.places[0].has_records);
}

static void test_what_is_not_validated_tells_nothing(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		const char *why, *advice;
	} rows[] = {
		{ RESOLVER_INSECURE, "one: not DNSSEC-signed: reason", "sign the zone and" },
		{ RESOLVER_BOGUS, "one: DNSSEC validation failed: reason",
			"sign the zone again" },
		{ RESOLVER_FAILED, "one: the lookup failed: reason", "see to this server" },
		{ RESOLVER_TIMEOUT, "one: the lookup failed: reason", "see to this server" },
		{ RESOLVER_NONE, "one: the lookup failed: reason", "see to this server" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct roll_look look;
		struct roll_view good = view("zero", RESOLVER_SECURE, true, 5);
		struct roll_view bad = view("one", rows[i].outcome, true, 500);
		struct roll_view worse = view("two", RESOLVER_BOGUS, true, 500);
		strcpy(bad.why, "reason");
		roll_look_begin(&look);
		roll_look_add(&look, &good);
		roll_look_add(&look, &bad);
		roll_look_add(&look, &worse);
		assert_false(look.complete);
		assert_string_equal(look.why, rows[i].why);
		assert_memory_equal(look.advice, rows[i].advice, strlen(rows[i].advice));
		assert_int_equal(look.ttl, 5);
	}
}

static void test_only_a_3_1_1_record_of_the_key_counts(void **state)
{
	(void)state;
	const char *const digests[ROLL_DIGEST_MAX] = { DIGEST, "" };
	struct dance_tlsa records[] = {
		{ 3, 1, 2, octets, sizeof(octets) },
		{ 2, 1, 1, octets, sizeof(octets) },
		{ 3, 0, 1, octets, sizeof(octets) },
		{ 3, 1, 1, octets, sizeof(octets) - 1 },
		{ 3, 1, 1, octets, sizeof(octets) },
	};
	struct resolver_answer answer = { .outcome = RESOLVER_SECURE,
		.records = records,
		.count = ROWS(records) - 1,
		.ttl = 17,
		.why = "" };
	struct roll_view read = { 0 };
	roll_view_read(&read, &answer, digests);
	assert_false(read.has[0]);
	answer.count++;
	roll_view_read(&read, &answer, digests);
	assert_true(read.has[0]);
	assert_false(read.has[1]);
	assert_int_equal(read.ttl, 17);
	answer.outcome = RESOLVER_INSECURE;
	roll_view_read(&read, &answer, digests);
	assert_false(read.has[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_record_is_everywhere_or_nowhere_or_in_between),
		cmocka_unit_test(test_what_is_not_validated_tells_nothing),
		cmocka_unit_test(test_only_a_3_1_1_record_of_the_key_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
