/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A binary heap of owners by the time they are due. Knows nothing of look-ups. */

#include "schedule.h"

#include <stdlib.h>

#include "owner.h"

int schedule_reserve(struct schedule *schedule, unsigned count)
{
	if (count < schedule->room) {
		return 0;
	}
	unsigned room = schedule->room == 0 ? 64 : schedule->room;
	while (room <= count) {
		if (room > UINT32_MAX / 2) {
			return -1;
		}
		room *= 2;
	}
	struct owner **heap = realloc(schedule->heap, room * sizeof(heap[0]));
	if (heap == NULL) {
		return -1;
	}
	schedule->heap = heap;
	schedule->room = room;
	return 0;
}

static void put(struct schedule *schedule, unsigned place, struct owner *owner)
{
	schedule->heap[place] = owner;
	owner->place = place;
}

static void rise(struct schedule *schedule, unsigned place)
{
	struct owner *owner = schedule->heap[place];
	while (place > 1 && schedule->heap[place / 2]->due > owner->due) {
		put(schedule, place, schedule->heap[place / 2]);
		place /= 2;
	}
	put(schedule, place, owner);
}

static void sink(struct schedule *schedule, unsigned place)
{
	struct owner *owner = schedule->heap[place];
	for (;;) {
		unsigned child = 2 * place;
		if (child > schedule->count) {
			break;
		}
		if (child < schedule->count &&
			schedule->heap[child + 1]->due < schedule->heap[child]->due) {
			child++;
		}
		if (schedule->heap[child]->due >= owner->due) {
			break;
		}
		put(schedule, place, schedule->heap[child]);
		place = child;
	}
	put(schedule, place, owner);
}

void schedule_set(struct schedule *schedule, struct owner *owner, uint64_t due)
{
	owner->due = due;
	if (owner->place == 0) {
		put(schedule, ++schedule->count, owner);
	}
	rise(schedule, owner->place);
	sink(schedule, owner->place);
}

void schedule_remove(struct schedule *schedule, struct owner *owner)
{
	unsigned place = owner->place;
	if (place == 0) {
		return;
	}
	owner->place = 0;
	struct owner *last = schedule->heap[schedule->count--];
	if (last != owner) {
		put(schedule, place, last);
		rise(schedule, place);
		sink(schedule, last->place);
	}
}

struct owner *schedule_first(const struct schedule *schedule)
{
	return schedule->count == 0 ? NULL : schedule->heap[1];
}

void schedule_clear(struct schedule *schedule)
{
	free(schedule->heap);
	*schedule = (struct schedule){ 0 };
}
