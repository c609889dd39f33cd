/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Connections to primaries, and what there is to say of them. */

#include "primary.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libknot/consts.h>
#include <libknot/descriptor.h>

#include "dance_openssl.h"
#include "log.h"
#include "monotonic.h"
#include "policy.h"
#include "stats.h"

/* What was decided about the primary, whose name the line has already. */
static const char *say(const struct dance_result *result, char line[DANCE_LINE_SIZE])
{
	struct dance_result nameless = *result;
	nameless.name[0] = '\0';
	return dance_result_line(&nameless, line, DANCE_LINE_SIZE);
}

/* The handshake is done; is it one to be believed? The verdict was taken in it, before we
 * showed anything: it counts, whatever the handshake came to. */
static bool is_proved(const struct client *client, struct primary *primary, SSL *ssl)
{
	enum dance_verdict verdict = dance_openssl_server_verdict(ssl, &primary->result);
	stats_count_verdict(verdict);
	if (verdict != DANCE_ALLOW) {
		char line[DANCE_LINE_SIZE];
		snprintf(primary->why, sizeof(primary->why), "refused, server %s, %s",
			client->owner, say(&primary->result, line));
		primary->ede = KNOT_EDNS_EDE_PROHIBITED;
		return false;
	}
	const unsigned char *alpn;
	unsigned size;
	SSL_get0_alpn_selected(ssl, &alpn, &size);
	if (size != 3 || memcmp(alpn, "dot", 3) != 0) {
		/* RFC 9103 7.1 */
		snprintf(primary->why, sizeof(primary->why),
			"does not speak DNS over TLS (ALPN)");
		return false;
	}
	return true;
}

static bool secure(const struct client *client, struct primary *primary,
	struct stream *stream, int64_t deadline)
{
	char why[160];
	primary->result.size = sizeof(primary->result);
	if (!stream_secure(stream, client->tls) ||
		SSL_set_tlsext_host_name(stream->ssl, client->conf->name) != 1) {
		snprintf(primary->why, sizeof(primary->why), "out of memory");
		return false;
	}
	SSL_set_connect_state(stream->ssl);
	if (stream_handshake(stream, deadline, why, sizeof(why))) {
		return is_proved(client, primary, stream->ssl);
	}
	enum dance_verdict verdict = dance_openssl_server_verdict(stream->ssl,
		&primary->result);
	if (verdict == DANCE_DENY_UNPROVEN || verdict == DANCE_UNDECIDED) {
		/* It is not the primary's records that have stopped it. */
		snprintf(primary->why, sizeof(primary->why), "handshake failed, %s", why);
		return false;
	}
	return is_proved(client, primary, stream->ssl);
}

static bool reach(const struct client *client, const struct address *address,
	struct primary *primary, struct stream *stream, int64_t deadline)
{
	int fd = stream_connect((const struct sockaddr *)&address->socket, address->size,
		NULL, 0);
	int error = fd < 0 ? errno : stream_connected(fd, deadline);
	*stream = (struct stream){ .fd = fd };
	if (error != 0) {
		snprintf(primary->why, sizeof(primary->why), "cannot be reached: %s",
			strerror(error));
		return false;
	}
	return secure(client, primary, stream, deadline);
}

static bool try_one(struct client *client, size_t number, const struct conf *conf,
	struct stream *stream, struct primary *primary)
{
	const struct address *address = &client->conf->primaries[number];
	int64_t deadline = monotonic_ms() + (int64_t)conf->handshake_timeout_s * 1000;
	primary->ede = KNOT_EDNS_EDE_NETWORK;
	if (!reach(client, address, primary, stream, deadline)) {
		stream_close(stream);
		log_limited(LEVEL_WARNING, "client %s, primary %s %s", client->conf->id,
			address->text, primary->why);
		return false;
	}
	primary->address = address;
	atomic_store(&client->best, number);
	if (atomic_exchange(&client->unreachable, false)) {
		log_line(LEVEL_NOTICE, "client %s, primary %s answers again",
			client->conf->id, address->text);
	}
	return true;
}

bool primary_connect(struct client *client, const struct conf *conf, struct stream *stream,
	struct primary *primary)
{
	const size_t best = atomic_load(&client->best);
	if (try_one(client, best, conf, stream, primary)) {
		return true;
	}
	for (size_t i = 0; i < client->conf->primary_count; i++) {
		if (i != best && try_one(client, i, conf, stream, primary)) {
			return true;
		}
	}
	atomic_store(&client->unreachable, true);
	return false;
}

void primary_log(const struct client *client, const struct primary *primary,
	const struct message_question *question)
{
	char line[DANCE_LINE_SIZE];
	const char *how = line;
	if (primary->result.has_record) {
		how = say(&primary->result, line);
	} else { /* the detail says what DNS proves instead */
		snprintf(line, sizeof(line), "allow by PKIX (%s)", primary->result.detail);
	}
	log_line(question->type == KNOT_RRTYPE_SOA && question->kind == MESSAGE_TRANSFER ?
			LEVEL_DEBUG :
			LEVEL_INFO,
		"client %s, %s %s, primary %s, server %s, %s", client->conf->id,
		question->type_name, question->name, primary->address->text, client->owner,
		how);
}

void primary_log_answer(const struct client *client, const struct primary *primary,
	const uint8_t *message, size_t size)
{
	const struct policy_server server = { "client", client->conf->id, "primary",
		primary->address->text, "",
		"does it have the zone, and permit this client?" };
	policy_log_answer(&server, message, size);
}
