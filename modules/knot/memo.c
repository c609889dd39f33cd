/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The verdict on a transfer, kept for its further messages. Knows only that there was an
 * ALLOW and for whom.
 *
 * knotd reuses the addresses of its queries, and a transfer that is broken off leaves its
 * memo here, to be met by the next query of the thread: a client may choose everything in
 * that one but the server's random of its TLS handshake, which no two handshakes share. A
 * broken-off transfer has taken its connection along. */

#include "memo.h"

#include <gnutls/crypto.h>
#include <string.h>

static bool fill(struct memo *memo, const knotd_qdata_t *qdata, gnutls_session_t tls)
{
	gnutls_datum_t client, server;
	gnutls_session_get_random(tls, &client, &server);
	const knot_dname_t *question = knot_pkt_qname(qdata->query);
	if (server.size != sizeof(memo->random) || question == NULL) {
		return false;
	}
	memcpy(memo->random, server.data, sizeof(memo->random));
	memo->query = qdata->query;
	memo->id = knot_wire_get_id(qdata->query->wire);
	memo->type = knot_pkt_qtype(qdata->query);
	return gnutls_hash_fast(GNUTLS_DIG_SHA256, question, knot_dname_size(question),
		memo->question) == 0;
}

bool memo_has(const struct memo *memo, const knotd_qdata_t *qdata, gnutls_session_t tls)
{
	struct memo now;
	return memo->filled && fill(&now, qdata, tls) && now.query == memo->query &&
		now.id == memo->id && now.type == memo->type &&
		memcmp(now.random, memo->random, sizeof(now.random)) == 0 &&
		memcmp(now.question, memo->question, sizeof(now.question)) == 0;
}

void memo_take(struct memo *memo, const knotd_qdata_t *qdata, gnutls_session_t tls,
	const char *name)
{
	memo->filled = fill(memo, qdata, tls);
	memcpy(memo->name, name, strlen(name) + 1);
}

void memo_drop(struct memo *memo)
{
	memo->filled = false;
}
