/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Counts the connections to each upstream server. If their limit is reached, the one
 * that has been idle longest gives way to a client with a query: its socket is shut
 * down, and its owner connects again for the next query. Any thread. */

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "loop.h"

struct upstream_slots;

/* One connection's; its owner's, zeroed at first. */
struct upstream_slot {
	struct upstream_slots *slots; /* of its server; NULL: none is taken, nor wanted */
	TAILQ_ENTRY(upstream_slot) link; /* of the idle ones, or of those that wait */
	struct loop_call *wake;
	unsigned most; /* while it waits: so many there may be */
	int fd;
	bool waiting;
	bool idle;
	bool lost; /* it had to give way */
};

/* Takes one of the `most` slots of a server, or waits for it: then `wake` is posted when it
 * has been taken, unless it is given back before. False when out of memory. */
bool upstream_slot_take(struct upstream_slot *slot, const struct sockaddr_storage *server,
	unsigned most, struct loop_call *wake);

/* It does not wait any longer. */
bool upstream_slot_is_taken(const struct upstream_slot *slot);

/* Its connection, this socket, is idle. */
void upstream_slot_rest(struct upstream_slot *slot, int fd);

/* It is needed again. False if it had to give way meanwhile. */
bool upstream_slot_resume(struct upstream_slot *slot);

/* Gives the slot back, or waits no longer; to be called before its socket is closed. `wake`
 * is not posted any more when this returns. */
void upstream_slot_give(struct upstream_slot *slot);
