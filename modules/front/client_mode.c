/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Client mode: passes the queries of a secondary on this machine on to its primary. Does
 * not know which clients a primary permits. */

#include "client_mode.h"

#include <stdlib.h>

#include <libknot/consts.h>
#include <openssl/err.h>

#include "message.h"
#include "policy.h"
#include "primary.h"
#include "relay.h"
#include "stats.h"

struct client_mode {
	struct connection *connection;
	struct relay relay;
	struct primary primary;
	bool unreachable; /* no primary; `primary` has the reason */
};

static enum relay_decision decide(void *arg, const uint8_t *message, size_t size,
	struct relay_reply *reply)
{
	const struct client_mode *mode = arg;
	const struct conf_client *conf = mode->connection->client->conf;
	struct message_question question;
	message_read(message, size, &question);
	if (!policy_passes(conf->pass, question.kind)) {
		policy_log_not_passed(true, conf->id, NULL, NULL, &question);
		return policy_not_passed(&question, message, size, reply);
	}
	return RELAY_PASS;
}

static bool connect_primary(void *arg, struct stream *server, struct relay_preface *preface)
{
	struct client_mode *mode = arg;
	(void)preface;
	mode->unreachable = !primary_connect(mode->connection->client,
		mode->connection->runtime->conf, server, &mode->primary);
	return !mode->unreachable;
}

static void fail(void *arg, const uint8_t *message, size_t size, struct relay_reply *reply)
{
	const struct client_mode *mode = arg;
	stats_count(STATS_SERVER);
	policy_refuse(reply, message, size, KNOT_RCODE_SERVFAIL,
		mode->unreachable ? mode->primary.ede : KNOT_EDNS_EDE_NETWORK,
		mode->unreachable ? mode->primary.why : "the primary does not answer");
}

static void passed(void *arg, const uint8_t *message, size_t size)
{
	const struct client_mode *mode = arg;
	struct message_question question;
	message_read(message, size, &question);
	primary_log(mode->connection->client, &mode->primary, &question);
	stats_count(STATS_QUERIES);
}

static void answered(void *arg, const uint8_t *message, size_t size)
{
	const struct client_mode *mode = arg;
	primary_log_answer(mode->connection->client, &mode->primary, message, size);
}

static const struct relay_hooks hooks = {
	.decide = decide,
	.connect = connect_primary,
	.fail = fail,
	.passed = passed,
	.answered = answered,
};

void client_mode_run(struct connection *connection)
{
	struct client_mode *mode = calloc(1, sizeof(*mode));
	if (mode == NULL) {
		connection_close(connection, false);
		return;
	}
	mode->connection = connection;
	const struct relay_times times = connection_times(connection);
	enum relay_outcome outcome = RELAY_ENDED;
	if (relay_begin(&mode->relay, &connection->stream, &times, &hooks, mode)) {
		outcome = relay_run(&mode->relay);
		primary_log_outcome(connection->client, &mode->primary, times.answer_ms,
			outcome);
	}
	connection_close(connection, outcome != RELAY_CLIENT_GONE);
	relay_clear(&mode->relay);
	free(mode);
	ERR_clear_error();
}
