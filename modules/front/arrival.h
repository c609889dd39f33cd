/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A connection that a listener has taken, on its way to whoever serves it. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "address.h"
#include "gate.h"
#include "runtime.h"

#define ARRIVAL_QUERY_MAX 4096 /* octets of a question over UDP */

struct arrival {
	int fd;
	struct sockaddr_storage from;
	socklen_t from_size;
	struct sockaddr_storage local;
	char from_text[ADDRESS_TEXT_SIZE];
	struct gate_visit visit;
	struct runtime *runtime; /* of the moment when it came */
	struct front *front;     /* of this one; or else: */
	struct client *client;
	bool datagram; /* of a client: over UDP, with this question */
	size_t query_size;
	uint8_t query[];
};

/* Serve it, in the calling thread, until it is over. They close the socket; the rest stays
 * the caller's. */
void serve_front(struct arrival *arrival);
void serve_client(struct arrival *arrival);
void serve_datagram(struct arrival *arrival);

/* A front's client has this name, which this identity permits: false, and logged, when the
 * one or the other has too many connections. */
bool arrival_known(struct arrival *arrival, const struct runtime *runtime,
	const struct conf_identity *identity, const char *name);
