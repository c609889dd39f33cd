/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * When a stream is judged again, and how long it may go on while DNS does not answer. Rules
 * only: times are milliseconds of result_cache_now(). */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "dance.h"

#define RECHECK_AGAIN_MS 1000  /* not even a record with a TTL of 0 is checked sooner */
#define RECHECK_RETRY_MS 10000 /* while lookups fail */

/* All zero: nothing was allowed yet. */
struct recheck {
	uint64_t expires; /* the record that has allowed it */
};

/* The stream is allowed, by a record with this result.ttl. libdance itself allows by records that
 * have expired, for max-stale while lookups fail; their TTL is then 0, and their end stays what it
 * was. */
void recheck_allow(struct recheck *recheck, uint32_t ttl, uint64_t now);

/* May it go on after a verdict that is not DANCE_ALLOW? A denial ends it at once. After a failure
 * the record counts until its TTL ends and, unless DNS has answered wrongly (bogus), for
 * max-stale after that. */
bool recheck_holds(const struct recheck *recheck, enum dance_verdict verdict,
	unsigned max_stale_s, uint64_t now);

/* Milliseconds until it is to be judged again, after recheck_allow() or while it holds: when the
 * TTL ends or, so that streams part, up to a tenth earlier by this random number. */
uint64_t recheck_delay(const struct recheck *recheck, enum dance_verdict verdict,
	unsigned max_stale_s, uint64_t now, uint16_t chance);
