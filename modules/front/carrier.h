/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A connection on its loop: waits for whatever its load waits for, a relay or a pump, and when
 * that has ended, for what was written to arrive. Knows nothing of who may ask what. Only in the
 * loop's thread, but for the call `wake`. */

#pragma once

#include <stdbool.h>

#include "connection.h"
#include "relay.h"
#include "watch.h"

struct carrier;

/* What its owner does. */
struct carrier_owner {
	/* Before there is a load: something has happened that it has waited for. */
	void (*turn)(void *arg);
	/* The load has ended. */
	void (*ended)(void *arg);
	/* The moment of carrier_alarm() has come. False if the owner has told the carrier to
	 * leave: then both may be gone. NULL: there is no such moment. */
	bool (*alarm)(void *arg);
	/* All is over and the socket is closed: the owner may call carrier_end(), at once or
	 * later. */
	void (*over)(void *arg);
};

/* What is carried. */
struct carrier_load {
	/* Goes on, by events of poll() that have come on the two sockets. False when it has
	 * ended. */
	bool (*run)(void *load, short client, short server, struct relay_wait *wait);
	/* Does nobody look at the client's socket, for it waits for something else? */
	bool (*is_busy)(const void *load);
	/* How it has ended: there is no client any more that could be waited for? */
	bool (*lost_client)(const void *load);
	/* Gives back what it has, closes the connection to the server. */
	void (*clear)(void *load);
};

struct carrier {
	struct connection *connection;
	const struct carrier_owner *owner;
	void *arg;
	const struct carrier_load *kind; /* NULL: there is no load yet */
	void *load;
	const struct stream *server; /* the load's */
	int64_t alarm;               /* monotonic_ms() */
	struct watch watch;
	struct loop_call wake;     /* any thread may post it, for another turn */
	struct loop_call farewell; /* posted when a limit, or the program's end, ends it */
	bool sent_away;
	enum {
		CARRIER_BEFORE = 0,
		CARRIER_CARRIES,
		CARRIER_LEAVES,
		CARRIER_IS_OVER,
	} state;
	int64_t leaves_by; /* monotonic_ms() */
	size_t drained;
};

/* False when out of memory; then only carrier_end() may follow. */
bool carrier_begin(struct carrier *carrier, struct connection *connection,
	const struct carrier_owner *owner, void *arg);

/* From now on this is its load, which stays the owner's, and so does the connection to the server
 * that the load has. */
void carrier_carry(struct carrier *carrier, const struct carrier_load *kind, void *load,
	const struct stream *server);

/* A relay begins, and is the load. The hooks' `arg` is the owner's. */
void carrier_relay(struct carrier *carrier, struct relay *relay,
	const struct relay_times *times, const struct relay_hooks *hooks);

/* The owner is to be called at this moment of monotonic_ms() instead of the one before, while there
 * is a load; WATCH_NEVER: it is not. */
void carrier_alarm(struct carrier *carrier, int64_t at);

/* Looks what there is to do. The owner may be gone when it returns. */
void carrier_turn(struct carrier *carrier);

/* Ends it all without delay. `gently`: but waits a moment for what was written to arrive,
 * unless a limit ends the connection before. The owner may be gone when it returns. */
void carrier_leave(struct carrier *carrier, bool gently);

/* Frees the connection, too. */
void carrier_end(struct carrier *carrier);
