/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How long an answer is good, and when to ask again: numbers only, no state. */

#pragma once

#include "resolver.h"

/* A validated set is looked up again at 3/4 of its TTL, within these bounds, a little
 * earlier by chance so that names part; one with a shorter TTL when that ends. */
#define REFRESH_MIN_MS 5000
#define REFRESH_MAX_MS 3600000

/* Not even a set with a TTL of 0 is looked up again sooner. */
#define REFRESH_AGAIN_MS 1000

/* A name without usable records is looked up again no later than this. */
#define REFRESH_NEGATIVE_MAX_MS 600000

/* After failures: 1 s, 2 s, 4 s and so on up to this. */
#define REFRESH_RETRY_MAX_MS 64000

/* Nobody can make us ask for one name more often than this. */
#define REFRESH_NUDGE_MS 5000

/* Did the look-up end without telling anything about the records? */
bool refresh_is_failure(enum resolver_outcome outcome);

/* Milliseconds for which the answer may be believed. */
uint64_t refresh_lifetime(const struct resolver_answer *answer);

/* Milliseconds until the next look-up, after `failures` failures in a row. */
uint64_t refresh_delay(const struct resolver_answer *answer, unsigned failures);
