/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * Sentences that hold for many zones and are said once for all of them. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#define SAID_MAX 256 /* sentences; with more at a time some are repeated */

/* Has another speaker said this to this listener within the last seconds? If not, it is said
 * now. A sentence that every zone repeats while knotd loads them is therefore said once, by
 * the first of them, and by the same zone again at the next reload. Any thread. */
bool said_lately(const void *listener, const void *speaker, size_t speaker_size,
	const char *sentence);
