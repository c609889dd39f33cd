/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How many connections there may be: in all, of strangers (not authenticated yet), of one
 * address' strangers, and of one identity; and the way to end them all. Knows nothing of
 * what they carry. Any thread. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

struct gate_limits {
	unsigned connections;
	unsigned handshakes; /* of strangers; over it the oldest of them has to go */
	unsigned per_address;
	unsigned per_identity;
};

/* One connection that came in; its owner's, from gate_enter() to gate_leave(). */
struct gate_visit {
	struct gate_visit *next, *previous;             /* of all, the newest first */
	struct gate_visit *next_stranger, *previous_stranger; /* of them too */
	int fd;
	bool stranger;
	bool known; /* counted for its identity */
	size_t slot, identity_slot;
};

/* NULL, or the sentence on the limit that is reached. `fd` stays the caller's, and open
 * until gate_detach(); it is shut down when the visit has to end, unless it is -1. Says in
 * `crowded` whether strangers had to go for this one. */
const char *gate_enter(struct gate_visit *visit, const struct gate_limits *limits, int fd,
	const struct sockaddr *from, bool *crowded);

/* The same for who is of an identity from the beginning. */
const char *gate_enter_known(struct gate_visit *visit, const struct gate_limits *limits, int fd,
	const char *identity);

/* It is no stranger any longer, but of this identity. False if that has too many. */
bool gate_authenticated(struct gate_visit *visit, const struct gate_limits *limits,
	const char *identity);

/* Its socket is about to be closed: nobody shuts it down from now on. */
void gate_detach(struct gate_visit *visit);

void gate_leave(struct gate_visit *visit);

/* Shuts all connections down and waits, `seconds` at most, until they have left. Returns how
 * many have not. */
size_t gate_clear(unsigned seconds);

size_t gate_count(void);
