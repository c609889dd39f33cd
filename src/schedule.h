/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which identity is due next? A heap by time; the caller brings the lock. */

#pragma once

#include <stddef.h>
#include <stdint.h>

struct identity;

struct schedule {
	struct identity **heap; /* from 1 */
	unsigned count;
	unsigned room;
};

/* Room for one more identity, so that schedule_set() cannot fail; once for each identity
 * that is ever scheduled. 0, or -1 when out of memory. */
int schedule_reserve(struct schedule *schedule, unsigned count);

/* When is the identity due? Moves it if it is in already. */
void schedule_set(struct schedule *schedule, struct identity *identity, uint64_t due);

/* Takes the identity out, if it is in. */
void schedule_remove(struct schedule *schedule, struct identity *identity);

/* The one that is due first, or NULL. */
struct identity *schedule_first(const struct schedule *schedule);

void schedule_clear(struct schedule *schedule);
