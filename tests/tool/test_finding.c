/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What dance check says of an answer, for answers that no DNS is needed to make up: of each record,
 * of the whole, and of a list. What is shown to be judged by it is in test_finding_shown.c. */

#include "finding_scene.h"

#include <stdlib.h>
#include <string.h>

static void expect_state(const struct finding *finding, size_t at,
	enum standing_state state, const char *why)
{
	assert_int_equal(finding->standings[at].state, state);
	assert_string_equal(finding->standings[at].why, why);
}

static void test_each_record_says_how_it_stands(void **state)
{
	(void)state;
	struct finding *finding = secure(3600);
	add(finding, 3, 1, 1, TLSA_SHA256_SIZE);
	add(finding, 3, 1, 2, TLSA_SHA512_SIZE);
	add(finding, 2, 1, 1, TLSA_SHA256_SIZE);
	add(finding, 0, 1, 1, TLSA_SHA256_SIZE);
	add(finding, 4, 1, 1, TLSA_SHA256_SIZE);
	add(finding, 3, 2, 1, TLSA_SHA256_SIZE);
	add(finding, 3, 1, 3, TLSA_SHA256_SIZE);
	add(finding, 3, 1, 1, 31);
	add(finding, 3, 1, 2, 65);
	add(finding, 3, 0, 0, 5);
	add(finding, 3, 1, 0, 5);
	judge(finding, NULL, ALL_USAGES & ~DANCE_DANE_TA);
	expect_state(finding, 0, STANDING_SKIPPED,
		"the set has a stronger digest of its kind");
	expect_state(finding, 1, STANDING_USABLE, "");
	expect_state(finding, 2, STANDING_UNUSABLE, "--usage does not include its usage");
	expect_state(finding, 3, STANDING_UNUSABLE, "its usage needs --ca-file");
	expect_state(finding, 4, STANDING_UNUSABLE, "its usage is unknown");
	expect_state(finding, 5, STANDING_UNUSABLE, "its selector is unknown");
	expect_state(finding, 6, STANDING_UNUSABLE, "its matching type is unknown");
	expect_state(finding, 7, STANDING_UNUSABLE,
		"it has 31 octets, but a digest of its kind has 32");
	expect_state(finding, 8, STANDING_UNUSABLE,
		"it has 65 octets, but a digest of its kind has 64");
	expect_state(finding, 9, STANDING_UNUSABLE, "its data is not one certificate");
	expect_state(finding, 10, STANDING_UNUSABLE, "its data is not one public key");
	assert_int_equal(finding->usable, 1);
	assert_int_equal(finding->verdict, DANCE_ALLOW);
	finish(finding);
}

static void test_a_set_of_too_many_records_is_unusable(void **state)
{
	(void)state;
	struct finding *finding = secure(3600);
	for (size_t i = 0; i < 300; i++) {
		add(finding, 3, 1, 1, TLSA_SHA256_SIZE);
	}
	judge(finding, NULL, ALL_USAGES);
	expect_state(finding, 0, STANDING_UNUSABLE, "the set has more than 256 records");
	expect_state(finding, 299, STANDING_UNUSABLE, "the set has more than 256 records");
	char *text = printed(finding, finding_print);
	assert_non_null(strstr(text, "secure a.example, 300 TLSA records,"));
	free(text);
	assert_int_equal(finding->usable, 0);
	assert_int_equal(finding->verdict, DANCE_DENY_UNUSABLE);
	finish(finding);
}

static void expect_advice(uint32_t ttl, const struct dance_tlsa *records, size_t count,
	size_t usable, const char *word)
{
	const char *advice[ADVICE_MAX];
	size_t given = standing_advice(records, count, usable, ttl, false, advice);
	assert_int_equal(given, word != NULL ? 1 : 0);
	if (word != NULL) {
		assert_non_null(strstr(advice[0], word));
	}
}

static void test_advice_is_given_where_it_is_due_and_only_there(void **state)
{
	(void)state;
	static const struct dance_tlsa good[] = { { 3, 1, 1, digits, 32 },
		{ 2, 0, 1, digits, 32 } };
	static const struct dance_tlsa certificate[] = { { 3, 0, 1, digits, 32 },
		{ 3, 1, 1, digits, 32 } };
	static const struct dance_tlsa authority[] = { { 3, 1, 1, digits, 32 },
		{ 0, 1, 1, digits, 32 } };
	static const struct dance_tlsa pkix[] = { { 3, 1, 1, digits, 32 },
		{ 1, 1, 1, digits, 32 } };
	expect_advice(60, good, 2, 2, NULL);
	expect_advice(86399, good, 2, 2, NULL);
	expect_advice(59, good, 2, 2, "below a minute");
	expect_advice(86400, good, 2, 2, "a day or more");
	expect_advice(3600, good, 2, 1, "only one record is usable");
	expect_advice(3600, certificate, 2, 2, "3 0 x");
	expect_advice(3600, authority, 2, 2, "PKIX");
	expect_advice(3600, pkix, 2, 2, "PKIX");
}

