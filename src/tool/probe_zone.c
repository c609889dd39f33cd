/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The questions for the zone: over a connection that proves the server and us, and in the two
 * ways that have to be refused. */

#include "probe_zone.h"

#include <stdio.h>
#include <string.h>

#include "dance_openssl.h"
#include "monotonic.h"
#include "probe_alert.h"
#include "probe_link.h"

#define RCODE_SERVFAIL 2

/* --- a question and its answer ------------------------------------------------------------ */

/* Why did nothing more come? */
static enum probe_outcome silence_of(struct probe_answer *answer, const struct link *link)
{
	answer->alert = link->alert;
	return link->alert >= 0 ? PROBE_ALERTED :
		link->timed_out ? PROBE_SILENT :
				  PROBE_CLOSED;
}

static bool is_enough(const struct transfer *transfer)
{
	return transfer->octets >= PROBE_OCTETS_MAX;
}

/* Takes the messages of the answer; only the first one unless `whole`. */
static void receive(struct link *link, struct probe_answer *answer, unsigned timeout_ms,
	bool whole)
{
	uint8_t message[UINT16_MAX];
	struct transfer *transfer = &answer->transfer;
	int64_t end = monotonic_ms() + PROBE_TRANSFER_MS;
	enum transfer_state state = TRANSFER_MORE;
	do {
		int64_t deadline = monotonic_ms() + timeout_ms;
		size_t size = link_receive(link, message, deadline < end ? deadline : end);
		if (size == 0) {
			answer->capped = transfer->begun && monotonic_ms() >= end;
			answer->outcome = answer->capped ? PROBE_SERVED :
							   silence_of(answer, link);
			return;
		}
		state = transfer_take(transfer, message, size);
		answer->capped = state == TRANSFER_MORE && is_enough(transfer);
	} while (state == TRANSFER_MORE && whole && !answer->capped);
	answer->whole = state == TRANSFER_WHOLE;
	answer->outcome = state == TRANSFER_MALFORMED ? PROBE_UNREADABLE :
		state == TRANSFER_REFUSED             ? PROBE_REFUSED :
							PROBE_SERVED;
}

static void ask(const struct probe *probe, struct link *link, struct probe_answer *answer,
	bool whole)
{
	uint8_t query[TRANSFER_QUERY_SIZE];
	answer->transfer = probe->zone;
	size_t size = transfer_ask(&answer->transfer, query);
	int64_t began = monotonic_ms();
	if (link_send(link, query, size, probe->request.timeout_ms)) {
		receive(link, answer, probe->request.timeout_ms, whole);
	} else {
		answer->outcome = silence_of(answer, link);
	}
	answer->ms = monotonic_ms() - began;
}

/* "NOTAUTH, EDE 18 "no TLSA record matches"" */
static void say_answer(const struct probe_answer *answer, unsigned timeout_ms, char *text,
	size_t size)
{
	const struct transfer *transfer = &answer->transfer;
	char rcode[TRANSFER_RCODE_SIZE];
	transfer_rcode_name(transfer->rcode, rcode);
	switch (answer->outcome) {
	case PROBE_SERVED:
		(void)snprintf(text, size, "served, serial %u", transfer->serial);
		return;
	case PROBE_REFUSED:
		if (transfer->ede != TRANSFER_NO_EDE) {
			(void)snprintf(text, size, "%s, EDE %d \"%s\"%s", rcode,
				transfer->ede, transfer->ede_text,
				transfer->begun ? " in the middle of the zone" : "");
		} else {
			(void)snprintf(text, size, "%s%s", rcode,
				transfer->rcode == 0    ? " without a record" :
					transfer->begun ? " in the middle of the zone" :
							  " without EDE");
		}
		return;
	case PROBE_ALERTED:
		(void)snprintf(text, size, "alert %s (%d): it %s",
			probe_alert_name(answer->alert), answer->alert,
			probe_alert_meaning(answer->alert));
		return;
	case PROBE_UNREACHABLE:
		(void)snprintf(text, size, "no connection (%s)", answer->why);
		return;
	case PROBE_CLOSED:
		(void)snprintf(text, size, "the server closed the connection%s",
			transfer->begun ? " in the middle of the zone" : "");
		return;
	case PROBE_SILENT:
		(void)snprintf(text, size, "no %sanswer within %u ms",
			transfer->begun ? "further " : "", timeout_ms);
		return;
	case PROBE_UNREADABLE:
		(void)snprintf(text, size, "an answer that cannot be read");
		return;
	case PROBE_UNASKED:
		break;
	}
	(void)snprintf(text, size, "not asked");
}

/* A refusal is final, unless the server says that it could not decide. */
static enum probe_result result_of(const struct probe_answer *answer)
{
	switch (answer->outcome) {
	case PROBE_SERVED:
		return PROBE_OK;
	case PROBE_REFUSED:
		return answer->transfer.rcode == RCODE_SERVFAIL ? PROBE_UNKNOWN : PROBE_NO;
	case PROBE_ALERTED:
		return PROBE_NO;
	case PROBE_UNREACHABLE:
	case PROBE_CLOSED:
	case PROBE_SILENT:
	case PROBE_UNREADABLE:
	case PROBE_UNASKED:
		break;
	}
	return PROBE_UNKNOWN;
}

