/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How many there are of each of many names. Knows a name by 64 bits that stand for it, and nothing
 * of what is counted. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Names at once. */
#define TALLIES_MAX 131072
#define TALLIES_PLACES ((size_t)2 * TALLIES_MAX)

/* Zeroed, it is empty. */
struct tallies {
	struct tally {
		uint64_t name;
		unsigned count; /* 0: the place is free */
	} places[TALLIES_PLACES];
	size_t used;
};

/* One more of this name. False if there are `most` of it, or too many names. */
bool tallies_add(struct tallies *tallies, uint64_t name, unsigned most);

/* One less of a name that has been added. */
void tallies_remove(struct tallies *tallies, uint64_t name);
