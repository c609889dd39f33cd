/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Two buffers and the framing of messages. Queries are taken one by one; answers pass in
 * whatever pieces they come, but their bounds are watched: our own answers may only stand
 * between two. Knows neither TLS nor who may ask. */

#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH 2 /* octets */
#define QUERY PROXY_HEADER_MAX /* where the length of the query stands in `up` */

bool relay_begin(struct relay *relay)
{
	relay->up = malloc(QUERY + LENGTH + MESSAGE_MAX);
	relay->down = malloc(RELAY_DOWN_SIZE);
	relay->gathered = relay->up_at = relay->up_end = 0;
	relay->down_at = relay->down_end = 0;
	relay->head = 0;
	relay->left = 0;
	relay->awaiting = relay->answer_pending = relay->last = relay->over = false;
	relay->end = RELAY_ENDED;
	return relay->up != NULL && relay->down != NULL;
}

void relay_clear(struct relay *relay, bool gently)
{
	end_close(&relay->server, false);
	end_close(&relay->client, gently);
	free(relay->up);
	free(relay->down);
	relay->up = relay->down = NULL;
}

static void stop(struct relay *relay, enum relay_end end)
{
	relay->over = true;
	relay->end = end;
}

static size_t query_size(const struct relay *relay)
{
	const uint8_t *length = relay->up + QUERY;
	return (size_t)length[0] << 8 | length[1];
}

/* Between two messages of the server's. */
static bool between(const struct relay *relay)
{
	return relay->head == 0 && relay->left == 0;
}

/* --- queries ------------------------------------------------------------------------- */

/* The query is whole: what becomes of it? */
static void rule(struct relay *relay)
{
	const uint8_t *message = relay->up + QUERY + LENGTH;
	bool connected = relay->server.fd >= 0;
	relay->answer_size = 0;
	enum relay_ruling ruling = relay->rule(relay, message, query_size(relay));
	relay->gathered = 0;
	switch (ruling) {
	case RELAY_PASS:
		relay->up_at = QUERY - relay->preface_size;
		relay->up_end = QUERY + LENGTH + query_size(relay);
		memcpy(relay->up + relay->up_at, relay->preface, relay->preface_size);
		relay->preface_size = 0;
		relay->reused = connected;
		relay->awaiting = true;
		return;
	case RELAY_LAST:
		relay->last = true;
		relay->answer_pending = relay->answer_size > 0;
		return;
	case RELAY_ANSWER:
		relay->answer_pending = relay->answer_size > 0;
		return;
	case RELAY_CLOSE:
		break;
	}
	stop(relay, RELAY_ENDED);
}

/* Reads no further than to the end of the query that is coming. */
static bool from_client(struct relay *relay)
{
	if (relay->client.finished || relay->last || relay->answer_pending ||
	    relay->up_at < relay->up_end) {
		return false;
	}
	size_t wanted = LENGTH;
	if (relay->gathered >= LENGTH) {
		wanted += query_size(relay);
	}
	if (relay->gathered < wanted) {
		size_t got;
		enum end_status status = end_read(&relay->client,
			relay->up + QUERY + relay->gathered, wanted - relay->gathered, &got);
		if (status == END_AGAIN) {
			return false;
		}
		if (status == END_ERROR || (status == END_FINISHED && relay->gathered > 0)) {
			stop(relay, RELAY_CLIENT_GONE);
			return false;
		}
		relay->gathered += got;
	}
	if (relay->gathered >= LENGTH && relay->gathered == LENGTH + query_size(relay)) {
		rule(relay);
	}
	return true;
}

/* The server is gone, or silent, with a query that it owes an answer to. */
static void server_failed(struct relay *relay, enum relay_end end)
{
	bool unanswered = relay->awaiting && between(relay) && relay->gathered == 0;
	if (!unanswered) {
		stop(relay, end);
		return;
	}
	const uint8_t *message = relay->up + QUERY + LENGTH;
	bool again = relay->reused && end == RELAY_SERVER_GONE;
	relay->awaiting = false;
	relay->up_at = relay->up_end = 0;
	end_close(&relay->server, false);
	if (again) {
		/* It may have closed an idle connection just when the query came. */
		rule(relay);
		return;
	}
	relay->fail(relay, message, query_size(relay));
	relay->answer_pending = relay->answer_size > 0;
	relay->last = true;
	relay->end = end;
}

static bool to_server(struct relay *relay)
{
	if (relay->up_at == relay->up_end) {
		return false;
	}
	size_t put;
	enum end_status status = end_write(&relay->server, relay->up + relay->up_at,
		relay->up_end - relay->up_at, &put);
	if (status == END_AGAIN) {
		return false;
	}
	if (status != END_OK) {
		server_failed(relay, RELAY_SERVER_GONE);
		return true;
	}
	relay->up_at += put;
	return true;
}

/* --- answers ------------------------------------------------------------------------- */

