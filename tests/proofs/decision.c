/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: dance_verify() allows only if in its last round, by what was known then and at its time,
 *   a claim of this peer was judged so by its records, and tells that claim's result; a peer
 *   that cannot be read, a missing roster, and an answer that does not come allow nobody; after
 *   a yes no more claims are judged in that round; all that is read is read under RCU.
 * Sources: none
 * Contracts: claims_next() as the proof claim, candidate_consult() and candidate_judge() as the
 *   proof candidate has them: no yes but by the records; verdict_rank() as the proof verdict has
 *   it; the watcher may bring an answer or not.
 * Assumes: at most 2 claims in a round, and 3 rounds, the last of which is for a wait in vain.
 * Unwind: 3
 * Limit: 60 s */

#include "verify.h"

#include <stdarg.h>
#include <stdio.h>

#include "proof.h"

#define CLAIMS 2
#define ROUNDS 2

/* A host of this version; the proof says nothing of others. */
#define memcpy(to, from, size) copy_peer(to, from, size)
static void *copy_peer(void *to, const void *from, size_t size);

#include "verify.c"

#undef memcpy

static struct dance_roster roster;
static struct dance_peer host_peer;
static struct dance_result host_result;
static struct claim claims_of_peer[CLAIMS];
static unsigned rounds, given, consulted, judged, ended, answers;
static bool allowed, imported;
static uint32_t allowed_ttl;

static void *copy_peer(void *to, const void *from, size_t size)
{
	must(from == &host_peer, "it is the host's peer");
	if (size == sizeof(size_t)) {
		*(size_t *)to = host_peer.size;
	} else {
		*(struct dance_peer *)to = host_peer;
	}
	return to;
}

uint64_t clock_ms(void)
{
	rounds++;
	given = consulted = judged = ended = 0;
	allowed = false;
	return rounds;
}

bool peer_import(struct peer *peer, const struct dance_peer *shown, const char **why)
{
	peer->shown = shown;
	peer->failed = nondet_bool() ? "a reason" : NULL;
	*why = "a reason";
	return imported = nondet_bool();
}

void claims_begin(struct claims *claims, const struct dance_roster *of, struct peer *peer)
{
	must(rcu_sections == 1 && of == &roster, "it is read under RCU");
	claims->any = false;
	claims->listed = 0;
	claims->refusal = nondet_bool() ? "a reason" : NULL;
	claims->cut = nondet_bool() ? "a reason" : NULL;
}

const struct claim *claims_next(struct claims *claims)
{
	must(!allowed, "after a yes there is no other claim");
	must(ended == given, "one claim is judged after the other");
	if (given == CLAIMS || nondet_bool()) {
		return NULL;
	}
	claims->any = true;
	claims->listed = nondet_bool();
	claims_of_peer[given].source = claims->listed > 0 ? CLAIM_LISTED : CLAIM_KEY;
	return &claims_of_peer[given++];
}

enum dance_verdict candidate_consult(struct candidate *candidate,
	const struct inquiry *inquiry, const struct claim *claim)
{
	must(inquiry->now == rounds && inquiry->roster == &roster,
		"at the time of the round");
	must(claim == &claims_of_peer[given - 1], "it is the peer's claim");
	consulted++;
	candidate->claim = claim;
	candidate->owner = nondet_bool() ? (struct owner *)&claims_of_peer : NULL;
	candidate->on_demand = nondet_bool();
	candidate->awaited = nondet_bool();
	enum dance_verdict verdict = (enum dance_verdict)nondet_unsigned();
	assume(verdict != DANCE_ALLOW && (unsigned)verdict < VERDICT_COUNT);
	candidate->result->ttl = nondet_unsigned();
	return candidate->result->verdict = verdict;
}

enum dance_verdict candidate_judge(struct candidate *candidate,
	const struct inquiry *inquiry)
{
	must(candidate->result->verdict == DANCE_UNDECIDED,
		"only what has records is judged");
	must(rcu_sections == 1, "it is read under RCU");
	judged++;
	enum dance_verdict verdict = (enum dance_verdict)nondet_unsigned();
	assume(verdict != DANCE_UNDECIDED && (unsigned)verdict < VERDICT_COUNT);
	candidate->result->ttl = nondet_unsigned();
	allowed = verdict == DANCE_ALLOW;
	allowed_ttl = candidate->result->ttl;
	return candidate->result->verdict = verdict;
}

void candidate_end(struct candidate *candidate, const struct inquiry *inquiry)
{
	must(rcu_sections == 1, "it is read under RCU");
	ended++;
}

unsigned verdict_rank(enum dance_verdict verdict)
{
	unsigned rank = verdict == DANCE_ALLOW ? 100 : nondet_unsigned();
	assume(rank <= 100 && (rank == 100) == (verdict == DANCE_ALLOW));
	return rank;
}

