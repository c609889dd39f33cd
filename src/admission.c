/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What permits a name is its list as it was published as a whole, as long as that counts. */

#include "admission.h"

#include <urcu/compiler.h>
#include <urcu/uatomic.h>
#include <urcu/urcu-bp.h>

#include "verdict.h"

/* The list after this one, and whether it counts; NULL after the last. */
static const struct knowledge *look_at(const struct membership_list *list,
	const struct dance_options *options, uint64_t now, enum dance_verdict *verdict,
	struct admission *admission)
{
	struct owner *owner = list->member.owner;
	const struct knowledge *known = rcu_dereference(owner->knowledge);
	admission->list = owner;
	*verdict = client_list_counts(owner, known, options, now, &admission->awaited,
		&admission->why);
	return known;
}

enum dance_verdict admission_by_lists(const struct membership *membership,
	const struct name *name, const struct dance_options *options, uint64_t now,
	struct admission *admission)
{
	struct admission first_trouble = { .why = "no list contains this name any more" };
	enum dance_verdict trouble = DANCE_DENY_NAME;
	bool counts = membership_is_within_fence(membership, name);
	for (size_t i = 0; i < membership->list_count && counts; i++) {
		struct admission at = { .list = NULL };
		enum dance_verdict verdict;
		const struct knowledge *known = look_at(&membership->lists[i], options, now,
			&verdict, &at);
		if (verdict == DANCE_UNDECIDED && client_list_has(known->names, name)) {
			at.until = known->valid_until;
			*admission = at;
			return DANCE_UNDECIDED;
		}
		if (verdict != DANCE_UNDECIDED && first_trouble.list == NULL) {
			first_trouble = at;
			trouble = verdict;
		}
	}
	*admission = first_trouble;
	return trouble;
}

enum dance_verdict admission_trouble(const struct membership *membership,
	const struct dance_options *options, uint64_t now, struct admission *admission)
{
	for (size_t i = 0; i < membership->list_count; i++) {
		enum dance_verdict verdict;
		(void)look_at(&membership->lists[i], options, now, &verdict, admission);
		if (verdict != DANCE_UNDECIDED) {
			return verdict;
		}
	}
	if (uatomic_read(&membership->lacking)) {
		admission->why = "out of memory: not all names of the lists are known";
		admission->awaited = false;
		return DANCE_FAIL_INTERNAL;
	}
	return DANCE_UNDECIDED;
}

enum dance_verdict admission_say(const struct admission *admission,
	enum dance_verdict verdict, struct dance_result *result)
{
	return admission->list == NULL ?
		result_say(result, verdict, "%s", admission->why) :
		result_say(result, verdict, "list @%.100s: %s", owner_text(admission->list),
			admission->why);
}
