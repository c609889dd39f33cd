/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Asks libdance-openssl what was proved, and libdance who that is. */

#include "judgement.h"

void judgement_begin(struct judgement *judgement)
{
	*judgement = (struct judgement){ .began = result_cache_now() };
	judgement->unproved.size = sizeof(judgement->unproved);
}

/* Where no decision is needed. */
static enum dance_verdict find_obvious(const struct judgement *judgement,
	const struct front *front, struct dance_result *result)
{
	if (judgement->peer == NULL) {
		*result = judgement->unproved;
		return result->verdict;
	}
	if (front->conf->require_name &&
		dance_openssl_peer_shown(judgement->peer)->client_id == NULL) {
		/* The handshake sees to that, unless it was before a reload. */
		*result = (struct dance_result){ .size = sizeof(struct dance_result),
			.verdict = DANCE_DENY_NAME,
			.detail = "the client did not send its name" };
		return result->verdict;
	}
	return DANCE_UNDECIDED;
}

enum dance_verdict judgement_of_handshake(struct judgement *judgement, SSL *ssl,
	const struct runtime *runtime, const struct front *front,
	struct dance_result *result)
{
	judgement->peer = dance_openssl_peer_new(ssl, &judgement->unproved);
	enum dance_verdict verdict = find_obvious(judgement, front, result);
	if (verdict == DANCE_UNDECIDED) {
		verdict = judgement_make(judgement, front, result);
	}
	result_cache_put(&judgement->kept, result, runtime, judgement->began);
	return verdict;
}

/* One decision for the handshake and the first query, unless a reload came between; each
 * further query is decided by itself. */
enum dance_verdict judgement_find(struct judgement *judgement,
	const struct runtime *runtime, const struct front *front,
	struct dance_result *result)
{
	if (!result_cache_take(&judgement->kept, runtime, front->roster, result)) {
		return find_obvious(judgement, front, result);
	}
	if (result->verdict != DANCE_ALLOW && judgement->peer != NULL) {
		/* It may come again as soon as its record is known. */
		dance_look_again(front->roster, dance_openssl_peer_shown(judgement->peer));
	}
	return result->verdict;
}

enum dance_verdict judgement_make(struct judgement *judgement, const struct front *front,
	struct dance_result *result)
{
	return dance_openssl_peer_verify(judgement->peer, front->roster, result);
}

void judgement_clear(struct judgement *judgement)
{
	dance_openssl_peer_free(judgement->peer);
	judgement->peer = NULL;
}
