/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Usages 0, 1 and 2 through dance_judge(): what counts besides the records. The rules themselves
 * have their vectors; what a search costs is in test_path_cost.c. */

#include "certificate.h"
#include "check.h"
#include "fixture.h"
#include "path_check.h"
#include "peer.h"

#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>

static const struct alternative_name names[] = { DNS("a.example") };
static const struct alternative_name star[] = { DNS("*.sub.example"), DNS("*.example") };

static struct credential authority, between, leaf, wildcard, expired, stranger;
static struct dance_result result = { .size = sizeof(result) };

const struct fixture fixtures[] = {
	{ &authority, { .key = KEY_P256, .common_name = "authority", .authority = true } },
	{ &between,
		{ .key = KEY_P256,
			.issuer = &authority,
			.common_name = "between",
			.authority = true } },
	{ &leaf,
		{ .key = KEY_ED25519,
			.issuer = &between,
			.common_name = "leaf",
			.names = names,
			.name_count = 1 } },
	{ &wildcard,
		{ .key = KEY_ED25519,
			.issuer = &between,
			.common_name = "wildcard",
			.names = star,
			.name_count = 2 } },
	{ &expired,
		{ .key = KEY_ED25519,
			.issuer = &between,
			.common_name = "expired",
			.names = names,
			.name_count = 1,
			.expired = true } },
	/* The same names, another key: a namesake that issued nobody here. */
	{ &stranger, { .key = KEY_P256, .common_name = "authority", .authority = true } },
	{ NULL, { 0 } },
};

static enum dance_verdict judge(const struct credential *shown,
	const struct credential *above, const char *name, struct dance_tlsa record,
	const struct dance_options *options)
{
	const struct dance_octets chain[] = { shown->whole[0], between.whole[0],
		above->whole[0] };
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = chain, .chain_count = 3
	};
	return dance_judge(&peer, name, &record, 1, options, &result);
}

static void an_anchor_above_the_leaf_proves_it(void **state)
{
	(void)state;
	for (uint8_t selector = 0; selector < TLSA_SELECTOR_COUNT; selector++) {
		for (uint8_t matching = 0; matching < TLSA_MATCHING_COUNT; matching++) {
			check_verdict(judge(&leaf, &authority, "a.example",
					      tlsa_of(&authority, 2, selector, matching),
					      NULL),
				DANCE_ALLOW);
			assert_int_equal(result.usage, 2);
			assert_int_equal(result.selector, selector);
			assert_int_equal(result.matching, matching);
			check_verdict(judge(&leaf, &authority, "a.example",
					      tlsa_of(&between, 2, selector, matching),
					      NULL),
				DANCE_ALLOW);
			check_verdict(judge(&leaf, &stranger, "a.example",
					      tlsa_of(&leaf, 2, selector, matching), NULL),
				DANCE_DENY_MISMATCH);
		}
	}
}

static void standing_in_the_chain_proves_nothing(void **state)
{
	(void)state;
	for (uint8_t selector = 0; selector < TLSA_SELECTOR_COUNT; selector++) {
		check_verdict(judge(&leaf, &stranger, "a.example",
				      tlsa_of(&stranger, 2, selector, TLSA_SHA256), NULL),
			DANCE_DENY_CHAIN);
	}
}

static void the_name_must_stand_in_the_leaf(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&authority, 2, 0, 1);
	const struct dance_options server = { .size = sizeof(server),
		.role = DANCE_SERVER };
	check_verdict(judge(&leaf, &authority, "b.example", record, NULL),
		DANCE_DENY_CHAIN);
	check_verdict(judge(&leaf, &authority, NULL, record, NULL), DANCE_DENY_CHAIN);
	check_verdict(judge(&leaf, &authority, "A.EXAMPLE", record, NULL), DANCE_ALLOW);
	/* A wildcard stands for a server, never for a client (draft 5), and for one label. */
	static const struct {
		const char *name;
		enum dance_verdict of_server;
	} rows[] = {
		{ "a.sub.example", DANCE_ALLOW }, { "b.a.sub.example", DANCE_DENY_CHAIN },
		{ "sub.example", DANCE_DENY_CHAIN },
		{ "a.example", DANCE_DENY_CHAIN }, /* not of a top-level domain */
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		check_row(rows[i].name,
			judge(&wildcard, &authority, rows[i].name, record, &server),
			rows[i].of_server);
		check_row(rows[i].name,
			judge(&wildcard, &authority, rows[i].name, record, NULL),
			DANCE_DENY_CHAIN);
	}
}

