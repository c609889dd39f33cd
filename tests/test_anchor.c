/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Usages 0, 1 and 2 through dance_judge(): what counts besides the records, and that a
 * peer cannot make us search for long. The rules themselves have their vectors. */

#include "certificate.h"
#include "check.h"
#include "count_signatures.h"
#include "fixture.h"
#include "path.h"
#include "peer.h"
#include "work.h"

#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>

static const struct alternative_name names[] = { DNS("a.example") };
static const struct alternative_name star[] = { DNS("*.sub.example"), DNS("*.example") };

static struct credential authority, between, leaf, wildcard, expired, stranger;
static struct dance_result result;

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
	const struct dance_peer peer = { .chain = chain, .chain_count = 3 };
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
	const struct dance_options server = { .role = DANCE_SERVER };
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
	static struct alternative_name many[PEER_ALTERNATIVE_MAX + 1];
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
	assert_non_null(strstr(result.detail, "does not stand in the certificate"));
	check_verdict(judge(&leaf, &authority, NULL, record, NULL), DANCE_DENY_CHAIN);
	assert_non_null(strstr(result.detail, "no name is given"));
}

/* As many certificates as a path may have, and one more. */
static void a_path_that_is_too_long_is_called_so(void **state)
{
	(void)state;
	struct credential chain[PATH_MAX_LENGTH + 1];
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
	const struct dance_peer peer = { .chain = sent, .chain_count = ROWS(sent) };
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
		"no path leads from the certificate to the one of the "
		"record: an issuer's signature is wrong");
	check_verdict(judge(&leaf, &expired, "a.example", tlsa_of(&expired, 2, 1, 1), NULL),
		DANCE_DENY_CHAIN);
	assert_string_equal(result.detail,
		"no path leads from the certificate to the one of the record");
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
	const struct dance_peer peer = { .chain = chain, .chain_count = ROWS(chain) };
	struct dance_tlsa record = { .usage = 2,
		.selector = 0,
		.matching = 1,
		.data = digest,
		.size = sizeof(digest) };
	check_verdict(dance_judge(&peer, "a.example", &record, 1, NULL, &result),
		DANCE_DENY_CHAIN);
	assert_string_equal(result.detail,
		"no path leads from the certificate to the one of the "
		"record: one that was sent is too large or cannot be read");
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
	const struct dance_peer peer = { .chain = chain, .chain_count = ROWS(chain) };
	const struct dance_tlsa record = tlsa_of(&stranger, 2, 0, 1);
	check_verdict(dance_judge(&peer, "a.example", &record, 1, NULL, &result),
		DANCE_DENY_CHAIN);
	assert_string_equal(result.detail,
		"no path leads from the certificate to the one of the record");
}

static void dates_are_judged_as_of_the_time_asked_for(void **state)
{
	(void)state;
	const struct dance_tlsa record = tlsa_of(&authority, 2, 0, 1);
	const struct dance_options in_force = { .at = 1577880000 }; /* in 2020 */
	const struct dance_options before = { .at = 1500000000 };
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
	const struct dance_options options = { .usages = DANCE_PKIX_TA | DANCE_PKIX_EE };
	check_verdict(judge(&leaf, &authority, "a.example", tlsa_of(&authority, 0, 0, 1),
			      &options),
		DANCE_DENY_UNUSABLE);
	check_verdict(judge(&leaf, &authority, "a.example", tlsa_of(&leaf, 1, 1, 1),
			      &options),
		DANCE_DENY_UNUSABLE);
}

enum {
	CROWD = PEER_CHAIN_MAX - 1
};

/* What a signature by P-256 costs, at least. */
#define P256_STEPS 1700

static struct dance_octets crowd_sent[1 + CROWD];
static struct dance_tlsa crowd_records[CROWD];

/* Certificates of one name that seem to have issued each other and the leaf. */
static enum dance_verdict judge_crowd(const struct credential *below,
	const struct credential crowd[CROWD], size_t count, uint8_t selector,
	uint8_t matching)
{
	const struct dance_peer peer = { .chain = crowd_sent, .chain_count = 1 + CROWD };
	crowd_sent[0] = below->whole[0];
	for (int i = 0; i < CROWD; i++) {
		crowd_sent[1 + i] = crowd[i].whole[0];
		crowd_records[i] = tlsa_of(&crowd[CROWD - 1 - i], 2, selector, matching);
	}
	count_signatures_from_zero();
	return dance_judge(&peer, "a.example", crowd_records, count, NULL, &result);
}

/* The work is spent: the answer is no, with the reason, and a record of another usage or one that
 * comes later does not change that. */
