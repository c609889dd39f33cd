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
	assert_string_equal(look.sights[0].has, "");
	assert_false(look.places[0].has_records);
	assert_string_equal(look.advice, "");
	assert_string_equal(look.why, "");
}

static void test_each_digest_and_each_place_has_its_own(void **state)
{
	(void)state;
	struct roll_look look;
	struct roll_view one = view("one", RESOLVER_SECURE, true, 5);
	struct roll_view two = view("two", RESOLVER_SECURE, false, 9);
	one.serial = 0;
	two.has[1] = true;
	two.place = ROLL_NAME_MAX - 1;
	roll_look_begin(&look);
	roll_look_add(&look, &one);
	roll_look_add(&look, &two);
	roll_look_add(&look, &one);
	assert_string_equal(look.sights[0].has, "one, serial 0");
	assert_string_equal(look.sights[0].lacks, "two, serial 7");
	assert_string_equal(look.sights[1].has, "two, serial 7");
	assert_string_equal(look.sights[1].lacks, "one, serial 0");
	assert_false(look.sights[1].everywhere || look.sights[1].nowhere);
	assert_int_equal(look.places[0].ttl, 5);
	assert_int_equal(look.places[ROLL_NAME_MAX - 1].ttl, 9);
	assert_false(look.places[1].has_records);
	assert_int_equal(look.ttl, 9);
}

static void test_a_long_name_leaves_room_for_the_serial(void **state)
{
	(void)state;
	struct roll_look look;
	struct roll_view one = view("", RESOLVER_SECURE, true, 5);
	char expected[ROLL_WHO_SIZE];
	memset(one.who, 'w', sizeof(one.who) - 1);
	one.serial = UINT32_MAX;
	roll_look_begin(&look);
	roll_look_add(&look, &one);
	snprintf(expected, sizeof(expected), "%.90s, serial 4294967295", one.who);
	assert_string_equal(look.sights[0].has, expected);
}

#define SIGN "sign the zone and have its DS record published"
#define AGAIN "sign the zone again ('dance check' shows what fails)"
#define SEE "see to this server, or open outgoing port 53, UDP and TCP"

static void test_what_is_not_validated_tells_nothing(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		const char *reason, *why, *advice;
	} rows[] = {
		{ RESOLVER_INSECURE, "r", "one: not DNSSEC-signed: r", SIGN },
		{ RESOLVER_INSECURE, "", "one: not DNSSEC-signed: no reason is known",
			SIGN },
		{ RESOLVER_BOGUS, "r", "one: DNSSEC validation failed: r", AGAIN },
		{ RESOLVER_BOGUS, "", "one: DNSSEC validation failed: no reason is known",
			AGAIN },
		{ RESOLVER_FAILED, "r", "one: the lookup failed: r", SEE },
		{ RESOLVER_TIMEOUT, "", "one: the lookup failed: no answer in time", SEE },
		{ RESOLVER_NONE, "a\nb", "one: the lookup failed: a?b", SEE },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct roll_look look;
		struct roll_view good = view("zero", RESOLVER_SECURE, true, 5);
		struct roll_view bad = view("one", rows[i].outcome, true, 500);
		struct roll_view worse = view("two", RESOLVER_BOGUS, true, 500);
		strcpy(bad.why, rows[i].reason);
		roll_look_begin(&look);
		roll_look_add(&look, &good);
		roll_look_add(&look, &bad);
		roll_look_add(&look, &worse);
		assert_false(look.complete);
		assert_string_equal(look.why, rows[i].why);
		assert_string_equal(look.advice, rows[i].advice);
		assert_int_equal(look.ttl, 5);
		/* What was known before stays so. */
		assert_true(look.sights[0].everywhere && !look.sights[0].nowhere);
		assert_string_equal(look.sights[0].lacks, "");
	}
}

static void test_only_a_3_1_1_record_of_the_key_counts(void **state)
{
	(void)state;
	const char *const digests[ROLL_DIGEST_MAX] = { DIGEST, "" };
	const char *const other_way[ROLL_DIGEST_MAX] = { "", DIGEST };
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
	assert_int_equal(read.outcome, RESOLVER_SECURE);
	assert_string_equal(read.why, "");
	roll_view_read(&read, &answer, other_way);
	assert_false(read.has[0]);
	assert_true(read.has[1]);
	/* The only one. */
	answer.records = &records[ROWS(records) - 1];
	answer.count = 1;
	roll_view_read(&read, &answer, digests);
	assert_true(read.has[0]);
	assert_false(read.has[1]);
	answer.outcome = RESOLVER_INSECURE;
	answer.why = "no DS record";
	roll_view_read(&read, &answer, digests);
	assert_false(read.has[0]);
	assert_int_equal(read.outcome, RESOLVER_INSECURE);
	assert_string_equal(read.why, "no DS record");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_record_is_everywhere_or_nowhere_or_in_between),
		cmocka_unit_test(test_each_digest_and_each_place_has_its_own),
		cmocka_unit_test(test_a_long_name_leaves_room_for_the_serial),
		cmocka_unit_test(test_what_is_not_validated_tells_nothing),
		cmocka_unit_test(test_only_a_3_1_1_record_of_the_key_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
