/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The decision from top to bottom: dance_verify(). Every step is in a file of its own; here is
 * their order. */

#include "dance.h"

#include <stdio.h>
#include <string.h>
#include <urcu/compiler.h>
#include <urcu/uatomic.h>
#include <urcu/urcu-bp.h>

#include "basis.h"
#include "claim.h"
#include "clock.h"
#include "judge.h"
#include "judged.h"
#include "match.h"
#include "peer.h"
#include "resolver.h"
#include "roster.h"
#include "verdict.h"
#include "watcher.h"

/* With more names than this, a key of none of them does not make us look them all up again,
 * but so many for each peer, in turns. */
#define NUDGE_ALL_MAX 8
#define NUDGE_IN_TURN_MAX 64

/* How many exact names are looked at one by one for the reason why a key is unknown. */
#define SUMMARY_MAX 64

_Static_assert(PEER_NAME_MAX <= DANCE_BASIS_NAMES, "all names of a peer are in the basis");

/* One decision under way. */
struct decision {
	struct dance_roster *roster;
	struct peer *peer;
	struct dance_result *result; /* the best so far */
	struct judged *judged;       /* in earlier rounds; NULL: no records are judged */
	struct basis *basis;
	uint64_t now;
	unsigned weighed; /* names, in this round */
	const char *cut;  /* why names of the certificate were not tried, if any were not */
	bool incomplete;  /* nothing is known yet of some exact name */
	bool pending;     /* an answer that might change it is still to come */
	bool unsettled; /* allowed, but a name that comes before it may have the key too */
	bool on_demand; /* the name at hand is only looked up because it is claimed */
	bool under_way; /* it is being looked up right now */
	bool awaited;   /* the answer on the name at hand might change the decision */
	struct name domain; /* of the first name that is awaited; of size 0: none is */
};

/* Of several names, whose verdict tells most? That we could not find out outweighs a no,
 * and among these what a record said outweighs that there was none. */
static unsigned weight(enum dance_verdict verdict)
{
	switch (dance_verdict_class(verdict)) {
	case DANCE_CLASS_ALLOW:
		return 4;
	case DANCE_CLASS_FAIL:
		return 3;
	case DANCE_CLASS_DENY:
		break;
	}
	return verdict == DANCE_DENY_MISMATCH || verdict == DANCE_DENY_CHAIN ? 2 :
		verdict == DANCE_UNDECIDED                                   ? 0 :
									       1;
}

/* Names the peer after one of the roster's own names, which is the entry as well. */
static void put_name(struct dance_result *result, const struct identity *identity)
{
	strcpy(result->name, identity_text(identity));
	strcpy(result->entry, result->name);
}

/* The same of a name below one of the roster's suffixes. */
static void put_name_below(struct dance_result *result, const struct name *name,
	const struct dance_roster *roster)
{
	const struct name *suffix = roster_suffix(roster, name);
	name_to_text(name, result->name);
	if (suffix != NULL) {
		memcpy(result->entry, "*.", 2);
		name_to_text(suffix, result->entry + 2);
	}
}

/* Within its TTL; or, where the operator allows it, a little longer while look-ups fail. One
 * that began before the end of the TTL may not have failed yet. */
static bool is_fresh(const struct decision *decision, const struct knowledge *known,
	enum dance_verdict trouble)
{
	if (decision->now < known->valid_until) {
		return true;
	}
	uint64_t age = decision->now - known->valid_until;
	return age < (uint64_t)decision->roster->options.max_stale_s * 1000 &&
		(trouble != DANCE_UNDECIDED ||
			(!decision->on_demand && age < RESOLVER_DEADLINE_MS));
}

/* Does it say that there is nothing to go by? Of a server, PKIX may do instead (RFC 6698 4.1);
 * of a client it is a no, which may as well be an old one. */
static bool is_absence(const struct decision *decision, const struct knowledge *known)
{
	return decision->roster->options.role == DANCE_SERVER &&
		dance_verdict_class(known->verdict) == DANCE_CLASS_DENY;
}

