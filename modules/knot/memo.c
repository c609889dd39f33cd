/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The verdict on a transfer, kept for its further messages. Knows only what it was and of
 * whom.
 *
 * knotd reuses the addresses of its queries, and a transfer that is broken off leaves its
 * memo here, to be met by the next query of the thread: a client may choose everything in
 * that one but the server's random of its TLS handshake, which no two handshakes share. A
 * broken-off transfer has taken its connection along. What does not come over TLS is never
 * allowed by a memo. */

#include "memo.h"

#include <gnutls/crypto.h>
#include <netinet/in.h>
#include <string.h>

/* knotd's address is as large as its family needs. */
static void take_remote(unsigned char octets[MEMO_REMOTE_SIZE],
	const struct sockaddr_storage *remote)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)remote;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)remote;
	if (remote->ss_family == AF_INET) {
		memcpy(octets, &v4->sin_port, 2);
		memcpy(octets + 2, &v4->sin_addr, 4);
	} else if (remote->ss_family == AF_INET6) {
		memcpy(octets, &v6->sin6_port, 2);
		memcpy(octets + 2, &v6->sin6_addr, 16);
	}
}

/* Leaves the verdict unset. False if there is too little to know this transfer by. */
static bool fill(struct memo *memo, const knotd_qdata_t *qdata, gnutls_session_t tls)
{
	memset(memo, 0, sizeof(*memo));
	const knot_dname_t *question = knot_pkt_qname(qdata->query);
	if (question == NULL) {
		return false;
	}
	memo->secure = tls != NULL;
	if (tls != NULL) {
		gnutls_datum_t client, server;
		gnutls_session_get_random(tls, &client, &server);
		if (server.size != sizeof(memo->random)) {
			return false;
		}
		memcpy(memo->random, server.data, sizeof(memo->random));
	} else {
		take_remote(memo->remote, knotd_qdata_remote_addr(qdata));
	}
	memo->query = qdata->query;
	memo->id = knot_wire_get_id(qdata->query->wire);
	memo->type = knot_pkt_qtype(qdata->query);
	return gnutls_hash_fast(GNUTLS_DIG_SHA256, question, knot_dname_size(question),
		       memo->question) == 0;
}

enum dance_verdict memo_recall(const struct memo *memo, const knotd_qdata_t *qdata,
	gnutls_session_t tls, struct dance_result *result)
{
	struct memo now;
	if (memo->verdict == DANCE_UNDECIDED || !fill(&now, qdata, tls) ||
		(memo->verdict == DANCE_ALLOW && !now.secure) ||
		now.secure != memo->secure || now.query != memo->query ||
		now.id != memo->id || now.type != memo->type ||
		memcmp(now.random, memo->random, sizeof(now.random)) != 0 ||
		memcmp(now.remote, memo->remote, sizeof(now.remote)) != 0 ||
		memcmp(now.question, memo->question, sizeof(now.question)) != 0) {
		return DANCE_UNDECIDED;
	}
	*result = (struct dance_result){ .verdict = memo->verdict };
	memcpy(result->name, memo->name, sizeof(result->name));
	memcpy(result->entry, memo->entry, sizeof(result->entry));
	return memo->verdict;
}

void memo_take(struct memo *memo, const knotd_qdata_t *qdata, gnutls_session_t tls,
	const struct dance_result *result)
{
	if (!fill(memo, qdata, tls)) {
		memo_drop(memo);
		return;
	}
	memo->verdict = result->verdict;
	memcpy(memo->name, result->name, sizeof(memo->name));
	memcpy(memo->entry, result->entry, sizeof(memo->entry));
}

void memo_drop(struct memo *memo)
{
	memo->verdict = DANCE_UNDECIDED;
}
