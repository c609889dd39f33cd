/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Lines about streams. Whoever comes can cause those about refusals, so these are limited. */

#include "stream_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "log.h"

static void begin_line(struct log_line *line, const struct connection *connection,
	const char *what)
{
	log_line_begin(line, "front %s, stream %s", connection->front->conf->id, what);
	log_line_key(line, "remote", "%s", connection->from_text);
}

static void log_verdict(const struct connection *connection, const char *what,
	const struct dance_result *result)
{
	bool failed = dance_verdict_class(result->verdict) == DANCE_CLASS_FAIL;
	struct log_line line;
	begin_line(&line, connection, what);
	log_line_result(&line, result);
	log_composed_limited(failed ? LEVEL_WARNING : LEVEL_NOTICE, &line,
		dance_verdict_advice(result->verdict, DANCE_CLIENT));
}

void stream_log_refusal(const struct connection *connection,
	const struct dance_result *result)
{
	bool failed = dance_verdict_class(result->verdict) == DANCE_CLASS_FAIL;
	log_verdict(connection, failed ? "failed" : "refused", result);
}

/* A verdict on a key that is nobody's now names no client, or one that it might have been. */
void stream_log_closed(const struct connection *connection, const char *name,
	const struct dance_result *result)
{
	struct dance_result shown = *result;
	if (strcmp(shown.name, name) != 0) {
		snprintf(shown.name, sizeof(shown.name), "%s", name);
		shown.entry[0] = '\0';
	}
	log_verdict(connection, "closed", &shown);
}

void stream_log_changed(const struct connection *connection, const char *name)
{
	struct log_line line;
	begin_line(&line, connection, "closed");
	if (name != NULL) {
		log_line_key(&line, "client", "%s", name);
	}
	log_line_reason(&line, "the configuration or the identity has changed");
	log_composed_limited(LEVEL_NOTICE, &line, NULL);
}

/* `as` is how the server knows it, unless that is the client's own address. */
void stream_log_allowed(const struct connection *connection,
	const struct dance_result *result, const struct conf_identity *identity)
{
	const struct conf_front *conf = connection->front->conf;
	struct log_line line;
	begin_line(&line, connection, "allowed");
	if (conf->source_identity) {
		log_line_key(&line, "as", "%s", identity->address.text);
	} else if (conf->proxy == CONF_PROXY_TLS) {
		log_line_key(&line, "as", "%s", result->name);
	}
	log_line_result(&line, result);
	log_composed(LEVEL_INFO, &line, NULL);
}

void stream_log_out_of_memory(const struct connection *connection, bool flows)
{
	struct log_line line;
	begin_line(&line, connection, flows ? "closed" : "failed");
	log_line_reason(&line, "out of memory");
	log_composed_limited(LEVEL_ERROR, &line,
		dance_verdict_advice(DANCE_FAIL_INTERNAL, DANCE_CLIENT));
}

void stream_log_end(const struct connection *connection, const char *name,
	const struct stream_log_flow *flow, const char *why)
{
	struct log_line line;
	begin_line(&line, connection, "ended");
	log_line_key(&line, "client", "%s", name);
	log_line_key(&line, "received", "%" PRIu64, flow->received);
	log_line_key(&line, "sent", "%" PRIu64, flow->sent);
	log_line_key(&line, "seconds", "%" PRId64, flow->ms / 1000);
	log_line_reason(&line, "%s", why);
	log_composed(LEVEL_INFO, &line, NULL);
}
