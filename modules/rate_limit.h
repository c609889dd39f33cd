/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * So many log lines a second, and how many were too many. For lines that clients can cause
 * without being let in. Any number of threads. */

#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* All zero: nothing was logged yet. */
struct rate_limit {
	_Atomic uint64_t passed; /* the second, and below it how many passed in it */
	_Atomic unsigned suppressed;
};

/* May this line pass? If so, *suppressed is how many did not since the last one that did. */
static inline bool rate_limit_take(struct rate_limit *limit, unsigned per_second,
	unsigned *suppressed)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	uint64_t first = (uint64_t)now.tv_sec << 32; /* none passed in this second */
	uint64_t old = atomic_load(&limit->passed), passed;
	do {
		passed = old > first ? old : first;
		if ((uint32_t)passed >= per_second) {
			atomic_fetch_add(&limit->suppressed, 1);
			*suppressed = 0;
			return false;
		}
	} while (!atomic_compare_exchange_weak(&limit->passed, &old, passed + 1));
	*suppressed = atomic_exchange(&limit->suppressed, 0);
	return true;
}
