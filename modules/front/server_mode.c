/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Server mode: one client's handshake, its authentication, and the verdict on each of
 * its queries. Knows neither how messages get to the upstream server nor what is in them
 * but the question. */

#include "server_mode.h"

#include <stdlib.h>
#include <string.h>

#include <libknot/consts.h>
#include <libknot/descriptor.h>
#include <openssl/err.h>

#include "../extended_error.h"
#include "../result_cache.h"
#include "dance_openssl.h"
#include "log.h"
#include "message.h"
#include "monotonic.h"
#include "policy.h"
#include "relay.h"
#include "stats.h"
#include "upstream.h"

struct server_mode {
	struct connection *connection;
	struct relay relay;
	struct dance_openssl_peer *peer; /* NULL: nothing was proved, for the reason */
	struct dance_result unproved;    /* why there is no peer */
	bool authenticated;              /* was allowed once */
	uint64_t began;                  /* result_cache_now() when it came */
	struct result_cache kept;  /* of the end of the handshake, for the first query */
	struct runtime *runtime;   /* that let the query that is to be passed on come in */
	struct front *front;       /* of these */
	struct upstream upstream;  /* that its queries go to, once there was one */
	struct upstream_slot slot; /* of the connection to it, while there is one */
	const char *unreachable;   /* why there is none */
};

static enum dance_verdict judge(struct server_mode *mode, const struct front *front,
	struct dance_result *result)
{
	if (mode->peer == NULL) {
		*result = mode->unproved;
		return result->verdict;
	}
	if (front->conf->require_name &&
		dance_openssl_peer_shown(mode->peer)->client_id == NULL) {
		/* The handshake sees to that, unless it was before a reload. */
		*result = (struct dance_result){ .size = sizeof(struct dance_result),
			.verdict = DANCE_DENY_NAME,
			.detail = "the client did not send its name" };
		return result->verdict;
	}
	return dance_openssl_peer_verify(mode->peer, front->roster, result);
}

/* One decision for the handshake and the first query, unless a reload came between; each
 * further query is decided by itself. */
static enum dance_verdict decide_peer(struct server_mode *mode,
	const struct runtime *runtime, const struct front *front,
	struct dance_result *result)
{
	if (!result_cache_take(&mode->kept, runtime, front->roster, result)) {
		return judge(mode, front, result);
	}
	if (result->verdict != DANCE_ALLOW && mode->peer != NULL) {
		/* It may come again as soon as its record is known. */
		dance_look_again(front->roster, dance_openssl_peer_shown(mode->peer));
	}
	return result->verdict;
}

/* "front xot, AXFR example.com. allowed, remote 192.0.2.53@41966" */
static void begin_line(struct log_line *line, const struct server_mode *mode,
	const struct message_question *question, const char *outcome)
{
	log_line_begin(line, "front %s, %s %s %s", mode->connection->front->conf->id,
		question->type_name, question->name, outcome);
	log_line_key(line, "remote", "%s", mode->connection->from_text);
}

/* No, and why. */
static enum relay_decision refuse(const struct server_mode *mode,
	const struct message_question *question, const uint8_t *message, size_t size,
	const struct dance_result *result, struct relay_reply *reply)
{
	bool failed = dance_verdict_class(result->verdict) == DANCE_CLASS_FAIL;
	struct log_line line;
	begin_line(&line, mode, question, failed ? "failed" : "refused");
	log_line_result(&line, result);
	log_composed_limited(failed ? LEVEL_WARNING : LEVEL_NOTICE, &line,
		dance_verdict_advice(result->verdict, DANCE_CLIENT));
	return policy_refuse(reply, message, size,
		       failed ? KNOT_RCODE_SERVFAIL : KNOT_RCODE_REFUSED,
		       extended_error(result->verdict),
		       dance_verdict_text(result->verdict)) ?
		RELAY_LAST :
		RELAY_CLOSE;
}

