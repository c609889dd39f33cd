/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Counters, and the line about them. */

#include "stats.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

#include "connection_limits.h"
#include "log.h"

static atomic_uint_fast64_t events[STATS_EVENT_COUNT];
/* Room for those of later versions of libdance too. */
#define VERDICT_MAX 64

static atomic_uint_fast64_t verdicts[VERDICT_MAX];

static const char *const names[] = {
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
};

void stats_count(enum stats_event event)
{
	atomic_fetch_add_explicit(&events[event], 1, memory_order_relaxed);
}

void stats_count_verdict(enum dance_verdict verdict)
{
	if ((unsigned)verdict < dance_verdict_count() && verdict < VERDICT_MAX) {
		atomic_fetch_add_explicit(&verdicts[verdict], 1, memory_order_relaxed);
	}
}

void stats_log(void)
{
	char line[1024];
	size_t at = (size_t)snprintf(line, sizeof(line), "open %zu", limits_count());
	for (size_t i = 0; i < STATS_EVENT_COUNT && at < sizeof(line); i++) {
		uint64_t count = atomic_load(&events[i]);
		if (count != 0) {
			at += (size_t)snprintf(line + at, sizeof(line) - at,
				", %s %" PRIu64, names[i], count);
		}
	}
	for (size_t i = 0; i < VERDICT_MAX && at < sizeof(line); i++) {
		uint64_t count = atomic_load(&verdicts[i]);
		if (count != 0) {
			at += (size_t)snprintf(line + at, sizeof(line) - at,
				", %s %" PRIu64, dance_verdict_name((enum dance_verdict)i),
				count);
		}
	}
	log_line(LEVEL_NOTICE, "counters, %s", line);
}
