/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A row of a program that measures: the rounds, as an object of JSON on a line of its own.
 * rows.py reads it, judges whether the goal is met, and shows it. */

#pragma once

#include <stdio.h>

/* what, about: without quotes and backslashes. goal: ">= NUMBER" or "<= NUMBER". */
static inline void row_print(const char *what, const char *about, const char *goal,
	const double *values, size_t count)
{
	printf("{\"row\": \"%s\", \"about\": \"%s\", \"goal\": \"%s\", \"values\": [", what,
		about, goal);
	for (size_t i = 0; i < count; i++) {
		printf("%s%.9g", i == 0 ? "" : ", ", values[i]);
	}
	printf("]}\n");
	fflush(stdout);
}
