/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One client of a front: its handshake, the proof, and the verdict on each of its queries.
 * Knows neither how messages get to the server behind nor what is in them but the
 * question. */

#include "serve_front.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libknot/consts.h>
#include <libknot/descriptor.h>
#include <openssl/err.h>

#include "../extended_error.h"
#include "../kept.h"
#include "dance_openssl.h"
#include "log.h"
#include "message.h"
#include "monotonic.h"
#include "policy.h"
#include "relay.h"
#include "tally.h"
#include "upstream.h"

struct guest {
	struct connection *connection;
	struct relay relay;
	struct dance_openssl_peer *peer; /* NULL: nothing was proved, for the reason */
	enum dance_verdict unproved;
	bool known;                /* was allowed once */
	uint64_t began;            /* kept_now() when it came */
	struct kept kept;          /* of the end of the handshake, for the first query */
	struct settings *settings; /* that let the query that is to be passed on come in */
	struct front *front;       /* of these */
	struct upstream upstream;  /* that its queries go to, once there was one */
	struct upstream_slot slot; /* of the connection to it, while there is one */
	const char *unreachable;   /* why there is none */
};

static enum dance_verdict judge(struct guest *guest, const struct front *front,
	struct dance_result *result)
{
	if (guest->peer == NULL) {
		*result = (struct dance_result){ .verdict = guest->unproved };
		return result->verdict;
	}
	if (front->conf->require_name &&
		dance_openssl_peer_shown(guest->peer)->client_id == NULL) {
		/* The handshake sees to that, unless it was before a reload. */
		*result = (struct dance_result){ .verdict = DANCE_DENY_NAME,
			.detail = "the client must send its name" };
		return result->verdict;
	}
	return dance_openssl_peer_verify(guest->peer, front->roster, result);
}

/* One decision for the handshake and the first query, unless a reload came between; each
 * further query is decided by itself. */
static enum dance_verdict decide_peer(struct guest *guest, const struct settings *settings,
	const struct front *front, struct dance_result *result)
{
	if (!kept_take(&guest->kept, settings, front->roster, result)) {
		return judge(guest, front, result);
	}
	if (result->verdict != DANCE_ALLOW && guest->peer != NULL) {
		/* It may come again as soon as its record is known. */
		dance_look_again(front->roster, dance_openssl_peer_shown(guest->peer));
	}
	return result->verdict;
}

/* No, and why. */
static enum relay_decision refuse(const struct guest *guest,
	const struct message_question *question, const uint8_t *message, size_t size,
	const struct dance_result *result, struct relay_reply *reply)
{
	char line[DANCE_LINE_SIZE];
	log_limited(CONF_LOG_NOTICE, "front %s, %s %s refused, remote %s, %s",
		guest->connection->front->conf->id, question->type_name, question->name,
		guest->connection->from_text,
		dance_result_line(result, line, sizeof(line)));
	bool failed = dance_verdict_class(result->verdict) == DANCE_CLASS_FAIL;
	return policy_refuse(reply, message, size,
		       failed ? KNOT_RCODE_SERVFAIL : KNOT_RCODE_REFUSED,
		       extended_error(result->verdict),
		       dance_verdict_text(result->verdict)) ?
		RELAY_LAST :
		RELAY_CLOSE;
}

static enum relay_decision leave(const struct guest *guest)
{
	log_limited(CONF_LOG_NOTICE,
		"front %s, closed, remote %s, configuration or identity "
		"changed",
		guest->connection->front->conf->id, guest->connection->from_text);
	return RELAY_CLOSE;
}

