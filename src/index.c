/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A hash table of names and keys, on liburcu's. Every identity stands in it by its name,
 * and by the digest of each key or certificate that its DANE-EE records name; records
 * with full data stand by the SHA-256 of that data. */

#include "index.h"

#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <urcu/arch.h>
#include <urcu/compiler.h>
#include <urcu/rculfhash.h>
#include <urcu/urcu-bp.h>

/* SHA2-512 digests are entered by their first half: a hit is judged anyway. */
#define KEY_SIZE TLSA_SHA256_SIZE

struct index {
	struct cds_lfht *table;
	uint64_t seed;
	unsigned long used[INDEX_KIND_COUNT]; /* atomic, like the next */
	unsigned long unresolved;
};

struct index_entry {
	struct cds_lfht_node node;
	struct identity *identity;
	struct index_entry *next; /* of the member, later of the retired */
	uint8_t kind;
	uint8_t size;
	unsigned char octets[];
};

struct index *index_new(size_t expected)
{
	unsigned long buckets = 64;
	while (buckets / 2 < expected && buckets < 1ul << 24) {
		buckets *= 2;
	}
	struct index *index = calloc(1, sizeof(*index));
	if (index == NULL) {
		return NULL;
	}
	/* Names may be a peer's choice where a suffix is permitted: no fixed hash. */
	if (gnutls_rnd(GNUTLS_RND_NONCE, &index->seed, sizeof(index->seed)) != 0) {
		free(index);
		return NULL;
	}
	index->table = cds_lfht_new_flavor(buckets, buckets, buckets, 0, &urcu_bp_flavor,
		NULL);
	if (index->table == NULL) {
		free(index);
		return NULL;
	}
	return index;
}

void index_free(struct index *index)
{
	if (index != NULL) {
		(void)cds_lfht_destroy(index->table, NULL);
		free(index);
	}
}

static unsigned long hash(const struct index *index, enum index_kind kind,
	struct dance_octets octets)
{
	uint64_t sum = index->seed ^ kind;
	if (kind != INDEX_NAME) {
		/* A digest is spread evenly already. */
		uint64_t head;
		memcpy(&head, octets.data, sizeof(head));
		return (unsigned long)(sum ^ head);
	}
	for (size_t i = 0; i < octets.size; i++) {
		sum = (sum ^ octets.data[i]) * 0x9e3779b97f4a7c15u;
		sum ^= sum >> 29;
	}
	return (unsigned long)sum;
}

static struct index_entry *entry_of(const struct cds_lfht_node *node)
{
	_Static_assert(offsetof(struct index_entry, node) == 0, "the node comes first");
	return (struct index_entry *)(uintptr_t)node;
}

struct sought {
	enum index_kind kind;
	struct dance_octets octets;
};

static int is_sought(struct cds_lfht_node *node, const void *arg)
{
	const struct index_entry *entry = entry_of(node);
	const struct sought *sought = arg;
	return entry->kind == sought->kind && entry->size == sought->octets.size &&
		memcmp(entry->octets, sought->octets.data, entry->size) == 0;
}

static struct index_entry *enter(struct index *index, enum index_kind kind,
	struct dance_octets octets, struct identity *identity)
{
	struct index_entry *entry = malloc(sizeof(*entry) + octets.size);
	if (entry == NULL) {
		return NULL;
	}
	cds_lfht_node_init(&entry->node);
	entry->identity = identity;
	entry->next = NULL;
	entry->kind = (uint8_t)kind;
	entry->size = (uint8_t)octets.size;
	memcpy(entry->octets, octets.data, octets.size);

	urcu_bp_read_lock();
	cds_lfht_add(index->table, hash(index, kind, octets), &entry->node);
	urcu_bp_read_unlock();
	uatomic_inc(&index->used[kind]);
	return entry;
}

static void strike(struct index *index, struct index_entry *entry)
{
	urcu_bp_read_lock();
	(void)cds_lfht_del(index->table, &entry->node);
	urcu_bp_read_unlock();
	uatomic_dec(&index->used[entry->kind]);
}

int index_join(struct index_member *member, struct index *index, struct identity *identity)
{
	member->index = index;
	member->identity = identity;
	member->keys = NULL;
	member->name = enter(index, INDEX_NAME,
		(struct dance_octets){ identity->wire, identity->wire_size }, identity);
	if (member->name == NULL) {
		return -1;
	}
	member->next = identity->members;
	identity->members = member;
	member->resolved = identity->knowledge != NULL;
	if (!member->resolved) {
		uatomic_inc(&index->unresolved);
	}
	return 0;
}

