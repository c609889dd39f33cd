/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The last line of a probe: the verdict, and what to do next about the first thing that is in
 * the way. Asks nobody. */

#include "probe_verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "moment.h"
#include "probe_alert.h"
#include "verdict.h"

#define ALERT_PROTOCOL_VERSION 70
#define ALERT_NO_APPLICATION_PROTOCOL 120
#define TLS_1_3 0x0304

static void conclude(struct probe *probe, enum probe_verdict verdict, const char *format,
	...) __attribute__((format(printf, 3, 4)));
static void conclude(struct probe *probe, enum probe_verdict verdict, const char *format,
	...)
{
	va_list args;
	va_start(args, format);
	(void)vsnprintf(probe->advice, sizeof(probe->advice), format, args);
	va_end(args);
	result_make_printable(probe->advice);
	probe->verdict = verdict;
}

/* --- no way to the server ---------------------------------------------------------------- */

static void about_tcp(struct probe *probe)
{
	unsigned port = probe->request.port;
	if (probe->name_unknown) {
		conclude(probe, PROBE_NOT_FOUND_OUT,
			"correct the name %s, or give the address and --server-name",
			probe->request.host);
	} else if (probe->refused) {
		conclude(probe, PROBE_NOT_SENT,
			"nobody listens for TLS there: set 'listen-tls' in Knot DNS, or start dance-front before another server, and open TCP port %u",
			port);
	} else {
		conclude(probe, PROBE_NOT_FOUND_OUT,
			"check the address, the route, and the packet filters for TCP port %u on both sides",
			port);
	}
}

static void about_tls(struct probe *probe)
{
	const struct probe_tls *tls = &probe->tls;
	if (probe->lines[PROBE_TLS].result == PROBE_UNKNOWN) {
		conclude(probe, PROBE_NOT_FOUND_OUT,
			"try again; if it lasts, ask whether port %u of the server is for TLS",
			probe->request.port);
	} else if (tls->alert == ALERT_PROTOCOL_VERSION ||
		(tls->reached && tls->version != TLS_1_3)) {
		conclude(probe, PROBE_NOT_SENT,
			"transfers over TLS need TLS 1.3 (RFC 9103 7.1): the primary's operator must enable it");
	} else if (tls->alert == ALERT_NO_APPLICATION_PROTOCOL || tls->reached) {
		conclude(probe, PROBE_NOT_SENT,
			"transfers over TLS need ALPN 'dot' (RFC 9103 7.1): the primary's operator must update the server or its TLS settings, or tell the port for DNS over TLS");
	} else if (!tls->is_tls) {
		conclude(probe, PROBE_NOT_SENT,
			"give the port on which the server speaks TLS, as SERVER@PORT; it is usually 853");
	} else {
		conclude(probe, PROBE_NOT_SENT,
			"ask the primary's operator about the alert %s, and for the server's log",
			probe_alert_name(tls->alert));
	}
}

/* --- a server that is not proved --------------------------------------------------------- */

static void about_server(struct probe *probe)
{
	const struct probe_request *request = &probe->request;
	const struct dance_result *result = &probe->server.result;
	const char *owner = request->server_owner;
	char key[PROBE_KEY_SIZE] = "of its key";
	if (result->has_key) {
		(void)probe_key_text(result->key_sha256, key);
	}
	if (!probe->server.asked && !request->has_server_key) {
		conclude(probe, PROBE_NOT_SENT,
			"nothing of ours was shown; give the server's name with --server-name, or with --server-key the key that its operator names");
	} else if (dance_verdict_class(result->verdict) == DANCE_CLASS_FAIL) {
		conclude(probe, PROBE_NOT_FOUND_OUT,
			"nothing of ours was shown, because nothing proves the server; %s",
			dance_verdict_advice(result->verdict, DANCE_SERVER));
	} else if (request->has_server_key &&
		(!probe->server.asked || result->verdict == DANCE_DENY_NO_TLSA ||
			result->verdict == DANCE_DENY_INSECURE)) {
		conclude(probe, PROBE_NOT_SENT,
			"the server may be another one, and nothing of ours was shown; ask its operator whether %s is its key now",
			key);
	} else if (result->verdict == DANCE_DENY_NO_TLSA) {
		conclude(probe, PROBE_NOT_SENT,
			"nothing of ours was shown; ask the server's operator to publish TLSA 3 1 1 %s at %s; or, if the operator tells you that this is its key, give it as --server-key",
			key, owner);
	} else if (result->verdict == DANCE_DENY_INSECURE) {
		conclude(probe, PROBE_NOT_SENT,
			"nothing of ours was shown; ask the server's operator to sign the zone of %s; or, if the operator tells you that %s is its key, give it as --server-key",
			owner, key);
	} else {
		conclude(probe, PROBE_NOT_SENT,
			"the server may be another one, and nothing of ours was shown; ask its operator: TLSA 3 1 1 %s must be at %s, if this is its key",
			key, owner);
	}
}

/* --- a transfer that is refused ---------------------------------------------------------- */