/* The client may come; to the server behind with its query, under the identity's address. */
static enum relay_decision pass(struct guest *guest, const struct front *front,
	const struct message_question *question, const struct dance_result *result)
{
	const struct conf_identity *identity = register_find(front->names, result->name);
	if (identity == NULL) {
		return leave(guest);
	}
	const struct upstream upstream = { front->conf->server.socket, front->conf->proxy,
		identity->address };
	bool had_one = guest->upstream.server.ss_family != AF_UNSPEC;
	if (had_one && !upstream_is_same(&upstream, &guest->upstream)) {
		/* Another identity, or another server, than a moment ago: on a connection of
		 * its own, then. */
		return leave(guest);
	}
	guest->upstream = upstream;
	char line[DANCE_LINE_SIZE];
	log_line(policy_is_heavy(question) ? CONF_LOG_INFO : CONF_LOG_DEBUG,
		"front %s, %s %s, remote %s, as %s, %s", front->conf->id,
		question->type_name, question->name, guest->connection->from_text,
		identity->address.text, dance_result_line(result, line, sizeof(line)));
	return RELAY_PASS;
}

/* From now on it counts as authenticated. False if there are too many connections of its name. */
static bool welcome(struct guest *guest, const struct settings *settings,
	const struct dance_result *result)
{
	if (!guest->known) {
		const struct front *front = settings_front(settings,
			guest->connection->front->conf->id);
		const struct conf_identity *identity = front != NULL ?
			register_find(front->names, result->name) :
			NULL;
		guest->known = identity != NULL &&
			connection_authenticated(guest->connection, settings, identity,
				result->name);
		if (guest->known) {
			relay_lift_deadline(&guest->relay);
		}
	}
	return guest->known;
}

static enum relay_decision decide_by(struct guest *guest, const struct settings *settings,
	const struct front *front, const uint8_t *message, size_t size,
	struct relay_reply *reply)
{
	struct message_question question;
	message_read(message, size, &question);
	struct dance_result result;
	enum dance_verdict verdict = decide_peer(guest, settings, front, &result);
	tally_verdict(verdict);
	if (verdict != DANCE_ALLOW) {
		return refuse(guest, &question, message, size, &result, reply);
	}
	if (!welcome(guest, settings, &result)) {
		return RELAY_CLOSE;
	}
	if (policy_passes(front->conf->pass, question.kind)) {
		return pass(guest, front, &question, &result);
	}
	log_limited(CONF_LOG_NOTICE, "front %s, %s %s not passed, remote %s, client %s",
		front->conf->id, question.type_name, question.name,
		guest->connection->from_text, result.name);
	return policy_not_passed(&question, message, size, reply);
}

/* Those that decide about one query, until it is passed on. NULL: none. */
static void use_settings(struct guest *guest, struct settings *settings)
{
	settings_release(guest->settings);
	guest->settings = settings;
	guest->front = settings != NULL ?
		settings_front(settings, guest->connection->front->conf->id) :
		NULL;
}

/* By the settings of this moment: a query that a reload forbids does not pass. */
static enum relay_decision decide(void *arg, const uint8_t *message, size_t size,
	struct relay_reply *reply)
{
	struct guest *guest = arg;
	use_settings(guest, settings_current());
	enum relay_decision decision = guest->front != NULL ?
		decide_by(guest, guest->settings, guest->front, message, size, reply) :
		leave(guest);
	if (decision != RELAY_PASS) {
		use_settings(guest, NULL);
	}
	return decision;
}

static bool connect_server(void *arg, struct stream *server, struct relay_preface *preface)
{
	struct guest *guest = arg;
	guest->unreachable = upstream_connect(guest->front, guest->connection,
		&guest->upstream.as, guest->settings->conf->max_per_server,
		connection_times(guest->connection).answer_ms, &guest->slot, server,
		preface);
	return guest->unreachable == NULL;
}

static void fail(void *arg, const uint8_t *message, size_t size, struct relay_reply *reply)
{
	const struct guest *guest = arg;
	tally_event(TALLY_SERVER);
	policy_refuse(reply, message, size, KNOT_RCODE_SERVFAIL, KNOT_EDNS_EDE_NETWORK,
		guest->unreachable != NULL ? guest->unreachable :
					     "the server behind does not answer");
}

static void passed(void *arg, const uint8_t *message, size_t size)
{
	(void)message;
	(void)size;
	tally_event(TALLY_QUERIES);
	use_settings(arg, NULL);
}

