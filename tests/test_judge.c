/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance_judge(): a verdict from records alone. */

#include "check.h"
#include "der_writer.h"
#include "fixture.h"
#include "host_struct.h"

#include <string.h>

static struct credential mine, other;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_RSA_PSS } },
	{ &other, { .key = KEY_P256 } },
	{ NULL, { 0 } },
};

static enum dance_verdict judge(const char *name, const struct dance_tlsa *records,
	size_t count, const struct dance_options *options)
{
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = &mine.whole[TLSA_CERTIFICATE],
		.chain_count = 1 };
	enum dance_verdict verdict = dance_judge(&peer, name, records, count, options,
		&result);
	assert_int_equal(verdict, result.verdict);
	return verdict;
}

static void a_verdict_and_all_that_is_known(void **state)
{
	(void)state;
	const struct dance_tlsa records[] = { tlsa_of(&other, 3, 1, 2),
		tlsa_of(&mine, 3, 0, 1) };
	memset(&result, 0xff, sizeof(result));
	result.size = sizeof(result);
	check_verdict(judge("NS2.Example.net", records, 2, NULL), DANCE_ALLOW);
	assert_string_equal(result.name, "ns2.example.net");
	assert_true(result.has_key);
	assert_memory_equal(result.key_sha256, mine.sha256[TLSA_SPKI], 32);
	assert_true(result.has_record);
	assert_int_equal(result.usage, 3);
	assert_int_equal(result.selector, 0);
	assert_int_equal(result.matching, 1);
	assert_int_equal(result.ttl, 0);

	check_verdict(judge("ns2.example.net", records, 1, NULL), DANCE_DENY_MISMATCH);
	assert_string_equal(result.name, "ns2.example.net");
	assert_true(result.has_key);
	assert_false(result.has_record);
	assert_string_not_equal(result.detail, "");
}

static void a_name_is_not_needed_for_dane_ee(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&mine, 3, 1, 1);
	check_verdict(judge(NULL, &record, 1, NULL), DANCE_ALLOW);
	assert_string_equal(result.name, "");
}

static void what_is_no_name_is_refused(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&mine, 3, 1, 1);
	static const char *const names[] = { "", ".", "a.", "*.example", "a b",
		("b\xc3\xbc"
		 "cher.example") };
	for (size_t i = 0; i < ROWS(names); i++) {
		check_row(names[i], judge(names[i], &record, 1, NULL), DANCE_DENY_NAME);
		assert_string_not_equal(result.detail, "");
		assert_string_equal(result.name, "");
	}
}

static void without_usable_records_nobody_is_proved(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&mine, 3, 1, 1);
	const struct dance_options anchors = { .size = sizeof(anchors),
		.usages = DANCE_DANE_TA };
	struct dance_tlsa odd = record;
	odd.matching = 200;
	check_verdict(judge(NULL, NULL, 0, NULL), DANCE_DENY_UNUSABLE);
	check_verdict(judge(NULL, &odd, 1, NULL), DANCE_DENY_UNUSABLE);
	check_verdict(judge(NULL, &record, 1, &anchors), DANCE_DENY_UNUSABLE);
	assert_true(result.has_key);
}

static void credentials_that_cannot_be_read(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&mine, 3, 1, 1);
	const struct dance_octets empty = { NULL, 0 };
	const struct dance_peer peers[] = {
		{ .size = sizeof(struct dance_peer), .chain = NULL, .chain_count = 0 },
		{ .size = sizeof(struct dance_peer), .chain = &empty, .chain_count = 1 },
		{ .size = sizeof(struct dance_peer),
			.chain = &empty,
			.chain_count = 1,
			.raw_key = true },
		{ .size = sizeof(struct dance_peer),
			.chain = &mine.whole[TLSA_SPKI],
			.chain_count = 1 }
	};
	for (size_t i = 0; i < ROWS(peers); i++) {
		check_verdict(dance_judge(&peers[i], "a.example", &record, 1, NULL, &result),
			DANCE_DENY_CREDENTIAL);
		assert_false(result.has_key);
	}
}

/* RFC 7671 5.1: no library needs to understand it, if only the key can be found. Here the
 * issuer, the dates and the signature are empty. */
static void what_no_library_reads_can_be_proved(void **state)
{
	(void)state;
	struct der tbs = { 0 }, body = { 0 }, whole = { 0 };
	der_append(&tbs, "\x02\0\x30\0\x30\0\x30\0\x30\0", 10);
	der_append(&tbs, mine.octets[TLSA_SPKI], mine.whole[TLSA_SPKI].size);
	der_wrap(&body, DER_SEQUENCE, &tbs);
	der_append(&body, "\x30\0\x03\0", 4);
	der_wrap(&whole, DER_SEQUENCE, &body);
	const struct dance_octets leaf = { whole.octets, whole.size };
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = &leaf, .chain_count = 1
	};
	const struct dance_tlsa spki = tlsa_of(&mine, 3, 1, 2);
	const struct dance_tlsa full = { 3, 0, 0, whole.octets, whole.size };
	check_verdict(dance_judge(&peer, NULL, &spki, 1, NULL, &result), DANCE_ALLOW);
	check_verdict(dance_judge(&peer, NULL, &full, 1, NULL, &result), DANCE_ALLOW);
	der_clear(&whole);
}

/* Options of the first release are taken, and of less than that none. */
static void options_have_a_least_size(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&mine, 3, 1, 1);
	const struct dance_options least = { .size = HOST_OPTIONS_LEAST };
	const struct dance_options less = { .size = HOST_OPTIONS_LEAST - 1 };
	check_verdict(judge(NULL, &record, 1, &least), DANCE_ALLOW);
	check_verdict(judge(NULL, &record, 1, &less), DANCE_FAIL_INTERNAL);
	assert_string_equal(result.detail, "struct dance_options: its size is not set");
	const struct dance_peer peer = { .size = HOST_PEER_LEAST - 1 };
	check_verdict(dance_judge(&peer, NULL, &record, 1, &least, &result),
		DANCE_FAIL_INTERNAL);
	assert_string_equal(result.detail, "struct dance_peer: its size is not set");
}

static void too_many_records_are_none(void **state)
{
	(void)state;
	static struct dance_tlsa records[TLSA_RECORD_MAX + 1];
	static unsigned char data[TLSA_RECORD_MAX][32];
	records[0] = tlsa_of(&mine, 3, 1, 1);
	for (size_t i = 1; i < ROWS(records); i++) {
		data[i - 1][0] = (unsigned char)i;
		records[i] = (struct dance_tlsa){ 3, 1, 1, data[i - 1], 32 };
	}
	check_verdict(judge(NULL, records, TLSA_RECORD_MAX, NULL), DANCE_ALLOW);
	check_verdict(judge(NULL, records, TLSA_RECORD_MAX + 1, NULL), DANCE_DENY_UNUSABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verdict_and_all_that_is_known),
		cmocka_unit_test(a_name_is_not_needed_for_dane_ee),
		cmocka_unit_test(what_is_no_name_is_refused),
		cmocka_unit_test(without_usable_records_nobody_is_proved),
		cmocka_unit_test(credentials_that_cannot_be_read),
		cmocka_unit_test(what_no_library_reads_can_be_proved),
		cmocka_unit_test(options_have_a_least_size),
		cmocka_unit_test(too_many_records_are_none),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
