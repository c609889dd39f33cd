/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How the names of a roster stand, for monitoring: by what is known of them, and by no peer. Looks
 * nothing up and takes no lock. */

#include <string.h>
#include <urcu/compiler.h>
#include <urcu/uatomic.h>
#include <urcu/urcu-bp.h>

#include "clock.h"
#include "freshness.h"
#include "match.h"
#include "roster.h"

/* Seconds since 1970 of a moment of clock_ms(). */
static int64_t second_of(uint64_t moment)
{
	return ((int64_t)moment + clock_wall_ahead()) / 1000;
}

static size_t count_usable(const struct tlsa_set *set, const struct dance_options *options)
{
	unsigned usages = match_usages(options);
	size_t usable = 0;
	for (size_t i = 0; i < set->count; i++) {
		usable += (usages & 1u << set->records[i].usage) != 0;
	}
	return usable;
}

/* What a client of this name would hear if it came with the right key. */
static void judge_name(const struct knowledge *known, enum dance_verdict trouble,
	const struct dance_options *options, struct dance_standing *standing)
{
	uint64_t now = clock_ms();
	standing->verdict = DANCE_FAIL_NOT_READY;
	if (known == NULL) {
		return;
	}
	if (freshness_is_within_ttl(known, now)) {
		standing->expires = second_of(known->valid_until);
	}
	if (known->set == NULL) {
		if (freshness_absence_holds(known, false, options, now)) {
			standing->verdict = known->verdict;
		}
		return;
	}
	if (!freshness_records_hold(known, trouble, false, options, now)) {
		standing->verdict = trouble != DANCE_UNDECIDED ? trouble :
								 DANCE_FAIL_NOT_READY;
		return;
	}
	standing->signatures_end = known->signatures_end;
	standing->usable = count_usable(known->set, options);
	standing->verdict = standing->usable > 0 ? DANCE_ALLOW : DANCE_DENY_UNUSABLE;
}

/* Fills in how an owner stands, with its name, which may be gone later. Under RCU. */
static void judge_owner(const struct dance_roster *roster, const struct owner *owner,
	char name[DANCE_NAME_SIZE], struct dance_standing *standing)
{
	struct name wire;
	struct admission admission;
	*standing = (struct dance_standing){ .name = strcpy(name, owner_text(owner)) };
	judge_name(rcu_dereference(owner->knowledge),
		(enum dance_verdict)uatomic_read(&owner->trouble), &roster->options,
		standing);
	uint32_t since = uatomic_read(&owner->failing_since);
	if (since != 0) {
		standing->failing_since = second_of((uint64_t)since * 1000);
	}
	owner_name(owner, &wire);
	enum dance_verdict refused = roster->lists.list_count != 0 ?
		roster_admit(roster, &wire, clock_ms(), &admission) :
		DANCE_UNDECIDED;
	if (refused != DANCE_UNDECIDED) {
		standing->verdict = refused;
	}
}

void dance_roster_standings(struct dance_roster *roster,
	void (*visit)(const struct dance_standing *standing, void *arg), void *arg)
{
	char name[DANCE_NAME_SIZE];
	struct dance_standing standing;
	bool more;
	size_t at = 0;
	do {
		urcu_bp_read_lock();
		const struct owner *owner = roster_next_listed(roster, &at);
		more = owner != NULL;
		if (more) {
			judge_owner(roster, owner, name, &standing);
		}
		urcu_bp_read_unlock();
		if (more) {
			visit(&standing, arg);
		}
	} while (more);
}
