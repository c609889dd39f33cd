/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The order of lookups. A claim that has a slot is in the heap of refreshes, due at once; one that
 * waits for a slot is in a queue; everything else is in a heap by its time. */

#include "schedule.h"

#include <urcu/uatomic.h>

#include "clock.h"
#include "freshness.h"

void schedule_init(struct schedule *schedule, const struct dance_context_options *options)
{
	*schedule = (struct schedule){ 0 };
	owners_init(&schedule->owners);
	owners_set_max(&schedule->owners, options->remembered);
	for (unsigned kind = 0; kind < LOOKUP_BUDGET_KIND_COUNT; kind++) {
		schedule->budgets[kind].in_flight = options->lookups_in_flight;
		schedule->budgets[kind].per_second = options->lookups_per_second;
		schedule->queues[kind].max = options->lookups_queued;
	}
}

void schedule_clear(struct schedule *schedule)
{
	owners_clear(&schedule->owners);
	lookup_budget_clear(schedule->budgets);
	for (unsigned kind = 0; kind < LOOKUP_BUDGET_KIND_COUNT; kind++) {
		claim_queue_clear(&schedule->queues[kind]);
	}
}

static enum lookup_budget_kind kind_of(const struct owner *owner)
{
	return owner->proved ? LOOKUP_BUDGET_PROVED : LOOKUP_BUDGET_UNPROVED;
}

/* Those who wait come first, so one that finds others waiting waits too: it may still be the next,
 * if they are of domains that have to wait. */
bool schedule_claim(struct schedule *schedule, struct owner *owner, const char **why)
{
	enum lookup_budget_kind kind = kind_of(owner);
	struct claim_queue *queue = &schedule->queues[kind];
	if (owner->members == NULL) {
		if (queue->count > 0 && claim_queue_enter(queue, kind, owner)) {
			return true;
		}
		if (!lookup_budget_take(schedule->budgets, kind, owner, why)) {
			return claim_queue_enter(queue, kind, owner);
		}
	}
	owners_set_due(&schedule->owners, owner, 0);
	return true;
}

static bool is_under_way(const struct owner *owner)
{
	return owner->in_flight || owner->budget != LOOKUP_BUDGET_NONE;
}

bool schedule_has(const struct owner *owner)
{
	return is_under_way(owner) || owner->queued != LOOKUP_BUDGET_NONE;
}

/* Claims with a slot; also listed names that are claimed, which need none. */
static struct owner *next_claim(struct schedule *schedule)
{
	struct owner *first = due_heap_first(&schedule->owners.due_refreshes);
	if (first != NULL && first->due == 0 && first->budget != LOOKUP_BUDGET_NONE) {
		return first;
	}
	first = due_heap_first(&schedule->owners.due);
	return first != NULL && first->due == 0 &&
			(first->budget != LOOKUP_BUDGET_NONE ||
				schedule->listed < SCHEDULE_LISTED_MAX) ?
		first :
		NULL;
}

static void lower(int *wait, int ms)
{
	*wait = ms < *wait ? ms : *wait;
}

static void lower_until(int *wait, uint64_t now, uint64_t due)
{
	if (due - now < (uint64_t)*wait) {
		*wait = (int)(due - now);
	}
}

/* The first one for which there is a slot. One that was looked up meanwhile, since a roster lists
 * it, waits in vain. */
static struct owner *next_queued(struct schedule *schedule, enum lookup_budget_kind kind,
	uint64_t now, int *wait)
{
	struct claim_queue *queue = &schedule->queues[kind];
	struct owner *owner;
	unsigned suffixes = 0, names = 0;
	while ((owner = claim_queue_first(queue)) != NULL) {
		if (is_under_way(owner) || !freshness_needs_lookup(owner, now)) {
			claim_queue_take(queue);
			owners_collect(&schedule->owners, owner);
			continue;
		}
		switch (lookup_budget_ask(schedule->budgets, kind, owner)) {
		case LOOKUP_BUDGET_TAKEN:
			claim_queue_take(queue);
			return owner;
		case LOOKUP_BUDGET_SUFFIX_BUSY:
			claim_queue_pass_suffix(queue);
			suffixes++;
			break;
		case LOOKUP_BUDGET_DOMAIN_BUSY:
			claim_queue_pass_name(queue);
			names++;
			break;
		case LOOKUP_BUDGET_BUSY:
			lower(wait, lookup_budget_wait(schedule->budgets, kind));
			return NULL;
		case LOOKUP_BUDGET_MEMORY:
			lower(wait, FRESHNESS_AGAIN_MS);
			return NULL;
		}
		if (suffixes >= queue->suffix_count || names >= queue->count) {
			return NULL; /* an answer will wake us */
		}
		if (suffixes + names >= SCHEDULE_TURNS_MAX) {
			lower(wait, SCHEDULE_TURNS_MS);
			return NULL;
		}
	}
	return NULL;
}

