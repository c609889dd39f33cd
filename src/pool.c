/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The identities of a context by name, and which of those that only peers claim has to go
 * first. Knows nothing of look-ups. */

#include "pool.h"

#include <search.h>
#include <string.h>

static int compare_names(const void *a, const void *b)
{
	const struct identity *left = a, *right = b;
	if (left->wire_size != right->wire_size) {
		return left->wire_size < right->wire_size ? -1 : 1;
	}
	return memcmp(left->wire, right->wire, left->wire_size);
}

struct identity *pool_find(struct pool *pool, const struct name *name)
{
	struct identity *made = identity_new(name);
	if (made == NULL || schedule_reserve(&pool->schedule, pool->count + 1) != 0) {
		identity_free(made);
		return NULL;
	}
	struct identity **found = tsearch(made, &pool->names, compare_names);
	if (found == NULL || *found != made) {
		identity_free(made);
		return found == NULL ? NULL : *found;
	}
	pool->count++;
	return made;
}

void pool_drop(struct pool *pool, struct identity *identity)
{
	if (identity->references != 0 || identity->list != POOL_UNLISTED ||
		identity->in_flight || identity->counted) {
		return;
	}
	schedule_remove(&pool->schedule, identity);
	tdelete(identity, &pool->names, compare_names);
	pool->count--;
	identity_free(identity);
}

static void unlist(struct pool *pool, struct identity *identity)
{
	unsigned list = identity->list;
	*(identity->newer != NULL ? &identity->newer->older :
				    &pool->newest[list]) = identity->older;
	*(identity->older != NULL ? &identity->older->newer :
				    &pool->oldest[list]) = identity->newer;
	identity->list = POOL_UNLISTED;
	pool->claimed[list]--;
}

/* Which one has to go for the newest of a list? The oldest; or of too many with records
 * below one child, the oldest of them. Never the newest itself. */
static struct identity *choose_leaver(const struct pool *pool,
	const struct identity *newest)
{
	struct identity *oldest = pool->oldest[newest->list];
	if (newest->list != POOL_WITH_RECORDS) {
		return oldest;
	}
	const uint8_t *child = identity_child(newest);
	struct identity *oldest_below = NULL;
	unsigned below = 0;
	for (struct identity *at = oldest; at != newest; at = at->newer) {
		if (wire_name_depth(at->wire, child) >= 0) {
			oldest_below = below++ == 0 ? at : oldest_below;
		}
	}
	return below >= POOL_CHILD_MAX ? oldest_below : oldest;
}

static void enlist(struct pool *pool, struct identity *identity)
{
	unsigned list = identity->proved ? POOL_WITH_RECORDS : POOL_WITHOUT_RECORDS;
	identity->newer = NULL;
	identity->older = pool->newest[list];
	*(identity->older != NULL ? &identity->older->newer :
				    &pool->oldest[list]) = identity;
	pool->newest[list] = identity;
	identity->list = (uint8_t)list;
	pool->claimed[list]++;
	if (pool->claimed[list] > POOL_CLAIMED_MAX) {
		struct identity *leaver = choose_leaver(pool, identity);
		unlist(pool, leaver);
		pool_drop(pool, leaver);
	}
}

void pool_claim(struct pool *pool, struct identity *identity)
{
	if (identity->list != POOL_UNLISTED) {
		unlist(pool, identity);
	}
	enlist(pool, identity);
}

void pool_sort(struct pool *pool, struct identity *identity)
{
	if (identity->list != POOL_UNLISTED) {
		unlist(pool, identity);
		enlist(pool, identity);
	}
}

static void free_node(void *identity)
{
	identity_free(identity);
}

void pool_clear(struct pool *pool)
{
	tdestroy(pool->names, free_node);
	schedule_clear(&pool->schedule);
	*pool = (struct pool){ 0 };
}
