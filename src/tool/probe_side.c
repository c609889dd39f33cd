/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Lookups and judgements of both sides, and the two lines that tell of them. What is decided here
 * about the server lets nothing out: that is decided once more, in the handshake. */

#include "probe_side.h"

#include <stdio.h>
#include <string.h>

#include "lookup.h"
#include "moment.h"
#include "verdict.h"

static void judge(struct probe_side *side, const struct probe_request *request,
	const char *owner, enum dance_role role, const struct dance_peer *shown)
{
	const struct dance_options options = { .size = sizeof(options), .role = role };
	struct lookup lookup;
	side->asked = true;
	lookup_make(&lookup, &request->where, owner, request->timeout_ms);
	side->count = lookup.count;
	side->ttl = lookup.ttl;
	side->signatures_end = lookup.signatures_end;
	/* It says which key is shown, whatever DNS has. */
	(void)dance_judge(shown, owner, lookup.records, lookup.secure ? lookup.count : 0,
		&options, &side->result);
	if (!lookup.secure && side->result.verdict != DANCE_DENY_CREDENTIAL) {
		(void)result_say(&side->result, lookup.verdict, "%s", lookup.why);
	}
	lookup_clear(&lookup);
}

static const char *reason_of(const struct dance_result *result)
{
	return result->detail[0] != '\0' ? result->detail :
					   dance_verdict_text(result->verdict);
}

/* What is shown, if no name says what it should be. */
static void look_only(struct probe_side *side, const struct dance_peer *shown)
{
	(void)dance_judge(shown, NULL, NULL, 0, NULL, &side->result);
	side->result.verdict = DANCE_UNDECIDED;
	side->result.detail[0] = '\0';
}

/* "TLSA 3 1 1 matches (secure, 2 records, ttl 3600, signed until 2026-12-11T...)" of a side that
 * is proved. */
static void say_match(const struct probe_side *side, char *text, size_t size)
{
	const struct dance_result *result = &side->result;
	char end[MOMENT_SIZE] = "";
	if (side->signatures_end != 0) {
		moment_to_text(side->signatures_end, end);
	}
	(void)snprintf(text, size,
		"TLSA %u %u %u matches (secure, %zu record%s, ttl %u%s%s)", result->usage,
		result->selector, result->matching, side->count,
		side->count == 1 ? "" : "s", side->ttl,
		end[0] != '\0' ? ", signed until " : "", end);
}

static enum probe_result result_of(enum dance_verdict verdict)
{
	switch (dance_verdict_class(verdict)) {
	case DANCE_CLASS_ALLOW:
		return PROBE_OK;
	case DANCE_CLASS_DENY:
		return PROBE_NO;
	case DANCE_CLASS_FAIL:
		break;
	}
	return PROBE_UNKNOWN;
}

/* --- the server -------------------------------------------------------------------------- */

static bool is_pinned(const struct probe *probe)
{
	const struct dance_result *result = &probe->server.result;
	return probe->request.has_server_key && result->has_key &&
		memcmp(result->key_sha256, probe->request.server_key, DANCE_SHA256_SIZE) ==
		0;
}

/* As libdance-openssl decides in the handshake (server_key). */
static bool is_left_to_key(const struct probe *probe)
{
	enum dance_verdict verdict = probe->server.result.verdict;
	return probe->request.has_server_key &&
		(!probe->server.asked || verdict == DANCE_DENY_NO_TLSA ||
			verdict == DANCE_DENY_INSECURE);
}

static void tell_key(struct probe *probe)
{
	const struct probe_request *request = &probe->request;
	const struct dance_result *result = &probe->server.result;
	char because[PROBE_TEXT_SIZE - 64] = "its name is not given";
	if (probe->server.asked) {
		(void)snprintf(because, sizeof(because), "%s: %s, %s",
			request->server_owner, dance_verdict_name(result->verdict),
			reason_of(result));
	}
	probe->server.pinned = is_pinned(probe);
	probe_say(probe, PROBE_SERVER, probe->server.pinned ? PROBE_OK : PROBE_NO,
		probe->server.pinned ? "--server-key is its key (%s)" :
				       "--server-key is another key (%s)",
		because);
}

void probe_judge_server(struct probe *probe, const struct dance_peer *shown)
{
	const struct probe_request *request = &probe->request;
	struct probe_side *side = &probe->server;
	char text[PROBE_TEXT_SIZE], key[PROBE_KEY_SIZE];
	if (request->server_owner[0] != '\0') {
		judge(side, request, request->server_owner, DANCE_SERVER, shown);
	} else {
		look_only(side, shown);
	}
	const struct dance_result *result = &side->result;
	if (is_left_to_key(probe)) {
		tell_key(probe);
	} else if (!side->asked) {
		probe_say(probe, PROBE_SERVER, PROBE_UNKNOWN,
			"an address has no TLSA records: the server's name is not given");
	} else if (result->verdict == DANCE_ALLOW) {
		say_match(side, text, sizeof(text));
		probe_say(probe, PROBE_SERVER, PROBE_OK, "%s: %s", request->server_owner,
			text);
	} else {
		probe_say(probe, PROBE_SERVER, result_of(result->verdict),
			"%s: %s (%s); the server shows key %s", request->server_owner,
			dance_verdict_name(result->verdict), reason_of(result),
			result->has_key ? probe_key_text(result->key_sha256, key) : "?");
	}
}

/* --- us ---------------------------------------------------------------------------------- */

void probe_judge_client(struct probe *probe, const struct dance_peer *shown)
{
	const struct probe_request *request = &probe->request;
	struct probe_side *side = &probe->client;
	const struct dance_result *result = &side->result;
	const char *kind = request->raw_key ? "raw key" : "key";
	char text[PROBE_TEXT_SIZE], key[PROBE_KEY_SIZE] = "?";
	if (shown == NULL) {
		probe_say(probe, PROBE_CLIENT, PROBE_UNKNOWN,
			"no key is given: there is nothing to show");
		return;
	}
	if (request->name[0] == '\0') {
		look_only(side, shown);
	} else {
		judge(side, request, request->name, DANCE_CLIENT, shown);
	}
	if (result->has_key) {
		(void)probe_key_text(result->key_sha256, key);
	}
	if (!side->asked) {
		probe_say(probe, PROBE_CLIENT, PROBE_UNKNOWN,
			"we show %s %s; our name is not given, so DNS was not asked", kind,
			key);
	} else if (result->verdict == DANCE_ALLOW) {
		say_match(side, text, sizeof(text));
		probe_say(probe, PROBE_CLIENT, PROBE_OK, "we show %s %s; %s: %s", kind, key,
			request->name, text);
	} else {
		probe_say(probe, PROBE_CLIENT, result_of(result->verdict),
			"we show %s %s; %s: %s (%s)", kind, key, request->name,
			dance_verdict_name(result->verdict), reason_of(result));
	}
}
