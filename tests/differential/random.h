/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Numbers that look random and come again with their seed. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

/* The numbers of one case of a seed, whatever cases came before it. */
struct random random_begin(uint64_t seed, uint64_t number);

uint64_t random_next(struct random *random);

/* 0 .. bound - 1; bound is not 0. */
size_t random_below(struct random *random, size_t bound);

bool random_chance(struct random *random, unsigned percent);
