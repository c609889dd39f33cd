/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * DER values: every length that is no whole, minimal one is refused, and what is made can
 * be taken apart again. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "asn1.h"

#define LARGE 70000

/* Octets in memory of exactly their size, so that a step beyond it can be seen. */
static struct dance_octets exactly(const char *octets, size_t size)
{
	unsigned char *copy = malloc(size != 0 ? size : 1);
	assert_non_null(copy);
	memcpy(copy, octets, size);
	return (struct dance_octets){ copy, size };
}

static void test_what_is_no_value_is_refused(void **state)
{
	static const struct {
		const char *octets;
		size_t size;
	} wrong[] = {
		{ "", 0 },
		{ "\x30", 1 },
		{ "\x30\x01", 2 },
		{ "\x30\x02\x00", 3 },
		{ "\x31\x00", 2 },         /* another tag */
		{ "\x30\x80\x00\x00", 4 }, /* of no length */
		{ "\x30\x81", 2 },
		{ "\x30\x81\x00", 3 }, /* not minimal */
		{ "\x30\x81\x01\x00", 4 },
		{ "\x30\x82\x00\x01\x00", 5 },
		{ "\x30\x81\x80\x00", 4 }, /* too short */
		{ "\x30\x82\x01", 3 },
		{ "\x30\x82\x01\x00\x00", 5 },
		{ "\x30\x83\xff\xff\xff\x00", 6 },
		{ "\x30\x84\x00\x00\x00\x00", 6 },
		{ "\x30\x84\xff\xff\xff\xff", 6 },
		{ "\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff", 10 },
		{ "\x30\xff\x00", 3 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct dance_octets in = exactly(wrong[i].octets, wrong[i].size);
		const struct dance_octets before = in;
		struct asn1_value value;
		assert_false(asn1_take(&in, ASN1_SEQUENCE, &value));
		assert_ptr_equal(in.data, before.data);
		assert_int_equal(in.size, before.size);
		asn1_clear(&in);
	}
}

static void test_not_minimal_lengths_of_long_values_are_refused(void **state)
{
	(void)state;
	static const char start[][6] = { "\x30\x82\x00\x90", "\x30\x83\x00\x00\x90" };
	for (size_t i = 0; i < 2; i++) {
		char octets[5 + 0x90] = { 0 };
		memcpy(octets, start[i], 5);
		struct dance_octets in = { (unsigned char *)octets, 4 + i + 0x90 };
		struct asn1_value value;
		assert_false(asn1_take(&in, ASN1_SEQUENCE, &value));
	}
}

static void test_values_are_taken_one_by_one(void **state)
{
	(void)state;
	struct dance_octets whole = exactly("\x02\x01\x05\x30\x02\xaa\xbb", 7);
	struct dance_octets in = whole;
	struct asn1_value value;
	assert_false(asn1_only(in, ASN1_INTEGER, &value));
	assert_true(asn1_take(&in, ASN1_INTEGER, &value));
	assert_int_equal(value.whole.size, 3);
	assert_int_equal(value.content.size, 1);
	assert_int_equal(value.content.data[0], 5);
	assert_true(asn1_only(in, ASN1_SEQUENCE, &value));
	assert_int_equal(value.content.size, 2);
	assert_ptr_equal(value.content.data, whole.data + 5);
	asn1_clear(&whole);
}

static void test_what_is_made_can_be_taken_apart(void **state)
{
	(void)state;
	static const size_t sizes[] = { 0, 1, 127, 128, 255, 256, 65535, 65536, LARGE };
	static unsigned char data[LARGE];
	memset(data, 0x5a, sizeof(data));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t half = sizes[i] / 2;
		const struct dance_octets parts[] = { { data, half },
			{ data, sizes[i] - half } };
		struct dance_octets made;
		struct asn1_value value;
		assert_true(asn1_make(ASN1_OCTET_STRING, parts, 2, &made));
		assert_true(asn1_only(made, ASN1_OCTET_STRING, &value));
		assert_int_equal(value.content.size, sizes[i]);
		assert_memory_equal(value.content.data, data, sizes[i]);
		asn1_clear(&made);
		assert_null(made.data);
	}
}

static void test_nothing_too_large_is_made(void **state)
{
	(void)state;
	static const unsigned char data[1];
	const struct dance_octets parts[] = { { data, 0xffffff }, { data, 1 } };
	const struct dance_octets beyond[] = { { data, 1 }, { data, SIZE_MAX } };
	struct dance_octets made;
	assert_false(asn1_make(ASN1_SEQUENCE, parts, 2, &made));
	assert_false(asn1_make(ASN1_SEQUENCE, beyond, 2, &made));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_no_value_is_refused),
		cmocka_unit_test(test_not_minimal_lengths_of_long_values_are_refused),
		cmocka_unit_test(test_values_are_taken_one_by_one),
		cmocka_unit_test(test_what_is_made_can_be_taken_apart),
		cmocka_unit_test(test_nothing_too_large_is_made),
	};
	return cmocka_run_group_tests_name("asn1", tests, NULL, NULL);
}
