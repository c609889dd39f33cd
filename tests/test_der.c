/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Values in DER, taken one by one, and what of their contents is right. */

#include "check.h"
#include "copy.h"
#include "der.h"

#include <stdlib.h>
#include <string.h>

/* Values one by one, of any kind, to where one is not whole. */
static void values_are_taken_one_by_one(void **state)
{
	(void)state;
	static const struct {
		const char *row, *octets;
		size_t size;
		int count; /* -1: no sequence */
		bool whole;
	} rows[] = {
		{ "empty", "\x30\x00", 2, 0, true },
		{ "two",
			"\x30\x06\x82\x01"
			"a\x87\x01"
			"b",
			8, 2, true },
		{ "one and a part",
			"\x30\x05\x82\x01"
			"a\x87\x01",
			7, 1, false },
		{ "longer than is there",
			"\x30\x03\x82\x02"
			"a",
			5, 0, false },
		{ "a tag of two octets",
			"\x30\x04\x9f\x82\x01"
			"a",
			6, 0, false },
		{ "no minimal length",
			"\x30\x04\x82\x81\x01"
			"a",
			6, 0, false },
		{ "one octet more", "\x30\x00\x00", 3, -1, false },
		{ "one octet less",
			"\x30\x04\x82\x01"
			"a",
			5, -1, false },
		{ "another kind", "\x31\x00", 2, -1, false },
		{ "nothing", "", 0, -1, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		unsigned char *copy = malloc(rows[i].size + 1);
		assert_non_null(copy);
		memcpy(copy, rows[i].octets, rows[i].size);
		struct dance_octets values, content;
		unsigned char tag = 0;
		int count = 0;
		if (!der_sequence((struct dance_octets){ copy, rows[i].size }, &values)) {
			check_true(rows[i].row, rows[i].count == -1);
		} else {
			while (der_next(&values, &tag, &content)) {
				check_true(rows[i].row, content.size == 1);
				check_true(rows[i].row, tag == (count == 0 ? 0x82 : 0x87));
				check_true(rows[i].row, content.data[0] == 'a' + count);
				count++;
			}
			check_true(rows[i].row, count == rows[i].count);
			check_true(rows[i].row, (values.size == 0) == rows[i].whole);
		}
		free(copy);
	}
}

/* However much is behind it, of which another reading of the length would find enough. */
static void lengths_are_definite_and_minimal(void **state)
{
	(void)state;
	static const struct {
		const char *octets;
		size_t size;
		int length; /* -1: none */
	} rows[] = {
		{ "\0", 1, 0 },
		{ "\x7f", 1, 127 },
		{ "\x80", 1, -1 },
		{ "\x81\x7f", 2, -1 },
		{ "\x81\x80", 2, 128 },
		{ "\x81\xff", 2, 255 },
		{ "\x82\0\xff", 3, -1 },
		{ "\x82\1\0", 3, 256 },
		{ "\x83\0\1\0", 4, -1 },
		{ "\x84\0\0\1\0", 5, -1 },
		{ "\x85\0\0\0\1\0", 6, -1 },
		{ "\x85\1\0\0\0\1", 6, -1 },
		{ "\xff", 1, -1 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		unsigned char octets[1 + 6 + 600] = { DER_OCTET_STRING };
		memcpy(octets + 1, rows[i].octets, rows[i].size);
		struct dance_octets values = { octets, 1 + rows[i].size + 600 }, content;
		unsigned char tag;
		bool taken = der_next(&values, &tag, &content);
		assert_int_equal(taken, rows[i].length >= 0);
		if (taken) {
			assert_int_equal(tag, DER_OCTET_STRING);
			assert_int_equal(content.size, rows[i].length);
			assert_ptr_equal(content.data, octets + 1 + rows[i].size);
		}
		assert_int_equal(values.size,
			1 + rows[i].size + 600 -
				(taken ? 1 + rows[i].size + content.size : 0));
	}
}

static void what_has_another_tag_stays(void **state)
{
	(void)state;
	static const unsigned char octets[] = { 0x30, 0x01, 0x05, 0x02, 0x01, 0x07 };
	struct dance_octets values = { octets, sizeof(octets) }, taken = { octets, 6 };
	assert_false(der_take(&values, 0x02, &taken));
	assert_false(der_take_whole(&values, 0x02, &taken));
	assert_ptr_equal(taken.data, octets);
	assert_int_equal(taken.size, 6);
	assert_ptr_equal(values.data, octets);
	assert_int_equal(values.size, sizeof(octets));
	assert_true(der_take_whole(&values, 0x30, &taken));
	assert_ptr_equal(taken.data, octets);
	assert_int_equal(taken.size, 3);
	assert_true(der_take(&values, 0x02, &taken));
	assert_ptr_equal(taken.data, octets + 5);
	assert_int_equal(taken.size, 1);
	assert_int_equal(values.size, 0);
	assert_false(der_take(&values, 0x02, &taken));
}

static void numbers_and_booleans_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *row, *octets;
		size_t size;
		bool readable;
		uint32_t value;
	} rows[] = {
		{ "none", "", 0, false, 0 },
		{ "zero", "\0", 1, true, 0 },
		{ "the largest of one octet", "\x7f", 1, true, 127 },
		{ "negative", "\x80", 1, false, 0 },
		{ "the sign's octet", "\0\x80", 2, true, 128 },
		{ "an octet too many", "\0\x7f", 2, false, 0 },
		{ "the largest", "\0\xff\xff\xff\xff", 5, true, UINT32_MAX },
		{ "the last below it", "\0\xff\xff\xff\xfe", 5, true, UINT32_MAX - 1 },
		{ "more", "\x01\0\0\0\0\0\0\0\0\0\0\0", 12, true, UINT32_MAX },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		uint32_t value = 0;
		struct dance_octets content = { (const unsigned char *)rows[i].octets,
			rows[i].size };
		check_true(rows[i].row, der_unsigned(content, &value) == rows[i].readable);
		check_true(rows[i].row, value == rows[i].value);
	}
	bool flag = false;
	assert_false(der_boolean((struct dance_octets){ NULL, 0 }, &flag));
	assert_false(der_boolean((struct dance_octets){ (const unsigned char *)"\1\1", 2 },
		&flag));
	assert_true(der_boolean((struct dance_octets){ (const unsigned char *)"\1", 1 },
		&flag));
	assert_true(flag);
	assert_true(der_boolean((struct dance_octets){ (const unsigned char *)"\0", 1 },
		&flag));
	assert_false(flag);
}