/* A limit of ours is told as such. */
static void a_name_behind_too_many_others_is_not_called_absent(void **state)
{
	(void)state;
	static struct alternative_name many[CERTIFICATE_NAME_MAX + 1];
	for (size_t i = 0; i < ROWS(many); i++) {
		many[i] = (struct alternative_name)DNS("b.example");
	}
	many[ROWS(many) - 1] = names[0];
	const struct dance_tlsa record = tlsa_of(&authority, 2, 1, 1);
	struct credential crowded;
	make_certificate(&crowded,
		&(struct wish){ .key = KEY_ED25519,
			.issuer = &between,
			.common_name = "crowded",
			.names = many,
			.name_count = ROWS(many) });
	check_verdict(judge(&crowded, &authority, "a.example", record, NULL),
		DANCE_DENY_CHAIN);
	assert_non_null(strstr(result.detail, "more than 128 alternative names"));
	check_verdict(judge(&crowded, &authority, "b.example", record, NULL), DANCE_ALLOW);
	clear_certificate(&crowded);
	check_verdict(judge(&leaf, &authority, "b.example", record, NULL),
		DANCE_DENY_CHAIN);
	assert_non_null(strstr(result.detail, "does not contain the name"));
	check_verdict(judge(&leaf, &authority, NULL, record, NULL), DANCE_DENY_CHAIN);
	assert_non_null(strstr(result.detail, "no name is given"));
}

/* As many certificates as a path may have, and one more. */
static void a_path_that_is_too_long_is_called_so(void **state)
{
	(void)state;
	struct credential chain[PATH_LENGTH_MAX + 1];
	struct dance_octets sent[ROWS(chain)];
	const size_t top = ROWS(chain) - 1;
	char name[8];
	for (size_t i = top + 1; i-- > 0;) {
		snprintf(name, sizeof(name), "%zu", i);
		make_certificate(&chain[i],
			&(struct wish){ .key = KEY_ED25519,
				.common_name = name,
				.issuer = i < top ? &chain[i + 1] : NULL,
				.authority = i > 0,
				.names = names,
				.name_count = i == 0 ? 1 : 0 });
		sent[i] = chain[i].whole[0];
	}
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = sent, .chain_count = ROWS(sent)
	};
	struct dance_tlsa record = tlsa_of(&chain[top - 1], 2, 1, 1);
	check_verdict(dance_judge(&peer, "a.example", &record, 1, NULL, &result),
		DANCE_ALLOW);
	record = tlsa_of(&chain[top], 2, 1, 1);
	check_verdict(dance_judge(&peer, "a.example", &record, 1, NULL, &result),
		DANCE_DENY_CHAIN);
	assert_non_null(strstr(result.detail, "within 10 certificates"));
	for (size_t i = 0; i < ROWS(chain); i++) {
		clear_certificate(&chain[i]);
	}
}

/* A namesake of the issuer has not signed; where nobody has the issuer's name, nothing is said
 * of signatures. */
static void a_signature_that_does_not_verify_is_the_reason(void **state)
{
	(void)state;
	check_verdict(judge(&leaf, &stranger, "a.example", tlsa_of(&stranger, 2, 1, 1),
			      NULL),
		DANCE_DENY_CHAIN);
	assert_string_equal(result.detail,
		"no path leads from the certificate to that of the record: an issuer's signature is wrong");
	check_verdict(judge(&leaf, &expired, "a.example", tlsa_of(&expired, 2, 1, 1), NULL),
		DANCE_DENY_CHAIN);
	assert_string_equal(result.detail,
		"no path leads from the certificate to that of the record");
}

