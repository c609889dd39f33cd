/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * dance_verify() as a host sees it: each verdict, and what the result then holds. */

#include "check.h"
#include "claim.h"
#include "der_writer.h"
#include "fixture.h"
#include "scene.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define NAME "a.example"

static const struct alternative_name names[] = { DNS("a.example"), DNS("c.sub.example") };

/* With names in it, and without; and one of an issuer, with the same names. */
static struct credential named, mine, other, authority, issued;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &named,
		{ .key = KEY_P256,
			.common_name = NAME,
			.names = names,
			.name_count = ROWS(names) } },
	{ &mine, { .key = KEY_ED25519, .expired = true } },
	{ &other, { .key = KEY_ED25519 } },
	{ &authority, { .key = KEY_P256, .common_name = "authority", .authority = true } },
	{ &issued,
		{ .key = KEY_ED25519,
			.issuer = &authority,
			.names = names,
			.name_count = ROWS(names) } },
	{ NULL, { 0 } },
};

static void check_result(enum dance_verdict verdict, const struct credential *key,
	const char *name)
{
	check_verdict(result.verdict, verdict);
	assert_string_equal(result.name, name);
	assert_int_equal(result.entry[0] != '\0', name[0] != '\0');
	assert_int_equal(result.has_key, key != NULL);
	if (key != NULL) {
		assert_memory_equal(result.key_sha256, key->sha256[TLSA_SPKI], 32);
	}
	assert_int_equal(result.has_record, verdict == DANCE_ALLOW);
	for (const char *at = result.detail; *at != '\0'; at++) {
		assert_true(isascii((unsigned char)*at) && isprint((unsigned char)*at));
	}
	char line[DANCE_LINE_SIZE];
	dance_result_line(&result, line, sizeof(line));
	assert_non_null(strstr(line, dance_verdict_name(verdict)));
}

static void allow(void **state)
{
	(void)state;
	for (uint8_t selector = 0; selector < TLSA_SELECTOR_COUNT; selector++) {
		for (uint8_t matching = 0; matching < TLSA_MATCHING_COUNT; matching++) {
			struct dance_tlsa record = tlsa_of(&mine, TLSA_DANE_EE, selector,
				matching);
			publish_records(NAME, 55, &record, 1);
			struct dance_roster *roster = roster_of(NAME, NULL);
			pass(5000);
			check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
			check_result(DANCE_ALLOW, &mine, NAME);
			assert_int_equal(result.usage, TLSA_DANE_EE);
			assert_int_equal(result.selector, selector);
			assert_int_equal(result.matching, matching);
			assert_int_equal(result.ttl, 50);
			dance_roster_free(roster);
		}
	}
}

static void allow_by_one_record_of_several(void **state)
{
	(void)state;
	/* RFC 7671 8.1: the key in use and the one that comes after it. */
	const struct dance_tlsa records[] = { tlsa_of(&other, 3, 1, 1),
		tlsa_of(&mine, 3, 1, 1) };
	publish_records(NAME, 60, records, 2);
	struct dance_roster *roster = roster_of(NAME, NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(roster, &other, NULL, &result), DANCE_ALLOW);
	check_verdict(verify(roster, &named, NULL, &result), DANCE_DENY_MISMATCH);
	dance_roster_free(roster);
}

static void a_raw_key_is_allowed_by_its_spki(void **state)
{
	(void)state;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	check_verdict(verify_raw_key(roster, &mine, NULL, &result), DANCE_ALLOW);
	check_result(DANCE_ALLOW, &mine, NAME);
	check_verdict(verify_raw_key(roster, &mine, NAME, &result), DANCE_ALLOW);
	check_verdict(verify_raw_key(roster, &other, NULL, &result), DANCE_DENY_MISMATCH);
	dance_roster_free(roster);
}

