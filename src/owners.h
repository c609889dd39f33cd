/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The owners of a context: one a name, found by name, shared by all who watch it, and
 * kept as long as a roster lists it, a peer claims it or it is being looked up. The caller
 * brings the lock. */

#pragma once

#include "owner.h"
#include "due_heap.h"

/* Names that peers claimed, beyond those that are listed: so many without validated records,
 * and so many with. Each list is bounded by itself, so that claims of names made up cannot
 * push the real ones out. */
#define OWNERS_CLAIMED_MAX 4096

/* Of those with records, so many below one child of a suffix (see lookup_budget.h) before the
 * names of this child push out each other and no others. */
#define OWNERS_CHILD_MAX 1024

/* Names that peers claimed, by their last claim. The longest unclaimed goes first. */
enum owners_list {
	OWNERS_UNLISTED = 0,
	OWNERS_WITHOUT_RECORDS,
	OWNERS_WITH_RECORDS,
	OWNERS_LIST_COUNT
};

struct owners {
	void *names; /* tsearch(3) tree */
	unsigned count;
	TAILQ_HEAD(, owner) lists[OWNERS_LIST_COUNT]; /* the longest unclaimed first */
	unsigned claimed[OWNERS_LIST_COUNT];
	struct due_heap due;
};

void owners_init(struct owners *owners);

/* The owner of a name, made if need be, with room for it in the heap of what is due. NULL when
 * out of memory. Refer to it or owners_collect() it. */
struct owner *owners_get(struct owners *owners, const struct name *name);

/* Forgets an owner if nobody has use for it any more. */
void owners_collect(struct owners *owners, struct owner *owner);

/* A peer claims this name: of its list it goes last. */
void owners_claim(struct owners *owners, struct owner *owner);

/* There is an answer on this name: it may belong to the other list now. */
void owners_relist(struct owners *owners, struct owner *owner);

/* Frees all of them; it can be used again. */
void owners_clear(struct owners *owners);
