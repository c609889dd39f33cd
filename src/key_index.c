/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A hash table of names and keys, on liburcu's. Every owner stands in it by its name,
 * and by the digest of each key or certificate that its DANE-EE records name; records
 * with full data stand by the SHA-256 of that data. */

#include "key_index.h"

#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <urcu/arch.h>
#include <urcu/compiler.h>
#include <urcu/rculfhash.h>
#include <urcu/urcu-bp.h>

#include "name_hash.h"

/* SHA2-512 digests are entered by their first half: a hit is judged anyway. */
#define KEY_SIZE TLSA_SHA256_SIZE

struct key_index {
	struct cds_lfht *table;
	uint64_t seed;
	unsigned long used[KEY_INDEX_KIND_COUNT]; /* atomic, like the next */
	unsigned long unresolved, failing;
	struct change_count count;
};

struct key_index_entry {
	struct cds_lfht_node node;
	struct key_index_member *member;
	struct key_index_entry *next; /* of the member, later of the retired */
	uint32_t since;
	uint8_t kind;
	unsigned char key[]; /* not of a name: that stands in the owner */
};

struct key_index *key_index_new(size_t expected)
{
	unsigned long buckets = 64;
	while (buckets / 2 < expected && buckets < 1ul << 24) {
		buckets *= 2;
	}
	struct key_index *index = calloc(1, sizeof(*index));
	if (index == NULL) {
		return NULL;
	}
	/* Whoever publishes records chooses the digests in them: no fixed hash. */
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

void key_index_free(struct key_index *index)
{
	if (index != NULL) {
		(void)cds_lfht_destroy(index->table, NULL);
		free(index);
	}
}

static unsigned long hash(const struct key_index *index, enum key_index_kind kind,
	struct dance_octets octets)
{
	if (kind == KEY_INDEX_NAME) {
		return (unsigned long)name_hash(index->seed, octets.data, octets.size);
	}
	uint64_t sum = index->seed ^ kind, head;
	memcpy(&head, octets.data, sizeof(head));
	sum = (sum ^ head) * 0x9e3779b97f4a7c15u;
	return (unsigned long)(sum ^ sum >> 32);
}

static struct key_index_entry *entry_of(const struct cds_lfht_node *node)
{
	_Static_assert(offsetof(struct key_index_entry, node) == 0, "the node comes first");
	return (struct key_index_entry *)(uintptr_t)node;
}

static struct dance_octets octets_of(const struct key_index_entry *entry)
{
	const struct owner *owner = entry->member->owner;
	return entry->kind == KEY_INDEX_NAME ?
		(struct dance_octets){ owner->wire, owner->wire_size } :
		(struct dance_octets){ entry->key, KEY_SIZE };
}

static int is_sought(struct cds_lfht_node *node, const void *arg)
{
	const struct key_index_entry *entry = entry_of(node);
	const struct key_index_digest *sought = arg;
	if (entry->kind != sought->kind) {
		return 0;
	}
	struct dance_octets octets = octets_of(entry);
	return octets.size == sought->octets.size &&
		memcmp(octets.data, sought->octets.data, octets.size) == 0;
}

/* By a key, or with NULL by the owner's name. */
static struct key_index_entry *enter(struct key_index_member *member,
	enum key_index_kind kind, const unsigned char *key, uint32_t since)
{
	struct key_index *index = member->index;
	struct key_index_entry *entry = malloc(sizeof(*entry) +
		(key != NULL ? KEY_SIZE : 0));
	if (entry == NULL) {
		return NULL;
	}
	cds_lfht_node_init(&entry->node);
	entry->member = member;
	entry->next = NULL;
	entry->since = since;
	entry->kind = (uint8_t)kind;
	if (key != NULL) {
		memcpy(entry->key, key, KEY_SIZE);
	}