static void credential(void **state)
{
	(void)state;
	struct der longer = { 0 };
	struct dance_octets chain[40];
	for (size_t i = 0; i < ROWS(chain); i++) {
		chain[i] = mine.whole[TLSA_CERTIFICATE];
	}
	der_append(&longer, mine.octets[TLSA_CERTIFICATE],
		mine.whole[TLSA_CERTIFICATE].size);
	der_append(&longer, "", 1);
	const struct dance_octets tail = { longer.octets, longer.size };
	const struct dance_octets empty = { longer.octets, 0 },
				  garbage = { longer.octets, 9 };
	const struct {
		const char *row;
		struct dance_peer peer;
	} rows[] = {
		{ "no chain",
			{ .size = sizeof(struct dance_peer),
				.chain = NULL,
				.chain_count = 0 } },
		{ "no key",
			{ .size = sizeof(struct dance_peer),
				.chain = NULL,
				.chain_count = 0,
				.raw_key = true } },
		{ "empty",
			{ .size = sizeof(struct dance_peer),
				.chain = &empty,
				.chain_count = 1 } },
		{ "empty key",
			{ .size = sizeof(struct dance_peer),
				.chain = &empty,
				.chain_count = 1,
				.raw_key = true } },
		{ "garbage",
			{ .size = sizeof(struct dance_peer),
				.chain = &garbage,
				.chain_count = 1 } },
		{ "garbage key",
			{ .size = sizeof(struct dance_peer),
				.chain = &garbage,
				.chain_count = 1,
				.raw_key = true } },
		{ "octets behind",
			{ .size = sizeof(struct dance_peer),
				.chain = &tail,
				.chain_count = 1 } },
		{ "too long a chain",
			{ .size = sizeof(struct dance_peer),
				.chain = chain,
				.chain_count = ROWS(chain) } },
		{ "a certificate for a key",
			{ .size = sizeof(struct dance_peer),
				.chain = chain,
				.chain_count = 1,
				.raw_key = true } },
		{ "with a permitted name",
			{ .size = sizeof(struct dance_peer),
				.chain = &garbage,
				.chain_count = 1,
				.client_id = NAME,
				.client_id_size = strlen(NAME) } },
	};
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	for (size_t i = 0; i < ROWS(rows); i++) {
		check_row(rows[i].row, dance_verify(roster, &rows[i].peer, &result),
			DANCE_DENY_CREDENTIAL);
		check_result(DANCE_DENY_CREDENTIAL, NULL, "");
		check_true(rows[i].row, result.detail[0] != '\0');
	}
	der_clear(&longer);
	dance_roster_free(roster);
}

static void name_not_permitted(void **state)
{
	(void)state;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	/* The key is that of a permitted name, but that is not what the peer says. */
	check_verdict(verify(roster, &mine, "b.example", &result), DANCE_DENY_NAME);
	check_result(DANCE_DENY_NAME, &mine, result.name);
	check_verdict(verify(roster, &mine, "", &result), DANCE_DENY_NAME);
	check_verdict(verify(roster, &mine, "a.example.", &result), DANCE_DENY_NAME);
	check_verdict(verify_raw_key(roster, &mine, "b.example", &result), DANCE_DENY_NAME);
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = &mine.whole[TLSA_CERTIFICATE],
		.chain_count = 1,
		.client_id = "a.example\0",
		.client_id_size = 10 };
	check_verdict(dance_verify(roster, &peer, &result), DANCE_DENY_NAME);
	dance_roster_free(roster);
}

