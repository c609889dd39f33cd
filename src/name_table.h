/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Owners by name: a hash table that readers search without a lock (RCU) while it changes and
 * grows. Writers bring a lock of their own. Knows nothing of an owner but its name. */

#pragma once

#include <stdbool.h>

#include "name.h"
#include "owner.h"

struct name_buckets {
	unsigned mask;         /* of the hash: one less than there are buckets */
	unsigned which;        /* of an owner's links */
	struct owner *first[]; /* RCU */
};

/* All zero is an empty table. */
struct name_table {
	struct name_buckets *buckets; /* RCU; NULL: it has never held a name */
	struct name_buckets *old;     /* readers may still be in them */
	unsigned count;
	uint64_t seed;
};

/* Under RCU, or with the lock. NULL if it is not there, or entered only now. */
struct owner *name_table_find(const struct name_table *table, const struct name *name);

/* Must have been called before anything is entered. False when out of memory. */
bool name_table_begin(struct name_table *table);

/* Enters an owner whose name is not there. */
void name_table_enter(struct name_table *table, struct owner *owner);

/* Takes an owner out that is there. Readers may still see it for as long as RCU says. */
void name_table_remove(struct name_table *table, struct owner *owner);

/* Frees the buckets that have been replaced (table->old), once no reader can be in them: until
 * then the table does not grow again. With the lock. */
void name_table_free_old(struct name_table *table);

/* Nobody may be reading. The owners stay. */
void name_table_clear(struct name_table *table);