static void test_lines_are_what_the_manual_says(void **state)
{
	(void)state;
	struct finding *finding = secure(3600);
	add(finding, 3, 1, 1, 2);
	judge(finding, NULL, ALL_USAGES);
	char *text = printed(finding, finding_print);
	assert_string_equal(text,
		"secure a.example, 1 TLSA record, ttl 3600, until 2026-11-22T12:00:00Z\n"
		"unusable TLSA 3 1 1 0000 (it has 2 octets, but a digest of its kind has 32)\n"
		"unusable (no usable TLSA record)\n");
	free(text);
	finish(finding);
}

/* What is too short to be a record is shown as what it is. */
static void test_a_record_without_its_numbers_has_none(void **state)
{
	(void)state;
	struct finding *finding = secure(3600);
	add(finding, 3, 1, 1, TLSA_SHA256_SIZE);
	add(finding, 255, 255, 255, 2);
	add(finding, 255, 255, 255, 0);
	finding->lookup.broken = 2;
	judge(finding, NULL, ALL_USAGES);
	char *text = printed(finding, finding_print);
	assert_non_null(strstr(text,
		"\nunusable TLSA \\# 2 0000 (it is too short for a TLSA record)\nunusable TLSA \\# 0 (it is too short"));
	free(text);
	text = printed(finding, finding_print_json);
	assert_non_null(strstr(text,
		"{\"usage\": null, \"selector\": null, "
		"\"matching\": null, \"data\": \"0000\", \"state\": \"unusable\""));
	free(text);
	finish(finding);
}

static void test_json_is_one_object_with_every_member(void **state)
{
	(void)state;
	struct finding *finding = secure(3600);
	const struct dance_peer peer = { .size = sizeof(peer) };
	add(finding, 3, 1, 1, 2);
	judge(finding, &peer, ALL_USAGES);
	char *text = printed(finding, finding_print_json);
	assert_string_equal(text,
		"{\"name\": \"a.example\", \"status\": \"secure\", \"detail\": \"\", "
		"\"ttl\": 3600, \"expires\": \"2026-11-22T12:00:00Z\", "
		"\"records\": [{\"usage\": 3, \"selector\": 1, \"matching\": 1, "
		"\"data\": \"0000\", \"state\": \"unusable\", "
		"\"detail\": \"it has 2 octets, but a digest of its kind has 32\"}], "
		"\"verdict\": \"credential\", \"reason\": \"no client certificate\", "
		"\"match\": null, \"warnings\": []}\n");
	free(text);
	finish(finding);
}

static void test_no_answer_is_told_by_its_reason(void **state)
{
	(void)state;
	struct finding *finding = secure(0);
	finding->lookup.secure = false;
	finding->lookup.verdict = DANCE_FAIL_BOGUS;
	strcpy(finding->lookup.why, "said \"no\"");
	judge(finding, NULL, ALL_USAGES);
	assert_int_equal(finding->verdict, DANCE_FAIL_BOGUS);
	char *text = printed(finding, finding_print);
	assert_string_equal(text, "bogus a.example (said \"no\")\n");
	free(text);
	text = printed(finding, finding_print_json);
	assert_string_equal(text,
		"{\"name\": \"a.example\", \"status\": \"bogus\", "
		"\"detail\": \"said \\\"no\\\"\", \"ttl\": null, \"expires\": null, "
		"\"records\": [], \"verdict\": null, \"reason\": null, \"match\": null, "
		"\"warnings\": []}\n");
	free(text);
	finish(finding);
}

static const char list_name[] = "@clients.example";

static void check_list(const struct lookup *lookup, const char *line, const char *object)
{
	warnings[0] = '\0';
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	finding_print_list(out, list_name, lookup);
	finding_print_list_json(out, list_name, lookup);
	fclose(out);
	char expected[1024];
	(void)snprintf(expected, sizeof(expected), "%s\n%s\n", line, object);
	assert_string_equal(text, expected);
	free(text);
}

