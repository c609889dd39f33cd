/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which of a client's names counts, and what is said of whom. */

#include "check.h"
#include "decision.h"
#include "fixture.h"
#include "scene.h"

#include <string.h>

static struct credential mine, other, named;

static const struct alternative_name names[] = { DNS("x.sub.example") };
const struct fixture fixtures[] = {
	{ &mine, { .key = KEY_P256 } },
	{ &other, { .key = KEY_P256 } },
	{ &named, { .key = KEY_P256, .names = names, .name_count = ROWS(names) } },
	{ NULL, { 0 } },
};

static struct dance_result result = { .size = sizeof(result) };
static struct conf_ask conf;
static struct ask ask;

/* An answer of the test's own instead of libdance's, unless it is DANCE_UNDECIDED. */
static struct dance_result made_up;

/* What libdance is asked: about what the question has, and no more. */
enum dance_verdict __real_dance_verify(struct dance_roster *roster,
	const struct dance_peer *peer, struct dance_result *of);
enum dance_verdict __wrap_dance_verify(struct dance_roster *roster,
	const struct dance_peer *peer, struct dance_result *of);
enum dance_verdict __wrap_dance_verify(struct dance_roster *roster,
	const struct dance_peer *peer, struct dance_result *of)
{
	assert_ptr_equal(roster, ask.roster);
	assert_int_equal(peer->size, sizeof(*peer));
	assert_int_equal(of->size, sizeof(*of));
	assert_true(peer->chain_count <= 1);
	assert_true(peer->chain_count == (peer->chain[0].size != 0));
	assert_int_equal(peer->client_id_size,
		peer->client_id != NULL ? strlen(peer->client_id) : 0);
	if (made_up.verdict == DANCE_UNDECIDED) {
		return __real_dance_verify(roster, peer, of);
	}
	*of = made_up;
	return made_up.verdict;
}

/* Who is permitted from now on. */
static void permit(const char *clients, const char *claim)
{
	static char text[DANCE_NAME_SIZE];
	strcpy(text, claim != NULL ? claim : "");
	dance_roster_free(ask.roster);
	conf = (struct conf_ask){ .tls = 3, .claim = claim != NULL ? text : NULL };
	ask.conf = &conf;
	ask.has_names = clients[0] != '*';
	ask.roster = roster_of(clients, NULL);
	assert_non_null(ask.roster);
}

static int end(void **state)
{
	dance_roster_free(ask.roster);
	ask.roster = NULL;
	made_up.verdict = DANCE_UNDECIDED;
	return scene_end(state);
}

static struct question question_of(const struct credential *certificate, const char *helo)
{
	struct question question = { .over_tls = true,
		.has_version = true,
		.tls = 3,
		.has_key = true,
		.has_certificate = true };
	memcpy(question.key, certificate->sha256[TLSA_SPKI], DANCE_SHA256_SIZE);
	memcpy(question.certificate, certificate->sha256[TLSA_CERTIFICATE],
		DANCE_SHA256_SIZE);
	strcpy(question.helo, helo);
	return question;
}

static enum dance_verdict decide(const struct credential *certificate, const char *helo)
{
	struct question question = question_of(certificate, helo);
	decision_make(&ask, &question, &result);
	return result.verdict;
}

