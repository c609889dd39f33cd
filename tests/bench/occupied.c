/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How much of the heap the library occupies: its own calls come here by the linker's --wrap, and
 * nobody else's. */

#include "occupied.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>

#define BLOCK_HEAD sizeof(size_t) /* what glibc keeps of a block besides */

static atomic_long octets;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
char *__real_strdup(const char *text);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *block);

static void *add(void *block)
{
	if (block != NULL) {
		octets += (long)(malloc_usable_size(block) + BLOCK_HEAD);
	}
	return block;
}

static void take_away(void *block)
{
	if (block != NULL) {
		octets -= (long)(malloc_usable_size(block) + BLOCK_HEAD);
	}
}

void *__wrap_malloc(size_t size)
{
	return add(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	return add(__real_calloc(count, size));
}

void *__wrap_realloc(void *block, size_t size)
{
	take_away(block);
	return add(__real_realloc(block, size));
}

char *__wrap_strdup(const char *text)
{
	return add(__real_strdup(text));
}

void __wrap_free(void *block)
{
	take_away(block);
	__real_free(block);
}

long occupied(void)
{
	return octets;
}
