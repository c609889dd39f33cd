/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A reason: one printable line, of a bounded size. */

#include "../check.h"

#include <string.h>

#include "reason.h"

static void test_a_reason_is_one_printable_line(void **state)
{
	(void)state;
	char why[DANCE_ERROR_SIZE];
	assert_false(reason_say(why, "%s: %d", "a\nb\033\xc3\xa4~", 7));
	assert_string_equal(why, "a?b???~: 7");
}

static void test_what_does_not_fit_is_cut(void **state)
{
	(void)state;
	struct {
		char why[DANCE_ERROR_SIZE], after;
	} place = { .after = '!' };
	char most[DANCE_ERROR_SIZE + 1];
	memset(most, 'a', sizeof(most) - 1);
	most[DANCE_ERROR_SIZE] = '\0';
	assert_false(reason_say(place.why, "%s", most));
	most[DANCE_ERROR_SIZE - 1] = '\0';
	assert_string_equal(place.why, most);
	assert_int_equal(place.after, '!');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_reason_is_one_printable_line),
		cmocka_unit_test(test_what_does_not_fit_is_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
