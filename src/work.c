/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Counting down, and remembering what failed. */

#include "work.h"

#include "octets.h"

void work_begin(struct work *work)
{
	work->left = WORK_MAX;
	work->spent = false;
	work->failed = NULL;
}

bool work_take(struct work *work, uint32_t steps)
{
	if (work->spent || steps > work->left) {
		work->left = 0;
		work->spent = true;
		return false;
	}
	work->left -= steps;
	return true;
}

void work_fail(struct work *work, const char *why)
{
	if (work->failed == NULL) {
		work->failed = why;
	}
}

bool work_equal(struct work *work, struct dance_octets a, struct dance_octets b)
{
	return a.size == b.size && work_take(work, 1 + (uint32_t)(a.size / 1024)) &&
		octets_equal(a, b);
}
