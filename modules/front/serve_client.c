/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A secondary on this machine, and the primary elsewhere that DNS has to prove before it is
 * shown anything: the client mode. Knows nothing of who may ask a primary. */

#include "arrival.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libknot/consts.h>
#include <libknot/descriptor.h>
#include <openssl/err.h>

#include "dance_openssl.h"
#include "log.h"
#include "message.h"
#include "relay.h"
#include "ruling.h"
#include "tally.h"

struct errand {
	struct arrival *arrival;
	struct relay relay;
	char why[CONF_ERROR_SIZE]; /* no primary can be asked */
	int ede;
	struct dance_result result; /* of the primary */
	const struct conf_address *primary;
};

/* What was decided about the primary, whose name the line has already. */
static const char *say(const struct dance_result *result, char line[DANCE_LINE_SIZE])
{
	struct dance_result nameless = *result;
	nameless.name[0] = '\0';
	return dance_result_line(&nameless, line, DANCE_LINE_SIZE);
}

/* --- the primary ------------------------------------------------------------------------- */

/* The handshake is done; is it one to be believed? The verdict was taken in it, before we
 * showed anything: it counts, whatever the handshake came to. */
static bool is_proved(struct errand *errand, SSL *ssl)
{
	enum dance_verdict verdict = dance_openssl_server_verdict(ssl, &errand->result);
	tally_verdict(verdict);
	if (verdict != DANCE_ALLOW) {
		char line[DANCE_LINE_SIZE];
		snprintf(errand->why, sizeof(errand->why), "refused, server %s, %s",
			errand->arrival->client->owner, say(&errand->result, line));
		errand->ede = KNOT_EDNS_EDE_PROHIBITED;
		return false;
	}
	const unsigned char *alpn;
	unsigned size;
	SSL_get0_alpn_selected(ssl, &alpn, &size);
	if (size != 3 || memcmp(alpn, "dot", 3) != 0) {
		/* RFC 9103 7.1 */
		snprintf(errand->why, sizeof(errand->why), "does not speak DNS over TLS (ALPN)");
		return false;
	}
	return true;
}

static bool secure(struct errand *errand, struct end *end, int64_t deadline)
{
	const struct client *client = errand->arrival->client;
	char why[160];
	if (!end_secure(end, client->tls) ||
	    SSL_set_tlsext_host_name(end->ssl, client->conf->name) != 1) {
		snprintf(errand->why, sizeof(errand->why), "out of memory");
		return false;
	}
	SSL_set_connect_state(end->ssl);
	if (end_handshake(end, deadline, why, sizeof(why))) {
		return is_proved(errand, end->ssl);
	}
	enum dance_verdict verdict = dance_openssl_server_verdict(end->ssl, &errand->result);
	if (verdict == DANCE_ALLOW || verdict == DANCE_UNDECIDED) {
		snprintf(errand->why, sizeof(errand->why), "handshake failed, %s", why);
		return false;
	}
	return is_proved(errand, end->ssl);
}

static bool reach(struct errand *errand, const struct conf_address *primary, struct end *end,
	int64_t deadline)
{
	int fd = end_connect((const struct sockaddr *)&primary->socket, primary->size, NULL, 0);
	int error = fd < 0 ? errno : end_connected(fd, deadline);
	*end = (struct end){ .fd = fd };
	if (error != 0) {
		snprintf(errand->why, sizeof(errand->why), "cannot be reached: %s",
			strerror(error));
		return false;
	}
	return secure(errand, end, deadline);
}

/* The first of the primaries that can be reached and is proved. */
static bool connect_primary(struct errand *errand)
{
	struct client *client = errand->arrival->client;
	const struct conf *conf = errand->arrival->settings->conf;
	for (size_t i = 0; i < client->conf->primary_count; i++) {
		const struct conf_address *primary = &client->conf->primaries[i];
		int64_t deadline = end_now() + (int64_t)conf->handshake_timeout_s * 1000;
		errand->ede = KNOT_EDNS_EDE_NETWORK;
		if (reach(errand, primary, &errand->relay.server, deadline)) {
			errand->primary = primary;
			if (atomic_exchange(&client->unreachable, false)) {
				log_line(CONF_LOG_NOTICE, "client %s, primary %s answers again",
					client->conf->id, primary->text);
			}
			return true;
		}
		end_close(&errand->relay.server, false);
		log_line(CONF_LOG_WARNING, "client %s, primary %s %s", client->conf->id,
			primary->text, errand->why);
	}
	atomic_store(&client->unreachable, true);
	return false;
}

/* --- the secondary ----------------------------------------------------------------------- */

static void log_passed(const struct errand *errand, const struct message_question *question)
{
	const struct client *client = errand->arrival->client;
	char line[DANCE_LINE_SIZE];
	bool by_dane = errand->result.has_record;
	log_line(question->type == KNOT_RRTYPE_SOA ? CONF_LOG_DEBUG : CONF_LOG_INFO,
		"client %s, %s %s, primary %s, server %s, %s", client->conf->id,
		question->type_name, question->name, errand->primary->text, client->owner,
		by_dane ? say(&errand->result, line) :
		"allow by PKIX (it has no TLSA records)");
}

static enum relay_ruling rule(struct relay *relay, const uint8_t *message, size_t size)
{
	struct errand *errand = relay->arg;
	const struct client *client = errand->arrival->client;
	struct message_question question;
	message_read(message, size, &question);
	if (!ruling_passes(client->conf->pass, question.kind)) {
		log_line(CONF_LOG_NOTICE, "client %s, %s %s not passed", client->conf->id,
			question.type_name, question.name);
		return ruling_not_passed(relay, &question, message, size);
	}
	if (relay->server.fd < 0 && !connect_primary(errand)) {
		tally_event(TALLY_SERVER);
		ruling_answer(relay, message, size, KNOT_RCODE_SERVFAIL, errand->ede,
			errand->why);
		return RELAY_LAST;
	}
	log_passed(errand, &question);
	tally_event(TALLY_QUERIES);
	return RELAY_PASS;
}

static void fail(struct relay *relay, const uint8_t *message, size_t size)
{
	tally_event(TALLY_SERVER);
	ruling_answer(relay, message, size, KNOT_RCODE_SERVFAIL, KNOT_EDNS_EDE_NETWORK,
		"the primary does not answer");
}

void serve_client(struct arrival *arrival)
{
	const struct conf *conf = arrival->settings->conf;
	struct errand *errand = calloc(1, sizeof(*errand));
	if (errand == NULL) {
		gate_detach(&arrival->visit);
		close(arrival->fd);
		return;
	}
	errand->arrival = arrival;
	errand->relay = (struct relay){
		.client = { .fd = arrival->fd },
		.server = END_NONE,
		.idle_ms = conf->idle_timeout_s * 1000,
		.answer_ms = conf->answer_timeout_s * 1000,
		.rule = rule,
		.fail = fail,
		.arg = errand,
	};
	gate_authenticated(&arrival->visit);
	bool gently = true;
	if (relay_begin(&errand->relay)) {
		enum relay_end end = relay_run(&errand->relay);
		gently = end != RELAY_CLIENT_GONE;
		ruling_log_end("client", arrival->client->conf->id, "primary",
			errand->primary, errand->relay.answer_ms, end);
	}
	gate_detach(&arrival->visit);
	relay_clear(&errand->relay, gently);
	free(errand);
	ERR_clear_error();
}
