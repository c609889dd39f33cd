/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Claimed names that wait: a ring of domains, each with a queue of its own. */

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
	if (!domains_enter(&queue->domains, entry, owner_child(owner), owner)) {
		domains_uncount(&queue->domains, owner);
		free(entry);
		return false;
	}
	if (queue->turns.tqh_last == NULL) {
		TAILQ_INIT(&queue->turns);
	}
	if (entry->domain->entry_count == 1) {
		TAILQ_INSERT_TAIL(&queue->turns, entry->domain, turn);
		queue->turn_count++;
	}
	queue->count++;
	owner->queued = (uint8_t)kind;
	return true;
}

struct owner *claim_queue_first(const struct claim_queue *queue)
{
	return queue->count == 0 ? NULL :
				   TAILQ_FIRST(&TAILQ_FIRST(&queue->turns)->entries)->owner;
}

void claim_queue_pass(struct claim_queue *queue)
{
	struct domain *domain = TAILQ_FIRST(&queue->turns);
	TAILQ_REMOVE(&queue->turns, domain, turn);
	TAILQ_INSERT_TAIL(&queue->turns, domain, turn);
}

void claim_queue_take(struct claim_queue *queue)
{
	struct domain *domain = TAILQ_FIRST(&queue->turns);
	struct domain_entry *entry = TAILQ_FIRST(&domain->entries);
	struct owner *owner = entry->owner;
	TAILQ_REMOVE(&queue->turns, domain, turn);
	if (domain->entry_count > 1) {
		TAILQ_INSERT_TAIL(&queue->turns, domain, turn);
	} else {
		queue->turn_count--;
	}
	domains_leave(&queue->domains, entry);
	domains_uncount(&queue->domains, owner);
	free(entry);
	queue->count--;
	owner->queued = LOOKUP_BUDGET_NONE;
}

void claim_queue_clear(struct claim_queue *queue)
{
	struct domain *domain;
	struct domain_entry *entry;
	while (queue->count > 0 && (domain = TAILQ_FIRST(&queue->turns)) != NULL) {
		TAILQ_REMOVE(&queue->turns, domain, turn);
		while ((entry = TAILQ_FIRST(&domain->entries)) != NULL) {
			TAILQ_REMOVE(&domain->entries, entry, link);
			free(entry);
		}
	}
	domains_clear(&queue->domains);
	*queue = (struct claim_queue){ .max = queue->max };
}
