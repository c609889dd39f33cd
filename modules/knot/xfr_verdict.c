/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The verdict on a transfer, kept for its further messages. Knows only what it was and of
 * whom.
 *
 * knotd reuses the addresses of its queries, and a transfer that is broken off leaves its
 * verdict here, to be met by the next query of the thread: a client may choose everything in
 * that one but the server's random of its TLS handshake, which no two handshakes share. A
 * broken-off transfer has taken its connection along. What does not come over TLS is never
 * allowed by it. */

#include "xfr_verdict.h"

#include <netinet/in.h>
#include <string.h>

/* knotd's address is as large as its family needs. An IPv6 address may begin like an IPv4 one and
 * go on with zeros, so that the family counts too. */
static void take_remote(struct xfr_verdict *xfr, const struct sockaddr_storage *remote)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)remote;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)remote;
	xfr->family = remote->ss_family;
	if (remote->ss_family == AF_INET) {
		xfr->port = v4->sin_port;
		memcpy(xfr->address, &v4->sin_addr, sizeof(v4->sin_addr));
	} else if (remote->ss_family == AF_INET6) {
		xfr->port = v6->sin6_port;
		memcpy(xfr->address, &v6->sin6_addr, sizeof(v6->sin6_addr));
	}
}

/* Leaves the verdict UNDECIDED. False if there is too little to know this transfer by. */
static bool fill(struct xfr_verdict *xfr, const knotd_qdata_t *qdata, gnutls_session_t tls)
{
	*xfr = (struct xfr_verdict){ .family = AF_UNSPEC }; /* and all else zero */
	const knot_dname_t *question = knot_pkt_qname(qdata->query);
	size_t size = question != NULL ? knot_dname_size(question) : 0;
	if (size == 0 || size > sizeof(xfr->question)) {
		return false;
	}
	xfr->secure = tls != NULL;
	if (tls != NULL) {
		gnutls_datum_t client, server;
		gnutls_session_get_random(tls, &client, &server);
		if (server.size != sizeof(xfr->random)) {
			return false;
		}
		memcpy(xfr->random, server.data, sizeof(xfr->random));
	} else {
		take_remote(xfr, knotd_qdata_remote_addr(qdata));
	}
	xfr->query = qdata->query;
	xfr->id = knot_wire_get_id(qdata->query->wire);
	xfr->type = knot_pkt_qtype(qdata->query);
	xfr->question_size = (uint8_t)size;
	memcpy(xfr->question, question, size);
	return true;
}

enum dance_verdict xfr_verdict_get(const struct xfr_verdict *xfr,
	const knotd_qdata_t *qdata, gnutls_session_t tls, struct dance_result *result)
{
	struct xfr_verdict now;
	if (xfr->verdict == DANCE_UNDECIDED || !fill(&now, qdata, tls) ||
		(xfr->verdict == DANCE_ALLOW && !now.secure) || now.secure != xfr->secure ||
		now.query != xfr->query || now.id != xfr->id || now.type != xfr->type ||
		memcmp(now.random, xfr->random, sizeof(now.random)) != 0 ||
		now.family != xfr->family || now.port != xfr->port ||
		memcmp(now.address, xfr->address, sizeof(now.address)) != 0 ||
		now.question_size != xfr->question_size ||
		memcmp(now.question, xfr->question, now.question_size) != 0) {
		return DANCE_UNDECIDED;
	}
	*result = (struct dance_result){ .size = sizeof(struct dance_result),
		.verdict = xfr->verdict };
	memcpy(result->name, xfr->name, sizeof(result->name));
	memcpy(result->entry, xfr->entry, sizeof(result->entry));
	return xfr->verdict;
}

void xfr_verdict_set(struct xfr_verdict *xfr, const knotd_qdata_t *qdata,
	gnutls_session_t tls, const struct dance_result *result)
{
	if (fill(xfr, qdata, tls)) {
		xfr->verdict = result->verdict;
		memcpy(xfr->name, result->name, sizeof(xfr->name));
		memcpy(xfr->entry, result->entry, sizeof(xfr->entry));
	}
}

void xfr_verdict_clear(struct xfr_verdict *xfr)
{
	xfr->verdict = DANCE_UNDECIDED;
}
