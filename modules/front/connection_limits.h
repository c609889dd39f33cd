/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How many connections there may be: in all, unauthenticated, unauthenticated of one
 * address, of one name, and to one section `client`; and the way to end them all.
 * Knows nothing of what they carry. Any thread. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "loop.h"
#include "networks.h"

struct connection_limits {
	unsigned connections;
	unsigned handshakes; /* unauthenticated; over it one of the most crowded network goes */
	unsigned per_address;
	unsigned per_identity; /* of one name */
	unsigned per_suffix;   /* of all names of one "*.suffix" */
	unsigned per_client;   /* to one section `client` */
};

/* One name gets at most a quarter of what all names of a pattern may have together. */
#define LIMITS_SUFFIX_SHARES 4

/* How one connection is counted; its owner's, from limits_enter() to limits_leave(). */
struct limits_entry {
	struct networks_member member; /* while it is unauthenticated */
	TAILQ_ENTRY(limits_entry) link;
	int fd;
	bool sent_away; /* shut down, as it must end */
	struct loop_call *farewell;
	bool unauthenticated;
	bool known;   /* counted for its name, or its section `client` */
	bool matched; /* and for its pattern */
	size_t address_slot;
	uint64_t name, pattern; /* what stands for them */
};

/* NULL, or the option whose limit is reached. `fd` stays the caller's, and open until
 * limits_detach(); it is shut down when the connection must end, unless it is -1. `crowded`
 * becomes the option for whose limit an unauthenticated one had to go, "" if there was no
 * room for more, or NULL. */
const char *limits_enter(struct limits_entry *entry, const struct connection_limits *limits,
	int fd, const struct sockaddr *from, const char **crowded);

/* The same for one that is known from the beginning, to a section `client` of this id. */
const char *limits_enter_client(struct limits_entry *entry,
	const struct connection_limits *limits, int fd, const char *id);

/* It is authenticated as this name, which this pattern permits; NULL: an identity of this
 * very name. Returns NULL, or the option whose limit is reached. */
const char *limits_authenticated(struct limits_entry *entry,
	const struct connection_limits *limits, const char *name, const char *pattern);

/* There is no thread, descriptor or memory for a new connection: closes unauthenticated
 * ones, in the order in which max-handshakes closes them, and for some seconds permits no
 * more than are left. Returns how many it has closed. */
size_t limits_make_room(void);

/* This call is posted when the connection has been shut down, or at once if it has been: whoever
 * does not look at its socket learns of it. NULL: none is. */
void limits_set_farewell(struct limits_entry *entry, struct loop_call *farewell);

/* To be called before its socket is closed: it is not shut down from now on, and its farewell
 * is not posted. */
void limits_detach(struct limits_entry *entry);

/* True if one of the calls here has shut it down. */
bool limits_have_sent_away(const struct limits_entry *entry);

void limits_leave(struct limits_entry *entry);

/* Shuts all connections down and waits, `seconds` at most, until they have left. Returns how
 * many have not. */
size_t limits_close_all(unsigned seconds);

size_t limits_count(void);
