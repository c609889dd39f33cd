/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Lookups that peers cause, counted when one more is to begin: by their age, by the domains that
 * they are for, and in time. */

#include "lookup_budget.h"

#include <stdlib.h>

#include "clock.h"

struct lookup_slot {
	TAILQ_ENTRY(lookup_slot) link;
	struct domain_entry entry; /* in the list of its own name */
	uint64_t since;            /* clock_ms() */
};

static const struct limits {
	unsigned domain, suffix, per_second; /* 0: no such limit */
} limits[LOOKUP_BUDGET_KIND_COUNT] = {
	[LOOKUP_BUDGET_UNPROVED] = { LOOKUP_BUDGET_DOMAIN_MAX, LOOKUP_BUDGET_SUFFIX_MAX,
		LOOKUP_BUDGET_PER_SECOND },
	[LOOKUP_BUDGET_PROVED] = { LOOKUP_BUDGET_PROVED_DOMAIN_MAX, 0, 0 },
	[LOOKUP_BUDGET_BY_LIST] = { 0, 0, 0 },
};

static unsigned in_flight_of(const struct lookup_budget *budget)
{
	return budget->in_flight != 0 ? budget->in_flight : LOOKUP_BUDGET_SLOT_MAX;
}

static unsigned per_second_of(const struct lookup_budget *budget,
	enum lookup_budget_kind kind)
{
	bool is_limited = limits[kind].per_second != 0;
	return is_limited && budget->per_second != 0 ? budget->per_second :
						       limits[kind].per_second;
}

/* In proportion; nobody's share is nothing. */
static unsigned share_of(unsigned count, unsigned share)
{
	uint64_t part = (uint64_t)count * share / LOOKUP_BUDGET_SLOT_MAX;
	return share == 0 || part > 0 ? (unsigned)part : 1;
}

struct domain_shares lookup_budget_shares(enum lookup_budget_kind kind, unsigned count)
{
	return (struct domain_shares){
		.suffix = share_of(count, limits[kind].suffix),
		.domain = share_of(count, limits[kind].domain),
		.least = share_of(count, LOOKUP_BUDGET_DOMAIN_MIN),
	};
}

/* Those that have held their slots for long enough linger from now on. */
static void age(struct lookup_budget *budget, uint64_t now)
{
	while (budget->fresh != NULL &&
		now - budget->fresh->since >= LOOKUP_BUDGET_SLOT_MS) {
		budget->fresh = TAILQ_NEXT(budget->fresh, link);
		budget->lingering++;
	}
}

/* Is a slot free, as far as all names together count? */
static bool has_slot(struct lookup_budget *budget, uint64_t now)
{
	unsigned most = in_flight_of(budget);
	age(budget, now);
	/* Of those that linger, more than may do so keep their slots. */
	unsigned kept = budget->lingering > most ? budget->lingering - most : 0;
	return budget->count - budget->lingering + kept < most;
}

/* May one begin, as far as this second goes? */
static bool has_credit(struct lookup_budget *budget, unsigned per_second, uint64_t now)
{
	uint64_t passed = now - budget->credited, most = (uint64_t)per_second * 1000;
	budget->credited = now;
	budget->credit = passed >= 1000 ? most : budget->credit + passed * per_second;
	if (budget->credit > most) {
		budget->credit = most;
	}
	return budget->credit >= 1000;
}

static struct lookup_slot *slot_of(const struct lookup_budget *budget,
	const struct owner *owner)
{
	const struct domain *domain = domains_find(&budget->domains, owner->wire);
	struct domain_entry *entry = domain != NULL ? TAILQ_FIRST(&domain->entries) : NULL;
	if (entry == NULL) {
		return NULL;
	}
	return (struct lookup_slot *)((char *)entry - offsetof(struct lookup_slot, entry));
}

static bool enter(struct lookup_budget *budget, struct owner *owner, uint64_t now)
{
	struct lookup_slot *slot = calloc(1, sizeof(*slot));
	if (slot == NULL || !domains_count(&budget->domains, owner)) {
		free(slot);
		return false;
	}
	/* This domain is there: the owner is counted in it. */
	(void)domains_enter(&budget->domains, &slot->entry, owner->wire, owner);
	if (budget->slots.tqh_last == NULL) {
		TAILQ_INIT(&budget->slots);
	}
	slot->since = now;
	TAILQ_INSERT_TAIL(&budget->slots, slot, link);
	budget->fresh = budget->fresh != NULL ? budget->fresh : slot;
	budget->count++;
	return true;
}

