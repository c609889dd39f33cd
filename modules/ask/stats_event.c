/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The names of what is counted, in the log. */

#include "stats_event.h"

const char *const stats_event_names[] = {
	[STATS_CONNECTIONS] = "connections",
	[STATS_TURNED_AWAY] = "turned-away",
	[STATS_QUESTIONS] = "questions",
	[STATS_MALFORMED] = "malformed",
	[STATS_EVENT_COUNT] = NULL,
};

_Static_assert(STATS_EVENT_COUNT < STATS_EVENT_MAX, "there are so many counters");
