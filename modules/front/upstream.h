/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Connects to the upstream server of a front, and tells it for which client. Does not know
 * what is asked. */

#pragma once

#include <stdbool.h>

#include "conf/conf.h"
#include "connection.h"
#include "dance.h"
#include "proxyv2.h"
#include "relay.h"
#include "upstream_slots.h"

#define UPSTREAM_CONNECT_MS 5000
#define UPSTREAM_REST_MS 5000 /* how long an idle connection is kept */
#define UPSTREAM_RETRY_MS 20  /* a UNIX socket whose backlog is full is tried again */

/* What a connection to a server is made for. */
struct upstream {
	struct sockaddr_storage server;
	enum conf_proxy proxy;
	struct address as; /* of the identity */
};

bool upstream_is_same(const struct upstream *a, const struct upstream *b);

/* The way to a server: its owner's, zeroed at first. */
struct upstream_link {
	struct upstream_slot slot; /* of the connection, or while it is wanted */
	int64_t deadline;          /* while it is made; 0: it is not */
};

/* Who wants it: a client, under an identity's address, which is the source of the connection
 * or stands in a PROXYv2 header as its preface. */
struct upstream_request {
	struct front *front;
	const struct connection *connection;
	const struct address *as; /* of no meaning unless conf->source_identity */
	unsigned most;            /* such connections of all clients */
	unsigned patience_ms;     /* UPSTREAM_CONNECT_MS at most */
	struct loop_call *wake;
};

/* What goes to a server before the first octet of a stream, in one write. */
struct upstream_header {
	uint8_t octets[PROXYV2_TLS_HEADER_MAX];
	size_t size; /* 0: none, with 'proxy: off' */
};

/* Connects `server`, the upstream server of the front: takes a slot for it, or waits for one,
 * and `wake` is posted then. Does not block: while it is RELAY_CONNECTING it is to be called
 * again with the same, at wait->deadline at the latest. For a stream `preface` is NULL, and
 * upstream_write_header() follows. If the server is RELAY_UNREACHABLE, `why` is a sentence for
 * the client, which is logged as well; then, and whenever the connection ends, upstream_leave()
 * has to be called before `server` is closed. */
enum relay_link upstream_connect(struct upstream_link *link,
	const struct upstream_request *request, struct stream *server,
	struct relay_preface *preface, struct relay_wait *wait, const char **why);

/* The header for a client of a stream, which this result is about. False if there must be one and
 * cannot be: then nothing may go to the server. */
bool upstream_write_header(const struct upstream_request *request,
	const struct dance_result *proved, struct upstream_header *header);

/* Gives the slot back, if there is one. */
void upstream_leave(struct upstream_link *link);
