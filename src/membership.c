/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Names follow their lists. That a name stands in an index is a hint whom to judge; what permits it
 * is the list itself, as it was published as a whole (admission.h). */

#include "membership.h"

#include <stdlib.h>
#include <string.h>
#include <urcu/compiler.h>
#include <urcu/uatomic.h>
#include <urcu/urcu-bp.h>

#include "clock.h"
#include "freshness.h"

bool membership_join(struct owners *owners, const struct publisher *publisher,
	struct owner *owner, struct key_index *index, struct key_index_member *member,
	uint32_t rank)
{
	publisher_join(publisher, member, index, owner, rank);
	owner->references++;
	owners_move_due(owners, owner);
	bool due = !owner->in_flight && (owner->place == 0 || owner->unkept);
	if (due) {
		owners_set_due(owners, owner, clock_ms());
	}
	return due;
}

static void let_go(struct owners *owners, struct owner *owner)
{
	owner->references--;
	owners_move_due(owners, owner);
	owners_collect(owners, owner);
}

void membership_leave(struct owners *owners, struct key_index_member *member)
{
	key_index_leave(member);
	let_go(owners, member->owner);
}

/* --- names that follow their lists -------------------------------------------------------- */

bool membership_is_within_fence(const struct membership *membership,
	const struct name *name)
{
	bool within = membership->fence_count == 0;
	for (size_t i = 0; !within && i < membership->fence_count; i++) {
		within = name_is_equal(name, &membership->fence[i]) ||
			name_is_below(name, &membership->fence[i]);
	}
	return within;
}

static const struct client_list *names_of(const struct membership_list *list)
{
	const struct knowledge *known = list->member.owner->knowledge;
	return known != NULL ? known->names : NULL;
}

static bool is_on_a_list(const struct membership *membership, const struct name *name)
{
	bool found = false;
	for (size_t i = 0; !found && i < membership->list_count; i++) {
		found = client_list_has(names_of(&membership->lists[i]), name);
	}
	return found;
}

static void take_out(struct membership *membership, struct owners *owners,
	struct publisher *publisher, size_t slot)
{
	struct key_index_member *member = membership->slots[slot];
	struct owner *owner = member->owner;
	rcu_assign_pointer(membership->slots[slot], NULL);
	uatomic_set(&membership->used, membership->used - 1);
	publisher_retire_member(publisher, member);
	let_go(owners, owner);
}

/* The first free slot from here on, or of all; there are as many as the lists may have names. */
static size_t free_slot(const struct membership *membership, size_t from)
{
	size_t slot = from;
	while (membership->slots[slot] != NULL) {
		slot = (slot + 1) % membership->slot_count;
	}
	return slot;
}

/* False when out of memory. */
static bool put_in(struct membership *membership, struct owners *owners,
	const struct publisher *publisher, const struct name *name, size_t slot, bool *due)
{
	struct key_index_member *member = calloc(1, sizeof(*member));
	struct owner *owner = member != NULL ? owners_get(owners, name) : NULL;
	if (owner == NULL) {
		free(member);
		return false;
	}
	owner->by_list = owner->members == NULL || owner->by_list;
	*due |= membership_join(owners, publisher, owner, membership->index, member,
		membership->plain + (uint32_t)slot);
	rcu_assign_pointer(membership->slots[slot], member);
	uatomic_set(&membership->used, membership->used + 1);
	return true;
}

static bool is_listed(const struct membership *membership, const struct name *name)
{
	urcu_bp_read_lock();
	bool listed = key_index_find_member(membership->index, name) != NULL;
	urcu_bp_read_unlock();
	return listed;
}

/* Names that are on no list any more leave; the thread that publishes sees to that. */
static void drop_gone(struct membership *membership, struct owners *owners,
	struct publisher *publisher)
{
	for (size_t slot = 0; slot < membership->slot_count; slot++) {
		struct name name;
		if (membership->slots[slot] == NULL) {
			continue;
		}
		owner_name(membership->slots[slot]->owner, &name);
		if (!is_on_a_list(membership, &name)) {
			take_out(membership, owners, publisher, slot);
		}
	}
}