static void without_dns_it_is_known_what_proves_nothing(void **state)
{
	(void)state;
	publish("a.example", 60, &mine);
	permit("a.example", NULL);
	check_verdict(decide(&mine, ""), DANCE_ALLOW);
	struct question question = question_of(&mine, "");
	question.over_tls = false;
	decision_make(&ask, &question, &result);
	check_verdict(result.verdict, DANCE_DENY_TRANSPORT);
	assert_string_equal(result.detail, "the client did not use TLS");
	question = question_of(&mine, "");
	question.tls = 2;
	decision_make(&ask, &question, &result);
	check_verdict(result.verdict, DANCE_DENY_TRANSPORT);
	assert_string_equal(result.detail, "the client used TLS older than 1.3");
	conf.tls = 2;
	decision_make(&ask, &question, &result);
	check_verdict(result.verdict, DANCE_ALLOW);
	conf.tls = 3;
	question = question_of(&mine, "");
	question.resumed = true;
	decision_make(&ask, &question, &result);
	check_verdict(result.verdict, DANCE_DENY_UNPROVEN);
	assert_string_equal(result.detail, "the TLS session was resumed");
	question = question_of(&mine, "");
	question.has_key = question.has_certificate = false;
	decision_make(&ask, &question, &result);
	check_verdict(result.verdict, DANCE_DENY_CREDENTIAL);
	assert_string_equal(result.detail, "no client certificate");
	assert_false(result.has_key || result.has_record);
	question.digest_size = 16;
	decision_make(&ask, &question, &result);
	check_verdict(result.verdict, DANCE_FAIL_INTERNAL);
	assert_string_equal(result.detail,
		"the server's fingerprints have 16 octets, and are not SHA2-256");
	question = question_of(&mine, "");
	question.fault = "is missing";
	question.attribute = "tls";
	decision_make(&ask, &question, &result);
	check_verdict(result.verdict, DANCE_FAIL_INTERNAL);
	assert_string_equal(result.detail, "tls is missing");
	question.attribute = NULL;
	question.fault = "the line is too long";
	decision_make(&ask, &question, &result);
	check_verdict(result.verdict, DANCE_FAIL_INTERNAL);
	assert_string_equal(result.detail, "the line is too long");
	/* Some mail servers do not say which TLS it was. */
	question = question_of(&mine, "");
	question.has_version = false;
	question.tls = 0;
	decision_make(&ask, &question, &result);
	check_verdict(result.verdict, DANCE_ALLOW);
	/* Nor is a name asked for where there is no certificate. */
	permit("*.example", NULL);
	question = question_of(&mine, "");
	question.has_key = question.has_certificate = false;
	decision_make(&ask, &question, &result);
	check_verdict(result.verdict, DANCE_DENY_CREDENTIAL);
	/* Nothing at all is known. */
	question = (struct question){ 0 };
	decision_make(&ask, &question, &result);
	check_verdict(result.verdict, DANCE_DENY_TRANSPORT);
}

/* Servers may know the key, the certificate, or one of both and not which. */
static void one_fingerprint_is_enough(void **state)
{
	(void)state;
	static const struct {
		bool has_key, has_certificate, is_either, shown;
		enum dance_verdict verdict;
	} rows[] = {
		{ true, true, false, true, DANCE_ALLOW },
		{ true, false, false, true, DANCE_ALLOW },
		{ true, true, true, false, DANCE_ALLOW },
		{ false, true, false, false, DANCE_DENY_UNUSABLE },
	};
	publish("a.example", 60, &mine); /* 3 1 1 */
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct question question = question_of(&mine, "");
		question.has_key = rows[i].has_key;
		question.has_certificate = rows[i].has_certificate;
		question.is_either = rows[i].is_either;
		permit("a.example", NULL);
		decision_make(&ask, &question, &result);
		check_verdict(result.verdict, rows[i].verdict);
		assert_int_equal(result.has_key, rows[i].shown);
		assert_int_equal(result.has_record, rows[i].verdict == DANCE_ALLOW);
		/* Without a claim, a roster of patterns permits no key. */
		permit("*.example", NULL);
		decision_make(&ask, &question, &result);
		check_verdict(result.verdict, DANCE_DENY_NAME);
		assert_string_equal(result.detail, "no permitted name is claimed");
		assert_int_equal(result.has_key, rows[i].shown);
	}
}

static void a_listed_name_needs_no_helo(void **state)
{
	(void)state;
	publish("_smtp-client.a.example", 60, &mine);
	permit("_smtp-client.a.example *.sub.example", "_smtp-client.");
	check_verdict(decide(&mine, "whoever.example"), DANCE_ALLOW);
	assert_string_equal(result.name, "_smtp-client.a.example");
	assert_true(result.has_key);
}