/* One that cannot be read is in no path. If the record is of it, it was shown all the same. */
static void one_that_cannot_be_read_is_the_reason(void **state)
{
	(void)state;
	static unsigned char large[CERTIFICATE_SIZE_MAX + 1];
	unsigned char digest[32];
	assert_int_equal(gnutls_hash_fast(GNUTLS_DIG_SHA256, large, sizeof(large), digest),
		0);
	const struct dance_octets chain[] = { leaf.whole[0], { large, sizeof(large) },
		{ large, sizeof(large) } };
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = chain, .chain_count = ROWS(chain)
	};
	struct dance_tlsa record = { .usage = 2,
		.selector = 0,
		.matching = 1,
		.data = digest,
		.size = sizeof(digest) };
	check_verdict(dance_judge(&peer, "a.example", &record, 1, NULL, &result),
		DANCE_DENY_CHAIN);
	assert_string_equal(result.detail,
		"no path leads from the certificate to that of the record: a certificate that was sent is too large or cannot be read");
	digest[0] ^= 1;
	check_verdict(dance_judge(&peer, "a.example", &record, 1, NULL, &result),
		DANCE_DENY_MISMATCH);
}

/* Unless one of that name has signed, and the path ends elsewhere. */
static void a_namesake_that_did_not_sign_is_no_reason(void **state)
{
	(void)state;
	const struct dance_octets chain[] = { leaf.whole[0], between.whole[0],
		stranger.whole[0], authority.whole[0] };
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = chain, .chain_count = ROWS(chain)
	};
	const struct dance_tlsa record = tlsa_of(&stranger, 2, 0, 1);
	check_verdict(dance_judge(&peer, "a.example", &record, 1, NULL, &result),
		DANCE_DENY_CHAIN);
	assert_string_equal(result.detail,
		"no path leads from the certificate to that of the record");
}

static void dates_are_judged_as_of_the_time_asked_for(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&authority, 2, 0, 1);
	const struct dance_options in_force = { .size = sizeof(in_force),
		.at = 1577880000 }; /* in 2020 */
	const struct dance_options before = { .size = sizeof(before), .at = 1500000000 };
	check_verdict(judge(&expired, &authority, "a.example", record, NULL),
		DANCE_DENY_CHAIN);
	assert_non_null(strstr(result.detail, "expired"));
	check_verdict(judge(&expired, &authority, "a.example", record, &in_force),
		DANCE_ALLOW);
	check_verdict(judge(&expired, &authority, "a.example", record, &before),
		DANCE_DENY_CHAIN);
	assert_non_null(strstr(result.detail, "not valid yet"));
}

static void pkix_usages_need_a_store(void **state)
{
	(void)state;
	const struct dance_options options = { .size = sizeof(options),
		.usages = DANCE_PKIX_TA | DANCE_PKIX_EE };
	check_verdict(judge(&leaf, &authority, "a.example", tlsa_of(&authority, 0, 0, 1),
			      &options),
		DANCE_DENY_UNUSABLE);
	check_verdict(judge(&leaf, &authority, "a.example", tlsa_of(&leaf, 1, 1, 1),
			      &options),
		DANCE_DENY_UNUSABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_anchor_above_the_leaf_proves_it),
		cmocka_unit_test(standing_in_the_chain_proves_nothing),
		cmocka_unit_test(the_name_must_stand_in_the_leaf),
		cmocka_unit_test(a_name_behind_too_many_others_is_not_called_absent),
		cmocka_unit_test(a_path_that_is_too_long_is_called_so),
		cmocka_unit_test(a_signature_that_does_not_verify_is_the_reason),
		cmocka_unit_test(one_that_cannot_be_read_is_the_reason),
		cmocka_unit_test(a_namesake_that_did_not_sign_is_no_reason),
		cmocka_unit_test(dates_are_judged_as_of_the_time_asked_for),
		cmocka_unit_test(pkix_usages_need_a_store),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
