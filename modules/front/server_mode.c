/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Server mode: one client's handshake, its authentication, and the verdict on each of
 * its queries. Knows neither how messages get to the upstream server nor what is in them
 * but the question. */

#include "server_mode.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libknot/consts.h>
#include <libknot/descriptor.h>
#include <openssl/err.h>

#include "../extended_error.h"
#include "carrier.h"
#include "errand.h"
#include "judgement.h"
#include "log.h"
#include "message.h"
#include "monotonic.h"
#include "policy.h"
#include "room.h"
#include "stats.h"
#include "upstream.h"
#include "workers.h"

struct server_mode {
	struct carrier carrier;
	struct connection *connection;
	struct errand errand; /* a step of the handshake, or a decision */
	struct judgement judgement;
	struct dance_result *result; /* of a decision that counts now, or is made */
	struct relay_times times;
	enum stream_status shaken; /* how far the last step of the handshake came */
	char why[160];             /* it has failed */
	bool deciding;             /* about the query that waits */
	bool authenticated;        /* was allowed once */
	bool over;                 /* and freed as soon as the errand is back */
	struct runtime *runtime;   /* that let the query that is to be passed on come in */
	struct front *front;       /* of these */
	struct upstream upstream;  /* that its queries go to, once there was one */
	struct upstream_link link; /* the connection to it, while there is one */
	const char *unreachable;   /* why there is none */
};

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
			mode->times.deadline = 0;
			relay_lift_deadline(&mode->carrier.relay);
		}
	}
	return mode->authenticated;
}

