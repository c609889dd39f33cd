/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * From the outcome of a lookup to what decisions read. */

#include "publisher.h"

#include <stdlib.h>
#include <string.h>
#include <urcu/compiler.h>
#include <urcu/uatomic.h>
#include <urcu/urcu-bp.h>

#include "clock.h"
#include "freshness.h"

/* For key_index_rekey(): now, in seconds. */
static uint32_t second_of(const struct publisher *publisher)
{
	uint64_t age = clock_ms() - publisher->made;
	return age / 1000 < UINT32_MAX ? (uint32_t)(age / 1000) + 1 : UINT32_MAX;
}

/* Keys that come with the first word of DNS on a name count as known since it was listed:
 * whichever answer comes first, the operator's order decides. Others count from now, and so
 * does a key that was withdrawn. */
static void rekey(struct publisher *publisher, struct owner *owner,
	const struct tlsa_set *set)
{
	uint32_t since = owner->told ? second_of(publisher) : owner->since;
	bool warned = false;
	owner->keyed = false;
	for (struct key_index_member *at = owner->members; at != NULL; at = at->next) {
		struct key_index_hit own, other;
		if (key_index_rekey(at, set, since, owner->withdrawn,
			    &publisher->retired_entries, &own, &other) != 0) {
			owner->unkept = true; /* the next lookup mends it */
			name_log_memory(&publisher->log, owner);
		}
		if (other.owner != NULL && !warned) {
			warned = true;
			name_log_shared_key(&publisher->log, owner, other.owner,
				key_index_precedes(&own, &other) ? owner : other.owner);
		}
	}
}

/* What remains of an answer that is DNS's word on the name. That lookups fail, or what came
 * was forged, is none of it. */
static void note_word(struct owner *owner, enum resolver_outcome outcome)
{
	if (outcome == RESOLVER_SECURE || outcome == RESOLVER_DENIED ||
		outcome == RESOLVER_INSECURE) {
		owner->told = true;
		owner->proved = outcome == RESOLVER_SECURE;
		owner->withdrawn = outcome != RESOLVER_SECURE;
	}
}

/* Is it unknown which records there are, since a lookup failed? */
static bool is_failing(const struct knowledge *known)
{
	return known != NULL && known->set == NULL &&
		dance_verdict_class(known->verdict) == DANCE_CLASS_FAIL;
}

/* What an answer leaves known; NULL when out of memory. */
static struct knowledge *knowledge_of(const struct resolver_answer *answer,
	enum dance_verdict verdict)
{
	struct tlsa_set *set = NULL;
	if (answer->outcome == RESOLVER_SECURE) {
		set = tlsa_set_new(answer->records, answer->count);
		if (set == NULL) {
			return NULL;
		}
	}
	struct knowledge *knowledge = knowledge_new(verdict, set,
		clock_ms() + freshness_lifetime(answer), answer->why);
	if (knowledge != NULL) {
		knowledge->brief = freshness_is_brief(answer);
		knowledge->signatures_end = answer->signatures_end;
	}
	return knowledge;
}

/* Records of which none can be used are no good news. */
static void tell(struct publisher *publisher, struct owner *owner,
	const struct resolver_answer *answer, enum dance_verdict verdict)
{
	const char *why = answer->why;
	if (answer->outcome == RESOLVER_SECURE) {
		bool usable = false;
		for (size_t i = 0; i < answer->count && answer->count <= TLSA_RECORD_MAX;
			i++) {
			usable = usable || tlsa_is_usable(&answer->records[i]);
		}
		if (!usable) {
			verdict = DANCE_DENY_UNUSABLE;
			why = answer->count > TLSA_RECORD_MAX ?
				"there are too many records" :
				"no record is well-formed and of a known kind";
		}
	}
	name_log_answer(&publisher->log, owner, verdict, why);
	name_log_signatures(&publisher->log, owner, answer);
}

/* Two sets say the same if they hold the same records: their order is ours (tlsa.h). */
static bool is_same_set(const struct tlsa_set *a, const struct tlsa_set *b)
{
	bool same = a->count == b->count && a->too_many == b->too_many;
	for (size_t i = 0; same && i < a->count; i++) {
		const struct dance_tlsa *left = &a->records[i], *right = &b->records[i];
		same = left->usage == right->usage && left->selector == right->selector &&
			left->matching == right->matching && left->size == right->size &&
			memcmp(left->data, right->data, left->size) == 0;
	}
	return same;
}

/* May a decision come out otherwise now? Not if a lookup has brought the same again; but
 * records that had expired count anew, and so do those that were not there in full: for trouble
 * with lookups, or since keys could not be entered. */
static bool is_change(const struct knowledge *before, const struct knowledge *after,
	bool was_lacking)
{
	if (before == NULL || after == NULL || was_lacking ||
		(before->set != NULL) != (after->set != NULL) ||
		before->verdict != after->verdict) {
		return true;
	}
	return before->set != NULL &&
		(!freshness_is_within_ttl(before, clock_ms()) ||
			!is_same_set(before->set, after->set));
}