/* Names that lists bring have slots of their own, and wait while there is none. */
static struct owner *next_listed(struct schedule *schedule, uint64_t now, int *wait)
{
	struct due_heap *heap = &schedule->owners.due;
	struct owner *first;
	unsigned off = 0;
	while ((first = due_heap_first(heap)) != NULL && first->due <= now) {
		if (schedule->listed >= SCHEDULE_LISTED_MAX) {
			return NULL; /* an answer will wake us */
		}
		if (!first->by_list || first->budget != LOOKUP_BUDGET_NONE ||
			lookup_budget_ask(schedule->budgets, LOOKUP_BUDGET_BY_LIST,
				first) == LOOKUP_BUDGET_TAKEN) {
			return first;
		}
		owners_set_due(&schedule->owners, first, now + SCHEDULE_BY_LIST_MS);
		if (++off >= SCHEDULE_PUT_OFF_MAX) {
			lower(wait, 1);
			return NULL;
		}
	}
	if (first != NULL) {
		lower_until(wait, now, first->due);
	}
	return NULL;
}

/* Where a domain has had its share, its names are put off; the more there are, the longer, so that
 * they do not all come back at once. */
static struct owner *next_refresh(struct schedule *schedule, uint64_t now, int *wait)
{
	struct due_heap *heap = &schedule->owners.due_refreshes;
	struct owner *first;
	for (unsigned off = 0;
		(first = due_heap_first(heap)) != NULL && first->due <= now;) {
		if (first->budget != LOOKUP_BUDGET_NONE) {
			return first;
		}
		enum lookup_budget_kind kind = kind_of(first);
		switch (lookup_budget_ask(schedule->budgets, kind, first)) {
		case LOOKUP_BUDGET_TAKEN:
			return first;
		case LOOKUP_BUDGET_SUFFIX_BUSY:
		case LOOKUP_BUDGET_DOMAIN_BUSY:
			owners_set_due(&schedule->owners, first,
				now + FRESHNESS_AGAIN_MS +
					FRESHNESS_AGAIN_MS * off / SCHEDULE_PUT_OFF_MAX);
			if (++off >= SCHEDULE_PUT_OFF_MAX) {
				lower(wait, 1);
				return NULL;
			}
			break;
		case LOOKUP_BUDGET_BUSY:
			lower(wait, lookup_budget_wait(schedule->budgets, kind));
			return NULL;
		case LOOKUP_BUDGET_MEMORY:
			/* What is known must not outlive a change for want of memory: it is
			 * counted as a listed name. */
			lower(wait, FRESHNESS_AGAIN_MS);
			return schedule->listed < SCHEDULE_LISTED_MAX ? first : NULL;
		}
	}
	if (first != NULL) {
		lower_until(wait, now, first->due);
	}
	return NULL;
}

struct owner *schedule_next(struct schedule *schedule, int *wait)
{
	uint64_t now = clock_ms();
	struct owner *next = next_claim(schedule);
	for (unsigned kind = LOOKUP_BUDGET_PROVED;
		next == NULL && kind > LOOKUP_BUDGET_NONE; kind--) {
		next = next_queued(schedule, (enum lookup_budget_kind)kind, now, wait);
	}
	if (next == NULL) {
		next = next_listed(schedule, now, wait);
	}
	if (next == NULL) {
		next = next_refresh(schedule, now, wait);
	}
	if (next != NULL) {
		owners_set_never_due(&schedule->owners, next);
		schedule->listed += next->budget == LOOKUP_BUDGET_NONE;
	}
	return next;
}

void schedule_end(struct schedule *schedule, struct owner *owner)
{
	if (owner->budget == LOOKUP_BUDGET_NONE) {
		schedule->listed--;
	} else {
		lookup_budget_give_back(schedule->budgets, owner);
	}
}

void schedule_again(struct schedule *schedule, struct owner *owner,
	const struct resolver_answer *answer)
{
	if (!freshness_is_failure(answer->outcome) && answer->outcome != RESOLVER_BOGUS) {
		owner->failures = 0;
		uatomic_set(&owner->failing_since, 0);
	} else if (owner->failures < UINT8_MAX && owner->failures++ == 0) {
		uatomic_set(&owner->failing_since, (uint32_t)(clock_ms() / 1000));
	}
	/* A name that only peers claim is looked up again if they still do and it has records,
	 * and not to see whether its servers have come back. The next claim of it counts anew. */
	bool claimed = uatomic_read(&owner->claimed);
	uatomic_set(&owner->claimed, (uint8_t)0);
	if (owner->members == NULL &&
		(!claimed || !owner->proved || freshness_is_failure(answer->outcome) ||
			answer->outcome == RESOLVER_BOGUS)) {
		return;
	}
	uint64_t delay = freshness_lookup_delay(answer, owner->failures);
	if (owner->unkept && !freshness_is_failure(answer->outcome) &&
		delay > FRESHNESS_AGAIN_MS) {
		delay = FRESHNESS_AGAIN_MS;
	}
	owners_set_due(&schedule->owners, owner, clock_ms() + delay);
}
