/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What all daemons tell of themselves. */

#include "check.h"
#include "fake_standings.h"
#include "metrics.h"
#include "program.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
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

/* What the system says of the process is made up here, as far as it changes by itself. */
int __wrap_getrusage(int who, struct rusage *used);
int __wrap_getrusage(int who, struct rusage *used)
{
	assert_int_equal(who, RUSAGE_SELF);
	*used = (struct rusage){ .ru_utime = { 3, 999999 }, .ru_stime = { 4, 251001 } };
	return 0;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	*now = (struct timespec){ .tv_sec = clock == CLOCK_REALTIME ? 2000000000 :
								      1000000 };
	assert_true(clock == CLOCK_REALTIME || clock == CLOCK_BOOTTIME);
	return 0;
}

/* proc(5): a field of a file, from 1; none of these programs has a blank in its name. */
static uint64_t field_of(const char *path, unsigned number)
{
	char text[1024];
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	const char *field = strtok(text, " ");
	for (unsigned i = 1; i < number; i++) {
		field = strtok(NULL, " ");
	}
	return strtoull(field, NULL, 10);
}

static void the_process_is_ours(void **state)
{
	(void)state;
	unsigned open = 0;
	for (int fd = 0; fd < 1024; fd++) {
		open += fcntl(fd, F_GETFD) >= 0;
	}
	struct rlimit files = { 512, 1024 };
	if (setrlimit(RLIMIT_NOFILE, &files) != 0) {
		skip_because("valgrind keeps limits, and descriptors, of its own");
	}
	assert_int_equal((unsigned)value_of("process_open_fds"), open);
	assert_int_equal((unsigned)value_of("process_max_fds"), 512);
	uint64_t pages = field_of("/proc/self/statm", 2);
	uint64_t memory = (uint64_t)value_of("process_resident_memory_bytes");
	check_range(memory / (uint64_t)sysconf(_SC_PAGESIZE), pages - 200, pages + 200);
	assert_int_equal((uint64_t)value_of("process_start_time_seconds"),
		2000000000 - 1000000 +
			field_of("/proc/self/stat", 22) / (uint64_t)sysconf(_SC_CLK_TCK));
	assert_int_equal((uint64_t)(value_of("process_cpu_seconds_total") * 1000 + 0.5),
		8251);
	char *text = text_of_all();
	assert_non_null(strstr(text, "dance_build_info{program=\"dance-front\",version=\""));
	assert_non_null(strstr(text, "\",openssl=\"3.5.0\"} 1\n"));
	free(text);
}

/* One that libdance does not have yet is not counted, and does no harm. */
static void verdicts_have_their_counters(void **state)
{
	(void)state;
	struct counter verdicts[METRICS_VERDICT_MAX + 1] = { 0 };
	metrics_count_verdict(NULL, DANCE_ALLOW);
	for (unsigned i = 0; i <= METRICS_VERDICT_MAX; i++) {
		metrics_count_verdict(verdicts, (enum dance_verdict)i);
		assert_int_equal(counter_read(&verdicts[i]), i < METRICS_VERDICT_MAX);
	}
}

/* Each name has all states, and is in one of them. */
static void names_have_their_records(void **state)
{
	(void)state;
	static const char *const states[] = { "secure", "absent", "insecure", "unusable",
		"bogus", "lookup" };
	static const struct {
		enum dance_verdict verdict;
		const char *state;
	} rows[] = {
		{ DANCE_ALLOW, "secure" },
		{ DANCE_DENY_NO_TLSA, "absent" },
		{ DANCE_DENY_INSECURE, "insecure" },
		{ DANCE_DENY_UNUSABLE, "unusable" },
		{ DANCE_FAIL_BOGUS, "bogus" },
		{ DANCE_FAIL_LOOKUP, "lookup" },
		{ DANCE_FAIL_TIMEOUT, "lookup" },
		{ DANCE_DENY_MISMATCH, "lookup" },
		{ DANCE_UNDECIDED, "lookup" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct dance_standing names[] = {
			{ "a.example", rows[i].verdict, 0, 0, 0, 0 },
			{ "b.example", rows[i].verdict, 2, 1, 400, 300 },
		};
		fake_rosters[0] = (struct fake_standings){ names, ROWS(names) };
		const struct metrics_roster rosters[] = { { "front", "none", NULL },
			{ "front", "x", fake_roster(0) } };
		struct openmetrics out = { .classic = true };
		char wanted[4096] = "";
		size_t size = 0;
		metrics_write_records(&out, rosters, ROWS(rosters));
#define ADD(...) size += (size_t)snprintf(wanted + size, sizeof(wanted) - size, __VA_ARGS__)
		ADD("# TYPE dance_records_state gauge\n# HELP dance_records_state What DNS says of "
		    "the TLSA records of each listed name.\n");
		for (size_t j = 0; j < 2 * ROWS(states); j++) {
			const char *of = states[j % ROWS(states)];
			ADD("dance_records_state{front=\"x\",name=\"%s\",state=\"%s\"} %d\n",
				names[j / ROWS(states)].name, of,
				strcmp(of, rows[i].state) == 0);
		}
		ADD("# TYPE dance_records_usable gauge\n# HELP dance_records_usable Validated "
		    "records that can be used.\n"
		    "dance_records_usable{front=\"x\",name=\"a.example\"} 0\n"
		    "dance_records_usable{front=\"x\",name=\"b.example\"} 2\n");
		ADD("# TYPE dance_records_expire_timestamp_seconds gauge\n"
		    "# HELP dance_records_expire_timestamp_seconds Until when what DNS has said is "
		    "used.\n"
		    "dance_records_expire_timestamp_seconds{front=\"x\",name=\"b.example\"} 1\n");
		ADD("# TYPE dance_records_signatures_end_timestamp_seconds gauge\n"
		    "# HELP dance_records_signatures_end_timestamp_seconds When the first signature "
		    "over the records ends.\n"
		    "dance_records_signatures_end_timestamp_seconds{front=\"x\","
		    "name=\"b.example\"} 400\n");
		ADD("# TYPE dance_records_failing_since_timestamp_seconds gauge\n"
		    "# HELP dance_records_failing_since_timestamp_seconds Since when lookups have "
		    "failed.\n"
		    "dance_records_failing_since_timestamp_seconds{front=\"x\","
		    "name=\"b.example\"} 300\n");
#undef ADD
		assert_int_equal(out.size, size);
		assert_memory_equal(out.text, wanted, size);
		openmetrics_clear(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reload_that_fails_leaves_the_time_of_the_last_one),
		cmocka_unit_test(lookups_fall_into_buckets),
		cmocka_unit_test(states_are_one_of_their_words),
		cmocka_unit_test(an_anchor_that_is_aging_is_current),
		cmocka_unit_test(the_process_is_ours),
		cmocka_unit_test(verdicts_have_their_counters),
		cmocka_unit_test(names_have_their_records),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
