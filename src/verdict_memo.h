/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What one decision has judged already, so that it judges no records twice when it is taken up
 * again. Keeps no yes: only match.c says that. */

#pragma once

#include "dance.h"

/* So many are kept: twice the names of a peer, since the records of each may change once while
 * it waits. */
#define VERDICT_MEMO_MAX 16

struct verdict_memo {
	unsigned count; /* to be set to 0 by the caller */
	struct judgement {
		uint64_t serial; /* of the knowledge */
		enum dance_verdict verdict;
		char detail[DANCE_DETAIL_SIZE];
	} kept[VERDICT_MEMO_MAX];
};

/* Fills in the verdict on this knowledge. False if there is none. */
bool verdict_memo_recall(const struct verdict_memo *memo, uint64_t serial,
	struct dance_result *result);

/* Keeps a proved no, if there is room for it. */
void verdict_memo_keep(struct verdict_memo *memo, uint64_t serial,
	const struct dance_result *result);
