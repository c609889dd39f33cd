/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The owners of a context by name, and which of those that only peers claim has to go
 * first. Knows nothing of lookups. */

#include "owners.h"

#include <stdlib.h>
#include <urcu/uatomic.h>

#include "clock.h"

/* The place of a name in its list, and in the list of its child. */
struct claimed_name {
	TAILQ_ENTRY(claimed_name) link;
	struct domain_entry of_child; /* in no list if it is the child itself */
	struct owner *owner;
};

void owners_init(struct owners *owners)
{
	*owners = (struct owners){ 0 };
	for (unsigned list = 0; list < OWNERS_LIST_COUNT; list++) {
		TAILQ_INIT(&owners->lists[list]);
	}
	owners_set_max(owners, OWNERS_CLAIMED_MAX);
}

void owners_set_max(struct owners *owners, unsigned max)
{
	max = max != 0 ? max : OWNERS_CLAIMED_MAX;
	unsigned part = max / OWNERS_WITHOUT_RECORDS_PART;
	unsigned most = max < OWNERS_CLAIMED_MAX ? max : OWNERS_CLAIMED_MAX;
	owners->claimed_max[OWNERS_WITH_RECORDS] = max;
	owners->claimed_max[OWNERS_WITHOUT_RECORDS] = part > most ? part : most;
}

struct owner *owners_find(const struct owners *owners, const struct name *name)
{
	return name_table_find(&owners->names, name);
}

bool owners_reserve(struct owners *owners)
{
	return due_heap_reserve(&owners->due_refreshes, owners->count + 1) == 0 &&
		name_table_reserve(&owners->names);
}

void owners_enter(struct owners *owners, struct owner *owner)
{
	name_table_enter(&owners->names, owner);
	owners->count++;
}

struct owner *owners_get(struct owners *owners, const struct name *name)
{
	if (due_heap_reserve(&owners->due, owners->count + 1) != 0 ||
		!name_table_reserve(&owners->names)) {
		return NULL;
	}
	struct owner *owner = owners_find(owners, name);
	if (owner == NULL && (owner = owner_new(name)) != NULL) {
		owners_enter(owners, owner);
	}
	return owner;
}

struct owner *owners_get_list(struct owners *owners, const struct name *name)
{
	if (due_heap_reserve(&owners->due, owners->count + 1) != 0 ||
		!name_table_reserve(&owners->client_lists)) {
		return NULL;
	}
	/* Nobody reads it without the lock. */
	name_slots_free(name_table_take_old(&owners->client_lists));
	struct owner *list = name_table_find(&owners->client_lists, name);
	if (list == NULL && (list = owner_new(name)) != NULL) {
		list->is_list = true;
		name_table_enter(&owners->client_lists, list);
		owners->count++;
	}
	return list;
}

/* --- when they are due ------------------------------------------------------------------- */

void owners_set_never_due(struct owners *owners, struct owner *owner)
{
	due_heap_remove(owner->refreshed ? &owners->due_refreshes : &owners->due, owner);
}

void owners_set_due(struct owners *owners, struct owner *owner, uint64_t due)
{
	bool listed = owner->members != NULL;
	if (owner->refreshed == listed) {
		owners_set_never_due(owners, owner);
		owner->refreshed = !listed;
	}
	due_heap_set(listed ? &owners->due : &owners->due_refreshes, owner, due);
}

void owners_move_due(struct owners *owners, struct owner *owner)
{
	if (owner->place == 0) {
		return;
	}
	if (owner->members == NULL &&
		due_heap_reserve(&owners->due_refreshes, owners->count) != 0) {
		/* A claim will have it looked up. */
		owners_set_never_due(owners, owner);
		return;
	}
	owners_set_due(owners, owner, owner->due);
}

/* --- what nobody needs ------------------------------------------------------------------- */

void owners_collect(struct owners *owners, struct owner *owner)
{
	if (owner->references != 0 || uatomic_read(&owner->list) != OWNERS_UNLISTED ||
		owner->in_flight || owner->budget != 0 || owner->queued != 0 ||
		owner->gone) {
		return;
	}
	owners_set_never_due(owners, owner);
	name_table_remove(owner->is_list ? &owners->client_lists : &owners->names, owner);
	owners->count--;
	owner->gone = true;
	owner->next_gone = owners->gone;
	owners->gone = owner;
}

struct owner *owners_take_gone(struct owners *owners)
{
	struct owner *gone = owners->gone;
	owners->gone = NULL;
	return gone;
}

void owners_free_gone(struct owner *gone)
{
	while (gone != NULL) {
		struct owner *next = gone->next_gone;
		owner_free(gone);
		gone = next;
	}
}

/* --- names that peers claim -------------------------------------------------------------- */

