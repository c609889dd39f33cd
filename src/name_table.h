/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Owners by name: a hash table that readers search without a lock (RCU) while it changes and
 * grows. Writers bring a lock of their own. Knows nothing of an owner but its name. */

#pragma once

#include <stdbool.h>

#include "name.h"
#include "owner.h"

/* Open addressing, so that an owner needs no link. */
struct name_slots {
	struct name_slots *older; /* of those that readers may still be in */
	unsigned mask;            /* of the hash: one less than there are slots */
	struct owner *owners[];   /* RCU */
};

/* All zero is an empty table. */
struct name_table {
	struct name_slots *slots; /* RCU; NULL: it has never held a name */
	struct name_slots *old;   /* that were replaced */
	unsigned count;
	unsigned used; /* slots that are not free; one from which a name was taken out is not */
	uint64_t seed;
};

/* Under RCU, or with the lock. NULL if it is not there, or entered only now. */
struct owner *name_table_find(const struct name_table *table, const struct name *name);

/* Makes room for one more name. False when out of memory. */
bool name_table_reserve(struct name_table *table);

/* Enters an owner whose name is not there, and for which there is room. */
void name_table_enter(struct name_table *table, struct owner *owner);

/* Takes an owner out that is there. Readers may still see it for as long as RCU says. */
void name_table_remove(struct name_table *table, struct owner *owner);

/* The one at *at or after it, or NULL; begin with 0. Nobody may be writing. */
struct owner *name_table_next(const struct name_table *table, unsigned *at);

/* Slots that have been replaced, or NULL: for name_slots_free() once no reader can be in them. */
struct name_slots *name_table_take_old(struct name_table *table);
void name_slots_free(struct name_slots *old);

/* Nobody may be reading. The owners stay. */
void name_table_clear(struct name_table *table);
