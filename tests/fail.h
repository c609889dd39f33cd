/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Makes calls of the library fail that can fail for want of memory and the like, and
 * counts the blocks it holds. Link with the options of fail.c's list in meson.build. */

#pragma once

#include <stdbool.h>

/* Which threads: they are counted apart, so that a number means the same call again. */
enum fail_in {
	FAIL_HERE, /* the one that calls fail_at() */
	FAIL_ELSEWHERE,
};

/* From now on the n-th such call fails, from 1; with `from_then_on` all after it too.
 * 0: none does. Starts to count anew. */
void fail_at(unsigned n, enum fail_in threads, bool from_then_on);

/* How many such calls were there since? */
unsigned fail_calls(void);

/* Which function was the n-th? */
const char *fail_name(void);

/* Blocks that the library has got and not given back. */
long fail_blocks(void);

/* From now on no thread can be started at all, or they can again. */
void fail_threads(bool failing);
