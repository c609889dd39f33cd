/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A peer cannot make us search for paths for long, and whatever is honest is found. */

#include "check.h"
#include "count_signatures.h"
#include "make_certificate.h"
#include "path_check.h"
#include "peer.h"
#include "work.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <string.h>

static const struct alternative_name names[] = { DNS("a.example") };

static struct credential authority, leaf, stranger;
static struct dance_result result = { .size = sizeof(result) };

static int make(void **state)
{
	(void)state;
	make_certificate(&authority,
		&(struct wish){
			.key = KEY_P256, .common_name = "between", .authority = true });
	make_certificate(&leaf,
		&(struct wish){ .key = KEY_ED25519,
			.issuer = &authority,
			.common_name = "leaf",
			.names = names,
			.name_count = 1 });
	make_certificate(&stranger,
		&(struct wish){
			.key = KEY_P256, .common_name = "authority", .authority = true });
	return 0;
}

static int clear(void **state)
{
	(void)state;
	clear_certificate(&authority);
	clear_certificate(&leaf);
	clear_certificate(&stranger);
	return 0;
}

/* The library's calls that calculate a digest come here (the linker's --wrap). Those of the leaf
 * are counted. */
static unsigned leaf_hashed;

int __real_gnutls_hash_fast(gnutls_digest_algorithm_t algorithm, const void *text,
	size_t size, void *digest);
int __wrap_gnutls_hash_fast(gnutls_digest_algorithm_t algorithm, const void *text,
	size_t size, void *digest);

int __wrap_gnutls_hash_fast(gnutls_digest_algorithm_t algorithm, const void *text,
	size_t size, void *digest)
{
	leaf_hashed += text == leaf.whole[TLSA_CERTIFICATE].data;
	return __real_gnutls_hash_fast(algorithm, text, size, digest);
}

enum {
	CROWD = DANCE_CHAIN_MAX - 1
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
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = crowd_sent, .chain_count = 1 + CROWD
	};
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
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = crowd_sent, .chain_count = 1 + CROWD
	};
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

/* Issuers that cannot be in a valid path wait until the others have been tried, wherever they
 * stand. */
static void whoever_may_sign_is_tried_first(void **state)
{
	(void)state;
	static const struct wish unfit[] = {
		{ .key = KEY_P256, .authority = true, .expired = true },
		{ .key = KEY_P256, .authority = true, .key_usage = GNUTLS_KEY_CRL_SIGN },
		{ .key = KEY_P256,
			.authority = true,
			.key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE },
		{ .key = KEY_P256, .authority = true, .extension = "1.2.3.4.5" },
		{ .key = KEY_P256 },
	};
	const struct dance_tlsa record = tlsa_of(&authority, 2, TLSA_CERTIFICATE,
		TLSA_SHA256);
	for (size_t i = 0; i < ROWS(unfit); i++) {
		struct wish wish = unfit[i];
		struct credential made;
		wish.common_name = "between";
		make_certificate(&made, &wish);
		for (int first = 0; first < 2; first++) {
			const struct dance_octets shown[] = { leaf.whole[0],
				first == 0 ? made.whole[0] : authority.whole[0],
				first == 0 ? authority.whole[0] : made.whole[0] };
			const struct dance_peer peer = { .size = sizeof(peer),
				.chain = shown,
				.chain_count = ROWS(shown) };
			count_signatures_from_zero();
			check_verdict(dance_judge(&peer, "a.example", &record, 1, NULL,
					      &result),
				DANCE_ALLOW);
			assert_int_equal(count_signatures(), 1);
		}
		clear_certificate(&made);
	}
}

/* The longest path, by the dearest keys, is judged to its end; and no signature twice, whatever
 * the records say. */
static void the_dearest_honest_path_is_judged(void **state)
{
	(void)state;
	struct credential chain[PATH_LENGTH_MAX];
	struct dance_octets sent[ROWS(chain)];
	const size_t top = ROWS(chain) - 1;
	make_certificates(chain, sent, ROWS(chain), KEY_P521, names);
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = sent, .chain_count = ROWS(sent)
	};
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
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = chain, .chain_count = ROWS(chain)
	};
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
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = chain, .chain_count = ROWS(chain)
	};
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

/* Every usage needs the digest of the leaf: its records' own, and who signed it. */
static void the_leaf_is_hashed_once(void **state)
{
	(void)state;
	const struct dance_octets chain[] = { leaf.whole[0], authority.whole[0] };
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = chain, .chain_count = ROWS(chain)
	};
	const struct dance_tlsa records[] = { tlsa_of(&stranger, 3, 0, 1),
		tlsa_of(&authority, 2, 1, 0), tlsa_of(&stranger, 2, 0, 1) };
	leaf_hashed = 0;
	check_verdict(dance_judge(&peer, "a.example", records, ROWS(records), NULL, &result),
		DANCE_ALLOW);
	assert_int_equal(result.usage, 2);
	assert_int_equal(leaf_hashed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_leaf_is_hashed_once),
		cmocka_unit_test(a_peer_cannot_buy_signature_checks),
		cmocka_unit_test(an_honest_crowd_is_searched),
		cmocka_unit_test(whoever_may_sign_is_tried_first),
		cmocka_unit_test(the_dearest_honest_path_is_judged),
		cmocka_unit_test(nor_paths_to_be_judged),
		cmocka_unit_test(ways_through_twins_are_bounded),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