/* Step 3: what does DNS say of this name? UNDECIDED leaves it to the records. */
static enum dance_verdict consult(struct decision *decision,
	const struct identity *identity, const struct knowledge *known,
	struct dance_result *result)
{
	if (known == NULL) {
		decision->awaited = true;
		return result_say(result, DANCE_FAIL_NOT_READY, NULL);
	}
	if (known->set == NULL) {
		bool expired = decision->now >= known->valid_until;
		decision->awaited = expired &&
			(decision->on_demand || is_absence(decision, known));
		if (decision->awaited && !decision->on_demand) {
			return result_say(result, DANCE_FAIL_NOT_READY,
				"that there are no records has expired, an answer is on its way");
		}
		return result_say(result, known->verdict,
			known->why[0] != '\0' ? "%s" : NULL, known->why);
	}
	enum dance_verdict trouble = uatomic_read(&identity->trouble);
	if (is_fresh(decision, known, trouble)) {
		return DANCE_UNDECIDED;
	}
	/* Trouble may be of long ago: a claim brings a new look-up. */
	if (trouble != DANCE_UNDECIDED && !(decision->on_demand && decision->under_way)) {
		return result_say(result, trouble, "the validated records have expired");
	}
	decision->awaited = decision->on_demand;
	return result_say(result, DANCE_FAIL_NOT_READY,
		"the validated records have expired, new ones are on their way");
}

/* Steps 4 and 5. The same records are judged once, however often the decision is taken up
 * again: what they cost is the peer's choice. */
static enum dance_verdict judge_records(struct decision *decision, const struct name *name,
	const struct knowledge *known, struct dance_result *result)
{
	if (decision->judged == NULL) {
		return result_say(result, DANCE_DENY_MISMATCH, NULL);
	}
	if (judged_recall(decision->judged, known->serial, result)) {
		return result->verdict;
	}
	enum dance_verdict verdict = match_peer(decision->peer, name, known->set,
		&decision->roster->options, result);
	judged_keep(decision->judged, known->serial, result);
	return verdict;
}

/* Steps 3 to 5 for one name. */
static enum dance_verdict judge_identity(struct decision *decision,
	struct identity *identity, struct dance_result *result)
{
	const struct knowledge *known = rcu_dereference(identity->knowledge);
	struct name name;
	decision->awaited = false;
	identity_name(identity, &name);
	if (decision->on_demand) {
		put_name_below(result, &name, decision->roster);
	} else {
		put_name(result, identity);
	}
	judge_put_key(result, decision->peer);

	enum dance_verdict verdict = consult(decision, identity, known, result);
	if (verdict == DANCE_UNDECIDED) {
		verdict = judge_records(decision, &name, known, result);
		result->ttl = decision->now >= known->valid_until ?
			0 :
			(uint32_t)((known->valid_until - decision->now) / 1000);
	}
	return verdict;
}

/* Where to put the next verdict: the first is the best so far anyway. */
static struct dance_result *next_result(struct decision *decision,
	struct dance_result *spare)
{
	struct dance_result *result = decision->weighed++ == 0 ? decision->result : spare;
	result_begin(result);
	return result;
}

static void keep_better(const struct decision *decision, const struct dance_result *result)
{
	if (result != decision->result &&
		weight(result->verdict) > weight(decision->result->verdict)) {
		*decision->result = *result;
	}
}

/* An answer on this name may change the decision. What is waited for has a domain, so that
 * those who wait can share: the name itself, or where a suffix permits it, the name one
 * label below that. */
static void note_awaited(struct decision *decision, const struct identity *identity)
{
	if (decision->domain.size == 0) {
		identity_name(identity, &decision->domain);
		if (decision->on_demand) {
			roster_domain(decision->roster, &decision->domain);
		}
	}
	decision->pending = true;
}

/* Judges one name. If what we know of it has led to a no, or is nothing, it is looked up
 * again soon: records may just have changed, and servers come back. False ends the search. */
static bool weigh(struct decision *decision, struct identity *identity, bool nudge)
{
	struct dance_result spare;
	struct dance_result *result = next_result(decision, &spare);
	enum dance_verdict verdict = judge_identity(decision, identity, result);
	keep_better(decision, result);
	if (decision->awaited) {
		note_awaited(decision, identity);
	}
	/* That a name nobody listed has no records stays true for its negative TTL: peers
	 * are not to make us ask before. */
	bool by_records = verdict == DANCE_DENY_MISMATCH || verdict == DANCE_DENY_CHAIN ||
		verdict == DANCE_DENY_UNUSABLE;
	if (nudge && verdict != DANCE_ALLOW && (!decision->on_demand || by_records)) {
		watcher_nudge(decision->roster->watcher, identity);
	}
	return verdict != DANCE_ALLOW;
}

