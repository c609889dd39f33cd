/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The owners of a context by name, and which of those that only peers claim has to go
 * first. Knows nothing of lookups. */

#include "owners.h"

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

void owners_init(struct owners *owners)
{
	*owners = (struct owners){ 0 };
	for (unsigned list = 0; list < OWNERS_LIST_COUNT; list++) {
		TAILQ_INIT(&owners->lists[list]);
	}
}

struct owner *owners_get(struct owners *owners, const struct name *name)
{
	struct owner *made = owner_new(name);
	if (made == NULL || due_heap_reserve(&owners->due, owners->count + 1) != 0) {
		owner_free(made);
		return NULL;
	}
	struct owner **found = tsearch(made, &owners->names, compare_names);
	if (found == NULL || *found != made) {
		owner_free(made);
		return found == NULL ? NULL : *found;
	}
	owners->count++;
	return made;
}

void owners_collect(struct owners *owners, struct owner *owner)
{
	if (owner->references != 0 || owner->list != OWNERS_UNLISTED || owner->in_flight ||
		owner->budget != 0) {
		return;
	}
	due_heap_remove(&owners->due, owner);
	tdelete(owner, &owners->names, compare_names);
	owners->count--;
	owner_free(owner);
}

static void unlist(struct owners *owners, struct owner *owner)
{
	TAILQ_REMOVE(&owners->lists[owner->list], owner, link);
	owners->claimed[owner->list]--;
	owner->list = OWNERS_UNLISTED;
}

/* Which one has to go for the newest of a list? The oldest; or of too many with records
 * below one child, the oldest of them. Never the newest itself. */
static struct owner *choose_leaver(const struct owners *owners, const struct owner *newest)
{
	struct owner *oldest = TAILQ_FIRST(&owners->lists[newest->list]);
	if (newest->list != OWNERS_WITH_RECORDS) {
		return oldest;
	}
	const uint8_t *child = owner_child(newest);
	struct owner *oldest_below = NULL;
	unsigned below = 0;
	for (struct owner *at = oldest; at != newest; at = TAILQ_NEXT(at, link)) {
		if (wire_name_depth(at->wire, child) >= 0) {
			oldest_below = below++ == 0 ? at : oldest_below;
		}
	}
	return below >= OWNERS_CHILD_MAX ? oldest_below : oldest;
}

static void enlist(struct owners *owners, struct owner *owner)
{
	unsigned list = owner->proved ? OWNERS_WITH_RECORDS : OWNERS_WITHOUT_RECORDS;
	TAILQ_INSERT_TAIL(&owners->lists[list], owner, link);
	owner->list = (uint8_t)list;
	owners->claimed[list]++;
	if (owners->claimed[list] > OWNERS_CLAIMED_MAX) {
		struct owner *leaver = choose_leaver(owners, owner);
		unlist(owners, leaver);
		owners_collect(owners, leaver);
	}
}

void owners_claim(struct owners *owners, struct owner *owner)
{
	if (owner->list != OWNERS_UNLISTED) {
		unlist(owners, owner);
	}
	enlist(owners, owner);
}

void owners_relist(struct owners *owners, struct owner *owner)
{
	if (owner->list != OWNERS_UNLISTED) {
		unlist(owners, owner);
		enlist(owners, owner);
	}
}

void owners_clear(struct owners *owners)
{
	while (owners->names != NULL) {
		struct owner *at = *(struct owner **)owners->names; /* at the root */
		tdelete(at, &owners->names, compare_names);
		owner_free(at);
	}
	due_heap_clear(&owners->due);
	owners_init(owners);
}
