/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A tree, of which nothing is ever taken out. */

#include "counters.h"

#include <pthread.h>
#include <search.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

struct kept {
	const char *words[3];
	alignas(max_align_t) unsigned char counters[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *root;

static int compare(const void *a, const void *b)
{
	const struct kept *left = a, *right = b;
	int order = 0;
	for (size_t i = 0; order == 0 && i < 3; i++) {
		order = strcmp(left->words[i], right->words[i]);
	}
	return order;
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

static struct kept *find(const struct kept *wanted)
{
	void *const *place = tfind(wanted, &root, compare);
	return place != NULL ? *place : NULL;
}

void *counters_get(const char *kind, const char *section, const char *name, size_t size)
{
	const struct kept wanted = { .words = { kind, section, name } };
	pthread_mutex_lock(&lock);
	struct kept *entry = find(&wanted);
	if (entry == NULL) {
		entry = entry_new(&wanted, size);
		if (entry != NULL && tsearch(entry, &root, compare) == NULL) {
			free(entry);
			entry = NULL;
		}
	}
	pthread_mutex_unlock(&lock);
	return entry != NULL ? entry->counters : NULL;
}
