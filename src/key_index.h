/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Finds the owners of one roster by their name or by a key that their DANE-EE records
 * hold. Readers take no lock (RCU); writers bring one of their own. A hit by key is a
 * hint whom to judge, never a verdict.
 *
 * Any name can publish the key of another. So among owners with the same key, the one that has
 * been known by it for longest comes first, as long as its records contain it; among equals,
 * the one with the lowest rank, which is its place in the operator's list.
 * A record of another form, say 3 1 2 for 3 1 1, counts as another key. */

#pragma once

#include <urcu/rculfhash.h>

#include "dance.h"
#include "change_counts.h"
#include "owner.h"
#include "tlsa.h"

enum key_index_kind {
	KEY_INDEX_NAME,
	KEY_INDEX_CERTIFICATE_SHA256,
	KEY_INDEX_SPKI_SHA256,
	KEY_INDEX_CERTIFICATE_SHA512,
	KEY_INDEX_SPKI_SHA512,
	KEY_INDEX_LIST, /* the name of a list of clients: not found as a name */
	KEY_INDEX_KIND_COUNT
};

struct key_index;
struct key_index_entry;

/* What stands in the table: a member, by its owner's name, or a key (key_index.c). */
struct key_index_node {
	struct cds_lfht_node node;
	uint8_t kind; /* enum key_index_kind */
};

/* One owner in one index, with its keys. It leaves in a few steps, in however many indexes its
 * owner stands. */
struct key_index_member {
	struct key_index_node name;
	bool resolved; /* atomic */
	bool failing;
	uint32_t rank; /* unique in the index */
	struct key_index *index;
	struct owner *owner;
	struct key_index_member *next, **link; /* of the owner, and what points here */
	struct key_index_entry *keys;
};

/* What a peer's key or certificate may be entered under: digests. */
struct key_index_digest {
	enum key_index_kind kind;
	struct dance_octets octets;
};

/* An owner that is known by such a key. */
struct key_index_hit {
	struct owner *owner;
	uint32_t since; /* when its records first had the key: as told to key_index_rekey() */
	uint32_t rank;
};

/* So many hits are found at once. */
#define KEY_INDEX_HIT_MAX 8

/* Of the hash table for about `expected` owners: a power of two. */
unsigned long key_index_buckets(size_t expected);

/* For about `expected` owners. NULL when out of memory. */
struct key_index *key_index_new(size_t expected);

/* Its members must be gone. NULL is fine. */
void key_index_free(struct key_index *index);

/* Enters an owner by its name; keys come with key_index_inherit() or key_index_rekey(). The member
 * stays the caller's. */
void key_index_join(struct key_index_member *member, struct key_index *index,
	struct owner *owner, uint32_t rank);

/* Enters the keys by which another index knows the owner, with the times since when. 0,
 * or -1 when out of memory: some keys are then not found. */
int key_index_inherit(struct key_index_member *member);

/* The owner's first answer is there: its knowledge is published and its keys are
 * entered. */
void key_index_resolve(struct key_index_member *member);

/* Of how many owners is nothing known yet? What is read after this call holds what all
 * the others' first answers told: ask first, then search. */
unsigned long key_index_unresolved(const struct key_index *index);

/* Of how many owners are there no records because the newest lookup failed, or what came
 * was forged? */
void key_index_fail(struct key_index_member *member, bool failing);
unsigned long key_index_failing(const struct key_index *index);

/* Counts an answer on the owner, after what it said is published; `changed` if that is
 * something else than before. */
void key_index_count_answer(struct key_index_member *member, bool changed);

/* The count of answers on all owners of the index. */
const struct change_count *key_index_answers(const struct key_index *index);

/* Takes the owner out again. Frees its keys, and the member may be freed: nobody may be reading. */
void key_index_leave(struct key_index_member *member);

/* The same while others read: what they may see is put before *retired, for
 * key_index_entries_free(), and the member must stay as long. */
void key_index_retire(struct key_index_member *member, struct key_index_entry **retired);

/* Enters the keys of the set's DANE-EE records and takes out those that it does not hold. A
 * key that was entered before stays as it is; or, if `anew`, counts as a new one. New ones are
 * known since `since`. What is taken out is put before *retired, for key_index_entries_free()
 * once no reader can see it. If another owner is known by one of the new keys, the one
 * that comes first is put into *other, and the member's own hit into *own; else their
 * owners are NULL. 0, or -1 when out of memory or a record cannot be hashed: some keys are then
 * not found, and some that the set does not hold may stay. */
int key_index_rekey(struct key_index_member *member, const struct tlsa_set *set,
	uint32_t since, bool anew, struct key_index_entry **retired,
	struct key_index_hit *own, struct key_index_hit *other);

/* Which of two owners that are known by one key comes first? */
bool key_index_precedes(const struct key_index_hit *a, const struct key_index_hit *b);

void key_index_entries_free(struct key_index_entry *retired);

/* Is anything entered under this kind? Saves hashing a key that nobody asks for. */
bool key_index_has(const struct key_index *index, enum key_index_kind kind);

/* Under RCU. Finds owners that are known by any of these keys, in the order in which they
 * come, each once: up to KEY_INDEX_HIT_MAX of those that come after `after`, or the first if
 * that is NULL. Returns how many. */
size_t key_index_find(const struct key_index *index, const struct key_index_digest *keys,
	size_t count, const struct key_index_hit *after,
	struct key_index_hit hits[KEY_INDEX_HIT_MAX]);

/* Under RCU. The member of this name, or NULL. */
const struct key_index_member *key_index_find_member(const struct key_index *index,
	const struct name *name);

/* Under RCU. The owner of this name, or NULL. */
struct owner *key_index_find_name(const struct key_index *index, const struct name *name);