static void name_not_claimed_below_a_suffix(void **state)
{
	(void)state;
	publish("c.sub.example", 60, &named);
	struct dance_roster *roster = roster_of("*.sub.example *.other.example", NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_DENY_NAME);
	check_result(DANCE_DENY_NAME, &mine, "");
	assert_non_null(strstr(result.detail, "no permitted name"));
	check_verdict(verify_raw_key(roster, &named, NULL, &result), DANCE_DENY_NAME);
	assert_non_null(strstr(result.detail, "dane_clientid"));
	check_verdict(verify(roster, &named, NULL, &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

static void what_dns_says_of_the_only_name(void **state)
{
	(void)state;
	static const struct {
		enum resolver_outcome outcome;
		const char *why;
		enum dance_verdict verdict;
	} rows[] = {
		{ RESOLVER_DENIED, "no such name", DANCE_DENY_NO_TLSA },
		{ RESOLVER_INSECURE, "", DANCE_DENY_INSECURE },
		{ RESOLVER_BOGUS, "signature\nexpired\x1b", DANCE_FAIL_BOGUS },
		{ RESOLVER_FAILED, "SERVFAIL", DANCE_FAIL_LOOKUP },
		{ RESOLVER_TIMEOUT, "", DANCE_FAIL_TIMEOUT },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		answer(NAME, rows[i].outcome, 60, rows[i].why);
		struct dance_roster *roster = roster_of(NAME, NULL);
		/* Whether the name is claimed or not. */
		(void)verify(roster, &mine, NULL, &result);
		check_result(rows[i].verdict, &mine, NAME);
		assert_int_equal(result.detail[0] != '\0', rows[i].why[0] != '\0');
		(void)verify(roster, &named, NULL, &result);
		check_result(rows[i].verdict, &named, NAME);
		(void)verify(roster, &mine, NAME, &result);
		check_result(rows[i].verdict, &mine, NAME);
		dance_roster_free(roster);
	}
}

static void not_ready(void **state)
{
	(void)state;
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = &mine.whole[TLSA_CERTIFICATE],
		.chain_count = 1 };
	check_verdict(dance_verify(NULL, &peer, &result), DANCE_FAIL_NOT_READY);
	check_result(DANCE_FAIL_NOT_READY, NULL, "");
	/* Nothing is asked of the peer then. */
	check_verdict(dance_verify(NULL, NULL, &result), DANCE_FAIL_NOT_READY);
	fake_resolver_refuse("no root key");
	struct dance_roster *roster = roster_of(NAME, NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_NOT_READY);
	check_result(DANCE_FAIL_NOT_READY, &mine, NAME);
	assert_string_equal(result.detail, "no root key");
	dance_roster_free(roster);
}

static void unusable(void **state)
{
	(void)state;
	const unsigned char data[32] = { 0 };
	const struct dance_tlsa odd[] = { { 4, 1, 1, data, 32 }, { 3, 2, 1, data, 32 },
		{ 3, 1, 3, data, 32 }, { 3, 1, 1, data, 31 },
		{ UINT8_MAX, 0, 0, NULL, 0 } };
	const struct dance_tlsa whole[] = { tlsa_of(&mine, 3, 0, 1) };
	const struct dance_tlsa pkix[] = { tlsa_of(&mine, 1, 1, 1),
		tlsa_of(&mine, 0, 1, 1) };
	publish_records("odd.example", 60, odd, ROWS(odd));
	publish_records("whole.example", 60, whole, 1);
	publish_records("pkix.example", 60, pkix, 2);
	publish_records("none.example", 60, NULL, 0);
	struct dance_roster *roster =
		roster_of("odd.example whole.example pkix.example none.example", NULL);
	static const char *const claimed[] = { "odd.example", "pkix.example",
		"none.example" };
	for (size_t i = 0; i < ROWS(claimed); i++) {
		(void)verify(roster, &mine, claimed[i], &result);
		check_result(DANCE_DENY_UNUSABLE, &mine, claimed[i]);
	}
	/* A raw key has no certificate that 3 0 1 could match (draft 9). */
	check_verdict(verify_raw_key(roster, &mine, "whole.example", &result),
		DANCE_DENY_UNUSABLE);
	check_verdict(verify(roster, &mine, "whole.example", &result), DANCE_ALLOW);
	dance_roster_free(roster);
}

static void unusable_when_the_usage_is_off(void **state)
{
	(void)state;
	const struct dance_options options = { .size = sizeof(options),
		.usages = DANCE_DANE_TA };
	publish(NAME, 60, &mine);
	struct dance_roster *without = roster_of(NAME, &options);
	struct dance_roster *with = roster_of(NAME, NULL);
	check_verdict(verify(without, &mine, NULL, &result), DANCE_DENY_UNUSABLE);
	check_result(DANCE_DENY_UNUSABLE, &mine, NAME);
	check_verdict(verify(with, &mine, NULL, &result), DANCE_ALLOW);
	dance_roster_free(without);
	dance_roster_free(with);
}

static void mismatch(void **state)
{
	(void)state;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	check_verdict(verify(roster, &other, NULL, &result), DANCE_DENY_MISMATCH);
	check_result(DANCE_DENY_MISMATCH, &other, NAME);
	/* Its names are permitted, its key is not that of the record. */
	check_verdict(verify(roster, &named, NULL, &result), DANCE_DENY_MISMATCH);
	check_result(DANCE_DENY_MISMATCH, &named, NAME);
	check_verdict(verify(roster, &other, NAME, &result), DANCE_DENY_MISMATCH);
	check_result(DANCE_DENY_MISMATCH, &other, NAME);
	dance_roster_free(roster);
}

static enum dance_verdict verify_issued(struct dance_roster *roster, const char *client_id)
{
	const struct dance_octets chain[] = { issued.whole[0], authority.whole[0] };
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = chain,
		.chain_count = 2,
		.client_id = client_id,
		.client_id_size = client_id != NULL ? strlen(client_id) : 0 };
	return dance_verify(roster, &peer, &result);
}

/* An anchor in DNS proves the names of the certificate, listed or below a suffix, and no
 * other one. */
static void allow_and_chain_by_an_anchor(void **state)
{
	(void)state;
	const struct dance_tlsa anchor = tlsa_of(&authority, 2, 0, 1);
	static const char *const claimed[] = { "a.example", "c.sub.example" };
	publish_records("*.example", 60, &anchor, 1);
	struct dance_roster *roster = roster_of("a.example b.example *.sub.example", NULL);
	for (size_t i = 0; i < ROWS(claimed); i++) {
		check_verdict(verify_issued(roster, claimed[i]), DANCE_ALLOW);
		check_result(DANCE_ALLOW, &issued, claimed[i]);
		assert_int_equal(result.usage, TLSA_DANE_TA);
	}
	check_verdict(verify_issued(roster, NULL), DANCE_ALLOW);
	assert_string_equal(result.name, "a.example");
	check_verdict(verify_issued(roster, "b.example"), DANCE_DENY_CHAIN);
	check_result(DANCE_DENY_CHAIN, &issued, "b.example");
	assert_non_null(strstr(result.detail, "name"));
	check_verdict(verify_issued(roster, "d.sub.example"), DANCE_DENY_CHAIN);
	check_result(DANCE_DENY_CHAIN, &issued, "d.sub.example");
	dance_roster_free(roster);
}

static void a_key_of_none_of_several_names(void **state)
{
	(void)state;
	publish(NAME, 60, &other);
	answer("b.example", RESOLVER_DENIED, 60, "no such name");
	struct dance_roster *roster = roster_of("a.example b.example", NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_DENY_MISMATCH);
	check_result(DANCE_DENY_MISMATCH, &mine, "");
	assert_non_null(strstr(result.detail, "2 permitted names"));
	dance_roster_free(roster);
	/* It may be that of the name we could not ask for. */
	answer("c.example", RESOLVER_FAILED, 0, "SERVFAIL");
	roster = roster_of("a.example b.example c.example", NULL);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_LOOKUP);
	check_result(DANCE_FAIL_LOOKUP, &mine, "c.example");
	dance_roster_free(roster);
}

