/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a claim does to a name: it is made, looked up, remembered and kept fresh. How many may be
 * looked up or wait knows schedule.h, and how many are remembered owners.h. */

#include "claimed.h"

#include <urcu/compiler.h>
#include <urcu/uatomic.h>
#include <urcu/urcu-bp.h>

#include "clock.h"
#include "freshness.h"

/* Is something valid known? */
static bool is_valid(const struct owner *owner, uint64_t now)
{
	const struct knowledge *known = rcu_dereference(owner->knowledge);
	return known != NULL && freshness_is_within_ttl(known, now);
}

/* And is it remembered, and this not the first claim since it is known? */
static bool is_warm(const struct owner *owner, uint64_t now)
{
	return uatomic_read(&owner->list) != OWNERS_UNLISTED &&
		uatomic_read(&owner->claimed) && is_valid(owner, now);
}

struct owner *claimed_warm(const struct schedule *schedule, const struct name *name)
{
	uint64_t now = clock_ms();
	struct owner *owner = owners_find(&schedule->owners, name);
	if (owner == NULL || !is_warm(owner, now)) {
		return NULL;
	}
	owners_mark(owner, now);
	return owner;
}

/* Has a claimed name looked up before its records expire. True if that is new. */
static bool keep_fresh(struct schedule *schedule, struct owner *owner, uint64_t now)
{
	if (owner->members != NULL || !owner->proved || owner->place != 0 ||
		schedule_has(owner) || !is_valid(owner, now)) {
		return false;
	}
	owners_set_due(&schedule->owners, owner, freshness_claimed_due(owner, now));
	return true;
}

struct owner *claimed_owner(struct schedule *schedule, const struct name *name,
	const struct name *suffix, bool quiet, struct claimed_news *news, const char **why)
{
	uint64_t now = clock_ms();
	struct owner *found = owners_find(&schedule->owners, name);
	if (found == NULL && quiet) {
		return NULL;
	}
	struct owner *owner = found != NULL ? found : owner_new(name);
	bool room = owner != NULL && owners_reserve(&schedule->owners);
	if (!room && (found == NULL || !is_valid(found, now))) {
		*why = "out of memory";
		goto refused;
	}
	/* While it is counted it stays where it is counted. */
	if (owner->budget == LOOKUP_BUDGET_NONE && owner->queued == LOOKUP_BUDGET_NONE) {
		owner->suffix_size = suffix->size;
	}
	if (!quiet && !schedule_has(owner) && freshness_needs_lookup(owner, now)) {
		if (!schedule_claim(schedule, owner, why)) {
			goto refused;
		}
		news->scheduled = true;
	}
	if (found == NULL) {
		owners_enter(&schedule->owners, owner);
	}
	news->refresh = room && keep_fresh(schedule, owner, now);
	uatomic_set(&owner->claimed, (uint8_t)1);
	owners_claim(&schedule->owners, owner);
	return owner;
refused:
	if (found == NULL) {
		owner_free(owner);
	} else {
		owners_collect(&schedule->owners, found);
	}
	return NULL;
}
