/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is counted. */

#pragma once

#include "stats.h"

enum stats_event {
	STATS_CONNECTIONS, /* came in and were taken */
	STATS_TURNED_AWAY, /* over the limit, or to make room */
	STATS_QUESTIONS,   /* that were answered */
	STATS_MALFORMED,   /* of these, or instead of one */
	STATS_EVENT_COUNT  /* not an event */
};
