/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the line of counters in the log says, for a case between heard_begin() and heard_end(). */

#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heard.h"
#include "stats.h"

/* How often, of all that stats_log() tells. What was heard before is gone. */
static inline unsigned counted(const char *event)
{
	char text[64];
	(void)heard();
	stats_log(0);
	snprintf(text, sizeof(text), ", %s ", event);
	const char *at = strstr(heard(), text);
	return at != NULL ? (unsigned)atoi(at + strlen(text)) : 0;
}
