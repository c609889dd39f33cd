/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which owner is due next? A heap by time; the caller brings the lock. */

#pragma once

#include <stddef.h>
#include <stdint.h>

struct owner;

struct due_heap {
	struct owner **owners; /* from 1 */
	unsigned count;
	unsigned room;
};

/* Room for one more owner, so that due_heap_set() cannot fail; once for each owner
 * that is ever put in. 0, or -1 when out of memory. */
int due_heap_reserve(struct due_heap *heap, unsigned count);

/* When is the owner due? Moves it if it is in already. */
void due_heap_set(struct due_heap *heap, struct owner *owner, uint64_t due);

/* Takes the owner out, if it is in. */
void due_heap_remove(struct due_heap *heap, struct owner *owner);

/* The one that is due first, or NULL. */
struct owner *due_heap_first(const struct due_heap *heap);

void due_heap_clear(struct due_heap *heap);
