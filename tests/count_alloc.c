/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The program's own malloc() and its kin, found before those of the C library, which do
 * the work. Not built with sanitizers: they have their own. */

#include <stdbool.h>
#include <stdlib.h>

#include "count_alloc.h"

static _Thread_local unsigned long count;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
	__has_feature(memory_sanitizer)
#define SANITIZED
#endif
#endif

#if !defined(SANITIZED) && defined(__GLIBC__)
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t number, size_t size);
void *__libc_realloc(void *block, size_t size);

void *malloc(size_t size)
{
	count++;
	return __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
	count++;
	return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size)
{
	count++;
	return __libc_realloc(block, size);
}
#endif

unsigned long count_alloc(void)
{
	return count;
}

bool count_alloc_works(void)
{
	unsigned long before = count;
	void *volatile block = malloc(1);
	free(block);
	return count == before + 1;
}
