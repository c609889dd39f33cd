/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The line about the counters. */

#include "check.h"
#include "heard.h"
#include "stats_event.h"

static void what_happened_is_told(void **state)
{
	(void)state;
	stats_log(0);
	assert_string_equal(heard(), "dance-ask: notice: counters, open 0\n");
	stats_count(STATS_CONNECTIONS);
	stats_count(STATS_QUESTIONS);
	stats_count(STATS_QUESTIONS);
	stats_count(STATS_MALFORMED);
	stats_count(STATS_TURNED_AWAY);
	stats_count_verdict(DANCE_ALLOW);
	stats_count_verdict(DANCE_FAIL_BOGUS);
	stats_count_verdict((enum dance_verdict)1000);
	stats_log(3);
	assert_string_equal(heard(),
		"dance-ask: notice: counters, open 3, connections 1, turned-away 1, "
		"questions 2, malformed 1, allow 1, bogus 1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_happened_is_told, heard_begin,
			heard_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