/* Below a suffix: its records are looked up when it is claimed. */
static bool weigh_on_demand(struct decision *decision, const struct name *name)
{
	struct watcher *watcher = decision->roster->watcher;
	struct watcher_view view;
	const char *why;
	struct identity *identity = watcher_claim(watcher, name,
		roster_outer_suffix(decision->roster, name), &view, &why);
	basis_add(decision->basis, name, &view.count);
	if (identity == NULL) {
		struct dance_result spare;
		struct dance_result *result = next_result(decision, &spare);
		put_name_below(result, name, decision->roster);
		judge_put_key(result, decision->peer);
		result_say(result, DANCE_FAIL_NOT_READY, "%s", why);
		keep_better(decision, result);
		return true;
	}
	decision->on_demand = true;
	decision->under_way = view.under_way;
	bool go_on = weigh(decision, identity, true);
	decision->on_demand = false;
	watcher_release(watcher, identity);
	return go_on;
}

static bool weigh_claim(void *arg, const struct claim *claim)
{
	struct decision *decision = arg;
	if (claim->identity == NULL) {
		return weigh_on_demand(decision, claim->name);
	}
	if (decision->peer->shown->client_id != NULL) {
		basis_add(decision->basis, claim->name, NULL);
	}
	bool go_on = weigh(decision, claim->identity, true);
	if (!go_on && claim->hit != NULL && decision->incomplete) {
		struct name name;
		identity_name(claim->identity, &name);
		decision->unsettled = !peer_bears_name(decision->peer, &name, false) &&
			roster_may_precede(decision->roster, claim->hit);
	}
	return go_on;
}

/* The peer may be one whose record we have not seen yet. */
static void nudge_in_turn(const struct decision *decision)
{
	struct dance_roster *roster = decision->roster;
	for (size_t i = 0; i < roster->member_count && i < NUDGE_IN_TURN_MAX; i++) {
		struct identity *identity = roster_next_again(roster);
		if (identity == NULL) {
			return;
		}
		watcher_nudge(roster->watcher, identity);
	}
}

/* No permitted name is claimed and the key is in no record we know. The reason is then
 * what we know of the names that might have held it. */
static enum dance_verdict explain(struct decision *decision)
{
	const struct dance_roster *roster = decision->roster;
	struct dance_result *result = decision->result;
	size_t count = roster->member_count;
	if (count == 0) {
		const char *fault = peer_names_fault(decision->peer);
		result_begin(result);
		judge_put_key(result, decision->peer);
		return result_say(result, DANCE_DENY_NAME, "%s",
			decision->peer->shown->raw_key ?
				"a raw public key needs dane_clientid here" :
				fault != NULL ? fault :
						"the certificate bears no permitted name");
	}

	bool go_on = true;
	for (size_t i = 0; i < count && i < SUMMARY_MAX && go_on; i++) {
		go_on = weigh(decision, roster->members[i].identity,
			count <= NUDGE_ALL_MAX);
	}
	if (count > NUDGE_ALL_MAX && result->verdict != DANCE_ALLOW) {
		nudge_in_turn(decision);
	}
	unsigned long failing = index_failing(roster->index);
	if (count > SUMMARY_MAX && failing != 0 &&
		dance_verdict_class(result->verdict) == DANCE_CLASS_DENY) {
		result->name[0] = result->entry[0] = '\0';
		return result_say(result, DANCE_FAIL_LOOKUP,
			"%lu of %zu permitted names cannot "
			"be looked up, and the key may be that of one of them",
			failing, count);
	}
	if (count > 1 && dance_verdict_class(result->verdict) == DANCE_CLASS_DENY) {
		result->name[0] = result->entry[0] = '\0';
		return result_say(result, result->verdict,
			"the key is in no record of %zu permitted names", count);
	}
	return result->verdict;
}

