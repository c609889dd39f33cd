/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Connections to primaries, and the lines of the log about them. */

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

/* Why an attempt has failed. */
struct failure {
	const char *what;   /* NULL: the verdict says no */
	const char *advice; /* what to do about it */
	char reason[160];
};

static bool fail(struct failure *failure, const char *what, const char *reason,
	const char *advice)
{
	failure->what = what;
	failure->advice = advice;
	snprintf(failure->reason, sizeof(failure->reason), "%s", reason);
	return false;
}

/* What was decided about the primary, which is no client. */
static void append_result(struct log_line *line, const struct client *client,
	const struct dance_result *result)
{
	struct dance_result nameless = *result;
	nameless.name[0] = '\0';
	log_line_key(line, "owner", "%s", client->owner);
	log_line_result(line, &nameless);
}

/* Is the primary proved? The verdict was made during the handshake, before we sent
 * anything: it counts even if the handshake failed. */
static bool is_proved(struct primary *primary, SSL *ssl, struct failure *failure)
{
	enum dance_verdict verdict = dance_openssl_server_verdict(ssl, &primary->result);
	stats_count_verdict(verdict);
	if (verdict != DANCE_ALLOW) {
		primary->ede = KNOT_EDNS_EDE_PROHIBITED;
		return fail(failure, NULL, "", dance_verdict_advice(verdict, DANCE_SERVER));
	}
	const unsigned char *alpn;
	unsigned size;
	SSL_get0_alpn_selected(ssl, &alpn, &size);
	if (size != 3 || memcmp(alpn, "dot", 3) != 0) {
		/* RFC 9103 7.1 */
		return fail(failure, "handshake failed",
			"the primary did not choose ALPN 'dot'",
			"ask the primary's operator for DNS over TLS (RFC 9103)");
	}
	return true;
}

static bool secure(const struct client *client, struct primary *primary,
	struct stream *stream, int64_t deadline, struct failure *failure)
{
	char why[sizeof(failure->reason)];
	primary->result.size = sizeof(primary->result);
	if (!stream_secure(stream, client->tls) ||
		SSL_set_tlsext_host_name(stream->ssl, client->conf->name) != 1) {
		return fail(failure, "handshake failed", "out of memory",
			dance_verdict_advice(DANCE_FAIL_INTERNAL, DANCE_SERVER));
	}
	SSL_set_connect_state(stream->ssl);
	if (stream_handshake(stream, deadline, why, sizeof(why))) {
		return is_proved(primary, stream->ssl, failure);
	}
	enum dance_verdict verdict = dance_openssl_server_verdict(stream->ssl,
		&primary->result);
	if (verdict == DANCE_DENY_UNPROVEN || verdict == DANCE_UNDECIDED) {
		/* The primary's records were not the reason. */
		return fail(failure, "handshake failed", why,
			"check that the primary speaks TLS 1.3 on this port");
	}
	return is_proved(primary, stream->ssl, failure);
}

static bool reach(const struct client *client, const struct address *address,
	struct primary *primary, struct stream *stream, int64_t deadline,
	struct failure *failure)
{
	int fd = stream_connect((const struct sockaddr *)&address->socket, address->size,
		NULL, 0);
	int error = fd < 0 ? errno : stream_connected(fd, deadline);
	*stream = (struct stream){ .fd = fd };
	if (error != 0) {
		return fail(failure, "primary unreachable", strerror(error),
			"check 'primary' and the path to this port");
	}
	return secure(client, primary, stream, deadline, failure);
}

static void append_failure(struct log_line *line, const struct client *client,
	const struct primary *primary, const struct failure *failure)
{
	if (failure->what == NULL) {
		append_result(line, client, &primary->result);
	} else {
		log_line_reason(line, "%s", failure->reason);
	}
}

/* Tells the log, and the secondary by `why`. */
static void tell_failure(const struct client *client, const struct address *address,
	struct primary *primary, const struct failure *failure)
{
	bool failed = dance_verdict_class(primary->result.verdict) == DANCE_CLASS_FAIL;
	const char *what = failure->what != NULL ? failure->what :
		failed                           ? "primary failed" :
						   "primary refused";
	struct log_line line;
	log_line_begin(&line, "%s", what);
	append_failure(&line, client, primary, failure);
	snprintf(primary->why, sizeof(primary->why), "%.*s", (int)sizeof(primary->why) - 1,
		log_line_end(&line, sizeof(primary->why), NULL));
	log_line_begin(&line, "client %s, %s", client->conf->id, what);
	log_line_key(&line, "primary", "%s", address->text);
	append_failure(&line, client, primary, failure);
	log_composed_limited(LEVEL_WARNING, &line, failure->advice);
}

static bool try_one(struct client *client, size_t number, const struct conf *conf,
	struct stream *stream, struct primary *primary)
{
	const struct address *address = &client->conf->primaries[number];
	int64_t deadline = monotonic_ms() + (int64_t)conf->handshake_timeout_s * 1000;
	struct failure failure;
	primary->ede = KNOT_EDNS_EDE_NETWORK;
	if (!reach(client, address, primary, stream, deadline, &failure)) {
		stream_close(stream);
		tell_failure(client, address, primary, &failure);
		return false;
	}
	primary->address = address;
	atomic_store(&client->best, number);
	if (atomic_exchange(&client->unreachable, false)) {
		log_line(LEVEL_NOTICE, "client %s, primary reachable again, primary %s",
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
	struct log_line line;
	log_line_begin(&line, "client %s, %s %s allowed", client->conf->id,
		question->type_name, question->name);
	log_line_key(&line, "primary", "%s", primary->address->text);
	append_result(&line, client, &primary->result);
	log_composed(question->type == KNOT_RRTYPE_SOA &&
				question->kind == MESSAGE_TRANSFER ?
			LEVEL_DEBUG :
			LEVEL_INFO,
		&line, NULL);
}

static struct policy_server server_of(const struct client *client,
	const struct primary *primary)
{
	return (struct policy_server){
		.is_primary = true,
		.id = client->conf->id,
		.text = primary->address != NULL ? primary->address->text : "",
	};
}

void primary_log_answer(const struct client *client, const struct primary *primary,
	const uint8_t *message, size_t size)
{
	const struct policy_server server = server_of(client, primary);
	policy_log_answer(&server, message, size);
}

void primary_log_outcome(const struct client *client, const struct primary *primary,
	unsigned answer_ms, enum relay_outcome outcome)
{
	const struct policy_server server = server_of(client, primary);
	policy_log_outcome(&server, answer_ms, outcome);
}
