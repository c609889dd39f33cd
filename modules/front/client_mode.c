/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Client mode: passes the queries of a secondary on this machine on to its primary. Does
 * not know which clients a primary permits. */

#include "client_mode.h"

#include <stdio.h>
#include <stdlib.h>

#include <libknot/consts.h>
#include <openssl/err.h>

#include "carrier.h"
#include "errand.h"
#include "message.h"
#include "policy.h"
#include "primary.h"
#include "room.h"
#include "stats_event.h"
#include "stored_key.h"
#include "workers.h"

struct client_mode {
	struct carrier carrier;
	struct relay relay;
	struct connection *connection;
	struct primary primary;
	struct primary_search search; /* for it */
	bool searches;                /* now */
	bool unreachable;             /* no primary; `primary` has the reason */
	struct errand errand;         /* for it, instead of the search */
	struct stream found;          /* by the errand, like the next */
	struct primary sought;        /* whose thread may write to it while the loop logs */
	bool sent; /* the errand, and nobody has asked for what it found */
	bool over; /* but for the errand */
	struct relay_times times;
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

/* DNS has said something of the primary. */
static void wake(void *arg)
{
	struct client_mode *mode = arg;
	loop_post(&mode->carrier.wake);
}

static void forget_socket(void *arg)
{
	struct client_mode *mode = arg;
	watch_forget_server(&mode->carrier.watch);
}

static void begin_search(struct client_mode *mode, struct stream *server)
{
	const struct primary_owner owner = {
		.wake = wake, .leaving = forget_socket, .arg = mode
	};
	mode->searches = true;
	primary_begin(&mode->search, mode->connection->client,
		mode->connection->runtime->conf, server, &mode->primary, &owner);
}

/* In a thread that may wait, from the first step to the last. */
static void seek(void *arg, bool able)
{
	struct client_mode *mode = arg;
	const struct connection *connection = mode->connection;
	if (able) {
		(void)primary_connect(connection->client, connection->runtime->conf,
			&mode->found, &mode->sought);
		ERR_clear_error();
	} else {
		mode->sought.ede = KNOT_EDNS_EDE_OTHER;
		snprintf(mode->sought.why, sizeof(mode->sought.why), "out of memory");
	}
}

/* A signature takes as long as the store of the key, and the loop has no time for that. */
static enum relay_link send_for_primary(struct client_mode *mode, struct stream *server)
{
	if (!mode->sent) {
		mode->sent = true;
		errand_send(&mode->errand, workers_handshakes(), seek, false);
	}
	if (mode->errand.out) {
		return RELAY_CONNECTING;
	}
	mode->sent = false;
	mode->primary = mode->sought;
	mode->unreachable = mode->found.fd < 0;
	stream_move(server, &mode->found);
	return mode->unreachable ? RELAY_UNREACHABLE : RELAY_CONNECTED;
}

static enum relay_link connect_primary(void *arg, struct stream *server,
	struct relay_preface *preface, struct relay_wait *wait)
{
	struct client_mode *mode = arg;
	struct primary_wait what;
	(void)preface;
	if (stored_key_is_in(mode->connection->client->tls)) {
		return send_for_primary(mode, server);
	}
	if (!mode->searches) {
		begin_search(mode, server);
	}
	enum primary_status status = primary_step(&mode->search, &what);
	if (status == PRIMARY_WAITS) {
		wait->server = what.events;
		wait->deadline = what.until;
		return RELAY_CONNECTING;
	}
	mode->searches = false;
	mode->unreachable = status == PRIMARY_NONE;
	return mode->unreachable ? RELAY_UNREACHABLE : RELAY_CONNECTED;
}

static void leaving(void *arg)
{
	struct client_mode *mode = arg;
	if (mode->searches) {
		primary_stop(&mode->search);
	}
	forget_socket(mode);
}

static void fail(void *arg, const uint8_t *message, size_t size, struct relay_reply *reply)
{
	const struct client_mode *mode = arg;
	stats_count(STATS_SERVER);
	if (mode->unreachable) {
		counts_error(mode->connection->counts, COUNTS_UNREACHABLE);
	}
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

static void ended(void *arg)
{
	const struct client_mode *mode = arg;
	primary_log_outcome(mode->connection->client, &mode->primary, mode->times.answer_ms,
		relay_outcome(&mode->relay));
}

static void end(struct client_mode *mode)
{
	stream_close(&mode->found);
	carrier_end(&mode->carrier);
	free(mode);
}

static void over(void *arg)
{
	struct client_mode *mode = arg;
	mode->over = true;
	if (!mode->errand.out) {
		end(mode);
	}
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
	mode->times = connection_times(connection);
	mode->found = STREAM_NONE;
	errand_begin(&mode->errand, connection->begin.loop, come_back, mode);
	if (carrier_begin(&mode->carrier, connection, &owner, mode)) {
		carrier_relay(&mode->carrier, &mode->relay, &mode->times, &hooks);
		relay_count_answers(&mode->relay, &connection->client->counts->octets);
		carrier_turn(&mode->carrier);
	} else {
		carrier_leave(&mode->carrier, false);
	}
}
