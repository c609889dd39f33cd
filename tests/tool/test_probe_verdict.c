/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The last line of a probe, for findings that are made up: each thing that can be in the way has
 * its verdict, its exit status and its advice. */

#include <stdlib.h>
#include <string.h>

#include "../check.h"
#include "probe_alert.h"
#include "probe_verdict.h"

static struct probe probe;

static void set(enum probe_step step, enum probe_result result)
{
	probe_say(&probe, step, result, "said");
}

/* A transfer that works, by a name that DNS proves. */
static int begin(void **state)
{
	const char *why;
	(void)state;
	memset(&probe, 0, sizeof(probe));
	assert_true(transfer_init(&probe.zone, "example.com", &why));
	probe.request.port = 853;
	strcpy(probe.request.host, "192.0.2.1");
	strcpy(probe.request.name, "ns2.example.net");
	strcpy(probe.request.server_name, "ns1.example.com");
	strcpy(probe.request.server_owner, "_853._tcp.ns1.example.com");
	probe.now = 1795348800; /* 2026-11-22T12:00:00Z */
	for (unsigned step = 0; step < PROBE_STEP_COUNT; step++) {
		set(step, PROBE_OK);
	}
	probe.tls = (struct probe_tls){ .reached = true,
		.is_tls = true,
		.version = 0x0304,
		.dot = true,
		.asks_certificate = true,
		.alert = -1 };
	probe.server.asked = probe.client.asked = true;
	probe.client.ttl = 3600;
	probe.server.result.verdict = probe.client.result.verdict = DANCE_ALLOW;
	probe.server.result.has_key = probe.client.result.has_key = true;
	memset(probe.server.result.key_sha256, 0x5d, DANCE_SHA256_SIZE);
	memset(probe.client.result.key_sha256, 0xf1, DANCE_SHA256_SIZE);
	probe.axfr.outcome = PROBE_SERVED;
	probe.no_cert.outcome = probe.plain.outcome = PROBE_REFUSED;
	probe.axfr.transfer = probe.no_cert.transfer = probe.plain.transfer = probe.zone;
	return 0;
}

static void concludes(const char *row, const char *verdict, int status, const char *words)
{
	probe_conclude(&probe);
	if (strcmp(probe_verdict_name(probe.verdict), verdict) != 0 ||
		probe_status(&probe) != status || strstr(probe.advice, words) == NULL) {
		fail_msg("%s: %s, status %d: %s", row, probe_verdict_name(probe.verdict),
			probe_status(&probe), probe.advice);
	}
}

static void a_transfer_that_works(void **state)
{
	(void)state;
	concludes("all", "allowed", 0, "a transfer of example.com. works from here");
	probe.client.asked = false;
	probe.client.result.verdict = DANCE_UNDECIDED;
	set(PROBE_CLIENT, PROBE_UNKNOWN);
	concludes("without a name", "allowed", 0, "give --name");
	probe.client.asked = true;
	probe.client.result.verdict = DANCE_DENY_NO_TLSA;
	set(PROBE_CLIENT, PROBE_NO);
	concludes("not by DNS", "allowed", 0, "not by what DNS says");
	set(PROBE_PLAIN, PROBE_UNKNOWN);
	probe.plain.outcome = PROBE_SILENT;
	concludes("one door not tried", "allowed", 2, "was not found out");
}

static void an_open_zone(void **state)
{
	(void)state;
	set(PROBE_PLAIN, PROBE_NO);
	probe.plain.outcome = PROBE_SERVED;
	concludes("plain", "open", 1, "gets example.com. over plain TCP: ");
	set(PROBE_NO_CERT, PROBE_NO);
	probe.no_cert.outcome = PROBE_SERVED;
	concludes("both", "open", 1,
		"over plain TCP, and over TLS without a certificate: ");
	set(PROBE_PLAIN, PROBE_OK);
	probe.plain.outcome = PROBE_REFUSED;
	set(PROBE_AXFR, PROBE_NO);
	probe.axfr.outcome = PROBE_REFUSED; /* even if we do not get it */
	concludes("TLS", "open", 1, "gets example.com. over TLS without a certificate: ");
}

static void no_way_there(void **state)
{
	(void)state;
	set(PROBE_TCP, PROBE_UNKNOWN);
	concludes("silence", "not found out", 2, "packet filters for TCP port 853");
	probe.name_unknown = true;
	concludes("no address", "not found out", 2, "correct the name");
	probe.name_unknown = false;
	probe.refused = true;
	set(PROBE_TCP, PROBE_NO);
	concludes("refused", "not sent", 1, "nobody listens for TLS there");
}

