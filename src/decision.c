/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A decision that never waits: between two calls it only keeps what it waits for, and what it has
 * judged and paid for. How to decide knows verify.c; whom to wake knows waiters.c. */

#include "dance.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "host_struct.h"
#include "verdict.h"
#include "verify.h"

/* What later rounds must know of those before (verify.h), of the size that is needed. */
struct judged {
	struct work work;
	unsigned signature_count, verdict_count;
	struct judgement verdicts[]; /* and then the signatures */
};

struct dance_decision {
	struct dance_roster *roster;
	struct dance_peer shown; /* the host's octets */
	const char *fault;       /* of the host's struct, or NULL */
	bool waits;              /* the waiter may be waiting, or be woken */
	struct judged *judged;   /* NULL: nothing was */
	struct waiter waiter; /* its `until` is 0 before the first call, and after the last */
	struct change_mark marks[BASIS_MARKS];
};

static void wake_nobody(void *arg)
{
	(void)arg;
}

struct dance_decision *dance_decision_new(struct dance_roster *roster,
	const struct dance_peer *peer, dance_wake *wake, void *arg)
{
	struct dance_decision *decision = calloc(1, sizeof(*decision));
	if (decision == NULL) {
		return NULL;
	}
	decision->roster = roster;
	decision->fault = host_struct_take(&decision->shown, sizeof(decision->shown), peer,
		HOST_PEER_LEAST);
	decision->waiter.wake = wake != NULL ? wake : wake_nobody;
	decision->waiter.arg = arg;
	decision->waiter.marks = decision->marks;
	return decision;
}

/* --- from one call to the next ----------------------------------------------------------- */

static size_t size_of_verdicts(unsigned count)
{
	return count * sizeof(struct judgement);
}

static size_t size_of_signatures(unsigned count)
{
	return count * sizeof(struct signature_known);
}

static void forget_judged(struct dance_decision *decision)
{
	free(decision->judged);
	decision->judged = NULL;
}

/* Few peers are judged by more than a comparison with their key: then there is nothing to keep.
 * False when out of memory. */
static bool keep_judged(struct dance_decision *decision, const struct decision *rounds)
{
	const struct verdict_memo *memo = rounds->inquiry.memo;
	const struct signature_memo *signatures = &rounds->inquiry.peer->signatures;
	forget_judged(decision);
	if (memo->count == 0 && signatures->count == 0 &&
		rounds->inquiry.peer->work.left == WORK_MAX) {
		return true;
	}
	size_t verdicts = size_of_verdicts(memo->count);
	size_t known = size_of_signatures(signatures->count);
	struct judged *judged = malloc(sizeof(*judged) + verdicts + known);
	if (judged == NULL) {
		return false;
	}
	judged->work = rounds->inquiry.peer->work;
	judged->verdict_count = memo->count;
	judged->signature_count = signatures->count;
	memcpy(judged->verdicts, memo->kept, verdicts);
	memcpy(judged->verdicts + memo->count, signatures->known, known);
	decision->judged = judged;
	return true;
}

static void recall_judged(const struct dance_decision *decision, struct decision *rounds)
{
	const struct judged *judged = decision->judged;
	rounds->inquiry.memo->count = 0;
	if (judged != NULL) {
		struct signature_memo *signatures = &rounds->inquiry.peer->signatures;
		rounds->inquiry.peer->work = judged->work;
		rounds->inquiry.memo->count = judged->verdict_count;
		memcpy(rounds->inquiry.memo->kept, judged->verdicts,
			size_of_verdicts(judged->verdict_count));
		signatures->count = judged->signature_count;
		memcpy(signatures->known, judged->verdicts + judged->verdict_count,
			size_of_signatures(judged->signature_count));
	}
}

static void call_off(struct dance_decision *decision)
{
	if (decision->waits) {
		watcher_call_off(decision->roster->watcher, &decision->waiter);
		decision->waits = false;
	}
}

/* The next call begins anew. */
static void end(struct dance_decision *decision)
{
	forget_judged(decision);
	decision->waiter.until = 0;
	decision->waiter.sent_away = decision->waiter.has_answer = false;
}

/* Is its time over, or must it make room? */
static bool is_over(const struct waiter *waiter)
{
	return waiter->until != 0 && (waiter->sent_away || clock_ms() >= waiter->until);
}

/* --- one call ---------------------------------------------------------------------------- */

/* Has the host told when an answer may change the decision. False, with the result as it has to be
 * then, if there is none to wait for. */
static bool await_answer(struct dance_decision *decision, struct decision *rounds)
{
	struct waiter *waiter = &decision->waiter;
	const struct basis *basis = rounds->inquiry.basis;
	bool allowed = rounds->result->verdict == DANCE_ALLOW;
	enum dance_verdict late;
	const char *why;
	if (waiter->until == 0) {
		waiter->until = rounds->inquiry.now +
			rounds->inquiry.roster->options.timeout_ms;
	}
	memcpy(decision->marks, basis->marks, basis->mark_count * sizeof(basis->marks[0]));
	waiter->mark_count = basis->mark_count;
	decision->waits = watcher_call(rounds->inquiry.roster->watcher, waiter,
		&rounds->domain, allowed, &late, &why);
	if (decision->waits && !keep_judged(decision, rounds)) {
		call_off(decision);
		late = DANCE_FAIL_INTERNAL;
		why = "out of memory";
	}
	if (!decision->waits && !allowed) {
		verify_give_up(rounds, late, why);
	}
	return decision->waits;
}

/* Fills a result that is of our size. */
static void take(struct dance_decision *decision, struct dance_result *result)
{
	struct peer peer;
	struct basis basis;
	struct verdict_memo memo;
	struct decision rounds;
	rounds.inquiry.peer = &peer;
	rounds.inquiry.basis = &basis;
	rounds.inquiry.memo = &memo;
	call_off(decision);
	/* The last round: who was allowed before is whatever it says. Who was not gets the reason
	 * why there is no answer, and if there really is none, has been looked up again before. */
	const struct waiter *waiter = &decision->waiter;
	bool over = is_over(waiter), last = over && waiter->has_answer;
	rounds.inquiry.quiet = over && !last &&
		!change_marks_are_passed(waiter->marks, waiter->mark_count);
	if (verify_begin(&rounds, decision->roster, &decision->shown, result)) {
		recall_judged(decision, &rounds);
		if (verify_round(&rounds) && !last && await_answer(decision, &rounds)) {
			result_begin(result);
			result_say(result, DANCE_UNDECIDED,
				"an answer from DNS is awaited");
			return;
		}
	}
	verify_end(&rounds);
	end(decision);
}

enum dance_verdict dance_decision_take(struct dance_decision *decision,
	struct dance_result *host_result)
{
	struct dance_result spare;
	struct dance_result *result = host_result_begin(host_result, &spare);
	if (result == NULL) {
		return DANCE_FAIL_INTERNAL;
	}
	result_begin(result);
	if (decision->roster == NULL) {
		result_say(result, DANCE_FAIL_NOT_READY, NULL);
	} else if (decision->fault != NULL) {
		result_say(result, DANCE_FAIL_INTERNAL, "struct dance_peer: %s",
			decision->fault);
	} else {
		take(decision, result);
	}
	if (result != host_result) {
		(void)dance_result_copy(host_result, result);
	}
	return result->verdict;
}

void dance_decision_free(struct dance_decision *decision)
{
	if (decision == NULL) {
		return;
	}
	if (decision->roster != NULL) {
		watcher_forget(decision->roster->watcher, &decision->waiter);
	}
	forget_judged(decision);
	free(decision);
}
