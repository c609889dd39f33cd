/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Base64, of which only one form is taken. */

#include "base64.h"
#include "check.h"

#include <string.h>

static void only_whole_base64_is_taken(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *octets; /* NULL: it is none */
	} rows[] = {
		{ "", "" },
		{ "Zg==", "f" },
		{ "Zm8=", "fo" },
		{ "Zm9v", "foo" },
		{ "Zm9vYg==", "foob" },
		{ "Zm9vYmFy", "foobar" },
		{ "+/+/", "\xfb\xff\xbf" },
		{ "Zg", NULL },
		{ "Zg=", NULL },
		{ "Zh==", NULL },
		{ "Zm9=", NULL },
		{ "Z===", NULL },
		{ "====", NULL },
		{ "=g==", NULL },
		{ "Zm=v", NULL },
		{ "Zm9v=", NULL },
		{ "Zg==Zm9v", NULL },
		{ "Zm9-", NULL },
		{ "Zm 9v", NULL },
		{ "Zm9\n", NULL },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[16];
		size_t size;
		strcpy(text, rows[i].text);
		check_true(rows[i].text,
			base64_read(text, &size) == (rows[i].octets != NULL));
		if (rows[i].octets != NULL) {
			check_true(rows[i].text, size == strlen(rows[i].octets));
			check_true(rows[i].text, memcmp(text, rows[i].octets, size) == 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_whole_base64_is_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
