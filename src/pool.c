/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The owners of a context by name, and which of those that only peers claim has to go
 * first. Knows nothing of look-ups. */

#include "pool.h"

#include <search.h>
#include <string.h>

static int compare_names(const void *a, const void *b)
{
	const struct owner *left = a, *right = b;
	if (left->wire_size != right->wire_size) {
		return left->wire_size < right->wire_size ? -1 : 1;
	}
	return memcmp(left->wire, right->wire, left->wire_size);
}

struct owner *pool_find(struct pool *pool, const struct name *name)
{
	struct owner *made = owner_new(name);
	if (made == NULL || schedule_reserve(&pool->schedule, pool->count + 1) != 0) {
		owner_free(made);
		return NULL;
	}
	struct owner **found = tsearch(made, &pool->names, compare_names);
	if (found == NULL || *found != made) {
		owner_free(made);
		return found == NULL ? NULL : *found;
	}
	pool->count++;
	return made;
}

void pool_drop(struct pool *pool, struct owner *owner)
{
	if (owner->references != 0 || owner->list != POOL_UNLISTED || owner->in_flight ||
		owner->counted) {
		return;
	}
	schedule_remove(&pool->schedule, owner);
	tdelete(owner, &pool->names, compare_names);
	pool->count--;
	owner_free(owner);
}

static void unlist(struct pool *pool, struct owner *owner)
{
	unsigned list = owner->list;
	*(owner->newer != NULL ? &owner->newer->older : &pool->newest[list]) = owner->older;
	*(owner->older != NULL ? &owner->older->newer : &pool->oldest[list]) = owner->newer;
	owner->list = POOL_UNLISTED;
	pool->claimed[list]--;
}

/* Which one has to go for the newest of a list? The oldest; or of too many with records
 * below one child, the oldest of them. Never the newest itself. */
static struct owner *choose_leaver(const struct pool *pool, const struct owner *newest)
{
	struct owner *oldest = pool->oldest[newest->list];
	if (newest->list != POOL_WITH_RECORDS) {
		return oldest;
	}
	const uint8_t *child = owner_child(newest);
	struct owner *oldest_below = NULL;
	unsigned below = 0;
	for (struct owner *at = oldest; at != newest; at = at->newer) {
		if (knot_dname_in_bailiwick(at->wire, child) >= 0) {
			oldest_below = below++ == 0 ? at : oldest_below;
		}
	}
	return below >= POOL_CHILD_MAX ? oldest_below : oldest;
}

static void enlist(struct pool *pool, struct owner *owner)
{
	unsigned list = owner->proved ? POOL_WITH_RECORDS : POOL_WITHOUT_RECORDS;
	owner->newer = NULL;
	owner->older = pool->newest[list];
	*(owner->older != NULL ? &owner->older->newer : &pool->oldest[list]) = owner;
	pool->newest[list] = owner;
	owner->list = (uint8_t)list;
	pool->claimed[list]++;
	if (pool->claimed[list] > POOL_CLAIMED_MAX) {
		struct owner *leaver = choose_leaver(pool, owner);
		unlist(pool, leaver);
		pool_drop(pool, leaver);
	}
}

void pool_claim(struct pool *pool, struct owner *owner)
{
	if (owner->list != POOL_UNLISTED) {
		unlist(pool, owner);
	}
	enlist(pool, owner);
}

void pool_sort(struct pool *pool, struct owner *owner)
{
	if (owner->list != POOL_UNLISTED) {
		unlist(pool, owner);
		enlist(pool, owner);
	}
}

static void free_node(void *owner)
{
	owner_free(owner);
}

void pool_clear(struct pool *pool)
{
	tdestroy(pool->names, free_node);
	schedule_clear(&pool->schedule);
	*pool = (struct pool){ 0 };
}
