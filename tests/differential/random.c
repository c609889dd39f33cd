/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A counter whose bits are mixed well. */

#include "random.h"

/* Every bit of the input moves every bit of the output. */
static uint64_t mix(uint64_t value)
{
	for (int round = 0; round < 3; round++) {
		value ^= value >> 31;
		value *= 0x9fb21c651e98df25u;
		value ^= value >> 28;
	}
	return value;
}

struct random random_begin(uint64_t seed, uint64_t number)
{
	return (struct random){ mix(seed + 1) ^ mix(~number) };
}

uint64_t random_next(struct random *random)
{
	random->state += 0x9e3779b97f4a7c15u;
	return mix(random->state);
}

size_t random_below(struct random *random, size_t bound)
{
	return (size_t)(random_next(random) >> 16) % bound;
}

bool random_chance(struct random *random, unsigned percent)
{
	return random_below(random, 100) < percent;
}
