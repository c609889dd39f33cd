/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Threads that allocate at the same time get arenas of their own, and glibc sets 64 MiB
 * of address space aside for each, used or not. Under a limit (RLIMIT_AS) a few of them
 * would leave nothing for handshakes. OpenSSL gets its memory from the system; only a
 * thread that begins while there is none gets some that was set aside. */

#include "memory.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <openssl/crypto.h>
#include <openssl/err.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#define ARENA_SHARE ((rlim_t)1 << 30) /* so much address space is there for one arena */
#define ARENA_MANY 64 /* with room for so many, their number is not limited */

/* A thread's errors take some 1,000 octets and up to seven smaller blocks, by the version of
 * OpenSSL. */
#define BLOCK_SIZE 2048
#define BLOCKS_EACH 12
#define BLOCK_COUNT (MEMORY_BEGINNERS * BLOCKS_EACH)

union block {
	union block *next; /* of those that are free */
	unsigned char octets[BLOCK_SIZE];
	max_align_t align;
};

static union block kept[BLOCK_COUNT], *first_free;
static unsigned free_count;
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;

/* Only a thread that begins takes from what is kept, and one after another; or it has
 * blocks of the system's that it has got before it begins. */
static pthread_mutex_t begin_lock = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local bool beginning;
static _Thread_local struct {
	void *blocks[BLOCKS_EACH]; /* of BLOCK_SIZE octets */
	unsigned count;
} spare;

static bool is_kept(const void *block)
{
	return (uintptr_t)block >= (uintptr_t)kept &&
		(uintptr_t)block < (uintptr_t)(kept + BLOCK_COUNT);
}

static void *take_kept(size_t size)
{
	if (size > BLOCK_SIZE) {
		return NULL;
	}
	if (spare.count > 0) {
		return spare.blocks[--spare.count];
	}
	if (!beginning) {
		return NULL;
	}
	pthread_mutex_lock(&kept_lock);
	union block *block = first_free;
	if (block != NULL) {
		first_free = block->next;
		free_count--;
	}
	pthread_mutex_unlock(&kept_lock);
	return block;
}

static void give(void *block, const char *file, int line)
{
	(void)file;
	(void)line;
	if (!is_kept(block)) {
		free(block);
		return;
	}
	pthread_mutex_lock(&kept_lock);
	((union block *)block)->next = first_free;
	first_free = block;
	free_count++;
	pthread_mutex_unlock(&kept_lock);
}

static void *take(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	void *block = malloc(size);
	return block != NULL ? block : take_kept(size);
}

/* The octets in a block of the system's; 0 if that cannot be told. */
static size_t size_of(void *block)
{
#ifdef __GLIBC__
	return malloc_usable_size(block);
#else
	(void)block;
	return 0;
#endif
}

/* For a block of the system's that must grow while the system has no memory. */
static void *move_to_kept(void *block, size_t size)
{
	size_t there = block != NULL ? size_of(block) : 0;
	void *moved = block == NULL || there != 0 ? take_kept(size) : NULL;
	if (moved != NULL && block != NULL) {
		memcpy(moved, block, size < there ? size : there);
		free(block);
	}
	return moved;
}

static void *resize(void *block, size_t size, const char *file, int line)
{
	if (!is_kept(block)) {
		void *moved = realloc(block, size);
		return moved != NULL || size == 0 ? moved : move_to_kept(block, size);
	}
	void *moved = malloc(size);
	if (moved == NULL) {
		return size <= BLOCK_SIZE ? block : NULL;
	}
	memcpy(moved, block, size < BLOCK_SIZE ? size : BLOCK_SIZE);
	give(block, file, line);
	return moved;
}

static void settle_arenas(void)
{
#ifdef M_ARENA_MAX
	struct rlimit limit;
	if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
		limit.rlim_cur / ARENA_SHARE >= ARENA_MANY) {
		return;
	}
	int arenas = (int)(limit.rlim_cur / ARENA_SHARE);
	(void)mallopt(M_ARENA_MAX, arenas > 0 ? arenas : 1);
#endif
}

void memory_settle(void)
{
	settle_arenas();
	for (size_t i = 0; i < BLOCK_COUNT; i++) {
		give(&kept[i], NULL, 0);
	}
	(void)CRYPTO_set_mem_functions(take, resize, give);
}

/* Makes room for the thread's errors by raising one. */
static bool can_be_told(void)
{
	ERR_raise(ERR_LIB_USER, ERR_R_MALLOC_FAILURE);
	bool told = ERR_peek_error() != 0;
	ERR_clear_error();
	return told;
}

static void free_spare(void)
{
	while (spare.count > 0) {
		free(spare.blocks[--spare.count]);
	}
}

/* All that a thread needs, or nothing. */
static bool get_spare(void)
{
	while (spare.count < BLOCKS_EACH) {
		void *block = malloc(BLOCK_SIZE);
		if (block == NULL) {
			free_spare();
			return false;
		}
		spare.blocks[spare.count++] = block;
	}
	return true;
}

/* OpenSSL is called only with the memory in hand: to say that there is none it needs
 * some. */
bool memory_thread_begin(void)
{
	pthread_mutex_lock(&begin_lock);
	pthread_mutex_lock(&kept_lock);
	beginning = free_count >= BLOCKS_EACH;
	pthread_mutex_unlock(&kept_lock);
	bool fine = (beginning || get_spare()) && can_be_told();
	beginning = false;
	free_spare();
	pthread_mutex_unlock(&begin_lock);
	return fine;
}