static enum relay_decision close_changed(const struct server_mode *mode)
{
	struct log_line line;
	log_line_begin(&line, "front %s, connection closed",
		mode->connection->front->conf->id);
	log_line_key(&line, "remote", "%s", mode->connection->from_text);
	log_line_reason(&line, "the configuration or the identity has changed");
	log_composed_limited(LEVEL_NOTICE, &line, NULL);
	return RELAY_CLOSE;
}

/* The client is permitted: its query goes to the upstream server, under the identity's
 * address. */
static enum relay_decision pass(struct server_mode *mode, const struct front *front,
	const struct message_question *question, const struct dance_result *result)
{
	const struct conf_identity *identity = identity_map_find(front->identities,
		result->name);
	if (identity == NULL) {
		return close_changed(mode);
	}
	const struct upstream upstream = { front->conf->server.socket, front->conf->proxy,
		identity->address };
	bool had_one = mode->upstream.server.ss_family != AF_UNSPEC;
	if (had_one && !upstream_is_same(&upstream, &mode->upstream)) {
		/* Another identity, or another server, than a moment ago: on a connection of
		 * its own, then. */
		return close_changed(mode);
	}
	mode->upstream = upstream;
	struct log_line line;
	begin_line(&line, mode, question, "allowed");
	log_line_key(&line, "as", "%s", identity->address.text);
	log_line_result(&line, result);
	log_composed(policy_is_heavy(question) ? LEVEL_INFO : LEVEL_DEBUG, &line, NULL);
	return RELAY_PASS;
}

/* From now on it counts as authenticated. False if there are too many connections of its
 * name. */
static bool admit(struct server_mode *mode, const struct runtime *runtime,
	const struct dance_result *result)
{
	if (!mode->authenticated) {
		const struct front *front = runtime_front(runtime,
			mode->connection->front->conf->id);
		const struct conf_identity *identity = front != NULL ?
			identity_map_find(front->identities, result->name) :
			NULL;
		mode->authenticated = identity != NULL &&
			connection_authenticated(mode->connection, runtime, identity,
				result->name);
		if (mode->authenticated) {
			relay_lift_deadline(&mode->relay);
		}
	}
	return mode->authenticated;
}

static enum relay_decision decide_by(struct server_mode *mode,
	const struct runtime *runtime, const struct front *front, const uint8_t *message,
	size_t size, struct relay_reply *reply)
{
	struct message_question question;
	message_read(message, size, &question);
	struct dance_result result = { .size = sizeof(result) };
	enum dance_verdict verdict = decide_peer(mode, runtime, front, &result);
	stats_count_verdict(verdict);
	if (verdict != DANCE_ALLOW) {
		return refuse(mode, &question, message, size, &result, reply);
	}
	if (!admit(mode, runtime, &result)) {
		return RELAY_CLOSE;
	}
	if (policy_passes(front->conf->pass, question.kind)) {
		return pass(mode, front, &question, &result);
	}
	policy_log_not_passed(false, front->conf->id, mode->connection->from_text,
		result.name, &question);
	return policy_not_passed(&question, message, size, reply);
}

/* Those that decide about one query, until it is passed on. NULL: none. */
static void use_runtime(struct server_mode *mode, struct runtime *runtime)
{
	runtime_release(mode->runtime);
	mode->runtime = runtime;
	mode->front = runtime != NULL ?
		runtime_front(runtime, mode->connection->front->conf->id) :
		NULL;
}

/* By the runtime of this moment: a query that a reload forbids does not pass. */
static enum relay_decision decide(void *arg, const uint8_t *message, size_t size,
	struct relay_reply *reply)
{
	struct server_mode *mode = arg;
	use_runtime(mode, runtime_current());
	enum relay_decision decision = mode->front != NULL ?
		decide_by(mode, mode->runtime, mode->front, message, size, reply) :
		close_changed(mode);
	if (decision != RELAY_PASS) {
		use_runtime(mode, NULL);
	}
	return decision;
}

static bool connect_server(void *arg, struct stream *server, struct relay_preface *preface)
{
	struct server_mode *mode = arg;
	mode->unreachable = upstream_connect(mode->front, mode->connection,
		&mode->upstream.as, mode->runtime->conf->max_per_server,
		connection_times(mode->connection).answer_ms, &mode->slot, server, preface);
	return mode->unreachable == NULL;
}

