/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One client of a front: its handshake, the proof, and the verdict on each of its queries.
 * Knows neither how messages get to the server behind nor what is in them but the
 * question. */

#include "arrival.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libknot/consts.h>
#include <libknot/descriptor.h>
#include <openssl/err.h>

#include "../extended_error.h"
#include "../kept.h"
#include "backend.h"
#include "dance_openssl.h"
#include "log.h"
#include "message.h"
#include "relay.h"
#include "ruling.h"
#include "tally.h"

struct guest {
	struct arrival *arrival;
	struct relay relay;
	struct dance_openssl_peer *peer; /* NULL: nothing was proved */
	struct dance_result unproved;    /* why there is no peer */
	bool known;                      /* was allowed once */
	uint64_t began;                  /* kept_now() when it came */
	struct kept kept;       /* of the end of the handshake, for the first query */
	struct backend backend; /* that was connected, if there was one */
	char shown[80];         /* the address under which the server sees it */
	struct slot slot;       /* of the connection to it, while there is one */
};

static enum dance_verdict judge(struct guest *guest, const struct front *front,
	struct dance_result *result)
{
	if (guest->peer == NULL) {
		*result = guest->unproved;
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
static enum dance_verdict decide(struct guest *guest, const struct settings *settings,
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
static enum relay_ruling refuse(struct guest *guest,
	const struct message_question *question, const uint8_t *message, size_t size,
	const struct dance_result *result)
{
	char line[DANCE_LINE_SIZE];
	log_limited(CONF_LOG_NOTICE, "front %s, %s %s refused, remote %s, %s",
		guest->arrival->front->conf->id, question->type_name, question->name,
		guest->arrival->from_text, dance_result_line(result, line, sizeof(line)));
	bool failed = dance_verdict_class(result->verdict) == DANCE_CLASS_FAIL;
	return ruling_answer(&guest->relay, message, size,
		       failed ? KNOT_RCODE_SERVFAIL : KNOT_RCODE_REFUSED,
		       extended_error(result->verdict),
		       dance_verdict_text(result->verdict)) ?
		RELAY_LAST :
		RELAY_CLOSE;
}

static enum relay_ruling leave(const struct guest *guest)
{
	log_limited(CONF_LOG_NOTICE,
		"front %s, closed, remote %s, configuration or identity "
		"changed",
		guest->arrival->front->conf->id, guest->arrival->from_text);
	return RELAY_CLOSE;
}

/* The client may come; to the server behind with its query, under the identity's address. */
static enum relay_ruling pass(struct guest *guest, const struct settings *settings,
	struct front *front, const struct message_question *question,
	const uint8_t *message, size_t size, const struct dance_result *result)
{
	struct relay *relay = &guest->relay;
	const struct conf_identity *identity = register_find(front->names, result->name);
	if (identity == NULL) {
		return leave(guest);
	}
	const struct backend backend = { front->conf->server.socket, front->conf->proxy,
		identity->address.socket };
	bool had_one = guest->backend.server.ss_family != AF_UNSPEC;
	if (had_one && !backend_is_same(&backend, &guest->backend)) {
		/* Another identity, or another server, than a moment ago: on a connection of
		 * its own, then. */
		return leave(guest);
	}
	char line[DANCE_LINE_SIZE];
	log_line(ruling_is_heavy(question) ? CONF_LOG_INFO : CONF_LOG_DEBUG,
		"front %s, %s %s, remote %s, as %s, %s", front->conf->id,
		question->type_name, question->name, guest->arrival->from_text,
		identity->address.text, dance_result_line(result, line, sizeof(line)));
	if (relay->server.fd >= 0 && !slot_resume(&guest->slot)) {
		relay_leave_server(relay); /* it had to give way to another client's */
	}
	guest->backend = backend;
	snprintf(guest->shown, sizeof(guest->shown), "%s", identity->address.text);
	const char *no = relay->server.fd >= 0 ?
		NULL :
		backend_connect(front, guest->arrival, &identity->address,
			settings->conf->max_per_server, &guest->slot, relay);
	if (no != NULL) {
		tally_event(TALLY_SERVER);
		ruling_answer(relay, message, size, KNOT_RCODE_SERVFAIL,
			KNOT_EDNS_EDE_NETWORK, no);
		return RELAY_LAST;
	}
	tally_event(TALLY_QUERIES);
	return RELAY_PASS;
}

/* Somebody whom the gate need not count as a stranger any longer. */
static bool welcome(struct guest *guest, const struct settings *settings,
	const struct dance_result *result)
{
	if (!guest->known) {
		const struct front *front = settings_front(settings,
			guest->arrival->front->conf->id);
		const struct conf_identity *identity = front != NULL ?
			register_find(front->names, result->name) :
			NULL;
		guest->known = identity != NULL &&
			arrival_known(guest->arrival, settings, identity, result->name);
		guest->relay.deadline = guest->known ? 0 : guest->relay.deadline;
	}
	return guest->known;
}

/* By the settings of this moment: a query that a reload forbids does not pass. */
static enum relay_ruling rule_by(struct guest *guest, const struct settings *settings,
	struct front *front, const uint8_t *message, size_t size)
{
	struct message_question question;
	message_read(message, size, &question);
	struct dance_result result;
	enum dance_verdict verdict = decide(guest, settings, front, &result);
	tally_verdict(verdict);
	if (verdict != DANCE_ALLOW) {
		return refuse(guest, &question, message, size, &result);
	}
	if (!welcome(guest, settings, &result)) {
		return RELAY_CLOSE;
	}
	if (ruling_passes(front->conf->pass, question.kind)) {
		return pass(guest, settings, front, &question, message, size, &result);
	}
	log_limited(CONF_LOG_NOTICE, "front %s, %s %s not passed, remote %s, client %s",
		front->conf->id, question.type_name, question.name,
		guest->arrival->from_text, result.name);
	return ruling_not_passed(&guest->relay, &question, message, size);
}

static enum relay_ruling rule(struct relay *relay, const uint8_t *message, size_t size)
{
	struct guest *guest = relay->arg;
	struct settings *settings = settings_current();
	struct front *front = settings_front(settings, guest->arrival->front->conf->id);
	enum relay_ruling ruling = front != NULL ?
		rule_by(guest, settings, front, message, size) :
		leave(guest);
	settings_release(settings);
	return ruling;
}

static void fail(struct relay *relay, const uint8_t *message, size_t size)
{
	tally_event(TALLY_SERVER);
	ruling_answer(relay, message, size, KNOT_RCODE_SERVFAIL, KNOT_EDNS_EDE_NETWORK,
		"the server behind does not answer");
}

static void answered(struct relay *relay, const uint8_t *message, size_t size)
{
	const struct guest *guest = relay->arg;
	const struct conf_front *conf = guest->arrival->front->conf;
	char whom[ARRIVAL_TEXT_SIZE + sizeof(guest->shown) + 16];
	snprintf(whom, sizeof(whom), ", remote %s, as %s", guest->arrival->from_text,
		guest->shown);
	const struct ruling_server server = { "front", conf->id, "server",
		conf->server.text, whom,
		"does it have the zone, and does its access list (provide-xfr, "
		"allow-transfer) permit that address?" };
	ruling_log_answer(&server, message, size);
}

static void rested(struct relay *relay)
{
	struct guest *guest = relay->arg;
	slot_rest(&guest->slot, relay->server.fd);
}

static void leaving(struct relay *relay)
{
	struct guest *guest = relay->arg;
	slot_give(&guest->slot);
}

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

static bool shake_hands(struct guest *guest, int64_t deadline)
{
	const struct arrival *arrival = guest->arrival;
	struct end *client = &guest->relay.client;
	char why[160] = "out of memory";
	if (end_secure(client, arrival->front->tls)) {
		SSL_set_accept_state(client->ssl);
		if (end_handshake(client, deadline, why, sizeof(why))) {
			return true;
		}
	}
	tally_event(TALLY_HANDSHAKES);
	log_limited(CONF_LOG_NOTICE, "front %s, handshake failed, remote %s, %s%s",
		arrival->front->conf->id, arrival->from_text, why, advise(why));
	return false;
}

/* Who is it? Whoever is not let in has until the end of the handshake's time to put one
 * question and be refused. False for who has too many connections. */
static bool recognize(struct guest *guest, int64_t deadline)
{
	struct dance_result result;
	guest->peer = dance_openssl_peer_new(guest->relay.client.ssl, &guest->unproved);
	guest->relay.deadline = deadline;
	enum dance_verdict verdict = judge(guest, guest->arrival->front, &result);
	kept_put(&guest->kept, &result, guest->arrival->settings, guest->began);
	return verdict != DANCE_ALLOW || welcome(guest, guest->arrival->settings, &result);
}

void serve_front(struct arrival *arrival)
{
	const struct conf *conf = arrival->settings->conf;
	struct guest *guest = calloc(1, sizeof(*guest));
	if (guest == NULL) {
		gate_detach(&arrival->visit);
		close(arrival->fd);
		return;
	}
	guest->arrival = arrival;
	guest->began = kept_now();
	guest->relay = (struct relay){
		.client = { .fd = arrival->fd },
		.server = END_NONE,
		.idle_ms = conf->idle_timeout_s * 1000,
		.answer_ms = conf->answer_timeout_s * 1000,
		.rest_ms = BACKEND_REST_MS,
		.rule = rule,
		.fail = fail,
		.answered = answered,
		.rested = rested,
		.leaving = leaving,
		.arg = guest,
	};
	int64_t deadline = end_now() + (int64_t)conf->handshake_timeout_s * 1000;
	bool gently = true;
	if (shake_hands(guest, deadline) && relay_begin(&guest->relay) &&
		recognize(guest, deadline)) {
		enum relay_end end = relay_run(&guest->relay);
		gently = end != RELAY_CLIENT_GONE;
		ruling_log_end("front", arrival->front->conf->id, "server",
			&arrival->front->conf->server, guest->relay.answer_ms, end);
	}
	if (gently) {
		end_farewell(&guest->relay.client); /* the gate may still cut it short */
	}
	gate_detach(&arrival->visit);
	relay_clear(&guest->relay);
	dance_openssl_peer_free(guest->peer);
	free(guest);
	ERR_clear_error();
}
