/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Says: within one second exactly as many lines pass as may, and each line that did not is counted
 *   once, for the next one that does.
 * Sources: none
 * Contracts: clock_gettime() gives a second that never goes back.
 * Assumes: one thread, 4 lines, at most 3 of which may pass in a second, and two in later seconds.
 * Unwind: harness.0:5 rate_limit_take.0:2
 * Without: --conversion-check
 *   (a count is cut out of a larger number)
 * Limit: 20 s */

#include "rate_limit.h"

#include "proof.h"

#define LINES 4

static long second;

int clock_gettime(clockid_t clock, struct timespec *now)
{
	now->tv_sec = second;
	now->tv_nsec = 0;
	return 0;
}

void harness(void)
{
	struct rate_limit limit = { 0 };
	unsigned per_second = nondet_unsigned(), passed = 0, held_back = 0, suppressed;
	assume(per_second >= 1 && per_second <= 3);
	second = nondet_int();
	assume(second >= 1);
	for (int i = 0; i < LINES; i++) {
		if (rate_limit_take(&limit, per_second, &suppressed)) {
			passed++;
			must(suppressed == 0, "none has been held back before");
			must(held_back == 0, "none passes after one that did not");
		} else {
			held_back++;
		}
	}
	must(passed == per_second, "as many pass as may");
	second += 1;
	must(rate_limit_take(&limit, per_second, &suppressed),
		"a later second begins anew");
	must(suppressed == held_back, "each that did not pass is counted");
	second += 1;
	must(rate_limit_take(&limit, per_second, &suppressed),
		"a later second begins anew");
	must(suppressed == 0, "and is counted once");
	end_of_proof();
}
