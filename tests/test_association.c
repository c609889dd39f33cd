/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What records are compared with: octets and digests, of what there is. */

#include "association.h"
#include "check.h"
#include "make_certificate.h"

#include <string.h>

static struct credential mine, other;

static int make(void **state)
{
	(void)state;
	make_certificate(&mine, &(struct wish){ .key = KEY_P256, .common_name = "mine" });
	make_certificate(&other, &(struct wish){ .key = KEY_P256, .common_name = "other" });
	return 0;
}

static int clear(void **state)
{
	(void)state;
	clear_certificate(&mine);
	clear_certificate(&other);
	return 0;
}

/* Tries records of each selector and matching type, twice: the second time from memory. */
static void check_all(struct association *of, struct work *work, bool has_certificate)
{
	for (unsigned i = 0; i < 2 * TLSA_SELECTOR_COUNT * TLSA_MATCHING_COUNT; i++) {
		uint8_t selector = i % TLSA_SELECTOR_COUNT;
		uint8_t matching = i / TLSA_SELECTOR_COUNT % TLSA_MATCHING_COUNT;
		bool there = selector == TLSA_SPKI || has_certificate;
		struct dance_tlsa own = tlsa_of(&mine, 3, selector, matching);
		struct dance_tlsa foreign = tlsa_of(&other, 3, selector, matching);
		struct dance_octets octets;
		assert_true(association_get(of, selector, matching, work, &octets));
		assert_int_equal(octets.size, there ? own.size : 0);
		if (there) {
			assert_memory_equal(octets.data, own.data, own.size);
		} else {
			assert_null(octets.data);
		}
		assert_int_equal(association_compare(of, &own, work),
			there ? ASSOCIATION_SAME : ASSOCIATION_OTHER);
		assert_int_equal(association_compare(of, &foreign, work),
			ASSOCIATION_OTHER);
	}
}

static void records_are_of_it_or_not(void **state)
{
	(void)state;
	struct association of;
	struct work work;
	association_of_certificate(&of, mine.whole[TLSA_CERTIFICATE]);
	check_all(&of, NULL, true);
	work_begin(&work);
	association_of_certificate(&of, mine.whole[TLSA_CERTIFICATE]);
	check_all(&of, &work, true);
	association_of_key(&of, mine.whole[TLSA_SPKI]);
	check_all(&of, NULL, false);
	/* Of another one nothing is left. */
	const struct dance_tlsa before = tlsa_of(&mine, 3, TLSA_SPKI, TLSA_SHA256);
	const struct dance_tlsa now = tlsa_of(&other, 3, TLSA_SPKI, TLSA_SHA256);
	association_of_key(&of, other.whole[TLSA_SPKI]);
	assert_int_equal(association_compare(&of, &before, NULL), ASSOCIATION_OTHER);
	assert_int_equal(association_compare(&of, &now, NULL), ASSOCIATION_SAME);
}

/* What only digests are known of. */
static void digests_are_compared_as_the_whole_would_be(void **state)
{
	(void)state;
	for (unsigned known = 0; known < 4; known++) {
		struct association of;
		struct work work;
		work_begin(&work);
		association_of_digests(&of,
			(known & 1) != 0 ? tlsa_of(&mine, 3, 0, TLSA_SHA256).data : NULL,
			(known & 2) != 0 ? tlsa_of(&mine, 3, 1, TLSA_SHA256).data : NULL);
		for (unsigned i = 0; i < TLSA_SELECTOR_COUNT * TLSA_MATCHING_COUNT; i++) {
			uint8_t selector = i % TLSA_SELECTOR_COUNT;
			uint8_t matching = i / TLSA_SELECTOR_COUNT;
			struct dance_tlsa own = tlsa_of(&mine, 3, selector, matching);
			struct dance_tlsa foreign = tlsa_of(&other, 3, selector, matching);
			bool can = (known & 1u << selector) != 0 && matching != TLSA_SHA512;
			assert_int_equal(association_knows(&of, selector, matching), can);
			assert_int_equal(association_compare_digest(&of, &own, &work),
				can ? ASSOCIATION_SAME : ASSOCIATION_OTHER);
			assert_int_equal(association_compare_digest(&of, &foreign, &work),
				ASSOCIATION_OTHER);
		}
	}
}

/* The owner of a record chooses how much there is to hash. */
static void hashing_a_record_is_paid_for(void **state)
{
	(void)state;
	const struct dance_tlsa own = tlsa_of(&mine, 3, TLSA_SPKI, TLSA_FULL);
	struct association of;
	struct work work;
	work_begin(&work);
	association_of_digests(&of, NULL, tlsa_of(&mine, 3, 1, TLSA_SHA256).data);
	work.left = (uint32_t)(8 + own.size / 32);
	assert_int_equal(association_compare_digest(&of, &own, &work), ASSOCIATION_SAME);
	assert_int_equal(work.left, 0);
	work.left = (uint32_t)(7 + own.size / 32);
	assert_int_equal(association_compare_digest(&of, &own, &work), ASSOCIATION_UNKNOWN);
	assert_true(work.spent);
}

