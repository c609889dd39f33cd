/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The decision from top to bottom: begin() and verify_round() have the five steps of doc/flow.md
 * in their order. What each of them does is in a file of its own. */

#include "verify.h"

#include <stdio.h>
#include <string.h>
#include <urcu/compiler.h>
#include <urcu/uatomic.h>
#include <urcu/urcu-bp.h>

#include "claim.h"
#include "clock.h"
#include "freshness.h"
#include "host_struct.h"
#include "judge.h"
#include "match.h"
#include "verdict.h"

/* With more names than this, a key of none of them does not make us look them all up again,
 * but so many for each peer, in turns. */
#define NUDGE_ALL_MAX 8
#define NUDGE_IN_TURN_MAX 64

/* A permitted name that the peer may be, while it is judged. */
struct candidate {
	const struct claim *claim;
	struct owner *owner; /* NULL: of a name that cannot be looked up now */
	struct name name;
	bool on_demand; /* below a suffix: it is looked up only because it is claimed */
	bool under_way; /* it is being looked up right now */
	bool awaited;   /* the answer on it might change the decision */
	uint64_t until; /* clock_ms() to which a list permits it; UINT64_MAX: it needs none; 0:
	                 * none does any more */
	const struct knowledge *known;
	struct dance_result *result; /* the decision's, or the next */
	struct dance_result spare;
};

/* --- step 3: what does validated DNS say of a name? -------------------------------------- */

static void put_suffix(struct dance_result *result, const struct name *suffix)
{
	memcpy(result->entry, "*.", 2);
	name_to_text(suffix, result->entry + 2);
}

/* Names the candidate in its result, and the entry of the roster that permits it. */
static void put_name(const struct decision *decision, const struct candidate *candidate)
{
	struct dance_result *result = candidate->result;
	if (!candidate->on_demand) {
		strcpy(result->name, owner_text(candidate->owner));
		strcpy(result->entry, result->name);
		return;
	}
	const struct name *suffix = roster_suffix(decision->roster, &candidate->name);
	name_to_text(&candidate->name, result->name);
	if (suffix != NULL) {
		put_suffix(result, suffix);
	}
}

/* Finds what is known of a claimed name, and has it looked up if it stands below a suffix. The
 * basis gets the name before what is known is read. False, with the verdict in the result,
 * when it cannot be looked up. */
