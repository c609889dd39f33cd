/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Owners by name, each in the first free slot from the one that its hash says. When three in four
 * are used, new slots are made; readers of the old ones find there what was in them. */

#include "name_table.h"

#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <urcu/urcu-bp.h>

#include "name_hash.h"

#define SLOTS_LEAST 64u
#define SLOTS_MAX (1u << 26)

/* Stands where a name was taken out: what comes behind it must still be found. */
static char taken_out;
#define TAKEN_OUT ((struct owner *)(void *)&taken_out)

static unsigned place_of(const struct name_table *table, const struct name_slots *slots,
	const uint8_t *wire, size_t size)
{
	return (unsigned)name_hash(table->seed, wire, size) & slots->mask;
}

struct owner *name_table_find(const struct name_table *table, const struct name *name)
{
	const struct name_slots *slots = rcu_dereference(table->slots);
	if (slots == NULL) {
		return NULL;
	}
	struct owner *at;
	/* There is always a free one. */
	for (unsigned i = place_of(table, slots, name->wire, name->size);
		(at = rcu_dereference(slots->owners[i])) != NULL;
		i = (i + 1) & slots->mask) {
		if (at != TAKEN_OUT && at->wire_size == name->size &&
			memcmp(at->wire, name->wire, name->size) == 0) {
			return at;
		}
	}
	return NULL;
}

/* True if a free slot was used. */
static bool put(const struct name_table *table, struct name_slots *slots,
	struct owner *owner)
{
	unsigned i = place_of(table, slots, owner->wire, owner->wire_size);
	while (slots->owners[i] != NULL && slots->owners[i] != TAKEN_OUT) {
		i = (i + 1) & slots->mask;
	}
	bool was_free = slots->owners[i] == NULL;
	rcu_assign_pointer(slots->owners[i], owner);
	return was_free;
}

/* In new slots, of which at least half are free. */
static bool rebuild(struct name_table *table)
{
	struct name_slots *from = table->slots;
	unsigned size = SLOTS_LEAST;
	while (size / 2 < table->count + 1 && size < SLOTS_MAX) {
		size *= 2;
	}
	struct name_slots *to = size / 2 < table->count + 1 ?
		NULL :
		calloc(1, sizeof(*to) + size * sizeof(to->owners[0]));
	if (to == NULL) {
		return false;
	}
	to->mask = size - 1;
	for (unsigned i = 0; from != NULL && i <= from->mask; i++) {
		if (from->owners[i] != NULL && from->owners[i] != TAKEN_OUT) {
			(void)put(table, to, from->owners[i]);
		}
	}
	if (from != NULL) {
		from->older = table->old;
		table->old = from;
	}
	table->used = table->count;
	rcu_assign_pointer(table->slots, to);
	return true;
}

bool name_table_reserve(struct name_table *table)
{
	if (table->slots == NULL) {
		return gnutls_rnd(GNUTLS_RND_NONCE, &table->seed, sizeof(table->seed)) ==
			0 &&
			rebuild(table);
	}
	unsigned size = table->slots->mask + 1;
	return table->used + 1 <= size / 4 * 3 || rebuild(table) || table->used + 2 <= size;
}

void name_table_enter(struct name_table *table, struct owner *owner)
{
	table->used += put(table, table->slots, owner);
	table->count++;
}

void name_table_remove(struct name_table *table, struct owner *owner)
{
	struct name_slots *slots = table->slots;
	unsigned i = place_of(table, slots, owner->wire, owner->wire_size);
	while (slots->owners[i] != owner) {
		i = (i + 1) & slots->mask;
	}
	bool is_last = slots->owners[(i + 1) & slots->mask] == NULL;
	rcu_assign_pointer(slots->owners[i], is_last ? NULL : TAKEN_OUT);
	table->used -= is_last;
	table->count--;
}

struct owner *name_table_next(const struct name_table *table, unsigned *at)
{
	while (table->slots != NULL && *at <= table->slots->mask) {
		struct owner *owner = table->slots->owners[(*at)++];
		if (owner != NULL && owner != TAKEN_OUT) {
			return owner;
		}
	}
	return NULL;
}

struct name_slots *name_table_take_old(struct name_table *table)
{
	struct name_slots *old = table->old;
	table->old = NULL;
	return old;
}

void name_slots_free(struct name_slots *old)
{
	while (old != NULL) {
		struct name_slots *older = old->older;
		free(old);
		old = older;
	}
}

void name_table_clear(struct name_table *table)
{
	free(table->slots);
	name_slots_free(table->old);
	*table = (struct name_table){ 0 };
}