/* There is nothing to compare, and nothing is not equal to nothing. */
static void nothing_matches_nothing(void **state)
{
	(void)state;
	const struct dance_tlsa empty = { 3, TLSA_CERTIFICATE, TLSA_FULL,
		(const unsigned char *)"", 0 };
	const struct dance_tlsa key = tlsa_of(&mine, 3, TLSA_SPKI, TLSA_SHA256);
	struct association of;
	association_of_key(&of, mine.whole[TLSA_SPKI]);
	assert_int_equal(association_compare(&of, &empty, NULL), ASSOCIATION_OTHER);
	/* No SPKI can be found in it. */
	association_of_certificate(&of, mine.whole[TLSA_SPKI]);
	assert_int_equal(association_compare(&of, &key, NULL), ASSOCIATION_OTHER);
}

/* A prefix of a digest is another digest. */
static void the_size_counts(void **state)
{
	(void)state;
	struct dance_tlsa record = tlsa_of(&mine, 3, TLSA_SPKI, TLSA_SHA512);
	struct association of;
	association_of_key(&of, mine.whole[TLSA_SPKI]);
	assert_int_equal(association_compare(&of, &record, NULL), ASSOCIATION_SAME);
	record.size--;
	assert_int_equal(association_compare(&of, &record, NULL), ASSOCIATION_OTHER);
}

static void what_is_known_costs_nothing(void **state)
{
	(void)state;
	const struct dance_tlsa digest = tlsa_of(&mine, 2, TLSA_CERTIFICATE, TLSA_SHA256);
	const struct dance_tlsa full = tlsa_of(&mine, 2, TLSA_CERTIFICATE, TLSA_FULL);
	struct association of;
	struct work work, none = { .spent = true };
	association_of_certificate(&of, mine.whole[TLSA_CERTIFICATE]);
	assert_int_equal(association_compare(&of, &digest, &none), ASSOCIATION_UNKNOWN);
	assert_int_equal(association_compare(&of, &full, &none), ASSOCIATION_UNKNOWN);
	work_begin(&work);
	assert_true(association_hash_all(&of, &work));
	assert_int_equal(work.left,
		WORK_MAX - 4 * 8 - 2 * (uint32_t)(mine.whole[TLSA_CERTIFICATE].size / 32) -
			2 * (uint32_t)(mine.whole[TLSA_SPKI].size / 32));
	assert_int_equal(association_compare(&of, &digest, &none), ASSOCIATION_SAME);
}

/* Whatever stood in the memory before, and whatever cannot be found. */
static void nothing_is_left_of_another(void **state)
{
	(void)state;
	static const unsigned char garbage[] = { 0x30, 0x01 };
	struct association of;
	memset(&of, 0xff, sizeof(of));
	association_of_key(&of, mine.whole[TLSA_SPKI]);
	assert_int_equal(of.hashed, 0);
	assert_null(of.whole[TLSA_CERTIFICATE].data);
	assert_int_equal(of.whole[TLSA_CERTIFICATE].size, 0);
	memset(&of, 0xff, sizeof(of));
	association_of_certificate(&of, (struct dance_octets){ garbage, sizeof(garbage) });
	assert_int_equal(of.hashed, 0);
	assert_null(of.whole[TLSA_SPKI].data);
	assert_int_equal(of.whole[TLSA_SPKI].size, 0);
	for (int which = 0; which < 4; which++) {
		memset(&of, 0xff, sizeof(of));
		association_of_digests(&of, (which & 1) != 0 ? mine.sha256[0] : NULL,
			(which & 2) != 0 ? mine.sha256[1] : NULL);
		for (unsigned selector = 0; selector < TLSA_SELECTOR_COUNT; selector++) {
			assert_null(of.whole[selector].data);
			assert_int_equal(of.whole[selector].size, 0);
			assert_int_equal(association_knows(&of, selector, TLSA_SHA256),
				(which >> selector & 1) != 0);
			assert_false(association_knows(&of, selector, TLSA_SHA512));
		}
	}
}

/* Whether its own digest is known or not: that of the record is not. */
static void without_work_for_a_record_nothing_is_known(void **state)
{
	(void)state;
	const struct dance_tlsa full = tlsa_of(&mine, 2, TLSA_CERTIFICATE, TLSA_FULL);
	struct association of;
	struct dance_octets digest;
	struct work none = { .left = 0 };
	association_of_certificate(&of, mine.whole[TLSA_CERTIFICATE]);
	assert_int_equal(association_compare_digest(&of, &full, &none),
		ASSOCIATION_UNKNOWN);
	assert_true(none.spent);
	assert_int_equal(of.hashed, 0);
	none = (struct work){ .left = 0 };
	assert_true(association_get(&of, TLSA_CERTIFICATE, TLSA_SHA256, NULL, &digest));
	assert_int_equal(association_compare_digest(&of, &full, &none),
		ASSOCIATION_UNKNOWN);
	assert_true(none.spent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_of_it_or_not),
		cmocka_unit_test(digests_are_compared_as_the_whole_would_be),
		cmocka_unit_test(hashing_a_record_is_paid_for),
		cmocka_unit_test(nothing_matches_nothing),
		cmocka_unit_test(the_size_counts),
		cmocka_unit_test(what_is_known_costs_nothing),
		cmocka_unit_test(nothing_is_left_of_another),
		cmocka_unit_test(without_work_for_a_record_nothing_is_known),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
