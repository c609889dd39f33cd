/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * One decision about a peer, in as many rounds as answers come that might change it. Does not
 * wait for answers: dance_verify() does, and decision.c has its host told. */

#pragma once

#include "candidate.h"

struct decision {
	/* Its peer, memo, basis and quiet are to be set by the caller. All rounds together judge
	 * the same records once, and have the peer's budget of work (work.h): both live as long
	 * as the decision. It is quiet if an earlier round has had the names looked up. */
	struct inquiry inquiry;
	struct dance_result *result; /* the best so far */

	/* Of this round, like inquiry.now. */
	unsigned candidates;
	const char *cut; /* why names were not tried, if any were not */
	bool incomplete; /* nothing is known yet of some exact name */
	bool pending;    /* an answer that might change it is still to come */
	bool unsettled;  /* allowed, but a name that comes before it may have the key too */
	struct name domain; /* of the first name that is awaited; of size 0: none is */
};

/* Reads the peer. False: it shows nothing that can be judged, and there is to be no round. */
bool verify_begin(struct decision *decision, struct dance_roster *roster,
	const struct dance_peer *shown, struct dance_result *result);

/* Decides by what is known now. True: an answer on `basis` might change that, and is to come. A
 * peer that is allowed by one name may turn out to have another one that precedes it; if no
 * answer comes in time, the known name counts, so that a failed lookup refuses nobody. */
bool verify_round(struct decision *decision);

/* A peer that is not allowed is refused so, since the answer has not come. */
void verify_give_up(struct decision *decision, enum dance_verdict verdict, const char *why);

/* Completes the result after the last round. */
void verify_end(struct decision *decision);