static void below_a_suffix_helo_is_the_claim(void **state)
{
	(void)state;
	publish("_smtp-client.a.sub.example", 60, &mine);
	publish("_smtp-client.b.sub.example", 60, &other);
	permit("*.sub.example", "_smtp-client.");
	check_verdict(decide(&mine, "a.sub.example"), DANCE_ALLOW);
	assert_string_equal(result.name, "_smtp-client.a.sub.example");
	/* Under another's name its own key proves nothing. */
	check_verdict(decide(&mine, "b.sub.example"), DANCE_DENY_MISMATCH);
	assert_string_equal(result.name, "_smtp-client.b.sub.example");
	check_verdict(decide(&mine, "a.elsewhere.example"), DANCE_DENY_NAME);
	assert_string_equal(result.detail, "no permitted name is claimed");
	check_verdict(decide(&mine, ""), DANCE_DENY_NAME);
	check_verdict(decide(&mine, "not a name"), DANCE_DENY_NAME);
	char longest[DANCE_NAME_SIZE];
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	check_verdict(decide(&mine, longest), DANCE_DENY_NAME);
	/* A claim that is as long as a name may be: 253 octets. */
	char owner[DANCE_NAME_SIZE] = "_smtp-client.";
	char *name = owner + strlen(owner);
	size_t size = DANCE_NAME_SIZE - 1 - strlen(owner);
	memset(name, 'a', size);
	memcpy(name + size - strlen(".sub.example"), ".sub.example",
		sizeof(".sub.example"));
	name[60] = name[120] = name[180] = '.';
	assert_int_equal(strlen(owner), DANCE_NAME_SIZE - 1);
	publish(owner, 60, &mine);
	check_verdict(decide(&mine, name), DANCE_ALLOW);
	assert_string_equal(result.name, owner);
	/* Without a prefix nothing is claimed. */
	permit("*.sub.example", NULL);
	check_verdict(decide(&mine, "a.sub.example"), DANCE_DENY_NAME);
}

static void a_stranger_is_told_no_members_name(void **state)
{
	(void)state;
	publish("_smtp-client.a.example", 60, &mine);
	permit("_smtp-client.a.example", "_smtp-client.");
	check_verdict(decide(&other, "stranger.example"), DANCE_DENY_NAME);
	assert_string_equal(result.name, "");
	assert_string_equal(result.entry, "");
	assert_string_equal(result.detail, "no permitted name has this key");
	assert_true(result.has_key && !result.has_record);
	/* Whoever claims it is told what DNS has. */
	check_verdict(decide(&other, "a.example"), DANCE_DENY_MISMATCH);
	assert_string_equal(result.name, "_smtp-client.a.example");
	/* While it cannot be looked up, a stranger may be its owner. */
	answer("_smtp-client.a.example", RESOLVER_BOGUS, 0,
		"forged _smtp-client.a.example");
	pass(64000);
	check_verdict(decide(&other, "stranger.example"), DANCE_FAIL_BOGUS);
	assert_string_equal(result.name, "");
	assert_string_equal(result.entry, "");
	assert_string_equal(result.detail,
		"a listed name that may have this key cannot be looked up");
}

/* A listed name that cannot be looked up keeps nobody out who is proved by another. */
static void what_fails_is_outweighed_by_a_proof_only(void **state)
{
	(void)state;
	answer("_smtp-client.a.example", RESOLVER_BOGUS, 0, "forged");
	publish("_smtp-client.x.sub.example", 60, &mine);
	permit("_smtp-client.a.example *.sub.example", "_smtp-client.");
	check_verdict(decide(&mine, "x.sub.example"), DANCE_ALLOW);
	check_verdict(decide(&other, "x.sub.example"), DANCE_FAIL_BOGUS);
	assert_string_equal(result.name, "");
	answer("_smtp-client.nobody.sub.example", RESOLVER_DENIED, 60, NULL);
	check_verdict(decide(&other, "nobody.sub.example"), DANCE_FAIL_BOGUS);
}