/* Comes last: a thread that reads the counts then also reads what the answer said. */
static void count_answer(struct publisher *publisher, const struct owner *owner,
	bool changed)
{
	for (struct key_index_member *at = owner->members; at != NULL; at = at->next) {
		key_index_count_answer(at, changed);
	}
	uint16_t place = change_counts_place(&publisher->counts, owner->wire,
		owner->wire_size);
	change_count_add(&publisher->counts.places[place], changed);
}

void publisher_publish(struct publisher *publisher, struct owner *owner,
	const struct resolver_answer *answer)
{
	struct knowledge *before = owner->knowledge;
	enum dance_verdict verdict = resolver_verdict(answer->outcome);
	tell(publisher, owner, answer, verdict);

	/* A failure teaches nothing about the records: a validated set lives on to the end
	 * of its TTL, and longer if a roster says so. */
	bool was_lacking = owner->trouble != DANCE_UNDECIDED || owner->unkept;
	if (freshness_is_failure(answer->outcome) && before != NULL && before->set != NULL) {
		bool changed = owner->trouble != verdict;
		uatomic_set(&owner->trouble, (uint8_t)verdict);
		name_log_failing(&publisher->log, owner, answer->why);
		count_answer(publisher, owner, changed);
		return;
	}

	owner->failing = false;
	struct knowledge *after = knowledge_of(answer, verdict);
	owner->unkept = after == NULL;
	if (after == NULL) {
		name_log_memory(&publisher->log, owner);
		/* What was bogus or denied must not live on for want of memory: readers
		 * take no knowledge for not-ready. */
	}
	rcu_assign_pointer(owner->knowledge, after);
	uatomic_set(&owner->trouble, (uint8_t)DANCE_UNDECIDED);
	/* Without a set the old keys stay: they tell whose they were. */
	if (after != NULL && after->set != NULL) {
		rekey(publisher, owner, after->set);
	}
	if (!owner->unkept) {
		note_word(owner, answer->outcome);
	}
	for (struct key_index_member *at = owner->members; at != NULL; at = at->next) {
		key_index_fail(at, is_failing(after));
	}
	/* Comes after its keys: a thread that finds no unresolved name takes the keys that it
	 * finds as complete. */
	if (before == NULL && after != NULL) {
		for (struct key_index_member *at = owner->members; at != NULL;
			at = at->next) {
			key_index_resolve(at);
		}
	}
	count_answer(publisher, owner, is_change(before, after, was_lacking));
	publisher_retire(publisher, before);
}

void publisher_retire(struct publisher *publisher, struct knowledge *knowledge)
{
	if (knowledge != NULL) {
		knowledge->retired = publisher->retired;
		publisher->retired = knowledge;
	}
}

void publisher_retire_member(struct publisher *publisher, struct key_index_member *member)
{
	key_index_retire(member, &publisher->retired_entries);
	member->next = publisher->retired_members;
	publisher->retired_members = member;
}

bool publisher_reclaim(struct publisher *publisher)
{
	if (publisher->retired == NULL && publisher->retired_entries == NULL &&
		publisher->retired_members == NULL) {
		return false;
	}
	urcu_bp_synchronize_rcu();
	key_index_entries_free(publisher->retired_entries);
	publisher->retired_entries = NULL;
	while (publisher->retired_members != NULL) {
		struct key_index_member *next = publisher->retired_members->next;
		free(publisher->retired_members);
		publisher->retired_members = next;
	}
	while (publisher->retired != NULL) {
		struct knowledge *next = publisher->retired->retired;
		knowledge_free(publisher->retired);
		publisher->retired = next;
	}
	return true;
}

/* Enters what is known of a name that a further roster lists. */
static int enter_known(struct key_index_member *member)
{
	const struct owner *owner = member->owner;
	if (member->next != NULL) {
		return key_index_inherit(member);
	}
	if (owner->knowledge == NULL || owner->knowledge->set == NULL) {
		return 0;
	}
	struct key_index_entry *none = NULL;
	struct key_index_hit own, other;
	return key_index_rekey(member, owner->knowledge->set, owner->since, false, &none,
		&own, &other);
}

void publisher_join(const struct publisher *publisher, struct key_index_member *member,
	struct key_index *index, struct owner *owner, uint32_t rank)
{
	if (owner->members == NULL) {
		owner->since = clock_ms() - publisher->made < PUBLISHER_START_MS ?
			0 :
			second_of(publisher);
	}
	key_index_join(member, index, owner, rank);
	if (owner->is_list) {
		return; /* its names follow: membership.c */
	}
	owner->unkept |= enter_known(member) != 0;
	key_index_fail(member, is_failing(owner->knowledge));
}
