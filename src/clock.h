/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The one place that asks for the time, so that a test can own it. */

#pragma once

#include <stdint.h>

/* Milliseconds since some fixed moment; time that the machine sleeps counts, so that no
 * record outlives its TTL in a suspended machine. Never 0. */
uint64_t clock_ms(void);

/* Microseconds since some fixed moment, for the timers of an event loop. Time for which the
 * machine sleeps may or may not count. */
uint64_t clock_us(void);

/* Milliseconds by which the clock on the wall is ahead of clock_ms(): another number after somebody
 * has set that clock. Libraries count by it. */
int64_t clock_wall_ahead(void);
