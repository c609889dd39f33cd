/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What dance check says of an answer, for answers that no DNS is needed to make up. */

#include "../check.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "finding.h"
#include "resolver_options.h"

static const struct dance_peer *judged_peer; /* by us, if it is shown */
static const unsigned char *proving;         /* the data of the records that prove it */
static bool no_memory;
static time_t now;
static char warnings[2048]; /* a line for each */

enum dance_verdict __real_dance_judge(const struct dance_peer *peer, const char *name,
	const struct dance_tlsa *records, size_t count, const struct dance_options *options,
	struct dance_result *result);
enum dance_verdict __wrap_dance_judge(const struct dance_peer *peer, const char *name,
	const struct dance_tlsa *records, size_t count, const struct dance_options *options,
	struct dance_result *result);
enum dance_verdict __wrap_dance_judge(const struct dance_peer *peer, const char *name,
	const struct dance_tlsa *records, size_t count, const struct dance_options *options,
	struct dance_result *result)
{
	if (peer != judged_peer) {
		return __real_dance_judge(peer, name, records, count, options, result);
	}
	assert_string_equal(name, "a.example");
	assert_int_equal(result->size, sizeof(*result));
	assert_int_equal(options->usages, DANCE_DANE_EE);
	result->verdict = DANCE_DENY_MISMATCH;
	for (size_t i = 0; i < count; i++) {
		if (records[i].data == proving) {
			result->verdict = DANCE_ALLOW;
			result->usage = records[i].usage;
			result->selector = records[i].selector;
			result->matching = records[i].matching;
		}
	}
	return result->verdict;
}

bool __real_standing_survey(const struct dance_tlsa *records, size_t count,
	const struct dance_options *options, struct standing *standings, size_t *usable);
bool __wrap_standing_survey(const struct dance_tlsa *records, size_t count,
	const struct dance_options *options, struct standing *standings, size_t *usable);
bool __wrap_standing_survey(const struct dance_tlsa *records, size_t count,
	const struct dance_options *options, struct standing *standings, size_t *usable)
{
	return !no_memory &&
		__real_standing_survey(records, count, options, standings, usable);
}

time_t __real_time(time_t *at);
time_t __wrap_time(time_t *at);
time_t __wrap_time(time_t *at)
{
	return now != 0 ? now : __real_time(at);
}

void __wrap_say_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void __wrap_say_warning(const char *format, ...)
{
	va_list args;
	size_t used = strlen(warnings);
	va_start(args, format);
	vsnprintf(warnings + used, sizeof(warnings) - used, format, args);
	va_end(args);
	strncat(warnings, "\n", sizeof(warnings) - strlen(warnings) - 1);
}

static const unsigned char digits[TLSA_SHA512_SIZE + 1];

/* Takes no data along: what is made up here is not lookup_clear()ed. */
static void add(struct finding *finding, uint8_t usage, uint8_t selector, uint8_t matching,
	size_t size)
{
	finding->lookup.records[finding->lookup.count++] = (struct dance_tlsa){ usage,
		selector, matching, digits, size };
}

static struct dance_tlsa made[TLSA_RECORD_MAX + 45];

static struct finding *secure(uint32_t ttl)
{
	struct finding *finding = calloc(1, sizeof(*finding));
	assert_non_null(finding);
	finding->name = "a.example";
	finding->lookup.records = made;
	finding->lookup.secure = true;
	finding->lookup.ttl = ttl;
	finding->expires = 1795348800; /* 2026-11-22T12:00:00Z */
	return finding;
}

static void finish(struct finding *finding)
{
	finding_clear(finding);
	free(finding);
}

static void judge(struct finding *finding, const struct dance_peer *peer, unsigned usages)
{
	const struct dance_options options = { .size = sizeof(options), .usages = usages };
	finding_judge(finding, peer, &options);
}

#define ALL_USAGES (DANCE_PKIX_TA | DANCE_PKIX_EE | DANCE_DANE_TA | DANCE_DANE_EE)

static char *printed(const struct finding *finding,
	void (*print)(FILE *out, const struct finding *finding))
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	warnings[0] = '\0';
	print(out, finding);
	fclose(out);
	return text;
}

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
		cmocka_unit_test(test_each_record_says_how_it_stands),
		cmocka_unit_test(test_a_set_of_too_many_records_is_unusable),
		cmocka_unit_test(test_advice_is_given_where_it_is_due_and_only_there),
		cmocka_unit_test(test_lines_are_what_the_manual_says),
		cmocka_unit_test(test_a_record_without_its_numbers_has_none),
		cmocka_unit_test(test_json_is_one_object_with_every_member),
		cmocka_unit_test_teardown(test_what_is_shown_is_judged_by_all_records,
			forget),
		cmocka_unit_test_teardown(test_what_could_not_be_judged_is_no_yes, forget),
		cmocka_unit_test(test_a_line_for_each_of_many_names),
		cmocka_unit_test_teardown(test_what_comes_is_told_if_it_was_asked_for,
			forget),
		cmocka_unit_test(test_no_answer_is_told_by_its_reason),
		cmocka_unit_test(test_a_list_says_how_many_it_permits_or_why_nobody),
	};
	return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
