/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Domains, found by name: how many of the names that are counted here are in each, and a list of
 * entries for each. So nobody has to look at all names to see whether one domain has more
 * than its share. The caller brings the lock. */

#pragma once

#include <sys/queue.h>

#include "owner.h"

struct domain;

/* One owner in the list of one domain. It is the caller's. */
struct domain_entry {
	TAILQ_ENTRY(domain_entry) link;
	struct domain *domain; /* NULL: in no list */
	struct owner *owner;
};

TAILQ_HEAD(domain_entries, domain_entry);

/* There is one as long as a name is counted in it or its list is not empty. */
struct domain {
	struct domain *next; /* in its bucket */
	uint64_t hash;
	unsigned names;        /* counted: at it or below */
	unsigned suffix_names; /* counted: claimed below it as their suffix */
	unsigned entry_count;
	struct domain_entries entries; /* the oldest first */
	/* The caller's: its place among those that take turns, as a domain of a suffix and as a
	 * suffix, and the domains of this suffix. */
	TAILQ_ENTRY(domain) turn, suffix_turn;
	TAILQ_HEAD(domain_turns, domain) turns;
	uint8_t size;
	uint8_t wire[];
};

/* All zero: none. */
struct domains {
	struct domain **buckets;
	unsigned bucket_count, count;
	uint64_t seed;
};

/* How many of the names that are counted may be below one suffix; in the domain one label below
 * it; and down to how few, since each label more halves that. 0: any number. */
struct domain_shares {
	unsigned suffix, domain, least;
};

/* Domains more labels below the suffix than this have no share of their own. */
#define DOMAINS_LABEL_MAX 3

/* NULL if there is none. */
struct domain *domains_find(const struct domains *domains, const uint8_t *wire);

/* Counts an owner's name, in all the domains that it is in. False, with nothing counted, when out
 * of memory. */
bool domains_count(struct domains *domains, const struct owner *owner);

/* No longer; its suffix must be as it was. */
void domains_uncount(struct domains *domains, const struct owner *owner);

/* May one more name below the same suffix be counted? */
bool domains_have_suffix_room(const struct domains *domains, const struct owner *owner,
	const struct domain_shares *shares);

/* The same, and of the domains that this name is in. */
bool domains_have_room(const struct domains *domains, const struct owner *owner,
	const struct domain_shares *shares);

/* Puts the owner's entry last in the list of a domain. False when out of memory, which it cannot be
 * if a name in this domain is counted. */
bool domains_enter(struct domains *domains, struct domain_entry *entry,
	const uint8_t *domain, struct owner *owner);

/* Does nothing for an entry that is in no list. */
void domains_leave(struct domains *domains, struct domain_entry *entry);

/* Lists must be empty. */
void domains_clear(struct domains *domains);