static void answered(void *arg, const uint8_t *message, size_t size)
{
	const struct guest *guest = arg;
	const struct conf_front *conf = guest->connection->front->conf;
	char whom[CONNECTION_TEXT_SIZE + sizeof(guest->upstream.as.text) + 16];
	snprintf(whom, sizeof(whom), ", remote %s, as %s", guest->connection->from_text,
		guest->upstream.as.text);
	const struct policy_server server = { "front", conf->id, "server",
		conf->server.text, whom,
		"does it have the zone, and does its access list (provide-xfr, "
		"allow-transfer) permit that address?" };
	policy_log_answer(&server, message, size);
}

static void rested(void *arg, int fd)
{
	struct guest *guest = arg;
	upstream_slot_rest(&guest->slot, fd);
}

/* It may have had to give way to another client's. */
static bool resume(void *arg)
{
	struct guest *guest = arg;
	return upstream_slot_resume(&guest->slot);
}

static void leaving(void *arg)
{
	struct guest *guest = arg;
	upstream_slot_give(&guest->slot);
}

static const struct relay_hooks hooks = {
	.decide = decide,
	.connect = connect_server,
	.fail = fail,
	.passed = passed,
	.answered = answered,
	.rested = rested,
	.resume = resume,
	.leaving = leaving,
};

/* What its operator has to do, where OpenSSL's reason does not say it. */
static const char *advise(const char *why)
{
	static const struct {
		const char *reason, *advice;
	} known[] = {
		{ "no application protocol",
			": the client must offer ALPN 'dot' (RFC 9103)" },
		{ "unsupported protocol", ": the client must speak TLS 1.3" },
		{ "wrong version number", ": the client does not speak TLS" },
		{ "http request", ": the client does not speak TLS" },
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].reason, why) == 0) {
			return known[i].advice;
		}
	}
	return "";
}

static bool shake_hands(struct connection *connection, int64_t deadline)
{
	struct stream *client = &connection->stream;
	char why[160] = "out of memory";
	if (stream_secure(client, connection->front->tls)) {
		SSL_set_accept_state(client->ssl);
		if (stream_handshake(client, deadline, why, sizeof(why))) {
			return true;
		}
	}
	tally_event(TALLY_HANDSHAKES);
	log_limited(CONF_LOG_NOTICE, "front %s, handshake failed, remote %s, %s%s",
		connection->front->conf->id, connection->from_text, why, advise(why));
	return false;
}

/* Who is it? Whoever is not let in has until the relay's deadline to put one question and be
 * refused. False for who has too many connections. */
static bool recognize(struct guest *guest)
{
	struct dance_result result;
	guest->peer = dance_openssl_peer_new(guest->connection->stream.ssl,
		&guest->unproved);
	enum dance_verdict verdict = judge(guest, guest->connection->front, &result);
	kept_put(&guest->kept, &result, guest->connection->settings, guest->began);
	return verdict != DANCE_ALLOW ||
		welcome(guest, guest->connection->settings, &result);
}

void serve_front(struct connection *connection)
{
	struct guest *guest = calloc(1, sizeof(*guest));
	if (guest == NULL) {
		connection_close(connection, false);
		return;
	}
	guest->connection = connection;
	guest->began = kept_now();
	struct relay_times times = connection_times(connection);
	times.rest_ms = UPSTREAM_REST_MS;
	times.deadline = monotonic_ms() +
		(int64_t)connection->settings->conf->handshake_timeout_s * 1000;
	enum relay_outcome outcome = RELAY_ENDED;
	if (shake_hands(connection, times.deadline) &&
		relay_begin(&guest->relay, &connection->stream, &times, &hooks, guest) &&
		recognize(guest)) {
		outcome = relay_run(&guest->relay);
		policy_log_outcome("front", connection->front->conf->id, "server",
			&connection->front->conf->server, times.answer_ms, outcome);
	}
	connection_close(connection, outcome != RELAY_CLIENT_GONE);
	relay_clear(&guest->relay);
	use_settings(guest, NULL);
	dance_openssl_peer_free(guest->peer);
	free(guest);
	ERR_clear_error();
}
