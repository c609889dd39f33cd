/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A binary heap of owners by the time they are due. Knows nothing of lookups. */

#include "due_heap.h"

#include <stdlib.h>

#include "owner.h"

int due_heap_reserve(struct due_heap *heap, unsigned count)
{
	if (count < heap->room) {
		return 0;
	}
	unsigned room = heap->room == 0 ? 64 : heap->room;
	while (room <= count) {
		if (room > UINT32_MAX / 2) {
			return -1;
		}
		room *= 2;
	}
	struct owner **owners = realloc(heap->owners, room * sizeof(owners[0]));
	if (owners == NULL) {
		return -1;
	}
	heap->owners = owners;
	heap->room = room;
	return 0;
}

static void put(struct due_heap *heap, unsigned place, struct owner *owner)
{
	heap->owners[place] = owner;
	owner->place = place;
}

static void rise(struct due_heap *heap, unsigned place)
{
	struct owner *owner = heap->owners[place];
	while (place > 1 && heap->owners[place / 2]->due > owner->due) {
		put(heap, place, heap->owners[place / 2]);
		place /= 2;
	}
	put(heap, place, owner);
}

static void sink(struct due_heap *heap, unsigned place)
{
	struct owner *owner = heap->owners[place];
	for (;;) {
		unsigned child = 2 * place;
		if (child > heap->count) {
			break;
		}
		if (child < heap->count &&
			heap->owners[child + 1]->due < heap->owners[child]->due) {
			child++;
		}
		if (heap->owners[child]->due >= owner->due) {
			break;
		}
		put(heap, place, heap->owners[child]);
		place = child;
	}
	put(heap, place, owner);
}

void due_heap_set(struct due_heap *heap, struct owner *owner, uint64_t due)
{
	owner->due = due;
	if (owner->place == 0) {
		put(heap, ++heap->count, owner);
	}
	rise(heap, owner->place);
	sink(heap, owner->place);
}

void due_heap_remove(struct due_heap *heap, struct owner *owner)
{
	unsigned place = owner->place;
	if (place == 0) {
		return;
	}
	owner->place = 0;
	struct owner *last = heap->owners[heap->count--];
	if (last != owner) {
		put(heap, place, last);
		rise(heap, place);
		sink(heap, last->place);
	}
}

struct owner *due_heap_first(const struct due_heap *heap)
{
	return heap->count == 0 ? NULL : heap->owners[1];
}

void due_heap_clear(struct due_heap *heap)
{
	free(heap->owners);
	*heap = (struct due_heap){ 0 };
}