/* Names that are listed already stay where they are: a plainly listed name before one of a list. */
static void add_new(struct membership *membership, struct owners *owners,
	const struct publisher *publisher, bool *due)
{
	bool lacking = false;
	for (size_t i = 0; i < membership->list_count; i++) {
		const struct client_list *names = names_of(&membership->lists[i]);
		size_t slot = i * CLIENT_LIST_MAX;
		for (size_t j = 0; names != NULL && j < names->count; j++) {
			const struct name *name = &names->names[j];
			if (!membership_is_within_fence(membership, name) ||
				is_listed(membership, name)) {
				continue;
			}
			slot = free_slot(membership, slot);
			lacking |= !put_in(membership, owners, publisher, name, slot, due);
		}
	}
	uatomic_set(&membership->lacking, lacking);
}

/* --- the log ------------------------------------------------------------------------------ */

/* Lines of one kind about names, of which there are so many and no more. */
struct lines {
	struct name_log *log;
	const struct owner *list;
	const char *what;
	const char *why; /* or "" */
	enum dance_log_level level;
	size_t count;
};

static void say_name(struct lines *lines, const struct name *name)
{
	char text[DANCE_NAME_SIZE];
	if (lines->count++ >= MEMBERSHIP_LINES_MAX) {
		return;
	}
	name_to_text(name, text);
	name_log_say(lines->log, lines->level, "client %s, list @%s, client %s%s",
		lines->what, owner_text(lines->list), text, lines->why);
}

static void say_rest(const struct lines *lines)
{
	if (lines->count > MEMBERSHIP_LINES_MAX) {
		name_log_say(lines->log, lines->level,
			"clients %s, list @%s, count %zu (the first %d were named)",
			lines->what, owner_text(lines->list), lines->count,
			MEMBERSHIP_LINES_MAX);
	}
}

/* The names of one list that another one does not have. */
static void say_difference(struct name_log *log, const struct owner *list, const char *what,
	const struct client_list *names, const struct client_list *others)
{
	struct lines lines = { log, list, what, "", DANCE_LOG_NOTICE, 0 };
	for (size_t i = 0; names != NULL && i < names->count; i++) {
		if (!client_list_has(others, &names->names[i])) {
			say_name(&lines, &names->names[i]);
		}
	}
	say_rest(&lines);
}

static void say_left_out(struct name_log *log, const struct owner *list,
	const struct resolver_answer *answer, const struct client_list *names)
{
	char text[DANCE_NAME_SIZE];
	const char *why;
	if (client_list_left_out(answer, text, &why)) {
		name_log_say(log, DANCE_LOG_WARNING,
			"clients ignored, list @%s, count %zu (PTR %s: %s); do: let the list "
			"contain only names of clients",
			owner_text(list), names->left_out, text, why);
	}
}

/* Names outside the fence, unless they were there before. */
static void say_fenced_out(struct name_log *log, const struct membership *membership,
	const struct owner *list, const struct client_list *names,
	const struct client_list *before)
{
	struct lines lines = { log, list, "ignored",
		" (it is not within 'client-within'); do: nothing, if the list must not permit "
		"it; else extend 'client-within'",
		DANCE_LOG_WARNING, 0 };
	for (size_t i = 0; names != NULL && i < names->count; i++) {
		if (!membership_is_within_fence(membership, &names->names[i]) &&
			!client_list_has(before, &names->names[i])) {
			say_name(&lines, &names->names[i]);
		}
	}
	say_rest(&lines);
}

static enum dance_verdict verdict_before(const struct owner *list)
{
	if (list->knowledge == NULL) {
		return DANCE_FAIL_NOT_READY;
	}
	return list->trouble != DANCE_UNDECIDED ? (enum dance_verdict)list->trouble :
						  list->knowledge->verdict;
}

