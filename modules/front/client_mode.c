/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Client mode: passes the queries of a secondary on this machine on to its primary. Does
 * not know which clients a primary permits. */

#include "client_mode.h"

#include <stdio.h>
#include <stdlib.h>

#include <libknot/consts.h>
#include <libknot/descriptor.h>

#include "carrier.h"
#include "errand.h"
#include "message.h"
#include "policy.h"
#include "primary.h"
#include "room.h"
#include "stats.h"
#include "workers.h"

struct client_mode {
	struct carrier carrier;
	struct connection *connection;
	struct errand errand; /* to reach a primary */
	struct stream reached;
	struct primary primary;
	struct relay_times times;
	bool connecting;
	bool unreachable; /* no primary; `primary` has the reason */
	bool over;        /* and freed as soon as the errand is back */
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

/* In a thread that may wait. */
static void reach(void *arg, bool able)
{
	struct client_mode *mode = arg;
	if (able) {
		mode->unreachable = !primary_connect(mode->connection->client,
			mode->connection->runtime->conf, &mode->reached, &mode->primary);
		return;
	}
	mode->unreachable = true;
	mode->primary.ede = KNOT_EDNS_EDE_OTHER;
	snprintf(mode->primary.why, sizeof(mode->primary.why), "no thread can be started");
}

static enum relay_link connect_primary(void *arg, struct stream *server,
	struct relay_preface *preface, struct relay_wait *wait)
{
	struct client_mode *mode = arg;
	(void)preface;
	(void)wait;
	if (!mode->connecting) {
		mode->connecting = true;
		mode->reached = STREAM_NONE;
		errand_send(&mode->errand, workers_primaries(), reach, false);
	}
	if (mode->errand.out) {
		return RELAY_CONNECTING;
	}
	mode->connecting = false;
	stream_move(server, &mode->reached);
	return mode->unreachable ? RELAY_UNREACHABLE : RELAY_CONNECTED;
}

static void leaving(void *arg)
{
	struct client_mode *mode = arg;
	watch_forget_server(&mode->carrier.watch);
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
	.leaving = leaving,
};

static void end(struct client_mode *mode)
{
	stream_close(&mode->reached);
	carrier_end(&mode->carrier);
	free(mode);
}

static void come_back(void *arg)
{
	struct client_mode *mode = arg;
	if (mode->over) {
		end(mode);
	} else {
		carrier_turn(&mode->carrier);
	}
}

static void ended(void *arg, enum relay_outcome outcome)
{
	const struct client_mode *mode = arg;
	if (mode->errand.out) {
		return; /* no primary has been asked */
	}
	primary_log_outcome(mode->connection->client, &mode->primary, mode->times.answer_ms,
		outcome);
}

static void over(void *arg)
{
	struct client_mode *mode = arg;
	mode->over = true;
	if (!mode->errand.out) {
		end(mode);
	}
}

static const struct carrier_owner owner = {
	.ended = ended,
	.over = over,
};

void client_mode_begin(struct connection *connection)
{
	struct client_mode *mode = calloc(1, sizeof(*mode));
	if (mode == NULL) {
		connection_close(connection);
		connection_leave(connection);
		room_make(NULL, "out of memory", ROOM_MORE_MEMORY);
		return;
	}
	mode->connection = connection;
	mode->reached = STREAM_NONE;
	mode->times = connection_times(connection);
	errand_begin(&mode->errand, connection->begin.loop, come_back, mode);
	if (carrier_begin(&mode->carrier, connection, &owner, mode)) {
		carrier_relay(&mode->carrier, &mode->times, &hooks);
		carrier_turn(&mode->carrier);
	} else {
		carrier_leave(&mode->carrier, false);
	}
}
