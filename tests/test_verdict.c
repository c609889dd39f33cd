/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The vocabulary, and the line a result makes. */

#include "check.h"
#include "verdict.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const struct {
	enum dance_verdict verdict;
	const char *name;
	enum dance_class class;
} vocabulary[] = {
	{ DANCE_UNDECIDED, "undecided", DANCE_CLASS_DENY },
	{ DANCE_ALLOW, "allow", DANCE_CLASS_ALLOW },
	{ DANCE_DENY_TRANSPORT, "transport", DANCE_CLASS_DENY },
	{ DANCE_DENY_UNPROVEN, "unproven", DANCE_CLASS_DENY },
	{ DANCE_DENY_CREDENTIAL, "credential", DANCE_CLASS_DENY },
	{ DANCE_DENY_NAME, "name", DANCE_CLASS_DENY },
	{ DANCE_DENY_NO_TLSA, "no-tlsa", DANCE_CLASS_DENY },
	{ DANCE_DENY_INSECURE, "insecure", DANCE_CLASS_DENY },
	{ DANCE_DENY_UNUSABLE, "unusable", DANCE_CLASS_DENY },
	{ DANCE_DENY_MISMATCH, "mismatch", DANCE_CLASS_DENY },
	{ DANCE_DENY_CHAIN, "chain", DANCE_CLASS_DENY },
	{ DANCE_FAIL_BOGUS, "bogus", DANCE_CLASS_FAIL },
	{ DANCE_FAIL_LOOKUP, "lookup", DANCE_CLASS_FAIL },
	{ DANCE_FAIL_TIMEOUT, "timeout", DANCE_CLASS_FAIL },
	{ DANCE_FAIL_NOT_READY, "not-ready", DANCE_CLASS_FAIL },
	{ DANCE_FAIL_INTERNAL, "internal", DANCE_CLASS_FAIL },
};

/* Logs and counters of others hang on these words. */
static void words_are_the_vocabulary(void **state)
{
	(void)state;
	assert_int_equal(ROWS(vocabulary), VERDICT_COUNT);
	for (size_t i = 0; i < ROWS(vocabulary); i++) {
		assert_int_equal(vocabulary[i].verdict, i);
		assert_string_equal(dance_verdict_name(vocabulary[i].verdict),
			vocabulary[i].name);
		check_true(vocabulary[i].name,
			dance_verdict_class(vocabulary[i].verdict) == vocabulary[i].class);
	}
}

/* Of several names the reason is that whose verdict tells most. */
static void verdicts_have_ranks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(vocabulary); i++) {
		enum dance_verdict verdict = vocabulary[i].verdict;
		bool is_of_match = verdict == DANCE_DENY_MISMATCH ||
			verdict == DANCE_DENY_CHAIN;
		unsigned rank = verdict == DANCE_UNDECIDED       ? 0 :
			vocabulary[i].class == DANCE_CLASS_ALLOW ? 4 :
			vocabulary[i].class == DANCE_CLASS_FAIL  ? 3 :
			is_of_match                              ? 2 :
								   1;
		assert_int_equal(verdict_rank(verdict), rank);
		assert_int_equal(verdict_is_of_record(verdict),
			is_of_match || verdict == DANCE_ALLOW ||
				verdict == DANCE_DENY_UNUSABLE);
	}
	assert_int_equal(verdict_rank((enum dance_verdict)1000), 0);
	assert_false(verdict_is_of_record((enum dance_verdict)1000));
	assert_int_equal(verdict_rank((enum dance_verdict)VERDICT_COUNT), 0);
}

static void sentences_are_sentences_without_a_full_stop(void **state)
{
	(void)state;
	for (int i = 0; i < VERDICT_COUNT; i++) {
		const char *text = dance_verdict_text((enum dance_verdict)i);
		check_true(text, strlen(text) > 5);
		check_true(text, text[strlen(text) - 1] != '.');
		for (int j = 0; j < i; j++) {
			assert_string_not_equal(text,
				dance_verdict_text((enum dance_verdict)j));
		}
	}
}

static void what_is_no_verdict_is_undecided_and_denied(void **state)
{
	(void)state;
	static const int values[] = { VERDICT_COUNT, VERDICT_COUNT + 1, 1000, -1, INT32_MAX,
		INT32_MIN };
	for (size_t i = 0; i < ROWS(values); i++) {
		enum dance_verdict verdict = (enum dance_verdict)values[i];
		assert_string_equal(dance_verdict_name(verdict), "undecided");
		assert_int_equal(dance_verdict_class(verdict), DANCE_CLASS_DENY);
	}
}

