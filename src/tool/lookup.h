/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Validated lookups, waited for: of TLSA records, and of lists of clients. */

#pragma once

#include "client_list.h"
#include "dance.h"
#include "resolver.h"
#include "tlsa.h"

/* Lookups under way at a time. */
#define LOOKUP_AT_ONCE 64

struct lookup {
	bool secure; /* records are there and validated; of a list: it counts */
	enum dance_verdict verdict; /* if not: what a verifier would say */
	struct dance_tlsa *records; /* owned, as is their data */
	size_t count;
	size_t broken;            /* the last ones: see resolver_answer.h */
	struct client_list *list; /* owned; of a list only */
	uint32_t ttl;
	int64_t signatures_end; /* seconds since 1970 when the first one ends; 0: not known */
	char why[DANCE_ERROR_SIZE]; /* printable; may be empty */
};

/* Looks up the TLSA records of a name, for so long at most. */
void lookup_make(struct lookup *lookup, const struct dance_context_options *options,
	const char *name, unsigned timeout_ms);

enum lookup_kind {
	LOOKUP_RECORDS, /* TLSA */
	LOOKUP_LISTS,   /* PTR */
};

/* Takes the result of the lookup of names[i], for lookup_clear(). */
typedef void (*lookup_each)(void *arg, size_t i, struct lookup *lookup);

/* The same of many names, LOOKUP_AT_ONCE at a time, each for so long at most. `each` is told of
 * their results in the order of the names, as soon as those before are there. False when out of
 * memory. */
bool lookup_make_all(enum lookup_kind kind, const struct dance_context_options *options,
	const char *const *names, size_t count, unsigned timeout_ms, lookup_each each,
	void *arg);

void lookup_clear(struct lookup *lookup);