/* However many names are listed, one that could not be looked up may be that of the key; the
 * reason is not that no record holds it. */
static void a_key_of_none_of_very_many_names(void **state)
{
	(void)state;
	static char list[8192];
	list[0] = '\0';
	publish("*.example", 60, &other);
	for (int i = 0; i < 100; i++) {
		sprintf(list + strlen(list), "n%d.example ", i);
	}
	strcat(list, "y.example z.example");
	static const struct {
		enum resolver_outcome outcome;
		bool fails;
	} rows[] = {
		{ RESOLVER_DENIED, false },
		{ RESOLVER_BOGUS, true },
		{ RESOLVER_TIMEOUT, true },
		{ RESOLVER_FAILED, true },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		answer("y.example", rows[i].outcome, 60, NULL);
		struct dance_roster *first = roster_of(list, NULL);
		struct dance_roster *second = roster_of(list,
			&(struct dance_options){
				.size = sizeof(struct dance_options), .timeout_ms = 7 });
		for (int j = 0; j < 2; j++) {
			struct dance_roster *roster = j == 0 ? first : second;
			check_verdict(verify(roster, &mine, NULL, &result),
				rows[i].fails ? DANCE_FAIL_LOOKUP : DANCE_DENY_MISMATCH);
			assert_string_equal(result.detail,
				rows[i].fails ?
					"1 of 102 permitted names cannot be looked up, and one of them may have this key" :
					"the key is in no record of 102 permitted names");
			assert_string_equal(result.name, "");
			assert_string_equal(result.entry, "");
		}
		/* Found out, it is a no. */
		publish("y.example", 60, &other);
		pass(70000);
		check_verdict(verify(first, &mine, NULL, &result), DANCE_DENY_MISMATCH);
		/* A name that is being looked up outlives its rosters, with what is known of it. */
		fake_resolver_settle();
		dance_roster_free(first);
		dance_roster_free(second);
	}
}

