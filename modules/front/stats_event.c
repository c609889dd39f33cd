/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The names of what is counted, in the log. */

#include "stats_event.h"

const char *const stats_event_names[] = {
	[STATS_CONNECTIONS] = "connections",
	[STATS_TURNED_AWAY] = "turned-away",
	[STATS_HANDSHAKES] = "failed-handshakes",
	[STATS_QUERIES] = "queries",
	[STATS_NOT_PASSED] = "not-passed",
	[STATS_SERVER] = "unanswered",
	[STATS_REFUSED] = "answered-refused",
	[STATS_FAILED] = "answered-failed",
	[STATS_STREAMS] = "streams",
	[STATS_STREAMS_CLOSED] = "streams-closed",
	[STATS_EVENT_COUNT] = NULL,
};

_Static_assert(STATS_EVENT_COUNT < STATS_EVENT_MAX, "there are so many counters");
