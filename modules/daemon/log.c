/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Lines, their severity and where they go. Knows nothing of what they say. */

#include "log.h"

#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "../rate_limit.h"
#include "log_json.h"
#include "printable.h"
#include "program.h"

#define LINE_SIZE LOG_JSON_LINE_MAX

static const struct {
	const char *name;
	int priority;
} levels[] = {
	[LEVEL_ERROR] = { "error", LOG_ERR },
	[LEVEL_WARNING] = { "warning", LOG_WARNING },
	[LEVEL_NOTICE] = { "notice", LOG_NOTICE },
	[LEVEL_INFO] = { "info", LOG_INFO },
	[LEVEL_DEBUG] = { "debug", LOG_DEBUG },
};

static atomic_bool syslog_chosen, json_chosen;
static atomic_int most = LEVEL_INFO;

static struct rate_limit limits[2]; /* the second is for errors */

void log_set(bool to_syslog, enum log_level level)
{
	if (to_syslog && !syslog_chosen) {
		openlog(program_name, LOG_PID | LOG_NDELAY, LOG_DAEMON);
	}
	syslog_chosen = to_syslog;
	most = (int)level;
}

void log_set_json(bool json)
{
	json_chosen = json;
}

/* Is standard error connected to the journal, which reads severities before lines? systemd
 * names its device and inode (systemd.exec(5)). */
static bool is_journal(void)
{
	const char *named = getenv("JOURNAL_STREAM");
	struct stat status;
	char is[64];
	if (named == NULL || fstat(STDERR_FILENO, &status) != 0) {
		return false;
	}
	snprintf(is, sizeof(is), "%ju:%ju", (uintmax_t)status.st_dev,
		(uintmax_t)status.st_ino);
	return strcmp(named, is) == 0;
}

static bool is_ready(void)
{
	struct pollfd error = { .fd = STDERR_FILENO, .events = POLLOUT };
	return poll(&error, 1, 0) == 1 && (error.revents & POLLOUT) != 0;
}

static const char *write_json(char text[LOG_JSON_SIZE], enum log_level level,
	const char *line)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	log_json(text, &now, program_name, levels[level].name, line);
	return text;
}

static void write_error(enum log_level level, const char *line)
{
	char whole[LOG_JSON_SIZE + 40], json[LOG_JSON_SIZE];
	bool is_json = json_chosen;
	if (is_json) {
		line = write_json(json, level, line);
	}
	int length = is_journal() ?
		snprintf(whole, sizeof(whole), "<%d>%s\n", levels[level].priority, line) :
		is_json ? snprintf(whole, sizeof(whole), "%s\n", line) :
			  snprintf(whole, sizeof(whole), "%s: %s: %s\n", program_name,
				  levels[level].name, line);
	(void)!write(STDERR_FILENO, whole, (size_t)length);
}

/* Standard error may be a pipe whose reader has stopped: losing a line is better than a
 * server that waits for ever. Up to PIPE_BUF octets are written at once or not at all. */
static void offer_error(enum log_level level, const char *line)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static unsigned lost;
	pthread_mutex_lock(&lock);
	if (lost > 0 && is_ready()) {
		char note[80];
		snprintf(note, sizeof(note),
			"lines lost, count %u (nobody reads standard error)", lost);
		lost = 0;
		write_error(LEVEL_WARNING, note);
	}
	if (is_ready()) {
		write_error(level, line);
	} else {
		lost++;
	}
	pthread_mutex_unlock(&lock);
}

static void write_line(enum log_level level, char *line)
{
	make_printable(line);
	if (syslog_chosen && json_chosen) {
		char json[LOG_JSON_SIZE];
		syslog(levels[level].priority, "%s", write_json(json, level, line));
		return;
	}
	if (syslog_chosen) {
		syslog(levels[level].priority, "%s: %s", levels[level].name, line);
		return;
	}
	offer_error(level, line);
}

static void format_line(enum log_level level, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));
static void format_line(enum log_level level, const char *format, va_list arguments)
{
	char line[LINE_SIZE];
	vsnprintf(line, sizeof(line), format, arguments);
	write_line(level, line);
}

void log_line(enum log_level level, const char *format, ...)
{
	if ((int)level > most) {
		return;
	}
	va_list arguments;
	va_start(arguments, format);
	format_line(level, format, arguments);
	va_end(arguments);
}

void log_limited(enum log_level level, const char *format, ...)
{
	unsigned suppressed;
	struct rate_limit *limit = &limits[level == LEVEL_ERROR ? 1 : 0];
	if ((int)level > most ||
		!rate_limit_take(limit, LOG_LIMITED_PER_SECOND, &suppressed)) {
		return;
	}
	if (suppressed != 0) {
		log_line(level, "lines suppressed, count %u", suppressed);
	}
	va_list arguments;
	va_start(arguments, format);
	format_line(level, format, arguments);
	va_end(arguments);
}

void log_composed(enum log_level level, struct log_line *line, const char *advice)
{
	if ((int)level <= most) {
		log_line(level, "%s", log_line_end(line, DANCE_LINE_SIZE, advice));
	}
}

void log_composed_limited(enum log_level level, struct log_line *line, const char *advice)
{
	if ((int)level <= most) {
		log_limited(level, "%s", log_line_end(line, DANCE_LINE_SIZE, advice));
	}
}

void log_failure(const char *sentence)
{
	if (is_journal()) {
		fprintf(stderr, "<%d>%s\n", LOG_ERR, sentence);
	} else {
		fprintf(stderr, "%s: %s\n", program_name, sentence);
	}
}

void log_libdance(void *arg, enum dance_log_level level, const char *line)
{
	(void)arg;
	switch (level) {
	case DANCE_LOG_ERROR:
		log_line(LEVEL_ERROR, "%s", line);
		return;
	case DANCE_LOG_WARNING:
		log_line(LEVEL_WARNING, "%s", line);
		return;
	case DANCE_LOG_NOTICE:
		log_line(LEVEL_NOTICE, "%s", line);
		return;
	case DANCE_LOG_DEBUG:
		break;
	}
	log_line(LEVEL_DEBUG, "%s", line);
}