/* Before it is published. */
static void say_news(struct name_log *log, const struct owner *list,
	enum dance_verdict verdict, const char *why, const struct client_list *names)
{
	if (verdict_before(list) == verdict) {
		return;
	}
	if (verdict == DANCE_UNDECIDED) {
		if (names->count > 0) {
			name_log_say(log, DANCE_LOG_NOTICE,
				"list validated, list @%s, count %zu", owner_text(list),
				names->count);
		}
		return;
	}
	bool fails = dance_verdict_class(verdict) == DANCE_CLASS_FAIL;
	name_log_say(log, fails ? DANCE_LOG_WARNING : DANCE_LOG_NOTICE,
		"no valid list, list @%s, verdict %s (%.*s); do: %s", owner_text(list),
		dance_verdict_name(verdict), DANCE_DETAIL_SIZE - 1,
		*why != '\0' ? why : client_list_text(verdict),
		client_list_advice(verdict));
}

/* --- publishing --------------------------------------------------------------------------- */

static struct membership_list *list_of(struct key_index_member *member)
{
	_Static_assert(offsetof(struct membership_list, member) == 0, "it comes first");
	return (struct membership_list *)member;
}

static void count_answer(struct owner *list, bool changed)
{
	for (struct key_index_member *at = list->members; at != NULL; at = at->next) {
		key_index_count_answer(at, changed);
	}
}

/* What the answer leaves known. Names of a list that does not count any more are kept apart from
 * their verdict: once it counts again, they need not be looked up anew. */
static struct knowledge *knowledge_of(const struct resolver_answer *answer,
	enum dance_verdict verdict, const struct knowledge *before)
{
	bool is_new = verdict == DANCE_UNDECIDED;
	struct client_list *names = is_new ?
		client_list_new(answer) :
		client_list_copy(before != NULL ? before->names : NULL);
	if (is_new && names == NULL) {
		return NULL;
	}
	struct knowledge *known = knowledge_new(verdict, NULL,
		clock_ms() + freshness_lifetime(answer), answer->why);
	if (known == NULL) {
		free(names);
		return NULL;
	}
	known->brief = freshness_is_brief(answer);
	known->signatures_end = answer->signatures_end;
	known->names = names;
	return known;
}

/* Lets the rosters of the list know. True if all names are there. */
static bool tell_rosters(struct publisher *publisher, struct owners *owners,
	struct owner *list, const struct client_list *before, bool same)
{
	const struct client_list *names = list->knowledge != NULL ? list->knowledge->names :
								    NULL;
	bool complete = true, due = false;
	for (struct key_index_member *at = list->members; at != NULL; at = at->next) {
		struct membership *membership = list_of(at)->of;
		if (!same || membership->lacking) {
			drop_gone(membership, owners, publisher);
			add_new(membership, owners, publisher, &due);
		}
		if (!same || membership->untold) {
			say_fenced_out(&publisher->log, membership, list, names,
				membership->untold ? NULL : before);
			membership->untold = false;
		}
		complete = complete && !membership->lacking;
	}
	return complete;
}

static void say_changes(struct name_log *log, const struct owner *list,
	const struct resolver_answer *answer, const struct client_list *names,
	const struct client_list *before)
{
	if (before != NULL) {
		say_difference(log, list, "removed", before, names);
		say_difference(log, list, "added", names, before);
	}
	if (before == NULL || before->left_out != names->left_out) {
		say_left_out(log, list, answer, names);
	}
	if (names->count == 0 && (before == NULL || before->count != 0)) {
		name_log_say(log, DANCE_LOG_NOTICE,
			"list is empty, list @%s (%s); do: publish PTR records to the names of "
			"clients there, or correct the name of the list",
			owner_text(list),
			*answer->why != '\0' ? answer->why :
						 "it contains no name of a client");
	}
}

void membership_publish(struct publisher *publisher, struct owners *owners,
	struct owner *list, const struct resolver_answer *answer)
{
	struct knowledge *before = list->knowledge;
	enum dance_verdict verdict = client_list_verdict(answer);
	bool was_lacking = list->trouble != DANCE_UNDECIDED || list->unkept;
	/* What was valid lives on to the end of its time (client_list_counts()). */
	bool keeps = freshness_is_failure(answer->outcome) ||
		verdict == DANCE_DENY_UNUSABLE;
	if (keeps && before != NULL && before->verdict == DANCE_UNDECIDED) {
		say_news(&publisher->log, list, verdict, answer->why, NULL);
		bool changed = list->trouble != verdict;
		uatomic_set(&list->trouble, (uint8_t)verdict);
		count_answer(list, changed);
		return;
	}

