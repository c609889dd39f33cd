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
#include <syslog.h>
#include <time.h>
#include <unistd.h>

const char program_name[] = "dance-front";

static _Atomic long seconds = 1000;

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	(void)clock;
	*now = (struct timespec){ .tv_sec = seconds, .tv_nsec = 7000000 };
	return 0;
}

/* What syslog(3) got, and how often openlog(3) was called. */
static char logged[2048];
static int logged_priority;
static unsigned opened;

void __wrap_openlog(const char *name, int options, int facility);
void __wrap_openlog(const char *name, int options, int facility)
{
	assert_string_equal(name, "dance-front");
	assert_int_equal(options, LOG_PID | LOG_NDELAY);
	assert_int_equal(facility, LOG_DAEMON);
	opened++;
}

void __wrap_syslog(int priority, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void __wrap_syslog(int priority, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(logged, sizeof(logged), format, arguments);
	va_end(arguments);
	logged_priority = priority;
}

/* As a program is built that is fortified. */
void __wrap___syslog_chk(int priority, int flag, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void __wrap___syslog_chk(int priority, int flag, const char *format, ...)
{
	(void)flag;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(logged, sizeof(logged), format, arguments);
	va_end(arguments);
	logged_priority = priority;
}

#define JSON(level, what) \
	"{\"time\":\"1970-01-01T00:16:40.007Z\",\"program\":\"dance-front\",\"level\":\"" level \
	"\",\"what\":\"" what "\"}"

static void check_logged(int priority, const char *text)
{
	assert_int_equal(logged_priority, priority);
	assert_string_equal(logged, text);
	logged[0] = '\0';
}

static void lines_go_where_they_are_wanted(void **state)
{
	(void)state;
	seconds = 1000;
	log_set(true, LEVEL_INFO);
	log_set(true, LEVEL_INFO);
	assert_int_equal(opened, 1);
	log_line(LEVEL_WARNING, "a line");
	check_logged(LOG_WARNING, "warning: a line");
	log_set_json(true);
	log_line(LEVEL_ERROR, "a line");
	check_logged(LOG_ERR, JSON("error", "a line"));
	assert_string_equal(heard(), "");
	log_set(false, LEVEL_INFO);
	assert_int_equal(opened, 1);
	log_line(LEVEL_INFO, "a line");
	assert_string_equal(heard(), JSON("info", "a line") "\n");
	log_set_json(false);
	log_line(LEVEL_INFO, "a line");
	assert_string_equal(heard(), "dance-front: info: a line\n");
	check_logged(LOG_ERR, "");
}

static void news_of_the_library_have_their_level(void **state)
{
	(void)state;
	static const struct {
		enum dance_log_level level;
		const char *line;
	} rows[] = { { DANCE_LOG_ERROR, "dance-front: error: news\n" },
		{ DANCE_LOG_WARNING, "dance-front: warning: news\n" },
		{ DANCE_LOG_NOTICE, "dance-front: notice: news\n" },
		{ DANCE_LOG_DEBUG, "dance-front: debug: news\n" } };
	log_set(false, LEVEL_DEBUG);
	for (size_t i = 0; i < ROWS(rows); i++) {
		log_libdance(NULL, rows[i].level, "news");
		assert_string_equal(heard(), rows[i].line);
	}
}

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
	log_line(LEVEL_INFO, "and one more");
	assert_string_equal(heard(), "dance-front: info: and one more\n");
}

static unsigned count_lines(const char *text, const char *line)
{
	unsigned count = 0;
	for (; (text = strstr(text, line)) != NULL; text++) {
		count++;
	}
	return count;
}

/* In a second, and errors apart. */
static void what_others_cause_is_limited_and_counted(void **state)
{
	(void)state;
	struct log_line line;
	seconds++;
	for (unsigned i = 0; i < LOG_LIMITED_PER_SECOND + 7; i++) {
		log_limited(LEVEL_NOTICE, "refused");
		log_limited(LEVEL_DEBUG, "not wanted");
		log_line_begin(&line, "our own");
		log_composed_limited(LEVEL_ERROR, &line, NULL);
	}
	const char *text = heard();
	assert_int_equal(count_lines(text, "dance-front: notice: refused\n"),
		LOG_LIMITED_PER_SECOND);
	assert_int_equal(count_lines(text, "dance-front: error: our own\n"),
		LOG_LIMITED_PER_SECOND);
	assert_int_equal(count_lines(text, "\n"), 2 * LOG_LIMITED_PER_SECOND);
	seconds++;
	log_limited(LEVEL_NOTICE, "refused");
	log_limited(LEVEL_NOTICE, "refused");
	log_limited(LEVEL_ERROR, "our own");
	assert_string_equal(heard(),
		"dance-front: notice: lines suppressed, count 7\ndance-front: notice: refused\n"
		"dance-front: notice: refused\n"
		"dance-front: error: lines suppressed, count 7\ndance-front: error: our own\n");
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
		TEST(lines_go_where_they_are_wanted),
		TEST(news_of_the_library_have_their_level),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