/* The last that is looked at by itself, and the first that is not: it may be that one's key. */
static void the_key_may_be_that_of_the_last_name(void **state)
{
	(void)state;
	publish("*.example", 60, &other);
	for (unsigned count = CLAIM_LISTED_MAX; count <= CLAIM_LISTED_MAX + 1; count++) {
		char list[32 * (CLAIM_LISTED_MAX + 1)] = "", last[32] = "";
		for (unsigned i = 0; i < count; i++) {
			snprintf(last, sizeof(last), "n%u.of%u.example", i, count);
			strcat(strcat(list, last), i + 1 < count ? " " : "");
		}
		answer(last, RESOLVER_FAILED, 0, NULL);
		struct dance_roster *roster = roster_of(list, NULL);
		check_verdict(verify(roster, &mine, NULL, &result), DANCE_FAIL_LOOKUP);
		assert_string_equal(result.name, count == CLAIM_LISTED_MAX ? last : "");
		dance_roster_free(roster);
	}
}

/* The certificate of a peer that asks often is the same; its result must not be. */
static void nothing_of_an_earlier_result_is_left(void **state)
{
	(void)state;
	publish(NAME, 60, &mine);
	struct dance_roster *roster = roster_of(NAME, NULL);
	memset(&result, 0xff, sizeof(result));
	result.size = sizeof(result);
	check_verdict(verify(roster, &mine, NULL, &result), DANCE_ALLOW);
	check_result(DANCE_ALLOW, &mine, NAME);
	assert_string_equal(result.detail, "");
	const struct dance_peer nothing = {
		.size = sizeof(nothing), .chain = NULL, .chain_count = 0
	};
	check_verdict(dance_verify(roster, &nothing, &result), DANCE_DENY_CREDENTIAL);
	check_result(DANCE_DENY_CREDENTIAL, NULL, "");
	assert_int_equal(result.ttl, 0);
	dance_roster_free(roster);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(allow),
		TEST(allow_by_one_record_of_several),
		TEST(a_raw_key_is_allowed_by_its_spki),
		TEST(credential),
		TEST(name_not_permitted),
		TEST(name_not_claimed_below_a_suffix),
		TEST(what_dns_says_of_the_only_name),
		TEST(not_ready),
		TEST(unusable),
		TEST(unusable_when_the_usage_is_off),
		TEST(mismatch),
		TEST(allow_and_chain_by_an_anchor),
		TEST(a_key_of_none_of_several_names),
		TEST(a_key_of_none_of_very_many_names),
		TEST(the_key_may_be_that_of_the_last_name),
		TEST(nothing_of_an_earlier_result_is_left),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
