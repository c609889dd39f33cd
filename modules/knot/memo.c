/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * The verdict on a transfer, kept for its further messages. Knows only that there was an
 * ALLOW and for whom. */

#include "memo.h"

#include <gnutls/crypto.h>
#include <string.h>
#include <time.h>

/* A transfer that was broken off leaves its memo; it is not believed for longer. */
#define MEMO_MAX_S 600

static uint64_t seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec;
}

static bool fill(struct memo *memo, const knotd_qdata_t *qdata,
	const struct dance_peer *peer)
{
	const knot_dname_t *question = knot_pkt_qname(qdata->query);
	memo->query = qdata->query;
	memo->id = knot_wire_get_id(qdata->query->wire);
	memo->type = knot_pkt_qtype(qdata->query);
	return question != NULL &&
		gnutls_hash_fast(GNUTLS_DIG_SHA256, peer->chain[0].data, peer->chain[0].size,
			memo->leaf) == 0 &&
		gnutls_hash_fast(GNUTLS_DIG_SHA256, question, knot_dname_size(question),
			memo->question) == 0;
}

bool memo_has(const struct memo *memo, const knotd_qdata_t *qdata,
	const struct dance_peer *peer)
{
	struct memo now;
	return memo->filled && seconds() - memo->taken < MEMO_MAX_S &&
		fill(&now, qdata, peer) &&
		now.query == memo->query && now.id == memo->id && now.type == memo->type &&
		memcmp(now.leaf, memo->leaf, sizeof(now.leaf)) == 0 &&
		memcmp(now.question, memo->question, sizeof(now.question)) == 0;
}

void memo_take(struct memo *memo, const knotd_qdata_t *qdata,
	const struct dance_peer *peer, const char *name)
{
	memo->filled = fill(memo, qdata, peer);
	memo->taken = seconds();
	memcpy(memo->name, name, strlen(name) + 1);
}

void memo_drop(struct memo *memo)
{
	memo->filled = false;
}
