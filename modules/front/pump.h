/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Passes octets from a client to a server and back, until both have ended. Knows neither who
 * they are nor what the octets mean. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "buffers.h"
#include "stream.h"

/* Why it ended. */
enum pump_outcome {
	PUMP_ENDED,       /* both have said their last */
	PUMP_CLIENT_GONE, /* without saying that it ends */
	PUMP_SERVER_GONE,
	PUMP_IDLE, /* nothing has passed for idle_ms */
	PUMP_OUT_OF_MEMORY,
};

/* Octets one way. Private to pump.c, but for `passed`. */
struct pump_way {
	struct stream *from, *to;
	uint8_t *octets; /* that are not written yet; NULL: there are none */
	size_t at, end;
	short read_needs; /* an event of poll(), without which nothing can be read; 0: try */
	short write_needs;
	bool drained; /* `from` has said its last */
	bool broken;  /* or is gone */
	bool over;    /* and `to` knows it, or is gone itself */
	uint64_t passed;
};

struct pump {
	struct pump_way up, down; /* from the client, from the server */
	struct buffers *buffers;
	int64_t idle_ms;
	int64_t moved_at;      /* monotonic_ms() when something has passed last */
	bool moved;            /* since the run began */
	bool yields;           /* there is more, but others have their turn first */
	enum pump_outcome end; /* what it is when both ways are over */
	bool over;
	enum pump_outcome outcome;
};

/* What it takes to go on. */
struct pump_wait {
	short client, server; /* events of poll() on their sockets; 0: none */
	int64_t deadline;     /* monotonic_ms(); 0: at once */
};

/* Both are connected; they stay the caller's, as the buffers do. */
void pump_begin(struct pump *pump, struct stream *client, struct stream *server,
	unsigned idle_ms, struct buffers *buffers);

/* Goes on for as long as others can wait, by events of poll() that have come on the two sockets.
 * Calls that come for another reason do no harm. False when it has ended; both are still
 * connected then. */
bool pump_run(struct pump *pump, short client_happened, short server_happened,
	struct pump_wait *wait);

enum pump_outcome pump_outcome(const struct pump *pump);

/* Gives back what it has. Also of one that is zeroed. */
void pump_clear(struct pump *pump);