static bool candidate_begin(struct decision *decision, const struct claim *claim,
	struct candidate *candidate)
{
	struct watcher_view view = { .quiet = decision->quiet };
	const char *why = NULL;
	candidate->claim = claim;
	candidate->owner = claim->owner;
	candidate->on_demand = claim->owner == NULL;
	candidate->awaited = false;
	candidate->until = UINT64_MAX;
	/* The first verdict is the best so far anyway. */
	candidate->result = decision->candidates++ == 0 ? decision->result :
							  &candidate->spare;
	candidate->spare.size = sizeof(candidate->spare);
	result_begin(candidate->result);
	if (candidate->on_demand) {
		candidate->name = *claim->name;
		candidate->owner = watcher_claim(decision->roster->watcher, claim->name,
			roster_outer_suffix(decision->roster, claim->name), &view, &why);
		basis_add(decision->basis, claim->name, &view.count);
	} else {
		owner_name(claim->owner, &candidate->name);
		if (claim->source == CLAIM_CLIENT_ID) {
			basis_add(decision->basis, claim->name, NULL);
		}
	}
	candidate->under_way = view.under_way;
	put_name(decision, candidate);
	judge_put_key(candidate->result, decision->peer);
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
static enum dance_verdict admit(const struct decision *decision,
	struct candidate *candidate)
{
	struct dance_roster *roster = decision->roster;
	struct dance_result *result = candidate->result;
	struct admission admission;
	if (candidate->on_demand || roster->lists.list_count == 0) {
		return DANCE_UNDECIDED;
	}
	enum dance_verdict verdict = roster_admit(roster, &candidate->name, decision->now,
		&admission);
	if (verdict != DANCE_UNDECIDED) {
		candidate->awaited = admission.awaited;
		candidate->until = 0;
		if (admission.list != NULL && !decision->quiet) {
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

/* Returns the verdict if there are no records to judge; UNDECIDED leaves it to them. */
static enum dance_verdict consult(struct decision *decision, const struct claim *claim,
	struct candidate *candidate)
{
	if (!candidate_begin(decision, claim, candidate)) {
		return candidate->result->verdict;
	}
	const struct dance_options *options = &decision->roster->options;
	struct dance_result *result = candidate->result;
	const struct knowledge *known = candidate->known;
	enum dance_verdict refused = admit(decision, candidate);
	if (refused != DANCE_UNDECIDED) {
		return refused;
	}
	if (known == NULL) {
		candidate->awaited = true;
		return result_say(result, DANCE_FAIL_NOT_READY, NULL);
	}
	if (known->set == NULL) {
		candidate->awaited = !freshness_absence_holds(known, candidate->on_demand,
			options, decision->now);
		if (candidate->awaited && !candidate->on_demand) {
			return result_say(result, DANCE_FAIL_NOT_READY,
				"the proof that there are no records has expired and is being looked up again");
		}
		return result_say(result, known->verdict,
			known->why[0] != '\0' ? "%s" : NULL, known->why);
	}
	enum dance_verdict trouble = uatomic_read(&candidate->owner->trouble);
	if (freshness_records_hold(known, trouble, candidate->on_demand, options,
		    decision->now)) {
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
static enum dance_verdict judge_records(struct decision *decision,
	struct candidate *candidate)
{
	const struct knowledge *known = candidate->known;
	struct dance_result *result = candidate->result;
	if (decision->memo == NULL) {
		result_say(result, DANCE_DENY_MISMATCH, NULL);
	} else if (!verdict_memo_recall(decision->memo, known->serial, result)) {
		(void)match_peer(decision->peer, &candidate->name, known->set,
			&decision->roster->options, result);
		verdict_memo_keep(decision->memo, known->serial, result);
	}
	result->ttl = freshness_ttl_left(known, decision->now);
	uint64_t left = candidate->until > decision->now ?
		candidate->until - decision->now :
		0;
	if (candidate->until != UINT64_MAX && left / 1000 < result->ttl) {
		result->ttl = (uint32_t)(left / 1000); /* nor longer than the list */
	}
	return result->verdict;
}

/* --- what a verdict on one name means for the decision ----------------------------------- */

/* Is the name to be looked up again soon, since what we know of it has led to a no, or is
 * nothing? Records may just have changed, and servers come back. */
static bool is_worth_a_nudge(const struct decision *decision,
	const struct candidate *candidate)
{
	if (candidate->until == 0) {
		return false; /* the list is */
	}
	if (candidate->claim->source == CLAIM_LISTED) {
		return roster_listed_count(decision->roster) <= NUDGE_ALL_MAX;
	}
	/* If a name that is not listed has no records, this holds for its negative TTL: peers
	 * must not make us ask earlier. */
	return !candidate->on_demand || verdict_is_of_record(candidate->result->verdict);
}

/* The candidate is judged. */
static void candidate_end(struct decision *decision, struct candidate *candidate)
{
	const struct claim *claim = candidate->claim;
	enum dance_verdict verdict = candidate->result->verdict;
	if (candidate->result != decision->result &&
		verdict_rank(verdict) > verdict_rank(decision->result->verdict)) {
		(void)dance_result_copy(decision->result, candidate->result);
	}
	decision->pending |= candidate->awaited;
	if (candidate->owner == NULL) {
		return;
	}
	if (candidate->awaited && decision->domain.size == 0) {
		/* Those who wait can share: for the name itself, or where a suffix permits it,
		 * for the name one label below that. */
		decision->domain = candidate->name;
		if (candidate->on_demand) {
			roster_domain(decision->roster, &decision->domain);
		}
	}
	if (verdict == DANCE_ALLOW) {
		decision->unsettled = claim->source == CLAIM_KEY && decision->incomplete &&
			!peer_bears_name(decision->peer, &candidate->name, false) &&
			roster_may_precede(decision->roster, claim->hit);
	} else if (!decision->quiet && is_worth_a_nudge(decision, candidate)) {
		watcher_nudge(decision->roster->watcher, candidate->owner);
	}
	if (candidate->on_demand) {
		watcher_release(decision->roster->watcher, candidate->owner);
	}
}

/* --- where no name is claimed ------------------------------------------------------------ */

static void say_unnamed(struct decision *decision, const char *refusal)
{
	struct peer *peer = decision->peer;
	const char *why = refusal;
	if (why == NULL && peer_is_digests(peer)) {
		why = "only digests of the client's key are known here, so it has no name";
	} else if (why == NULL && decision->roster->lists.list_count != 0) {
		why = "neither its key nor its certificate is of a permitted name";
	} else if (why == NULL && peer->shown->raw_key) {
		why = "a client with a raw public key must send dane_clientid here";
	} else if (why == NULL) {
		why = peer_names_fault(peer);
	}
	result_begin(decision->result);
	judge_put_key(decision->result, peer);
	result_say(decision->result, DANCE_DENY_NAME, "%s",
		why != NULL ? why : "the certificate contains no permitted name");
}

/* The peer may be one whose record we have not seen yet. */
static void nudge_in_turn(const struct decision *decision)
{
	struct dance_roster *roster = decision->roster;
	size_t count = roster_listed_count(roster);
	for (size_t i = 0; i < count && i < NUDGE_IN_TURN_MAX; i++) {
		struct owner *owner = roster_next_nudge(roster);
		if (owner == NULL) {
			return;
		}
		watcher_nudge(roster->watcher, owner);
	}
}

/* The key is in no record we know. The result holds what is known of one of the listed names
 * that might have held it, which tells most. */
static void say_unknown_key(struct decision *decision)
{
	struct dance_result *result = decision->result;
	size_t count = roster_listed_count(decision->roster);
	if (count > NUDGE_ALL_MAX && result->verdict != DANCE_ALLOW && !decision->quiet) {
		nudge_in_turn(decision);
	}
	if (dance_verdict_class(result->verdict) != DANCE_CLASS_DENY || count == 1) {
		return;
	}
	unsigned long failing = key_index_failing(decision->roster->index);
	result->name[0] = result->entry[0] = '\0';
	if (count > CLAIM_LISTED_MAX && failing != 0) {
		result_say(result, DANCE_FAIL_LOOKUP,
			"%lu of %zu permitted names cannot be looked up, and one of them may have this key",
			failing, count);
		return;
	}
	result_say(result, result->verdict,
		"the key is in no record of %zu permitted names", count);
}

/* The peer may be one that a list permits now, or that it would permit if it were known: the
 * lists are looked up again, and as long as one of them does not count, the peer's being on none
 * proves nothing. */
static void consult_lists(struct decision *decision)
{
	struct dance_roster *roster = decision->roster;
	struct dance_result *result = decision->result;
	for (size_t i = 0; i < roster->lists.list_count && !decision->quiet; i++) {
		watcher_nudge(roster->watcher, roster->lists.lists[i].member.owner);
	}
	struct admission admission;
	enum dance_verdict trouble = admission_trouble(&roster->lists, &roster->options,
		decision->now, &admission);
	if (trouble == DANCE_UNDECIDED) {
		return;
	}
	decision->pending |= admission.awaited;
	if (dance_verdict_class(result->verdict) == DANCE_CLASS_DENY) {
		result->name[0] = result->entry[0] = '\0';
		(void)admission_say(&admission, trouble, result);
	}
}

/* --- the decision ------------------------------------------------------------------------ */

/* Before anything is read of what is known. */
static void begin_round(struct decision *decision)
{
	bool says_name = decision->peer->shown->client_id != NULL;
	decision->now = clock_ms();
	decision->candidates = 0;
	decision->pending = decision->unsettled = false;
	decision->domain.size = 0;
	/* A client that states its name can be no other; but a list may come to contain it. */
	basis_begin(decision->basis, decision->roster,
		!says_name || decision->roster->lists.list_count != 0);
	/* The key may yet turn out to be that of a name whose first answer is not there. Asked
	 * before the search: an answer that comes in between then brings one more round
	 * instead of being overlooked. */
	decision->incomplete = !says_name &&
		key_index_unresolved(decision->roster->index) != 0;
}

static void end_round(struct decision *decision, const struct claims *claims, bool allowed)
{
	bool says_name = decision->peer->shown->client_id != NULL;
	decision->cut = claims->cut;
	decision->pending |= decision->incomplete;
	if (!claims->any) {
		say_unnamed(decision, claims->refusal);
	} else if (claims->listed != 0) {
		say_unknown_key(decision);
	}
	/* A client that states a permitted name is not any other's. */
	if (!allowed && decision->roster->lists.list_count != 0 &&
		!(says_name && claims->any)) {
		consult_lists(decision);
	}
}

static inline bool begin(struct decision *decision, struct dance_roster *roster,
	const struct dance_peer *shown, struct dance_result *result)
{
	const char *why;
	decision->roster = roster;
	decision->result = result;
	decision->cut = NULL;
	/* 1. The leaf and its SubjectPublicKeyInfo. */
	if (!peer_import(decision->peer, shown, &why)) {
		basis_begin(decision->basis, roster, false);
		result_say(result, DANCE_DENY_CREDENTIAL, "%s", why);
		return false;
	}
	/* The thread that looks names up may not run yet, or no longer. */
	if (!watcher_runs(roster->watcher)) {
		watcher_start(roster->watcher);
	}
	return true;
}

bool verify_round(struct decision *decision)
{
	urcu_bp_read_lock();
	begin_round(decision);
	/* 2. Which permitted name may this be? */
	struct claims claims;
	const struct claim *claim;
	bool allowed = false;
	claims_begin(&claims, decision->roster, decision->peer);
	while (!allowed && (claim = claims_next(&claims)) != NULL) {
		/* 3. What does validated DNS say of that name? */
		struct candidate candidate;
		enum dance_verdict verdict = consult(decision, claim, &candidate);
		if (verdict == DANCE_UNDECIDED) {
			/* 4. The usable records. 5. Does one of them match? */
			verdict = judge_records(decision, &candidate);
		}
		candidate_end(decision, &candidate);
		allowed = verdict == DANCE_ALLOW;
	}
	end_round(decision, &claims, allowed);
	urcu_bp_read_unlock();
	return allowed ? decision->unsettled : decision->pending;
}

void verify_give_up(struct decision *decision, enum dance_verdict verdict, const char *why)
{
	basis_await(decision->basis);
	result_say(decision->result, verdict, "%s", why);
}

/* The reason why the names that were tried are none is not the whole of it. */
static void say_cut(struct dance_result *result, const char *cut)
{
	char before[DANCE_DETAIL_SIZE];
	snprintf(before, sizeof(before), "%s",
		result->detail[0] != '\0' ? result->detail :
					    dance_verdict_text(result->verdict));
	result_say(result, result->verdict, "%.120s; %s", before, cut);
}

static inline void end(struct decision *decision)
{
	struct dance_result *result = decision->result;
	/* Names are found by digests: without one of them that none was found proves nothing. */
	if (decision->peer->failed != NULL &&
		dance_verdict_class(result->verdict) == DANCE_CLASS_DENY) {
		result_say(result, DANCE_FAIL_INTERNAL, "%s", decision->peer->failed);
	}
	if (result->verdict != DANCE_ALLOW && decision->cut != NULL) {
		say_cut(result, decision->cut);
	}
	if (result->verdict != DANCE_ALLOW && result->verdict != DANCE_FAIL_INTERNAL) {
		basis_put(decision->basis, &result->basis);
	}
}

/* --- for a host that does not wait (decision.c); dance_verify() makes no call more --------- */

bool verify_begin(struct decision *decision, struct dance_roster *roster,
	const struct dance_peer *shown, struct dance_result *result)
{
	return begin(decision, roster, shown, result);
}

void verify_end(struct decision *decision)
{
	end(decision);
}

/* --- a host that waits ------------------------------------------------------------------- */

/* Waits for an answer that might change the decision. False: there is none to wait for, or it
 * does not come in time. */
static bool await_answer(struct decision *decision, uint64_t *until)
{
	enum dance_verdict late;
	const char *why;
	bool allowed = decision->result->verdict == DANCE_ALLOW;
	if (*until == 0) {
		*until = decision->now + decision->roster->options.timeout_ms;
	}
	if (watcher_wait(decision->roster->watcher, decision->basis->marks,
		    decision->basis->mark_count, *until, &decision->domain, allowed, &late,
		    &why)) {
		return true;
	}
	if (allowed) {
		(void)verify_round(decision); /* time has passed: records may have expired */
	} else {
		verify_give_up(decision, late, why);
	}
	return false;
}

/* Fills a result by a peer whose struct is one of ours. Not all is cleared: a warm decision should
 * not pay for that. */
static void verify(struct dance_roster *roster, const struct dance_peer *shown,
	struct dance_result *result)
{
	struct peer peer;
	struct basis basis;
	struct verdict_memo memo;
	struct decision decision;
	uint64_t until = 0;
	memo.count = 0;
	decision.peer = &peer;
	decision.basis = &basis;
	decision.memo = &memo;
	decision.quiet = false;
	if (begin(&decision, roster, shown, result)) {
		while (verify_round(&decision) && await_answer(&decision, &until)) {
			/* An answer has come. */
		}
	}
	end(&decision);
}

enum dance_verdict dance_verify(struct dance_roster *roster,
	const struct dance_peer *host_peer, struct dance_result *host_result)
{
	struct dance_peer shown;
	struct dance_result spare;
	struct dance_result *result = host_result_begin(host_result, &spare);
	if (result == NULL) {
		return DANCE_FAIL_INTERNAL;
	}
	const char *fault;
	result_begin(result);
	if (roster == NULL) {
		result_say(result, DANCE_FAIL_NOT_READY, NULL);
	} else if ((fault = host_struct_take(&shown, sizeof(shown), host_peer,
			    HOST_PEER_LEAST)) != NULL) {
		result_say(result, DANCE_FAIL_INTERNAL, "struct dance_peer: %s", fault);
	} else {
		verify(roster, &shown, result);
	}
	if (result != host_result) {
		(void)dance_result_copy(host_result, result);
	}
	return result->verdict;
}

void dance_look_again(struct dance_roster *roster, const struct dance_peer *host_peer)
{
	struct dance_peer shown;
	struct dance_result result = { .size = sizeof(result) };
	struct peer peer;
	struct basis basis;
	struct decision decision;
	if (roster == NULL ||
		host_struct_take(&shown, sizeof(shown), host_peer, HOST_PEER_LEAST) !=
			NULL) {
		return;
	}
	decision.peer = &peer;
	decision.basis = &basis;
	decision.memo = NULL;
	decision.quiet = false;
	if (!begin(&decision, roster, &shown, &result)) {
		return;
	}
	for (unsigned selector = 0; selector < TLSA_SELECTOR_COUNT; selector++) {
		struct dance_octets *part = &peer.association.whole[selector];
		if (part->size > LOOK_AGAIN_SIZE_MAX) {
			*part = (struct dance_octets){ NULL, 0 };
		}
	}
	(void)verify_round(&decision);
}
