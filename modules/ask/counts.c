/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Names are found in a sorted list: what no configuration lists has no counter. */

#include "counts.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static int compare(const void *a, const void *b)
{
	const struct counts_name *left = a, *right = b;
	return strcmp(left->name, right->name);
}

bool counts_begin(struct counts *counts, const struct conf_ask *conf)
{
	counts->section = counters_get("ask", conf->id, "", sizeof(*counts->section));
	counts->names = calloc(conf->client_count + 1, sizeof(counts->names[0]));
	bool fine = counts->section != NULL && counts->names != NULL;
	for (size_t i = 0; fine && i <= conf->client_count; i++) {
		struct counts_name *name = &counts->names[counts->count++];
		name->name = i < conf->client_count ? conf->clients[i] : "";
		name->counts = counters_get("identity", conf->id, name->name,
			sizeof(*name->counts));
		fine = name->counts != NULL;
	}
	if (fine) {
		qsort(counts->names, counts->count, sizeof(counts->names[0]), compare);
	}
	return fine;
}

void counts_end(struct counts *counts)
{
	free(counts->names);
	*counts = (struct counts){ .names = NULL };
}

static struct counts_identity *find(const struct counts *counts, const char *name)
{
	const struct counts_name wanted = { .name = name };
	const struct counts_name *found = bsearch(&wanted, counts->names, counts->count,
		sizeof(counts->names[0]), compare);
	return found != NULL ? found->counts : NULL;
}

void counts_question(const struct counts *counts, const struct dance_result *result)
{
	struct counts_identity *identity = find(counts,
		result->entry[0] != '\0' ? result->entry : result->name);
	if (identity == NULL) {
		identity = find(counts, "");
	}
	metrics_count_verdict(counts->section->verdicts, result->verdict);
	counter_add(&identity->questions[dance_verdict_class(result->verdict)], 1);
	if (result->verdict == DANCE_ALLOW) {
		counter_set(&identity->last_allow, (uint64_t)time(NULL));
	}
}
