/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What the names of a section stand like now, as numbers for monitoring. */

#pragma once

#include <stdint.h>

#include "dance.h"

/* Of the names that are listed, not of those below patterns. Moments are seconds since 1970, and 0
 * is for none. */
enum standing {
	STANDING_NAMES,
	STANDING_USABLE,         /* names with a usable record */
	STANDING_ABSENT,         /* names for which DNS has no usable record */
	STANDING_INSECURE,       /* names whose records are not signed */
	STANDING_BOGUS,          /* names whose records fail validation */
	STANDING_FAILED,         /* names without an answer */
	STANDING_RECORDS,        /* usable records */
	STANDING_EXPIRE,         /* the first TTL of usable records ends */
	STANDING_SIGNATURES_END, /* the first signature ends */
	STANDING_FAILING_SINCE,  /* lookups have failed for the longest time */
	STANDING_LAST_ALLOW,     /* a client was served */
	STANDING_COUNT
};

struct standings {
	uint64_t values[STANDING_COUNT];
};

/* What monitoring calls it. Static. */
const char *standing_name(enum standing standing);

/* Adds what the names of a roster stand like. NULL has none. Does not wait for DNS. */
void standings_add_roster(struct standings *sum, struct dance_roster *roster);

/* A client was served then. */
void standings_add_allow(struct standings *sum, int64_t time);

/* Adds what others stand like: numbers are added, and of moments the most urgent one stays. */
void standings_add(struct standings *sum, const struct standings *more);
