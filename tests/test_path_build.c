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
#include "trust_store.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
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
	make_certificates(chain, sent, ROWS(chain), KEY_ED25519, names);
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

/* That a path ended at a wrong signature tells more. */
static void a_wrong_signature_is_told_before_what_cannot_be_read(void **state)
{
	(void)state;
	static const unsigned char unreadable[] = { 0x30, 0 };
	const struct dance_octets chain[] = { leaf.whole[0], between.whole[0],
		stranger.whole[0], { unreadable, sizeof(unreadable) } };
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = chain, .chain_count = ROWS(chain)
	};
	const struct dance_tlsa record = tlsa_of(&stranger, 2, 1, 1);
	check_verdict(dance_judge(&peer, "a.example", &record, 1, NULL, &result),
		DANCE_DENY_CHAIN);
	assert_string_equal(result.detail,
		"no path leads from the certificate to that of the record: an issuer's signature is wrong");
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

/* The authority is the operator's root; what was sent is the leaf alone. */
static enum dance_verdict judge_trusted(unsigned usages, const struct dance_tlsa *records,
	size_t count)
{
	struct certificate root;
	struct work work;
	work_begin(&work);
	assert_true(certificate_read(&root, authority.whole[0], &work));
	root.root = true;
	const struct dance_trust trust = { .certificates = &root, .count = 1 };
	const struct dance_options options = {
		.size = sizeof(options), .usages = usages, .trust = &trust
	};
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = &leaf.whole[0], .chain_count = 1
	};
	return dance_judge(&peer, "a.example", records, count, &options, &result);
}

/* A root of an older form is as good as any; that another one of its key is listed before it, and
 * has expired, is no reason against it. */
static void an_older_root_is_found_behind_one_that_has_expired(void **state)
{
	(void)state;
	static const struct wish wishes[] = {
		{ .same_key = &authority,
			.common_name = "authority",
			.authority = true,
			.expired = true },
		{ .same_key = &authority, .common_name = "authority", .version_1 = true },
	};
	struct credential made[ROWS(wishes)];
	struct certificate roots[ROWS(wishes)];
	struct work work;
	work_begin(&work);
	for (size_t i = 0; i < ROWS(wishes); i++) {
		make_certificate(&made[i], &wishes[i]);
		assert_true(certificate_read(&roots[i], made[i].whole[0], &work));
		roots[i].root = true;
	}
	const struct dance_trust trust = { .certificates = roots, .count = ROWS(roots) };
	const struct dance_options options = {
		.size = sizeof(options), .usages = DANCE_PKIX_TA, .trust = &trust
	};
	check_verdict(judge(&leaf, &between, "a.example", tlsa_of(&between, 0, 1, 1),
			      &options),
		DANCE_ALLOW);
	for (size_t i = 0; i < ROWS(wishes); i++) {
		clear_certificate(&made[i]);
	}
}

/* The key of `from`, as one of rsaEncryption without parameters. */
static gnutls_datum_t plain_rsa_spki(const struct credential *from)
{
	gnutls_datum_t parts[8], spki;
	gnutls_x509_privkey_t plain;
	gnutls_pubkey_t public;
	gnutls_privkey_t key;
	assert_int_equal(gnutls_x509_privkey_export_rsa_raw2(from->key, &parts[0],
				 &parts[1], &parts[2], &parts[3], &parts[4], &parts[5],
				 &parts[6], &parts[7]),
		0);
	assert_int_equal(gnutls_x509_privkey_init(&plain), 0);
	assert_int_equal(gnutls_x509_privkey_import_rsa_raw2(plain, &parts[0], &parts[1],
				 &parts[2], &parts[3], &parts[4], &parts[5], &parts[6],
				 &parts[7]),
		0);
	assert_int_equal(gnutls_privkey_init(&key), 0);
	assert_int_equal(gnutls_privkey_import_x509(key, plain, 0), 0);
	assert_int_equal(gnutls_pubkey_init(&public), 0);
	assert_int_equal(gnutls_pubkey_import_privkey(public, key, 0, 0), 0);
	assert_int_equal(gnutls_pubkey_export2(public, GNUTLS_X509_FMT_DER, &spki), 0);
	gnutls_pubkey_deinit(public);
	gnutls_privkey_deinit(key);
	gnutls_x509_privkey_deinit(plain);
	for (size_t i = 0; i < ROWS(parts); i++) {
		gnutls_free(parts[i].data);
	}
	return spki;
}