static void tls_that_will_not_do(void **state)
{
	(void)state;
	set(PROBE_TLS, PROBE_NO);
	probe.tls.dot = false;
	concludes("no ALPN", "not sent", 1, "need ALPN 'dot'");
	probe.tls.version = 0x0303;
	concludes("TLS 1.2", "not sent", 1, "need TLS 1.3");
	probe.tls = (struct probe_tls){ .is_tls = true, .alert = 120 };
	concludes("ALPN alert", "not sent", 1, "need ALPN 'dot'");
	probe.tls.alert = 70;
	concludes("version alert", "not sent", 1, "need TLS 1.3");
	probe.tls.alert = 112;
	concludes("another alert", "not sent", 1, "the alert unrecognized_name");
	probe.tls = (struct probe_tls){ .alert = -1 };
	concludes("no TLS", "not sent", 1, "SERVER@PORT");
	set(PROBE_TLS, PROBE_UNKNOWN);
	concludes("silence", "not found out", 2, "try again");
}

static void a_server_that_is_not_proved(void **state)
{
	(void)state;
	static const struct {
		enum dance_verdict verdict;
		const char *said;
		int status;
		const char *words;
	} rows[] = {
		{ DANCE_DENY_MISMATCH, "not sent", 1, "may be another one" },
		{ DANCE_DENY_CHAIN, "not sent", 1, "may be another one" },
		{ DANCE_DENY_UNUSABLE, "not sent", 1, "may be another one" },
		{ DANCE_DENY_NO_TLSA, "not sent", 1, "give it as --server-key" },
		{ DANCE_DENY_INSECURE, "not sent", 1, "give it as --server-key" },
		{ DANCE_FAIL_BOGUS, "not found out", 2, "sign the zone again" },
		{ DANCE_FAIL_LOOKUP, "not found out", 2, "open outgoing port 53" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		bool failed = dance_verdict_class(rows[i].verdict) == DANCE_CLASS_FAIL;
		set(PROBE_SERVER, failed ? PROBE_UNKNOWN : PROBE_NO);
		probe.server.result.verdict = rows[i].verdict;
		concludes(dance_verdict_name(rows[i].verdict), rows[i].said, rows[i].status,
			rows[i].words);
		assert_non_null(strstr(probe.advice, "nothing of ours was shown"));
	}
	set(PROBE_SERVER, PROBE_NO);
	probe.request.has_server_key = true;
	probe.server.result.verdict = DANCE_DENY_NO_TLSA;
	concludes("another key", "not sent", 1, "5d5d is its key now");
	probe.server.result.verdict = DANCE_DENY_MISMATCH;
	concludes("records come first", "not sent", 1,
		"must be at _853._tcp.ns1.example.com");
	probe.request.has_server_key = false;
	probe.server.asked = false;
	probe.server.result.verdict = DANCE_UNDECIDED;
	set(PROBE_SERVER, PROBE_UNKNOWN);
	concludes("no name", "not sent", 2, "--server-name");
}

/* Whoever mends only the server's side would be refused next. */
static void neither_is_proved(void **state)
{
	(void)state;
	set(PROBE_SERVER, PROBE_NO);
	probe.server.result.verdict = DANCE_DENY_INSECURE;
	probe.client.result.verdict = DANCE_DENY_MISMATCH;
	concludes("both", "not sent", 1,
		"give it as --server-key; and publish TLSA 3 1 1 f1f1");
	probe.client.result.verdict = DANCE_FAIL_TIMEOUT;
	concludes("client not found out", "not sent", 1, "give it as --server-key");
	assert_null(strstr(probe.advice, "; and "));
	probe.client.result.verdict = DANCE_UNDECIDED;
	probe.client.asked = false;
	concludes("client without a name", "not sent", 1, "give it as --server-key");
	assert_null(strstr(probe.advice, "; and "));
}

static void refuse(unsigned rcode, const char *text)
{
	struct transfer *transfer = &probe.axfr.transfer;
	probe.axfr.outcome = PROBE_REFUSED;
	transfer->rcode = rcode;
	transfer->ede = text != NULL ? 18 : TRANSFER_NO_EDE;
	strcpy(transfer->ede_text, text != NULL ? text : "");
	set(PROBE_AXFR, rcode == 2 ? PROBE_UNKNOWN : PROBE_NO);
}

/* What DNS says of us is the reason, and comes first. */
static void a_client_that_is_not_proved(void **state)
{
	(void)state;
	static const struct {
		enum dance_verdict verdict;
		const char *said;
		int status;
		const char *words;
	} rows[] = {
		{ DANCE_DENY_NO_TLSA, "refused", 1,
			"publish ns2.example.net. 3600 IN TLSA 3 1 1 f1f1" },
		{ DANCE_DENY_MISMATCH, "refused", 1, "(until 2026-11-22T14:00:00Z)" },
		{ DANCE_DENY_INSECURE, "refused", 1, "sign the zone of ns2.example.net" },
		{ DANCE_DENY_UNUSABLE, "refused", 1, "replace the records" },
		{ DANCE_DENY_CHAIN, "refused", 1, "dance verify" },
		{ DANCE_DENY_CREDENTIAL, "refused", 1, "that can be read" },
		{ DANCE_FAIL_BOGUS, "not found out", 2, "sign the client's zone again" },
		{ DANCE_FAIL_TIMEOUT, "not found out", 2, "port 53" },
		{ DANCE_UNDECIDED, "refused", 1, "give our name with --name" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		refuse(9, "no TLSA record matches");
		probe.client.result.verdict = rows[i].verdict;
		concludes(dance_verdict_name(rows[i].verdict), rows[i].said, rows[i].status,
			rows[i].words);
	}
}

/* DNS proves us: then it is the server that says why not, in the words that our servers use. */
static void a_server_that_says_no(void **state)
{
	(void)state;
	static const struct {
		unsigned rcode;
		const char *text, *said;
		int status;
		const char *words;
	} rows[] = {
		{ 9, NULL, "refused", 1, "own access list says no" },
		{ 5, "refused, no acl matches", "refused", 1, "own access list says no" },
		{ 5, "no TLSA record matches", "refused", 1, "not yet at the primary" },
		{ 5, "no TLSA record, proved by DNSSEC", "refused", 1, "TTL of 3600 s" },
		{ 5, "the peer claims no permitted name", "refused", 1,
			"permit ns2.example.net; if a pattern" },
		{ 9, "no readable client certificate or key", "refused", 1,
			"no proof of our key: " },
		{ 2, "the TLSA lookup failed", "not found out", 2, "port 53" },
		{ 2, "DNSSEC validation failed", "not found out", 2, "sign the client's" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		refuse(rows[i].rcode, rows[i].text);
		concludes(rows[i].words, rows[i].said, rows[i].status, rows[i].words);
	}
	/* The texts that we know are those that are sent. */
	for (unsigned verdict = 2; verdict < dance_verdict_count(); verdict++) {
		refuse(9, dance_verdict_text(verdict));
		probe_conclude(&probe);
		assert_null(strstr(probe.advice, "own access list"));
	}
	probe.tls.asks_certificate = false;
	refuse(9, "no readable client certificate or key");
	concludes("not asked", "refused", 1, "for which it does not ask");
	probe.axfr.outcome = PROBE_ALERTED;
	probe.axfr.alert = 48;
	concludes("alert", "refused", 1, "wants a certificate of a CA that it knows");
	probe.axfr.outcome = PROBE_CLOSED;
	set(PROBE_AXFR, PROBE_UNKNOWN);
	concludes("closed", "not found out", 2, "the server's log");
}

static void nothing_to_show(void **state)
{
	(void)state;
	set(PROBE_AXFR, PROBE_NOT_RUN);
	probe.axfr.outcome = PROBE_UNASKED;
	concludes("no key", "not sent", 2, "--key or --raw-key");
}

static void alerts(void **state)
{
	(void)state;
	assert_string_equal(probe_alert_name(120), "no_application_protocol");
	assert_string_equal(probe_alert_name(116), "certificate_required");
	assert_string_equal(probe_alert_name(250), "unknown");
	assert_string_equal(probe_alert_name(-1), "unknown");
	assert_string_equal(probe_alert_meaning(250), "gives no known reason");
}

#define ONE(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(a_transfer_that_works),
		ONE(an_open_zone),
		ONE(no_way_there),
		ONE(tls_that_will_not_do),
		ONE(a_server_that_is_not_proved),
		ONE(neither_is_proved),
		ONE(a_client_that_is_not_proved),
		ONE(a_server_that_says_no),
		ONE(nothing_to_show),
		ONE(alerts),
	};
	return cmocka_run_group_tests_name("probe_verdict", tests, NULL, NULL);
}
