/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Server mode: one client's way from its handshake to the relay, and its end. Knows nothing
 * of queries. */

#include "server_mode.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "log.h"
#include "monotonic.h"
#include "room.h"
#include "server_query.h"
#include "stats_event.h"
#include "workers.h"

/* What to do about a failed handshake, by its reason: OpenSSL's, or ours. */
static const char *advise(const char *why)
{
	static const struct {
		const char *reason, *advice;
		enum dance_verdict verdict; /* whose advice it is, if there is none here */
	} known[] = {
		{ "no application protocol", "offer ALPN 'dot' on the client (RFC 9103)",
			0 },
		{ "unsupported protocol", "use TLS 1.3 on the client", 0 },
		{ "wrong version number", NULL, DANCE_DENY_TRANSPORT },
		{ "http request", NULL, DANCE_DENY_TRANSPORT },
		{ "out of memory", NULL, DANCE_FAIL_INTERNAL },
		{ "malloc failure", NULL, DANCE_FAIL_INTERNAL },
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].reason, why) == 0) {
			return known[i].advice != NULL ?
				known[i].advice :
				dance_verdict_advice(known[i].verdict, DANCE_CLIENT);
		}
	}
	return "check the client's TLS settings";
}

static void log_failed_handshake(const struct server_mode *mode, const char *why)
{
	stats_count(STATS_HANDSHAKES);
	struct log_line line;
	log_line_begin(&line, "front %s, handshake failed",
		mode->connection->front->conf->id);
	log_line_key(&line, "remote", "%s", mode->connection->from_text);
	log_line_reason(&line, "%s", why);
	log_composed_limited(LEVEL_NOTICE, &line, advise(why));
}

/* One step, in a thread that may wait: the client's name may be looked up within it. When it
 * was the last one, the client is decided about. */
static void shake(void *arg, bool able)
{
	struct server_mode *mode = arg;
	struct connection *connection = mode->connection;
	struct stream *client = &connection->stream;
	mode->shaken = STREAM_ERROR;
	snprintf(mode->why, sizeof(mode->why), "out of memory");
	if (!able) {
		return;
	}
	if (client->ssl == NULL && stream_secure(client, connection->front->tls)) {
		SSL_set_accept_state(client->ssl);
	}
	if (client->ssl != NULL) {
		mode->shaken = stream_shake(client, mode->why, sizeof(mode->why));
	}
	if (mode->shaken == STREAM_OK && server_query_begin_result(mode)) {
		(void)judgement_of_handshake(&mode->judgement, client->ssl,
			connection->front, &mode->news, mode->result);
	}
	ERR_clear_error();
}

static void fail_handshake(struct server_mode *mode, const char *why)
{
	log_failed_handshake(mode, why);
	carrier_leave(&mode->carrier, true);
}

static void wait_for_client(struct server_mode *mode, short events)
{
	watch_until(&mode->carrier.watch, mode->times.deadline);
	if (monotonic_ms() >= mode->times.deadline) {
		fail_handshake(mode, "not finished in time");
	} else if (!watch_client(&mode->carrier.watch, mode->connection->stream.fd,
			   events)) {
		fail_handshake(mode, "out of memory");
	}
}

/* A client that is not permitted has until the deadline to send one query, which is refused.
 * One that has too many connections is left. */
static void begin_relay(struct server_mode *mode)
{
	if (mode->result != NULL) {
		judgement_keep(&mode->judgement, mode->connection->runtime, mode->result);
	}
	bool stays = mode->result != NULL &&
		(mode->result->verdict != DANCE_ALLOW ||
			server_query_admit(mode, mode->connection->runtime, mode->result));
	server_query_end_result(mode);
	if (!stays) {
		carrier_leave(&mode->carrier, true);
		return;
	}
	carrier_relay(&mode->carrier, &mode->times, &server_query_hooks);
	carrier_turn(&mode->carrier);
}

/* After the handshake, until there is a verdict. A client that has to go does not wait for
 * that: it would take the room of others. */
static void decide_first(struct server_mode *mode)
{
	if (mode->result == NULL || mode->result->verdict != DANCE_UNDECIDED) {
		begin_relay(mode);
	} else if (mode->carrier.sent_away) {
		carrier_leave(&mode->carrier, false);
	} else if (mode->has_news) {
		mode->has_news = false;
		errand_send(&mode->errand, workers_handshakes(), server_query_go_on, false);
	}
}

/* The client goes on, or its time is over; or DNS has said something of it. */
static void turn(void *arg)
{
	struct server_mode *mode = arg;
	if (mode->errand.out) {
		return;
	}
	if (mode->shaken == STREAM_OK) {
		decide_first(mode);
		return;
	}
	(void)watch_client(&mode->carrier.watch, mode->connection->stream.fd, 0);
	errand_send(&mode->errand, workers_handshakes(), shake, false);
}

static void end(struct server_mode *mode)
{
	server_query_end(mode);
	carrier_end(&mode->carrier);
	free(mode);
}

static void hear_news(void *arg)
{
	struct server_mode *mode = arg;
	mode->has_news = true;
	carrier_turn(&mode->carrier);
}

/* What the errand was for is done. */
static void come_back(void *arg)
{
	struct server_mode *mode = arg;
	if (mode->over) {
		end(mode);
	} else if (mode->carrier.state != CARRIER_BEFORE) {
		carrier_turn(&mode->carrier);
	} else if (mode->shaken == STREAM_OK) {
		decide_first(mode);
	} else if (mode->shaken == STREAM_AGAIN) {
		wait_for_client(mode, mode->connection->stream.read_wants);
	} else {
		fail_handshake(mode, mode->why);
	}
}

static void ended(void *arg, enum relay_outcome outcome)
{
	server_query_log_outcome(arg, outcome);
}

static void over(void *arg)
{
	struct server_mode *mode = arg;
	mode->over = true;
	if (!mode->errand.out) {
		end(mode);
	}
}

static const struct carrier_owner owner = {
	.turn = turn,
	.ended = ended,
	.over = over,
};

void server_mode_begin(struct connection *connection)
{
	struct server_mode *mode = calloc(1, sizeof(*mode));
	if (mode == NULL) {
		connection_close(connection);
		connection_leave(connection);
		room_make(NULL, "out of memory", ROOM_MORE_MEMORY);
		return;
	}
	mode->connection = connection;
	mode->shaken = STREAM_AGAIN;
	judgement_begin(&mode->judgement);
	mode->times = connection_times(connection);
	mode->times.rest_ms = UPSTREAM_REST_MS;
	mode->times.deadline = monotonic_ms() +
		(int64_t)connection->runtime->conf->handshake_timeout_s * 1000;
	mode->news = (struct loop_call){
		.loop = connection->begin.loop, .run = hear_news, .arg = mode
	};
	errand_begin(&mode->errand, connection->begin.loop, come_back, mode);
	if (carrier_begin(&mode->carrier, connection, &owner, mode)) {
		wait_for_client(mode, POLLIN);
	} else {
		carrier_leave(&mode->carrier, false);
	}
}
