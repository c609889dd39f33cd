/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which items go with which mode of a front, and what holds there for those that the file does not
 * have. An item without a meaning is a mistake: its author expects something of it. */

#include "mode.h"

#include "address.h"
#include "conf_parse.h"
#include "schema.h"

#define DNS_PORT 853 /* RFC 7858 3.1 */

static bool is_given(const struct conf_front *front, const char *item)
{
	return conf_is_given(front->given, conf_schema[CONF_FRONT].var.g.sub_items, item);
}

static bool settle_dns(struct conf_front *front, const struct conf_error *error)
{
	static const char *const items[] = { "alpn", "source", "recheck" };
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		if (is_given(front, items[i])) {
			return conf_fail(error, 0, "front %s: '%s' requires 'mode: stream'",
				front->id, items[i]);
		}
	}
	if (front->proxy == CONF_PROXY_TLS) {
		return conf_fail(error, 0, "front %s: 'proxy: tls' requires 'mode: stream'",
			front->id);
	}
	if (endpoint_is_path(&front->server)) {
		return conf_fail(error, 0,
			"front %s: 'server' is the UNIX socket %s, which requires 'mode: "
			"stream'",
			front->id, front->server.text);
	}
	for (size_t i = 0; i < front->listen_count; i++) {
		struct address *address = &front->listen[i];
		bool has_port;
		if (address_port(&address->socket) == 0) {
			char text[ADDRESS_TEXT_SIZE];
			address_text(text, &address->socket);
			address_read(address, text, DNS_PORT, &has_port);
		}
	}
	front->source_identity = true;
	front->recheck = false;
	return true;
}

/* Without a header the source is what the server's kernel tells it. */
static bool settle_source(struct conf_front *front, const struct conf_error *error)
{
	bool is_path = endpoint_is_path(&front->server);
	if (front->proxy != CONF_PROXY_OFF) {
		return true;
	}
	if (is_path && is_given(front, "source")) {
		return conf_fail(error, 0,
			"front %s: 'source' has no meaning with 'proxy: off' and a UNIX "
			"socket, which tells the server no address",
			front->id);
	}
	if (!is_path && is_given(front, "source") && !front->source_identity) {
		return conf_fail(error, 0,
			"front %s: 'source: client' requires 'proxy: on' or 'proxy: tls'; "
			"with 'proxy: off' the server sees the identity's address",
			front->id);
	}
	front->source_identity = !is_path;
	return true;
}

static bool settle_stream(struct conf_front *front, const struct conf_error *error)
{
	if (is_given(front, "pass")) {
		return conf_fail(error, 0,
			"front %s: 'pass' has no meaning with 'mode: stream', which passes "
			"on everything",
			front->id);
	}
	for (size_t i = 0; i < front->listen_count; i++) {
		if (address_port(&front->listen[i].socket) == 0) {
			return conf_fail(error, 0,
				"front %s: with 'mode: stream', 'listen' needs a port: %s@PORT",
				front->id, front->listen[i].text);
		}
	}
	front->pass = 0;
	return settle_source(front, error);
}

bool conf_settle_modes(struct conf *conf, const struct conf_error *error)
{
	for (size_t i = 0; i < conf->front_count; i++) {
		struct conf_front *front = &conf->fronts[i];
		bool fine = front->mode == CONF_MODE_STREAM ? settle_stream(front, error) :
							      settle_dns(front, error);
		if (!fine) {
			return false;
		}
	}
	return true;
}
