/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What dance-front's log writes to standard error, which is a pipe from heard_begin() to
 * heard_end(), the setup and teardown of a case: cmocka's own words would go there too. */

#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "log.h"

static int heard_before, heard_pipe;

static inline int heard_begin(void **state)
{
	(void)state;
	int ends[2];
	heard_before = dup(STDERR_FILENO);
	if (heard_before < 0 || pipe2(ends, O_NONBLOCK) != 0 ||
		dup2(ends[1], STDERR_FILENO) < 0) {
		return -1;
	}
	/* A log of ours has no O_NONBLOCK: it must not come to that. */
	fcntl(STDERR_FILENO, F_SETFL, 0);
	close(ends[1]);
	heard_pipe = ends[0];
	unsetenv("JOURNAL_STREAM");
	log_set(false, LEVEL_INFO);
	return 0;
}

static inline int heard_end(void **state)
{
	(void)state;
	close(heard_pipe);
	return dup2(heard_before, STDERR_FILENO) < 0 ? -1 : close(heard_before);
}

/* All that has been written since the last call. */
static inline const char *heard(void)
{
	static char text[1 << 17];
	size_t size = 0;
	ssize_t got;
	while ((got = read(heard_pipe, text + size, sizeof(text) - 1 - size)) > 0) {
		size += (size_t)got;
	}
	text[size] = '\0';
	return text;
}
