/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a daemon's log writes to standard error, which here is a pipe that the test reads,
 * or does not. */

#include "check.h"
#include "heard.h"
#include "log.h"
#include "program.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char program_name[] = "dance-front";

static void lines_have_their_level_and_are_printable(void **state)
{
	(void)state;
	log_line(LEVEL_NOTICE, "a %s", "line");
	assert_string_equal(heard(), "dance-front: notice: a line\n");
	log_line(LEVEL_ERROR, "%s", "two\nlines\033[31m \xc3\xa4\x7f");
	assert_string_equal(heard(), "dance-front: error: two?lines?[31m ???\n");
	log_line(LEVEL_DEBUG, "not wanted");
	assert_string_equal(heard(), "");
	log_set(false, LEVEL_DEBUG);
	log_line(LEVEL_DEBUG, "wanted");
	assert_string_equal(heard(), "dance-front: debug: wanted\n");
	log_set(false, LEVEL_ERROR);
	log_libdance(NULL, DANCE_LOG_WARNING, "not wanted");
	log_libdance(NULL, DANCE_LOG_ERROR, "wanted");
	assert_string_equal(heard(), "dance-front: error: wanted\n");
}

static void compose(struct log_line *line, char *zone, size_t size)
{
	memset(zone, 'z', size - 1);
	zone[size - 1] = '\0';
	log_line_begin(line, "front xot, AXFR %s refused", zone);
	log_line_reason(line, "%s %s %s %s", zone, zone, zone, zone);
}

/* The advice is at the end, also of a line that is too long. */
static void composed_lines_keep_their_advice(void **state)
{
	(void)state;
	struct log_line line;
	log_line_begin(&line, "front xot, listening");
	log_line_key(&line, "address", "%s", "192.0.2.1@853");
	log_composed(LEVEL_NOTICE, &line, NULL);
	assert_string_equal(heard(),
		"dance-front: notice: front xot, listening, address 192.0.2.1@853\n");
	char zone[256];
	static const char end[] = "...); do: see the log\n";
	for (unsigned i = 0; i < 2; i++) {
		compose(&line, zone, sizeof(zone));
		(i == 0 ? log_composed : log_composed_limited)(LEVEL_WARNING, &line,
			"see the log");
		const char *text = heard();
		assert_int_equal(strlen(text),
			sizeof("dance-front: warning: ") - 1 + DANCE_LINE_SIZE);
		assert_string_equal(text + strlen(text) - (sizeof(end) - 1), end);
		compose(&line, zone, sizeof(zone));
		(i == 0 ? log_composed : log_composed_limited)(LEVEL_DEBUG, &line,
			"see the log");
		assert_string_equal(heard(), ""); /* not wanted */
	}
}

static void the_journal_reads_priorities(void **state)
{
	(void)state;
	struct stat status;
	char stream[64];
	assert_int_equal(fstat(STDERR_FILENO, &status), 0);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)status.st_dev,
		(uintmax_t)status.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_line(LEVEL_WARNING, "a line");
	assert_string_equal(heard(), "<4>a line\n");
	log_failure("a reason");
	assert_string_equal(heard(), "<3>a reason\n");
	setenv("JOURNAL_STREAM", "1:1", 1); /* somebody else's */
	log_line(LEVEL_WARNING, "a line");
	assert_string_equal(heard(), "dance-front: warning: a line\n");
	log_failure("a reason");
	assert_string_equal(heard(), "dance-front: a reason\n");
}

static void a_log_that_nobody_reads_loses_lines_and_says_so(void **state)
{
	(void)state;
	enum {
		COUNT = 10000
	};
	alarm(20); /* it would wait for ever */
	for (unsigned i = 0; i < COUNT; i++) {
		log_line(LEVEL_INFO, "line %u", i);
	}
	alarm(0);
	unsigned written = 0;
	for (const char *at = heard(); *at != '\0'; at++) {
		written += *at == '\n';
	}
	assert_true(written > 100 && written < COUNT);
	log_line(LEVEL_INFO, "the next");
	char wanted[128];
	snprintf(wanted, sizeof(wanted),
		"dance-front: warning: lines lost, count %u (nobody reads standard "
		"error)\ndance-front: info: the next\n",
		COUNT - written);
	assert_string_equal(heard(), wanted);
}

static void what_others_cause_is_limited_and_counted(void **state)
{
	(void)state;
	enum {
		COUNT = 500
	};
	/* Within a second, or two if one ends just now. */
	for (unsigned i = 0; i < COUNT; i++) {
		log_limited(LEVEL_NOTICE, "refused");
	}
	log_limited(LEVEL_ERROR, "our own");
	const char *text = heard();
	unsigned lines = 0;
	for (const char *at = text; *at != '\0'; at++) {
		lines += *at == '\n';
	}
	assert_true(lines >= LOG_LIMITED_PER_SECOND && lines < COUNT / 2);
	assert_non_null(strstr(text, "dance-front: error: our own\n"));
	usleep(1100000);
	log_limited(LEVEL_NOTICE, "refused");
	text = heard();
	assert_non_null(strstr(text, "dance-front: notice: lines suppressed, count "));
	assert_non_null(strstr(text, "dance-front: notice: refused\n"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, heard_begin, heard_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_have_their_level_and_are_printable),
		TEST(composed_lines_keep_their_advice),
		TEST(the_journal_reads_priorities),
		TEST(a_log_that_nobody_reads_loses_lines_and_says_so),
		TEST(what_others_cause_is_limited_and_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
