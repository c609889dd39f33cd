/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Processor time of the thread that asks, and when a decision is so dear that it is not measured
 * again: what other programs add to it hardly counts then. */

#pragma once

#include <stdint.h>
#include <time.h>

#define DEAR_NS 50000000

static inline uint64_t thread_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