/* Memory that nobody filled lets nobody in. */
static void zeroed_memory_is_undecided(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result) };
	memset(&result, 0, sizeof(result));
	assert_int_equal(result.verdict, DANCE_UNDECIDED);
	assert_int_equal(dance_verdict_class(result.verdict), DANCE_CLASS_DENY);
	assert_int_not_equal(DANCE_ALLOW, 0);
}

static void a_result_begins_empty(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result) };
	memset(&result, 0xff, sizeof(result));
	result_begin(&result);
	assert_int_equal(result.verdict, DANCE_UNDECIDED);
	assert_false(result.has_key);
	assert_false(result.has_record);
	assert_int_equal(result.ttl, 0);
	assert_string_equal(result.name, "");
	assert_string_equal(result.detail, "");
}

static void a_reason_is_made_printable(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result) };
	result_begin(&result);
	enum dance_verdict verdict = result_say(&result, DANCE_FAIL_BOGUS, "%s",
		"a\nb\x1b[0m\x7f\xc3\xa9~ ");
	check_verdict(verdict, DANCE_FAIL_BOGUS);
	check_verdict(result.verdict, DANCE_FAIL_BOGUS);
	assert_string_equal(result.detail, "a?b?[0m???~ ");
}

static void a_reason_is_cut_and_replaced(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result) };
	char text[DANCE_DETAIL_SIZE * 2];
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	result_begin(&result);
	result_say(&result, DANCE_DENY_NAME, "%s", text);
	assert_int_equal(strlen(result.detail), DANCE_DETAIL_SIZE - 1);
	result_say(&result, DANCE_DENY_CHAIN, NULL);
	assert_string_equal(result.detail, "");
}

static struct dance_result full_result(void)
{
	struct dance_result result = { .size = sizeof(result) };
	memset(&result, 0, sizeof(result));
	result.verdict = DANCE_ALLOW;
	result.has_key = true;
	memset(result.key_sha256, 0xa5, sizeof(result.key_sha256));
	result.key_sha256[0] = 0x0f;
	result.has_record = true;
	result.usage = 3;
	result.selector = 1;
	result.matching = 2;
	result.ttl = 55;
	strcpy(result.name, "ns2.example.net");
	return result;
}

#define FULL_LINE \
	"client ns2.example.net, key 0fa5a5a5a5a5a5a5a5a5a5a5a5a5a5a5" \
	"a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5, verdict allow, record 3 1 2, ttl 55"

static void a_line_tells_all_that_is_known(void **state)
{
	(void)state;
	char line[DANCE_LINE_SIZE];
	struct dance_result result = full_result();
	assert_ptr_equal(dance_result_line(&result, line, sizeof(line)), line);
	assert_string_equal(line, FULL_LINE);

	result.has_record = result.has_key = false;
	result.verdict = DANCE_DENY_MISMATCH;
	strcpy(result.detail, "for this reason");
	assert_string_equal(dance_result_line(&result, line, sizeof(line)),
		"client ns2.example.net, verdict mismatch (for this reason)");

	result.name[0] = '\0';
	assert_string_equal(dance_result_line(&result, line, sizeof(line)),
		"verdict mismatch (for this reason)");

	result.detail[0] = '\0';
	assert_string_equal(dance_result_line(&result, line, sizeof(line)),
		"verdict mismatch (no TLSA record matches)");
	result.verdict = DANCE_ALLOW;
	strcpy(result.detail, "by another way");
	assert_string_equal(dance_result_line(&result, line, sizeof(line)),
		"verdict allow (by another way)");
}

/* A pattern that permits the name is told, and the name itself not twice. */
static void a_line_tells_the_entry(void **state)
{
	(void)state;
	char line[DANCE_LINE_SIZE];
	struct dance_result result = { .size = sizeof(result), .verdict = DANCE_ALLOW };
	strcpy(result.name, "ns2.example.net");
	strcpy(result.entry, "ns2.example.net");
	assert_string_equal(dance_result_line(&result, line, sizeof(line)),
		"client ns2.example.net, verdict allow");
	strcpy(result.entry, "*.example.net");
	assert_string_equal(dance_result_line(&result, line, sizeof(line)),
		"client ns2.example.net, entry *.example.net, verdict allow");
	result.name[0] = '\0';
	assert_string_equal(dance_result_line(&result, line, sizeof(line)),
		"verdict allow");
}

static void a_reason_that_is_cut_shows_it(void **state)
{
	(void)state;
	struct dance_result result = { .size = sizeof(result),
		.verdict = DANCE_DENY_MISMATCH,
		.detail = "0123456789" };
	char line[DANCE_LINE_SIZE];
	static const char *const lines[] = {
		"verdict mismatch (0123456789)",
		"verdict mismatch (012345...)",
		"verdict mismatch (01234...)",
		"verdict mismatch (0123...)",
	};
	for (size_t i = 0; i < ROWS(lines); i++) {
		assert_string_equal(dance_result_line(&result, line,
					    strlen(lines[0]) + 1 - i),
			lines[i]);
	}
	assert_string_equal(dance_result_line(&result, line, sizeof("verdict mismatch (0")),
		"verdict mismatch (0");
}

