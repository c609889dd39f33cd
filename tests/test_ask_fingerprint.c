/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Digests as Postfix and others write them. */

#include "check.h"
#include "fingerprint.h"

#include <stdio.h>
#include <string.h>

static void digits_are_read_with_colons_or_without(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t size;
	} rows[] = {
		{ "", 0 },
		{ "d4", 1 },
		{ "D4:3e", 2 },
		{ "D43E", 2 },
		{ "D4:", 0 },
		{ ":D4", 0 },
		{ "D4:3", 0 },
		{ "D43", 0 },
		{ "D4:3E4F", 0 },
		{ "D43E:4F", 0 },
		{ "D4::3E", 0 },
		{ "G4", 0 },
		{ "D4 3E", 0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		unsigned char digest[DANCE_SHA256_SIZE];
		size_t size = fingerprint_read(rows[i].text, digest);
		check_true(rows[i].text, size == rows[i].size);
		if (size > 0) {
			check_true(rows[i].text, digest[0] == 0xd4);
		}
		if (size > 1) {
			check_true(rows[i].text, digest[1] == 0x3e);
		}
	}
}

static void the_size_is_told_and_has_a_bound(void **state)
{
	(void)state;
	for (size_t size = 1; size <= FINGERPRINT_SIZE_MAX + 1; size++) {
		unsigned char digest[DANCE_SHA256_SIZE + 1];
		char text[3 * (FINGERPRINT_SIZE_MAX + 1) + 1] = "";
		for (size_t i = 0; i < size; i++) {
			snprintf(text + strlen(text), 4, "%s%02zX", i > 0 ? ":" : "", i);
		}
		memset(digest, 0xaa, sizeof(digest));
		assert_int_equal(fingerprint_read(text, digest),
			size <= FINGERPRINT_SIZE_MAX ? size : 0);
		for (size_t i = 0; i < size && i < DANCE_SHA256_SIZE; i++) {
			assert_int_equal(digest[i], i);
		}
		assert_int_equal(digest[DANCE_SHA256_SIZE], 0xaa);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_are_read_with_colons_or_without),
		cmocka_unit_test(the_size_is_told_and_has_a_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
