/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The verdict on each query of a front's client, and its way to the upstream server. Knows
 * neither how messages get there nor what is in them but the question. */

#include "server_query.h"

#include <libknot/consts.h>
#include <libknot/descriptor.h>

#include "../extended_error.h"
#include "log.h"
#include "message.h"
#include "policy.h"
#include "stats_event.h"

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
	const struct conf_identity *identity = identity_map_find_result(front->identities,
		result);
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

bool server_query_admit(struct server_mode *mode, const struct runtime *runtime,
	const struct dance_result *result)
{
	if (!mode->authenticated) {
		const struct front *front = runtime_front(runtime,
			mode->connection->front->conf->id);
		const struct conf_identity *identity = front != NULL ?
			identity_map_find_result(front->identities, result) :
			NULL;
		mode->authenticated = identity != NULL &&
			connection_authenticated(mode->connection, runtime, identity,
				result->name);
		if (mode->authenticated) {
			mode->times.deadline = 0;
			relay_lift_deadline(&mode->relay);
		}
	}
	return mode->authenticated;
}

/* A verdict is there. */
static enum relay_decision decide_by(struct server_mode *mode, const uint8_t *message,
	size_t size, struct relay_reply *reply)
{
	const struct dance_result *result = mode->ruling.result;
	const struct front *front = mode->ruling.front;
	struct message_question question;
	message_read(message, size, &question);
	struct counts_identity *counts = front_name_counts(front, result->name);
	counts_verdict(front->counts, result->verdict);
	counts_request(counts, counts_request_of(&question), result->verdict);
	relay_count_answers(&mode->relay, &counts->octets);
	if (result->verdict != DANCE_ALLOW) {
		return refuse(mode, &question, message, size, result, reply);
	}
	if (!server_query_admit(mode, mode->ruling.runtime, result)) {
		return RELAY_CLOSE;
	}
	if (policy_passes(front->conf->pass, question.kind)) {
		return pass(mode, front, &question, result);
	}
	policy_log_not_passed(false, front->conf->id, mode->connection->from_text,
		result->name, &question);
	return policy_not_passed(&question, message, size, reply);
}

/* Before the socket is closed. */
static void leave_server(struct server_mode *mode)
{
	watch_forget_server(&mode->carrier.watch);
	upstream_leave(&mode->link);
}

static enum relay_decision decide(void *arg, const uint8_t *message, size_t size,
	struct relay_reply *reply)
{
	struct server_mode *mode = arg;
	struct ruling *ruling = &mode->ruling;
	switch (ruling_decide(ruling, mode->authenticated)) {
	case RULING_DECIDED:
		break;
	case RULING_OUT_OF_MEMORY:
		return RELAY_CLOSE;
	case RULING_UNDECIDED:
		return RELAY_UNDECIDED;
	}
	enum relay_decision decision = ruling->front == NULL ?
		close_changed(mode) :
		decide_by(mode, message, size, reply);
	ruling_end_result(ruling);
	if (decision != RELAY_PASS) {
		ruling_forget(ruling);
	}
	return decision;
}

static enum relay_link connect_server(void *arg, struct stream *server,
	struct relay_preface *preface, struct relay_wait *wait)
{
	struct server_mode *mode = arg;
	const struct upstream_request request = {
		.front = mode->ruling.front,
		.connection = mode->connection,
		.as = &mode->upstream.as,
		.most = mode->ruling.runtime->conf->max_per_server,
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
	if (mode->unreachable != NULL) {
		counts_error(mode->connection->counts, COUNTS_UNREACHABLE);
	}
	policy_refuse(reply, message, size, KNOT_RCODE_SERVFAIL, KNOT_EDNS_EDE_NETWORK,
		mode->unreachable != NULL ? mode->unreachable :
					    "the upstream server does not answer");
}

static void passed(void *arg, const uint8_t *message, size_t size)
{
	struct server_mode *mode = arg;
	(void)message;
	(void)size;
	stats_count(STATS_QUERIES);
	ruling_forget(&mode->ruling);
}

static struct policy_server server_of(const struct server_mode *mode)
{
	const struct conf_front *conf = mode->connection->front->conf;
	return (struct policy_server){ false, conf->id, conf->server.text,
		mode->connection->from_text, mode->upstream.as.text,
		mode->connection->counts };
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

const struct relay_hooks server_query_hooks = {
	.decide = decide,
	.connect = connect_server,
	.fail = fail,
	.passed = passed,
	.answered = answered,
	.rested = rested,
	.resume = resume,
	.leaving = leaving,
};

void server_query_log_outcome(const struct server_mode *mode)
{
	const struct policy_server server = server_of(mode);
	policy_log_outcome(&server, mode->times.answer_ms, relay_outcome(&mode->relay));
}
