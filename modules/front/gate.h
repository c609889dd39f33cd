/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How many connections there may be: in all, not authenticated yet, and of one address not
 * authenticated yet; and the way to end them all. Knows nothing of what they carry. Any
 * thread. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

struct gate_limits {
	unsigned connections;
	unsigned handshakes;
	unsigned per_address;
};

/* One connection that came in; its owner's, from gate_enter() to gate_leave(). */
struct gate_visit {
	struct gate_visit *next, *previous;
	int fd;
	bool authenticated;
	unsigned char place[16]; /* IPv4: as mapped; IPv6: the /64 */
	size_t slot;
};

/* NULL, or the sentence on the limit that is reached. `fd` stays the caller's, and open
 * until gate_detach(). */
const char *gate_enter(struct gate_visit *visit, const struct gate_limits *limits, int fd,
	const struct sockaddr *from);

/* It no longer counts as a stranger's. */
void gate_authenticated(struct gate_visit *visit);

/* Its socket is about to be closed: gate_clear() leaves it alone from now on. */
void gate_detach(struct gate_visit *visit);

void gate_leave(struct gate_visit *visit);

/* Shuts all connections down and waits, `seconds` at most, until they have left. Returns how
 * many have not. */
size_t gate_clear(unsigned seconds);

size_t gate_count(void);
