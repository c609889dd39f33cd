/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The steps of a probe, in their order. The first connections have nothing of ours. What is seen
 * is said; what follows from it is for probe_verdict.c. */

#include "probe_run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "dance_openssl.h"
#include "monotonic.h"
#include "probe_alert.h"
#include "probe_link.h"
#include "probe_side.h"
#include "probe_zone.h"
#include "verdict.h"

#define PLAIN_PORT 53

struct run {
	struct probe *probe;
	struct identity *identity;
	SSL_CTX *anonymous;
	struct probe_address address;    /* that has answered */
	struct link link;                /* to it: the first one */
	struct dance_openssl_peer *peer; /* what the server has shown */
	void (*told)(const struct probe *probe, enum probe_step step);
};

/* --- tcp --------------------------------------------------------------------------------- */

/* Does anything answer there? A server may speak DNS, and not yet TLS. */
static bool answers_plainly(const struct run *run, struct probe_address address)
{
	struct link link;
	probe_address_set_port(&address, PLAIN_PORT);
	int error = link_open(&link, &address, run->probe->request.timeout_ms);
	link_close(&link);
	return error == 0;
}

static void tell_unreachable(struct run *run, const struct probe_address *first,
	const char *tried)
{
	struct probe *probe = run->probe;
	bool plain = probe->refused && answers_plainly(run, *first);
	probe_say(probe, PROBE_TCP, probe->refused ? PROBE_NO : PROBE_UNKNOWN, "%s%s",
		tried,
		!probe->refused ? "" :
			plain   ? " (port 53 answers)" :
				  " (port 53 does not answer)");
}

/* Tries one address after another. `tried` tells of those that failed. */
static bool connect_to(struct run *run, struct probe_address *addresses, size_t count,
	char *tried, size_t size)
{
	struct probe *probe = run->probe;
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		int64_t began = monotonic_ms();
		int error = link_open(&run->link, &addresses[i], probe->request.timeout_ms);
		if (error == 0) {
			run->address = addresses[i];
			probe->connect_ms = monotonic_ms() - began;
			memcpy(probe->address, run->address.text, sizeof(probe->address));
			return true;
		}
		link_close(&run->link);
		probe->refused = probe->refused || error == ECONNREFUSED;
		int more = snprintf(tried + used, size - used, "%s%s@%u: %s",
			used > 0 ? ", " : "", addresses[i].text, probe->request.port,
			strerror(error));
		used += more > 0 && (size_t)more < size - used ? (size_t)more : 0;
	}
	return false;
}

static void reach(struct run *run)
{
	struct probe *probe = run->probe;
	struct probe_address addresses[PROBE_ADDRESSES_MAX];
	char why[DANCE_ERROR_SIZE], tried[PROBE_TEXT_SIZE / 2] = "";
	size_t count = probe_target_find(&probe->request, addresses,
		probe->request.timeout_ms, why);
	if (count == 0) {
		probe->name_unknown = true;
		probe_say(probe, PROBE_TCP, PROBE_UNKNOWN, "%s: no address found (%s)",
			probe->request.host, why);
		return;
	}
	if (!connect_to(run, addresses, count, tried, sizeof(tried))) {
		tell_unreachable(run, &addresses[0], tried);
		return;
	}
	probe_say(probe, PROBE_TCP, PROBE_OK, "%s@%u connected, %lld ms%s%s",
		probe->address, probe->request.port, (long long)probe->connect_ms,
		tried[0] != '\0' ? "; " : "", tried);
}

/* --- tls, and the server ----------------------------------------------------------------- */

static void note_handshake(struct probe_tls *tls, const struct link *link)
{
	const SSL *ssl = link->stream.ssl;
	tls->alert = link->alert;
	tls->timed_out = link->timed_out;
	memcpy(tls->why, link->why, sizeof(tls->why));
	tls->is_tls = tls->reached || link->alert >= 0;
	tls->version = tls->reached ? SSL_version(ssl) : 0;
	tls->asks_certificate = link->asks_certificate;
	tls->asks_name = link->asks_name;
	tls->dot = tls->reached && link_has_dot(link);
}

static void tell_failed_handshake(struct probe *probe)
{
	const struct probe_tls *tls = &probe->tls;
	if (tls->alert >= 0) {
		probe_say(probe, PROBE_TLS, PROBE_NO,
			"the server ends the handshake with the alert %s (%d): it %s",
			probe_alert_name(tls->alert), tls->alert,
			probe_alert_meaning(tls->alert));
	} else if (tls->timed_out) {
		probe_say(probe, PROBE_TLS, PROBE_UNKNOWN, "no answer in TLS within %u ms",
			probe->request.timeout_ms);
	} else {
		probe_say(probe, PROBE_TLS, PROBE_NO, "the handshake failed: %s", tls->why);
	}
}

