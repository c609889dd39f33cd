/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The clock that deadlines are given by. */

#pragma once

#include <stdint.h>

/* Milliseconds of a clock that only goes forward. */
int64_t monotonic_ms(void);

/* Sleeps for a moment before something is tried again that has failed for want of memory or
 * of another resource that many share. */
void monotonic_pause(void);
