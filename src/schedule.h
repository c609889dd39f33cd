/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which owner is due next? A heap by time; the caller brings the lock. */

#pragma once

#include <stddef.h>
#include <stdint.h>

struct owner;

struct schedule {
	struct owner **heap; /* from 1 */
	unsigned count;
	unsigned room;
};

/* Room for one more owner, so that schedule_set() cannot fail; once for each owner
 * that is ever scheduled. 0, or -1 when out of memory. */
int schedule_reserve(struct schedule *schedule, unsigned count);

/* When is the owner due? Moves it if it is in already. */
void schedule_set(struct schedule *schedule, struct owner *owner, uint64_t due);

/* Takes the owner out, if it is in. */
void schedule_remove(struct schedule *schedule, struct owner *owner);

/* The one that is due first, or NULL. */
struct owner *schedule_first(const struct schedule *schedule);

void schedule_clear(struct schedule *schedule);