static void fail(void *arg, const uint8_t *message, size_t size, struct relay_reply *reply)
{
	const struct server_mode *mode = arg;
	stats_count(STATS_SERVER);
	policy_refuse(reply, message, size, KNOT_RCODE_SERVFAIL, KNOT_EDNS_EDE_NETWORK,
		mode->unreachable != NULL ? mode->unreachable :
					    "the upstream server does not answer");
}

static void passed(void *arg, const uint8_t *message, size_t size)
{
	(void)message;
	(void)size;
	stats_count(STATS_QUERIES);
	use_runtime(arg, NULL);
}

static struct policy_server server_of(const struct server_mode *mode)
{
	const struct conf_front *conf = mode->connection->front->conf;
	return (struct policy_server){ false, conf->id, conf->server.text,
		mode->connection->from_text, mode->upstream.as.text };
}

static void answered(void *arg, const uint8_t *message, size_t size)
{
	const struct policy_server server = server_of(arg);
	policy_log_answer(&server, message, size);
}

static void rested(void *arg, int fd)
{
	struct server_mode *mode = arg;
	upstream_slot_rest(&mode->slot, fd);
}

/* It may have had to give way to another client's. */
static bool resume(void *arg)
{
	struct server_mode *mode = arg;
	return upstream_slot_resume(&mode->slot);
}

static void leaving(void *arg)
{
	struct server_mode *mode = arg;
	upstream_slot_give(&mode->slot);
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

static bool handshake(struct connection *connection, int64_t deadline)
{
	struct stream *client = &connection->stream;
	char why[160] = "out of memory";
	if (stream_secure(client, connection->front->tls)) {
		SSL_set_accept_state(client->ssl);
		if (stream_handshake(client, deadline, why, sizeof(why))) {
			return true;
		}
	}
	stats_count(STATS_HANDSHAKES);
	struct log_line line;
	log_line_begin(&line, "front %s, handshake failed", connection->front->conf->id);
	log_line_key(&line, "remote", "%s", connection->from_text);
	log_line_reason(&line, "%s", why);
	log_composed_limited(LEVEL_NOTICE, &line, advise(why));
	return false;
}

/* Decides about the client after its handshake. A client that is not permitted has until the
 * relay's deadline to send one query, which is refused. False if the client has too many
 * connections. */
static bool authenticate(struct server_mode *mode)
{
	struct dance_result result = { .size = sizeof(result) };
	mode->peer = dance_openssl_peer_new(mode->connection->stream.ssl, &mode->unproved);
	enum dance_verdict verdict = judge(mode, mode->connection->front, &result);
	result_cache_put(&mode->kept, &result, mode->connection->runtime, mode->began);
	return verdict != DANCE_ALLOW || admit(mode, mode->connection->runtime, &result);
}

void server_mode_run(struct connection *connection)
{
	struct server_mode *mode = calloc(1, sizeof(*mode));
	if (mode == NULL) {
		connection_close(connection, false);
		return;
	}
	mode->connection = connection;
	mode->unproved.size = sizeof(mode->unproved);
	mode->began = result_cache_now();
	struct relay_times times = connection_times(connection);
	times.rest_ms = UPSTREAM_REST_MS;
	times.deadline = monotonic_ms() +
		(int64_t)connection->runtime->conf->handshake_timeout_s * 1000;
	enum relay_outcome outcome = RELAY_ENDED;
	if (handshake(connection, times.deadline) &&
		relay_begin(&mode->relay, &connection->stream, &times, &hooks, mode) &&
		authenticate(mode)) {
		outcome = relay_run(&mode->relay);
		const struct policy_server server = server_of(mode);
		policy_log_outcome(&server, times.answer_ms, outcome);
	}
	connection_close(connection, outcome != RELAY_CLIENT_GONE);
	relay_clear(&mode->relay);
	use_runtime(mode, NULL);
	dance_openssl_peer_free(mode->peer);
	free(mode);
	ERR_clear_error();
}
