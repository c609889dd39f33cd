/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The owners of a context: one a name, found by name, shared by all who watch it, and
 * kept as long as a roster lists it, a peer claims it or it is being looked up. The caller
 * brings the lock. */

#pragma once

#include "owner.h"
#include "schedule.h"

/* Names that peers claimed, beyond those that are listed: so many without validated records,
 * and so many with. Each list is bounded by itself, so that claims of names made up cannot
 * push the real ones out. */
#define POOL_CLAIMED_MAX 4096

/* Of those with records, so many below one child of a suffix (see budget.h) before the
 * names of this child push out each other and no others. */
#define POOL_CHILD_MAX 1024

/* Names that peers claimed, by their last claim. The longest unclaimed goes first. */
enum pool_list {
	POOL_UNLISTED = 0,
	POOL_WITHOUT_RECORDS,
	POOL_WITH_RECORDS,
	POOL_LIST_COUNT
};

struct pool {
	void *names; /* tsearch(3) tree */
	unsigned count;
	struct owner *newest[POOL_LIST_COUNT];
	struct owner *oldest[POOL_LIST_COUNT];
	unsigned claimed[POOL_LIST_COUNT];
	struct schedule schedule;
};

/* The owner of a name, made if need be, with room for it in the schedule. NULL when
 * out of memory. Refer to it or pool_drop() it. */
struct owner *pool_find(struct pool *pool, const struct name *name);

/* Forgets an owner if nobody has use for it any more. */
void pool_drop(struct pool *pool, struct owner *owner);

/* A peer claims this name: of its list it goes last. */
void pool_claim(struct pool *pool, struct owner *owner);

/* There is an answer on this name: it may belong to the other list now. */
void pool_sort(struct pool *pool, struct owner *owner);

void pool_clear(struct pool *pool);
