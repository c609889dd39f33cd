/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which name is looked up next, and which has to wait: those that peers claim before those that are
 * listed, since somebody waits for them and there are never many; and to keep claimed names fresh
 * comes last. Makes no lookups; the caller brings the lock. */

#pragma once

#include "claim_queue.h"
#include "lookup_budget.h"
#include "owners.h"
#include "resolver_answer.h"

/* Lookups of listed names under way at once. The rest waits its turn. What peers cause
 * comes on top: see lookup_budget.h. */
#define SCHEDULE_LISTED_MAX 256

/* So many names in the queue have their turn, and so many are put off, before one that may be
 * looked up is found. The others have theirs after so many milliseconds. */
#define SCHEDULE_TURNS_MAX 64
#define SCHEDULE_TURNS_MS 10
#define SCHEDULE_PUT_OFF_MAX 256

/* A name that a list brings, and for which there is no slot, is put off by so many milliseconds. */
#define SCHEDULE_BY_LIST_MS 100

struct schedule {
	struct owners owners;
	struct lookup_budget budgets[LOOKUP_BUDGET_KIND_COUNT];
	struct claim_queue queues[LOOKUP_BUDGET_KIND_COUNT];
	unsigned listed; /* lookups under way that no budget counts */
};

/* With the limits that a host sets. */
void schedule_init(struct schedule *schedule, const struct dance_context_options *options);
void schedule_clear(struct schedule *schedule);

/* A peer claims a name of which nothing valid is known: it gets a slot, or a place in the queue.
 * False, with a reason, if there is neither. */
bool schedule_claim(struct schedule *schedule, struct owner *owner, const char **why);

/* Is the name looked up, or about to be? */
bool schedule_has(const struct owner *owner);

/* The next one to be looked up now, which is counted until schedule_end(). NULL if there is none;
 * then *wait is lowered to the milliseconds after which there may be one, unless something happens
 * before. */
struct owner *schedule_next(struct schedule *schedule, int *wait);

/* Its lookup has ended. */
void schedule_end(struct schedule *schedule, struct owner *owner);

/* When is it to be looked up again, after this answer? At the latest with the next claim of it. */
void schedule_again(struct schedule *schedule, struct owner *owner,
	const struct resolver_answer *answer);
