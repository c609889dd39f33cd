/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * A line is logged once for all zones that come to it at about the same time. */

#include <stdio.h>
#include <time.h>

#include "check.h"
#include "log_once.h"

static const char one[] = "\3one", two[] = "\3two";

static _Atomic long seconds = 1000;

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	assert_int_equal(clock, CLOCK_MONOTONIC);
	*now = (struct timespec){ .tv_sec = seconds };
	return 0;
}

static bool seen(const void *scope, const char *zone, const char *line)
{
	return log_once_seen(scope, zone, 4, line);
}

static void other_zones_need_not_log_it_and_the_same_one_logs_it_again(void **state)
{
	(void)state;
	assert_false(seen(one, one, "a line"));
	assert_true(seen(one, two, "a line"));
	assert_true(seen(one, two, "a line"));
	assert_false(seen(one, one, "a line"));
	assert_true(seen(one, two, "a line"));
}

static void another_scope_and_another_line_are_others(void **state)
{
	(void)state;
	assert_false(seen(one, one, "a line for one"));
	assert_false(seen(two, two, "a line for one"));
	assert_false(seen(one, two, "a line for two"));
	assert_true(seen(one, two, "a line for one"));
	/* They differ in the first octet alone. */
	assert_false(seen(one, one, "1 line"));
	assert_false(seen(one, two, "2 line"));
	/* What stands behind the name of a zone is not of the name. */
	assert_false(seen(one, "\3twoX", "of two"));
	assert_false(seen(one, "\3twoY", "of two"));
}

static void with_more_lines_than_there_is_room_for_all_are_logged(void **state)
{
	(void)state;
	char line[32];
	for (unsigned i = 0; i < 3 * LOG_ONCE_MAX; i++) {
		snprintf(line, sizeof(line), "line %u", i);
		assert_false(seen(one, one, line));
		assert_true(seen(one, two, line));
	}
}

/* Ten seconds after the last zone that came to it. */
static void later_it_is_logged_again(void **state)
{
	(void)state;
	assert_false(seen(one, one, "news"));
	seconds += 9;
	assert_true(seen(one, two, "news"));
	seconds += 9;
	assert_true(seen(one, two, "news"));
	seconds += 10;
	assert_false(seen(one, two, "news"));
	assert_true(seen(one, one, "news"));
}

/* The one that was seen last, that long ago, goes. */
static void the_oldest_makes_room(void **state)
{
	(void)state;
	char line[32];
	seconds += 100;
	for (unsigned i = 0; i < LOG_ONCE_MAX; i++) {
		snprintf(line, sizeof(line), "kept %u", i);
		seconds = seconds + (i == LOG_ONCE_MAX - 1);
		assert_false(seen(one, one, line));
	}
	for (unsigned i = 0; i < LOG_ONCE_MAX; i++) {
		snprintf(line, sizeof(line), "kept %u", i);
		if (i != LOG_ONCE_MAX / 2) {
			assert_true(seen(one, two, line));
		}
	}
	assert_false(seen(one, one, "another"));
	for (unsigned i = 0; i < LOG_ONCE_MAX; i++) {
		snprintf(line, sizeof(line), "kept %u", i);
		if (i != LOG_ONCE_MAX / 2) {
			assert_true(seen(one, two, line));
		}
	}
	snprintf(line, sizeof(line), "kept %u", LOG_ONCE_MAX / 2);
	assert_false(seen(one, two, line));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_zones_need_not_log_it_and_the_same_one_logs_it_again),
		cmocka_unit_test(another_scope_and_another_line_are_others),
		cmocka_unit_test(with_more_lines_than_there_is_room_for_all_are_logged),
		cmocka_unit_test(later_it_is_logged_again),
		cmocka_unit_test(the_oldest_makes_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