	urcu_bp_read_lock();
	cds_lfht_add(index->table, hash(index, kind, octets_of(entry)), &entry->node);
	urcu_bp_read_unlock();
	uatomic_inc(&index->used[kind]);
	return entry;
}

/* Enters a key, before the member's others. */
static int enter_key(struct key_index_member *member, enum key_index_kind kind,
	const unsigned char *key, uint32_t since)
{
	struct key_index_entry *entry = enter(member, kind, key, since);
	if (entry == NULL) {
		return -1;
	}
	entry->next = member->keys;
	member->keys = entry;
	return 0;
}

static void strike(struct key_index *index, struct key_index_entry *entry)
{
	urcu_bp_read_lock();
	(void)cds_lfht_del(index->table, &entry->node);
	urcu_bp_read_unlock();
	uatomic_dec(&index->used[entry->kind]);
}

int key_index_join(struct key_index_member *member, struct key_index *index,
	struct owner *owner, uint32_t rank)
{
	member->index = index;
	member->owner = owner;
	member->keys = NULL;
	member->rank = rank;
	member->failing = false;
	member->name = enter(member, KEY_INDEX_NAME, NULL, 0);
	if (member->name == NULL) {
		return -1;
	}
	member->next = owner->members;
	owner->members = member;
	member->resolved = owner->knowledge != NULL;
	if (!member->resolved) {
		uatomic_inc(&index->unresolved);
	}
	return 0;
}

void key_index_fail(struct key_index_member *member, bool failing)
{
	if (failing != member->failing) {
		member->failing = failing;
		uatomic_add(&member->index->failing, failing ? 1 : -1);
	}
}

unsigned long key_index_failing(const struct key_index *index)
{
	return uatomic_read(&index->failing);
}

void key_index_count_answer(struct key_index_member *member, bool changed)
{
	change_count_add(&member->index->count, changed);
}

const struct change_count *key_index_answers(const struct key_index *index)
{
	return &index->count;
}

int key_index_inherit(struct key_index_member *member)
{
	const struct key_index_member *from = member->owner->members;
	while (from != NULL && (from == member || from->keys == NULL)) {
		from = from->next;
	}
	int result = 0;
	for (const struct key_index_entry *at = from != NULL ? from->keys : NULL;
		at != NULL; at = at->next) {
		if (enter_key(member, (enum key_index_kind)at->kind, at->key, at->since) !=
			0) {
			result = -1;
		}
	}
	return result;
}

void key_index_resolve(struct key_index_member *member)
{
	if (!member->resolved) {
		cmm_smp_wmb(); /* what is known before that it is */
		uatomic_set(&member->resolved, true);
		uatomic_dec(&member->index->unresolved);
	}
}

unsigned long key_index_unresolved(const struct key_index *index)
{
	unsigned long count = uatomic_read(&index->unresolved);
	cmm_smp_rmb(); /* the other half of key_index_resolve() */
	return count;
}

void key_index_leave(struct key_index_member *member)
{
	struct key_index_member **at = &member->owner->members;
	while (*at != member) {
		at = &(*at)->next;
	}
	*at = member->next;

	key_index_resolve(member);
	key_index_fail(member, false);
	strike(member->index, member->name);
	for (struct key_index_entry *key = member->keys; key != NULL; key = key->next) {
		strike(member->index, key);
	}
	key_index_entries_free(member->name);
	key_index_entries_free(member->keys);
}

void key_index_entries_free(struct key_index_entry *retired)
{
	while (retired != NULL) {
		struct key_index_entry *next = retired->next;
		free(retired);
		retired = next;
	}
}

/* Under which octets is this record of usage DANE-EE found? False if hashing fails. */
static bool key_of(const struct dance_tlsa *record, enum key_index_kind *kind,
	unsigned char key[KEY_SIZE])
{
	bool spki = record->selector == TLSA_SPKI;
	switch (record->matching) {
	case TLSA_FULL:
		*kind = spki ? KEY_INDEX_SPKI_SHA256 : KEY_INDEX_CERTIFICATE_SHA256;
		return gnutls_hash_fast(GNUTLS_DIG_SHA256, record->data, record->size,
			       key) == 0;
	case TLSA_SHA256:
		*kind = spki ? KEY_INDEX_SPKI_SHA256 : KEY_INDEX_CERTIFICATE_SHA256;
		break;
	default:
		*kind = spki ? KEY_INDEX_SPKI_SHA512 : KEY_INDEX_CERTIFICATE_SHA512;
		break;
	}
	memcpy(key, record->data, KEY_SIZE);
	return true;
}

/* The place in this list where the key stands, or its end. */
static struct key_index_entry **find_key(struct key_index_entry **list,
	enum key_index_kind kind, const unsigned char key[KEY_SIZE])
{
	while (*list != NULL &&
		((*list)->kind != kind || memcmp((*list)->key, key, KEY_SIZE) != 0)) {
		list = &(*list)->next;
	}
	return list;
}

static struct key_index_hit hit_of(const struct key_index_entry *entry)
{
	return (struct key_index_hit){ entry->member->owner, entry->since,
		entry->member->rank };
}

/* Is another owner known by the key that this entry has just brought? */
static void note_other(const struct key_index_entry *entry, struct key_index_hit *own,
	struct key_index_hit *other)
{
	const struct key_index_digest key = { (enum key_index_kind)entry->kind,
		{ entry->key, KEY_SIZE } };
	struct key_index_hit hits[KEY_INDEX_HIT_MAX];
	urcu_bp_read_lock();
	size_t count = key_index_find(entry->member->index, &key, 1, NULL, hits);
	urcu_bp_read_unlock();
	for (size_t i = 0; i < count; i++) {
		if (hits[i].owner != entry->member->owner) {
			*own = hit_of(entry);
			*other = hits[i];
			return;
		}
	}
}

int key_index_rekey(struct key_index_member *member, const struct tlsa_set *set,
	uint32_t since, bool anew, struct key_index_entry **retired,
	struct key_index_hit *own, struct key_index_hit *other)
{
	struct key_index_entry *before = member->keys;
	member->keys = NULL;
	own->owner = other->owner = NULL;