/* Follows the bounds of messages through octets of the server's. */
static void follow(struct relay *relay, const uint8_t *data, size_t size)
{
	while (size > 0) {
		if (relay->left == 0) {
			if (relay->head == 0) {
				relay->head_octet = *data;
				relay->head = 1;
			} else {
				relay->left = (size_t)relay->head_octet << 8 | *data;
				relay->head = 0;
			}
			data++;
			size--;
		} else {
			size_t part = size < relay->left ? size : relay->left;
			relay->left -= part;
			data += part;
			size -= part;
		}
		relay->awaiting = relay->awaiting && !between(relay);
	}
}

/* How much may be read: with an answer of our own waiting, no further than to the end of the
 * server's message. */
static size_t readable(const struct relay *relay)
{
	if (!relay->answer_pending) {
		return RELAY_DOWN_SIZE;
	}
	size_t most = relay->left > 0 ? relay->left : 1;
	return most < RELAY_DOWN_SIZE ? most : RELAY_DOWN_SIZE;
}

static bool from_server(struct relay *relay)
{
	if (relay->server.fd < 0 || relay->down_at < relay->down_end ||
	    (relay->answer_pending && between(relay)) ||
	    (relay->last && !relay->answer_pending)) {
		return false;
	}
	size_t got;
	enum end_status status = end_read(&relay->server, relay->down, readable(relay), &got);
	if (status == END_AGAIN) {
		return false;
	}
	if (status == END_OK) {
		follow(relay, relay->down, got);
		relay->down_at = 0;
		relay->down_end = got;
		return true;
	}
	if (relay->client.finished) {
		stop(relay, RELAY_CLIENT_GONE);
	} else if (relay->awaiting || !between(relay)) {
		server_failed(relay, RELAY_SERVER_GONE);
	} else {
		/* Idle: there will be another connection if there is another query. */
		end_close(&relay->server, false);
	}
	return true;
}

static bool to_client(struct relay *relay)
{
	if (relay->down_at == relay->down_end) {
		if (!relay->answer_pending || !between(relay)) {
			return false;
		}
		relay->down[0] = (uint8_t)(relay->answer_size >> 8);
		relay->down[1] = (uint8_t)relay->answer_size;
		memcpy(relay->down + LENGTH, relay->answer, relay->answer_size);
		relay->down_at = 0;
		relay->down_end = LENGTH + relay->answer_size;
		relay->answer_pending = false;
	}
	size_t put;
	enum end_status status = end_write(&relay->client, relay->down + relay->down_at,
		relay->down_end - relay->down_at, &put);
	if (status == END_AGAIN) {
		return false;
	}
	if (status != END_OK) {
		stop(relay, RELAY_CLIENT_GONE);
		return false;
	}
	relay->down_at += put;
	return true;
}

/* --- the pump ------------------------------------------------------------------------ */

static bool step(struct relay *relay)
{
	relay->client.read_wants = relay->client.write_wants = 0;
	relay->server.read_wants = relay->server.write_wants = 0;
	bool moved = from_client(relay);
	moved = (!relay->over && to_server(relay)) || moved;
	moved = (!relay->over && from_server(relay)) || moved;
	moved = (!relay->over && to_client(relay)) || moved;

	bool flushed = relay->down_at == relay->down_end && !relay->answer_pending;
	if (!relay->over && relay->last && flushed) {
		stop(relay, relay->end);
	} else if (!relay->over && relay->client.finished) {
		if (flushed && !relay->awaiting && between(relay) &&
		    relay->up_at == relay->up_end) {
			stop(relay, RELAY_CLIENT_GONE);
		} else if (relay->up_at == relay->up_end) {
			end_finish(&relay->server);
		}
	}
	return moved;
}

static struct pollfd watched(const struct end *end)
{
	short events = end->read_wants | end->write_wants;
	return (struct pollfd){ .fd = events != 0 ? end->fd : -1, .events = events };
}

/* Until something can be read or written. False when that takes too long. */
static bool wait_for_ends(const struct relay *relay, int64_t since)
{
	bool on_server = relay->down_at == relay->down_end &&
		(relay->awaiting || !between(relay) || relay->up_at < relay->up_end);
	int64_t deadline = since + (on_server ? relay->answer_ms : relay->idle_ms);
	if (relay->deadline != 0 && relay->deadline < deadline) {
		deadline = relay->deadline;
	}
	struct pollfd ends[] = { watched(&relay->client), watched(&relay->server) };
	for (;;) {
		int64_t left = deadline - end_now();
		if (left <= 0) {
			return false;
		}
		int happened = poll(ends, 2, left > 60000 ? 60000 : (int)left);
		if (happened > 0 || (happened < 0 && errno != EINTR)) {
			return true;
		}
	}
}

enum relay_end relay_run(struct relay *relay)
{
	int64_t moved = end_now();
	while (!relay->over) {
		if (relay->deadline != 0 && end_now() >= relay->deadline) {
			stop(relay, RELAY_IDLE);
		} else if (step(relay)) {
			moved = end_now();
		} else if (!relay->over && !wait_for_ends(relay, moved)) {
			bool answered = relay->down_at < relay->down_end ||
				(!relay->awaiting && between(relay));
			if (answered || relay->last) {
				stop(relay, RELAY_IDLE);
			} else {
				server_failed(relay, RELAY_SERVER_SILENT);
			}
		}
	}
	return relay->end;
}