static void tell_transfer(struct probe *probe)
{
	const struct probe_answer *answer = &probe->axfr;
	const struct transfer *transfer = &answer->transfer;
	char text[PROBE_TEXT_SIZE / 2];
	if (answer->outcome != PROBE_SERVED) {
		say_answer(answer, probe->request.timeout_ms, text, sizeof(text));
		probe_say(probe, PROBE_AXFR, result_of(answer), "%s %s",
			probe->zone.zone_text, text);
		return;
	}
	probe_say(probe, PROBE_AXFR, PROBE_OK,
		"%s serial %u, %llu records in %llu message%s, %llu octets, %lld.%lld s%s%s",
		probe->zone.zone_text, transfer->serial,
		(unsigned long long)transfer->records,
		(unsigned long long)transfer->messages, transfer->messages == 1 ? "" : "s",
		(unsigned long long)transfer->octets, (long long)answer->ms / 1000,
		(long long)answer->ms % 1000 / 100,
		answer->capped ? "; stopped here, which is no fault" : "",
		probe->request.raw_key && !answer->raw_key ?
			"; our key was shown in a certificate, since the server takes no raw keys" :
			"");
}

/* The server's records say no in this handshake: nothing of ours has gone out. */
static void tell_unproved(struct probe *probe, const struct dance_result *result)
{
	char key[PROBE_KEY_SIZE] = "?";
	probe->server.result = *result;
	probe->server.pinned = false;
	if (result->has_key) {
		(void)probe_key_text(result->key_sha256, key);
	}
	probe_say(probe, PROBE_SERVER,
		dance_verdict_class(result->verdict) == DANCE_CLASS_FAIL ? PROBE_UNKNOWN :
									   PROBE_NO,
		"at the second connection: %s (%s); the server shows key %s",
		dance_verdict_name(result->verdict),
		result->detail[0] != '\0' ? result->detail :
					    dance_verdict_text(result->verdict),
		key);
}

static bool connect_again(const struct probe *probe, const struct probe_address *address,
	struct link *link, struct probe_answer *answer)
{
	int error = link_open(link, address, probe->request.timeout_ms);
	if (error != 0) {
		answer->outcome = PROBE_UNREACHABLE;
		(void)snprintf(answer->why, sizeof(answer->why), "%s", strerror(error));
	}
	return error == 0;
}

/* Shakes hands, and asks if the server is proved. False if its records say no. */
static bool show_and_ask(struct probe *probe, struct link *link, SSL_CTX *armed)
{
	struct probe_answer *answer = &probe->axfr;
	struct dance_result result = { .size = sizeof(result) };
	/* DNS is asked within. */
	bool shaken = link_secure(link, armed, probe->request.server_name,
		2 * probe->request.timeout_ms);
	enum dance_verdict verdict = link->stream.ssl == NULL ?
		DANCE_UNDECIDED :
		dance_openssl_server_verdict(link->stream.ssl, &result);
	if (shaken && verdict == DANCE_ALLOW && link_has_dot(link)) {
		answer->raw_key = SSL_get_negotiated_client_cert_type(link->stream.ssl) ==
			TLSEXT_cert_type_rpk;
		ask(probe, link, answer, true);
		return true;
	}
	/* Did it end before the records were looked at, or after? */
	if (verdict == DANCE_UNDECIDED || verdict == DANCE_DENY_UNPROVEN ||
		verdict == DANCE_ALLOW) {
		answer->outcome = silence_of(answer, link);
		return true;
	}
	tell_unproved(probe, &result);
	return false;
}

bool probe_zone_transfer(struct probe *probe, const struct probe_address *address,
	SSL_CTX *armed)
{
	struct link link;
	bool proved = !connect_again(probe, address, &link, &probe->axfr) ||
		show_and_ask(probe, &link, armed);
	link_close(&link);
	if (proved) {
		tell_transfer(probe);
	}
	return proved;
}

/* --- who must not have it ---------------------------------------------------------------- */

static void tell_closed(struct probe *probe, enum probe_step step, const char *how,
	const struct probe_answer *answer)
{
	char text[PROBE_TEXT_SIZE / 2];
	say_answer(answer, probe->request.timeout_ms, text, sizeof(text));
	if (answer->outcome == PROBE_REFUSED && result_of(answer) == PROBE_UNKNOWN) {
		probe_say(probe, step, PROBE_UNKNOWN, "%s: %s", how, text);
		return;
	}
	switch (answer->outcome) {
	case PROBE_SERVED:
		probe_say(probe, step, PROBE_NO, "%s: %s: the zone is open to anybody", how,
			text);
		return;
	case PROBE_REFUSED:
	case PROBE_ALERTED:
	case PROBE_UNREACHABLE:
	case PROBE_CLOSED:
		probe_say(probe, step, PROBE_OK, "%s: %s, as it should be", how, text);
		return;
	case PROBE_SILENT:
	case PROBE_UNREADABLE:
	case PROBE_UNASKED:
		break;
	}
	probe_say(probe, step, PROBE_UNKNOWN, "%s: %s", how, text);
}

void probe_zone_without_certificate(struct probe *probe,
	const struct probe_address *address, SSL_CTX *anonymous)
{
	struct probe_answer *answer = &probe->no_cert;
	struct link link;
	if (connect_again(probe, address, &link, answer)) {
		if (link_secure(&link, anonymous, probe->request.server_name,
			    probe->request.timeout_ms)) {
			ask(probe, &link, answer, false);
		} else {
			answer->outcome = silence_of(answer, &link);
		}
	}
	link_close(&link);
	tell_closed(probe, PROBE_NO_CERT, "over TLS without a certificate", answer);
}

void probe_zone_plainly(struct probe *probe, const struct probe_address *address)
{
	struct probe_answer *answer = &probe->plain;
	struct link link;
	if (connect_again(probe, address, &link, answer)) {
		ask(probe, &link, answer, false);
	}
	link_close(&link);
	tell_closed(probe, PROBE_PLAIN, "over plain TCP, port 53", answer);
}
