/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * How a finding judges what is shown, what it says when that is impossible, and what it foretells.
 * What it says of the answer alone is in test_finding.c. */

#include "finding_scene.h"

#include <stdlib.h>
#include <string.h>

#include "resolver_options.h"

static const unsigned char shown[TLSA_SHA256_SIZE] = { 1 };
static const struct dance_peer a_peer = { .size = sizeof(a_peer) };
static struct standing left; /* what an earlier one points to, which is not ours to free */

/* Two usable records, and one that is not, of which `proving` has what is shown. */
static struct finding *judged_by_us(size_t at)
{
	struct finding *finding = secure(3600);
	add(finding, 3, 1, 1, TLSA_SHA256_SIZE);
	add(finding, 3, 1, 1, TLSA_SHA256_SIZE);
	add(finding, 2, 1, 1, TLSA_SHA256_SIZE);
	finding->lookup.records[at].data = shown;
	judged_peer = &a_peer;
	proving = shown;
	finding->standings = &left;
	finding->judged = true;
	finding->others = 7;
	finding->unfit = "left";
	judge(finding, &a_peer, DANCE_DANE_EE);
	return finding;
}

static int forget(void **state)
{
	(void)state;
	judged_peer = NULL;
	no_memory = false;
	now = 0;
	return 0;
}

static void test_what_is_shown_is_judged_by_all_records(void **state)
{
	(void)state;
	struct finding *finding = judged_by_us(1);
	assert_int_equal(finding->verdict, DANCE_ALLOW);
	assert_true(finding->judged && finding->asked);
	assert_int_equal(finding->usable, 2);
	assert_int_equal(finding->others, 1);
	assert_null(finding->unfit); /* it has no certificate to be told of */
	finding->unfit = "it is unfit";
	finding->lookup.ttl = 59;
	char *text = printed(finding, finding_print);
	assert_non_null(strstr(text, "\nallow by TLSA 3 1 1 0100"));
	assert_string_equal(warnings,
		"the TTL is below a minute: verifiers must ask often\nit is unfit\n");
	free(text);
	text = printed(finding, finding_print_json);
	assert_non_null(strstr(text,
		", \"verdict\": \"allow\", \"reason\": \"proved by DNS and permitted\", \"match\": {\"usage\": 3, "
		"\"selector\": 1, \"matching\": 1, \"data\": \"0100"));
	assert_non_null(strstr(text,
		"0000\"}, \"warnings\": [\"the TTL is below a minute: verifiers must ask often\", "
		"\"it is unfit\"]}\n"));
	free(text);
	/* Which record it was cannot be told. */
	finding->judgement.record = NULL;
	text = printed(finding, finding_print);
	assert_non_null(strstr(text, "\nallow by TLSA 3 1 1\n"));
	free(text);
	text = printed(finding, finding_print_json);
	assert_non_null(strstr(text,
		"\"match\": {\"usage\": 3, \"selector\": 1, \"matching\": 1, \"data\": null}"));
	free(text);
	finish(finding);

	finding = judged_by_us(0);
	assert_int_equal(finding->others, 1);
	finish(finding);

	finding = judged_by_us(2);
	finding_clear(finding);
	proving = NULL;
	judge(finding, &a_peer, DANCE_DANE_EE);
	assert_int_equal(finding->verdict, DANCE_DENY_MISMATCH);
	assert_int_equal(finding->others, 2);
	strcpy(finding->judgement.result.detail, "!");
	text = printed(finding, finding_print);
	assert_non_null(strstr(text, "\nmismatch (!)\n"));
	free(text);
	text = printed(finding, finding_print_json);
	assert_non_null(strstr(text,
		"\"verdict\": \"mismatch\", \"reason\": \"!\", \"match\": null"));
	free(text);
	finding_clear(finding);
	assert_null(finding->standings);
	free(finding);
}

static void test_what_could_not_be_judged_is_no_yes(void **state)
{
	(void)state;
	struct finding *finding = secure(3600);
	add(finding, 3, 1, 1, TLSA_SHA256_SIZE);
	finding->judged = true;
	finding->others = 7;
	no_memory = true;
	judge(finding, NULL, ALL_USAGES);
	assert_int_equal(finding->verdict, DANCE_FAIL_INTERNAL);
	assert_false(finding->judged || finding->asked);
	assert_int_equal(finding->others, 0);
	no_memory = false;
	finish(finding);

	finding = secure(3600);
	finding->lookup.secure = false;
	finding->lookup.verdict = DANCE_FAIL_LOOKUP;
	finding->standings = &left;
	finding->judged = true;
	finding->others = 7;
	judge(finding, NULL, ALL_USAGES);
	assert_null(finding->standings);
	assert_false(finding->judged || finding->asked);
	assert_int_equal(finding->others, 0);
	assert_int_equal(finding->verdict, DANCE_FAIL_LOOKUP);
	finish(finding);
}

