/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The identities in the order of their names, patterns and lists among them. */

#include "identity_map.h"

#include <stdlib.h>
#include <string.h>

#include "dance.h"

struct identity_map {
	size_t count;
	const struct conf_identity *sorted[];
};

static int by_name(const void *a, const void *b)
{
	const struct conf_identity *const *left = a;
	const struct conf_identity *const *right = b;
	return strcmp((*left)->name, (*right)->name);
}

struct identity_map *identity_map_new(const struct conf_identity *const *identities,
	size_t count)
{
	struct identity_map *names = malloc(sizeof(*names) +
		count * sizeof(names->sorted[0]));
	if (names != NULL) {
		names->count = count;
		memcpy(names->sorted, identities, count * sizeof(names->sorted[0]));
		qsort(names->sorted, count, sizeof(names->sorted[0]), by_name);
	}
	return names;
}

void identity_map_free(struct identity_map *names)
{
	free(names);
}

static const struct conf_identity *find(const struct identity_map *names, char *name)
{
	const struct conf_identity wanted = { .name = name };
	const struct conf_identity *key = &wanted;
	const struct conf_identity *const *found = bsearch(&key, names->sorted,
		names->count, sizeof(names->sorted[0]), by_name);
	return found != NULL ? *found : NULL;
}

const struct conf_identity *identity_map_find(const struct identity_map *names,
	const char *name)
{
	char text[DANCE_NAME_SIZE + 1];
	size_t size = strlen(name);
	if (size == 0 || size >= DANCE_NAME_SIZE) {
		return NULL;
	}
	memcpy(text, name, size + 1);
	const struct conf_identity *found = find(names, text);
	for (char *dot = strchr(text, '.'); found == NULL && dot != NULL;
		dot = strchr(dot + 1, '.')) {
		/* "*.suffix" in the place of what stands before the suffix; there is room,
		 * for no label is empty. What is written over is not looked at again. */
		char *pattern = dot - 1;
		*pattern = '*';
		found = find(names, pattern);
	}
	return found;
}

const struct conf_identity *identity_map_find_result(const struct identity_map *names,
	const struct dance_result *result)
{
	return identity_map_find(names,
		result->entry[0] != '\0' ? result->entry : result->name);
}
