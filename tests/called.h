/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a test's stand-ins were called, in this order, as one string. Knows no stand-ins. */

#pragma once

#include "check.h"

#include <string.h>

static char called[512];

/* Puts a call behind the others, and `between` before it if there are any. */
static inline void called_add(const char *between, const char *what)
{
	assert_true(strlen(called) + strlen(between) + strlen(what) < sizeof(called));
	strcat(called, called[0] != '\0' ? between : "");
	strcat(called, what);
}

/* These, and no others, since the last time. */
#define expect_called(what) \
	do { \
		assert_string_equal(called, (what)); \
		called[0] = '\0'; \
	} while (0)
