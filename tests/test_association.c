/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What records are compared with: octets and digests, of what there is. */

#include "association.h"
#include "check.h"
#include "make_certificate.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_of_it_or_not),
		cmocka_unit_test(digests_are_compared_as_the_whole_would_be),
		cmocka_unit_test(hashing_a_record_is_paid_for),
		cmocka_unit_test(nothing_matches_nothing),
		cmocka_unit_test(the_size_counts),
		cmocka_unit_test(what_is_known_costs_nothing),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
