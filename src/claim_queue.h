/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Names that peers claim and that wait until they may be looked up: as many as the host allows. The
 * suffixes take turns, and so do the domains one label below each of them: one with many names does
 * not keep the others waiting.
 * No domain and no suffix can fill it (lookup_budget_shares()). The caller brings the lock. */

#pragma once

#include "domains.h"
#include "lookup_budget.h"
#include "owner.h"

/* All zero is one that takes no name. */
struct claim_queue {
	unsigned max, count;
	struct domains domains; /* with a list of those that wait for each child of a suffix */
	struct domain_turns suffixes;
	unsigned suffix_count;
};

/* Puts an owner last among those of its domain and notes the kind in it. False if there is no room
 * for it, or no memory. */
bool claim_queue_enter(struct claim_queue *queue, enum lookup_budget_kind kind,
	struct owner *owner);

/* The first of the domain whose turn it is, of the suffix whose turn it is; NULL if nobody
 * waits. */
struct owner *claim_queue_first(const struct claim_queue *queue);

/* It cannot be looked up now. It is the turn of the next suffix; or of the next domain of the same
 * one, and of the next name in that domain. */
void claim_queue_pass_suffix(struct claim_queue *queue);
void claim_queue_pass_name(struct claim_queue *queue);

/* Takes it out; it is the turn of the next domain and the next suffix. */
void claim_queue_take(struct claim_queue *queue);

/* Forgets them; the owners are not touched. */
void claim_queue_clear(struct claim_queue *queue);
