/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Connects to the upstream server, and logs whether it can be reached. */

#include "upstream.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

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

static enum relay_link fail_for_slot(const struct conf_front *conf, unsigned most,
	const char **why)
{
	bool is_stream = conf->mode == CONF_MODE_STREAM;
	struct log_line line;
	log_line_begin(&line, "front %s, %s", conf->id,
		is_stream ? "stream not connected" : "query not sent");
	log_line_key(&line, "server", "%s", conf->server.text);
	log_line_key(&line, "limit", "max-per-server");
	log_line_reason(&line,
		is_stream ? "all of %u connections are in use" :
			    "none of %u connections is idle",
		most);
	log_composed_limited(LEVEL_WARNING, &line, "raise this limit and the server's own");
	*why = "no connection to the upstream server is free";
	return RELAY_UNREACHABLE;
}

static enum relay_link fail_to_connect(struct front *front, int error, const char **why)
{
	if (!atomic_exchange(&front->unreachable, true)) {
		struct log_line line;
		log_line_begin(&line, "front %s, server unreachable", front->conf->id);
		log_line_key(&line, "server", "%s", front->conf->server.text);
		log_line_reason(&line, "%s", strerror(error));
		log_composed(LEVEL_WARNING, &line,
			error == EACCES && endpoint_is_path(&front->conf->server) ?
				"let this user connect to the socket, by its group or mode" :
				"start the server, or correct 'server'");
	}
	*why = "the upstream server cannot be reached";
	return RELAY_UNREACHABLE;
}

/* Does not connect yet. 0, or an errno. */
static int begin_to_connect(const struct conf_front *conf, const struct address *as,
	struct stream *server)
{
	bool from_identity = conf->proxy == CONF_PROXY_OFF && conf->source_identity;
	int fd = stream_connect((const struct sockaddr *)&conf->server.socket,
		conf->server.size,
		from_identity ? (const struct sockaddr *)&as->socket : NULL,
		from_identity ? as->size : 0);
	if (fd < 0) {
		return errno;
	}
	*server = (struct stream){ .fd = fd };
	return 0;
}

static enum relay_link succeed(const struct upstream_request *request,
	struct relay_preface *preface)
{
	const struct conf_front *conf = request->front->conf;
	if (atomic_exchange(&request->front->unreachable, false)) {
		log_line(LEVEL_NOTICE, "front %s, server reachable again, server %s",
			conf->id, conf->server.text);
	}
	if (conf->proxy != CONF_PROXY_OFF && preface != NULL) {
		preface->size = proxyv2_header(preface->octets,
			(const struct sockaddr *)&request->as->socket,
			address_port(&request->connection->from),
			(const struct sockaddr *)&request->connection->local);
	}
	return RELAY_CONNECTED;
}

bool upstream_write_header(const struct upstream_request *request,
	const struct dance_result *proved, struct upstream_header *header)
{
	const struct conf_front *conf = request->front->conf;
	const struct connection *connection = request->connection;
	const struct sockaddr *local = (const struct sockaddr *)&connection->local;
	const struct sockaddr *source = (const struct sockaddr *)(conf->source_identity ?
			&request->as->socket :
			&connection->from);
	uint16_t port = address_port(&connection->from);
	header->size = 0;
	switch (conf->proxy) {
	case CONF_PROXY_OFF:
		return true;
	case CONF_PROXY_ON:
		header->size = proxyv2_header(header->octets, source, port, local);
		break;
	case CONF_PROXY_TLS:
		header->size = proxyv2_tls_header(header->octets, source, port, local,
			proved, SSL_get_cipher_name(connection->stream.ssl));
		break;
	}
	return header->size != 0;
}

/* Takes a slot, unless there is one. False when out of memory. */
static bool want_slot(struct upstream_link *link, const struct upstream_request *request)
{
	if (link->deadline != 0) {
		return true;
	}
	link->deadline = monotonic_ms() +
		(request->patience_ms < UPSTREAM_CONNECT_MS ? request->patience_ms :
							      UPSTREAM_CONNECT_MS);
	return upstream_slot_take(&link->slot, &request->front->conf->server.socket,
		request->most, request->wake);
}

enum relay_link upstream_connect(struct upstream_link *link,
	const struct upstream_request *request, struct stream *server,
	struct relay_preface *preface, struct relay_wait *wait, const char **why)
{
	const struct conf_front *conf = request->front->conf;
	if (!want_slot(link, request)) {
		return fail_for_slot(conf, request->most, why);
	}
	wait->deadline = link->deadline;
	bool in_time = monotonic_ms() < link->deadline;
	if (!upstream_slot_is_taken(&link->slot)) {
		return in_time ? RELAY_CONNECTING : fail_for_slot(conf, request->most, why);
	}
	int error = server->fd < 0 ? begin_to_connect(conf, request->as, server) : 0;
	if (error == EAGAIN && endpoint_is_path(&conf->server)) {
		/* Its backlog is full, and the kernel does not tell when it has room. */
		int64_t again = monotonic_ms() + UPSTREAM_RETRY_MS;
		wait->deadline = again < link->deadline ? again : link->deadline;
		error = in_time ? EINPROGRESS : ETIMEDOUT;
	} else if (error == 0 && !stream_is_connected(server->fd)) {
		wait->server = POLLOUT;
		error = in_time ? EINPROGRESS : ETIMEDOUT;
	} else if (error == 0) {
		error = stream_connect_error(server->fd);
	}
	if (error == EINPROGRESS) {
		return RELAY_CONNECTING;
	}
	if (error != 0) {
		return fail_to_connect(request->front, error, why);
	}
	link->deadline = 0;
	return succeed(request, preface);
}

void upstream_leave(struct upstream_link *link)
{
	upstream_slot_give(&link->slot);
	link->deadline = 0;
}