static void test_a_list_says_how_many_it_permits_or_why_nobody(void **state)
{
	(void)state;
	struct client_list *list = calloc(1, sizeof(*list) + 2 * sizeof(list->names[0]));
	assert_non_null(list);
	struct lookup lookup = { .secure = true, .list = list, .ttl = 300 };
	list->count = 2;
	check_list(&lookup, "list @clients.example, 2 names, ttl 300",
		"{\"list\": \"@clients.example\", \"status\": \"secure\", \"detail\": \"\", "
		"\"ttl\": 300, \"names\": 2, \"ignored\": 0}");
	assert_string_equal(warnings, "");
	list->count = 1;
	list->left_out = 3;
	check_list(&lookup, "list @clients.example, 1 name, ttl 300",
		"{\"list\": \"@clients.example\", \"status\": \"secure\", \"detail\": \"\", "
		"\"ttl\": 300, \"names\": 1, \"ignored\": 3}");
	assert_string_equal(warnings,
		"@clients.example: 3 of its names can be no client's, and are ignored\n");
	list->count = list->left_out = 0;
	strcpy(lookup.why, "no such name");
	check_list(&lookup,
		"list @clients.example, 0 names, ttl 300 (it permits nobody: no such name)",
		"{\"list\": \"@clients.example\", \"status\": \"secure\", \"detail\": "
		"\"no such name\", \"ttl\": 300, \"names\": 0, \"ignored\": 0}");
	lookup.why[0] = '\0';
	check_list(&lookup,
		"list @clients.example, 0 names, ttl 300 (it permits nobody: none of its names "
		"can be used)",
		"{\"list\": \"@clients.example\", \"status\": \"secure\", \"detail\": "
		"\"none of its names can be used\", \"ttl\": 300, \"names\": 0, \"ignored\": 0}");
	lookup = (struct lookup){ .verdict = DANCE_FAIL_BOGUS };
	check_list(&lookup, "bogus @clients.example (DNSSEC validation failed)",
		"{\"list\": \"@clients.example\", \"status\": \"bogus\", \"detail\": "
		"\"DNSSEC validation failed\", \"ttl\": null, \"names\": null, \"ignored\": null}");
	lookup = (struct lookup){ .verdict = DANCE_FAIL_BOGUS, .why = "forged" };
	check_list(&lookup, "bogus @clients.example (forged)",
		"{\"list\": \"@clients.example\", \"status\": \"bogus\", \"detail\": \"forged\", "
		"\"ttl\": null, \"names\": null, \"ignored\": null}");
	free(list);
}

static void test_a_line_for_each_of_many_names(void **state)
{
	(void)state;
	struct finding *finding = secure(3600);
	add(finding, 3, 1, 1, TLSA_SHA256_SIZE);
	judge(finding, NULL, ALL_USAGES);
	char *text = printed(finding, finding_print_brief);
	assert_string_equal(text, "usable a.example, 1 of 1 TLSA record, ttl 3600\n");
	assert_string_equal(warnings, "");
	free(text);
	add(finding, 3, 1, 1, 2);
	free(finding->standings);
	judge(finding, NULL, ALL_USAGES);
	text = printed(finding, finding_print_brief);
	assert_string_equal(text, "usable a.example, 1 of 2 TLSA records, ttl 3600\n");
	free(text);
	finding->lookup.count = 0;
	free(finding->standings);
	judge(finding, NULL, ALL_USAGES);
	struct forecast forecast = { .count = 2, .sentences = { "one", "two" } };
	finding->forecast = &forecast;
	text = printed(finding, finding_print_brief);
	assert_string_equal(text, "unusable a.example (no usable TLSA record)\n");
	assert_string_equal(warnings, "a.example: one\na.example: two\n");
	free(text);
	finding->lookup.secure = false;
	finding->lookup.verdict = DANCE_FAIL_BOGUS;
	strcpy(finding->lookup.why, "!");
	free(finding->standings);
	judge(finding, NULL, ALL_USAGES);
	text = printed(finding, finding_print_brief);
	assert_string_equal(text, "bogus a.example (!)\n");
	free(text);
	finish(finding);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_record_says_how_it_stands),
		cmocka_unit_test(test_a_set_of_too_many_records_is_unusable),
		cmocka_unit_test(test_advice_is_given_where_it_is_due_and_only_there),
		cmocka_unit_test(test_lines_are_what_the_manual_says),
		cmocka_unit_test(test_a_record_without_its_numbers_has_none),
		cmocka_unit_test(test_json_is_one_object_with_every_member),
		cmocka_unit_test(test_a_line_for_each_of_many_names),
		cmocka_unit_test(test_no_answer_is_told_by_its_reason),
		cmocka_unit_test(test_a_list_says_how_many_it_permits_or_why_nobody),
	};
	return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
