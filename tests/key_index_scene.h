/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Owners that join an index, are found by name, get keys and leave. */

#pragma once

#include <stdlib.h>
#include <urcu/urcu-bp.h>

#include "check.h"
#include "key_index.h"
#include "named.h"

/* With the next rank. */
static inline struct owner *join(struct key_index *index, struct key_index_member *member,
	const char *text)
{
	static uint32_t rank;
	struct name name = named(text);
	struct owner *owner = owner_new(&name);
	assert_non_null(owner);
	key_index_join(member, index, owner, rank++);
	return owner;
}

static inline void leave(struct key_index_member *member)
{
	struct owner *owner = member->owner;
	key_index_leave(member);
	owner_free(owner);
}

static inline struct owner *find_name(const struct key_index *index, const char *text)
{
	struct name name = named(text);
	urcu_bp_read_lock();
	struct owner *owner = key_index_find_name(index, &name);
	urcu_bp_read_unlock();
	return owner;
}

static struct key_index_hit own, other;

/* Changes the keys as a watcher does, at this time. */
static inline void rekey_at(struct key_index_member *member,
	const struct dance_tlsa *records, size_t count, uint32_t since, bool anew)
{
	struct key_index_entry *retired = NULL;
	struct tlsa_set *set = tlsa_set_new(records, count);
	assert_non_null(set);
	assert_int_equal(key_index_rekey(member, set, since, anew, &retired, &own, &other),
		0);
	free(set);
	urcu_bp_synchronize_rcu();
	key_index_entries_free(retired);
}

static inline void rekey(struct key_index_member *member, const struct dance_tlsa *records,
	size_t count)
{
	rekey_at(member, records, count, 0, false);
}