static void a_name_that_cannot_prove_digests_is_told(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&mine, 3, 1, 2);
	publish_records("_smtp-client.a.example", 60, &record, 1);
	permit("_smtp-client.a.example", NULL);
	check_verdict(decide(&mine, "a.example"), DANCE_DENY_UNUSABLE);
	assert_non_null(strstr(result.detail, "3 1 2 overrides 3 1 1"));
	assert_string_equal(result.name, "");
}

static void a_digest_of_either_kind_is_both(void **state)
{
	(void)state;
	const struct dance_tlsa certificate = tlsa_of(&mine, 3, 0, 1);
	publish_records("b.example", 60, &certificate, 1);
	publish("a.example", 60, &other);
	permit("a.example b.example", NULL);
	for (int i = 0; i < 2; i++) {
		const struct credential *client = i == 0 ? &mine : &other;
		struct question question = question_of(client, "");
		question.is_either = true;
		memcpy(i == 0 ? question.key : question.certificate,
			i == 0 ? question.certificate : question.key, DANCE_SHA256_SIZE);
		decision_make(&ask, &question, &result);
		check_verdict(result.verdict, DANCE_ALLOW);
		assert_string_equal(result.name, i == 0 ? "b.example" : "a.example");
		assert_false(result.has_key);
	}
}

/* A whole certificate bears names, and is compared with any digest. */
static void a_certificate_tells_more_than_digests(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&named, 3, 1, 2);
	publish_records("x.sub.example", 60, &record, 1);
	permit("*.sub.example", NULL);
	struct question question = { .over_tls = true,
		.has_version = true,
		.tls = 3,
		.der = named.whole[TLSA_CERTIFICATE] };
	decision_make(&ask, &question, &result);
	check_verdict(result.verdict, DANCE_ALLOW);
	assert_string_equal(result.name, "x.sub.example");
	publish("x.sub.example", 60, &mine);
	pass(64000);
	decision_make(&ask, &question, &result);
	check_verdict(result.verdict, DANCE_DENY_MISMATCH);
	assert_string_equal(result.name, "x.sub.example");
}

/* What is wrong is not about a listed name. */
static void a_reason_of_the_clients_own_or_of_ours_is_kept(void **state)
{
	(void)state;
	static const unsigned char unreadable[] = { 0x30, 0 };
	publish("_smtp-client.a.example", 60, &other);
	permit("_smtp-client.a.example", NULL);
	struct question question = question_of(&mine, "");
	question.der = (struct dance_octets){ unreadable, sizeof(unreadable) };
	decision_make(&ask, &question, &result);
	check_verdict(result.verdict, DANCE_DENY_CREDENTIAL);
	assert_string_equal(result.detail, "no public key can be found in the certificate");
	assert_string_equal(result.name, "");
	made_up = (struct dance_result){ .size = sizeof(made_up),
		.verdict = DANCE_FAIL_INTERNAL,
		.name = "_smtp-client.a.example",
		.entry = "_smtp-client.a.example",
		.detail = "out of memory" };
	check_verdict(decide(&mine, ""), DANCE_FAIL_INTERNAL);
	assert_string_equal(result.detail, "out of memory");
	assert_string_equal(result.name, "");
	assert_string_equal(result.entry, "");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, scene_begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_dns_it_is_known_what_proves_nothing),
		TEST(one_fingerprint_is_enough),
		TEST(a_listed_name_needs_no_helo),
		TEST(below_a_suffix_helo_is_the_claim),
		TEST(a_stranger_is_told_no_members_name),
		TEST(what_fails_is_outweighed_by_a_proof_only),
		TEST(a_name_that_cannot_prove_digests_is_told),
		TEST(a_digest_of_either_kind_is_both),
		TEST(a_certificate_tells_more_than_digests),
		TEST(a_reason_of_the_clients_own_or_of_ours_is_kept),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
