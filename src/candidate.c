/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The steps 3 to 5 of doc/flow.md for one name. What a verdict on one name means for the decision
 * knows verify.c. */

#include "candidate.h"

#include <string.h>
#include <urcu/compiler.h>
#include <urcu/uatomic.h>
#include <urcu/urcu-bp.h>

#include "freshness.h"
#include "judge.h"
#include "match.h"
#include "verdict.h"

/* --- step 3: what does validated DNS say of a name? -------------------------------------- */

static void put_suffix(struct dance_result *result, const struct name *suffix)
{
	memcpy(result->entry, "*.", 2);
	name_to_text(suffix, result->entry + 2);
}

/* Names the candidate in its result, and the entry of the roster that permits it. */
static void put_name(const struct inquiry *inquiry, const struct candidate *candidate)
{
	struct dance_result *result = candidate->result;
	if (!candidate->on_demand) {
		strcpy(result->name, owner_text(candidate->owner));
		strcpy(result->entry, result->name);
		return;
	}
	const struct name *suffix = roster_suffix(inquiry->roster, &candidate->name);
	name_to_text(&candidate->name, result->name);
	if (suffix != NULL) {
		put_suffix(result, suffix);
	}
}

/* Finds what is known of a claimed name, and has it looked up if it stands below a suffix. The
 * basis gets the name before what is known is read. False, with the verdict in the result,
 * when it cannot be looked up. */
static bool begin(const struct inquiry *inquiry, const struct claim *claim,
	struct candidate *candidate)
{
	struct watcher_view view = { .quiet = inquiry->quiet };
	const char *why = NULL;
	candidate->claim = claim;
	candidate->owner = claim->owner;
	candidate->on_demand = claim->owner == NULL;
	candidate->awaited = false;
	candidate->until = UINT64_MAX;
	candidate->spare.size = sizeof(candidate->spare);
	result_begin(candidate->result);
	if (candidate->on_demand) {
		candidate->name = *claim->name;
		candidate->owner = watcher_claim(inquiry->roster->watcher, claim->name,
			roster_outer_suffix(inquiry->roster, claim->name), &view, &why);
		basis_add(inquiry->basis, claim->name, &view.count);
	} else {
		owner_name(claim->owner, &candidate->name);
		if (claim->source == CLAIM_CLIENT_ID) {
			basis_add(inquiry->basis, claim->name, NULL);
		}
	}
	candidate->under_way = view.under_way;
	put_name(inquiry, candidate);
	judge_put_key(candidate->result, inquiry->peer);
	if (candidate->owner == NULL) {
		/* It has been forgotten while the decision waited for another one. */
		candidate->awaited = why == NULL;
		result_say(candidate->result, DANCE_FAIL_NOT_READY,
			why != NULL ? "%s" : NULL, why);
		return false;
	}
	candidate->known = rcu_dereference(candidate->owner->knowledge);
	return true;
}

/* Is a name that was found in the index still permitted? Lists come and go, and may have
 * expired. UNDECIDED: yes, and the result has the entry that permits it. */
static enum dance_verdict admit(const struct inquiry *inquiry, struct candidate *candidate)
{
	struct dance_roster *roster = inquiry->roster;
	struct dance_result *result = candidate->result;
	struct admission admission;
	if (candidate->on_demand || roster->lists.list_count == 0) {
		return DANCE_UNDECIDED;
	}
	enum dance_verdict verdict = roster_admit(roster, &candidate->name, inquiry->now,
		&admission);
	if (verdict != DANCE_UNDECIDED) {
		candidate->awaited = admission.awaited;
		candidate->until = 0;
		if (admission.list != NULL && !inquiry->quiet) {
			watcher_nudge(roster->watcher, admission.list);
		}
		result->entry[0] = '\0';
		return admission_say(&admission, verdict, result);
	}
	if (admission.suffix != NULL) {
		put_suffix(result, admission.suffix);
	} else if (admission.list != NULL) {
		candidate->until = admission.until;
		result->entry[0] = '@';
		strcpy(result->entry + 1, owner_text(admission.list));
	}
	return DANCE_UNDECIDED;
}

