/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What load_sampling.h promises. */

#include "load_sampling.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

double load_now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void load_sample(struct load_sampling *sampling, double since)
{
	size_t at = atomic_fetch_add(&sampling->count, 1);
	if (at < LOAD_SAMPLES_MAX) {
		sampling->all[at] = (load_now() - since) * 1e6;
	}
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

void load_print_sampling(struct load_sampling *sampling)
{
	size_t size = sampling->count < LOAD_SAMPLES_MAX ? sampling->count :
							   LOAD_SAMPLES_MAX;
	qsort(sampling->all, size, sizeof(double), compare);
	printf(" %s=%.0f/%.0f", sampling->what, size > 0 ? sampling->all[size / 2] : 0,
		size > 0 ? sampling->all[size * 99 / 100] : 0);
}