static const char *version_text(int version)
{
	return version == TLS1_3_VERSION  ? "TLS 1.3" :
		version == TLS1_2_VERSION ? "TLS 1.2" :
					    "an unknown version of TLS";
}

static void tell_handshake(const struct run *run)
{
	struct probe *probe = run->probe;
	struct probe_tls *tls = &probe->tls;
	char key[PROBE_KEY_SIZE];
	if (!tls->reached) {
		tell_failed_handshake(probe);
		return;
	}
	if (run->peer != NULL) {
		(void)dance_judge(dance_openssl_peer_shown(run->peer), NULL, NULL, 0, NULL,
			&tls->shown);
	}
	bool fine = tls->version == TLS1_3_VERSION && tls->dot;
	probe_say(probe, PROBE_TLS, fine ? PROBE_OK : PROBE_NO,
		"%s, %s, server key %s, asks for %s", version_text(tls->version),
		tls->dot ? "ALPN dot" : "the server did not choose ALPN 'dot'",
		tls->shown.has_key ? probe_key_text(tls->shown.key_sha256, key) :
				     "not known",
		!tls->asks_certificate ? "no client certificate" :
			tls->asks_name ? "a client certificate and its name" :
					 "a client certificate");
}

/* Looks at the server, and at what it shows, with nothing of ours. */
static void look(struct run *run)
{
	struct probe *probe = run->probe;
	struct link *link = &run->link;
	probe->tls.reached = link_secure(link, run->anonymous, probe->request.server_name,
		probe->request.timeout_ms);
	note_handshake(&probe->tls, link);
	if (probe->tls.reached) {
		run->peer = dance_openssl_peer_new(link->stream.ssl, &probe->server.result);
	}
	link_close(link);
	tell_handshake(run);
}

static void judge_server(struct run *run)
{
	struct probe *probe = run->probe;
	const struct dance_result *result = &probe->server.result;
	if (run->peer != NULL) {
		probe_judge_server(probe, dance_openssl_peer_shown(run->peer));
		return;
	}
	probe_say(probe, PROBE_SERVER, PROBE_NO, "%s",
		result->detail[0] != '\0' ? result->detail :
					    dance_verdict_text(result->verdict));
}

/* --- all of it --------------------------------------------------------------------------- */

static void ask_for_zone(struct run *run)
{
	struct probe *probe = run->probe;
	char why[DANCE_ERROR_SIZE];
	if (run->identity != NULL) {
		SSL_CTX *ctx = identity_armed(run->identity, &probe->request, why);
		if (ctx == NULL) {
			probe_say(probe, PROBE_AXFR, PROBE_UNKNOWN, "%s", why);
		} else if (!probe_zone_transfer(probe, &run->address, ctx)) {
			run->told(probe, PROBE_SERVER);
			return;
		}
		run->told(probe, PROBE_AXFR);
	}
	probe_zone_without_certificate(probe, &run->address, run->anonymous);
	run->told(probe, PROBE_NO_CERT);
	probe_address_set_port(&run->address, PLAIN_PORT);
	probe_zone_plainly(probe, &run->address);
	run->told(probe, PROBE_PLAIN);
}

static bool step(struct run *run, void (*take)(struct run *run), enum probe_step step)
{
	take(run);
	run->told(run->probe, step);
	return run->probe->lines[step].result == PROBE_OK;
}

static void judge_client(struct run *run)
{
	probe_judge_client(run->probe,
		run->identity != NULL ? identity_peer(run->identity) : NULL);
}

static void take_steps(struct run *run)
{
	bool proved = step(run, reach, PROBE_TCP) && step(run, look, PROBE_TLS) &&
		step(run, judge_server, PROBE_SERVER);
	/* This does not need the server. */
	(void)step(run, judge_client, PROBE_CLIENT);
	if (proved) {
		ask_for_zone(run);
	}
}

bool probe_run(struct probe *probe, struct identity *identity,
	void (*told)(const struct probe *probe, enum probe_step step))
{
	struct run run = { .probe = probe,
		.identity = identity,
		.told = told,
		.link = LINK_NONE,
		.anonymous = link_anonymous() };
	probe->tls.shown.size = sizeof(probe->tls.shown);
	probe->server.result.size = sizeof(probe->server.result);
	probe->client.result.size = sizeof(probe->client.result);
	probe->tls.alert = probe->axfr.alert = probe->no_cert.alert = probe->plain.alert = -1;
	if (run.anonymous == NULL) {
		return false;
	}
	take_steps(&run);
	probe->now = time(NULL);
	dance_openssl_peer_free(run.peer);
	SSL_CTX_free(run.anonymous);
	return true;
}
