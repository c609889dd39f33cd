/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Records as text, and the words for their fields. */

#include "../check.h"

#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "zone_text.h"

static unsigned fail_at; /* the allocation that fails, from 1; 0: none does */

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return fail_at != 0 && --fail_at == 0 ? NULL : __real_malloc(size);
}

/* A record with so many octets of data. */
static bool read_long(size_t size, struct dance_tlsa *record, char why[DANCE_ERROR_SIZE])
{
	static const char start[] = "3 1 0 ";
	char *text = malloc(sizeof(start) + 2 * size);
	assert_non_null(text);
	strcpy(text, start);
	memset(text + strlen(start), 'a', 2 * size);
	text[strlen(start) + 2 * size] = '\0';
	bool read = record_from_text(text, record, why);
	free(text);
	return read;
}

static void test_the_longest_record_is_taken_and_no_longer_one(void **state)
{
	(void)state;
	struct dance_tlsa record;
	char why[DANCE_ERROR_SIZE];
	assert_true(read_long(RECORD_DATA_MAX, &record, why));
	assert_int_equal(record.size, 65532);
	assert_int_equal(record.data[65531], 0xaa);
	record_clear(&record);
	assert_null(record.data);

	assert_false(read_long(RECORD_DATA_MAX + 1, &record, why));
	assert_string_equal(why, "its data is too long for a record");
	assert_null(record.data);
}

static void test_what_is_read_is_printed(void **state)
{
	(void)state;
	static const char text[] = "TLSA 255 0 17 00ff10";
	struct dance_tlsa record;
	char why[DANCE_ERROR_SIZE];
	assert_true(record_from_text(text, &record, why));
	char *printed;
	size_t size;
	FILE *out = open_memstream(&printed, &size);
	assert_non_null(out);
	record_print(out, &record);
	fclose(out);
	assert_string_equal(printed, text);
	free(printed);
	record_clear(&record);
}

/* How a record is printed again, or why it is none. */
static char *read_and_print(const char *text)
{
	struct dance_tlsa record;
	char why[DANCE_ERROR_SIZE] = "", *printed;
	size_t size;
	FILE *out = open_memstream(&printed, &size);
	assert_non_null(out);
	if (record_from_text(text, &record, why)) {
		assert_string_equal(why, "");
		record_print(out, &record);
		record_clear(&record);
	} else {
		fputs(why, out);
		assert_int_equal(record.usage + record.selector + record.matching, 0);
	}
	assert_null(record.data);
	assert_int_equal(record.size, 0);
	fclose(out);
	return printed;
}

