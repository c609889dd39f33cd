/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the end of a lookup means: only records that were validated leave it open. */

#include "check.h"
#include "resolver_answer.h"

static void each_outcome_has_its_verdict(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		enum dance_verdict verdict;
		enum dance_class class;
	} rows[] = {
		{ RESOLVER_NONE, DANCE_FAIL_NOT_READY, DANCE_CLASS_FAIL },
		{ RESOLVER_SECURE, DANCE_UNDECIDED, DANCE_CLASS_DENY },
		{ RESOLVER_DENIED, DANCE_DENY_NO_TLSA, DANCE_CLASS_DENY },
		{ RESOLVER_INSECURE, DANCE_DENY_INSECURE, DANCE_CLASS_DENY },
		{ RESOLVER_BOGUS, DANCE_FAIL_BOGUS, DANCE_CLASS_FAIL },
		{ RESOLVER_FAILED, DANCE_FAIL_LOOKUP, DANCE_CLASS_FAIL },
		{ RESOLVER_TIMEOUT, DANCE_FAIL_TIMEOUT, DANCE_CLASS_FAIL },
		{ (enum resolver_outcome)(RESOLVER_TIMEOUT + 1), DANCE_FAIL_NOT_READY,
			DANCE_CLASS_FAIL },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		check_verdict(resolver_verdict(rows[i].outcome), rows[i].verdict);
		assert_int_equal(dance_verdict_class(rows[i].verdict), rows[i].class);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_outcome_has_its_verdict) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