void index_resolve(struct index_member *member)
{
	if (!member->resolved) {
		member->resolved = true;
		cmm_smp_wmb(); /* what is known before that it is */
		uatomic_dec(&member->index->unresolved);
	}
}

unsigned long index_unresolved(const struct index *index)
{
	unsigned long count = uatomic_read(&index->unresolved);
	cmm_smp_rmb(); /* the other half of index_resolve() */
	return count;
}

void index_leave(struct index_member *member)
{
	struct index_member **at = &member->identity->members;
	while (*at != member) {
		at = &(*at)->next;
	}
	*at = member->next;

	index_resolve(member);
	strike(member->index, member->name);
	for (struct index_entry *key = member->keys; key != NULL; key = key->next) {
		strike(member->index, key);
	}
	index_entries_free(member->name);
	index_entries_free(member->keys);
}

void index_entries_free(struct index_entry *retired)
{
	while (retired != NULL) {
		struct index_entry *next = retired->next;
		free(retired);
		retired = next;
	}
}

/* Under which octets is this record found? False if it is not to be found by key. */
static bool key_of(const struct dance_tlsa *record, enum index_kind *kind,
	unsigned char key[KEY_SIZE])
{
	if (record->usage != TLSA_DANE_EE) {
		return false;
	}
	bool spki = record->selector == TLSA_SPKI;
	switch (record->matching) {
	case TLSA_FULL:
		*kind = spki ? INDEX_SPKI_SHA256 : INDEX_CERTIFICATE_SHA256;
		return gnutls_hash_fast(GNUTLS_DIG_SHA256, record->data, record->size,
			key) == 0;
	case TLSA_SHA256:
		*kind = spki ? INDEX_SPKI_SHA256 : INDEX_CERTIFICATE_SHA256;
		break;
	default:
		*kind = spki ? INDEX_SPKI_SHA512 : INDEX_CERTIFICATE_SHA512;
		break;
	}
	memcpy(key, record->data, KEY_SIZE);
	return true;
}

static bool has_key(const struct index_member *member, enum index_kind kind,
	const unsigned char key[KEY_SIZE])
{
	for (struct index_entry *entry = member->keys; entry != NULL; entry = entry->next) {
		if (entry->kind == kind && memcmp(entry->octets, key, KEY_SIZE) == 0) {
			return true;
		}
	}
	return false;
}

int index_rekey(struct index_member *member, const struct tlsa_set *set,
	struct index_entry **retired)
{
	struct index_entry *before = member->keys;
	member->keys = NULL;

	int result = 0;
	for (size_t i = 0; i < set->count; i++) {
		enum index_kind kind;
		unsigned char key[KEY_SIZE];
		if (!key_of(&set->records[i], &kind, key) || has_key(member, kind, key)) {
			continue;
		}
		struct index_entry *entry = enter(member->index, kind,
			(struct dance_octets){ key, KEY_SIZE }, member->identity);
		if (entry == NULL) {
			result = -1;
			break;
		}
		entry->next = member->keys;
		member->keys = entry;
	}

	while (before != NULL) {
		struct index_entry *next = before->next;
		strike(member->index, before);
		before->next = *retired;
		*retired = before;
		before = next;
	}
	return result;
}

bool index_has(const struct index *index, enum index_kind kind)
{
	return uatomic_read(&index->used[kind]) != 0;
}

void index_find(const struct index *index, enum index_kind kind,
	struct dance_octets octets, bool (*each)(void *arg, struct identity *identity),
	void *arg)
{
	struct sought sought = { kind, octets };
	if (kind != INDEX_NAME) {
		sought.octets.size = KEY_SIZE;
	}
	struct cds_lfht_iter at;
	cds_lfht_lookup(index->table, hash(index, kind, sought.octets), is_sought, &sought,
		&at);
	struct cds_lfht_node *node;
	while ((node = cds_lfht_iter_get_node(&at)) != NULL) {
		if (!each(arg, entry_of(node)->identity)) {
			return;
		}
		cds_lfht_next_duplicate(index->table, is_sought, &sought, &at);
	}
}

static bool take_first(void *arg, struct identity *identity)
{
	*(struct identity **)arg = identity;
	return false;
}

struct identity *index_find_name(const struct index *index, const struct name *name)
{
	struct identity *found = NULL;
	index_find(index, INDEX_NAME, (struct dance_octets){ name->wire, name->size },
		take_first, &found);
	return found;
}