	struct knowledge *after = knowledge_of(answer, verdict, before);
	const struct client_list *old = before != NULL ? before->names : NULL;
	const struct client_list *names = after != NULL ? after->names : NULL;
	bool same = client_list_is_same(old, names);
	list->unkept = after == NULL;
	if (after == NULL) {
		name_log_memory(&publisher->log, list);
	} else {
		say_news(&publisher->log, list, verdict, answer->why, names);
		if (verdict == DANCE_UNDECIDED) {
			say_changes(&publisher->log, list, answer, names, old);
		}
	}
	rcu_assign_pointer(list->knowledge, after);
	uatomic_set(&list->trouble, (uint8_t)DANCE_UNDECIDED);
	if (!tell_rosters(publisher, owners, list, old, same) && !list->unkept) {
		list->unkept = true; /* the next lookup mends it */
		name_log_memory(&publisher->log, list);
	}
	for (struct key_index_member *at = list->members; at != NULL && after != NULL;
		at = at->next) {
		key_index_resolve(at);
	}
	count_answer(list,
		!same || was_lacking || before == NULL || after == NULL ||
			before->verdict != after->verdict ||
			!freshness_is_within_ttl(before, clock_ms()));
	publisher_retire(publisher, before);
}

/* --- the lists of one roster -------------------------------------------------------------- */

bool membership_begin(struct membership *membership, struct key_index *index, size_t plain,
	size_t list_count, const struct name *fence, size_t fence_count)
{
	*membership = (struct membership){ .index = index,
		.plain = (uint32_t)plain,
		.fence_count = fence_count,
		.slot_count = list_count * CLIENT_LIST_MAX,
		.untold = fence_count != 0 };
	if (list_count == 0) {
		return true;
	}
	membership->lists = calloc(list_count, sizeof(membership->lists[0]));
	membership->slots = calloc(membership->slot_count, sizeof(membership->slots[0]));
	if (membership->lists == NULL || membership->slots == NULL) {
		return false;
	}
	if (fence_count != 0) {
		membership->fence = malloc(fence_count * sizeof(*fence));
		if (membership->fence == NULL) {
			return false;
		}
		memcpy(membership->fence, fence, fence_count * sizeof(*fence));
	}
	return true;
}

bool membership_add(struct membership *membership, struct owners *owners,
	const struct publisher *publisher, const struct name *name, bool *due)
{
	struct owner *owner = owners_get_list(owners, name);
	if (owner == NULL) {
		return false;
	}
	size_t place = membership->list_count++;
	struct membership_list *list = &membership->lists[place];
	list->of = membership;
	*due |= membership_join(owners, publisher, owner, membership->index, &list->member,
		membership->plain + (uint32_t)(place * CLIENT_LIST_MAX));
	if (owner->knowledge != NULL) {
		add_new(membership, owners, publisher, due);
	}
	return true;
}

void membership_end(struct membership *membership, struct owners *owners)
{
	for (size_t i = 0; i < membership->slot_count && membership->slots != NULL; i++) {
		if (membership->slots[i] != NULL) {
			membership_leave(owners, membership->slots[i]);
			free(membership->slots[i]);
		}
	}
	for (size_t i = 0; i < membership->list_count; i++) {
		membership_leave(owners, &membership->lists[i].member);
	}
}

void membership_clear(struct membership *membership)
{
	free(membership->lists);
	free(membership->slots);
	free(membership->fence);
	*membership = (struct membership){ .list_count = 0 };
}

const struct key_index_member *membership_next(const struct membership *membership,
	size_t *at)
{
	const struct key_index_member *member = NULL;
	while (member == NULL && *at < membership->slot_count) {
		member = rcu_dereference(membership->slots[(*at)++]);
	}
	return member;
}
