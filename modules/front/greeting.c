/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Each step of a handshake is a job of its own. Between two, the loop waits for the client. */

#include "greeting.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>

#include "log.h"
#include "monotonic.h"
#include "stats_event.h"
#include "stored_key.h"

/* What to do about a failed handshake, by its reason: OpenSSL's, or ours. NULL: nothing. */
static const char *advise(const struct conf_front *conf, const char *why)
{
	static const struct {
		const char *reason, *advice;
		enum dance_verdict verdict; /* whose advice it is, if there is none here */
	} known[] = {
		{ "unsupported protocol", "use TLS 1.3 on the client", 0 },
		{ "wrong version number", NULL, DANCE_DENY_TRANSPORT },
		{ "http request", NULL, DANCE_DENY_TRANSPORT },
		{ "out of memory", NULL, DANCE_FAIL_INTERNAL },
		{ "malloc failure", NULL, DANCE_FAIL_INTERNAL },
	};
	if (strcmp(why, "no application protocol") == 0) {
		return conf->mode == CONF_MODE_STREAM ?
			"offer a protocol of 'alpn' on the client" :
			"offer ALPN 'dot' on the client (RFC 9103)";
	}
	if (strcmp(why, CONNECTION_CLOSED_HERE) == 0) {
		return NULL;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].reason, why) == 0) {
			return known[i].advice != NULL ?
				known[i].advice :
				dance_verdict_advice(known[i].verdict, DANCE_CLIENT);
		}
	}
	return "check the client's TLS settings";
}

static enum greeting_status fail(const struct greeting *greeting, const char *why,
	enum counts_result result)
{
	const struct connection *connection = greeting->carrier->connection;
	stats_count(STATS_HANDSHAKES);
	counts_result(connection->counts, result);
	struct log_line line;
	log_line_begin(&line, "front %s, handshake failed", connection->front->conf->id);
	log_line_key(&line, "remote", "%s", connection->from_text);
	log_line_reason(&line, "%s", why);
	const char *advice = stored_key_advice(connection->stream.ssl);
	log_composed_limited(LEVEL_NOTICE, &line,
		advice != NULL ? advice : advise(connection->front->conf, why));
	return GREETING_FAILED;
}

/* One step, in a thread that may wait: the client's name may be looked up within it. When it
 * was the last one, the client is decided about. */
static void shake(void *arg, bool able)
{
	struct greeting *greeting = arg;
	struct ruling *ruling = greeting->ruling;
	struct connection *connection = greeting->carrier->connection;
	struct stream *client = &connection->stream;
	greeting->shaken = STREAM_ERROR;
	snprintf(greeting->why, sizeof(greeting->why), "out of memory");
	if (!able) {
		return;
	}
	if (client->ssl == NULL && stream_secure(client, connection->front->tls)) {
		SSL_set_accept_state(client->ssl);
	}
	if (client->ssl != NULL) {
		greeting->shaken = stream_shake(client, greeting->why,
			sizeof(greeting->why));
	}
	if (greeting->shaken == STREAM_OK) {
		counts_result(connection->counts, COUNTS_ACCEPTED);
	}
	if (greeting->shaken == STREAM_OK && ruling_begin_result(ruling)) {
		(void)judgement_of_handshake(&ruling->judgement, client->ssl,
			connection->front, &ruling->news, ruling->result);
	}
	ERR_clear_error();
}

static enum greeting_status wait_for_client(const struct greeting *greeting, short events)
{
	struct carrier *carrier = greeting->carrier;
	watch_until(&carrier->watch, greeting->deadline);
	if (monotonic_ms() >= greeting->deadline) {
		return fail(greeting, "not finished in time", COUNTS_TIMEOUT);
	}
	if (!watch_client(&carrier->watch, carrier->connection->stream.fd, events)) {
		return fail(greeting, "out of memory", COUNTS_HANDSHAKE);
	}
	return GREETING_WAITS;
}

/* After the handshake, until there is a verdict. A client that has to go does not wait for
 * that: it would take the room of others. */
static enum greeting_status decide(const struct greeting *greeting)
{
	struct ruling *ruling = greeting->ruling;
	if (ruling->result == NULL || ruling->result->verdict != DANCE_UNDECIDED) {
		return GREETING_DECIDED;
	}
	if (greeting->carrier->sent_away) {
		return GREETING_CALLED_OFF;
	}
	if (ruling->has_news) {
		ruling->has_news = false;
		ruling_send_round(ruling, false);
	}
	return GREETING_WAITS;
}

enum greeting_status greeting_begin(struct greeting *greeting, struct carrier *carrier,
	struct ruling *ruling)
{
	const struct connection *connection = carrier->connection;
	*greeting = (struct greeting){ .carrier = carrier,
		.ruling = ruling,
		.deadline = monotonic_ms() +
			(int64_t)connection->runtime->conf->handshake_timeout_s * 1000,
		.shaken = STREAM_AGAIN };
	return wait_for_client(greeting, POLLIN);
}

enum greeting_status greeting_go_on(struct greeting *greeting)
{
	struct carrier *carrier = greeting->carrier;
	if (greeting->ruling->errand.out) {
		return GREETING_WAITS;
	}
	if (greeting->shaken == STREAM_OK) {
		return decide(greeting);
	}
	(void)watch_client(&carrier->watch, carrier->connection->stream.fd, 0);
	ruling_send(greeting->ruling, shake, greeting, false);
	return GREETING_WAITS;
}

enum greeting_status greeting_come_back(struct greeting *greeting)
{
	switch (greeting->shaken) {
	case STREAM_FINISHED:
	case STREAM_ERROR:
		break;
	case STREAM_OK:
		return decide(greeting);
	case STREAM_AGAIN:
		return wait_for_client(greeting,
			greeting->carrier->connection->stream.read_wants);
	}
	/* What the handshake says of it then is not what has ended it. */
	bool closed_here = limits_have_sent_away(&greeting->carrier->connection->entry);
	return fail(greeting, closed_here ? CONNECTION_CLOSED_HERE : greeting->why,
		COUNTS_HANDSHAKE);
}
