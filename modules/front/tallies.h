/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How many there are of each of many names. Knows a name by 64 bits that stand for it, and nothing
 * of what is counted. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TALLIES_PLACES ((size_t)131072)
/* Names at once: those of 65536 connections, and half as many others. */
#define TALLIES_MAX (TALLIES_PLACES / 4 * 3)

/* Zeroed, it is empty. */
struct tallies {
	uint64_t names[TALLIES_PLACES];
	unsigned counts[TALLIES_PLACES]; /* 0: the place is free */
	size_t used;
};

/* One more of this name. False if there are `most` of it, or too many names. */
bool tallies_add(struct tallies *tallies, uint64_t name, unsigned most);

/* One less of a name that has been added. */
void tallies_remove(struct tallies *tallies, uint64_t name);
