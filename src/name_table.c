/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Owners by name, in buckets. An owner has two links: while readers still go along the one,
 * larger buckets are built with the other. */

#include "name_table.h"

#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <urcu/urcu-bp.h>

#include "name_hash.h"

#define BUCKETS_LEAST 64u
#define BUCKETS_MAX (1u << 24)

static struct name_buckets *buckets_new(unsigned count, unsigned which)
{
	struct name_buckets *buckets = calloc(1,
		sizeof(*buckets) + count * sizeof(buckets->first[0]));
	if (buckets != NULL) {
		buckets->mask = count - 1;
		buckets->which = which;
	}
	return buckets;
}

struct owner *name_table_find(const struct name_table *table, const struct name *name)
{
	const struct name_buckets *buckets = rcu_dereference(table->buckets);
	if (buckets == NULL) {
		return NULL;
	}
	uint32_t hash = (uint32_t)name_hash(table->seed, name->wire, name->size);
	struct owner *at = rcu_dereference(buckets->first[hash & buckets->mask]);
	while (at != NULL &&
		(at->hash != hash || at->wire_size != name->size ||
			memcmp(at->wire, name->wire, name->size) != 0)) {
		at = rcu_dereference(at->next[buckets->which]);
	}
	return at;
}

/* As long as there are readers in older buckets, names stand a little closer; and so they do when
 * out of memory. */
static void grow(struct name_table *table)
{
	struct name_buckets *from = table->buckets;
	if (table->count <= from->mask || table->old != NULL ||
		from->mask + 1 >= BUCKETS_MAX) {
		return;
	}
	struct name_buckets *to = buckets_new(2 * (from->mask + 1), !from->which);
	if (to == NULL) {
		return;
	}
	for (unsigned i = 0; i <= from->mask; i++) {
		for (struct owner *at = from->first[i]; at != NULL;
			at = at->next[from->which]) {
			struct owner **first = &to->first[at->hash & to->mask];
			at->next[to->which] = *first;
			*first = at;
		}
	}
	table->old = from;
	rcu_assign_pointer(table->buckets, to);
}

bool name_table_begin(struct name_table *table)
{
	if (table->buckets != NULL) {
		return true;
	}
	struct name_buckets *buckets = buckets_new(BUCKETS_LEAST, 0);
	if (buckets == NULL ||
		gnutls_rnd(GNUTLS_RND_NONCE, &table->seed, sizeof(table->seed)) != 0) {
		free(buckets);
		return false;
	}
	rcu_assign_pointer(table->buckets, buckets);
	return true;
}

void name_table_enter(struct name_table *table, struct owner *owner)
{
	owner->hash = (uint32_t)name_hash(table->seed, owner->wire, owner->wire_size);
	grow(table);
	struct name_buckets *buckets = table->buckets;
	struct owner **first = &buckets->first[owner->hash & buckets->mask];
	owner->next[buckets->which] = *first;
	rcu_assign_pointer(*first, owner);
	table->count++;
}

void name_table_remove(struct name_table *table, struct owner *owner)
{
	struct name_buckets *buckets = table->buckets;
	struct owner **at = &buckets->first[owner->hash & buckets->mask];
	while (*at != owner) {
		at = &(*at)->next[buckets->which];
	}
	rcu_assign_pointer(*at, owner->next[buckets->which]);
	table->count--;
}

void name_table_free_old(struct name_table *table)
{
	free(table->old);
	table->old = NULL;
}

void name_table_clear(struct name_table *table)
{
	free(table->buckets);
	free(table->old);
	*table = (struct name_table){ 0 };
}
