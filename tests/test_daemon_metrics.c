/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What all daemons tell of themselves. */

#include "check.h"
#include "metrics.h"
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const char program_name[] = "dance-front";

static char *text_of_all(void)
{
	struct openmetrics out = { .classic = false };
	metrics_write_daemon(&out, "openssl", "3.5.0");
	openmetrics_end(&out);
	assert_false(out.failed);
	char *text = strndup(out.text, out.size);
	openmetrics_clear(&out);
	return text;
}

/* The value of this series now. */
static double value_of(const char *series)
{
	char *text = text_of_all();
	char line[128];
	snprintf(line, sizeof(line), "\n%s ", series);
	const char *at = strstr(text, line);
	if (at == NULL) {
		fail_msg("%s", series);
	}
	double value = strtod(at + strlen(line), NULL);
	free(text);
	return value;
}

static void lookups_fall_into_buckets(void **state)
{
	(void)state;
	static const unsigned took[] = { 0, 5, 6, 500, 501, 10000, 10001, UINT32_MAX };
	uint64_t sum = 0;
	for (size_t i = 0; i < ROWS(took); i++) {
		metrics_looked_up(NULL, i == 0 ? DANCE_FAIL_BOGUS : DANCE_ALLOW, took[i]);
		sum += took[i];
	}
	static const struct {
		const char *series;
		unsigned value;
	} rows[] = {
		{ "dance_lookups_total{result=\"bogus\"}", 1 },
		{ "dance_lookups_total{result=\"secure\"}", 7 },
		{ "dance_lookups_total{result=\"timeout\"}", 0 },
		{ "dance_lookup_seconds_bucket{le=\"0.005\"}", 2 },
		{ "dance_lookup_seconds_bucket{le=\"0.01\"}", 3 },
		{ "dance_lookup_seconds_bucket{le=\"0.5\"}", 4 },
		{ "dance_lookup_seconds_bucket{le=\"1.0\"}", 5 },
		{ "dance_lookup_seconds_bucket{le=\"10.0\"}", 6 },
		{ "dance_lookup_seconds_bucket{le=\"+Inf\"}", 8 },
		{ "dance_lookup_seconds_count", 8 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		double value = value_of(rows[i].series);
		if ((unsigned)value != rows[i].value) {
			fail_msg("%s: %f", rows[i].series, value);
		}
	}
	assert_int_equal((uint64_t)(value_of("dance_lookup_seconds_sum") * 1000 + 0.5),
		sum);
}

static void states_are_one_of_their_words(void **state)
{
	(void)state;
	static const char *const words[] = { [DANCE_ANCHOR_MISSING] = "missing",
		[DANCE_ANCHOR_OUTDATED] = "outdated",
		[DANCE_ANCHOR_CURRENT] = "current" };
	for (size_t is = 0; is < ROWS(words); is++) {
		metrics_anchored(NULL, (enum dance_anchor)is);
		for (size_t i = 0; i < ROWS(words); i++) {
			char series[64];
			snprintf(series, sizeof(series),
				"dance_trust_anchor_state{state=\"%s\"}", words[i]);
			assert_int_equal((int)value_of(series), i == is);
		}
	}
}

/* Its keys can be used, and the root is about to replace one. */
static void an_anchor_that_is_aging_is_current(void **state)
{
	(void)state;
	for (unsigned is = DANCE_ANCHOR_MISSING; is <= DANCE_ANCHOR_AGING; is++) {
		metrics_anchored(NULL, (enum dance_anchor)is);
		assert_int_equal((int)value_of("dance_trust_anchor_aging"),
			is == DANCE_ANCHOR_AGING);
		assert_int_equal((int)value_of("dance_trust_anchor_state{state=\"current\"}"),
			is == DANCE_ANCHOR_AGING || is == DANCE_ANCHOR_CURRENT);
	}
}

static void a_reload_that_fails_leaves_the_time_of_the_last_one(void **state)
{
	(void)state;
	static const char success[] = "dance_config_last_reload_success";
	static const char when[] = "dance_config_last_reload_success_timestamp_seconds";
	assert_int_equal((int)value_of(success), 0);
	metrics_configured(true);
	assert_int_equal((int)value_of(success), 1);
	double since = value_of(when);
	assert_true(since >= (double)time(NULL) - 60 && since <= (double)time(NULL));
	metrics_configured(false);
	assert_int_equal((int)value_of(success), 0);
	assert_true(value_of(when) >= since - 0.5 && value_of(when) <= since + 0.5);
}

static void the_process_is_ours(void **state)
{
	(void)state;
	double before = value_of("process_open_fds");
	int more = dup(STDERR_FILENO);
	assert_int_equal((int)(value_of("process_open_fds") - before), 1);
	close(more);
	assert_true(value_of("process_max_fds") >= before);
	double memory = value_of("process_resident_memory_bytes");
	assert_true(memory > 500e3 && memory < 4e9);
	double started = value_of("process_start_time_seconds");
	assert_true(started > (double)time(NULL) - 600 && started < (double)time(NULL) + 5);
	assert_true(value_of("process_cpu_seconds_total") < 600);
	char *text = text_of_all();
	assert_non_null(strstr(text, "dance_build_info{program=\"dance-front\",version=\""));
	assert_non_null(strstr(text, "\",openssl=\"3.5.0\"} 1\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reload_that_fails_leaves_the_time_of_the_last_one),
		cmocka_unit_test(lookups_fall_into_buckets),
		cmocka_unit_test(states_are_one_of_their_words),
		cmocka_unit_test(an_anchor_that_is_aging_is_current),
		cmocka_unit_test(the_process_is_ours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
