/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What one decision may cost. A peer chooses the certificates that are judged, so everything
 * that it can make longer is paid for: a signature, a name compared, a certificate read. When the
 * work is spent, nothing more is looked at and the answer is no. */

#pragma once

#include "peer_limits.h"

/* The reason of such a no. */
#define WORK_SPENT "judging the certificates would take too much work"

struct work {
	uint32_t left;
	bool spent; /* something was not done because it would have cost too much */
	const char *
		failed; /* something could not be done, and why: memory or a library failed.
	                     * NULL: nothing failed */
};

void work_begin(struct work *work);

/* Pays for something before it is done. False if there is not enough left: then neither this nor
 * anything else may be done. */
bool work_take(struct work *work, uint32_t steps);

/* Notes such a failure, whose reason is static; the first one counts. The
 * result may then look like a denial without being one: a caller that found no match must look
 * here. */
void work_fail(struct work *work, const char *why);

/* Are they the same octets? Costs by their size, and nothing if the sizes differ. */
bool work_equal(struct work *work, struct dance_octets a, struct dance_octets b);
