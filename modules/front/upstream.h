/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Connects to the upstream server of a front, and tells it for which client. Does not know
 * what is asked. */

#pragma once

#include <stdbool.h>

#include "conf/conf.h"
#include "connection.h"
#include "relay.h"
#include "upstream_slots.h"

#define UPSTREAM_CONNECT_MS 5000
#define UPSTREAM_REST_MS 5000 /* how long an idle connection is kept */

/* What a connection to a server is made for. */
struct upstream {
	struct sockaddr_storage server;
	bool proxy;
	struct address as; /* of the identity */
};

bool upstream_is_same(const struct upstream *a, const struct upstream *b);

/* Connects `server`, the upstream server of a front, for a client, under an identity's
 * address: as the source of the connection, or in a PROXYv2 header as its preface. There
 * are at most `most` such connections: `slot` is taken for this one. Takes at most
 * `patience_ms`. NULL, or a sentence for the client, which is logged as well. */
const char *upstream_connect(struct front *front, const struct connection *connection,
	const struct address *as, unsigned most, unsigned patience_ms,
	struct upstream_slot *slot, struct stream *server, struct relay_preface *preface);
