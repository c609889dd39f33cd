/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What has been judged is remembered by the serial number of the knowledge, and never a yes. */

#include "check.h"
#include "verdict_memo.h"
#include "verdict.h"

#include <string.h>

static struct verdict_memo memo;

static bool keep(uint64_t serial, enum dance_verdict verdict)
{
	struct dance_result result = { .size = sizeof(result) };
	unsigned before = memo.count;
	result_begin(&result);
	result_say(&result, verdict, "number %u", (unsigned)serial);
	verdict_memo_keep(&memo, serial, &result);
	return memo.count > before;
}

static void a_no_is_recalled_with_its_reason(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result) };
	memo.count = 0;
	result_begin(&result);
	assert_false(verdict_memo_recall(&memo, 0, &result));
	assert_true(keep(7, DANCE_DENY_MISMATCH));
	assert_true(keep(8, DANCE_DENY_CHAIN));
	assert_true(verdict_memo_recall(&memo, 7, &result));
	check_verdict(result.verdict, DANCE_DENY_MISMATCH);
	assert_string_equal(result.detail, "number 7");
	assert_true(verdict_memo_recall(&memo, 8, &result));
	check_verdict(result.verdict, DANCE_DENY_CHAIN);
	assert_string_equal(result.detail, "number 8");
	assert_true(keep(6, DANCE_DENY_UNUSABLE)); /* in whatever order */
	assert_true(verdict_memo_recall(&memo, 6, &result));
	check_verdict(result.verdict, DANCE_DENY_UNUSABLE);
	assert_true(verdict_memo_recall(&memo, 8, &result));
	assert_false(verdict_memo_recall(&memo, 9, &result));
	assert_string_equal(result.detail, "number 8");
}

static void nothing_but_a_proved_no_is_kept(void **state)
{
	(void)state;
	memo.count = 0;
	for (unsigned i = 0; i < VERDICT_COUNT; i++) {
		enum dance_verdict verdict = (enum dance_verdict)i;
		bool kept = keep(i, verdict);
		assert_false(kept && verdict == DANCE_ALLOW);
		assert_int_equal(kept,
			verdict != DANCE_UNDECIDED &&
				dance_verdict_class(verdict) == DANCE_CLASS_DENY);
	}
}

static void no_more_is_kept_than_there_is_room_for(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result) };
	memo.count = 0;
	for (uint64_t i = 1; i <= VERDICT_MEMO_MAX; i++) {
		assert_true(keep(i, DANCE_DENY_MISMATCH));
	}
	assert_false(keep(VERDICT_MEMO_MAX + 1, DANCE_DENY_MISMATCH));
	assert_false(verdict_memo_recall(&memo, VERDICT_MEMO_MAX + 1, &result));
	assert_true(verdict_memo_recall(&memo, 1, &result));
	assert_true(verdict_memo_recall(&memo, VERDICT_MEMO_MAX, &result));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_no_is_recalled_with_its_reason),
		cmocka_unit_test(nothing_but_a_proved_no_is_kept),
		cmocka_unit_test(no_more_is_kept_than_there_is_room_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