static void a_peer_cannot_buy_signature_checks(void **state)
{
	(void)state;
	static struct credential crowd[CROWD];
	for (int i = 0; i < CROWD; i++) {
		make_certificate(&crowd[i],
			&(struct wish){ .key = KEY_P256,
				.issuer = i == 0 ? NULL : &crowd[i - 1],
				.common_name = "between",
				.authority = true });
	}
	static const uint8_t kinds[][2] = { { TLSA_SPKI, TLSA_FULL },
		{ TLSA_CERTIFICATE, TLSA_SHA256 }, { TLSA_CERTIFICATE, TLSA_FULL } };
	struct credential low;
	make_certificate(&low,
		&(struct wish){ .key = KEY_ED25519,
			.issuer = &crowd[CROWD - 1],
			.names = names,
			.name_count = 1 });
	for (size_t i = 0; i < ROWS(kinds); i++) {
		check_verdict(judge_crowd(&leaf, crowd, CROWD, kinds[i][0], kinds[i][1]),
			DANCE_DENY_CHAIN);
		assert_true(count_signatures() > 0);
		assert_true(count_signatures() <= WORK_MAX / P256_STEPS);
	}
	/* Nobody of the crowd signed this leaf, and with 31 checks that is known. */
	check_verdict(judge_crowd(&leaf, crowd, 1, TLSA_CERTIFICATE, TLSA_SHA256),
		DANCE_DENY_CHAIN);
	assert_int_equal(count_signatures(), CROWD);
	assert_non_null(strstr(result.detail, "an issuer's signature is wrong"));
	/* Nine of them in a row, each to be found among all: the first of them is too far up. */
	check_verdict(judge_crowd(&low, crowd, 1, TLSA_CERTIFICATE, TLSA_SHA256),
		DANCE_ALLOW);
	const struct dance_tlsa first = tlsa_of(&crowd[0], 2, 0, 1);
	const struct dance_peer peer = { .chain = crowd_sent, .chain_count = 1 + CROWD };
	count_signatures_from_zero();
	check_verdict(dance_judge(&peer, "a.example", &first, 1, NULL, &result),
		DANCE_DENY_CHAIN);
	assert_string_equal(result.detail, WORK_SPENT);
	assert_true(count_signatures() <= WORK_MAX / P256_STEPS);
	clear_certificate(&low);
	for (int i = 0; i < CROWD; i++) {
		clear_certificate(&crowd[i]);
	}
}

/* A few dozen of one name, of which one has signed and is the anchor. */
static void an_honest_crowd_is_searched(void **state)
{
	(void)state;
	static struct credential crowd[CROWD];
	struct credential low;
	for (int i = 0; i < CROWD; i++) {
		make_certificate(&crowd[i],
			&(struct wish){ .key = KEY_P256,
				.common_name = "between",
				.authority = true });
	}
	for (int by = 0; by < CROWD; by += CROWD - 1) {
		make_certificate(&low,
			&(struct wish){ .key = KEY_ED25519,
				.issuer = &crowd[by],
				.names = names,
				.name_count = 1 });
		check_verdict(judge_crowd(&low, crowd, CROWD, TLSA_SPKI, TLSA_SHA256),
			DANCE_ALLOW);
		check_verdict(judge_crowd(&low, crowd, CROWD, TLSA_CERTIFICATE, TLSA_FULL),
			DANCE_ALLOW);
		check_verdict(judge_crowd(&low, crowd, CROWD, TLSA_SPKI, TLSA_FULL),
			DANCE_ALLOW);
		assert_true(count_signatures() <= CROWD + 1);
		clear_certificate(&low);
	}
	for (int i = 0; i < CROWD; i++) {
		clear_certificate(&crowd[i]);
	}
}

/* The longest path, by the dearest keys, is judged to its end; and no signature twice, whatever
 * the records say. */
static void the_dearest_honest_path_is_judged(void **state)
{
	(void)state;
	struct credential chain[PATH_MAX_LENGTH];
	struct dance_octets sent[ROWS(chain)];
	const size_t top = ROWS(chain) - 1;
	char name[8];
	for (size_t i = top + 1; i-- > 0;) {
		snprintf(name, sizeof(name), "%zu", i);
		make_certificate(&chain[i],
			&(struct wish){ .key = KEY_P521,
				.common_name = name,
				.issuer = i < top ? &chain[i + 1] : NULL,
				.authority = i > 0,
				.names = names,
				.name_count = i == 0 ? 1 : 0 });
		sent[i] = chain[i].whole[0];
	}
	const struct dance_peer peer = { .chain = sent, .chain_count = ROWS(sent) };
	struct dance_tlsa records[] = { tlsa_of(&stranger, 2, 1, 1),
		tlsa_of(&stranger, 2, 0, 2), tlsa_of(&chain[top], 2, 1, 0) };
	for (size_t i = 0; i < ROWS(records); i++) {
		count_signatures_from_zero();
		check_verdict(dance_judge(&peer, "a.example", &records[i], 1, NULL, &result),
			i == ROWS(records) - 1 ? DANCE_ALLOW : DANCE_DENY_MISMATCH);
		assert_int_equal(count_signatures(), ROWS(chain) - 1);
	}
	count_signatures_from_zero();
	check_verdict(dance_judge(&peer, "a.example", records, 2, NULL, &result),
		DANCE_DENY_MISMATCH);
	assert_int_equal(count_signatures(), ROWS(chain) - 1);
	count_signatures_from_zero();
	check_verdict(dance_judge(&peer, "a.example", records, 3, NULL, &result),
		DANCE_ALLOW);
	assert_int_equal(count_signatures(), ROWS(chain) - 1);
	for (size_t i = 0; i < ROWS(chain); i++) {
		clear_certificate(&chain[i]);
	}
}

