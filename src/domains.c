/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A hash table of domains. A name has at most 127 labels, so it is in no more domains. */

#include "domains.h"

#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "name_hash.h"

#define BUCKETS_LEAST 64u
#define BUCKETS_MAX (1u << 24)

static struct domain **bucket_of(const struct domains *domains, uint64_t hash)
{
	return &domains->buckets[hash & (domains->bucket_count - 1)];
}

static struct domain *find(const struct domains *domains, const uint8_t *wire, size_t size,
	uint64_t hash)
{
	struct domain *at = *bucket_of(domains, hash);
	while (at != NULL &&
		(at->hash != hash || at->size != size ||
			memcmp(at->wire, wire, size) != 0)) {
		at = at->next;
	}
	return at;
}

struct domain *domains_find(const struct domains *domains, const uint8_t *wire)
{
	if (domains->count == 0) {
		return NULL;
	}
	size_t size = wire_name_size(wire);
	return find(domains, wire, size, name_hash(domains->seed, wire, size));
}

/* Without room they stand closer. */
static void grow(struct domains *domains)
{
	unsigned count = 2 * domains->bucket_count;
	struct domain **buckets = count <= BUCKETS_MAX ? calloc(count, sizeof(buckets[0])) :
							 NULL;
	if (buckets == NULL) {
		return;
	}
	for (unsigned i = 0; i < domains->bucket_count; i++) {
		struct domain *at, *next;
		for (at = domains->buckets[i]; at != NULL; at = next) {
			next = at->next;
			at->next = buckets[at->hash & (count - 1)];
			buckets[at->hash & (count - 1)] = at;
		}
	}
	free(domains->buckets);
	domains->buckets = buckets;
	domains->bucket_count = count;
}

static bool begin(struct domains *domains)
{
	if (domains->buckets != NULL) {
		return true;
	}
	if (gnutls_rnd(GNUTLS_RND_NONCE, &domains->seed, sizeof(domains->seed)) != 0) {
		return false;
	}
	domains->buckets = calloc(BUCKETS_LEAST, sizeof(domains->buckets[0]));
	domains->bucket_count = domains->buckets != NULL ? BUCKETS_LEAST : 0;
	return domains->buckets != NULL;
}

static struct domain *find_or_make(struct domains *domains, const uint8_t *wire,
	size_t size)
{
	uint64_t hash = name_hash(domains->seed, wire, size);
	struct domain *domain = find(domains, wire, size, hash);
	if (domain != NULL) {
		return domain;
	}
	domain = calloc(1, sizeof(*domain) + size);
	if (domain == NULL) {
		return NULL;
	}
	domain->hash = hash;
	domain->size = (uint8_t)size;
	memcpy(domain->wire, wire, size);
	TAILQ_INIT(&domain->entries);
	TAILQ_INIT(&domain->turns);
	if (domains->count >= domains->bucket_count) {
		grow(domains);
	}
	struct domain **bucket = bucket_of(domains, hash);
	domain->next = *bucket;
	*bucket = domain;
	domains->count++;
	return domain;
}

static void drop_unused(struct domains *domains, struct domain *domain)
{
	if (domain->names != 0 || domain->entry_count != 0) {
		return;
	}
	struct domain **at = bucket_of(domains, domain->hash);
	while (*at != domain) {
		at = &(*at)->next;
	}
	*at = domain->next;
	domains->count--;
	free(domain);
}

/* The domain that is one label shorter, or NULL after the root. */
static const uint8_t *parent_of(const uint8_t *wire)
{
	return wire[0] != 0 ? wire + wire[0] + 1 : NULL;
}

/* Of the domains from the owner's name up to before `end`. */
static void uncount_until(struct domains *domains, const struct owner *owner,
	const uint8_t *end)
{
	const uint8_t *suffix = owner_suffix(owner);
	for (const uint8_t *at = owner->wire; at != end; at = parent_of(at)) {
		struct domain *domain = domains_find(domains, at);
		if (domain != NULL) {
			domain->suffix_names -= at == suffix;
			domain->names--;
			drop_unused(domains, domain);
		}
	}
}

bool domains_count(struct domains *domains, const struct owner *owner)
{
	if (!begin(domains)) {
		return false;
	}
	const uint8_t *suffix = owner_suffix(owner), *end = owner->wire + owner->wire_size;
	for (const uint8_t *at = owner->wire; at != NULL; at = parent_of(at)) {
		struct domain *domain = find_or_make(domains, at, (size_t)(end - at));
		if (domain == NULL) {
			uncount_until(domains, owner, at);
			return false;
		}
		domain->names++;
		domain->suffix_names += at == suffix;
	}
	return true;
}

void domains_uncount(struct domains *domains, const struct owner *owner)
{
	uncount_until(domains, owner, NULL);
}

bool domains_have_suffix_room(const struct domains *domains, const struct owner *owner,
	const struct domain_shares *shares)
{
	const struct domain *suffix = domains_find(domains, owner_suffix(owner));
	return shares->suffix == 0 || suffix == NULL ||
		suffix->suffix_names < shares->suffix;
}

bool domains_have_room(const struct domains *domains, const struct owner *owner,
	const struct domain_shares *shares)
{
	if (!domains_have_suffix_room(domains, owner, shares)) {
		return false;
	}
	unsigned share = shares->domain;
	const uint8_t *at = owner_child(owner);
	for (unsigned label = 0; share != 0 && label < DOMAINS_LABEL_MAX; label++) {
		const struct domain *domain = domains_find(domains, at);
		if (domain == NULL) { /* nor anything within it */
			return true;
		}
		if (domain->names >= share) {
			return false;
		}
		if (at == owner->wire) {
			break;
		}
		at = owner_label_before(owner, at);
		share = share / 2 > shares->least ? share / 2 : shares->least;
	}
	return true;
}

bool domains_enter(struct domains *domains, struct domain_entry *entry,
	const uint8_t *domain, struct owner *owner)
{
	entry->domain = begin(domains) ?
		find_or_make(domains, domain, wire_name_size(domain)) :
		NULL;
	if (entry->domain == NULL) {
		return false;
	}
	entry->owner = owner;
	entry->domain->entry_count++;
	TAILQ_INSERT_TAIL(&entry->domain->entries, entry, link);
	return true;
}

void domains_leave(struct domains *domains, struct domain_entry *entry)
{
	if (entry->domain == NULL) {
		return;
	}
	TAILQ_REMOVE(&entry->domain->entries, entry, link);
	entry->domain->entry_count--;
	drop_unused(domains, entry->domain);
	entry->domain = NULL;
}

void domains_clear(struct domains *domains)
{
	for (unsigned i = 0; i < domains->bucket_count; i++) {
		struct domain *at, *next;
		for (at = domains->buckets[i]; at != NULL; at = next) {
			next = at->next;
			free(at);
		}
	}
	free(domains->buckets);
	*domains = (struct domains){ 0 };
}
