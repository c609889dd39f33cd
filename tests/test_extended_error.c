/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What DNS answers tell of each verdict. */

#include <string.h>

#include "../modules/extended_error.h"
#include "verdict.h"
#include "check.h"

/* By number, as in RFC 8914 4 and in the manuals. Every other failure is 0. */
static const struct {
	enum dance_verdict verdict;
	int code;
} failures[] = {
	{ DANCE_FAIL_BOGUS, 6 },
	{ DANCE_FAIL_LOOKUP, 22 },
	{ DANCE_FAIL_TIMEOUT, 23 },
	{ DANCE_FAIL_NOT_READY, 14 },
};

static int expected(enum dance_verdict verdict)
{
	for (size_t i = 0; i < ROWS(failures); i++) {
		if (failures[i].verdict == verdict) {
			return failures[i].code;
		}
	}
	return dance_verdict_class(verdict) == DANCE_CLASS_FAIL ? 0 : 18;
}

static void each_verdict_has_its_code_and_a_text_that_fits(void **state)
{
	(void)state;
	for (int i = 0; i <= VERDICT_COUNT; i++) {
		enum dance_verdict verdict = (enum dance_verdict)i;
		assert_int_equal(extended_error(verdict), expected(verdict));
		size_t size = strlen(dance_verdict_text(verdict));
		assert_true(size > 0 && size <= EXTENDED_ERROR_TEXT_MAX);
	}
	assert_int_equal(extended_error((enum dance_verdict) - 1), 18);
	assert_int_equal(extended_error((enum dance_verdict)1000), 18);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_verdict_has_its_code_and_a_text_that_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
