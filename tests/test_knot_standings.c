/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What names stand like, in numbers. */

#include "check.h"
#include "fake_standings.h"
#include "standings.h"

#include <string.h>

static struct standings of(const struct dance_standing *names, size_t count)
{
	struct standings sum = { 0 };
	fake_rosters[0] = (struct fake_standings){ names, count };
	standings_add_roster(&sum, fake_roster(0));
	return sum;
}

static void check_values(const char *row, const struct standings *seen,
	const struct standings *expected)
{
	for (unsigned i = 0; i < STANDING_COUNT; i++) {
		if (seen->values[i] != expected->values[i]) {
			print_error("%s: %s\n", row, standing_name(i));
		}
		assert_int_equal(seen->values[i], expected->values[i]);
	}
}

static void each_verdict_is_counted_among_some(void **state)
{
	(void)state;
	static const enum standing among[] = {
		[DANCE_UNDECIDED] = STANDING_FAILED,
		[DANCE_ALLOW] = STANDING_USABLE,
		[DANCE_DENY_TRANSPORT] = STANDING_ABSENT,
		[DANCE_DENY_UNPROVEN] = STANDING_ABSENT,
		[DANCE_DENY_CREDENTIAL] = STANDING_ABSENT,
		[DANCE_DENY_NAME] = STANDING_ABSENT,
		[DANCE_DENY_NO_TLSA] = STANDING_ABSENT,
		[DANCE_DENY_INSECURE] = STANDING_INSECURE,
		[DANCE_DENY_UNUSABLE] = STANDING_ABSENT,
		[DANCE_DENY_MISMATCH] = STANDING_ABSENT,
		[DANCE_DENY_CHAIN] = STANDING_ABSENT,
		[DANCE_FAIL_BOGUS] = STANDING_BOGUS,
		[DANCE_FAIL_LOOKUP] = STANDING_FAILED,
		[DANCE_FAIL_TIMEOUT] = STANDING_FAILED,
		[DANCE_FAIL_NOT_READY] = STANDING_FAILED,
		[DANCE_FAIL_INTERNAL] = STANDING_FAILED,
	};
	assert_int_equal(ROWS(among), dance_verdict_count());
	for (unsigned i = 0; i < ROWS(among); i++) {
		struct dance_standing name = { .name = "a.example", .verdict = i };
		struct standings seen = of(&name, 1);
		struct standings expected = { 0 };
		expected.values[STANDING_NAMES] = 1;
		expected.values[among[i]] = 1;
		check_values(dance_verdict_name(i), &seen, &expected);
	}
}

/* The first moment counts, and 0 is none. */
static void the_most_urgent_name_counts(void **state)
{
	(void)state;
	static const struct dance_standing names[] = {
		{ "a.example", DANCE_ALLOW, 1, 500, 0, 0 },
		{ "b.example", DANCE_ALLOW, 2, 400, 9000, 0 },
		{ "c.example", DANCE_ALLOW, 1, 0, 8000, 300 },
		/* Its TTL is that of an answer without records. */
		{ "d.example", DANCE_DENY_NO_TLSA, 0, 100, 8500, 0 },
		{ "e.example", DANCE_FAIL_LOOKUP, 0, 0, 0, 200 },
	};
	struct standings seen = of(names, ROWS(names));
	const struct standings expected = { .values = {
						    [STANDING_NAMES] = 5,
						    [STANDING_USABLE] = 3,
						    [STANDING_ABSENT] = 1,
						    [STANDING_FAILED] = 1,
						    [STANDING_RECORDS] = 4,
						    [STANDING_EXPIRE] = 400,
						    [STANDING_SIGNATURES_END] = 8000,
						    [STANDING_FAILING_SINCE] = 200,
					    } };
	check_values("a roster", &seen, &expected);
	/* The first moment that there is. */
	const struct dance_standing first = { "a.example", DANCE_ALLOW, 1, 1, 1, 1 };
	seen = of(&first, 1);
	assert_int_equal(seen.values[STANDING_EXPIRE], 1);
	assert_int_equal(seen.values[STANDING_SIGNATURES_END], 1);
	assert_int_equal(seen.values[STANDING_FAILING_SINCE], 1);
	standings_add_allow(&seen, 1);
	assert_int_equal(seen.values[STANDING_LAST_ALLOW], 1);
}

static void a_section_without_clients_has_no_names(void **state)
{
	(void)state;
	struct standings sum = { 0 };
	standings_add_roster(&sum, NULL);
	check_values("none", &sum, &(struct standings){ 0 });
}

static void sums_are_added_up(void **state)
{
	(void)state;
	static const struct standings first = { .values = { 5, 1, 1, 1, 1, 1, 2, 400, 0,
							300, 50 } };
	static const struct standings second = { .values = { 6, 2, 1, 1, 1, 1, 3, 500, 9000,
							 200, 60 } };
	static const struct standings expected = { .values = { 11, 3, 2, 2, 2, 2, 5, 400,
							   9000, 200, 60 } };
	struct standings sum = { 0 };
	standings_add(&sum, &first);
	check_values("one", &sum, &first);
	standings_add(&sum, &second);
	check_values("two", &sum, &expected);
	sum = second;
	standings_add(&sum, &first);
	check_values("the other way round", &sum, &expected);
	standings_add(&sum, &(struct standings){ 0 });
	check_values("nothing", &sum, &expected);
	standings_add_allow(&sum, 59);
	check_values("an earlier client", &sum, &expected);
}

static void each_has_a_name_of_its_own(void **state)
{
	static const char *const names[] = { "dance-names", "dance-names-usable",
		"dance-names-absent", "dance-names-insecure", "dance-names-bogus",
		"dance-names-failed", "dance-records-usable",
		"dance-records-expire-timestamp-seconds",
		"dance-signatures-end-timestamp-seconds",
		"dance-lookups-failing-since-timestamp-seconds",
		"dance-last-allow-timestamp-seconds" };
	(void)state;
	for (unsigned i = 0; i < STANDING_COUNT; i++) {
		assert_string_equal(standing_name(i), names[i]);
		assert_int_equal(strncmp(standing_name(i), "dance-", 6), 0);
		for (unsigned j = 0; j < i; j++) {
			assert_string_not_equal(standing_name(i), standing_name(j));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_verdict_is_counted_among_some),
		cmocka_unit_test(the_most_urgent_name_counts),
		cmocka_unit_test(a_section_without_clients_has_no_names),
		cmocka_unit_test(sums_are_added_up),
		cmocka_unit_test(each_has_a_name_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