static void contents_are_written_in_one_way(void **state)
{
	(void)state;
	static const struct {
		const char *row, *octets;
		size_t size;
		bool integer, oid, bits;
	} rows[] = {
		{ "nothing", "", 0, false, false, false },
		{ "zero", "\0", 1, true, true, true },
		{ "one", "\1", 1, true, true, false },
		{ "seven bits unused", "\x07\x80", 2, true, false, true },
		{ "eight bits unused", "\x08\x80\x01", 3, true, false, false },
		{ "a positive octet too many", "\0\x7f", 2, false, true, true },
		{ "a sign", "\0\x80\1", 3, true, false, true },
		{ "a negative octet too many", "\xff\x80\1", 3, false, true, false },
		{ "negative", "\xff\x7f", 2, true, true, false },
		{ "a subidentifier cut", "\x2a\x86", 2, true, false, false },
		{ "one that begins with nothing", "\x2a\x80\1", 3, true, false, false },
		{ "nothing at first", "\x80\1", 2, true, false, false },
		{ "nothing within", "\x2a\x81\x80\1", 4, true, true, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dance_octets content = copy_of((const unsigned char *)rows[i].octets,
			rows[i].size);
		check_true(rows[i].row, der_is_integer(content) == rows[i].integer);
		check_true(rows[i].row, der_is_oid(content) == rows[i].oid);
		check_true(rows[i].row, der_is_bits(content) == rows[i].bits);
		free_copy(content);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_taken_one_by_one),
		cmocka_unit_test(lengths_are_definite_and_minimal),
		cmocka_unit_test(what_has_another_tag_stays),
		cmocka_unit_test(numbers_and_booleans_are_read),
		cmocka_unit_test(contents_are_written_in_one_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
