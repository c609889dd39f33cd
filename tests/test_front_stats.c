/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The line about the counters, read from standard error. */

#include "check.h"
#include "verdict.h"
#include "log.h"
#include "stats.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int kept, reading;

static int begin(void **state)
{
	(void)state;
	int ends[2];
	kept = dup(STDERR_FILENO);
	if (kept < 0 || pipe(ends) != 0 || dup2(ends[1], STDERR_FILENO) < 0) {
		return -1;
	}
	close(ends[1]);
	reading = ends[0];
	unsetenv("JOURNAL_STREAM");
	log_set(false, LEVEL_INFO);
	return 0;
}

static int end(void **state)
{
	(void)state;
	close(reading);
	return dup2(kept, STDERR_FILENO) < 0 ? -1 : close(kept);
}

/* What stats_log() says. It is one line, which is written at once. */
static const char *told(void)
{
	static char text[2048];
	stats_log();
	ssize_t size = read(reading, text, sizeof(text) - 1);
	text[size > 0 ? size : 0] = '\0';
	return text;
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
		"answered-refused", "answered-failed" };
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
		cmocka_unit_test_setup_teardown(what_never_happened_is_not_told, begin, end),
		cmocka_unit_test_setup_teardown(events_and_verdicts_are_counted, begin, end),
		cmocka_unit_test_setup_teardown(each_has_its_name_and_all_fit, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
