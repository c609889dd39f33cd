/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How many lookups peers may cause: at once, for one part of a suffix, and in a second.
 * Numbers and names only; the caller brings the lock and makes the lookups. To ask costs the same
 * however many lookups are under way.
 *
 * A context has two budgets, so that claims of names made up never take the place of a
 * lookup for a name that has had validated records: one for names that have had them
 * (LOOKUP_BUDGET_PROVED), one for all others (LOOKUP_BUDGET_UNPROVED). A third one is for names
 * that somebody else's list of clients brings, which must not take the place of the operator's own
 * (LOOKUP_BUDGET_BY_LIST).
 *
 * A lookup holds a slot until it ends, but no longer than LOOKUP_BUDGET_SLOT_MS: a client does not
 * wait longer. After that it lingers, since libunbound goes on, and so many may. Names that
 * nobody answers for, below a dead delegation say, are the reason for shares: of all lookups
 * below one domain, those that linger too, there are no more than the share of that domain.
 * Below "*.example.net" the domains of x.y.dead.example.net are dead.example.net and, with
 * half its share, y.dead.example.net: whichever of them is dead, the names beside it have
 * their turn. Several suffixes share in a similar way. */

#pragma once

#include "domains.h"
#include "owner.h"

/* Lookups at once that hold a slot, and that linger, where the host sets no other number; and the
 * shares below, which follow that number in proportion. */
#define LOOKUP_BUDGET_SLOT_MAX 64
#define LOOKUP_BUDGET_LINGERING_MAX 64

/* For so many milliseconds a lookup holds its slot. */
#define LOOKUP_BUDGET_SLOT_MS 2000

/* Names without records: the share of a domain one label below the suffix, of one suffix, and the
 * lookups that may begin in a second: what is left of a second, and no more, may begin later
 * at once. */
#define LOOKUP_BUDGET_DOMAIN_MAX 24
#define LOOKUP_BUDGET_SUFFIX_MAX 48
#define LOOKUP_BUDGET_PER_SECOND 100

/* Names with records, which are only as many as the owners of zones have published: the
 * share of a domain one label below the suffix. */
#define LOOKUP_BUDGET_PROVED_DOMAIN_MAX 32

/* Each label more halves the share, down to LOOKUP_BUDGET_DOMAIN_MIN. Domains more labels below the
 * suffix than LOOKUP_BUDGET_LABEL_MAX have none of their own. */
#define LOOKUP_BUDGET_DOMAIN_MIN 8
#define LOOKUP_BUDGET_LABEL_MAX DOMAINS_LABEL_MAX

enum lookup_budget_kind {
	LOOKUP_BUDGET_NONE = 0, /* not counted */
	LOOKUP_BUDGET_UNPROVED,
	LOOKUP_BUDGET_PROVED,
	LOOKUP_BUDGET_BY_LIST, /* of names that only lists of clients bring */
	LOOKUP_BUDGET_KIND_COUNT
};

struct lookup_slot;

/* All zero is an empty one with the numbers above. */
struct lookup_budget {
	unsigned in_flight, per_second; /* 0: as above */
	struct domains domains;         /* with a list of one slot for each name */
	TAILQ_HEAD(lookup_slots, lookup_slot) slots; /* the oldest first */
	struct lookup_slot *fresh;                   /* the first that does not linger */
	unsigned count, lingering;
	uint64_t credit; /* thousandths of lookups that may begin, at clock_ms() `credited` */
	uint64_t credited;
};

/* Why there is no slot. */
enum lookup_budget_answer {
	LOOKUP_BUDGET_TAKEN,
	LOOKUP_BUDGET_BUSY,        /* too many names are being looked up */
	LOOKUP_BUDGET_SUFFIX_BUSY, /* too many of its suffix are */
	LOOKUP_BUDGET_DOMAIN_BUSY, /* too many of a domain that it is in are */
	LOOKUP_BUDGET_MEMORY,
};

/* Takes a slot of the budget of this kind for an owner that has none and notes the kind
 * in it, or says why not. */
enum lookup_budget_answer lookup_budget_ask(struct lookup_budget
						    budgets[LOOKUP_BUDGET_KIND_COUNT],
	enum lookup_budget_kind kind, struct owner *owner);

/* The same: false, with a reason, if there is none left. */
bool lookup_budget_take(struct lookup_budget budgets[LOOKUP_BUDGET_KIND_COUNT],
	enum lookup_budget_kind kind, struct owner *owner, const char **why);

/* Milliseconds after which it is worth asking a budget again that is BUSY, if no lookup ends
 * before. */
int lookup_budget_wait(struct lookup_budget budgets[LOOKUP_BUDGET_KIND_COUNT],
	enum lookup_budget_kind kind);

/* The lookup has ended; does nothing for an owner without a slot. */
void lookup_budget_give_back(struct lookup_budget budgets[LOOKUP_BUDGET_KIND_COUNT],
	struct owner *owner);

/* Those that lookups of this kind have together, for `count` in all: of the slots, or of
 * whatever else is shared out among the names of peers. */
struct domain_shares lookup_budget_shares(enum lookup_budget_kind kind, unsigned count);

/* Forgets all lookups; the owners are not touched. */
void lookup_budget_clear(struct lookup_budget budgets[LOOKUP_BUDGET_KIND_COUNT]);
