/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A probe in lines and in JSON, the same facts in both. */

#include "probe_report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "moment.h"
#include "probe_alert.h"
#include "probe_verdict.h"

#define GREEN "\033[32m"
#define RED "\033[31m"
#define YELLOW "\033[33m"
#define PLAIN "\033[0m"

static const char *const step_names[PROBE_STEP_COUNT] = {
	[PROBE_TCP] = "tcp",
	[PROBE_TLS] = "tls",
	[PROBE_SERVER] = "server",
	[PROBE_CLIENT] = "client",
	[PROBE_AXFR] = "AXFR",
	[PROBE_NO_CERT] = "no-cert",
	[PROBE_PLAIN] = "plain",
};

static const char *word(enum probe_result result)
{
	return result == PROBE_OK ? "ok" : result == PROBE_NO ? "no" : "?";
}

static const char *colour(enum probe_result result)
{
	return result == PROBE_OK ? GREEN : result == PROBE_NO ? RED : YELLOW;
}

bool probe_wants_colours(FILE *out)
{
	const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
	return (none == NULL || *none == '\0') && terminal != NULL &&
		strcmp(terminal, "dumb") != 0 && isatty(fileno(out)) == 1;
}

void probe_print_step(FILE *out, const struct probe *probe, enum probe_step step,
	bool colours)
{
	const struct probe_line *line = &probe->lines[step];
	if (line->result == PROBE_NOT_RUN) {
		return;
	}
	const char *text = word(line->result);
	fprintf(out, "%s%s%s%*s%-8s %s\n", colours ? colour(line->result) : "", text,
		colours ? PLAIN : "", (int)(6 - strlen(text)), "", step_names[step],
		line->text);
}

void probe_print_verdict(FILE *out, const struct probe *probe, bool colours)
{
	int status = probe_status(probe);
	enum probe_result result = status == 0 ? PROBE_OK :
		status == 1                    ? PROBE_NO :
						 PROBE_UNKNOWN;
	fprintf(out, "%s%s%s: %s\n", colours ? colour(result) : "",
		probe_verdict_name(probe->verdict), colours ? PLAIN : "", probe->advice);
}

/* --- json -------------------------------------------------------------------------------- */

static void put_key(struct json *json, const char *name, const struct dance_result *result)
{
	if (result->has_key) {
		json_hex(json, name, result->key_sha256, sizeof(result->key_sha256));
	} else {
		json_null(json, name);
	}
}

/* Empty: there is none. */
static void put_text(struct json *json, const char *name, const char *text)
{
	if (*text != '\0') {
		json_text(json, name, text);
	} else {
		json_null(json, name);
	}
}

static void put_alert(struct json *json, int alert)
{
	put_text(json, "alert", alert >= 0 ? probe_alert_name(alert) : "");
}

static void put_tls(struct json *json, const struct probe *probe)
{
	const struct probe_tls *tls = &probe->tls;
	put_text(json, "version",
		tls->version == 0x0304         ? "TLS 1.3" :
			tls->version == 0x0303 ? "TLS 1.2" :
						 "");
	put_text(json, "alpn", tls->dot ? "dot" : "");
	put_key(json, "key", &tls->shown);
	json_flag(json, "asks_certificate", tls->asks_certificate);
	json_flag(json, "asks_name", tls->asks_name);
	put_alert(json, tls->alert);
}

static void put_side(struct json *json, const char *owner, const struct probe_side *side)
{
	const struct dance_result *result = &side->result;
	char record[] = "u s m";
	put_text(json, "owner", owner);
	put_text(json, "verdict", side->asked ? dance_verdict_name(result->verdict) : "");
	put_text(json, "reason", side->asked ? result->detail : "");
	put_key(json, "key", result);
	record[0] = (char)('0' + result->usage);
	record[2] = (char)('0' + result->selector);
	record[4] = (char)('0' + result->matching);
	put_text(json, "record", result->verdict == DANCE_ALLOW ? record : "");
	if (side->asked) {
		json_number(json, "records", (int64_t)side->count);
		json_number(json, "ttl", side->ttl);
	} else {
		json_null(json, "records");
		json_null(json, "ttl");
	}
	char end[MOMENT_SIZE] = "";
	if (side->signatures_end != 0) {
		moment_to_text(side->signatures_end, end);
	}
	put_text(json, "signatures_end", end);
}

