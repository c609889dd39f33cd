/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * All that dance-front has counted since the last look, as one text, in which what has not changed
 * does not stand. The test is linked with --wrap=stats_count. */

#pragma once

#include "front_scene.h"
#include "runtime.h"
#include "stats_event.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static struct {
	char text[1024];
	size_t used;
	atomic_uint events[STATS_EVENT_COUNT];
	struct {
		struct counter *counter;
		uint64_t value; /* at the last look */
	} seen[2048];
	size_t seen_count;
} tally;

void __wrap_stats_count(unsigned event);
void __wrap_stats_count(unsigned event)
{
	atomic_fetch_add(&tally.events[event], 1);
}

static inline void tally_put(const char *whose, const char *what, const char *more,
	uint64_t count)
{
	if (count != 0) {
		tally.used += (size_t)snprintf(tally.text + tally.used,
			sizeof(tally.text) - tally.used, "%s%s%s%s%s %" PRIu64,
			tally.used > 0 ? ", " : "", whose, what, more[0] != '\0' ? " " : "",
			more, count);
	}
}

static inline void tally_look(const char *whose, const char *what, const char *more,
	struct counter *counter)
{
	size_t i = 0;
	while (i < tally.seen_count && tally.seen[i].counter != counter) {
		i++;
	}
	if (i == tally.seen_count) {
		tally.seen[tally.seen_count++].counter = counter;
	}
	uint64_t value = counter_read(counter);
	tally_put(whose, what, more, value - tally.seen[i].value);
	tally.seen[i].value = value;
}

static inline void tally_identity(const char *whose, struct counts_identity *counts)
{
	static const char *const requests[] = { "soa", "axfr", "ixfr", "notify", "other",
		"stream" };
	static const char *const classes[] = { [DANCE_CLASS_ALLOW] = "allowed",
		[DANCE_CLASS_DENY] = "denied",
		[DANCE_CLASS_FAIL] = "failed" };
	for (unsigned i = 0; i < COUNTS_REQUEST_COUNT; i++) {
		for (unsigned j = 0; j < COUNTS_CLASSES; j++) {
			tally_look(whose, requests[i], classes[j], &counts->requests[i][j]);
		}
	}
	tally_look(whose, "octets", "", &counts->octets);
	tally_look(whose, "octets", "in", &counts->stream_octets[0]);
	tally_look(whose, "octets", "out", &counts->stream_octets[1]);
}

static inline void tally_section(struct counts *counts)
{
	static const char *const results[] = { "accepted", "limit", "handshake",
		"timeout" };
	static const char *const errors[] = { "unreachable", "silent", "gone", "refused",
		"failed" };
	for (unsigned i = 0; i < COUNTS_RESULT_COUNT; i++) {
		tally_look("result ", results[i], "", &counts->results[i]);
	}
	for (unsigned i = 0; i < COUNTS_ERROR_COUNT; i++) {
		tally_look("error ", errors[i], "", &counts->errors[i]);
	}
	for (unsigned i = 0; i < dance_verdict_count(); i++) {
		tally_look("verdict ", dance_verdict_name((enum dance_verdict)i), "",
			&counts->verdicts[i]);
	}
	for (unsigned i = 0; i < COUNTS_ALERTS; i++) {
		char number[16];
		snprintf(number, sizeof(number), "%u", i);
		tally_look("alert ", number, "", &counts->alerts[i]);
	}
	tally_look("", "flowed", "", &counts->streams);
	tally_look("", "cut", "", &counts->streams_cut);
	tally_look("", "octets", "", &counts->octets);
	/* What is open now, whenever it was opened. */
	tally_put("", "open", "", counter_read(&counts->open));
	tally_put("", "flowing", "", counter_read(&counts->streams_open));
}

/* Events first, then what the first section of the runtime in force, a front or else a client, has
 * counted, then its identities, and who is none of these. */
static inline const char *tallied(void)
{
	const struct runtime *runtime = front_scene_runtime();
	tally.used = 0;
	tally.text[0] = '\0';
	for (unsigned i = 0; i < STATS_EVENT_COUNT; i++) {
		tally_put("", stats_event_names[i], "",
			atomic_exchange(&tally.events[i], 0));
	}
	if (runtime->conf->front_count == 0) {
		tally_section(runtime->clients[0].counts);
		return tally.text;
	}
	const struct front *front = &runtime->fronts[0];
	tally_section(front->counts);
	for (size_t i = 0; i < front->conf->identity_count; i++) {
		char whose[80];
		snprintf(whose, sizeof(whose), "%s ", front->conf->identities[i]->id);
		tally_identity(whose,
			front_identity_counts(front, front->conf->identities[i]));
	}
	tally_identity("nobody ", front_identity_counts(front, NULL));
	return tally.text;
}
