/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which identities a front refers to. There may be many of both, so the identities are
 * sorted: by id to find them, by name to see that each name is there once. */

#include "link.h"

#include <stdlib.h>
#include <string.h>

struct link {
	struct conf *conf;
	const struct conf_error *error;
	const struct conf_identity **by_id;
	size_t *front_of; /* of each identity: the last front, from 1, that referred to it */
};

static const struct conf_identity *identity_at(const void *element)
{
	return *(const struct conf_identity *const *)element;
}

static int compare_ids(const void *a, const void *b)
{
	return strcmp(identity_at(a)->id, identity_at(b)->id);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(identity_at(a)->name, identity_at(b)->name);
}

static int compare_id(const void *id, const void *element)
{
	return strcmp(id, identity_at(element)->id);
}

/* Sorts them; the place of the second of two that are equal, or 0. */
static size_t find_twin(const struct conf_identity **identities, size_t count,
	int (*compare)(const void *, const void *))
{
	qsort(identities, count, sizeof(identities[0]), compare);
	for (size_t i = 1; i < count; i++) {
		if (compare(&identities[i - 1], &identities[i]) == 0) {
			return i;
		}
	}
	return 0;
}

/* Two identities must not have the same id or name. Leaves them sorted by id. */
static bool check_unique(const struct link *link)
{
	const struct conf_identity **sorted = link->by_id;
	size_t count = link->conf->identity_count;
	size_t twin = find_twin(sorted, count, compare_ids);
	if (twin != 0) {
		return conf_fail(link->error, 0, "identity %s: duplicate id",
			sorted[twin]->id);
	}
	twin = find_twin(sorted, count, compare_names);
	if (twin != 0) {
		bool in_order = sorted[twin - 1] < sorted[twin];
		return conf_fail(link->error, 0,
			"identities %s and %s have the same name '%s'",
			sorted[in_order ? twin - 1 : twin]->id,
			sorted[in_order ? twin : twin - 1]->id, sorted[twin]->name);
	}
	qsort(sorted, count, sizeof(sorted[0]), compare_ids);
	return true;
}

static bool give(const struct link *link, const struct conf_reference *reference)
{
	struct conf_front *front = &link->conf->fronts[reference->front];
	const struct conf_identity **found = bsearch(reference->id, link->by_id,
		link->conf->identity_count, sizeof(link->by_id[0]), compare_id);
	if (found == NULL) {
		return conf_fail(link->error, reference->line,
			"front %s: there is no identity '%s'", front->id, reference->id);
	}
	size_t *front_of = &link->front_of[*found - link->conf->identities];
	if (*front_of == reference->front + 1) {
		return conf_fail(link->error, reference->line,
			"front %s: identity '%s' is listed twice", front->id,
			reference->id);
	}
	*front_of = reference->front + 1;
	front->identities[front->identity_count++] = *found;
	return true;
}

static bool give_to_fronts(const struct link *link,
	const struct conf_references *references)
{
	struct conf *conf = link->conf;
	size_t at = 0;
	for (size_t i = 0; i < conf->front_count; i++) {
		struct conf_front *front = &conf->fronts[i];
		front->identities = calloc(conf->identity_count + 1,
			sizeof(front->identities[0]));
		if (front->identities == NULL) {
			return conf_fail(link->error, 0, "out of memory");
		}
		size_t first = at;
		for (; at < references->count && references->all[at].front == i; at++) {
			if (!give(link, &references->all[at])) {
				return false;
			}
		}
		for (size_t j = 0; at == first && j < conf->identity_count; j++) {
			front->identities[front->identity_count++] = &conf->identities[j];
		}
	}
	return true;
}

bool conf_link(struct conf *conf, const struct conf_references *references,
	const struct conf_error *error)
{
	struct link link = { .conf = conf, .error = error };
	link.by_id = calloc(conf->identity_count + 1, sizeof(link.by_id[0]));
	link.front_of = calloc(conf->identity_count + 1, sizeof(link.front_of[0]));
	bool linked;
	if (link.by_id == NULL || link.front_of == NULL) {
		linked = conf_fail(error, 0, "out of memory");
	} else {
		for (size_t i = 0; i < conf->identity_count; i++) {
			link.by_id[i] = &conf->identities[i];
		}
		linked = check_unique(&link) && give_to_fronts(&link, references);
	}
	free(link.by_id);
	free(link.front_of);
	return linked;
}

void conf_references_clear(struct conf_references *references)
{
	for (size_t i = 0; i < references->count; i++) {
		free(references->all[i].id);
	}
	free(references->all);
	*references = (struct conf_references){ 0 };
}
