/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A permitted name that the peer may be: what validated DNS says of it, and whether its records
 * match. Knows one name at a time, and nothing of other names of the same peer. */

#pragma once

#include "basis.h"
#include "claim.h"
#include "peer.h"
#include "verdict_memo.h"

/* With more listed names than this, a key of none of them does not make us look them all up
 * again. */
#define CANDIDATE_NUDGE_ALL_MAX 8

/* Who asks, and by what and when that is decided. */
struct inquiry {
	struct dance_roster *roster;
	struct peer *peer;
	struct verdict_memo *memo; /* NULL: no records are judged */
	struct basis *basis;
	bool quiet; /* nothing is looked up for it: that was done before */
	uint64_t now;
};

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
	struct dance_result *result; /* set by the caller: the decision's, or the next */
	struct dance_result spare;
};

/* Finds what is known of a claimed name, and has it looked up if it is to be. Returns the verdict
 * if there are no records to judge; UNDECIDED leaves it to candidate_judge(). Under RCU, until
 * candidate_end(). */
enum dance_verdict candidate_consult(struct candidate *candidate,
	const struct inquiry *inquiry, const struct claim *claim);

/* Does a usable record match? */
enum dance_verdict candidate_judge(struct candidate *candidate,
	const struct inquiry *inquiry);

/* The caller has no more use for it. A name is looked up again soon if what we know of it has led
 * to a refusal, or is nothing. */
void candidate_end(struct candidate *candidate, const struct inquiry *inquiry);
