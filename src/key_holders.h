/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The owners that are known by one key, in the order in which they come (key_index.h): a skip list
 * (Pugh, 1990), so that a key which very many names share costs hardly more than another one.
 * Readers take no lock (RCU); writers bring one. Knows no table and frees nothing. */

#pragma once

#include <urcu/urcu-bp.h>

#include "key_index.h"

/* Three in four stand on the first level only, three in four of the others on two, and so on. */
#define KEY_HOLDERS_LEVEL_MAX 12

struct key_index_key;

/* One owner that has one key. */
struct key_index_entry {
	struct key_index_key *key;
	struct key_index_member *member;
	struct key_index_entry *next; /* of the member, later of the retired */
	uint32_t since;
	uint8_t levels;
	bool was_last;                   /* nobody had the key any more when it left */
	struct key_index_entry *after[]; /* the next one on each of its levels */
};

/* All zero: nobody. */
struct key_holders {
	struct key_index_entry *first;
	struct key_index_entry *
		*upper; /* the first of each level above; NULL: there is one only */
};

static inline struct key_index_hit key_holders_hit(const struct key_index_entry *entry)
{
	return (struct key_index_hit){ entry->member->owner, entry->since,
		entry->member->rank };
}

/* On how many levels the next one is to stand. Without memory all are on one. */
uint8_t key_holders_level(struct key_holders *holders, uint64_t *random);

/* Puts an entry, with that many levels, in its place. */
void key_holders_enter(struct key_holders *holders, struct key_index_entry *entry);

/* Takes it out again; readers may still stand on it. */
void key_holders_strike(struct key_holders *holders, struct key_index_entry *entry);

/* Under RCU: the first that comes after a hit; NULL if it was the last. */
const struct key_index_entry *key_holders_find_after(const struct key_holders *holders,
	const struct key_index_hit *after);

/* Under RCU: the same, or with NULL the first of all. Inline: every decision asks. */
static inline const struct key_index_entry *key_holders_find(const struct key_holders
								     *holders,
	const struct key_index_hit *after)
{
	return after == NULL ? rcu_dereference(holders->first) :
			       key_holders_find_after(holders, after);
}

/* Under RCU: the one that follows. */
static inline const struct key_index_entry *key_holders_next(const struct key_index_entry
		*entry)
{
	return rcu_dereference(entry->after[0]);
}

/* Nobody may be reading. */
void key_holders_clear(struct key_holders *holders);
