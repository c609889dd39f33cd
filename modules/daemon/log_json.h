/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A line of the log as a JSON object (RFC 8259) of strings. The line is read by the grammar that
 * all lines have (log_line.h), so the two forms say the same. Knows nothing of where it goes. */

#pragma once

#include <stddef.h>
#include <time.h>

/* For a line of LOG_JSON_LINE_MAX octets, whatever they are. */
#define LOG_JSON_LINE_MAX 1400
#define LOG_JSON_SIZE 4096

/* Writes the object, without a newline. The line is printable ASCII. */
void log_json(char text[LOG_JSON_SIZE], const struct timespec *when, const char *program,
	const char *level, const char *line);