/* One row of the table to be read by eye, and what must hold for all. */
static void verdicts_have_advice(void **state)
{
	(void)state;
	assert_string_equal(dance_verdict_advice(DANCE_DENY_NAME, DANCE_CLIENT),
		"if you know this client, permit its name here, or correct it on the client");
	assert_string_equal(dance_verdict_advice(DANCE_DENY_NAME, DANCE_SERVER),
		"correct 'name'");
	assert_string_equal(dance_verdict_advice(DANCE_FAIL_TIMEOUT, DANCE_SERVER),
		"open outgoing port 53 or set 'resolver'; else check the name servers of "
		"the primary's zone");
	for (int i = -1; i <= VERDICT_COUNT; i++) {
		enum dance_verdict verdict = (enum dance_verdict)i;
		for (int role = DANCE_CLIENT; role <= DANCE_SERVER; role++) {
			const char *advice = dance_verdict_advice(verdict,
				(enum dance_role)role);
			bool none = i <= DANCE_ALLOW || i == VERDICT_COUNT;
			size_t length = strlen(advice);
			check_true(dance_verdict_name(verdict), none == (length == 0));
			check_true(advice,
				none || (length < 120 && advice[length - 1] != '.'));
			/* A filter finds the advice by its mark. */
			check_true(advice, strstr(advice, "do: ") == NULL);
			for (size_t at = 0; at < length; at++) {
				check_true(advice,
					isascii((unsigned char)advice[at]) &&
						isprint((unsigned char)advice[at]));
			}
		}
	}
	assert_string_equal(dance_verdict_advice(DANCE_FAIL_LOOKUP, (enum dance_role)7),
		dance_verdict_advice(DANCE_FAIL_LOOKUP, DANCE_CLIENT));
}

static void a_line_is_cut_to_any_size(void **state)
{
	(void)state;
	struct dance_result result = full_result();
	char line[sizeof(FULL_LINE) + 2];
	for (size_t size = 0; size < sizeof(line); size++) {
		memset(line, '#', sizeof(line));
		dance_result_line(&result, line, size);
		size_t length = size == 0 ? 0 : strnlen(line, sizeof(line));
		assert_true(size == 0 ||
			length ==
				(size <= strlen(FULL_LINE) ? size - 1 : strlen(FULL_LINE)));
		assert_memory_equal(line, FULL_LINE, length);
		for (size_t i = size; i < sizeof(line); i++) {
			assert_int_equal(line[i], '#');
		}
	}
}

static void the_longest_line_fits(void **state)
{
	(void)state;
	struct dance_result result = full_result();
	result.ttl = UINT32_MAX;
	result.usage = result.selector = result.matching = 255;
	memset(result.name, 'n', sizeof(result.name) - 1);
	memset(result.detail, 'd', sizeof(result.detail) - 1);
	char line[DANCE_LINE_SIZE];
	dance_result_line(&result, line, sizeof(line));
	assert_int_equal(line[strlen(line) - 1], ')');
}

static void a_line_is_printable(void **state)
{
	(void)state;
	struct dance_result result = full_result();
	strcpy(result.name, "a\nb");
	strcpy(result.detail, "\x01\xff");
	char line[DANCE_LINE_SIZE];
	dance_result_line(&result, line, sizeof(line));
	for (const char *at = line; *at != '\0'; at++) {
		assert_true(isprint((unsigned char)*at) && isascii((unsigned char)*at));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_the_vocabulary),
		cmocka_unit_test(verdicts_have_ranks),
		cmocka_unit_test(sentences_are_sentences_without_a_full_stop),
		cmocka_unit_test(what_is_no_verdict_is_undecided_and_denied),
		cmocka_unit_test(zeroed_memory_is_undecided),
		cmocka_unit_test(a_result_begins_empty),
		cmocka_unit_test(a_reason_is_made_printable),
		cmocka_unit_test(a_reason_is_cut_and_replaced),
		cmocka_unit_test(a_line_tells_all_that_is_known),
		cmocka_unit_test(a_line_tells_the_entry),
		cmocka_unit_test(a_reason_that_is_cut_shows_it),
		cmocka_unit_test(verdicts_have_advice),
		cmocka_unit_test(a_line_is_cut_to_any_size),
		cmocka_unit_test(the_longest_line_fits),
		cmocka_unit_test(a_line_is_printable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