static void put_answer(struct json *json, const struct probe_answer *answer, bool whole)
{
	static const char *const outcomes[] = {
		[PROBE_UNASKED] = "not-asked",
		[PROBE_SERVED] = "served",
		[PROBE_REFUSED] = "refused",
		[PROBE_ALERTED] = "alert",
		[PROBE_UNREACHABLE] = "unreachable",
		[PROBE_CLOSED] = "closed",
		[PROBE_SILENT] = "timeout",
		[PROBE_UNREADABLE] = "malformed",
	};
	const struct transfer *transfer = &answer->transfer;
	char rcode[TRANSFER_RCODE_SIZE] = "";
	if (transfer->messages > 0) {
		transfer_rcode_name(transfer->rcode, rcode);
	}
	json_text(json, "outcome", outcomes[answer->outcome]);
	put_text(json, "rcode", rcode);
	if (transfer->ede != TRANSFER_NO_EDE && transfer->messages > 0) {
		json_number(json, "ede", transfer->ede);
	} else {
		json_null(json, "ede");
	}
	put_text(json, "ede_text", transfer->ede_text);
	put_alert(json, answer->alert);
	if (transfer->begun) {
		json_number(json, "serial", transfer->serial);
	} else {
		json_null(json, "serial");
	}
	if (whole) {
		json_flag(json, "whole", answer->whole);
		json_number(json, "records", (int64_t)transfer->records);
		json_number(json, "messages", (int64_t)transfer->messages);
		json_number(json, "octets", (int64_t)transfer->octets);
		json_number(json, "ms", answer->ms);
		json_text(json, "shown", answer->raw_key ? "raw-key" : "certificate");
	}
}

static void put_facts(struct json *json, const struct probe *probe, enum probe_step step)
{
	switch (step) {
	case PROBE_TCP:
		put_text(json, "address", probe->address);
		json_number(json, "port", probe->request.port);
		json_number(json, "ms", probe->connect_ms);
		return;
	case PROBE_TLS:
		put_tls(json, probe);
		return;
	case PROBE_SERVER:
		put_side(json, probe->request.server_owner, &probe->server);
		json_flag(json, "server_key", probe->server.pinned);
		return;
	case PROBE_CLIENT:
		put_side(json, probe->request.name, &probe->client);
		return;
	case PROBE_AXFR:
		put_answer(json, &probe->axfr, true);
		return;
	case PROBE_NO_CERT:
		put_answer(json, &probe->no_cert, false);
		return;
	case PROBE_PLAIN:
		put_answer(json, &probe->plain, false);
		return;
	case PROBE_STEP_COUNT:
		return;
	}
}

void probe_print_json(FILE *out, const struct probe *probe)
{
	struct json json = { .out = out };
	json_open(&json, NULL, '{');
	json_text(&json, "server", probe->request.host);
	json_number(&json, "port", probe->request.port);
	json_text(&json, "zone", probe->zone.zone_text);
	json_text(&json, "verdict", probe_verdict_name(probe->verdict));
	json_text(&json, "advice", probe->advice);
	json_number(&json, "status", probe_status(probe));
	json_open(&json, "warnings", '[');
	if (probe->unfit != NULL) {
		json_text(&json, NULL, probe->unfit);
	}
	json_close(&json, ']');
	json_open(&json, "steps", '[');
	for (unsigned step = 0; step < PROBE_STEP_COUNT; step++) {
		const struct probe_line *line = &probe->lines[step];
		if (line->result == PROBE_NOT_RUN) {
			continue;
		}
		json_open(&json, NULL, '{');
		json_text(&json, "step", step_names[step]);
		json_text(&json, "result",
			line->result == PROBE_UNKNOWN ? "unknown" : word(line->result));
		json_text(&json, "text", line->text);
		put_facts(&json, probe, step);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	fputc('\n', out);
}
