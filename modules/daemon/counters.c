/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A hash table, of which nothing is ever taken out. */

#include "counters.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

/* Enough for the names of a large configuration; more make the lists longer. */
#define BUCKETS 4096

struct kept {
	SLIST_ENTRY(kept) link;
	const char *words[3];
	alignas(max_align_t) unsigned char counters[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static SLIST_HEAD(, kept) buckets[BUCKETS];

static bool is_same(const struct kept *left, const struct kept *right)
{
	bool same = true;
	for (size_t i = 0; same && i < 3; i++) {
		same = strcmp(left->words[i], right->words[i]) == 0;
	}
	return same;
}

/* FNV-1a. The words are an operator's, so nobody chooses them to collide. */
static size_t bucket_of(const struct kept *wanted)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < 3; i++) {
		for (const char *at = wanted->words[i];; at++) {
			hash = (hash ^ (unsigned char)*at) * 16777619u;
			if (*at == '\0') {
				break;
			}
		}
	}
	return hash % BUCKETS;
}

/* The words stand behind the counters. */
static struct kept *entry_new(const struct kept *of, size_t size)
{
	size_t lengths = 0;
	for (size_t i = 0; i < 3; i++) {
		lengths += strlen(of->words[i]) + 1;
	}
	struct kept *entry = calloc(1, sizeof(*entry) + size + lengths);
	char *words = entry != NULL ? (char *)entry->counters + size : NULL;
	for (size_t i = 0; entry != NULL && i < 3; i++) {
		size_t length = strlen(of->words[i]) + 1;
		entry->words[i] = memcpy(words, of->words[i], length);
		words += length;
	}
	return entry;
}

static struct kept *find(const struct kept *wanted, size_t bucket)
{
	struct kept *entry;
	SLIST_FOREACH(entry, &buckets[bucket], link)
	{
		if (is_same(entry, wanted)) {
			break;
		}
	}
	return entry;
}

void *counters_get(const char *kind, const char *section, const char *name, size_t size)
{
	const struct kept wanted = { .words = { kind, section, name } };
	size_t bucket = bucket_of(&wanted);
	pthread_mutex_lock(&lock);
	struct kept *entry = find(&wanted, bucket);
	if (entry == NULL && (entry = entry_new(&wanted, size)) != NULL) {
		SLIST_INSERT_HEAD(&buckets[bucket], entry, link);
	}
	pthread_mutex_unlock(&lock);
	return entry != NULL ? entry->counters : NULL;
}
