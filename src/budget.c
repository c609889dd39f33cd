/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Look-ups that peers cause, counted when one more is to begin: there are never so many that
 * a list of them is long. */

#include "budget.h"

#include "clock.h"

static const struct limits {
	unsigned domain, suffix, per_second; /* 0: no such limit */
} limits[BUDGET_KIND_COUNT] = {
	[BUDGET_UNPROVED] = { BUDGET_DOMAIN_MAX, BUDGET_SUFFIX_MAX, BUDGET_PER_SECOND },
	[BUDGET_PROVED] = { BUDGET_PROVED_DOMAIN_MAX, 0, 0 },
};

/* Is a slot free, as far as all names together count? */
static bool has_slot(const struct budget *budget, uint64_t now)
{
	unsigned fresh = 0;
	for (unsigned i = 0; i < budget->count; i++) {
		fresh += now - budget->slots[i].since < BUDGET_SLOT_MS;
	}
	/* Of those that linger, more than may do so keep their slots. */
	unsigned lingering = budget->count - fresh;
	unsigned kept = lingering > BUDGET_LINGERING_MAX ?
		lingering - BUDGET_LINGERING_MAX :
		0;
	return fresh + kept < BUDGET_SLOT_MAX;
}

/* Is there room in each domain that the name is in, from below the suffix on? */
static bool has_domains(const struct budget *budget, const struct identity *identity,
	unsigned share)
{
	const uint8_t *domain = identity_child(identity);
	for (unsigned label = 0; label < BUDGET_LABEL_MAX; label++) {
		unsigned count = 0;
		for (unsigned i = 0; i < budget->count; i++) {
			count += wire_name_depth(budget->slots[i].identity->wire, domain) >=
				0;
		}
		if (count >= share) {
			return false;
		}
		if (domain == identity->wire) {
			break;
		}
		domain = identity_label_before(identity, domain);
		share = share / 2 > BUDGET_DOMAIN_MIN ? share / 2 : BUDGET_DOMAIN_MIN;
	}
	return true;
}

static unsigned count_of_suffix(const struct budget *budget,
	const struct identity *identity)
{
	const uint8_t *suffix = identity_suffix(identity);
	unsigned count = 0;
	for (unsigned i = 0; i < budget->count; i++) {
		count += wire_name_depth(identity_suffix(budget->slots[i].identity),
				 suffix) == 0;
	}
	return count;
}

bool budget_take(struct budget budgets[BUDGET_KIND_COUNT], enum budget_kind kind,
	struct identity *identity, const char **why)
{
	struct budget *budget = &budgets[kind];
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
	if (!has_domains(budget, identity, limit->domain) ||
		(limit->suffix != 0 && count_of_suffix(budget, identity) >= limit->suffix)) {
		*why = "too many names of the same domain are being looked up";
		return false;
	}
	budget->begun++;
	budget->slots[budget->count++] = (struct budget_slot){ identity, now };
	identity->counted = (uint8_t)kind;
	return true;
}

void budget_give_back(struct budget budgets[BUDGET_KIND_COUNT], struct identity *identity)
{
	struct budget *budget = &budgets[identity->counted];
	identity->counted = BUDGET_NONE;
	for (unsigned i = 0; i < budget->count; i++) {
		if (budget->slots[i].identity == identity) {
			budget->slots[i] = budget->slots[--budget->count];
			return;
		}
	}
}
