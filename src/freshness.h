/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Where a name's freshness ends: how long an answer is good, whether what is known still counts,
 * and when to ask again. Rules only, no state and no lookups. */

#pragma once

#include "owner.h"
#include "resolver_answer.h"

/* A validated set is looked up again at 3/4 of its TTL, within these bounds, a little
 * earlier by chance so that names part; one with a shorter TTL when that ends. */
#define FRESHNESS_REFRESH_MIN_MS 5000
#define FRESHNESS_REFRESH_MAX_MS 3600000

/* Not even a set with a TTL of 0 is looked up again sooner. */
#define FRESHNESS_AGAIN_MS 1000

/* A name without usable records is looked up again no later than this. */
#define FRESHNESS_NEGATIVE_MAX_MS 600000

/* After failures: 1 s, 2 s, 4 s and so on up to this. */
#define FRESHNESS_RETRY_MAX_MS 64000

/* Nobody can make us ask for one name more often than this. */
#define FRESHNESS_NUDGE_MS 5000

/* --- of an answer --- */

/* Did the lookup end without telling anything about the records? */
bool freshness_is_failure(enum resolver_outcome outcome);

/* Milliseconds for which the answer may be believed. */
uint64_t freshness_lifetime(const struct resolver_answer *answer);

/* Milliseconds until the next lookup, after `failures` failures in a row. */
uint64_t freshness_lookup_delay(const struct resolver_answer *answer, unsigned failures);

/* Do these records expire before the lookup that is to renew them is given up, since their TTL is
 * that short? Its answer may then come a moment too late, and may be waited for. */
bool freshness_is_brief(const struct resolver_answer *answer);

/* --- of what is known; `now` is clock_ms() --- */

bool freshness_is_within_ttl(const struct knowledge *known, uint64_t now);

/* Seconds of the TTL that are left. */
uint32_t freshness_ttl_left(const struct knowledge *known, uint64_t now);

/* Do validated records still count? Within their TTL, and where the operator allows it a little
 * longer while lookups fail: `trouble` is the verdict of the newest lookup if it failed, else
 * UNDECIDED. A name `on_demand` is looked up only when a peer claims it. */
bool freshness_records_hold(const struct knowledge *known, enum dance_verdict trouble,
	bool on_demand, const struct dance_options *options, uint64_t now);

/* Does it still count that there are no records? */
bool freshness_absence_holds(const struct knowledge *known, bool on_demand,
	const struct dance_options *options, uint64_t now);

/* Must a name that a peer claims be looked up? Not again at once, whatever the answer was: so
 * peers cannot make us ask without end. */
bool freshness_needs_lookup(const struct owner *owner, uint64_t now);

/* When is a name to be looked up again that has records within their TTL and is claimed, while no
 * lookup of it is due? */
uint64_t freshness_claimed_due(const struct owner *owner, uint64_t now);
