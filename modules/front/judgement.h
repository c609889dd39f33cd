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
#include "loop.h"
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
	struct dance_decision *decision; /* under way; NULL: none is */
	bool is_expensive;               /* it may have to judge a path */
	uint64_t began;                  /* result_cache_now() when the client came */
};

/* The client has come. */
void judgement_begin(struct judgement *judgement);

/* It has finished its handshake: takes what that has proved, and decides about it as far as
 * that goes. DANCE_UNDECIDED: judgement_go_on() has to. May take long, and may wait if the
 * client was looked up in the handshake. */
enum dance_verdict judgement_of_handshake(struct judgement *judgement, SSL *ssl,
	const struct front *front, struct loop_call *wake, struct dance_result *result);

/* The decision about the handshake: judgement_find() will find it. */
void judgement_keep(struct judgement *judgement, const struct runtime *runtime,
	const struct dance_result *result);

/* The same decision has been made use of already, and is not kept. */
void judgement_settle(struct judgement *judgement);

/* What can be told without a decision. DANCE_UNDECIDED: nothing. */
enum dance_verdict judgement_find(struct judgement *judgement,
	const struct runtime *runtime, const struct front *front,
	struct dance_result *result);

/* Decides about the client by what is known. Does not wait: DANCE_UNDECIDED means that it
 * has to be called again when `wake` was posted; the front stays until it has said something
 * else, or judgement_drop() was called. */
enum dance_verdict judgement_go_on(struct judgement *judgement, const struct front *front,
	struct loop_call *wake, struct dance_result *result);

/* Is judgement_go_on() a matter of microseconds? */
bool judgement_is_cheap(const struct judgement *judgement);

/* No decision is under way any more. */
void judgement_drop(struct judgement *judgement);

void judgement_clear(struct judgement *judgement);