/* What the server says of us, if it says so in our words; else undecided. */
static enum dance_verdict verdict_of(const struct transfer *transfer)
{
	for (unsigned verdict = 1; verdict < dance_verdict_count(); verdict++) {
		if (transfer->ede != TRANSFER_NO_EDE &&
			strcmp(transfer->ede_text, dance_verdict_text(verdict)) == 0) {
			return verdict;
		}
	}
	return DANCE_UNDECIDED;
}

/* DNS has nothing for us, or something else. */
static void about_client(struct probe *probe, const char *key)
{
	const struct dance_result *result = &probe->client.result;
	const char *name = probe->request.name;
	char until[MOMENT_SIZE];
	switch (result->verdict) {
	case DANCE_DENY_NO_TLSA:
		conclude(probe, PROBE_DENIED,
			"publish %s. 3600 IN TLSA 3 1 1 %s, and look for typing errors in the name, here and on the primary",
			name, key);
		return;
	case DANCE_DENY_MISMATCH:
		moment_to_text(probe->now + 2 * (int64_t)probe->client.ttl, until);
		conclude(probe, PROBE_DENIED,
			"publish TLSA 3 1 1 %s beside the record that is there and wait two TTLs (until %s), or put the old key back",
			key, until);
		return;
	case DANCE_DENY_INSECURE:
		conclude(probe, PROBE_DENIED,
			"sign the zone of %s and have its DS record published, or use a name in a signed zone",
			name);
		return;
	case DANCE_DENY_UNUSABLE:
		conclude(probe, PROBE_DENIED, "replace the records at %s by TLSA 3 1 1 %s",
			name, key);
		return;
	case DANCE_DENY_CHAIN:
		conclude(probe, PROBE_DENIED,
			"correct the certificates ('dance verify' shows what is wrong), or publish TLSA 3 1 1 %s",
			key);
		return;
	case DANCE_DENY_CREDENTIAL:
		conclude(probe, PROBE_DENIED,
			"give a certificate and key that can be read");
		return;
	case DANCE_FAIL_BOGUS:
	case DANCE_FAIL_LOOKUP:
	case DANCE_FAIL_TIMEOUT:
	case DANCE_FAIL_NOT_READY:
	case DANCE_FAIL_INTERNAL:
		conclude(probe, PROBE_NOT_FOUND_OUT, "%s",
			dance_verdict_advice(result->verdict, DANCE_CLIENT));
		return;
	case DANCE_UNDECIDED:
	case DANCE_ALLOW:
	case DANCE_DENY_TRANSPORT:
	case DANCE_DENY_UNPROVEN:
	case DANCE_DENY_NAME:
		break;
	}
	conclude(probe, PROBE_DENIED,
		"give our name with --name, and compare it with the primary's list; key %s must be in a TLSA 3 1 1 record there",
		key);
}

/* A denial that is certain already need not wait for the server to be proved. */
static void about_client_too(struct probe *probe)
{
	enum probe_verdict verdict = probe->verdict;
	char server[PROBE_TEXT_SIZE], key[PROBE_KEY_SIZE];
	const struct dance_result *result = &probe->client.result;
	if (!probe->client.asked || !result->has_key ||
		dance_verdict_class(result->verdict) != DANCE_CLASS_DENY) {
		return;
	}
	memcpy(server, probe->advice, sizeof(server));
	about_client(probe, probe_key_text(result->key_sha256, key));
	char client[PROBE_TEXT_SIZE];
	memcpy(client, probe->advice, sizeof(client));
	conclude(probe, verdict, "%s; and %s", server, client);
}

/* DNS proves us, as seen from here, and the server says no all the same. */
static void about_primary(struct probe *probe)
{
	const struct probe_side *client = &probe->client;
	const char *name = probe->request.name, *zone = probe->zone.zone_text;
	enum dance_verdict said = verdict_of(&probe->axfr.transfer);
	if (said == DANCE_UNDECIDED) {
		conclude(probe, PROBE_DENIED,
			"DNS proves the name; the primary's own access list says no: ask its operator to permit %s for %s (Knot DNS: a rule with 'action: transfer'; behind dance-front: the address of this identity in the server's list), if the zone is there",
			name, zone);
	} else if (said == DANCE_DENY_CREDENTIAL || said == DANCE_DENY_UNPROVEN) {
		conclude(probe, PROBE_DENIED,
			"the primary has seen no proof of our key%s: ask its operator, who has the reason in the log",
			probe->tls.asks_certificate ? "" : ", for which it does not ask");
	} else if (said == DANCE_DENY_NAME) {
		conclude(probe, PROBE_DENIED,
			"ask the primary's operator to permit %s; if a pattern is to permit it, the certificate must contain this name",
			name);
	} else if (dance_verdict_class(said) == DANCE_CLASS_FAIL) {
		conclude(probe, PROBE_NOT_FOUND_OUT,
			"DNS proves the name here, and gives the primary no answer; its operator: %s",
			dance_verdict_advice(said, DANCE_CLIENT));
	} else {
		conclude(probe, PROBE_DENIED,
			"DNS proves the name here, and not yet at the primary: try again in ten seconds, and once the TTL of %u s is over; then ask its operator whether %s is the name in its list",
			client->ttl, name);
	}
}