static void test_what_comes_is_told_if_it_was_asked_for(void **state)
{
	(void)state;
	struct finding *finding = secure(3600);
	struct forecast forecast;
	struct ancestry ancestry = {
		.end = 1795348800 + 100, .type = "DS", .name = "example", .aging = "old"
	};
	const struct forecast_wish wish = { .span = 60 };
	struct dance_context_options where = { .size = sizeof(where) };
	add(finding, 3, 1, 1, TLSA_SHA256_SIZE);
	add(finding, 3, 1, 1, TLSA_SHA256_SIZE);
	judge(finding, NULL, ALL_USAGES);
	now = 1795348800;
	finding->lookup.signatures_end = now + 59;
	finding->others = 1;
	finding_look_ahead(finding, &forecast, &wish, &ancestry, &where);
	assert_ptr_equal(finding->forecast, &forecast);
	assert_int_equal(forecast.count, 3);
	assert_string_equal(forecast.sentences[0],
		"the signature of the TLSA records of a.example ends at 2026-11-22T12:00:59Z: "
		"have that zone signed again");
	assert_memory_equal(forecast.sentences[1], "1 of 2 usable records", 21);
	assert_memory_equal(forecast.sentences[2],
		"the trust anchor " RESOLVER_TRUST_ANCHOR " is aging (old)",
		sizeof("the trust anchor " RESOLVER_TRUST_ANCHOR " is aging (old)") - 1);
	where.trust_anchor = "/own.key";
	finding->others = 0;
	finding->lookup.ttl = 86400;
	finding_look_ahead(finding, &forecast, &wish, &ancestry, &where);
	assert_int_equal(forecast.count, 2);
	assert_memory_equal(forecast.sentences[1], "the trust anchor /own.key is", 28);
	strcpy(forecast.sentences[1], "two");
	char *text = printed(finding, finding_print);
	assert_string_equal(text,
		"secure a.example, 2 TLSA records, ttl 86400, until 2026-11-22T12:00:00Z\n"
		"usable TLSA 3 1 1 "
		"0000000000000000000000000000000000000000000000000000000000000000\n"
		"usable TLSA 3 1 1 "
		"0000000000000000000000000000000000000000000000000000000000000000\n"
		"signed until 2026-11-22T12:00:59Z (TLSA records of a.example)\n");
	assert_string_equal(warnings,
		"the TTL is a day or more: a withdrawn key is accepted for that long\n"
		"the signature of the TLSA records of a.example ends at 2026-11-22T12:00:59Z: "
		"have that zone signed again\ntwo\n");
	free(text);
	text = printed(finding, finding_print_json);
	assert_non_null(strstr(text,
		", \"signature-expires\": \"2026-11-22T12:00:59Z\", \"signature-name\": "
		"\"a.example\", \"signature-type\": \"TLSA\", \"records\": ["));
	assert_non_null(strstr(text,
		"], \"verdict\": null, \"reason\": null, \"match\": null, \"warnings\": [\"the TTL "
		"is a day or more: a withdrawn key is accepted for that long\", \"the signature "
		"of the TLSA records of a.example ends at 2026-11-22T12:00:59Z: have that zone "
		"signed again\", \"two\"]}\n"));
	free(text);
	/* It is not known when they end. */
	forecast.end = 0;
	text = printed(finding, finding_print);
	assert_null(strstr(text, "signed until"));
	free(text);
	text = printed(finding, finding_print_json);
	assert_non_null(strstr(text,
		", \"signature-expires\": null, \"signature-name\": null, \"signature-type\": "
		"null, \"records\": ["));
	free(text);
	forecast.end = 1;
	text = printed(finding, finding_print_json);
	assert_non_null(strstr(text, "\"signature-expires\": \"1970-01-01T00:00:01Z\""));
	free(text);
	text = printed(finding, finding_print);
	assert_non_null(strstr(text, "signed until 1970-01-01T00:00:01Z"));
	free(text);
	finish(finding);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_what_is_shown_is_judged_by_all_records,
			forget),
		cmocka_unit_test_teardown(test_what_could_not_be_judged_is_no_yes, forget),
		cmocka_unit_test_teardown(test_what_comes_is_told_if_it_was_asked_for,
			forget),
	};
	return cmocka_run_group_tests_name("finding_shown", tests, NULL, NULL);
}
