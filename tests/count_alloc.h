/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Counts what the whole program allocates, libraries included, by standing in front of
 * the C library. */

#pragma once

/* False where somebody else stands there: valgrind, or a sanitizer. */
bool count_alloc_works(void);

/* Allocations by this thread so far. */
unsigned long count_alloc(void);