/* RFC 4055 1.2: one RSA key has two forms. The record is of the one, a certificate that is there of
 * the other. */
static void a_bare_key_may_be_another_form_of_the_issuers(void **state)
{
	(void)state;
	struct credential issuer, issued;
	make_certificate(&issuer,
		&(struct wish){ .key = KEY_RSA_PSS,
			.issuer = &authority,
			.common_name = "issuer",
			.authority = true });
	make_certificate(&issued,
		&(struct wish){ .key = KEY_ED25519,
			.issuer = &issuer,
			.common_name = "issued",
			.names = names,
			.name_count = 1 });
	gnutls_datum_t spki = plain_rsa_spki(&issuer);
	assert_true(spki.size < issuer.whole[TLSA_SPKI].size);
	const struct dance_tlsa record = { 2, TLSA_SPKI, TLSA_FULL, spki.data, spki.size };
	const struct dance_octets chain[] = { issued.whole[0], issuer.whole[0] };
	for (size_t count = 1; count <= ROWS(chain); count++) {
		const struct dance_peer peer = {
			.size = sizeof(peer), .chain = chain, .chain_count = count
		};
		check_verdict(dance_judge(&peer, "a.example", &record, 1, NULL, &result),
			DANCE_ALLOW);
	}
	gnutls_free(spki.data);
	clear_certificate(&issuer);
	clear_certificate(&issued);
}

/* RFC 7671 4: also of who has CAs to rely on. */
static void pkix_usages_are_off_unless_they_are_asked_for(void **state)
{
	(void)state;
	const struct dance_tlsa records[] = { tlsa_of(&leaf, 1, 1, 1),
		tlsa_of(&between, 0, 0, 0) };
	check_verdict(judge_trusted(DANCE_PKIX_TA | DANCE_PKIX_EE, records, 2),
		DANCE_ALLOW);
	for (size_t i = 0; i < ROWS(records); i++) {
		check_verdict(judge_trusted(0, &records[i], 1), DANCE_DENY_UNUSABLE);
	}
}

/* A certificate that only DNS holds is in no path if its record is of a usage that is off. */
static void a_record_of_a_usage_that_is_off_is_no_certificate(void **state)
{
	(void)state;
	const struct dance_tlsa records[] = { tlsa_of(&leaf, 1, 1, 1),
		tlsa_of(&between, 0, 0, 0) };
	check_verdict(judge_trusted(DANCE_PKIX_TA | DANCE_PKIX_EE, records, 2),
		DANCE_ALLOW);
	check_verdict(judge_trusted(DANCE_PKIX_EE, records, 2), DANCE_DENY_CHAIN);
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
		cmocka_unit_test(a_wrong_signature_is_told_before_what_cannot_be_read),
		cmocka_unit_test(a_namesake_that_did_not_sign_is_no_reason),
		cmocka_unit_test(dates_are_judged_as_of_the_time_asked_for),
		cmocka_unit_test(pkix_usages_need_a_store),
		cmocka_unit_test(pkix_usages_are_off_unless_they_are_asked_for),
		cmocka_unit_test(a_record_of_a_usage_that_is_off_is_no_certificate),
		cmocka_unit_test(an_older_root_is_found_behind_one_that_has_expired),
		cmocka_unit_test(a_bare_key_may_be_another_form_of_the_issuers),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
