/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Octets in a block of just their size, so that valgrind and AddressSanitizer see a step over its
 * end. */

#pragma once

#include <stdlib.h>
#include <string.h>

#include "check.h"

static inline struct dance_octets copy_of(const unsigned char *data, size_t size)
{
	unsigned char *copy = malloc(size);
	assert_true(copy != NULL || size == 0);
	if (size > 0) {
		memcpy(copy, data, size);
	}
	return (struct dance_octets){ copy, size };
}

static inline void free_copy(struct dance_octets copy)
{
	free((void *)(uintptr_t)copy.data);
}
