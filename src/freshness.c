/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Where a name's freshness ends. */

#include "freshness.h"

#include <gnutls/crypto.h>

bool freshness_is_failure(enum resolver_outcome outcome)
{
	return outcome == RESOLVER_NONE || outcome == RESOLVER_FAILED ||
		outcome == RESOLVER_TIMEOUT;
}

uint64_t freshness_lifetime(const struct resolver_answer *answer)
{
	uint64_t ttl = (uint64_t)answer->ttl * 1000;
	if (answer->outcome == RESOLVER_SECURE) {
		/* A TTL of 0 is good for who is asking now (RFC 1035 3.2.1). */
		return ttl > FRESHNESS_AGAIN_MS ? ttl : FRESHNESS_AGAIN_MS;
	}
	/* What is not there may be asked for again and again by peers. */
	if (ttl > FRESHNESS_NEGATIVE_MAX_MS) {
		ttl = FRESHNESS_NEGATIVE_MAX_MS;
	}
	return ttl > FRESHNESS_NUDGE_MS ? ttl : FRESHNESS_NUDGE_MS;
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
	uint64_t delay = FRESHNESS_RETRY_MAX_MS;
	if (failures > 0 && failures <= 6) {
		delay = UINT64_C(1000) << (failures - 1);
	}
	return earlier_by_chance(delay);
}

uint64_t freshness_lookup_delay(const struct resolver_answer *answer, unsigned failures)
{
	if (freshness_is_failure(answer->outcome) || answer->outcome == RESOLVER_BOGUS) {
		return retry_delay(failures);
	}

	uint64_t ttl = (uint64_t)answer->ttl * 1000;
	uint64_t max = answer->outcome == RESOLVER_SECURE ? FRESHNESS_REFRESH_MAX_MS :
							    FRESHNESS_NEGATIVE_MAX_MS;
	uint64_t delay = ttl / 4 * 3;
	delay = earlier_by_chance(delay < max ? delay : max);
	if (delay < FRESHNESS_REFRESH_MIN_MS) {
		delay = FRESHNESS_REFRESH_MIN_MS;
	}
	if (answer->outcome == RESOLVER_SECURE && delay > ttl) {
		delay = ttl > FRESHNESS_AGAIN_MS ? ttl : FRESHNESS_AGAIN_MS;
	}
	return delay;
}

bool freshness_is_brief(const struct resolver_answer *answer)
{
	uint64_t ttl = (uint64_t)answer->ttl * 1000;
	return answer->outcome == RESOLVER_SECURE &&
		(ttl <= FRESHNESS_REFRESH_MIN_MS ||
			ttl - ttl / 4 * 3 < RESOLVER_DEADLINE_MS);
}

bool freshness_is_within_ttl(const struct knowledge *known, uint64_t now)
{
	return now < known->valid_until;
}

uint32_t freshness_ttl_left(const struct knowledge *known, uint64_t now)
{
	return freshness_is_within_ttl(known, now) ?
		(uint32_t)((known->valid_until - now) / 1000) :
		0;
}

bool freshness_records_hold(const struct knowledge *known, enum dance_verdict trouble,
	bool on_demand, const struct dance_options *options, uint64_t now)
{
	if (freshness_is_within_ttl(known, now)) {
		return true;
	}
	uint64_t age = now - known->valid_until;
	/* A lookup that began before the end of the TTL may not have failed yet. */
	bool may_be_failing = !on_demand && age < RESOLVER_DEADLINE_MS;
	return age < (uint64_t)options->max_stale_s * 1000 &&
		(trouble != DANCE_UNDECIDED || may_be_failing);
}

bool freshness_absence_holds(const struct knowledge *known, bool on_demand,
	const struct dance_options *options, uint64_t now)
{
	if (freshness_is_within_ttl(known, now)) {
		return true;
	}
	/* Where a server has no records PKIX may do instead (RFC 6698 4.1): that takes a proof
	 * which has not expired. For a client it is a no, which may as well be an old one. */
	bool is_proof = options->role == DANCE_SERVER &&
		dance_verdict_class(known->verdict) == DANCE_CLASS_DENY;
	return !on_demand && !is_proof;
}

bool freshness_needs_lookup(const struct owner *owner, uint64_t now)
{
	const struct knowledge *known = owner->knowledge;
	if (known != NULL && freshness_is_within_ttl(known, now)) {
		return false;
	}
	uint64_t pause = known != NULL && known->set != NULL ? FRESHNESS_AGAIN_MS :
							       FRESHNESS_NUDGE_MS;
	return owner->asked == 0 || now - owner->asked >= pause;
}

uint64_t freshness_claimed_due(const struct owner *owner, uint64_t now)
{
	uint64_t left = owner->knowledge->valid_until - now;
	uint64_t delay = left / 4 * 3;
	uint64_t due = now +
		earlier_by_chance(delay < FRESHNESS_REFRESH_MAX_MS ?
				delay :
				FRESHNESS_REFRESH_MAX_MS);
	uint64_t soonest = owner->asked + FRESHNESS_REFRESH_MIN_MS;
	return due > soonest ? due : soonest;
}
