/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The owners of a context: one a name, found by name, shared by all who watch it, and
 * kept as long as a roster lists it, a peer claims it or it is being looked up. The caller
 * brings the lock; readers find an owner without it (RCU). All of this costs the same however
 * many names there are. */

#pragma once

#include "domains.h"
#include "due_heap.h"
#include "name_table.h"
#include "owner.h"

/* Names that peers claimed, beyond those that are listed, where the host sets no other number: so
 * many without validated records, and so many with. Each list is bounded by itself, so that
 * claims of names made up cannot push the real ones out. */
#define OWNERS_CLAIMED_MAX 4096

/* If the host sets a larger number, this part of it may be without records, but no fewer than
 * above: such a name only saves a lookup for as long as DNS says that there is nothing. */
#define OWNERS_WITHOUT_RECORDS_PART 4

/* Of those with records, this part may be below one child of a suffix (see lookup_budget.h) before
 * the names of this child push out each other and no others. */
#define OWNERS_CHILD_PART 4
#define OWNERS_CHILD_MAX (OWNERS_CLAIMED_MAX / OWNERS_CHILD_PART)

/* The longest unclaimed name goes first. But a claim of a name that is known takes no lock, so it
 * only marks the name: the first so many that are marked go last instead. */
#define OWNERS_SECOND_CHANCES 16

/* Names that peers claimed. */
enum owners_list {
	OWNERS_UNLISTED = 0,
	OWNERS_WITHOUT_RECORDS,
	OWNERS_WITH_RECORDS,
	OWNERS_LIST_COUNT
};

struct claimed_name;

struct owners {
	struct name_table names;
	struct name_table
		client_lists; /* of clients, by their own names; only with the lock */
	unsigned count;
	TAILQ_HEAD(, claimed_name)
	lists[OWNERS_LIST_COUNT]; /* the longest unclaimed first */
	unsigned claimed[OWNERS_LIST_COUNT];
	unsigned claimed_max[OWNERS_LIST_COUNT];
	struct domains children; /* with those of the second list that are below them */
	struct due_heap due;     /* listed names */
	struct due_heap due_refreshes; /* others */
	struct owner *gone;
};

void owners_init(struct owners *owners);

/* How many names with records may be claimed; 0: OWNERS_CLAIMED_MAX. */
void owners_set_max(struct owners *owners, unsigned max);

/* Under RCU, without the lock: the owner of a name, or NULL. It is there until the reader's
 * section ends. */
struct owner *owners_find(const struct owners *owners, const struct name *name);

/* Makes room for one more name that nobody lists. False when out of memory. */
bool owners_reserve(struct owners *owners);

/* Enters a new owner, for which there is room. */
void owners_enter(struct owners *owners, struct owner *owner);

/* The owner of a name, made if need be, with room for it in the heap of listed names. NULL when
 * out of memory. Refer to it or owners_collect() it. */
struct owner *owners_get(struct owners *owners, const struct name *name);

/* The same of a list. */
struct owner *owners_get_list(struct owners *owners, const struct name *name);

/* Forgets an owner if nobody has use for it any more. */
void owners_collect(struct owners *owners, struct owner *owner);

/* What is forgotten, to be freed by owners_free_gone() once no reader can see it; NULL: nothing
 * is. */
struct owner *owners_take_gone(struct owners *owners);
void owners_free_gone(struct owner *gone);

/* When is the owner due? In the heap of listed names if it is listed, else in the other one. */
void owners_set_due(struct owners *owners, struct owner *owner, uint64_t due);
void owners_set_never_due(struct owners *owners, struct owner *owner);

/* A roster lists it now, or none does any more: it stays due, in the heap where it belongs. */
void owners_move_due(struct owners *owners, struct owner *owner);

/* A peer claims this name: of its list it goes last. If there is no memory, it is in none. */
void owners_claim(struct owners *owners, struct owner *owner);

/* The same without the lock, under RCU, of a name that is in a list: it goes last if it would
 * leave. Not in the second in which it got its place: that is the same claim. */
void owners_mark(struct owner *owner, uint64_t now);

/* There is an answer on this name: it may belong to the other list now. */
void owners_relist(struct owners *owners, struct owner *owner);

/* Frees all of them; it can be used again. */
void owners_clear(struct owners *owners);
