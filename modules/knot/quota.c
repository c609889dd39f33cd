/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * So many a second. Threads that meet at the turn of a second may let one or two more
 * pass; nothing but the length of a log depends on it. */

#include "quota.h"

#include <time.h>

bool quota_take(struct quota *quota, unsigned per_second, unsigned *refused)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	unsigned long second = (unsigned long)now.tv_sec;
	if (atomic_exchange(&quota->second, second) != second) {
		atomic_store(&quota->taken, 0);
	}
	if (atomic_fetch_add(&quota->taken, 1) >= per_second) {
		atomic_fetch_add(&quota->refused, 1);
		return false;
	}
	*refused = atomic_exchange(&quota->refused, 0);
	return true;
}
