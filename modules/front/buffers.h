/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Buffers of one size for whom needs one for a moment: an idle connection has none. For one
 * thread. Knows nothing of what is in them. */

#pragma once

#include <stdint.h>

#define BUFFERS_SIZE (2 + 65535) /* octets of each: the largest message, with its length */
#define BUFFERS_SPARE 8          /* so many are kept when they are given back */

/* All zero: there are none. */
struct buffers {
	uint8_t *spare[BUFFERS_SPARE];
	unsigned count;
};

/* NULL when out of memory. */
uint8_t *buffers_take(struct buffers *buffers);

/* Takes one back. NULL is fine. */
void buffers_give(struct buffers *buffers, uint8_t *buffer);

void buffers_clear(struct buffers *buffers);
