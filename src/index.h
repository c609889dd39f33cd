/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Finds the identities of one roster by their name or by a key that their DANE-EE records
 * hold. Readers take no lock (RCU); writers bring one of their own. A hit by key is a
 * hint whom to judge, never a verdict. */

#pragma once

#include "dance.h"
#include "identity.h"
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

/* One identity in one index: its entries, and how many indexes to go. */
struct index_member {
	struct index *index;
	struct identity *identity;
	struct index_member *next; /* of the identity */
	struct index_entry *name;
	struct index_entry *keys;
	bool resolved;
};

/* For about `expected` identities. NULL when out of memory. */
struct index *index_new(size_t expected);

/* Its members must be gone. NULL is fine. */
void index_free(struct index *index);

/* Enters an identity by its name; keys come with index_rekey(). 0, or -1 when out of
 * memory. The member stays the caller's. */
int index_join(struct index_member *member, struct index *index,
	struct identity *identity);

/* The identity's first answer is there: its knowledge is published and its keys are
 * entered. */
void index_resolve(struct index_member *member);

/* Of how many identities is nothing known yet? What is read after this call holds what all
 * the others' first answers told: ask first, then search. */
unsigned long index_unresolved(const struct index *index);

/* Takes the identity out again. Frees its entries: nobody may be reading. */
void index_leave(struct index_member *member);

/* Enters the keys of the set's DANE-EE records in place of the earlier ones, the new ones
 * first. The replaced entries are put before *retired, for index_entries_free() once no
 * reader can see them. 0, or -1 when out of memory: some keys are then not found. */
int index_rekey(struct index_member *member, const struct tlsa_set *set,
	struct index_entry **retired);

void index_entries_free(struct index_entry *retired);

/* Is anything entered under this kind? Saves hashing a key that nobody asks for. */
bool index_has(const struct index *index, enum index_kind kind);

/* Under RCU. Calls `each` for every identity entered under these octets until it returns
 * false. */
void index_find(const struct index *index, enum index_kind kind,
	struct dance_octets octets, bool (*each)(void *arg, struct identity *identity),
	void *arg);

/* Under RCU. The identity of this name, or NULL. */
struct identity *index_find_name(const struct index *index, const struct name *name);
