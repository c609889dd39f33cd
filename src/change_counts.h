/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How often DNS has answered, and how often the answer was another one than before. So a
 * decision can tell without a lock whether anything that it rests on is new. Names share a
 * bounded number of places, by a hash that nobody can foresee. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHANGE_COUNTS_PLACES 4096

/* One thread at a time counts; any number of them read. */
struct change_count {
	uint32_t answers;
	uint32_t changes; /* those of the answers that said something else than before */
};

/* A count, and how many answers it had at some moment. */
struct change_mark {
	const struct change_count *count;
	uint32_t answers;
};

struct change_counts {
	uint64_t seed;
	struct change_count places[CHANGE_COUNTS_PLACES];
};

/* Chooses the hash. False if there is no randomness. */
bool change_counts_begin(struct change_counts *counts);

/* The place of a name in wire form. */
uint16_t change_counts_place(const struct change_counts *counts, const uint8_t *wire,
	size_t size);

/* Counts an answer. To be called after what it said is published: a thread that reads the new
 * count then reads that as well. */
void change_count_add(struct change_count *count, bool changed);

/* To be called before what is known is read, so that an answer in between is counted as later. */
struct change_count change_count_read(const struct change_count *count);

/* Has one of these counts had an answer since? */
bool change_marks_are_passed(const struct change_mark *marks, size_t count);
