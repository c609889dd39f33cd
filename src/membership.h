/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Who is listed in a roster, plainly or by a list of clients. The names of a list come and go with
 * the answers on it; while they are there, they are looked up, found by their keys and kept fresh
 * like plainly listed ones. What a list permits knows admission.h. */

#pragma once

#include "client_list.h"
#include "key_index.h"
#include "owners.h"
#include "publisher.h"

/* So many lists a roster may have. */
#define MEMBERSHIP_LISTS_MAX 16

/* So many names of a list that come or go at once are logged one by one. */
#define MEMBERSHIP_LINES_MAX 20

struct membership;

/* One list of one roster. */
struct membership_list {
	struct key_index_member member; /* of the list's own name */
	struct membership *of;
};

/* The lists of one roster, and the names that they have brought. All zero: there are none. */
struct membership {
	struct key_index *index;
	uint32_t plain;     /* the ranks below are those of plainly listed names */
	struct name *fence; /* names of lists count only at one of these or below; owned */
	size_t fence_count;
	struct membership_list *lists; /* in the operator's order */
	size_t list_count;
	struct key_index_member **slots; /* RCU: NULL, or a name of some list; a slot's
	                                  * number is part of the rank */
	size_t slot_count;
	unsigned used; /* slots; atomic */
	bool lacking;  /* atomic: there was no memory for a name */
	bool untold;   /* of names outside the fence nothing is logged yet */
};

/* All below need the watcher's lock, except what says otherwise. */

/* Lists an owner in an index. True if it is to be looked up now. */
bool membership_join(struct owners *owners, const struct publisher *publisher,
	struct owner *owner, struct key_index *index, struct key_index_member *member,
	uint32_t rank);

/* Nobody reads the member's index any more. */
void membership_leave(struct owners *owners, struct key_index_member *member);

/* Prepares for lists, without the lock. `fence` is copied. False when out of memory. */
bool membership_begin(struct membership *membership, struct key_index *index, size_t plain,
	size_t list_count, const struct name *fence, size_t fence_count);

/* Adds one more list; what is known of it already counts at once. False when out of memory. *due
 * becomes true if something is to be looked up now. */
bool membership_add(struct membership *membership, struct owners *owners,
	const struct publisher *publisher, const struct name *name, bool *due);

/* All lists and their names leave, once. Nobody reads the index any more; membership_clear() is all
 * that may follow. */
void membership_end(struct membership *membership, struct owners *owners);

/* Frees it, without the lock. */
void membership_clear(struct membership *membership);

/* An answer on this list is there. In this order: what it says is published, so that a name that
 * is gone is permitted no longer, and one that has come may be; then names leave and join the
 * indexes, where they are found; then the list counts as answered; and last the answer is counted,
 * which wakes those who wait. A decision reads the other way round: first the counts, then the
 * index, then what the list says. */
void membership_publish(struct publisher *publisher, struct owners *owners,
	struct owner *list, const struct resolver_answer *answer);

/* May names of lists count here? Without the lock: the fence stays what it was at first. */
bool membership_is_within_fence(const struct membership *membership,
	const struct name *name);

/* Under RCU, without the lock: the members that lists have brought one by one, in no order; NULL
 * after the last. Begin with 0. */
const struct key_index_member *membership_next(const struct membership *membership,
	size_t *at);
