/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Lookups that peers cause, counted when one more is to begin: there are never so many that
 * a list of them is long. */

#include "lookup_budget.h"

#include "clock.h"

static const struct limits {
	unsigned domain, suffix, per_second; /* 0: no such limit */
} limits[LOOKUP_BUDGET_KIND_COUNT] = {
	[LOOKUP_BUDGET_UNPROVED] = { LOOKUP_BUDGET_DOMAIN_MAX, LOOKUP_BUDGET_SUFFIX_MAX,
		LOOKUP_BUDGET_PER_SECOND },
	[LOOKUP_BUDGET_PROVED] = { LOOKUP_BUDGET_PROVED_DOMAIN_MAX, 0, 0 },
};

/* Is a slot free, as far as all names together count? */
static bool has_slot(const struct lookup_budget *budget, uint64_t now)
{
	unsigned fresh = 0;
	for (unsigned i = 0; i < budget->count; i++) {
		fresh += now - budget->slots[i].since < LOOKUP_BUDGET_SLOT_MS;
	}
	/* Of those that linger, more than may do so keep their slots. */
	unsigned lingering = budget->count - fresh;
	unsigned kept = lingering > LOOKUP_BUDGET_LINGERING_MAX ?
		lingering - LOOKUP_BUDGET_LINGERING_MAX :
		0;
	return fresh + kept < LOOKUP_BUDGET_SLOT_MAX;
}

/* Is there room in each domain that the name is in, from below the suffix on? */
static bool has_domains(const struct lookup_budget *budget, const struct owner *owner,
	unsigned share)
{
	const uint8_t *domain = owner_child(owner);
	for (unsigned label = 0; label < LOOKUP_BUDGET_LABEL_MAX; label++) {
		unsigned count = 0;
		for (unsigned i = 0; i < budget->count; i++) {
			count += wire_name_depth(budget->slots[i].owner->wire, domain) >= 0;
		}
		if (count >= share) {
			return false;
		}
		if (domain == owner->wire) {
			break;
		}
		domain = owner_label_before(owner, domain);
		share = share / 2 > LOOKUP_BUDGET_DOMAIN_MIN ? share / 2 :
							       LOOKUP_BUDGET_DOMAIN_MIN;
	}
	return true;
}

static unsigned count_of_suffix(const struct lookup_budget *budget,
	const struct owner *owner)
{
	const uint8_t *suffix = owner_suffix(owner);
	unsigned count = 0;
	for (unsigned i = 0; i < budget->count; i++) {
		count += wire_name_depth(owner_suffix(budget->slots[i].owner), suffix) == 0;
	}
	return count;
}

bool lookup_budget_take(struct lookup_budget budgets[LOOKUP_BUDGET_KIND_COUNT],
	enum lookup_budget_kind kind, struct owner *owner, const char **why)
{
	struct lookup_budget *budget = &budgets[kind];
	const struct limits *limit = &limits[kind];
	uint64_t now = clock_ms();
	if (now / 1000 != budget->second) {
		budget->second = now / 1000;
		budget->begun = 0;
	}
	if (!has_slot(budget, now) ||
		(limit->per_second != 0 && budget->begun >= limit->per_second)) {
		*why = "too many names are being looked up";
		return false;
	}
	if (!has_domains(budget, owner, limit->domain) ||
		(limit->suffix != 0 && count_of_suffix(budget, owner) >= limit->suffix)) {
		*why = "too many names of the same domain are being looked up";
		return false;
	}
	budget->begun++;
	budget->slots[budget->count++] = (struct lookup_budget_slot){ owner, now };
	owner->budget = (uint8_t)kind;
	return true;
}

void lookup_budget_give_back(struct lookup_budget budgets[LOOKUP_BUDGET_KIND_COUNT],
	struct owner *owner)
{
	struct lookup_budget *budget = &budgets[owner->budget];
	owner->budget = LOOKUP_BUDGET_NONE;
	for (unsigned i = 0; i < budget->count; i++) {
		if (budget->slots[i].owner == owner) {
			budget->slots[i] = budget->slots[--budget->count];
			return;
		}
	}
}
