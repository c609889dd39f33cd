/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Counts of answers, and the places that names share. */

#include "change_counts.h"
#include "check.h"
#include "named.h"

#include <stdio.h>
#include <string.h>

static struct change_counts counts, others;

static uint16_t place(const struct change_counts *of, const char *text)
{
	struct name name = named(text);
	return change_counts_place(of, name.wire, name.size);
}

static void answers_and_changes_are_counted_apart(void **state)
{
	(void)state;
	struct change_count count = { 0, 0 };
	change_count_add(&count, true);
	change_count_add(&count, false);
	change_count_add(&count, false);
	assert_int_equal(change_count_read(&count).answers, 3);
	assert_int_equal(change_count_read(&count).changes, 1);
	/* Whoever compares does so for equality: they may begin again. */
	count = (struct change_count){ UINT32_MAX, UINT32_MAX };
	change_count_add(&count, true);
	assert_int_equal(change_count_read(&count).answers, 0);
	assert_int_equal(change_count_read(&count).changes, 0);
}

static void a_name_has_one_place_and_others_have_others(void **state)
{
	(void)state;
	static bool taken[CHANGE_COUNTS_PLACES];
	unsigned used = 0;
	memset(taken, 0, sizeof(taken));
	assert_true(change_counts_begin(&counts));
	assert_int_equal(place(&counts, "a.example"), place(&counts, "A.Example"));
	for (unsigned i = 0; i < CHANGE_COUNTS_PLACES; i++) {
		char text[32];
		snprintf(text, sizeof(text), "x%u.example", i);
		uint16_t at = place(&counts, text);
		assert_true(at < CHANGE_COUNTS_PLACES);
		used += !taken[at];
		taken[at] = true;
	}
	assert_true(used > CHANGE_COUNTS_PLACES / 2); /* about 63 of 100, if by chance */
}

static void any_mark_may_be_passed(void **state)
{
	(void)state;
	struct change_count some[3] = { { 0, 0 }, { 7, 2 }, { UINT32_MAX, 0 } };
	for (size_t i = 0; i < ROWS(some); i++) {
		struct change_mark marks[ROWS(some)];
		for (size_t j = 0; j < ROWS(some); j++) {
			marks[j] = (struct change_mark){ &some[j], some[j].answers };
		}
		assert_false(change_marks_are_passed(marks, ROWS(marks)));
		assert_false(change_marks_are_passed(marks, 0));
		change_count_add(&some[i], false);
		assert_true(change_marks_are_passed(marks, ROWS(marks)));
		assert_int_equal(change_marks_are_passed(marks, i), false);
	}
}

/* Nobody can choose names that share a place with another one's. */
static void no_two_contexts_have_the_same_places(void **state)
{
	(void)state;
	unsigned same = 0;
	assert_true(change_counts_begin(&counts));
	assert_true(change_counts_begin(&others));
	for (unsigned i = 0; i < 100; i++) {
		char text[32];
		snprintf(text, sizeof(text), "x%u.example", i);
		same += place(&counts, text) == place(&others, text);
	}
	assert_true(same < 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_and_changes_are_counted_apart),
		cmocka_unit_test(a_name_has_one_place_and_others_have_others),
		cmocka_unit_test(any_mark_may_be_passed),
		cmocka_unit_test(no_two_contexts_have_the_same_places),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
