/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Does a record match a peer? DANE-EE matches the leaf and looks at nothing else
 * (RFC 7671 5.1), a raw key is matched by SPKI records only (draft 9), and the octets
 * compared are those that were sent (RFC 6698 2.1.2). */

#include "check.h"
#include "fixture.h"
#include "match.h"
#include "verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The leaf that is judged, what stands above it in the chain, and somebody else. */
static struct credential leaf, above, other;

const struct fixture fixtures[] = {
	/* Expired, nameless and not issued by the next one: DANE-EE does not care. */
	{ &leaf, { .key = KEY_P256, .expired = true } },
	{ &above, { .key = KEY_ED25519 } },
	{ &other, { .key = KEY_P256, .expired = true } },
	{ NULL, { 0 } },
};

static enum dance_verdict judge(const struct dance_tlsa *records, size_t count,
	unsigned usages, bool raw_key, struct dance_result *result)
{
	const struct dance_octets chain[] = {
		leaf.whole[raw_key ? TLSA_SPKI : TLSA_CERTIFICATE],
		above.whole[TLSA_CERTIFICATE],
	};
	const struct dance_peer shown = { .size = sizeof(shown),
		.chain = chain,
		.chain_count = raw_key ? 1 : 2,
		.raw_key = raw_key };
	const struct dance_options options = { .size = sizeof(options), .usages = usages };
	struct peer peer;
	const char *why;
	assert_true(peer_import(&peer, &shown, &why));
	struct tlsa_set *set = tlsa_set_new(records, count);
	assert_non_null(set);
	result_begin(result);
	enum dance_verdict verdict = match_peer(&peer, NULL, set, &options, result);
	assert_int_equal(verdict, result->verdict);
	assert_int_equal(result->has_record, verdict == DANCE_ALLOW);
	free(set);
	return verdict;
}

#define ALL (DANCE_PKIX_TA | DANCE_PKIX_EE | DANCE_DANE_TA | DANCE_DANE_EE)

static const struct {
	const char *row;
	uint8_t usage, selector, matching;
	const struct credential *of;
	unsigned usages; /* 0: the default */
	bool raw_key;
	enum dance_verdict verdict;
} single[] = {
	{ "3 0 0", 3, 0, 0, &leaf, 0, false, DANCE_ALLOW },
	{ "3 0 1", 3, 0, 1, &leaf, 0, false, DANCE_ALLOW },
	{ "3 0 2", 3, 0, 2, &leaf, 0, false, DANCE_ALLOW },
	{ "3 1 0", 3, 1, 0, &leaf, 0, false, DANCE_ALLOW },
	{ "3 1 1", 3, 1, 1, &leaf, 0, false, DANCE_ALLOW },
	{ "3 1 2", 3, 1, 2, &leaf, 0, false, DANCE_ALLOW },
	{ "3 1 1, only DANE-EE", 3, 1, 1, &leaf, DANCE_DANE_EE, false, DANCE_ALLOW },
	{ "3 1 1, all usages", 3, 1, 1, &leaf, ALL, false, DANCE_ALLOW },

	{ "another's 3 0 0", 3, 0, 0, &other, 0, false, DANCE_DENY_MISMATCH },
	{ "another's 3 0 1", 3, 0, 1, &other, 0, false, DANCE_DENY_MISMATCH },
	{ "another's 3 0 2", 3, 0, 2, &other, 0, false, DANCE_DENY_MISMATCH },
	{ "another's 3 1 0", 3, 1, 0, &other, 0, false, DANCE_DENY_MISMATCH },
	{ "another's 3 1 1", 3, 1, 1, &other, 0, false, DANCE_DENY_MISMATCH },
	{ "another's 3 1 2", 3, 1, 2, &other, 0, false, DANCE_DENY_MISMATCH },

	/* The leaf only, whatever else was sent with it. */
	{ "3 0 1 of what is above", 3, 0, 1, &above, 0, false, DANCE_DENY_MISMATCH },
	{ "3 1 1 of what is above", 3, 1, 1, &above, 0, false, DANCE_DENY_MISMATCH },
	{ "3 0 0 of what is above", 3, 0, 0, &above, 0, false, DANCE_DENY_MISMATCH },

	{ "raw key, 3 1 0", 3, 1, 0, &leaf, 0, true, DANCE_ALLOW },
	{ "raw key, 3 1 1", 3, 1, 1, &leaf, 0, true, DANCE_ALLOW },
	{ "raw key, 3 1 2", 3, 1, 2, &leaf, 0, true, DANCE_ALLOW },
	{ "raw key, another's 3 1 1", 3, 1, 1, &other, 0, true, DANCE_DENY_MISMATCH },
	{ "raw key, 3 0 0", 3, 0, 0, &leaf, 0, true, DANCE_DENY_UNUSABLE },
	{ "raw key, 3 0 1", 3, 0, 1, &leaf, 0, true, DANCE_DENY_UNUSABLE },
	{ "raw key, 3 0 2", 3, 0, 2, &leaf, 0, true, DANCE_DENY_UNUSABLE },
	{ "raw key, 2 1 1", 2, 1, 1, &leaf, 0, true, DANCE_DENY_UNUSABLE },
	{ "raw key, 1 1 1", 1, 1, 1, &leaf, ALL, true, DANCE_DENY_UNUSABLE },
	{ "raw key, 0 1 1", 0, 1, 1, &leaf, ALL, true, DANCE_DENY_UNUSABLE },

	/* RFC 7671 4: a usage may be switched off, and the PKIX ones are by default. */
	{ "3 1 1, DANE-EE off", 3, 1, 1, &leaf, ALL & ~DANCE_DANE_EE, false,
		DANCE_DENY_UNUSABLE },
	{ "raw key, DANE-EE off", 3, 1, 1, &leaf, DANCE_DANE_TA, true, DANCE_DENY_UNUSABLE },
	{ "1 1 1, PKIX-EE off", 1, 1, 1, &leaf, 0, false, DANCE_DENY_UNUSABLE },
	{ "0 1 1, PKIX-TA off", 0, 1, 1, &above, 0, false, DANCE_DENY_UNUSABLE },
	{ "2 1 1, DANE-TA off", 2, 1, 1, &above, DANCE_DANE_EE, false, DANCE_DENY_UNUSABLE },
	{ "only unknown bits", 3, 1, 1, &leaf, 1u << 7, false, DANCE_DENY_UNUSABLE },
};

