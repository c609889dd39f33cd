/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Where a daemon's lines go: standard error or syslog. Any thread. */

#pragma once

#include <stdbool.h>

#include "../log_line.h"
#include "dance.h"

enum log_level { /* as syslog(3) orders them */
	LEVEL_ERROR,
	LEVEL_WARNING,
	LEVEL_NOTICE,
	LEVEL_INFO,
	LEVEL_DEBUG,
};

/* Where lines go, and down to which level; at once for all threads. */
void log_set(bool to_syslog, enum log_level level);

/* Lines are JSON objects from now on, or plain again. */
void log_set_json(bool json);

/* One line, printable ASCII: other octets become '?'. Without a newline. */
void log_line(enum log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same for what others can cause at will: limited to so many lines a second, errors
 * counted apart from other lines. The next line says how many were suppressed. */
#define LOG_LIMITED_PER_SECOND 20
void log_limited(enum log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same two for a line that is composed, with this advice at its end; NULL: none. Such
 * lines have at most DANCE_LINE_SIZE - 1 octets. */
void log_composed(enum log_level level, struct log_line *line, const char *advice);
void log_composed_limited(enum log_level level, struct log_line *line, const char *advice);

/* Why the program ends before it serves, or that a configuration is wrong: always to standard
 * error, as what whoever starts it is told. The journal takes it for an error. */
void log_failure(const char *sentence);

/* News of libdance (dance_context_options.log). */
void log_libdance(void *arg, enum dance_log_level level, const char *line);
