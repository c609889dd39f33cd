/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Asks libdance-openssl what was proved, and libdance who that is. */

#include "judgement.h"

#include <stdlib.h>

#define DANE_EE 3 /* the usage, RFC 7218 2.1 */

void judgement_begin(struct judgement *judgement)
{
	*judgement = (struct judgement){ .is_expensive = true,
		.began = result_cache_now() };
}

static void set_out_of_memory(struct dance_result *result)
{
	*result = (struct dance_result){ .size = sizeof(*result),
		.verdict = DANCE_FAIL_INTERNAL,
		.detail = "out of memory" };
}

/* Where no decision is needed. */
static enum dance_verdict find_obvious(const struct judgement *judgement,
	const struct front *front, struct dance_result *result)
{
	if (judgement->peer == NULL) {
		if (judgement->early != NULL) {
			*result = judgement->early->unproved;
		} else {
			set_out_of_memory(result);
		}
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

static void wake_loop(void *arg)
{
	loop_post(arg);
}

enum dance_verdict judgement_go_on(struct judgement *judgement, const struct front *front,
	struct loop_call *wake, struct dance_result *result)
{
	if (judgement->decision == NULL) {
		judgement->decision = dance_decision_new(front->roster,
			dance_openssl_peer_shown(judgement->peer), wake_loop, wake);
	}
	if (judgement->decision == NULL) {
		set_out_of_memory(result);
		return result->verdict;
	}
	enum dance_verdict verdict = dance_decision_take(judgement->decision, result);
	if (verdict != DANCE_UNDECIDED) {
		judgement_drop(judgement);
		judgement->is_expensive = verdict != DANCE_ALLOW ||
			result->usage != DANE_EE;
	}
	return verdict;
}

/* The name that the client sent was looked up in the handshake, which this finds. */
static enum dance_verdict decide_named(struct judgement *judgement,
	const struct front *front, struct dance_result *result)
{
	enum dance_verdict verdict = dance_openssl_peer_verify(judgement->peer,
		front->roster, result);
	judgement->is_expensive = verdict != DANCE_ALLOW || result->usage != DANE_EE;
	return verdict;
}

enum dance_verdict judgement_of_handshake(struct judgement *judgement, SSL *ssl,
	const struct front *front, struct loop_call *wake, struct dance_result *result)
{
	judgement->early = calloc(1, sizeof(*judgement->early));
	if (judgement->early != NULL) {
		judgement->early->unproved.size = sizeof(judgement->early->unproved);
		judgement->peer = dance_openssl_peer_new(ssl, &judgement->early->unproved);
	}
	enum dance_verdict verdict = find_obvious(judgement, front, result);
	if (verdict != DANCE_UNDECIDED) {
		return verdict;
	}
	return dance_openssl_peer_shown(judgement->peer)->client_id != NULL ?
		decide_named(judgement, front, result) :
		judgement_go_on(judgement, front, wake, result);
}

void judgement_keep(struct judgement *judgement, const struct runtime *runtime,
	const struct dance_result *result)
{
	if (judgement->early != NULL) {
		result_cache_put(&judgement->early->kept, result, runtime,
			judgement->began);
	}
}

void judgement_settle(struct judgement *judgement)
{
	if (judgement->peer != NULL) {
		free(judgement->early);
		judgement->early = NULL;
	}
}

/* One decision for the handshake and the first query, unless a reload came between; each
 * further query is decided by itself. */
enum dance_verdict judgement_find(struct judgement *judgement,
	const struct runtime *runtime, const struct front *front,
	struct dance_result *result)
{
	bool counts = judgement->early != NULL &&
		result_cache_take(&judgement->early->kept, runtime, front->roster, result);
	judgement_settle(judgement);
	if (!counts) {
		return find_obvious(judgement, front, result);
	}
	if (result->verdict != DANCE_ALLOW && judgement->peer != NULL) {
		/* It may come again as soon as its record is known. */
		dance_look_again(front->roster, dance_openssl_peer_shown(judgement->peer));
	}
	return result->verdict;
}

bool judgement_is_cheap(const struct judgement *judgement)
{
	return !judgement->is_expensive;
}

void judgement_drop(struct judgement *judgement)
{
	dance_decision_free(judgement->decision);
	judgement->decision = NULL;
}

void judgement_clear(struct judgement *judgement)
{
	judgement_drop(judgement);
	dance_openssl_peer_free(judgement->peer);
	free(judgement->early);
	*judgement = (struct judgement){ .peer = NULL };
}