enum dance_verdict candidate_consult(struct candidate *candidate,
	const struct inquiry *inquiry, const struct claim *claim)
{
	if (!begin(inquiry, claim, candidate)) {
		return candidate->result->verdict;
	}
	const struct dance_options *options = &inquiry->roster->options;
	struct dance_result *result = candidate->result;
	const struct knowledge *known = candidate->known;
	enum dance_verdict refused = admit(inquiry, candidate);
	if (refused != DANCE_UNDECIDED) {
		return refused;
	}
	if (known == NULL) {
		candidate->awaited = true;
		return result_say(result, DANCE_FAIL_NOT_READY, NULL);
	}
	if (known->set == NULL) {
		candidate->awaited = !freshness_absence_holds(known, candidate->on_demand,
			options, inquiry->now);
		if (candidate->awaited && !candidate->on_demand) {
			return result_say(result, DANCE_FAIL_NOT_READY,
				"the proof that there are no records has expired and is being looked up again");
		}
		return result_say(result, known->verdict,
			known->why[0] != '\0' ? "%s" : NULL, known->why);
	}
	enum dance_verdict trouble = uatomic_read(&candidate->owner->trouble);
	if (freshness_records_hold(known, trouble, candidate->on_demand, options,
		    inquiry->now)) {
		return DANCE_UNDECIDED;
	}
	/* Trouble may be of long ago: a claim brings a new lookup. */
	if (trouble != DANCE_UNDECIDED && !(candidate->on_demand && candidate->under_way)) {
		return result_say(result, trouble, "the validated records have expired");
	}
	candidate->awaited = candidate->on_demand || known->brief;
	return result_say(result, DANCE_FAIL_NOT_READY,
		"the validated records have expired and are being looked up again");
}

/* --- steps 4 and 5: does a usable record match? ------------------------------------------ */

/* The same records are judged once, however often the decision is taken up again: what they
 * cost is the peer's choice. */
enum dance_verdict candidate_judge(struct candidate *candidate,
	const struct inquiry *inquiry)
{
	const struct knowledge *known = candidate->known;
	struct dance_result *result = candidate->result;
	if (inquiry->memo == NULL) {
		result_say(result, DANCE_DENY_MISMATCH, NULL);
	} else if (!verdict_memo_recall(inquiry->memo, known->serial, result)) {
		(void)match_peer(inquiry->peer, &candidate->name, known->set,
			&inquiry->roster->options, result);
		verdict_memo_keep(inquiry->memo, known->serial, result);
	}
	result->ttl = freshness_ttl_left(known, inquiry->now);
	uint64_t left = candidate->until > inquiry->now ? candidate->until - inquiry->now :
							  0;
	if (candidate->until != UINT64_MAX && left / 1000 < result->ttl) {
		result->ttl = (uint32_t)(left / 1000); /* nor longer than the list */
	}
	return result->verdict;
}

/* --- is it to be looked up again? --------------------------------------------------------- */

/* Records may just have changed, and servers come back. */
static bool is_worth_a_nudge(const struct candidate *candidate,
	const struct inquiry *inquiry)
{
	if (candidate->until == 0) {
		return false; /* the list is */
	}
	if (candidate->claim->source == CLAIM_LISTED) {
		return roster_listed_count(inquiry->roster) <= CANDIDATE_NUDGE_ALL_MAX;
	}
	/* If a name that is not listed has no records, this holds for its negative TTL: peers
	 * must not make us ask earlier. */
	return !candidate->on_demand || verdict_is_of_record(candidate->result->verdict);
}

void candidate_end(struct candidate *candidate, const struct inquiry *inquiry)
{
	if (candidate->owner == NULL) {
		return;
	}
	if (candidate->result->verdict != DANCE_ALLOW && !inquiry->quiet &&
		is_worth_a_nudge(candidate, inquiry)) {
		watcher_nudge(inquiry->roster->watcher, candidate->owner);
	}
	if (candidate->on_demand) {
		watcher_release(inquiry->roster->watcher, candidate->owner);
	}
}