static uint32_t second_of(uint64_t now)
{
	return (uint32_t)(now / 1000);
}

static void unlist(struct owners *owners, struct owner *owner)
{
	struct claimed_name *name = owner->place_in_list;
	TAILQ_REMOVE(&owners->lists[owner->list], name, link);
	domains_leave(&owners->children, &name->of_child);
	owners->claimed[owner->list]--;
	uatomic_set(&owner->list, (uint8_t)OWNERS_UNLISTED);
}

/* Puts it last. One that is its own child has no names beside it. False when out of memory. */
static bool put_last(struct owners *owners, struct owner *owner, unsigned list)
{
	struct claimed_name *name = owner->place_in_list;
	if (list == OWNERS_WITH_RECORDS && owner_child(owner) != owner->wire &&
		!domains_enter(&owners->children, &name->of_child, owner_child(owner),
			owner)) {
		return false;
	}
	TAILQ_INSERT_TAIL(&owners->lists[list], name, link);
	owners->claimed[list]++;
	uatomic_set(&owner->recent, (uint8_t)0);
	uatomic_set(&owner->placed, second_of(clock_ms()));
	uatomic_set(&owner->list, (uint8_t)list);
	return true;
}

static void forget_place(struct owner *owner)
{
	free(owner->place_in_list);
	owner->place_in_list = NULL;
}

/* Which one has to go for the newest of a list? The oldest; or of too many with records
 * below one child, the oldest of them. Never the newest itself. */
static struct owner *oldest_but(const struct owners *owners, const struct owner *newest)
{
	const struct domain *child = newest->place_in_list->of_child.domain;
	if (child != NULL && child->entry_count > 1 &&
		child->entry_count > owners->claimed_max[newest->list] / OWNERS_CHILD_PART) {
		struct domain_entry *first = TAILQ_FIRST(&child->entries);
		return first->owner != newest ? first->owner :
						TAILQ_NEXT(first, link)->owner;
	}
	struct claimed_name *first = TAILQ_FIRST(&owners->lists[newest->list]);
	return first->owner != newest ? first->owner : TAILQ_NEXT(first, link)->owner;
}

static void make_room(struct owners *owners, const struct owner *newest)
{
	struct owner *leaver = oldest_but(owners, newest);
	for (unsigned i = 0; i < OWNERS_SECOND_CHANCES && uatomic_read(&leaver->recent);
		i++) {
		unsigned list = leaver->list;
		unlist(owners, leaver);
		if (!put_last(owners, leaver, list)) {
			forget_place(leaver);
			owners_collect(owners, leaver);
			return;
		}
		leaver = oldest_but(owners, newest);
	}
	unlist(owners, leaver);
	forget_place(leaver);
	owners_collect(owners, leaver);
}

static void enlist(struct owners *owners, struct owner *owner)
{
	unsigned list = owner->proved ? OWNERS_WITH_RECORDS : OWNERS_WITHOUT_RECORDS;
	if (owner->place_in_list == NULL) {
		owner->place_in_list = calloc(1, sizeof(*owner->place_in_list));
		if (owner->place_in_list == NULL) {
			return;
		}
		owner->place_in_list->owner = owner;
	}
	if (!put_last(owners, owner, list)) {
		forget_place(owner);
		return;
	}
	if (owners->claimed[list] > owners->claimed_max[list]) {
		make_room(owners, owner);
	}
}

void owners_claim(struct owners *owners, struct owner *owner)
{
	if (owner->list != OWNERS_UNLISTED) {
		unlist(owners, owner);
	}
	enlist(owners, owner);
}

void owners_mark(struct owner *owner, uint64_t now)
{
	/* All readers look at the octets beside these: written to only if need be. */
	if (!uatomic_read(&owner->claimed)) {
		uatomic_set(&owner->claimed, (uint8_t)1);
	}
	if (!uatomic_read(&owner->recent) &&
		uatomic_read(&owner->placed) != second_of(now)) {
		uatomic_set(&owner->recent, (uint8_t)1);
	}
}

void owners_relist(struct owners *owners, struct owner *owner)
{
	if (owner->list != OWNERS_UNLISTED) {
		unlist(owners, owner);
		enlist(owners, owner);
	}
}

static void free_all(struct name_table *table)
{
	struct owner *owner;
	unsigned at = 0;
	while ((owner = name_table_next(table, &at)) != NULL) {
		free(owner->place_in_list);
		owner_free(owner);
	}
	name_table_clear(table);
}

void owners_clear(struct owners *owners)
{
	owners_free_gone(owners->gone);
	free_all(&owners->names);
	free_all(&owners->client_lists);
	domains_clear(&owners->children);
	due_heap_clear(&owners->due);
	due_heap_clear(&owners->due_refreshes);
	owners_init(owners);
}
