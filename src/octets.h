/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Octets of others, compared. Knows nothing of what they mean. */

#pragma once

#include <string.h>

#include "dance.h"

/* Nothing equals nothing. */
static inline bool octets_equal(struct dance_octets a, struct dance_octets b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}
