/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Names that peers claim and that wait until they may be looked up: as many as the host allows,
 * domain by domain in turns, so that a domain with many names does not keep the others waiting.
 * No domain and no suffix can fill it (lookup_budget_shares()). The caller brings the lock. */

#pragma once

#include "domains.h"
#include "lookup_budget.h"
#include "owner.h"

/* All zero is one that takes no name. */
struct claim_queue {
	unsigned max, count;
	struct domains domains; /* with a list of those that wait for each child of a suffix */
	TAILQ_HEAD(claim_turns, domain) turns; /* those that have names here */
	unsigned turn_count;
};

/* Puts an owner last among those of its domain and notes the kind in it. False if there is no room
 * for it, or no memory. */
bool claim_queue_enter(struct claim_queue *queue, enum lookup_budget_kind kind,
	struct owner *owner);

/* The first of the domain whose turn it is; NULL if nobody waits. */
struct owner *claim_queue_first(const struct claim_queue *queue);

/* It cannot be looked up now: it is the next domain's turn. */
void claim_queue_pass(struct claim_queue *queue);

/* Takes it out; it is the next domain's turn. */
void claim_queue_take(struct claim_queue *queue);

/* Forgets them; the owners are not touched. */
void claim_queue_clear(struct claim_queue *queue);