static void test_texts_of_records(void **state)
{
	(void)state;
	static const struct {
		const char *text, *printed;
	} rows[] = {
		{ "3 1 1 aF09", "TLSA 3 1 1 af09" },
		{ "3 1 1 A B c D", "TLSA 3 1 1 abcd" },
		{ "3 1 1 0 0", "TLSA 3 1 1 00" },
		{ "  3\t1  1 ( 01\n 02 ) ; so", "TLSA 3 1 1 0102" },
		{ "0 0 0 00", "TLSA 0 0 0 00" },
		{ "255 254 253 9fFA", "TLSA 255 254 253 9ffa" },
		{ "003 01 1 01", "TLSA 3 1 1 01" },
		{ "PKIX-TA Cert Full 01", "TLSA 0 0 0 01" },
		{ "pkix-ee SPKI sha256 01", "TLSA 1 1 1 01" },
		{ "dane-ta spki SHA2-256 01", "TLSA 2 1 1 01" },
		{ "dane-ee spki sha512 01", "TLSA 3 1 2 01" },
		{ "dane-ee cert sha2-512 01", "TLSA 3 0 2 01" },
		{ "TLSA 3 1 1 01", "TLSA 3 1 1 01" },
		{ "tlsa 3 1 1 01", "TLSA 3 1 1 01" },
		{ "TYPE52 3 1 1 01", "TLSA 3 1 1 01" },
		{ "IN TLSA 3 1 1 01", "TLSA 3 1 1 01" },
		{ "a.example. TLSA 3 1 1 01", "TLSA 3 1 1 01" },
		{ "a.example. IN TLSA 3 1 1 01", "TLSA 3 1 1 01" },
		{ "a.example. 3600 TLSA 3 1 1 01", "TLSA 3 1 1 01" },
		{ "a.example. 3600 IN TLSA 3 1 1 01", "TLSA 3 1 1 01" },
		{ "a.example. CLASS1 1h TLSA 3 1 1 01", "TLSA 3 1 1 01" },
		{ "tlsa IN TLSA 3 1 1 01", "TLSA 3 1 1 01" },
		{ "tlsa 60 IN TLSA 3 1 1 01", "TLSA 3 1 1 01" },
		{ "in TLSA TLSA 3 1 1 01", "'TLSA' is not a certificate usage" },
		{ "TLSA TLSA 3 1 1 01", "TLSA 3 1 1 01" },
		{ "a 1 IN IN TLSA 3 1 1 01", "'a' is not a certificate usage" },
		{ "a.example. CH TLSA 3 1 1 01", "'a.example.' is not a certificate usage" },
		{ "TLSA \\# 4 03010101", "TLSA 3 1 1 01" },
		{ "\\# 5 03 01 02 ff 0 1", "TLSA 3 1 2 ff01" },
		{ "a. IN TYPE52 \\# 4 000000 aa", "TLSA 0 0 0 aa" },
		{ "", "it has no certificate usage" },
		{ "TLSA", "it has no certificate usage" },
		{ "3", "it has no selector" },
		{ "3 1", "it has no matching type" },
		{ "3 1 1", "it has no data" },
		{ "3 1 1 0", "its data has an odd number of hex digits" },
		{ "3 1 1 00 0", "its data has an odd number of hex digits" },
		{ "3 1 1 0g", "its data contains a character that is not a hex digit" },
		{ "3 1 1 0:", "its data contains a character that is not a hex digit" },
		{ "3 1 1 0/", "its data contains a character that is not a hex digit" },
		{ "3 1 1 0@", "its data contains a character that is not a hex digit" },
		{ "3 1 1 0`", "its data contains a character that is not a hex digit" },
		{ "3 1 1 0G", "its data contains a character that is not a hex digit" },
		{ "256 1 1 01", "'256' is not a certificate usage" },
		{ "0003 1 1 01", "'0003' is not a certificate usage" },
		{ "999 1 1 01", "'999' is not a certificate usage" },
		{ "-1 1 1 01", "'-1' is not a certificate usage" },
		{ "3: 1 1 01", "'3:' is not a certificate usage" },
		{ "/ 1 1 01", "'/' is not a certificate usage" },
		{ "dane 1 1 01", "'dane' is not a certificate usage" },
		{ "dane-eee 1 1 01", "'dane-eee' is not a certificate usage" },
		{ "3 spk 1 01", "'spk' is not a selector" },
		{ "3 cert sha1 01", "'sha1' is not a matching type" },
		{ "3 1 abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl 0",
			"'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl' is not "
			"a matching type" },
		{ "3 1 abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm 0",
			"'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl' is not "
			"a matching type" },
		{ "3 1 \xc3\xa4 0",
			"'?"
			"?' is not a matching type" },
		{ "\\#", "the length of its data is missing" },
		{ "\\# x 03010101", "the length of its data is missing" },
		{ "\\# 65536 03010101", "the length of its data is missing" },
		{ "\\# 3 03010101", "its data does not have the stated length" },
		{ "\\# 5 03010101", "its data does not have the stated length" },
		{ "\\# 3 030101", "it has no data" },
		{ "\\# 0", "it has no data" },
		{ "\\# 4 0301010", "its data has an odd number of hex digits" },
		{ "3 1 1 01\n31 02", "TLSA 3 1 1 013102" },
		{ "3 1 1 01)\n3 1 1 02 (", "it is more than one record" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *printed = read_and_print(rows[i].text);
		assert_string_equal(printed, rows[i].printed);
		free(printed);
	}
}

static void test_a_record_has_so_many_words(void **state)
{
	(void)state;
	static char text[16 + 2 * ZONE_TEXT_WORD_MAX];
	for (size_t words = ZONE_TEXT_WORD_MAX - 1; words < ZONE_TEXT_WORD_MAX + 2;
		words++) {
		strcpy(text, "3 1 1");
		for (size_t i = 3; i < words; i++) {
			strcat(text, " a");
		}
		char *printed = read_and_print(text);
		const char *expected = words > ZONE_TEXT_WORD_MAX ?
			"it has too many words" :
			(words - 3) % 2 != 0 ? "its data has an odd number of hex digits" :
					       "TLSA 3 1 1 aa";
		assert_memory_equal(printed, expected, strlen(expected));
		free(printed);
	}
}

static void test_words_of_fields(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int usage, selector, matching; /* -1: it is none */
	} rows[] = {
		{ "0", 0, 0, 0 },
		{ "1", 1, 1, 1 },
		{ "2", 2, -1, 2 },
		{ "3", 3, -1, -1 },
		{ "4", -1, -1, -1 },
		{ "255", -1, -1, -1 },
		{ "", -1, -1, -1 },
		{ "dane-ee", 3, -1, -1 },
		{ "spki", -1, 1, -1 },
		{ "sha2-512", -1, -1, 2 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		uint8_t value = 9;
		bool read = record_usage(rows[i].text, &value);
		check_true(rows[i].text, (read ? value : -1) == rows[i].usage);
		read = record_selector(rows[i].text, &value);
		check_true(rows[i].text, (read ? value : -1) == rows[i].selector);
		read = record_matching(rows[i].text, &value);
		check_true(rows[i].text, (read ? value : -1) == rows[i].matching);
	}
}

static void test_lists_of_usages(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int usages; /* -1: it is no list */
	} rows[] = {
		{ "pkix-ta", DANCE_PKIX_TA },
		{ "1", DANCE_PKIX_EE },
		{ "dane-ta,DANE-EE", DANCE_DANE_TA | DANCE_DANE_EE },
		{ "0,1,2,3", DANCE_PKIX_TA | DANCE_PKIX_EE | DANCE_DANE_TA | DANCE_DANE_EE },
		{ "3,3", DANCE_DANE_EE },
		{ "4", -1 },
		{ "3,4", -1 },
		{ "", -1 },
		{ "3,", -1 },
		{ ",3", -1 },
		{ "3, 2", -1 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		unsigned usages = 0xff;
		bool read = record_usages(rows[i].text, &usages);
		check_true(rows[i].text, (read ? (int)usages : -1) == rows[i].usages);
	}
}

static void test_without_memory_there_is_no_record(void **state)
{
	(void)state;
	for (unsigned at = 1; at <= 2; at++) {
		fail_at = at;
		struct dance_tlsa record = { .usage = 7,
			.data = (const unsigned char *)"x" };
		char why[DANCE_ERROR_SIZE];
		assert_false(record_from_text("3 1 1 00", &record, why));
		assert_string_equal(why, "out of memory");
		assert_null(record.data);
		assert_int_equal(record.usage, 0);
	}
}

/* RFC 3597 5 */
static void test_what_is_too_short_is_printed_as_data(void **state)
{
	(void)state;
	static const unsigned char data[] = { 3, 0x0f, 0xf0 };
	for (size_t i = 0; i <= sizeof(data); i++) {
		char *printed;
		size_t size;
		FILE *out = open_memstream(&printed, &size);
		record_print_generic(out, &(struct dance_tlsa){ .data = data, .size = i });
		fclose(out);
		assert_string_equal(printed,
			i == 0         ? "TLSA \\# 0" :
				i == 1 ? "TLSA \\# 1 03" :
				i == 2 ? "TLSA \\# 2 030f" :
					 "TLSA \\# 3 030ff0");
		free(printed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_longest_record_is_taken_and_no_longer_one),
		cmocka_unit_test(test_what_is_read_is_printed),
		cmocka_unit_test(test_texts_of_records),
		cmocka_unit_test(test_a_record_has_so_many_words),
		cmocka_unit_test(test_words_of_fields),
		cmocka_unit_test(test_lists_of_usages),
		cmocka_unit_test(test_without_memory_there_is_no_record),
		cmocka_unit_test(test_what_is_too_short_is_printed_as_data),
	};
	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
