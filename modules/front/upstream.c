/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Connects to the upstream server, and logs whether it can be reached. */

#include "upstream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "address.h"
#include "log.h"
#include "monotonic.h"
#include "proxyv2.h"

/* All octets of both are set, so they can be compared as memory. */
bool upstream_is_same(const struct upstream *a, const struct upstream *b)
{
	return memcmp(&a->server, &b->server, sizeof(a->server)) == 0 &&
		a->proxy == b->proxy &&
		memcmp(&a->as.socket, &b->as.socket, sizeof(a->as.socket)) == 0;
}

static int connect_to(const struct conf_front *conf, const struct address *as,
	int64_t deadline)
{
	const struct sockaddr *from = conf->proxy ? NULL :
						    (const struct sockaddr *)&as->socket;
	int fd = stream_connect((const struct sockaddr *)&conf->server.socket,
		conf->server.size, from, as->size);
	if (fd < 0) {
		return -1;
	}
	int error = stream_connected(fd, deadline);
	if (error != 0) {
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

const char *upstream_connect(struct front *front, const struct connection *connection,
	const struct address *as, unsigned most, unsigned patience_ms,
	struct upstream_slot *slot, struct stream *server, struct relay_preface *preface)
{
	const struct conf_front *conf = front->conf;
	int64_t deadline = monotonic_ms() +
		(patience_ms < UPSTREAM_CONNECT_MS ? patience_ms : UPSTREAM_CONNECT_MS);
	if (!upstream_slot_take(slot, &conf->server.socket, most, deadline)) {
		struct log_line line;
		log_line_begin(&line, "front %s, query not sent", conf->id);
		log_line_key(&line, "server", "%s", conf->server.text);
		log_line_key(&line, "limit", "max-per-server");
		log_line_reason(&line, "none of %u connections is idle", most);
		log_composed_limited(LEVEL_WARNING, &line,
			"raise this limit and the server's own");
		return "no connection to the upstream server is free";
	}
	int fd = connect_to(conf, as, deadline);
	if (fd < 0) {
		int error = errno;
		upstream_slot_give(slot);
		if (!atomic_exchange(&front->unreachable, true)) {
			struct log_line line;
			log_line_begin(&line, "front %s, server unreachable", conf->id);
			log_line_key(&line, "server", "%s", conf->server.text);
			log_line_reason(&line, "%s", strerror(error));
			log_composed(LEVEL_WARNING, &line,
				"start the server, or correct 'server'");
		}
		return "the upstream server cannot be reached";
	}
	if (atomic_exchange(&front->unreachable, false)) {
		log_line(LEVEL_NOTICE, "front %s, server reachable again, server %s",
			conf->id, conf->server.text);
	}
	*server = (struct stream){ .fd = fd };
	if (conf->proxy) {
		preface->size = proxyv2_header(preface->octets,
			(const struct sockaddr *)&as->socket,
			address_port(&connection->from),
			(const struct sockaddr *)&connection->local);
	}
	return NULL;
}
