/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a struct name_log of the test's own tells its host, line by line. */

#pragma once

#include <string.h>

#include "check.h"
#include "name_log.h"

#define SAID_MAX 64

static struct {
	enum dance_log_level level;
	char text[DANCE_LINE_SIZE];
} said[SAID_MAX];
static size_t said_count;
static int said_to; /* its address is what the log is given */

static inline void said_hear(void *arg, enum dance_log_level level, const char *line)
{
	assert_ptr_equal(arg, &said_to);
	assert_true(said_count < SAID_MAX && strlen(line) < DANCE_LINE_SIZE);
	said[said_count].level = level;
	strcpy(said[said_count++].text, line);
}

/* Begins to listen to a log. */
static inline void said_begin(struct name_log *log)
{
	said_count = 0;
	name_log_init(log, said_hear, &said_to);
}

/* It tells so many lines now: said[]. */
static inline void said_lines(struct name_log *log, size_t count)
{
	name_log_tell(log);
	for (size_t i = 0; said_count != count && i < said_count; i++) {
		print_error("%d %s\n", (int)said[i].level, said[i].text);
	}
	assert_int_equal(said_count, count);
	said_count = 0;
}

static inline void said_is(size_t i, enum dance_log_level level, const char *text)
{
	assert_string_equal(said[i].text, text);
	assert_int_equal(said[i].level, level);
}

/* It tells this line and no other. */
static inline void said_line(struct name_log *log, enum dance_log_level level,
	const char *text)
{
	said_lines(log, 1);
	said_is(0, level, text);
}
