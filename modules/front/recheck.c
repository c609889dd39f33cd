/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The rules of rechecks. */

#include "recheck.h"

void recheck_allow(struct recheck *recheck, uint32_t ttl, uint64_t now)
{
	if (ttl > 0 || recheck->expires == 0) {
		recheck->expires = now + (uint64_t)ttl * 1000;
	}
}

/* Whatever fails, it ends then. */
static uint64_t last_moment(const struct recheck *recheck, enum dance_verdict verdict,
	unsigned max_stale_s)
{
	return recheck->expires +
		(verdict == DANCE_FAIL_BOGUS ? 0 : (uint64_t)max_stale_s * 1000);
}

bool recheck_holds(const struct recheck *recheck, enum dance_verdict verdict,
	unsigned max_stale_s, uint64_t now)
{
	return dance_verdict_class(verdict) == DANCE_CLASS_FAIL &&
		now < last_moment(recheck, verdict, max_stale_s);
}

static uint64_t earlier_by_chance(uint64_t delay, uint16_t chance)
{
	return delay - delay / 10 * chance / UINT16_MAX;
}

uint64_t recheck_delay(const struct recheck *recheck, enum dance_verdict verdict,
	unsigned max_stale_s, uint64_t now, uint16_t chance)
{
	uint64_t delay;
	if (verdict == DANCE_ALLOW && now <= recheck->expires) {
		delay = earlier_by_chance(recheck->expires - now, chance);
	} else {
		uint64_t last = last_moment(recheck, verdict, max_stale_s);
		uint64_t retry = earlier_by_chance(RECHECK_RETRY_MS, chance);
		uint64_t left = last > now ? last - now : 0;
		delay = left < retry ? left : retry;
	}
	return delay > RECHECK_AGAIN_MS ? delay : RECHECK_AGAIN_MS;
}