enum dance_class dance_verdict_class(enum dance_verdict verdict)
{
	return verdict == DANCE_ALLOW       ? DANCE_CLASS_ALLOW :
		verdict >= DANCE_FAIL_BOGUS ? DANCE_CLASS_FAIL :
					      DANCE_CLASS_DENY;
}

const char *dance_verdict_text(enum dance_verdict verdict)
{
	return "words";
}

void result_begin(struct dance_result *result)
{
	result->verdict = DANCE_UNDECIDED;
}

enum dance_verdict result_say(struct dance_result *result, enum dance_verdict verdict,
	const char *format, ...)
{
	return result->verdict = verdict;
}

bool dance_result_copy(struct dance_result *to, const struct dance_result *from)
{
	to->verdict = from->verdict;
	to->ttl = from->ttl;
	return true;
}

struct dance_result *host_result_begin(struct dance_result *theirs,
	struct dance_result *spare)
{
	return nondet_bool() ? theirs : nondet_bool() ? spare : NULL;
}

int snprintf(char *text, size_t size, const char *format, ...)
{
	return nondet_int();
}

void judge_put_key(struct dance_result *result, struct peer *peer)
{
}

bool peer_bears_name(struct peer *peer, const struct name *name, bool wildcards)
{
	return nondet_bool();
}

const char *peer_names_fault(struct peer *peer)
{
	return nondet_bool() ? "a reason" : NULL;
}

size_t roster_listed_count(const struct dance_roster *of)
{
	return any_size(2);
}

bool roster_may_precede(const struct dance_roster *of, const struct key_index_hit *hit)
{
	return nondet_bool();
}

void roster_domain(const struct dance_roster *of, struct name *name)
{
}

struct owner *roster_next_nudge(struct dance_roster *of)
{
	return NULL;
}

unsigned long key_index_failing(const struct key_index *index)
{
	return nondet_unsigned();
}

unsigned long key_index_unresolved(const struct key_index *index)
{
	return nondet_unsigned();
}

enum dance_verdict admission_trouble(const struct membership *membership,
	const struct dance_options *options, uint64_t now, struct admission *admission)
{
	enum dance_verdict verdict = (enum dance_verdict)nondet_unsigned();
	assume(verdict != DANCE_ALLOW && (unsigned)verdict < VERDICT_COUNT);
	admission->awaited = nondet_bool();
	return verdict;
}

enum dance_verdict admission_say(const struct admission *admission,
	enum dance_verdict verdict, struct dance_result *result)
{
	return result->verdict = verdict;
}

void basis_begin(struct basis *basis, const struct dance_roster *of, bool listed)
{
	basis->mark_count = 0;
}

void basis_await(struct basis *basis)
{
}

void basis_put(const struct basis *basis, struct dance_basis *to)
{
}

bool watcher_runs(const struct watcher *watcher)
{
	return nondet_bool();
}

void watcher_start(struct watcher *watcher)
{
}

void watcher_nudge(struct watcher *watcher, struct owner *owner)
{
}

bool watcher_wait(struct watcher *watcher, const struct change_mark *marks, size_t count,
	uint64_t until, const struct name *domain, bool has_answer,
	enum dance_verdict *verdict, const char **why)
{
	must(rcu_sections == 0, "nobody waits under RCU");
	must(has_answer == allowed, "it is known whether there is a yes");
	*verdict = nondet_bool() ? DANCE_FAIL_TIMEOUT : DANCE_FAIL_NOT_READY;
	*why = "a reason";
	allowed = false; /* that was before: time has passed */
	return ++answers < ROUNDS && nondet_bool();
}

void harness(void)
{
	struct dance_roster *of = nondet_bool() ? &roster : NULL;
	host_peer.size = nondet_bool() ? sizeof(host_peer) : 0;
	host_peer.client_id = nondet_bool() ? "n" : NULL;
	host_peer.raw_key = nondet_bool();
	host_peer.chain_count = any_size(1);
	roster.lists.list_count = 0;
	host_result.verdict = (enum dance_verdict)nondet_unsigned();

	enum dance_verdict verdict = dance_verify(of, &host_peer, &host_result);
	must(rcu_sections == 0, "all sections end");
	if (verdict == DANCE_ALLOW) {
		must(of != NULL && host_peer.size != 0 && imported,
			"there is a roster and a peer");
		must(allowed && judged > 0 && ended == given,
			"a claim of the peer was judged so in the last round");
		must(host_result.verdict == DANCE_ALLOW && host_result.ttl == allowed_ttl,
			"it is that claim's result");
	}
	end_of_proof();
}