static void one_record(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(single); i++) {
		struct dance_result result = { .size = sizeof(result) };
		struct dance_tlsa record = tlsa_of(single[i].of, single[i].usage,
			single[i].selector, single[i].matching);
		check_row(single[i].row,
			judge(&record, 1, single[i].usages, single[i].raw_key, &result),
			single[i].verdict);
		if (result.has_record) {
			assert_int_equal(result.usage, single[i].usage);
			assert_int_equal(result.selector, single[i].selector);
			assert_int_equal(result.matching, single[i].matching);
		}
	}
}

/* No usage but DANE-EE lets a leaf be its own proof: the anchor of 2 and 0 is above it,
 * and 1 needs a path to a trust store. */
static void the_leaf_alone_proves_nothing_by_other_usages(void **state)
{
	(void)state;
	for (uint8_t usage = TLSA_PKIX_TA; usage < TLSA_DANE_EE; usage++) {
		for (uint8_t selector = 0; selector < TLSA_SELECTOR_COUNT; selector++) {
			for (uint8_t matching = 0; matching < TLSA_MATCHING_COUNT;
				matching++) {
				struct dance_result result = { .size = sizeof(result) };
				struct dance_tlsa record = tlsa_of(&leaf, usage, selector,
					matching);
				assert_int_not_equal(judge(&record, 1, ALL, false, &result),
					DANCE_ALLOW);
			}
		}
	}
}

/* Every octet of the data counts. */
static void one_bit_is_enough_to_differ(void **state)
{
	(void)state;
	for (uint8_t matching = 0; matching < TLSA_MATCHING_COUNT; matching++) {
		struct dance_result result = { .size = sizeof(result) };
		struct dance_tlsa record = tlsa_of(&leaf, 3, 1, matching);
		unsigned char data[1000];
		memcpy(data, record.data, record.size);
		record.data = data;
		check_verdict(judge(&record, 1, 0, false, &result), DANCE_ALLOW);
		/* Full data must stay an SPKI, whose key fills its end. */
		size_t first = matching == TLSA_FULL ? record.size - 16 : 0;
		for (size_t at = first; at < record.size; at++) {
			data[at] ^= 1;
			check_verdict(judge(&record, 1, 0, false, &result),
				DANCE_DENY_MISMATCH);
			data[at] ^= 1;
		}
	}
}

static void one_match_of_several_is_enough(void **state)
{
	(void)state;
	/* RFC 7671 8.1: the current key and the next one. */
	for (int place = 0; place < 3; place++) {
		struct dance_tlsa records[3];
		struct dance_result result = { .size = sizeof(result) };
		for (int i = 0; i < 3; i++) {
			records[i] = tlsa_of(i == place ? &leaf : &other, 3, 1,
				TLSA_SHA256);
		}
		check_verdict(judge(records, 3, 0, false, &result), DANCE_ALLOW);
	}
}

