/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Files that hold a trust anchor, and files that do not. */

#include "check.h"
#include "trust_anchor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/dance-anchor-XXXXXX";

static int make(void **state)
{
	(void)state;
	int file = mkstemp(path);
	return file < 0 ? -1 : close(file);
}

static int clear(void **state)
{
	(void)state;
	return unlink(path);
}

static bool check(const char *text, char why[DANCE_ERROR_SIZE])
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return trust_anchor_check(path, why);
}

static void a_record_will_do(void **state)
{
	(void)state;
	static const char *const texts[] = {
		". IN DS 20326 8 2 E06D",
		"; a comment\n\n.\t172800\tIN\tDNSKEY\t257 3 8 AwEA\n",
		". DS 1 13 2 00 ; a comment behind it",
	};
	char why[DANCE_ERROR_SIZE];
	for (size_t i = 0; i < ROWS(texts); i++) {
		check_true(texts[i], check(texts[i], why));
	}
}

static void without_one_nothing_would_be_validated(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "\n\n", "; . IN DS 20326 8 2 E06D",
		". IN NS a.root-servers.net.\n" };
	char why[DANCE_ERROR_SIZE];
	for (size_t i = 0; i < ROWS(texts); i++) {
		check_true(texts[i], !check(texts[i], why));
		check_true(texts[i], strstr(why, "no DS or DNSKEY record") != NULL);
		check_true(texts[i], strstr(why, path) != NULL);
	}
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
	(void)state;
	char why[DANCE_ERROR_SIZE];
	assert_false(trust_anchor_check("/tmp/dance-no-such-file", why));
	assert_string_equal(why,
		"trust anchor /tmp/dance-no-such-file: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_will_do),
		cmocka_unit_test(without_one_nothing_would_be_validated),
		cmocka_unit_test(a_file_that_cannot_be_read_is_named),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