/* Any of four certificates of one key issued the leaf, and any of twelve those; all of the
 * twelve have expired. That is told when it is seen, and not searched for in all its ways. */
static void nor_paths_to_be_judged(void **state)
{
	(void)state;
	enum {
		LOW = 4,
		HIGH = 12
	};
	struct credential low[LOW], high[HIGH], bottom;
	struct dance_octets chain[1 + LOW + HIGH];
	for (int i = 0; i < HIGH; i++) {
		make_certificate(&high[i],
			&(struct wish){ .key = KEY_P256,
				.same_key = i == 0 ? NULL : &high[0],
				.common_name = "high",
				.authority = true,
				.expired = true });
		chain[1 + LOW + i] = high[i].whole[0];
	}
	for (int i = 0; i < LOW; i++) {
		make_certificate(&low[i],
			&(struct wish){ .key = KEY_P256,
				.same_key = i == 0 ? NULL : &low[0],
				.common_name = "low",
				.authority = true,
				.issuer = &high[0] });
		chain[1 + i] = low[i].whole[0];
	}
	make_certificate(&bottom,
		&(struct wish){ .key = KEY_ED25519,
			.issuer = &low[0],
			.names = names,
			.name_count = 1 });
	chain[0] = bottom.whole[0];
	const struct dance_peer peer = { .chain = chain, .chain_count = ROWS(chain) };
	struct dance_tlsa record = tlsa_of(&high[0], 2, 1, 1);
	count_signatures_from_zero();
	check_verdict(dance_judge(&peer, "a.example", &record, 1, NULL, &result),
		DANCE_DENY_CHAIN);
	assert_string_equal(result.detail, "a certificate has expired");
	assert_int_equal(count_signatures(), 1 + LOW);
	clear_certificate(&bottom);
	for (int i = 0; i < LOW; i++) {
		clear_certificate(&low[i]);
	}
	for (int i = 0; i < HIGH; i++) {
		clear_certificate(&high[i]);
	}
}

/* A dozen of one name and key are in force, and none is what the record names: there are millions
 * of ways through them. */
static void ways_through_twins_are_bounded(void **state)
{
	(void)state;
	enum {
		TWINS = 12
	};
	struct credential twins[TWINS], bottom;
	struct dance_octets chain[1 + TWINS];
	for (int i = 0; i < TWINS; i++) {
		make_certificate(&twins[i],
			&(struct wish){ .key = KEY_P256,
				.same_key = i == 0 ? NULL : &twins[0],
				.common_name = "twin",
				.authority = true });
		chain[1 + i] = twins[i].whole[0];
	}
	make_certificate(&bottom,
		&(struct wish){ .key = KEY_ED25519,
			.issuer = &twins[0],
			.names = names,
			.name_count = 1 });
	chain[0] = bottom.whole[0];
	const struct dance_peer peer = { .chain = chain, .chain_count = ROWS(chain) };
	struct dance_tlsa record = tlsa_of(&stranger, 2, 1, 1);
	count_signatures_from_zero();
	check_verdict(dance_judge(&peer, "a.example", &record, 1, NULL, &result),
		DANCE_DENY_CHAIN);
	assert_string_equal(result.detail, WORK_SPENT);
	assert_int_equal(count_signatures(), 1 + TWINS);
	record = tlsa_of(&twins[TWINS - 1], 2, 0, 1);
	check_verdict(dance_judge(&peer, "a.example", &record, 1, NULL, &result),
		DANCE_ALLOW);
	clear_certificate(&bottom);
	for (int i = 0; i < TWINS; i++) {
		clear_certificate(&twins[i]);
	}
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
		cmocka_unit_test(a_peer_cannot_buy_signature_checks),
		cmocka_unit_test(an_honest_crowd_is_searched),
		cmocka_unit_test(the_dearest_honest_path_is_judged),
		cmocka_unit_test(nor_paths_to_be_judged),
		cmocka_unit_test(ways_through_twins_are_bounded),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