static void agility_decides_which_records_count(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result) };
	/* The weaker digest would match, the stronger one does not (RFC 7671 9). */
	const struct dance_tlsa weaker[] = { tlsa_of(&leaf, 3, 1, TLSA_SHA256),
		tlsa_of(&other, 3, 1, TLSA_SHA512) };
	check_verdict(judge(weaker, 2, 0, false, &result), DANCE_DENY_MISMATCH);
	/* Of another selector, or of full data, it counts. */
	const struct dance_tlsa selector[] = { tlsa_of(&leaf, 3, 0, TLSA_SHA256),
		tlsa_of(&other, 3, 1, TLSA_SHA512) };
	check_verdict(judge(selector, 2, 0, false, &result), DANCE_ALLOW);
	const struct dance_tlsa full[] = { tlsa_of(&leaf, 3, 1, TLSA_FULL),
		tlsa_of(&other, 3, 1, TLSA_SHA512) };
	check_verdict(judge(full, 2, 0, false, &result), DANCE_ALLOW);
	/* A stronger digest that is unusable has no weight. */
	struct dance_tlsa broken[] = { tlsa_of(&leaf, 3, 1, TLSA_SHA256),
		tlsa_of(&other, 3, 1, TLSA_SHA512) };
	broken[1].size--;
	check_verdict(judge(broken, 2, 0, false, &result), DANCE_ALLOW);
}

static void a_usage_that_is_off_does_not_spoil_the_others(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result) };
	const struct dance_tlsa records[] = { tlsa_of(&above, 0, 1, 1),
		tlsa_of(&leaf, 1, 1, 1), tlsa_of(&leaf, 3, 1, 1) };
	check_verdict(judge(records, 3, 0, false, &result), DANCE_ALLOW);
	assert_int_equal(result.usage, 3);
	check_verdict(judge(records, 2, 0, false, &result), DANCE_DENY_UNUSABLE);
}

static void no_record_proves_nobody(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result) };
	check_verdict(judge(NULL, 0, 0, false, &result), DANCE_DENY_UNUSABLE);
	check_verdict(judge(NULL, 0, ALL, true, &result), DANCE_DENY_UNUSABLE);
	assert_string_not_equal(result.detail, "");
}

/* Of one record it is told what DNS has; of several, how many. */
static void a_mismatch_tells_what_dns_has(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result) };
	for (uint8_t matching = 0; matching < TLSA_MATCHING_COUNT; matching++) {
		const struct dance_tlsa record = tlsa_of(&other, 3, 1, matching);
		char expected[DANCE_DETAIL_SIZE];
		int used = snprintf(expected, sizeof(expected),
			"the one usable record is 3 1 %u ", matching);
		if (matching == TLSA_FULL) {
			strcat(expected, "with full data");
		}
		for (size_t i = 0; matching != TLSA_FULL && i < record.size; i++) {
			used += snprintf(expected + used, sizeof(expected) - (size_t)used,
				"%02x", record.data[i]);
		}
		check_verdict(judge(&record, 1, 0, false, &result), DANCE_DENY_MISMATCH);
		assert_string_equal(result.detail, expected);
	}
	const struct dance_tlsa two[] = { tlsa_of(&other, 3, 1, 1),
		tlsa_of(&above, 3, 1, 1) };
	check_verdict(judge(two, 2, 0, false, &result), DANCE_DENY_MISMATCH);
	assert_string_equal(result.detail,
		"the key or certificate matches none of 2 usable records");
}

static void too_many_records_are_told_as_such(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result) };
	static struct dance_tlsa records[TLSA_RECORD_MAX + 1];
	for (size_t i = 0; i < ROWS(records); i++) {
		records[i] = tlsa_of(&leaf, 3, 1, 1);
	}
	check_verdict(judge(records, TLSA_RECORD_MAX, 0, false, &result), DANCE_ALLOW);
	check_verdict(judge(records, ROWS(records), 0, false, &result),
		DANCE_DENY_UNUSABLE);
	assert_string_equal(result.detail, "the name has more than 256 TLSA records");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_record),
		cmocka_unit_test(the_leaf_alone_proves_nothing_by_other_usages),
		cmocka_unit_test(one_bit_is_enough_to_differ),
		cmocka_unit_test(one_match_of_several_is_enough),
		cmocka_unit_test(agility_decides_which_records_count),
		cmocka_unit_test(a_usage_that_is_off_does_not_spoil_the_others),
		cmocka_unit_test(no_record_proves_nobody),
		cmocka_unit_test(a_mismatch_tells_what_dns_has),
		cmocka_unit_test(too_many_records_are_told_as_such),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
