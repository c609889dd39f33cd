/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Asks the limits whom to close, counts and logs it. */

#include "room.h"

#include "connection_limits.h"
#include "log.h"
#include "stats_event.h"

void room_make(const struct listener *listener, const char *why, const char *advice)
{
	size_t gone = limits_make_room();
	for (size_t i = 0; i < gone; i++) {
		stats_count(STATS_TURNED_AWAY);
	}
	struct log_line line;
	if (listener == NULL || listener->unused) {
		log_line_begin(&line, "out of room");
	} else {
		log_line_begin(&line, "%s %s, out of room",
			listener->of_client ? "client" : "front", listener->id);
	}
	if (listener != NULL && listener->unused) {
		log_line_key(&line, "address", "%s", listener->text);
	}
	if (gone > 0) {
		log_line_key(&line, "count", "%zu", gone);
		log_line_reason(&line, "%s; closing so many unauthenticated connections",
			why);
	} else {
		log_line_reason(&line, "%s", why);
	}
	log_composed_limited(LEVEL_ERROR, &line, advice);
}

void room_lacks_threads(bool of_memory)
{
	if (of_memory) {
		room_make(NULL, "out of memory", ROOM_MORE_MEMORY);
		return;
	}
	/* Connections hold none. What waits for a thread is done by those that are there. */
	struct log_line line;
	log_line_begin(&line, "out of room");
	log_line_reason(&line, "no thread can be started");
	log_composed_limited(LEVEL_ERROR, &line, SHORTAGE_OF_THREADS);
}
