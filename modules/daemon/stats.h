/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How often what happened, since the start. Any thread. */

#pragma once

#include <stddef.h>

#include "dance.h"

#define STATS_EVENT_MAX 32

/* What the log calls each event, NULL at the end: each daemon has its own. */
extern const char *const stats_event_names[];

/* `event`: its place among the names. */
void stats_count(unsigned event);

/* What became of a client or another peer that was judged. */
void stats_count_verdict(enum dance_verdict verdict);

/* Logs all that are not zero, in one line, and how many connections are open. */
void stats_log(size_t open);
