/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a front's client has proved, and the verdict on it: one for its handshake and first
 * query, and one for each further query. Knows nothing of queries. For one thread at a
 * time. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "../result_cache.h"
#include "dance_openssl.h"
#include "runtime.h"

/* Until the first query has been decided about. */
struct judgement_early {
	struct dance_result unproved; /* why there is no peer; stays if there is none */
	struct result_cache kept;     /* of the end of the handshake, for the first query */
};

/* All zero: there is none, and nothing is proved. */
struct judgement {
	struct dance_openssl_peer *peer; /* NULL: nothing was proved, for the reason in: */
	struct judgement_early *early;   /* NULL: out of memory, if there is no peer */
	uint64_t began;                  /* result_cache_now() when the client came */
};

/* The client has come. */
void judgement_begin(struct judgement *judgement);

/* It has finished its handshake: decides, and keeps the result for judgement_find(). May
 * wait for DNS. */
enum dance_verdict judgement_of_handshake(struct judgement *judgement, SSL *ssl,
	const struct runtime *runtime, const struct front *front,
	struct dance_result *result);

/* What can be told at once. DANCE_UNDECIDED: nothing, judgement_make() has to. */
enum dance_verdict judgement_find(struct judgement *judgement,
	const struct runtime *runtime, const struct front *front,
	struct dance_result *result);

/* Decides about the client. May wait for DNS. */
enum dance_verdict judgement_make(struct judgement *judgement, const struct front *front,
	struct dance_result *result);

void judgement_clear(struct judgement *judgement);
