/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A connection on its loop: waits for whatever its relay waits for, and when that has ended,
 * for what was written to arrive. Knows nothing of who may ask what. Only in the loop's
 * thread, but for the call `wake`. */

#pragma once

#include <stdbool.h>

#include "connection.h"
#include "relay.h"
#include "watch.h"

struct carrier;

/* What its owner does. */
struct carrier_owner {
	/* Before the relay begins: something has happened that it has waited for. */
	void (*turn)(void *arg);
	/* The relay has ended, so. */
	void (*ended)(void *arg, enum relay_outcome outcome);
	/* All is over and the socket is closed: the owner may call carrier_end(), at once or
	 * later. */
	void (*over)(void *arg);
};

struct carrier {
	struct connection *connection;
	const struct carrier_owner *owner;
	void *arg;
	struct watch watch;
	struct loop_call wake;     /* any thread may post it, for another turn */
	struct loop_call farewell; /* posted when a limit, or the program's end, ends it */
	bool sent_away;
	struct relay relay;
	enum {
		CARRIER_BEFORE = 0,
		CARRIER_RELAYS,
		CARRIER_LEAVES,
		CARRIER_IS_OVER,
	} state;
	int64_t leaves_by; /* monotonic_ms() */
	size_t drained;
};

/* False when out of memory; then only carrier_end() may follow. */
bool carrier_begin(struct carrier *carrier, struct connection *connection,
	const struct carrier_owner *owner, void *arg);

/* The relay begins. The hooks' `arg` is the owner's. */
void carrier_relay(struct carrier *carrier, const struct relay_times *times,
	const struct relay_hooks *hooks);

/* Looks what there is to do. The owner may be gone when it returns. */
void carrier_turn(struct carrier *carrier);

/* Ends it all without delay. `gently`: but waits a moment for what was written to arrive,
 * unless a limit ends the connection before. The owner may be gone when it returns. */
void carrier_leave(struct carrier *carrier, bool gently);

/* Frees the connection, too. */
void carrier_end(struct carrier *carrier);
