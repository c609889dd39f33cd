/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: a decision recalls of some knowledge only a verdict that it kept on that very knowledge,
 *   and never ALLOW, whatever it was told to keep.
 * Sources: none
 * Contracts: dance_verdict_class() as the proof of verdicts has it; of a detail the first octet is
 *   copied.
 * Assumes: at most 2 verdicts are kept.
 * Unwind: 4
 * Limit: 60 s */

#include "verdict_memo.h"

#include <string.h>

#define strcpy copy_first
static char *copy_first(char *to, const char *from);

#include "../src/verdict_memo.c"

#include "proof.h"

#define KEPT 2

static char *copy_first(char *to, const char *from)
{
	to[0] = from[0];
	return to;
}

enum dance_class dance_verdict_class(enum dance_verdict verdict)
{
	return verdict == DANCE_ALLOW ? DANCE_CLASS_ALLOW :
		nondet_bool()         ? DANCE_CLASS_DENY :
					DANCE_CLASS_FAIL;
}

void harness(void)
{
	struct verdict_memo memo = { .count = 0 };
	struct dance_result kept[KEPT], recalled;
	uint64_t serials[KEPT], serial = nondet_uint64();
	must(!verdict_memo_recall(&memo, serial, &recalled), "nothing is kept at first");
	for (int i = 0; i < KEPT; i++) {
		serials[i] = nondet_uint64();
		kept[i].verdict = (enum dance_verdict)nondet_unsigned();
		verdict_memo_keep(&memo, serials[i], &kept[i]);
	}
	if (!verdict_memo_recall(&memo, serial, &recalled)) {
		return;
	}
	must(recalled.verdict != DANCE_ALLOW, "it is no ALLOW");
	must(recalled.verdict != DANCE_UNDECIDED, "it is a verdict");
	must((serial == serials[0] && recalled.verdict == kept[0].verdict) ||
			(serial == serials[1] && recalled.verdict == kept[1].verdict),
		"it is what was kept on this knowledge");
	end_of_proof();
}
