/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Runs a program for what it prints, within a bound of time and of size. */

#pragma once

#include <stddef.h>

#include "dance.h"

#define PRINTOUT_MAX (16 * 1024 * 1024) /* octets; a program may print fewer */

/* What the program prints on standard output, for free(); NULL with a sentence in `why`, which
 * names the program, if it fails, prints too much or does not end in time. Then it is killed, with
 * all that it has started. Its standard error is ours. `words` end with NULL; the first one is
 * looked for where servers are, too. */
char *printout_of(const char *const *words, unsigned timeout_ms,
	char why[DANCE_ERROR_SIZE]);
