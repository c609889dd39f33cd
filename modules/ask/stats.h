/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How often what happened, since the start. Any thread. */

#pragma once

#include "dance.h"

enum stats_event {
	STATS_CONNECTIONS, /* came in and were taken */
	STATS_TURNED_AWAY, /* over the limit, or to make room */
	STATS_QUESTIONS,   /* that were answered */
	STATS_MALFORMED,   /* of these, or instead of one */
	STATS_EVENT_COUNT  /* not an event */
};

void stats_count(enum stats_event event);

/* What became of a client. */
void stats_count_verdict(enum dance_verdict verdict);

/* Logs all that are not zero, in one line, and how many connections are open. */
void stats_log(size_t open);
