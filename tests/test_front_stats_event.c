/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The line about the counters, read from standard error. */

#include "check.h"
#include "verdict.h"
#include "heard.h"
#include "log.h"
#include "stats_event.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What stats_log() says. */
static const char *told(void)
{
	stats_log(0);
	return heard();
}

/* Counters are of the whole program: the cases build on one another. */
static void what_never_happened_is_not_told(void **state)
{
	(void)state;
	assert_string_equal(told(), "dance-front: notice: counters, open 0\n");
}

static void events_and_verdicts_are_counted(void **state)
{
	(void)state;
	stats_count(STATS_QUERIES);
	stats_count(STATS_CONNECTIONS);
	stats_count(STATS_QUERIES);
	stats_count_verdict(DANCE_ALLOW);
	stats_count_verdict(DANCE_FAIL_TIMEOUT);
	stats_count_verdict(VERDICT_COUNT); /* none: not counted */
	assert_string_equal(told(),
		"dance-front: notice: counters, open 0, connections 1, queries 2, "
		"allow 1, timeout 1\n");
	/* They go on from there. */
	stats_count_verdict(DANCE_ALLOW);
	assert_non_null(strstr(told(), "queries 2, allow 2, timeout 1\n"));
}

static void each_has_its_name_and_all_fit(void **state)
{
	(void)state;
	static const char *const names[] = { "connections", "turned-away",
		"failed-handshakes", "queries", "not-passed", "unanswered",
		"answered-refused", "answered-failed", "streams", "streams-closed" };
	assert_int_equal(ROWS(names), STATS_EVENT_COUNT);
	for (unsigned i = 0; i < STATS_EVENT_COUNT; i++) {
		stats_count((enum stats_event)i);
	}
	for (unsigned i = 0; i < VERDICT_COUNT; i++) {
		stats_count_verdict((enum dance_verdict)i);
	}
	const char *line = told();
	char part[64];
	for (unsigned i = 0; i < STATS_EVENT_COUNT; i++) {
		snprintf(part, sizeof(part), ", %s ", names[i]);
		check_true(part, strstr(line, part) != NULL);
	}
	for (unsigned i = 0; i < VERDICT_COUNT; i++) {
		snprintf(part, sizeof(part), ", %s ",
			dance_verdict_name((enum dance_verdict)i));
		check_true(part, strstr(line, part) != NULL);
	}
	assert_int_equal(line[strlen(line) - 1], '\n');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_never_happened_is_not_told,
			heard_begin, heard_end),
		cmocka_unit_test_setup_teardown(events_and_verdicts_are_counted,
			heard_begin, heard_end),
		cmocka_unit_test_setup_teardown(each_has_its_name_and_all_fit, heard_begin,
			heard_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
