/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One connection that a listener has accepted: where it comes from, the runtime it is served
 * by, the loop that it belongs to, and how it is counted. Knows nothing of what it carries. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "address.h"
#include "connection_limits.h"
#include "jobs.h"
#include "loop.h"
#include "relay.h"
#include "runtime.h"
#include "stream.h"

/* In the log, of one that a limit or the end of the service has cut off. */
#define CONNECTION_CLOSED_HERE "dance-front has closed it"

#define CONNECTION_QUERY_MAX 4096 /* octets of a question over UDP */

struct connection {
	struct stream stream;
	struct sockaddr_storage from;
	socklen_t from_size;
	struct sockaddr_storage local;
	char from_text[ADDRESS_TEXT_SIZE];
	struct limits_entry entry;
	struct runtime *runtime; /* of the moment when it came */
	struct front *front;     /* of this one; or else: */
	struct client *client;
	struct counts *counts; /* of that section, once it has entered */
	void (*serve)(struct connection *connection);
	struct loop_call begin; /* to be served by this loop, or else: */
	struct job job;         /* by another thread */
	bool datagram;          /* of a client: over UDP, with this question */
	size_t query_size;
	uint8_t query[];
};

/* Takes a socket, which is closed with the connection, and a question over UDP (NULL: TCP).
 * NULL when out of memory; the socket is closed then too. */
struct connection *connection_new(int fd, const struct sockaddr_storage *from,
	socklen_t from_size, const uint8_t *query, size_t query_size);

/* Finds the section `client` or `front` of this id, which serves the connection, and counts
 * the connection. False if a limit is reached, which is logged, or if there is no such
 * section: then the caller must call connection_discard(). */
bool connection_enter(struct connection *connection, bool of_client, const char *id);

/* A front's client has this name, which this identity permits. False, and logged, if the
 * name or the identity has too many connections. */
bool connection_authenticated(struct connection *connection, const struct runtime *runtime,
	const struct conf_identity *identity, const char *name);

/* How long a relay on it waits, as its front, or else its runtime, says; without a deadline. */
struct relay_times connection_times(const struct connection *connection);

/* `serve` is called with it, on a loop: this one's from now on. */
void connection_hand_over(struct connection *connection,
	void (*serve)(struct connection *connection));

/* Closes the socket. */
void connection_close(struct connection *connection);

/* Frees one that has not entered, and closes its socket. */
void connection_discard(struct connection *connection);

/* Frees one that has entered, and whose socket is closed, and no longer counts it. When the
 * last one has left, the process may end. */
void connection_leave(struct connection *connection);
