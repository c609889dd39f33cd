/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Asks libdance-openssl what was proved, and libdance who that is. */

#include "judgement.h"

#include <stdlib.h>

void judgement_begin(struct judgement *judgement)
{
	*judgement = (struct judgement){ .began = result_cache_now() };
}

/* Where no decision is needed. */
static enum dance_verdict find_obvious(const struct judgement *judgement,
	const struct front *front, struct dance_result *result)
{
	if (judgement->peer == NULL) {
		*result = judgement->early != NULL ?
			judgement->early->unproved :
			(struct dance_result){ .size = sizeof(struct dance_result),
				.verdict = DANCE_FAIL_INTERNAL,
				.detail = "out of memory" };
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
	struct judgement_early *early = calloc(1, sizeof(*early));
	judgement->early = early;
	if (early != NULL) {
		early->unproved.size = sizeof(early->unproved);
		judgement->peer = dance_openssl_peer_new(ssl, &early->unproved);
	}
	enum dance_verdict verdict = find_obvious(judgement, front, result);
	if (verdict == DANCE_UNDECIDED) {
		verdict = judgement_make(judgement, front, result);
	}
	if (early != NULL) {
		result_cache_put(&early->kept, result, runtime, judgement->began);
	}
	return verdict;
}

/* One decision for the handshake and the first query, unless a reload came between; each
 * further query is decided by itself. */
enum dance_verdict judgement_find(struct judgement *judgement,
	const struct runtime *runtime, const struct front *front,
	struct dance_result *result)
{
	bool counts = judgement->early != NULL &&
		result_cache_take(&judgement->early->kept, runtime, front->roster, result);
	if (judgement->peer != NULL) {
		free(judgement->early);
		judgement->early = NULL;
	}
	if (!counts) {
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
	free(judgement->early);
	*judgement = (struct judgement){ .peer = NULL };
}
