/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Claimed names that wait: a ring of suffixes, each with a ring of domains, each with a queue. */

#include "claim_queue.h"

#include <stdlib.h>

bool claim_queue_enter(struct claim_queue *queue, enum lookup_budget_kind kind,
	struct owner *owner)
{
	struct domain_shares shares = lookup_budget_shares(kind, queue->max);
	if (queue->count >= queue->max ||
		!domains_have_room(&queue->domains, owner, &shares)) {
		return false;
	}
	struct domain_entry *entry = calloc(1, sizeof(*entry));
	if (entry == NULL || !domains_count(&queue->domains, owner)) {
		free(entry);
		return false;
	}
	/* This domain is there: the owner is counted in it. */
	(void)domains_enter(&queue->domains, entry, owner_child(owner), owner);
	struct domain *suffix = domains_find(&queue->domains, owner_suffix(owner));
	if (queue->suffixes.tqh_last == NULL) {
		TAILQ_INIT(&queue->suffixes);
	}
	if (TAILQ_EMPTY(&suffix->turns)) {
		TAILQ_INSERT_TAIL(&queue->suffixes, suffix, suffix_turn);
		queue->suffix_count++;
	}
	if (entry->domain->entry_count == 1) {
		TAILQ_INSERT_TAIL(&suffix->turns, entry->domain, turn);
	}
	queue->count++;
	owner->queued = (uint8_t)kind;
	return true;
}

struct owner *claim_queue_first(const struct claim_queue *queue)
{
	if (queue->count == 0) {
		return NULL;
	}
	const struct domain *suffix = TAILQ_FIRST(&queue->suffixes);
	return TAILQ_FIRST(&TAILQ_FIRST(&suffix->turns)->entries)->owner;
}

void claim_queue_pass_suffix(struct claim_queue *queue)
{
	struct domain *suffix = TAILQ_FIRST(&queue->suffixes);
	TAILQ_REMOVE(&queue->suffixes, suffix, suffix_turn);
	TAILQ_INSERT_TAIL(&queue->suffixes, suffix, suffix_turn);
}

void claim_queue_pass_name(struct claim_queue *queue)
{
	struct domain *suffix = TAILQ_FIRST(&queue->suffixes);
	struct domain *domain = TAILQ_FIRST(&suffix->turns);
	struct domain_entry *entry = TAILQ_FIRST(&domain->entries);
	TAILQ_REMOVE(&domain->entries, entry, link);
	TAILQ_INSERT_TAIL(&domain->entries, entry, link);
	TAILQ_REMOVE(&suffix->turns, domain, turn);
	TAILQ_INSERT_TAIL(&suffix->turns, domain, turn);
}

void claim_queue_take(struct claim_queue *queue)
{
	struct domain *suffix = TAILQ_FIRST(&queue->suffixes);
	struct domain *domain = TAILQ_FIRST(&suffix->turns);
	struct domain_entry *entry = TAILQ_FIRST(&domain->entries);
	struct owner *owner = entry->owner;
	TAILQ_REMOVE(&suffix->turns, domain, turn);
	if (domain->entry_count > 1) {
		TAILQ_INSERT_TAIL(&suffix->turns, domain, turn);
	}
	TAILQ_REMOVE(&queue->suffixes, suffix, suffix_turn);
	if (TAILQ_EMPTY(&suffix->turns)) {
		queue->suffix_count--;
	} else {
		TAILQ_INSERT_TAIL(&queue->suffixes, suffix, suffix_turn);
	}
	domains_leave(&queue->domains, entry);
	domains_uncount(&queue->domains, owner);
	free(entry);
	queue->count--;
	owner->queued = LOOKUP_BUDGET_NONE;
}

void claim_queue_clear(struct claim_queue *queue)
{
	while (queue->count > 0) {
		struct domain *suffix = TAILQ_FIRST(&queue->suffixes);
		struct domain *domain = TAILQ_FIRST(&suffix->turns);
		struct domain_entry *entry;
		while ((entry = TAILQ_FIRST(&domain->entries)) != NULL) {
			TAILQ_REMOVE(&domain->entries, entry, link);
			free(entry);
			queue->count--;
		}
		TAILQ_REMOVE(&suffix->turns, domain, turn);
		if (TAILQ_EMPTY(&suffix->turns)) {
			TAILQ_REMOVE(&queue->suffixes, suffix, suffix_turn);
		}
	}
	domains_clear(&queue->domains);
	*queue = (struct claim_queue){ .max = queue->max };
}
