/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Counters, and the line about them. */

#include "stats.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdint.h>

#include "log.h"

/* Room for those of later versions of libdance too. */
#define VERDICT_MAX 64

static atomic_uint_fast64_t events[STATS_EVENT_MAX];
static atomic_uint_fast64_t verdicts[VERDICT_MAX];

void stats_count(unsigned event)
{
	if (event < STATS_EVENT_MAX) {
		atomic_fetch_add_explicit(&events[event], 1, memory_order_relaxed);
	}
}

void stats_count_verdict(enum dance_verdict verdict)
{
	if ((unsigned)verdict < dance_verdict_count() && verdict < VERDICT_MAX) {
		atomic_fetch_add_explicit(&verdicts[verdict], 1, memory_order_relaxed);
	}
}

static void add(struct log_line *line, const char *name, uint64_t count)
{
	if (count != 0) {
		log_line_key(line, name, "%" PRIu64, count);
	}
}

void stats_log(size_t open)
{
	struct log_line line;
	log_line_begin(&line, "counters");
	log_line_key(&line, "open", "%zu", open);
	for (size_t i = 0; i < STATS_EVENT_MAX && stats_event_names[i] != NULL; i++) {
		add(&line, stats_event_names[i], atomic_load(&events[i]));
	}
	for (size_t i = 0; i < VERDICT_MAX; i++) {
		add(&line, dance_verdict_name((enum dance_verdict)i),
			atomic_load(&verdicts[i]));
	}
	log_line(LEVEL_NOTICE, "%s", line.text);
}