	int result = 0;
	bool unhashed = false;
	for (size_t i = 0; i < set->count; i++) {
		enum key_index_kind kind;
		unsigned char key[KEY_SIZE];
		if (set->records[i].usage != TLSA_DANE_EE) {
			continue;
		}
		if (!key_of(&set->records[i], &kind, key)) {
			unhashed = true;
			continue;
		}
		if (*find_key(&member->keys, kind, key) != NULL) {
			continue;
		}
		struct key_index_entry **kept = find_key(&before, kind, key);
		if (*kept != NULL && !anew) {
			struct key_index_entry *entry = *kept;
			*kept = entry->next;
			entry->next = member->keys;
			member->keys = entry;
		} else if (enter_key(member, kind, key, since) != 0) {
			result = -1;
		} else if (other->owner == NULL) {
			note_other(member->keys, own, other);
		}
	}

	if (unhashed) {
		result = -1;
	}
	/* The key that is not known now may be one of these: it stays known since then. What is
	 * found by one too many is judged by its records anyway. */
	if (unhashed && !anew) {
		struct key_index_entry **end = &member->keys;
		while (*end != NULL) {
			end = &(*end)->next;
		}
		*end = before;
		before = NULL;
	}
	while (before != NULL) {
		struct key_index_entry *next = before->next;
		strike(member->index, before);
		before->next = *retired;
		*retired = before;
		before = next;
	}
	return result;
}

bool key_index_precedes(const struct key_index_hit *a, const struct key_index_hit *b)
{
	return a->since != b->since ? a->since < b->since : a->rank < b->rank;
}

bool key_index_has(const struct key_index *index, enum key_index_kind kind)
{
	return uatomic_read(&index->used[kind]) != 0;
}

/* Puts a hit where it belongs, unless its owner is there already and comes earlier, or
 * there is no room for it. Returns how many there are then. */
static size_t take_hit(struct key_index_hit hits[KEY_INDEX_HIT_MAX], size_t count,
	const struct key_index_hit *hit)
{
	for (size_t i = 0; i < count; i++) {
		if (hits[i].owner == hit->owner) {
			if (!key_index_precedes(hit, &hits[i])) {
				return count;
			}
			count--;
			memmove(&hits[i], &hits[i + 1], (count - i) * sizeof(hits[0]));
			break;
		}
	}
	size_t place = count;
	while (place > 0 && key_index_precedes(hit, &hits[place - 1])) {
		place--;
	}
	if (place == KEY_INDEX_HIT_MAX) {
		return count;
	}
	if (count < KEY_INDEX_HIT_MAX) {
		count++;
	}
	memmove(&hits[place + 1], &hits[place], (count - 1 - place) * sizeof(hits[0]));
	hits[place] = *hit;
	return count;
}

size_t key_index_find(const struct key_index *index, const struct key_index_digest *keys,
	size_t count, const struct key_index_hit *after,
	struct key_index_hit hits[KEY_INDEX_HIT_MAX])
{
	size_t found = 0;
	for (size_t i = 0; i < count; i++) {
		const struct key_index_digest key = { keys[i].kind,
			{ keys[i].octets.data, KEY_SIZE } };
		struct cds_lfht_iter at;
		struct cds_lfht_node *node;
		cds_lfht_lookup(index->table, hash(index, key.kind, key.octets), is_sought,
			&key, &at);
		while ((node = cds_lfht_iter_get_node(&at)) != NULL) {
			struct key_index_hit hit = hit_of(entry_of(node));
			if (after == NULL || key_index_precedes(after, &hit)) {
				found = take_hit(hits, found, &hit);
			}
			cds_lfht_next_duplicate(index->table, is_sought, &key, &at);
		}
	}
	return found;
}

struct owner *key_index_find_name(const struct key_index *index, const struct name *name)
{
	const struct key_index_digest key = { KEY_INDEX_NAME, { name->wire, name->size } };
	struct cds_lfht_iter at;
	cds_lfht_lookup(index->table, hash(index, key.kind, key.octets), is_sought, &key,
		&at);
	struct cds_lfht_node *node = cds_lfht_iter_get_node(&at);
	return node != NULL ? entry_of(node)->member->owner : NULL;
}
