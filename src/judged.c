/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A short list of verdicts. */

#include "judged.h"

#include <string.h>

bool judged_recall(const struct judged *judged, uint64_t serial,
	struct dance_result *result)
{
	for (unsigned i = 0; i < judged->count; i++) {
		if (judged->kept[i].serial == serial) {
			result->verdict = judged->kept[i].verdict;
			strcpy(result->detail, judged->kept[i].detail);
			return true;
		}
	}
	return false;
}

void judged_keep(struct judged *judged, uint64_t serial, const struct dance_result *result)
{
	if (judged->count == JUDGED_MAX ||
		dance_verdict_class(result->verdict) != DANCE_CLASS_DENY ||
		result->verdict == DANCE_UNDECIDED) {
		return;
	}
	struct judgement *to = &judged->kept[judged->count++];
	to->serial = serial;
	to->verdict = result->verdict;
	strcpy(to->detail, result->detail);
}
