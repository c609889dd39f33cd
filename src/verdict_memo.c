/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A short list of verdicts. */

#include "verdict_memo.h"

#include <string.h>

bool verdict_memo_recall(const struct verdict_memo *memo, uint64_t serial,
	struct dance_result *result)
{
	for (unsigned i = 0; i < memo->count; i++) {
		if (memo->kept[i].serial == serial) {
			result->verdict = memo->kept[i].verdict;
			strcpy(result->detail, memo->kept[i].detail);
			return true;
		}
	}
	return false;
}

void verdict_memo_keep(struct verdict_memo *memo, uint64_t serial,
	const struct dance_result *result)
{
	if (memo->count == VERDICT_MEMO_MAX ||
		dance_verdict_class(result->verdict) != DANCE_CLASS_DENY ||
		result->verdict == DANCE_UNDECIDED) {
		return;
	}
	struct judgement *to = &memo->kept[memo->count++];
	to->serial = serial;
	to->verdict = result->verdict;
	strcpy(to->detail, result->detail);
}
