/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The metrics of a daemon as a text, in which lines are looked for. */

#pragma once

#include "exposition.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Is this whole line there now? */
static inline bool is_exposed(const char *line)
{
	struct openmetrics out = { .failed = false };
	exposition_write(&out);
	assert_false(out.failed);
	char *text = malloc(out.size + 2);
	assert_non_null(text);
	text[0] = '\n';
	memcpy(text + 1, out.text, out.size);
	text[out.size + 1] = '\0';
	openmetrics_clear(&out);
	size_t size = strlen(line);
	bool found = false;
	for (const char *at = text; !found && (at = strstr(at, line)) != NULL; at++) {
		found = at[-1] == '\n' && at[size] == '\n';
	}
	free(text);
	return found;
}

/* The same of what begins so; a value follows. */
static inline bool is_exposed_of(const char *begin)
{
	struct openmetrics out = { .failed = false };
	exposition_write(&out);
	openmetrics_end(&out);
	char *text = strndup(out.text, out.size);
	openmetrics_clear(&out);
	bool found = strstr(text, begin) != NULL;
	free(text);
	return found;
}
