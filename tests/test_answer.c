/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Results of libunbound, made up here, in our words. */

#include "answer.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <unbound.h>

static void a_result_has_one_outcome(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		int error, rcode, havedata, nxdomain, secure, bogus, ttl;
		enum resolver_outcome outcome;
		uint32_t told_ttl;
		const char *why;
	} rows[] = {
		{ "error", UB_PIPE, 0, 1, 0, 1, 0, 9, RESOLVER_FAILED, 0,
			"error in pipe communication with async" },
		{ "SERVFAIL", 0, 2, 0, 0, 0, 0, 9, RESOLVER_FAILED, 0, "SERVFAIL" },
		{ "SERVFAIL, secure", 0, 2, 1, 0, 1, 0, 9, RESOLVER_FAILED, 0, "SERVFAIL" },
		{ "REFUSED", 0, 5, 0, 0, 0, 0, 9, RESOLVER_FAILED, 0, "REFUSED" },
		{ "NOTIMP", 0, 4, 0, 0, 0, 0, 9, RESOLVER_FAILED, 0, "no usable answer" },
		{ "bogus", 0, 0, 1, 0, 0, 1, 9, RESOLVER_BOGUS, 0, "the reason" },
		{ "bogus and secure", 0, 0, 1, 0, 1, 1, 9, RESOLVER_BOGUS, 0, "the reason" },
		{ "bogus SERVFAIL", 0, 2, 0, 0, 0, 1, 9, RESOLVER_BOGUS, 0, "the reason" },
		{ "insecure", 0, 0, 1, 0, 0, 0, 9, RESOLVER_INSECURE, 9,
			"the TLSA records are not DNSSEC-signed" },
		{ "insecure, no data", 0, 0, 0, 0, 0, 0, 9, RESOLVER_INSECURE, 9,
			"there is no TLSA record, and DNSSEC signs nothing there" },
		{ "insecure, no name", 0, 3, 0, 1, 0, 0, 9, RESOLVER_INSECURE, 9,
			"there is no TLSA record, and DNSSEC signs nothing there" },
		{ "no data", 0, 0, 0, 0, 1, 0, 9, RESOLVER_DENIED, 9,
			"the name has no TLSA record" },
		{ "no name", 0, 3, 0, 1, 1, 0, -1, RESOLVER_DENIED, 0, "no such name" },
		{ "records", 0, 0, 1, 0, 1, 0, 9, RESOLVER_SECURE, 9, "" },
	};
	static char octets[] = "\x03\x01\x01\x5a";
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *data[] = { octets, NULL };
		int length[] = { 4, 0 };
		struct ub_result result = { .data = data, .len = length,
			.rcode = rows[i].rcode, .havedata = rows[i].havedata,
			.nxdomain = rows[i].nxdomain, .secure = rows[i].secure,
			.bogus = rows[i].bogus, .ttl = rows[i].ttl };
		char why[] = "the reason";
		result.why_bogus = rows[i].bogus ? why : NULL;
		struct answer answer;
		answer_read(&answer, rows[i].error, &result);
		check_true(rows[i].row, answer.told.outcome == rows[i].outcome);
		check_true(rows[i].row, answer.told.ttl == rows[i].told_ttl);
		check_true(rows[i].row, strcmp(answer.told.why, rows[i].why) == 0);
		check_true(rows[i].row, answer.told.count ==
			(rows[i].outcome == RESOLVER_SECURE ? 1 : 0));
		answer_clear(&answer);
	}
	struct answer answer;
	answer_read(&answer, 0, NULL);
	assert_int_equal(answer.told.outcome, RESOLVER_FAILED);
	assert_string_not_equal(answer.told.why, "");
	answer_clear(&answer);
}

/* Short ones are no records of usage 0, and stand behind the others. */
static void records_are_whole_or_broken(void **state)
{
	(void)state;
	static char octets[] = "\x00\x01\x02\x5a";
	char *data[] = { octets, octets, octets, octets, NULL };
	int length[] = { 2, 4, 0, 3, 0 };
	struct ub_result result = { .data = data, .len = length, .havedata = 1, .secure = 1 };
	struct answer answer;
	answer_read(&answer, 0, &result);
	assert_int_equal(answer.told.count, 4);
	assert_int_equal(answer.told.broken, 2);
	const struct dance_tlsa *records = answer.told.records;
	assert_int_equal(records[0].usage, 0);
	assert_int_equal(records[0].selector, 1);
	assert_int_equal(records[0].matching, 2);
	assert_int_equal(records[0].size, 1);
	assert_memory_equal(records[0].data, "\x5a", 1);
	assert_int_equal(records[1].matching, 2);
	assert_int_equal(records[1].size, 0);
	for (size_t i = 2; i < 4; i++) {
		assert_int_equal(records[i].usage, UINT8_MAX);
		assert_int_equal(records[i].selector, UINT8_MAX);
		assert_int_equal(records[i].matching, UINT8_MAX);
	}
	assert_int_equal(records[2].size + records[3].size, 2);
	answer_clear(&answer);
}

static void servers_are_named_once(void **state)
{
	(void)state;
	static const struct {
		const char *said, *told;
	} rows[] = {
		{ "", "" },
		{ "x from A and A and A for key k while building",
			"x from A for key k while building" },
		{ "from A and B and A and B and C", "from A and B and C" },
		{ "from A and A", "from A" },
		{ "from A and AA and A", "from A and AA" },
		{ "from A for B and B and A", "from A for B and B and A" },
		{ "signed by A and A", "signed by A and A" },
		{ "from A and A for key from B and B and A", "from A for key from B and A" },
		{ "from", "from" }, { "from A and", "from A and" }, { "from and and and", "from and" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char why[128];
		strcpy(why, rows[i].said);
		struct ub_result result = { .bogus = 1, .why_bogus = why };
		struct answer answer;
		answer_read(&answer, 0, &result);
		if (strcmp(answer.told.why, rows[i].told) != 0) {
			fail_msg("'%s': '%s'", rows[i].said, answer.told.why);
		}
		answer_clear(&answer);
	}
	char *endless = malloc(100000);
	assert_non_null(endless);
	memset(endless, 'a', 99999);
	endless[99999] = '\0';
	memcpy(endless, "from B and ", 11);
	struct ub_result result = { .bogus = 1, .why_bogus = endless };
	struct answer answer;
	answer_read(&answer, 0, &result);
	assert_string_equal(answer.told.why, "from B and");
	answer_clear(&answer);
	free(endless);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_has_one_outcome),
		cmocka_unit_test(records_are_whole_or_broken),
		cmocka_unit_test(servers_are_named_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
