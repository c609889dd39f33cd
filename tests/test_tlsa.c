/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which records can be used (RFC 6698 4.1), and which of them digest agility keeps
 * (RFC 7671 9). */

#include "check.h"
#include "fixture.h"
#include "tlsa.h"

#include <stdlib.h>
#include <string.h>

static struct credential made;
static unsigned char with_tail[2][4096]; /* certificate and SPKI, one octet too many */

const struct fixture fixtures[] = {
	{ &made, { .key = KEY_P256 } },
	{ NULL, { 0 } },
};

static int make(void **state)
{
	make_fixtures(state);
	for (int i = 0; i < TLSA_SELECTOR_COUNT; i++) {
		memcpy(with_tail[i], made.octets[i], made.whole[i].size);
	}
	return 0;
}

static void parameters_are_those_we_know(void **state)
{
	(void)state;
	for (unsigned usage = 0; usage < 256; usage++) {
		for (unsigned selector = 0; selector < 256; selector++) {
			for (unsigned matching = 1; matching < 256; matching++) {
				struct dance_tlsa record = { (uint8_t)usage,
					(uint8_t)selector, (uint8_t)matching,
					made.sha512[0], matching == 1 ? 32 : 64 };
				bool wanted = usage <= 3 && selector <= 1 && matching <= 2;
				if (tlsa_is_usable(&record) != wanted) {
					fail_msg("%u %u %u", usage, selector, matching);
				}
			}
		}
	}
}

static void digests_have_their_length(void **state)
{
	(void)state;
	unsigned char data[130] = { 0 };
	for (size_t size = 0; size <= sizeof(data); size++) {
		struct dance_tlsa record = { 3, 1, TLSA_SHA256, data, size };
		assert_int_equal(tlsa_is_usable(&record), size == 32);
		record.matching = TLSA_SHA512;
		assert_int_equal(tlsa_is_usable(&record), size == 64);
		record.matching = 3;
		assert_false(tlsa_is_usable(&record));
		record.matching = TLSA_FULL; /* zeros are neither */
		assert_false(tlsa_is_usable(&record));
	}
}

static void full_data_is_one_certificate_or_one_spki(void **state)
{
	(void)state;
	for (uint8_t usage = 0; usage < TLSA_USAGE_COUNT; usage++) {
		for (uint8_t selector = 0; selector < TLSA_SELECTOR_COUNT; selector++) {
			struct dance_tlsa record = tlsa_of(&made, usage, selector,
				TLSA_FULL);
			assert_true(tlsa_is_usable(&record));
			record.size--;
			assert_false(tlsa_is_usable(&record));
			record.data = with_tail[selector];
			record.size += 2;
			assert_false(tlsa_is_usable(&record));
			record = tlsa_of(&made, usage, !selector, TLSA_FULL);
			record.selector = selector;
			assert_false(tlsa_is_usable(&record));
		}
	}
	assert_false(tlsa_is_usable(&(struct dance_tlsa){ 3, 1, TLSA_FULL, NULL, 0 }));
	assert_false(tlsa_is_usable(&(struct dance_tlsa){ 3, 1, TLSA_SHA256, NULL, 0 }));
}

/* A record in the tables below: "311" is a usable one, "311!" one of which the data is an
 * octet short. */
static struct dance_tlsa record_of(const char *word)
{
	struct dance_tlsa record = tlsa_of(&made, (uint8_t)(word[0] - '0'),
		(uint8_t)(word[1] - '0'), (uint8_t)(word[2] - '0'));
	record.size -= word[3] == '!';
	return record;
}

#define WORDS_MAX 6

static size_t read_words(const char *text, struct dance_tlsa records[WORDS_MAX])
{
	char copy[64];
	size_t count = 0;
	strcpy(copy, text);
	for (char *rest, *word = strtok_r(copy, " ", &rest); word != NULL;
		word = strtok_r(NULL, " ", &rest)) {
		records[count++] = record_of(word);
	}
	return count;
}

static void write_words(const struct tlsa_set *set, char *text)
{
	*text = '\0';
	for (size_t i = 0; i < set->count; i++) {
		const struct dance_tlsa *record = &set->records[i];
		const char word[] = { ' ', (char)('0' + record->usage),
			(char)('0' + record->selector), (char)('0' + record->matching), 0 };
		strcat(text, i == 0 ? word + 1 : word);
	}
}

static const char *const agility[][2] = {
	/* given, kept: usage 3 first, then 2, 1, 0, and then in one order */
	{ "", "" },
	{ "311", "311" },
	{ "311 312", "312" },
	{ "301 302", "302" },
	/* per usage and selector */
	{ "311 302", "302 311" },
	{ "311 212", "311 212" },
	{ "311 312 301", "301 312" },
	{ "211 212 201 202", "202 212" },
	{ "011 012 111 112 211 212", "212 112 012" },
	/* full data always counts, and counts for nothing in agility */
	{ "310 311", "310 311" },
	{ "310 312", "310 312" },
	{ "310 311 312", "310 312" },
	{ "300 310", "300 310" },
	/* what is unusable has no weight */
	{ "311 312!", "311" },
	{ "311! 312", "312" },
	{ "311! 312!", "" },
	{ "310! 311", "311" },
	{ "311 313", "311" },
	{ "311 412", "311" },
	{ "311 322", "311" },
	{ "302 303 301", "302" },
	/* the strongest statement first */
	{ "011 111 211 311", "311 211 111 011" },
	{ "211 311", "311 211" },
	/* twice the same is there once */
	{ "311 311", "311" },
	{ "300 310 300 311 310", "300 310 311" },
};