static void about_answer(struct probe *probe)
{
	const struct probe_answer *answer = &probe->axfr;
	const struct dance_result *result = &probe->client.result;
	char key[PROBE_KEY_SIZE] = "of ours";
	if (result->has_key) {
		(void)probe_key_text(result->key_sha256, key);
	}
	if (answer->outcome != PROBE_REFUSED && answer->outcome != PROBE_ALERTED) {
		conclude(probe, PROBE_NOT_FOUND_OUT,
			"try again; if it lasts, ask the primary's operator for the server's log");
	} else if (result->verdict != DANCE_ALLOW) {
		about_client(probe, key);
	} else if (answer->outcome == PROBE_ALERTED) {
		conclude(probe, PROBE_DENIED,
			"the primary %s: ask its operator about the alert %s",
			probe_alert_meaning(answer->alert),
			probe_alert_name(answer->alert));
	} else {
		about_primary(probe);
	}
}

/* --- all is well, or all too well -------------------------------------------------------- */

static void about_open_zone(struct probe *probe)
{
	bool plain = probe->plain.outcome == PROBE_SERVED;
	bool tls = probe->no_cert.outcome == PROBE_SERVED;
	conclude(probe, PROBE_OPEN,
		"anybody who comes from here gets %s %s: the primary's operator must close its access list%s",
		probe->zone.zone_text,
		plain && tls  ? "over plain TCP, and over TLS without a certificate" :
			plain ? "over plain TCP" :
				"over TLS without a certificate",
		tls ? " (a rule that asks only for TLS permits everybody)" : " on port 53");
}

static void about_success(struct probe *probe)
{
	const char *zone = probe->zone.zone_text;
	if (probe->lines[PROBE_NO_CERT].result == PROBE_UNKNOWN ||
		probe->lines[PROBE_PLAIN].result == PROBE_UNKNOWN) {
		conclude(probe, PROBE_ALLOWED,
			"a transfer of %s works from here; whether others are refused was not found out: try again",
			zone);
	} else if (probe->client.result.verdict == DANCE_ALLOW) {
		conclude(probe, PROBE_ALLOWED, "a transfer of %s works from here", zone);
	} else if (!probe->client.asked) {
		conclude(probe, PROBE_ALLOWED,
			"a transfer of %s works from here; give --name to see what DNS says of our key",
			zone);
	} else {
		conclude(probe, PROBE_ALLOWED,
			"a transfer of %s works from here, but not by what DNS says of our name now: mend that before the primary forgets what it knew",
			zone);
	}
}

void probe_conclude(struct probe *probe)
{
	if (probe->lines[PROBE_TCP].result != PROBE_OK) {
		about_tcp(probe);
	} else if (probe->lines[PROBE_TLS].result != PROBE_OK) {
		about_tls(probe);
	} else if (probe->lines[PROBE_SERVER].result != PROBE_OK) {
		about_server(probe);
		about_client_too(probe);
	} else if (probe->lines[PROBE_NO_CERT].result == PROBE_NO ||
		probe->lines[PROBE_PLAIN].result == PROBE_NO) {
		about_open_zone(probe);
	} else if (probe->lines[PROBE_AXFR].result == PROBE_NOT_RUN) {
		conclude(probe, PROBE_NOT_SENT,
			"the server is proved and closed to others; give our key with --key or --raw-key to try a transfer");
	} else if (probe->axfr.outcome == PROBE_SERVED) {
		about_success(probe);
	} else {
		about_answer(probe);
	}
}

const char *probe_verdict_name(enum probe_verdict verdict)
{
	switch (verdict) {
	case PROBE_ALLOWED:
		return "allowed";
	case PROBE_DENIED:
		return "refused";
	case PROBE_NOT_SENT:
		return "not sent";
	case PROBE_OPEN:
		return "open";
	case PROBE_NOT_FOUND_OUT:
		break;
	}
	return "not found out";
}

/* A question that was left out has no answer either. */
static bool is_incomplete(const struct probe *probe)
{
	return probe->lines[PROBE_NO_CERT].result == PROBE_UNKNOWN ||
		probe->lines[PROBE_PLAIN].result == PROBE_UNKNOWN;
}

int probe_status(const struct probe *probe)
{
	switch (probe->verdict) {
	case PROBE_ALLOWED:
		return is_incomplete(probe) ? COMMAND_WRONG : COMMAND_YES;
	case PROBE_DENIED:
	case PROBE_OPEN:
		return COMMAND_NO;
	case PROBE_NOT_SENT:
		/* For want of a word on the command line, nothing was found out. */
		return probe->lines[PROBE_TCP].result == PROBE_NO ||
				probe->lines[PROBE_TLS].result == PROBE_NO ||
				probe->lines[PROBE_SERVER].result == PROBE_NO ?
			COMMAND_NO :
			COMMAND_WRONG;
	case PROBE_NOT_FOUND_OUT:
		break;
	}
	return COMMAND_WRONG;
}