enum lookup_budget_answer lookup_budget_ask(struct lookup_budget
						    budgets[LOOKUP_BUDGET_KIND_COUNT],
	enum lookup_budget_kind kind, struct owner *owner)
{
	struct lookup_budget *budget = &budgets[kind];
	struct domain_shares shares = lookup_budget_shares(kind, in_flight_of(budget));
	unsigned per_second = per_second_of(budget, kind);
	uint64_t now = clock_ms();
	if (!has_slot(budget, now) ||
		(per_second != 0 && !has_credit(budget, per_second, now))) {
		return LOOKUP_BUDGET_BUSY;
	}
	if (!domains_have_suffix_room(&budget->domains, owner, &shares)) {
		return LOOKUP_BUDGET_SUFFIX_BUSY;
	}
	if (!domains_have_room(&budget->domains, owner, &shares)) {
		return LOOKUP_BUDGET_DOMAIN_BUSY;
	}
	if (!enter(budget, owner, now)) {
		return LOOKUP_BUDGET_MEMORY;
	}
	budget->credit -= per_second != 0 ? 1000 : 0;
	owner->budget = (uint8_t)kind;
	return LOOKUP_BUDGET_TAKEN;
}

bool lookup_budget_take(struct lookup_budget budgets[LOOKUP_BUDGET_KIND_COUNT],
	enum lookup_budget_kind kind, struct owner *owner, const char **why)
{
	switch (lookup_budget_ask(budgets, kind, owner)) {
	case LOOKUP_BUDGET_TAKEN:
		return true;
	case LOOKUP_BUDGET_BUSY:
		*why = "too many names are being looked up";
		break;
	case LOOKUP_BUDGET_SUFFIX_BUSY:
	case LOOKUP_BUDGET_DOMAIN_BUSY:
		*why = "too many names of the same domain are being looked up";
		break;
	case LOOKUP_BUDGET_MEMORY:
		*why = "out of memory";
		break;
	}
	return false;
}

int lookup_budget_wait(struct lookup_budget budgets[LOOKUP_BUDGET_KIND_COUNT],
	enum lookup_budget_kind kind)
{
	struct lookup_budget *budget = &budgets[kind];
	unsigned per_second = per_second_of(budget, kind);
	uint64_t now = clock_ms();
	if (!has_slot(budget, now)) {
		return budget->fresh == NULL ?
			LOOKUP_BUDGET_SLOT_MS :
			(int)(budget->fresh->since + LOOKUP_BUDGET_SLOT_MS - now);
	}
	if (per_second != 0 && !has_credit(budget, per_second, now)) {
		return (int)((1000 - budget->credit + per_second - 1) / per_second);
	}
	return 1;
}

void lookup_budget_give_back(struct lookup_budget budgets[LOOKUP_BUDGET_KIND_COUNT],
	struct owner *owner)
{
	struct lookup_budget *budget = &budgets[owner->budget];
	struct lookup_slot *slot = owner->budget != LOOKUP_BUDGET_NONE ?
		slot_of(budget, owner) :
		NULL;
	if (slot == NULL) {
		return;
	}
	if (budget->fresh == NULL || slot->since < budget->fresh->since) {
		budget->lingering--;
	} else if (slot == budget->fresh) {
		budget->fresh = TAILQ_NEXT(slot, link);
	}
	TAILQ_REMOVE(&budget->slots, slot, link);
	domains_leave(&budget->domains, &slot->entry);
	domains_uncount(&budget->domains, owner);
	budget->count--;
	owner->budget = LOOKUP_BUDGET_NONE;
	free(slot);
}

void lookup_budget_clear(struct lookup_budget budgets[LOOKUP_BUDGET_KIND_COUNT])
{
	for (unsigned kind = 0; kind < LOOKUP_BUDGET_KIND_COUNT; kind++) {
		struct lookup_budget *budget = &budgets[kind];
		struct lookup_slot *slot;
		while (budget->count > 0 && (slot = TAILQ_FIRST(&budget->slots)) != NULL) {
			TAILQ_REMOVE(&budget->slots, slot, link);
			free(slot);
		}
		domains_clear(&budget->domains);
		*budget = (struct lookup_budget){ .in_flight = budget->in_flight,
			.per_second = budget->per_second };
	}
}