static void check_agility(const char *row, const struct dance_tlsa *records, size_t count,
	const char *kept)
{
	struct tlsa_set *set = tlsa_set_new(records, count);
	assert_non_null(set);
	char text[64];
	write_words(set, text);
	free(set);
	if (strcmp(text, kept) != 0) {
		fail_msg("of %s: %s instead of %s", row, text, kept);
	}
}

/* All orders in which DNS might give the records (Heap's way through them). */
static void permute(const char *row, struct dance_tlsa *records, size_t first, size_t count,
	const char *kept)
{
	if (first + 1 >= count) {
		check_agility(row, records, count, kept);
		return;
	}
	for (size_t i = first; i < count; i++) {
		struct dance_tlsa swapped = records[first];
		records[first] = records[i];
		records[i] = swapped;
		permute(row, records, first + 1, count, kept);
		records[i] = records[first];
		records[first] = swapped;
	}
}

static void agility_keeps_the_strongest_in_any_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(agility); i++) {
		struct dance_tlsa records[WORDS_MAX];
		size_t count = read_words(agility[i][0], records);
		permute(agility[i][0], records, 0, count, agility[i][1]);
	}
}

static void the_set_owns_its_data(void **state)
{
	(void)state;
	unsigned char data[2][32];
	memset(data, 1, sizeof(data));
	data[1][0] = 2;
	const struct dance_tlsa records[] = { { 3, 1, 1, data[0], 32 },
		{ 2, 1, 1, data[1], 32 } };
	struct tlsa_set *set = tlsa_set_new(records, 2);
	assert_non_null(set);
	memset(data, 0xee, sizeof(data));
	assert_int_equal(set->count, 2);
	assert_int_equal(set->records[0].size, 32);
	assert_int_equal(set->records[0].data[0], 1);
	assert_int_equal(set->records[0].data[31], 1);
	assert_int_equal(set->records[1].data[0], 2);
	assert_int_equal(set->records[1].data[31], 1);
	free(set);
}

/* Of the same kind, and the one is longer. */
static void records_of_two_sizes_are_two(void **state)
{
	(void)state;
	struct credential small, large;
	make_certificate(&small, &(struct wish){ .key = KEY_ED25519, .common_name = "s" });
	make_certificate(&large,
		&(struct wish){ .key = KEY_ED25519, .common_name = "a much longer name" });
	assert_true(small.whole[0].size < large.whole[0].size);
	for (int order = 0; order < 2; order++) {
		const struct dance_tlsa records[] = {
			tlsa_of(order == 0 ? &small : &large, 3, 0, TLSA_FULL),
			tlsa_of(order == 0 ? &large : &small, 3, 0, TLSA_FULL),
		};
		struct tlsa_set *set = tlsa_set_new(records, ROWS(records));
		assert_non_null(set);
		assert_int_equal(set->count, 2);
		assert_int_equal(set->records[0].size, small.whole[0].size);
		assert_int_equal(set->records[1].size, large.whole[0].size);
		assert_memory_equal(set->records[1].data, large.octets[0],
			large.whole[0].size);
		free(set);
	}
	clear_certificate(&small);
	clear_certificate(&large);
}

static void a_set_of_none_is_a_set(void **state)
{
	(void)state;
	struct tlsa_set *set = tlsa_set_new(NULL, 0);
	assert_non_null(set);
	assert_int_equal(set->count, 0);
	free(set);
}

/* Which of too many records count must not depend on their order. */
static void too_many_records_are_none(void **state)
{
	(void)state;
	static struct dance_tlsa records[TLSA_RECORD_MAX + 1];
	static unsigned char data[TLSA_RECORD_MAX + 1][32];
	for (size_t i = 0; i < ROWS(records); i++) {
		data[i][0] = (unsigned char)i;
		data[i][1] = (unsigned char)(i >> 8);
		records[i] = (struct dance_tlsa){ 3, 1, 1, data[i], 32 };
	}
	struct tlsa_set *set = tlsa_set_new(records, TLSA_RECORD_MAX);
	assert_non_null(set);
	assert_int_equal(set->count, TLSA_RECORD_MAX);
	assert_false(set->too_many);
	free(set);
	set = tlsa_set_new(records, TLSA_RECORD_MAX + 1);
	assert_non_null(set);
	assert_int_equal(set->count, 0);
	assert_true(set->too_many);
	free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters_are_those_we_know),
		cmocka_unit_test(digests_have_their_length),
		cmocka_unit_test(full_data_is_one_certificate_or_one_spki),
		cmocka_unit_test(agility_keeps_the_strongest_in_any_order),
		cmocka_unit_test(the_set_owns_its_data),
		cmocka_unit_test(records_of_two_sizes_are_two),
		cmocka_unit_test(a_set_of_none_is_a_set),
		cmocka_unit_test(too_many_records_are_none),
	};
	return cmocka_run_group_tests(tests, make, clear_fixtures);
}
