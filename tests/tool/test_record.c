/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Records as text: what no command line is long enough for. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_longest_record_is_taken_and_no_longer_one),
		cmocka_unit_test(test_what_is_read_is_printed),
	};
	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
