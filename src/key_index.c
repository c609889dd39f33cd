/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A hash table of names and keys, on liburcu's. Every owner stands in it by its name,
 * and with each key or certificate that its DANE-EE records name, which stand by their digests;
 * records with full data stand by the SHA-256 of that data. The owners of one key are in order
 * (key_holders.h). */

#include "key_index.h"

#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <urcu/arch.h>
#include <urcu/compiler.h>
#include <urcu/rculfhash.h>
#include <urcu/urcu-bp.h>

#include "key_hits.h"
#include "key_holders.h"
#include "name_hash.h"

/* SHA2-512 digests are entered by their first half: a hit is judged anyway. */
#define KEY_SIZE TLSA_SHA256_SIZE

/* Buckets in the table of a roster of one name. */
#define BUCKETS_LEAST 8

struct key_index {
	struct cds_lfht *table;
	struct {
		uint64_t seed;  /* of the hash */
		uint64_t level; /* of key_holders_level() */
	} random;
	unsigned long used[KEY_INDEX_KIND_COUNT]; /* atomic, like the next */
	unsigned long unresolved, failing;
	struct change_count count;
};

/* There is one as long as an owner has it. */
struct key_index_key {
	struct key_index_node node;
	unsigned char octets[KEY_SIZE];
	struct key_holders holders;
};

/* A host may have very many indexes of few names. */
unsigned long key_index_buckets(size_t expected)
{
	size_t wanted = expected <= 8 ? 4 * expected : 2 * expected;
	unsigned long buckets = BUCKETS_LEAST;
	while (buckets < wanted && buckets < 1ul << 24) {
		buckets *= 2;
	}
	return buckets;
}

