/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One result, kept for its second use: what was decided in the handshake also counts for what
 * follows, so that one connection does not cost several decisions. Knows nothing of how it was
 * decided. */

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "dance.h"

/* A refusal counts for this long at most, and only while DNS says nothing new
 * (dance_basis_holds()). An allow counts until the TTL of its record ends. */
#define RESULT_CACHE_REFUSAL_MS 60000

/* A client that has waited this long for DNS does not wait again, since it would give up. One
 * that has waited less may wait once more for a lookup that is under way. */
#define RESULT_CACHE_PATIENCE_MS 1000

/* All zero: nothing is kept. */
struct result_cache {
	struct dance_result result;
	const void *by; /* the settings or the roster that decided; it outlives this */
	uint64_t until; /* result_cache_now() */
};

/* Milliseconds. Time for which the machine sleeps counts, since records expire in it too. */
static inline uint64_t result_cache_now(void)
{
	struct timespec now;
#ifdef CLOCK_BOOTTIME
	clock_gettime(CLOCK_BOOTTIME, &now);
#else
	clock_gettime(CLOCK_MONOTONIC, &now);
#endif
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* `began`: when the client began to wait. */
static inline void result_cache_put(struct result_cache *cache,
	const struct dance_result *result, const void *by, uint64_t began)
{
	uint64_t now = result_cache_now();
	uint64_t ms = result->verdict == DANCE_ALLOW ? (uint64_t)result->ttl * 1000 :
						       RESULT_CACHE_REFUSAL_MS;
	*cache = (struct result_cache){ .result = *result, .by = by, .until = now + ms };
	if (result->verdict == DANCE_FAIL_TIMEOUT &&
		now - began < RESULT_CACHE_PATIENCE_MS) {
		cache->result.verdict = DANCE_UNDECIDED;
	}
}

/* Fills `result` if a decision by the same `by` and with this roster is kept and still counts.
 * Its TTL is then the rest, so that keeping it again does not prolong it. In any case nothing is
 * kept afterwards: a decision counts once. */
static inline bool result_cache_take(struct result_cache *cache, const void *by,
	const struct dance_roster *roster, struct dance_result *result)
{
	uint64_t now = result_cache_now();
	bool counts = cache->result.verdict != DANCE_UNDECIDED && cache->by == by &&
		now < cache->until &&
		(cache->result.verdict == DANCE_ALLOW ||
			dance_basis_holds(roster, &cache->result.basis));
	if (counts) {
		(void)dance_result_copy(result, &cache->result);
		result->ttl = result->verdict == DANCE_ALLOW ?
			(uint32_t)((cache->until - now) / 1000) :
			result->ttl;
	}
	cache->result.verdict = DANCE_UNDECIDED;
	return counts;
}
