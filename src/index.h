/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Finds the owners of one roster by their name or by a key that their DANE-EE records
 * hold. Readers take no lock (RCU); writers bring one of their own. A hit by key is a
 * hint whom to judge, never a verdict.
 *
 * Anybody can publish anybody's key. So of several owners with one key the one comes first
 * that has been known by it for longest, as long as its records hold it; and of those that
 * have been for equally long, the one with the lowest rank, which is its place in the
 * operator's list. A record of another form, say 3 1 2 for 3 1 1, counts as another key. */

#pragma once

#include "dance.h"
#include "changes.h"
#include "owner.h"
#include "tlsa.h"

enum index_kind {
	INDEX_NAME,
	INDEX_CERTIFICATE_SHA256,
	INDEX_SPKI_SHA256,
	INDEX_CERTIFICATE_SHA512,
	INDEX_SPKI_SHA512,
	INDEX_KIND_COUNT
};

struct index;
struct index_entry;

/* One owner in one index: its entries, and how many indexes to go. */
struct index_member {
	struct index *index;
	struct owner *owner;
	struct index_member *next; /* of the owner */
	struct index_entry *name;
	struct index_entry *keys;
	uint32_t rank; /* unique in the index */
	bool resolved; /* atomic */
	bool failing;
};

/* What a peer's key or certificate may be entered under: digests. */
struct index_key {
	enum index_kind kind;
	struct dance_octets octets;
};

/* An owner that is known by such a key. */
struct index_hit {
	struct owner *owner;
	uint32_t since; /* when the key was first seen in its records, as told to index_rekey() */
	uint32_t rank;
};

/* So many hits are found at once. */
#define INDEX_HIT_MAX 8

/* For about `expected` owners. NULL when out of memory. */
struct index *index_new(size_t expected);

/* Its members must be gone. NULL is fine. */
void index_free(struct index *index);

/* Enters an owner by its name; keys come with index_inherit() or index_rekey(). 0, or -1
 * when out of memory. The member stays the caller's. */
int index_join(struct index_member *member, struct index *index, struct owner *owner,
	uint32_t rank);

/* Enters the keys by which another index knows the owner, with the times since when. 0,
 * or -1 when out of memory: some keys are then not found. */
int index_inherit(struct index_member *member);

/* The owner's first answer is there: its knowledge is published and its keys are
 * entered. */
void index_resolve(struct index_member *member);

/* Of how many owners is nothing known yet? What is read after this call holds what all
 * the others' first answers told: ask first, then search. */
unsigned long index_unresolved(const struct index *index);

/* Of how many owners are there no records because the newest look-up failed, or what came
 * was forged? */
void index_fail(struct index_member *member, bool failing);
unsigned long index_failing(const struct index *index);

/* Counts an answer on the owner, after what it said is published; `changed` if that is
 * something else than before. */
void index_tell(struct index_member *member, bool changed);

/* The count of answers on all owners of the index. */
const struct change_count *index_count(const struct index *index);

/* Takes the owner out again. Frees its entries: nobody may be reading. */
void index_leave(struct index_member *member);

/* Enters the keys of the set's DANE-EE records and takes out those that it does not hold. A
 * key that was entered before stays as it is; or, if `anew`, counts as a new one. New ones are
 * known since `since`. What is taken out is put before *retired, for index_entries_free()
 * once no reader can see it. If another owner is known by one of the new keys, the one
 * that comes first is put into *other, and the member's own hit into *own; else their
 * owners are NULL. 0, or -1 when out of memory: some keys are then not found. */
int index_rekey(struct index_member *member, const struct tlsa_set *set, uint32_t since,
	bool anew, struct index_entry **retired, struct index_hit *own,
	struct index_hit *other);

/* Which of two owners that are known by one key comes first? */
bool index_precedes(const struct index_hit *a, const struct index_hit *b);

void index_entries_free(struct index_entry *retired);

/* Is anything entered under this kind? Saves hashing a key that nobody asks for. */
bool index_has(const struct index *index, enum index_kind kind);

/* Under RCU. Finds owners that are known by any of these keys, in the order in which they
 * come, each once: up to INDEX_HIT_MAX of those that come after `after`, or the first if
 * that is NULL. Returns how many. */
size_t index_find(const struct index *index, const struct index_key *keys, size_t count,
	const struct index_hit *after, struct index_hit hits[INDEX_HIT_MAX]);

/* Under RCU. The owner of this name, or NULL. */
struct owner *index_find_name(const struct index *index, const struct name *name);
