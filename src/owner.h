/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One TLSA owner name, or the name of a list of clients, and what DNS says of it. The name never
 * changes; what is known is replaced as a whole (RCU), so that a decision reads it without a lock.
 * Knows no rosters and does no lookups: watcher.c does. */

#pragma once

#include <sys/queue.h>

#include "dance.h"
#include "name.h"
#include "tlsa.h"

/* What one lookup taught. Immutable once published. */
struct knowledge {
	struct knowledge *retired; /* the watcher's, once it is replaced */
	uint64_t serial;           /* no two ever have the same */
	union {
		struct tlsa_set *set; /* owned; NULL if the lookup gave no secure records */
		struct client_list *names; /* owned; of a list (owner.is_list): see there */
	};
	uint64_t valid_until;       /* clock_ms() */
	enum dance_verdict verdict; /* why there is no set; UNDECIDED if there is one */
	int64_t signatures_end;     /* of the set: resolver_answer.h */
	bool brief; /* they may expire while they are looked up: freshness_is_brief() */
	char why[]; /* one more word on the verdict; may be empty */
};

struct key_index_member;
struct claimed_name;
struct client_list;

struct owner {
	struct knowledge *knowledge; /* RCU; NULL until the first answer */
	uint8_t trouble;    /* atomic, as all up to `placed`: enum dance_verdict of the
	                              * newest lookup if it failed and an older set is still
	                              * kept */
	uint8_t claimed;    /* by a peer, since the last lookup */
	uint8_t recent;     /* by a peer, since it has its place in the list */
	uint8_t list;       /* enum owners_list: of the names claimed by peers */
	uint32_t placed;    /* in which second of clock_ms() it got that place */
	bool in_flight : 1; /* from here on the watcher's, under its lock */
	bool proved : 1;    /* has had validated records, and DNS has not said
	                              * since that they are gone */
	bool told : 1;      /* DNS has said once which records there are, or none */
	bool withdrawn : 1; /* there were none the last time that DNS said it */
	bool unkept : 1;    /* not all of the newest answer is kept, for want of memory */
	bool gone : 1;      /* nobody finds it any more, but readers may still see it */
	bool refreshed : 1; /* it is in the heap of names that nobody lists */
	bool ending : 1;    /* the log was told that its signatures end soon */
	bool failing : 1;   /* the log was told that its records are not renewed */
	bool keyed : 1;     /* some index knows it by a key: key_index.c */
	bool is_list : 1; /* its PTR records are looked up: names of clients (client_list.h) */
	bool by_list : 1; /* only lists have brought it */
	uint8_t budget;   /* enum lookup_budget_kind: that counts its lookup */
	uint8_t queued;   /* enum lookup_budget_kind: that it waits for (claim_queue.h) */
	uint8_t suffix_size; /* octets of the suffix it was last claimed below */
	uint8_t failures;    /* in a row */
	uint8_t wire_size;
	unsigned references;
	uint32_t generation;    /* of the resolver's cache that was asked last */
	uint32_t since;         /* when it was listed, for key_index_rekey() */
	uint32_t failing_since; /* atomic: the second of clock_ms() since which lookups
	                              * fail; 0: they do not */
	unsigned place;         /* in the heap of what is due, from 1; 0: not in it */
	uint64_t due;           /* clock_ms() of the next lookup */
	uint64_t asked;         /* clock_ms() of the last lookup; 0: never */
	struct key_index_member *members; /* the indexes that find it */
	union {
		struct claimed_name *place_in_list; /* NULL: it is in none */
		struct owner *next_gone;
	};
	unsigned char wire[]; /* the name, then its presentation form */
};

/* NULL when out of memory; references is 0. */
struct owner *owner_new(const struct name *name);

/* Frees what is known too; nobody may be reading. NULL is fine. */
void owner_free(struct owner *owner);

/* Presentation form, no trailing dot. */
const char *owner_text(const struct owner *owner);

/* In wire form, within the owner's own name: the suffix that it was last claimed below,
 * and the name one label longer. */
const uint8_t *owner_suffix(const struct owner *owner);
const uint8_t *owner_child(const struct owner *owner);

/* The name one label longer than `domain`, which is within the owner's own name and not
 * all of it. */
const uint8_t *owner_label_before(const struct owner *owner, const uint8_t *domain);

void owner_name(const struct owner *owner, struct name *name);

/* Takes `set` over, also on failure; NULL when out of memory. */
struct knowledge *knowledge_new(enum dance_verdict verdict, struct tlsa_set *set,
	uint64_t valid_until, const char *why);

/* NULL is fine. */
void knowledge_free(struct knowledge *knowledge);
