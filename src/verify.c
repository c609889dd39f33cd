/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The decision from top to bottom: begin() and verify_round() have the five steps of doc/flow.md
 * in their order. What each of them does is in a file of its own. */

#include "verify.h"

#include <stdio.h>
#include <urcu/urcu-bp.h>

#include "clock.h"
#include "host_struct.h"
#include "judge.h"
#include "verdict.h"

/* With more listed names than CANDIDATE_NUDGE_ALL_MAX, an unknown key has so many of them looked
 * up again, in turns. */
#define NUDGE_IN_TURN_MAX 64

/* --- what a verdict on one name means for the decision ----------------------------------- */

/* The candidate is judged. */
static void end_candidate(struct decision *decision, struct candidate *candidate)
{
	const struct claim *claim = candidate->claim;
	enum dance_verdict verdict = candidate->result->verdict;
	if (candidate->result != decision->result &&
		verdict_rank(verdict) > verdict_rank(decision->result->verdict)) {
		(void)dance_result_copy(decision->result, candidate->result);
	}
	decision->pending |= candidate->awaited;
	if (candidate->owner != NULL && candidate->awaited && decision->domain.size == 0) {
		/* Those who wait can share: for the name itself, or where a suffix permits it,
		 * for the name one label below that. */
		decision->domain = candidate->name;
		if (candidate->on_demand) {
			roster_domain(decision->inquiry.roster, &decision->domain);
		}
	}
	if (verdict == DANCE_ALLOW) {
		decision->unsettled = claim->source == CLAIM_KEY && decision->incomplete &&
			!peer_bears_name(decision->inquiry.peer, &candidate->name, false) &&
			roster_may_precede(decision->inquiry.roster, claim->hit);
	}
	candidate_end(candidate, &decision->inquiry);
}

/* --- where no name is claimed ------------------------------------------------------------ */

static void say_unnamed(struct decision *decision, const char *refusal)
{
	struct peer *peer = decision->inquiry.peer;
	const char *why = refusal;
	if (why == NULL && peer_is_digests(peer)) {
		why = "only digests of the client's key are known here, so it has no name";
	} else if (why == NULL && decision->inquiry.roster->lists.list_count != 0) {
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
	struct dance_roster *roster = decision->inquiry.roster;
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
	size_t count = roster_listed_count(decision->inquiry.roster);
	if (count > CANDIDATE_NUDGE_ALL_MAX && result->verdict != DANCE_ALLOW &&
		!decision->inquiry.quiet) {
		nudge_in_turn(decision);
	}
	if (dance_verdict_class(result->verdict) != DANCE_CLASS_DENY || count == 1) {
		return;
	}
	unsigned long failing = key_index_failing(decision->inquiry.roster->index);
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
	struct dance_roster *roster = decision->inquiry.roster;
	struct dance_result *result = decision->result;
	for (size_t i = 0; i < roster->lists.list_count && !decision->inquiry.quiet; i++) {
		watcher_nudge(roster->watcher, roster->lists.lists[i].member.owner);
	}
	struct admission admission;
	enum dance_verdict trouble = admission_trouble(&roster->lists, &roster->options,
		decision->inquiry.now, &admission);
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
	bool says_name = decision->inquiry.peer->shown->client_id != NULL;
	decision->inquiry.now = clock_ms();
	decision->candidates = 0;
	decision->pending = decision->unsettled = false;
	decision->domain.size = 0;
	/* A client that states its name can be no other; but a list may come to contain it. */
	basis_begin(decision->inquiry.basis, decision->inquiry.roster,
		!says_name || decision->inquiry.roster->lists.list_count != 0);
	/* The key may yet turn out to be that of a name whose first answer is not there. Asked
	 * before the search: an answer that comes in between then brings one more round
	 * instead of being overlooked. */
	decision->incomplete = !says_name &&
		key_index_unresolved(decision->inquiry.roster->index) != 0;
}

static void end_round(struct decision *decision, const struct claims *claims, bool allowed)
{
	bool says_name = decision->inquiry.peer->shown->client_id != NULL;
	decision->cut = claims->cut;
	decision->pending |= decision->incomplete;
	if (!claims->any) {
		say_unnamed(decision, claims->refusal);
	} else if (claims->listed != 0) {
		say_unknown_key(decision);
	}
	/* A client that states a permitted name is not any other's. */
	if (!allowed && decision->inquiry.roster->lists.list_count != 0 &&
		!(says_name && claims->any)) {
		consult_lists(decision);
	}
}

static inline bool begin(struct decision *decision, struct dance_roster *roster,
	const struct dance_peer *shown, struct dance_result *result)
{
	const char *why;
	decision->inquiry.roster = roster;
	decision->result = result;
	decision->cut = NULL;
	/* 1. The leaf and its SubjectPublicKeyInfo. */
	if (!peer_import(decision->inquiry.peer, shown, &why)) {
		basis_begin(decision->inquiry.basis, roster, false);
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
	claims_begin(&claims, decision->inquiry.roster, decision->inquiry.peer);
	while (!allowed && (claim = claims_next(&claims)) != NULL) {
		/* 3. What does validated DNS say of that name? */
		struct candidate candidate;
		candidate.result = decision->candidates++ == 0 ? decision->result :
								 &candidate.spare;
		enum dance_verdict verdict = candidate_consult(&candidate,
			&decision->inquiry, claim);
		if (verdict == DANCE_UNDECIDED) {
			/* 4. The usable records. 5. Does one of them match? */
			verdict = candidate_judge(&candidate, &decision->inquiry);
		}
		end_candidate(decision, &candidate);
		allowed = verdict == DANCE_ALLOW;
	}
	end_round(decision, &claims, allowed);
	urcu_bp_read_unlock();
	return allowed ? decision->unsettled : decision->pending;
}

void verify_give_up(struct decision *decision, enum dance_verdict verdict, const char *why)
{
	basis_await(decision->inquiry.basis);
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
	if (decision->inquiry.peer->failed != NULL &&
		dance_verdict_class(result->verdict) == DANCE_CLASS_DENY) {
		result_say(result, DANCE_FAIL_INTERNAL, "%s",
			decision->inquiry.peer->failed);
	}
	if (result->verdict != DANCE_ALLOW && decision->cut != NULL) {
		say_cut(result, decision->cut);
	}
	if (result->verdict != DANCE_ALLOW && result->verdict != DANCE_FAIL_INTERNAL) {
		basis_put(decision->inquiry.basis, &result->basis);
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
		*until = decision->inquiry.now +
			decision->inquiry.roster->options.timeout_ms;
	}
	if (watcher_wait(decision->inquiry.roster->watcher, decision->inquiry.basis->marks,
		    decision->inquiry.basis->mark_count, *until, &decision->domain, allowed,
		    &late, &why)) {
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
	decision.inquiry.peer = &peer;
	decision.inquiry.basis = &basis;
	decision.inquiry.memo = &memo;
	decision.inquiry.quiet = false;
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
	decision.inquiry.peer = &peer;
	decision.inquiry.basis = &basis;
	decision.inquiry.memo = NULL;
	decision.inquiry.quiet = false;
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
