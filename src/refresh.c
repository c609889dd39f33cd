/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How long an answer is good, and when to ask again. */

#include "refresh.h"

#include <gnutls/crypto.h>

bool refresh_is_failure(enum resolver_outcome outcome)
{
	return outcome == RESOLVER_NONE || outcome == RESOLVER_FAILED ||
		outcome == RESOLVER_TIMEOUT;
}

uint64_t refresh_lifetime(const struct resolver_answer *answer)
{
	uint64_t ttl = (uint64_t)answer->ttl * 1000;
	if (answer->outcome == RESOLVER_SECURE) {
		/* A TTL of 0 is good for who is asking now (RFC 1035 3.2.1). */
		return ttl > REFRESH_AGAIN_MS ? ttl : REFRESH_AGAIN_MS;
	}
	/* What is not there may be asked for again and again by peers. */
	if (ttl > REFRESH_NEGATIVE_MAX_MS) {
		ttl = REFRESH_NEGATIVE_MAX_MS;
	}
	return ttl > REFRESH_NUDGE_MS ? ttl : REFRESH_NUDGE_MS;
}

/* Up to a tenth less, so that names that were learned together part. */
static uint64_t earlier_by_chance(uint64_t delay)
{
	uint16_t chance;
	if (gnutls_rnd(GNUTLS_RND_NONCE, &chance, sizeof(chance)) != 0) {
		return delay;
	}
	return delay - delay / 10 * chance / UINT16_MAX;
}

static uint64_t retry_delay(unsigned failures)
{
	uint64_t delay = REFRESH_RETRY_MAX_MS;
	if (failures > 0 && failures <= 6) {
		delay = UINT64_C(1000) << (failures - 1);
	}
	return earlier_by_chance(delay);
}

uint64_t refresh_delay(const struct resolver_answer *answer, unsigned failures)
{
	if (refresh_is_failure(answer->outcome) || answer->outcome == RESOLVER_BOGUS) {
		return retry_delay(failures);
	}

	uint64_t ttl = (uint64_t)answer->ttl * 1000;
	uint64_t max = answer->outcome == RESOLVER_SECURE ? REFRESH_MAX_MS :
							    REFRESH_NEGATIVE_MAX_MS;
	uint64_t delay = ttl / 4 * 3;
	delay = earlier_by_chance(delay < max ? delay : max);
	if (delay < REFRESH_MIN_MS) {
		delay = REFRESH_MIN_MS;
	}
	if (answer->outcome == RESOLVER_SECURE && delay > ttl) {
		delay = ttl > REFRESH_AGAIN_MS ? ttl : REFRESH_AGAIN_MS;
	}
	return delay;
}