/* A verdict is there. */
static enum relay_decision decide_by(struct server_mode *mode, const uint8_t *message,
	size_t size, struct relay_reply *reply)
{
	const struct dance_result *result = mode->result;
	const struct front *front = mode->front;
	struct message_question question;
	message_read(message, size, &question);
	stats_count_verdict(result->verdict);
	if (result->verdict != DANCE_ALLOW) {
		return refuse(mode, &question, message, size, result, reply);
	}
	if (!admit(mode, mode->runtime, result)) {
		return RELAY_CLOSE;
	}
	if (policy_passes(front->conf->pass, question.kind)) {
		return pass(mode, front, &question, result);
	}
	policy_log_not_passed(false, front->conf->id, mode->connection->from_text,
		result->name, &question);
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

/* Before the socket is closed. */
static void leave_server(struct server_mode *mode)
{
	watch_forget_server(&mode->carrier.watch);
	upstream_leave(&mode->link);
}

static bool begin_result(struct server_mode *mode)
{
	mode->result = calloc(1, sizeof(*mode->result));
	if (mode->result != NULL) {
		mode->result->size = sizeof(*mode->result);
	}
	return mode->result != NULL;
}

static void end_result(struct server_mode *mode)
{
	free(mode->result);
	mode->result = NULL;
}

static void fail_internally(struct dance_result *result, const char *why)
{
	*result = (struct dance_result){ .size = sizeof(*result),
		.verdict = DANCE_FAIL_INTERNAL };
	snprintf(result->detail, sizeof(result->detail), "%s", why);
}

/* In a thread that may wait. */
static void make_decision(void *arg, bool able)
{
	struct server_mode *mode = arg;
	if (able) {
		(void)judgement_make(&mode->judgement, mode->front, mode->result);
	} else {
		fail_internally(mode->result, "no thread can be started");
	}
}

/* By the runtime of this moment: a query that a reload forbids does not pass. False if the
 * decision has to be made by another thread. */
static bool find_decision(struct server_mode *mode)
{
	use_runtime(mode, runtime_current());
	if (!begin_result(mode) || mode->front == NULL ||
		judgement_find(&mode->judgement, mode->runtime, mode->front,
			mode->result) != DANCE_UNDECIDED) {
		return true;
	}
	mode->deciding = true;
	errand_send(&mode->errand, workers_handshakes(), make_decision,
		mode->authenticated);
	return false;
}

static enum relay_decision decide(void *arg, const uint8_t *message, size_t size,
	struct relay_reply *reply)
{
	struct server_mode *mode = arg;
	if (mode->deciding ? mode->errand.out : !find_decision(mode)) {
		return RELAY_UNDECIDED;
	}
	mode->deciding = false;
	enum relay_decision decision = mode->result == NULL ? RELAY_CLOSE :
		mode->front == NULL                         ? close_changed(mode) :
				      decide_by(mode, message, size, reply);
	end_result(mode);
	if (decision != RELAY_PASS) {
		use_runtime(mode, NULL);
	}
	return decision;
}

static enum relay_link connect_server(void *arg, struct stream *server,
	struct relay_preface *preface, struct relay_wait *wait)
{
	struct server_mode *mode = arg;
	const struct upstream_request request = {
		.front = mode->front,
		.connection = mode->connection,
		.as = &mode->upstream.as,
		.most = mode->runtime->conf->max_per_server,
		.patience_ms = mode->times.answer_ms,
		.wake = &mode->carrier.wake,
	};
	enum relay_link link = upstream_connect(&mode->link, &request, server, preface,
		wait, &mode->unreachable);
	if (link == RELAY_UNREACHABLE) {
		leave_server(mode);
		stream_close(server);
	}
	return link;
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
	upstream_slot_rest(&mode->link.slot, fd);
}

/* It may have had to give way to another client's. */
static bool resume(void *arg)
{
	struct server_mode *mode = arg;
	return upstream_slot_resume(&mode->link.slot);
}

static void leaving(void *arg)
{
	leave_server(arg);
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
	if (mode->shaken == STREAM_OK && begin_result(mode)) {
		(void)judgement_of_handshake(&mode->judgement, client->ssl,
			connection->runtime, connection->front, mode->result);
	}
	ERR_clear_error();
}

static void fail_handshake(struct server_mode *mode, const char *why)
{
	log_failed_handshake(mode, why);
	carrier_leave(&mode->carrier, true);
}

/* The client goes on, or does not in time. */
static void turn(void *arg)
{
	struct server_mode *mode = arg;
	if (mode->errand.out) {
		return;
	}
	if (monotonic_ms() >= mode->times.deadline) {
		fail_handshake(mode, "not finished in time");
		return;
	}
	(void)watch_client(&mode->carrier.watch, mode->connection->stream.fd, 0);
	errand_send(&mode->errand, workers_handshakes(), shake, false);
}

static void wait_for_client(struct server_mode *mode, short events)
{
	watch_until(&mode->carrier.watch, mode->times.deadline);
	if (!watch_client(&mode->carrier.watch, mode->connection->stream.fd, events)) {
		fail_handshake(mode, "out of memory");
	}
}

/* A client that is not permitted has until the deadline to send one query, which is refused.
 * One that has too many connections is left. */
static void begin_relay(struct server_mode *mode)
{
	bool stays = mode->result != NULL &&
		(mode->result->verdict != DANCE_ALLOW ||
			admit(mode, mode->connection->runtime, mode->result));
	end_result(mode);
	if (!stays) {
		carrier_leave(&mode->carrier, true);
		return;
	}
	carrier_relay(&mode->carrier, &mode->times, &hooks);
	carrier_turn(&mode->carrier);
}

static void end(struct server_mode *mode)
{
	use_runtime(mode, NULL);
	end_result(mode);
	judgement_clear(&mode->judgement);
	carrier_end(&mode->carrier);
	free(mode);
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
		begin_relay(mode);
	} else if (mode->shaken == STREAM_AGAIN) {
		wait_for_client(mode, mode->connection->stream.read_wants);
	} else {
		fail_handshake(mode, mode->why);
	}
}

static void ended(void *arg, enum relay_outcome outcome)
{
	const struct server_mode *mode = arg;
	const struct policy_server server = server_of(mode);
	policy_log_outcome(&server, mode->times.answer_ms, outcome);
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
	judgement_begin(&mode->judgement);
	mode->times = connection_times(connection);
	mode->times.rest_ms = UPSTREAM_REST_MS;
	mode->times.deadline = monotonic_ms() +
		(int64_t)connection->runtime->conf->handshake_timeout_s * 1000;
	errand_begin(&mode->errand, connection->begin.loop, come_back, mode);
	if (carrier_begin(&mode->carrier, connection, &owner, mode)) {
		wait_for_client(mode, POLLIN);
	} else {
		carrier_leave(&mode->carrier, false);
	}
}