struct key_index *key_index_new(size_t expected)
{
	unsigned long buckets = key_index_buckets(expected);
	struct key_index *index = calloc(1, sizeof(*index));
	if (index == NULL) {
		return NULL;
	}
	/* Whoever publishes records chooses the digests in them: no fixed hash. */
	if (gnutls_rnd(GNUTLS_RND_NONCE, &index->random, sizeof(index->random)) != 0) {
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

/* Of a name in wire form, or of a key. */
static unsigned long hash_of(const struct key_index *index, const unsigned char *octets,
	size_t size)
{
	return (unsigned long)name_hash(index->random.seed, octets, size);
}

static const struct key_index_node *node_of(const struct cds_lfht_node *node)
{
	_Static_assert(offsetof(struct key_index_node, node) == 0 &&
			offsetof(struct key_index_key, node) == 0 &&
			offsetof(struct key_index_member, name) == 0,
		"the node comes first");
	return (const struct key_index_node *)(uintptr_t)node;
}

static struct owner *owner_of(const struct cds_lfht_node *node)
{
	return ((const struct key_index_member *)(uintptr_t)node)->owner;
}

static struct key_index_key *key_at(const struct cds_lfht_node *node)
{
	return (struct key_index_key *)(uintptr_t)node;
}

static int is_name(struct cds_lfht_node *node, const void *arg)
{
	const struct name *sought = arg;
	if (node_of(node)->kind != KEY_INDEX_NAME) {
		return 0;
	}
	const struct owner *owner = owner_of(node);
	return owner->wire_size == sought->size &&
		memcmp(owner->wire, sought->wire, sought->size) == 0;
}

static int is_key(struct cds_lfht_node *node, const void *arg)
{
	const struct key_index_digest *sought = arg;
	return node_of(node)->kind == sought->kind &&
		memcmp(key_at(node)->octets, sought->octets.data,
			sizeof(key_at(node)->octets)) == 0;
}

/* Under RCU. NULL: nobody has it. */
static struct key_index_key *find_key(const struct key_index *index,
	enum key_index_kind kind, const unsigned char *octets)
{
	const struct key_index_digest sought = { .kind = kind, .octets.data = octets };
	struct cds_lfht_iter at;
	cds_lfht_lookup(index->table, hash_of(index, octets, KEY_SIZE), is_key, &sought,
		&at);
	struct cds_lfht_node *node = cds_lfht_iter_get_node(&at);
	return node != NULL ? key_at(node) : NULL;
}

static void put(struct key_index *index, struct key_index_node *node,
	enum key_index_kind kind, unsigned long hash)
{
	cds_lfht_node_init(&node->node);
	node->kind = (uint8_t)kind;
	urcu_bp_read_lock();
	cds_lfht_add(index->table, hash, &node->node);
	urcu_bp_read_unlock();
	uatomic_inc(&index->used[kind]);
}

static void take_out(struct key_index *index, struct key_index_node *node)
{
	urcu_bp_read_lock();
	(void)cds_lfht_del(index->table, &node->node);
	urcu_bp_read_unlock();
	uatomic_dec(&index->used[node->kind]);
}

/* Enters a key, before the member's others. */
static int enter_key(struct key_index_member *member, enum key_index_kind kind,
	const unsigned char *octets, uint32_t since)
{
	struct key_index *index = member->index;
	urcu_bp_read_lock();
	struct key_index_key *known = find_key(index, kind, octets);
	urcu_bp_read_unlock();
	struct key_index_key *key = known != NULL ? known : calloc(1, sizeof(*key));
	if (key == NULL) {
		return -1;
	}
	uint8_t levels = key_holders_level(&key->holders, &index->random.level);
	struct key_index_entry *entry = malloc(sizeof(*entry) +
		levels * sizeof(entry->after[0]));
	if (entry == NULL) {
		if (known == NULL) {
			free(key);
		}
		return -1;
	}
	*entry = (struct key_index_entry){ .key = key,
		.member = member,
		.next = member->keys,
		.since = since,
		.levels = levels };
	key_holders_enter(&key->holders, entry);
	if (known == NULL) {
		memcpy(key->octets, octets, sizeof(key->octets));
		put(index, &key->node, kind, hash_of(index, octets, KEY_SIZE));
	}
	member->keys = entry;
	return 0;
}

static void strike(struct key_index *index, struct key_index_entry *entry)
{
	struct key_index_key *key = entry->key;
	key_holders_strike(&key->holders, entry);
	entry->was_last = key->holders.first == NULL;
	if (entry->was_last) {
		take_out(index, &key->node);
	}
}

void key_index_join(struct key_index_member *member, struct key_index *index,
	struct owner *owner, uint32_t rank)
{
	member->index = index;
	member->owner = owner;
	member->keys = NULL;
	member->rank = rank;
	member->failing = false;
	put(index, &member->name, owner->is_list ? KEY_INDEX_LIST : KEY_INDEX_NAME,
		hash_of(index, owner->wire, owner->wire_size));
	owner->keyed = owner->keyed && owner->members != NULL;
	member->next = owner->members;
	member->link = &owner->members;
	if (member->next != NULL) {
		member->next->link = &member->next;
	}
	owner->members = member;
	member->resolved = owner->knowledge != NULL;
	if (!member->resolved) {
		uatomic_inc(&index->unresolved);
	}
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
	/* Only those who joined when there was no memory have none while others have keys. */
	const struct key_index_member *from = member->owner->keyed ?
		member->owner->members :
		NULL;
	while (from != NULL && (from == member || from->keys == NULL)) {
		from = from->next;
	}
	int result = 0;
	for (const struct key_index_entry *at = from != NULL ? from->keys : NULL;
		at != NULL; at = at->next) {
		if (enter_key(member, (enum key_index_kind)at->key->node.kind,
			    at->key->octets, at->since) != 0) {
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

void key_index_retire(struct key_index_member *member, struct key_index_entry **retired)
{
	*member->link = member->next;
	if (member->next != NULL) {
		member->next->link = member->link;
	}

	key_index_resolve(member);
	key_index_fail(member, false);
	take_out(member->index, &member->name);
	struct key_index_entry *next;
	for (struct key_index_entry *key = member->keys; key != NULL; key = next) {
		next = key->next;
		strike(member->index, key);
		key->next = *retired;
		*retired = key;
	}
	member->keys = NULL;
}

void key_index_leave(struct key_index_member *member)
{
	struct key_index_entry *entries = NULL;
	key_index_retire(member, &entries);
	key_index_entries_free(entries);
}

void key_index_entries_free(struct key_index_entry *retired)
{
	while (retired != NULL) {
		struct key_index_entry *next = retired->next;
		if (retired->was_last) {
			key_holders_clear(&retired->key->holders);
			free(retired->key);
		}
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

/* The place in this list of a member's keys where one stands, or its end. */
static struct key_index_entry **find_own(struct key_index_entry **list,
	enum key_index_kind kind, const unsigned char octets[KEY_SIZE])
{
	while (*list != NULL &&
		((*list)->key->node.kind != kind ||
			memcmp((*list)->key->octets, octets,
				sizeof((*list)->key->octets)) != 0)) {
		list = &(*list)->next;
	}
	return list;
}

/* Is another owner known by the key that this entry has just brought? */
static void note_other(const struct key_index_entry *entry, struct key_index_hit *own,
	struct key_index_hit *other)
{
	const struct key_index_entry *at = key_holders_find(&entry->key->holders, NULL);
	while (at != NULL && at->member == entry->member) {
		at = key_holders_next(at);
	}
	if (at != NULL) {
		*own = key_holders_hit(entry);
		*other = key_holders_hit(at);
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
		if (*find_own(&member->keys, kind, key) != NULL) {
			continue;
		}
		struct key_index_entry **kept = find_own(&before, kind, key);
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
	member->owner->keyed = member->owner->keyed || member->keys != NULL;
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

size_t key_index_find(const struct key_index *index, const struct key_index_digest *keys,
	size_t count, const struct key_index_hit *after,
	struct key_index_hit hits[KEY_INDEX_HIT_MAX])
{
	size_t found = 0;
	for (size_t i = 0; i < count; i++) {
		const struct key_index_key *key = find_key(index, keys[i].kind,
			keys[i].octets.data);
		const struct key_index_entry *at = key != NULL ?
			key_holders_find(&key->holders, after) :
			NULL;
		/* Those behind so many of one key are behind as many of all; and one of these
		 * may be there twice, while it is entered anew. */
		for (size_t n = 0; at != NULL && n <= KEY_INDEX_HIT_MAX; n++) {
			const struct key_index_hit hit = key_holders_hit(at);
			found = key_hits_take(hits, found, &hit);
			at = key_holders_next(at);
		}
	}
	return found;
}

const struct key_index_member *key_index_find_member(const struct key_index *index,
	const struct name *name)
{
	struct cds_lfht_iter at;
	cds_lfht_lookup(index->table, hash_of(index, name->wire, name->size), is_name, name,
		&at);
	struct cds_lfht_node *node = cds_lfht_iter_get_node(&at);
	return (const struct key_index_member *)(uintptr_t)node;
}

struct owner *key_index_find_name(const struct key_index *index, const struct name *name)
{
	const struct key_index_member *member = key_index_find_member(index, name);
	return member != NULL ? member->owner : NULL;
}