/* Steps 2 to 5. */
static enum dance_verdict decide(struct decision *decision)
{
	const char *why;
	decision->weighed = 0;
	decision->pending = decision->unsettled = false;
	decision->domain.size = 0;
	decision->now = clock_ms();
	/* Before what is known is read. A client that sends a name is that one or nobody. */
	basis_begin(decision->basis, decision->roster,
		decision->peer->shown->client_id == NULL);
	/* The key may yet turn out to be that of a name whose first answer is not there. Asked
	 * before the search: an answer that comes in between then brings one more round
	 * instead of being overlooked. */
	decision->incomplete = decision->peer->shown->client_id == NULL &&
		index_unresolved(decision->roster->index) != 0;
	if (!claim_names(decision->roster, decision->peer, weigh_claim, decision,
		    &decision->cut, &why)) {
		result_begin(decision->result);
		judge_put_key(decision->result, decision->peer);
		return result_say(decision->result, DANCE_DENY_NAME, "%s", why);
	}
	enum dance_verdict verdict = decision->weighed == 0 ? explain(decision) :
							      decision->result->verdict;
	decision->pending |= decision->incomplete;
	return verdict;
}

static bool is_answered(const void *arg)
{
	const struct basis *basis = arg;
	return basis_is_answered(basis);
}

/* Decides, and again with each answer that might change it, until time is up. Who is allowed
 * by one name and might be another one, which comes first, is in the end what is known: a
 * name that cannot be looked up keeps nobody out. */
static enum dance_verdict decide_in_time(struct decision *decision)
{
	struct dance_roster *roster = decision->roster;
	struct watcher *watcher = roster->watcher;
	uint64_t until = 0;
	bool last = false;
	for (;;) {
		urcu_bp_read_lock();
		enum dance_verdict verdict = decide(decision);
		urcu_bp_read_unlock();
		bool allowed = verdict == DANCE_ALLOW;
		if (last || !(allowed ? decision->unsettled : decision->pending)) {
			return verdict;
		}
		if (until == 0) {
			until = decision->now + roster->options.timeout_ms;
		}
		enum dance_verdict late;
		const char *why;
		if (watcher_wait(watcher, is_answered, decision->basis, until,
			    &decision->domain, allowed, &late, &why)) {
			continue;
		}
		if (!allowed) {
			basis_await(decision->basis);
			return result_say(decision->result, late, "%s", why);
		}
		last = true; /* time has passed: records may have expired */
	}
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

/* An answer may be wanted that nobody is looking for any more, or not yet. */
static void see_to_watcher(struct watcher *watcher)
{
	if (!watcher_runs(watcher)) {
		watcher_start(watcher);
	}
}

enum dance_verdict dance_verify(struct dance_roster *roster, const struct dance_peer *shown,
	struct dance_result *result)
{
	result_begin(result);
	if (roster == NULL) {
		return result_say(result, DANCE_FAIL_NOT_READY, NULL);
	}
	struct basis basis;
	struct peer peer;
	const char *why;
	if (!peer_import(&peer, shown, &why)) {
		basis_begin(&basis, roster, false);
		basis_put(&basis, &result->basis);
		return result_say(result, DANCE_DENY_CREDENTIAL, "%s", why);
	}
	see_to_watcher(roster->watcher);
	struct judged judged;
	judged.count = 0;
	struct decision decision = { .roster = roster,
		.peer = &peer,
		.result = result,
		.judged = &judged,
		.basis = &basis };
	enum dance_verdict verdict = decide_in_time(&decision);
	/* Names are found by digests: without one of them that none was found proves nothing. */
	if (dance_verdict_class(verdict) == DANCE_CLASS_DENY && peer.failed != NULL) {
		verdict = result_say(result, DANCE_FAIL_INTERNAL, "%s", peer.failed);
	}
	if (verdict != DANCE_ALLOW && decision.cut != NULL) {
		say_cut(result, decision.cut);
	}
	if (verdict != DANCE_ALLOW && verdict != DANCE_FAIL_INTERNAL) {
		basis_put(&basis, &result->basis);
	}
	return verdict;
}

void dance_look_again(struct dance_roster *roster, const struct dance_peer *shown)
{
	struct dance_result result;
	struct basis basis;
	struct peer peer;
	const char *why;
	if (roster == NULL || !peer_import(&peer, shown, &why)) {
		return;
	}
	see_to_watcher(roster->watcher);
	struct decision decision = {
		.roster = roster, .peer = &peer, .result = &result, .basis = &basis
	};
	result_begin(&result);
	urcu_bp_read_lock();
	(void)decide(&decision);
	urcu_bp_read_unlock();
}
