/* SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Sentences that hold for many zones and are said once for all of them. */

#pragma once

#include <stdbool.h>
#include <stdint.h>

#define SAID_MAX 256 /* sentences; with more at a time some are repeated */

/* Was this said to this listener within the last seconds? If not, it is now. A sentence that
 * every zone repeats while knotd loads them is therefore said once, and again at the next
 * reload. Any thread. */
bool said_lately(const void *listener, const char *sentence);
