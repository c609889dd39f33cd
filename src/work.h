/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What one decision may cost. A peer chooses the certificates that are judged, so everything
 * that it can make longer is paid for: a signature, a name compared, a certificate read. Where
 * the work is spent nothing more is looked at, and the answer is no. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

/* In steps of about 100 nanoseconds of one core: some ten full TLS handshakes. */
#define WORK_MAX 60000

struct work {
	uint32_t left;
	bool spent; /* something was not done because it would have cost too much */
};

void work_begin(struct work *work);

/* Pays for something before it is done. False: it must not be done, and nothing after it. */
bool work_take(struct work *work, uint32_t steps);
