/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How long something took, each time, and what of that is worth saying. */

#pragma once

#include <stdatomic.h>
#include <stddef.h>

#define LOAD_SAMPLES_MAX 1000000

struct load_sampling {
	const char *what;
	double *all; /* LOAD_SAMPLES_MAX of them, the caller's; microseconds */
	atomic_size_t count;
};

/* Seconds, since some moment that does not change. */
double load_now(void);

/* Adds what has passed since then. Any thread may. */
void load_sample(struct load_sampling *sampling, double since);

/* "WHAT=MEDIAN/P99", with a blank before it. Nobody adds to it any more. */
void load_print_sampling(struct load_sampling *sampling);
