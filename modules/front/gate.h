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

#include "crowd.h"

struct gate_limits {
	unsigned connections;
	unsigned handshakes; /* of strangers; over it one of the most crowded network goes */
	unsigned per_address;
	unsigned per_identity; /* of one name */
	unsigned per_suffix;   /* of all names of one "*.suffix" */
	unsigned per_client;   /* to one section `client` */
};

/* Of what all names of a pattern have together, one has a quarter at most. */
#define GATE_SUFFIX_SHARES 4

/* One connection that came in; its owner's, from gate_enter() to gate_leave(). */
struct gate_visit {
	struct crowd_member member;         /* while it is a stranger's */
	struct gate_visit *next, *previous; /* of all, the newest first */
	int fd;
	bool stranger;
	bool known;   /* counted for its name */
	bool matched; /* and for its pattern */
	size_t address_slot, name_slot, pattern_slot;
};

/* NULL, or the sentence on the limit that is reached. `fd` stays the caller's, and open
 * until gate_detach(); it is shut down when the visit has to end, unless it is -1. `crowded`
 * becomes the sentence on why strangers had to go for this one, or NULL. */
const char *gate_enter(struct gate_visit *visit, const struct gate_limits *limits, int fd,
	const struct sockaddr *from, const char **crowded);

/* The same for one that is known from the beginning, to a section `client` of this id. */
const char *gate_enter_client(struct gate_visit *visit, const struct gate_limits *limits,
	int fd, const char *id);

/* It is no stranger any longer, but of this name, permitted by this pattern; NULL: by itself.
 * NULL, or the limit that is reached. */
const char *gate_authenticated(struct gate_visit *visit, const struct gate_limits *limits,
	const char *name, const char *pattern);

/* There is no thread, descriptor or memory for a newcomer: strangers make room for the next one,
 * those first who would also for max-handshakes, and for some seconds there are no more than
 * then stay. Returns how many had to go. */
size_t gate_make_room(void);

/* Its socket is about to be closed: nobody shuts it down from now on. */
void gate_detach(struct gate_visit *visit);

void gate_leave(struct gate_visit *visit);

/* Shuts all connections down and waits, `seconds` at most, until they have left. Returns how
 * many have not. */
size_t gate_clear(unsigned seconds);

size_t gate_count(void);
