/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A secondary on this machine, and the primary elsewhere that it is passed on to: the client
 * mode. Knows nothing of who may ask a primary. */

#include "serve_client.h"

#include <stdlib.h>

#include <libknot/consts.h>
#include <openssl/err.h>

#include "log.h"
#include "message.h"
#include "primary.h"
#include "relay.h"
#include "ruling.h"
#include "tally.h"

struct errand {
	struct connection *connection;
	struct relay relay;
	struct primary primary;
};

static enum relay_ruling rule(struct relay *relay, const uint8_t *message, size_t size)
{
	struct errand *errand = relay->arg;
	const struct client *client = errand->connection->client;
	struct message_question question;
	message_read(message, size, &question);
	if (!ruling_passes(client->conf->pass, question.kind)) {
		log_limited(CONF_LOG_NOTICE, "client %s, %s %s not passed",
			client->conf->id, question.type_name, question.name);
		return ruling_not_passed(relay, &question, message, size);
	}
	if (relay->server.fd < 0 &&
		!primary_connect(errand->connection->client,
			errand->connection->settings->conf, &relay->server,
			&errand->primary)) {
		tally_event(TALLY_SERVER);
		ruling_answer(relay, message, size, KNOT_RCODE_SERVFAIL,
			errand->primary.ede, errand->primary.why);
		return RELAY_LAST;
	}
	primary_log(client, &errand->primary, &question);
	tally_event(TALLY_QUERIES);
	return RELAY_PASS;
}

static void fail(struct relay *relay, const uint8_t *message, size_t size)
{
	tally_event(TALLY_SERVER);
	ruling_answer(relay, message, size, KNOT_RCODE_SERVFAIL, KNOT_EDNS_EDE_NETWORK,
		"the primary does not answer");
}

static void answered(struct relay *relay, const uint8_t *message, size_t size)
{
	const struct errand *errand = relay->arg;
	primary_log_answer(errand->connection->client, &errand->primary, message, size);
}

void serve_client(struct connection *connection)
{
	const struct conf *conf = connection->settings->conf;
	struct errand *errand = calloc(1, sizeof(*errand));
	if (errand == NULL) {
		connection_close(connection);
		return;
	}
	errand->connection = connection;
	errand->relay = (struct relay){
		.client = { .fd = connection->fd },
		.server = END_NONE,
		.idle_ms = conf->idle_timeout_s * 1000,
		.answer_ms = conf->answer_timeout_s * 1000,
		.rule = rule,
		.fail = fail,
		.answered = answered,
		.arg = errand,
	};
	bool gently = true;
	if (relay_begin(&errand->relay)) {
		enum relay_end end = relay_run(&errand->relay);
		gently = end != RELAY_CLIENT_GONE;
		ruling_log_end("client", connection->client->conf->id, "primary",
			errand->primary.address, errand->relay.answer_ms, end);
	}
	if (gently) {
		end_farewell(&errand->relay.client); /* the gate may still cut it short */
	}
	gate_detach(&connection->visit);
	relay_clear(&errand->relay);
	free(errand);
	ERR_clear_error();
}
