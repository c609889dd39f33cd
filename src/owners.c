/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The owners of a context by name, and which of those that only peers claim has to go
 * first. Knows nothing of look-ups. */

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
		owner->counted) {
		return;
	}
	due_heap_remove(&owners->due, owner);
	tdelete(owner, &owners->names, compare_names);
	owners->count--;
	owner_free(owner);
}

static void unlist(struct owners *owners, struct owner *owner)
{
	unsigned list = owner->list;
	*(owner->newer != NULL ? &owner->newer->older :
				 &owners->newest[list]) = owner->older;
	*(owner->older != NULL ? &owner->older->newer :
				 &owners->oldest[list]) = owner->newer;
	owner->list = OWNERS_UNLISTED;
	owners->claimed[list]--;
}

/* Which one has to go for the newest of a list? The oldest; or of too many with records
 * below one child, the oldest of them. Never the newest itself. */
static struct owner *choose_leaver(const struct owners *owners, const struct owner *newest)
{
	struct owner *oldest = owners->oldest[newest->list];
	if (newest->list != OWNERS_WITH_RECORDS) {
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
	return below >= OWNERS_CHILD_MAX ? oldest_below : oldest;
}

static void enlist(struct owners *owners, struct owner *owner)
{
	unsigned list = owner->proved ? OWNERS_WITH_RECORDS : OWNERS_WITHOUT_RECORDS;
	owner->newer = NULL;
	owner->older = owners->newest[list];
	*(owner->older != NULL ? &owner->older->newer : &owners->oldest[list]) = owner;
	owners->newest[list] = owner;
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

static void free_node(void *owner)
{
	owner_free(owner);
}

void owners_clear(struct owners *owners)
{
	tdestroy(owners->names, free_node);
	due_heap_clear(&owners->due);
	*owners = (struct owners){ 0 };
}
