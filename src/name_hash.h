/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A hash of names in wire form for tables whose names strangers choose: with a seed that they
 * cannot know. */

#pragma once

#include <stddef.h>
#include <stdint.h>

static inline uint64_t name_hash(uint64_t seed, const uint8_t *wire, size_t size)
{
	uint64_t sum = seed;
	for (size_t i = 0; i < size; i++) {
		sum = (sum ^ wire[i]) * 0x9e3779b97f4a7c15u;
		sum ^= sum >> 29;
	}
	return sum;
}
