/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * So many a second, and how many were too many. Any number of threads. */

#pragma once

#include <stdatomic.h>
#include <stdbool.h>

struct quota {
	_Atomic unsigned long second;
	_Atomic unsigned taken;
	_Atomic unsigned refused;
};

/* May this one pass? If so, *refused is how many did not since the last that did. */
bool quota_take(struct quota *quota, unsigned per_second, unsigned *refused);
