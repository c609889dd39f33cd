/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A list of clients: the names in the PTR records (RFC 1035 3.3.12) at one name, which are
 * permitted together under one entry, "@" and the name of the list. What one answer says of it,
 * and whether that still counts. Knows no rosters and makes no lookups. */

#pragma once

#include "owner.h"
#include "resolver_answer.h"

/* A list with more records counts as unusable as a whole: which of its names are meant would be
 * a matter of chance. */
#define CLIENT_LIST_MAX DANCE_LIST_MAX
#define CLIENT_LIST_MAX_TEXT "200"

/* What stands in the `names` of a knowledge, whose verdict is UNDECIDED as long as they may count.
 * With another verdict they permit nobody, and only tell who stood there last. Immutable. */
struct client_list {
	size_t count;
	size_t left_out;     /* records whose names no client can have */
	struct name names[]; /* sorted, each once */
};

/* Of a secure answer, or of the proof that there are no such records, which is a list of none.
 * NULL when out of memory. The caller frees it with free(). */
struct client_list *client_list_new(const struct resolver_answer *answer);

/* Of NULL: NULL. */
struct client_list *client_list_copy(const struct client_list *list);

/* NULL has no names. */
bool client_list_has(const struct client_list *list, const struct name *name);
bool client_list_is_same(const struct client_list *a, const struct client_list *b);

/* UNDECIDED if the answer is a list that can be used; else why not. */
enum dance_verdict client_list_verdict(const struct resolver_answer *answer);

/* One of the names that are left out of the list, printable, and why; false if there is none. */
bool client_list_left_out(const struct resolver_answer *answer, char text[DANCE_NAME_SIZE],
	const char **why);

/* Under RCU. May names of the list be permitted now, by `known`, which is what is known of it?
 * UNDECIDED: yes. Else why not, in *why too, which is not NULL; *awaited: an answer is under way. A
 * list that cannot be looked up counts to the end of its TTL and of `max_stale_s`; one that was
 * replaced by too long a one, to the end of its TTL. */
enum dance_verdict client_list_counts(const struct owner *list,
	const struct knowledge *known, const struct dance_options *options, uint64_t now,
	bool *awaited, const char **why);

/* A verdict on a list in words, and what to do about it. */
const char *client_list_text(enum dance_verdict verdict);
const char *client_list_advice(enum dance_verdict verdict);
