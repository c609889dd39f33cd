/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which certificates a path may be built of, and in which order they are tried. */

#include "check.h"
#include "der.h"
#include "make_certificate.h"
#include "path_candidates.h"
#include "trust_store.h"

#include <stdlib.h>
#include <string.h>

static struct credential leaf, sent, in_dns, for_pkix, root, end_entity;
static const struct dance_octets garbage = { (const unsigned char *)"\x30\x00", 2 };

static int make(void **state)
{
	(void)state;
	struct credential *const all[] = { &leaf, &sent, &in_dns, &for_pkix, &root,
		&end_entity };
	for (size_t i = 0; i < ROWS(all); i++) {
		make_certificate(all[i], &(struct wish){ .key = KEY_ED25519 });
	}
	return 0;
}

static int clear(void **state)
{
	(void)state;
	struct credential *const all[] = { &leaf, &sent, &in_dns, &for_pkix, &root,
		&end_entity };
	for (size_t i = 0; i < ROWS(all); i++) {
		clear_certificate(all[i]);
	}
	return 0;
}

static struct peer peer;
static struct path_candidates candidates;
static struct tlsa_set *set; /* that they point into */
static struct certificate trusted;

/* The leaf, one more and that twice, and one that cannot be read, twice too; two that are in DNS,
 * and a digest; and one that the operator trusts. */
static void gather(const struct credential *first, const struct credential *by_operator,
	bool read)
{
	static struct dance_trust trust;
	static struct dance_octets chain[5];
	static struct dance_peer shown = { .size = sizeof(shown) };
	const struct dance_tlsa records[] = { tlsa_of(&in_dns, 2, 0, 0),
		tlsa_of(&for_pkix, 0, 0, 0), tlsa_of(&root, 2, 0, 1),
		/* Of these there is a leaf or none, never an issuer. */
		tlsa_of(&end_entity, 1, 0, 0), tlsa_of(&end_entity, 3, 0, 0) };
	set = tlsa_set_new(records, ROWS(records));
	struct work work;
	const char *why;
	chain[0] = first->whole[0];
	chain[1] = chain[2] = sent.whole[0];
	chain[3] = chain[4] = garbage;
	shown = (struct dance_peer){ .size = sizeof(struct dance_peer),
		.chain = chain,
		.chain_count = ROWS(chain) };
	work_begin(&work);
	assert_true(certificate_read(&trusted, by_operator->whole[0], &work));
	trust = (struct dance_trust){ .certificates = &trusted, .count = 1 };
	assert_non_null(set);
	assert_true(peer_import(&peer, &shown, &why));
	assert_true(path_candidates_gather(&candidates, &peer, set, 0xf, &trust, read));
}

static void forget(void)
{
	path_candidates_clear(&candidates);
	free(set);
	set = NULL;
}

static void check_order(enum tlsa_usage usage, const struct credential *const *expected,
	size_t count)
{
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		struct certificate *next = path_candidates_next(&candidates, usage, &at);
		assert_non_null(next);
		assert_int_equal(next->der.size, expected[i]->whole[0].size);
		assert_memory_equal(next->der.data, expected[i]->octets[0], next->der.size);
	}
	assert_null(path_candidates_next(&candidates, usage, &at));
	assert_null(path_candidates_next(&candidates, usage, &at));
}

static void each_usage_has_its_own(void **state)
{
	(void)state;
	const struct credential *const dane[] = { &sent, &in_dns };
	const struct credential *const pkix[] = { &root, &sent, &for_pkix };
	gather(&leaf, &root, true);
	check_order(TLSA_DANE_TA, dane, ROWS(dane));
	check_order(TLSA_PKIX_TA, pkix, ROWS(pkix));
	check_order(TLSA_PKIX_EE, pkix, ROWS(pkix));
	assert_int_equal(candidates.sent_count, 3);
	assert_int_equal(path_candidates_count(&candidates), 6);
	assert_true(candidates.unread);
	assert_ptr_equal(candidates.certificates[0].shared, &peer.association);
	forget();
	path_candidates_clear(&candidates); /* once more does no harm */
}

/* It is no certificate, and so none that cannot be read. */
static void nothing_between_those_sent_is_passed_over(void **state)
{
	(void)state;
	static struct dance_trust none;
	const struct credential *const expected[] = { &sent };
	const struct dance_octets chain[] = { leaf.whole[0], { NULL, 0 }, sent.whole[0] };
	const struct dance_peer shown = {
		.size = sizeof(shown), .chain = chain, .chain_count = ROWS(chain)
	};
	const char *why;
	set = tlsa_set_new(NULL, 0);
	assert_non_null(set);
	assert_true(peer_import(&peer, &shown, &why));
	assert_true(path_candidates_gather(&candidates, &peer, set, 0xf, &none, true));
	assert_false(candidates.unread);
	assert_int_equal(candidates.sent_count, 2);
	check_order(TLSA_DANE_TA, expected, 1);
	forget();
}

/* A certificate that DNS holds for both is in paths of both. */
static void one_in_dns_may_be_of_two_usages(void **state)
{
	(void)state;
	const struct dance_tlsa records[] = { tlsa_of(&in_dns, 2, 0, 0),
		tlsa_of(&in_dns, 0, 0, 0) };
	static struct dance_trust none;
	const struct credential *const both[] = { &in_dns };
	const struct dance_peer shown = {
		.size = sizeof(shown), .chain = &leaf.whole[0], .chain_count = 1
	};
	const char *why;
	set = tlsa_set_new(records, ROWS(records));
	assert_non_null(set);
	assert_true(peer_import(&peer, &shown, &why));
	assert_true(path_candidates_gather(&candidates, &peer, set, 0xf, &none, true));
	check_order(TLSA_DANE_TA, both, 1);
	check_order(TLSA_PKIX_TA, both, 1);
	forget();
}

static void a_leaf_may_be_trusted_itself(void **state)
{
	(void)state;
	gather(&leaf, &root, true);
	assert_ptr_equal(path_candidates_leaf(&candidates, TLSA_PKIX_EE),
		&candidates.certificates[0]);
	forget();
	gather(&leaf, &leaf, true);
	assert_ptr_equal(path_candidates_leaf(&candidates, TLSA_PKIX_EE), &trusted);
	assert_ptr_equal(path_candidates_leaf(&candidates, TLSA_DANE_TA),
		&candidates.certificates[0]);
	forget();
}

/* Only DNS holding it is not enough: a digest wants its certificate sent (RFC 7671 5.2.2). */
static void records_are_of_what_was_sent_or_is_trusted(void **state)
{
	(void)state;
	const struct dance_tlsa of_leaf = tlsa_of(&leaf, 2, 0, 1),
				of_sent = tlsa_of(&sent, 2, 0, 1),
				of_dns = tlsa_of(&in_dns, 2, 0, 1),
				dane_root = tlsa_of(&root, 2, 0, 1),
				pkix_root = tlsa_of(&root, 0, 0, 1);
	for (int read = 0; read < 2; read++) {
		gather(&leaf, &root, read != 0);
		assert_false(path_candidates_hold(&candidates, &of_leaf, &peer.work));
		assert_true(path_candidates_hold(&candidates, &of_sent, &peer.work));
		assert_false(path_candidates_hold(&candidates, &of_dns, &peer.work));
		assert_false(path_candidates_hold(&candidates, &dane_root, &peer.work));
		assert_true(path_candidates_hold(&candidates, &pkix_root, &peer.work));
		forget();
	}
}

/* As many as there may be at all, and no more of those in DNS. */
static void there_is_room_for_all(void **state)
{
	(void)state;
	enum {
		MANY = DANCE_CHAIN_MAX + PATH_RECORD_MAX + 1
	};
	static struct credential many[MANY];
	struct dance_octets chain[DANCE_CHAIN_MAX];
	struct dance_tlsa records[PATH_RECORD_MAX + 1];
	for (size_t i = 0; i < MANY; i++) {
		make_certificate(&many[i], &(struct wish){ .key = KEY_ED25519 });
		if (i < DANCE_CHAIN_MAX) {
			chain[i] = many[i].whole[0];
		} else {
			records[i - DANCE_CHAIN_MAX] = tlsa_of(&many[i], 2, 0, 0);
		}
	}
	for (size_t count = PATH_RECORD_MAX - 1; count <= PATH_RECORD_MAX + 1; count++) {
		const struct dance_peer shown = {
			.size = sizeof(shown), .chain = chain, .chain_count = ROWS(chain)
		};
		const char *why;
		size_t at = 0, found = 0,
		       held = count < PATH_RECORD_MAX ? count : PATH_RECORD_MAX;
		set = tlsa_set_new(records, count);
		assert_non_null(set);
		assert_true(peer_import(&peer, &shown, &why));
		peer.work.left = UINT32_MAX;
		assert_true(path_candidates_gather(&candidates, &peer, set, 0xf, NULL,
			true));
		assert_int_equal(candidates.sent_count, DANCE_CHAIN_MAX);
		assert_int_equal(path_candidates_count(&candidates),
			DANCE_CHAIN_MAX + held);
		while (path_candidates_next(&candidates, TLSA_DANE_TA, &at) != NULL) {
			found++;
		}
		assert_int_equal(found, DANCE_CHAIN_MAX + held - 1);
		forget();
		assert_int_equal(candidates.count, 0);
		assert_null(candidates.certificates);
	}
	for (size_t i = 0; i < MANY; i++) {
		clear_certificate(&many[i]);
	}
}

/* The leaf once more, what can be read in part only, and a single octet. */
static void what_is_sent_twice_is_there_once(void **state)
{
	(void)state;
	static unsigned char octets[CERTIFICATE_SIZE_MAX];
	static const unsigned char oid[] = { DER_OID, 3, 0x2b, 0x65, 0x70 };
	const struct dance_octets single = { octets, 1 };
	const struct dance_octets part = { octets, sent.whole[0].size };
	const struct dance_octets chain[] = { leaf.whole[0], leaf.whole[0], part, part,
		single };
	struct dance_peer shown = {
		.size = sizeof(shown), .chain = chain, .chain_count = 4
	};
	const char *why;
	memcpy(octets, sent.octets[0], part.size);
	/* Its key, behind its subject and the algorithm of its signature, is no BIT STRING. */
	unsigned char *at = memmem(octets, part.size, oid, sizeof(oid));
	at = memmem(at + 1, part.size, oid, sizeof(oid));
	at[sizeof(oid)] = DER_OCTET_STRING;
	for (int read = 0; read <= 1; read++) {
		size_t next = 0;
		set = tlsa_set_new(NULL, 0);
		assert_non_null(set);
		assert_true(peer_import(&peer, &shown, &why));
		assert_true(path_candidates_gather(&candidates, &peer, set, 0xf, NULL,
			read != 0));
		assert_int_equal(candidates.sent_count, 2);
		assert_int_equal(candidates.count, 2);
		assert_int_equal(candidates.unread, read != 0);
		assert_null(path_candidates_next(&candidates, TLSA_DANE_TA, &next));
		forget();
	}
	shown.chain_count = 2;
	const struct dance_octets two[] = { leaf.whole[0], single };
	shown.chain = two;
	set = tlsa_set_new(NULL, 0);
	assert_non_null(set);
	assert_true(peer_import(&peer, &shown, &why));
	assert_true(path_candidates_gather(&candidates, &peer, set, 0xf, NULL, true));
	assert_int_equal(candidates.sent_count, 2);
	assert_true(candidates.unread);
	forget();
}

/* A leaf alone costs what reading it costs. */
static void what_is_there_is_paid_for(void **state)
{
	(void)state;
	const struct dance_peer shown = {
		.size = sizeof(shown), .chain = &leaf.whole[0], .chain_count = 1
	};
	struct certificate certificate;
	struct work work;
	const char *why;
	work_begin(&work);
	assert_true(certificate_read(&certificate, leaf.whole[0], &work));
	set = tlsa_set_new(NULL, 0);
	assert_non_null(set);
	assert_true(peer_import(&peer, &shown, &why));
	uint32_t before = peer.work.left;
	assert_true(path_candidates_gather(&candidates, &peer, set, 0xf, NULL, true));
	assert_int_equal(before - peer.work.left, WORK_MAX - work.left);
	assert_int_equal(path_candidates_count(&candidates), 1);
	forget();
}

/* Nothing can be said of its path then. */
static void a_leaf_that_cannot_be_read_has_none(void **state)
{
	(void)state;
	static unsigned char octets[CERTIFICATE_SIZE_MAX];
	struct credential odd = leaf;
	assert_true(leaf.whole[0].size < sizeof(octets));
	memcpy(octets, leaf.octets[0], leaf.whole[0].size);
	/* The algorithm of its signature, behind all else but that, has no OID any more. */
	unsigned char *oid = octets + leaf.whole[0].size;
	while (memcmp(--oid, "\x06\x03\x2b\x65\x70", 5) != 0) {
	}
	oid[0] = DER_NULL;
	odd.whole[0] = (struct dance_octets){ octets, leaf.whole[0].size };
	gather(&odd, &root, true);
	assert_int_equal(candidates.count, 0);
	forget();
	gather(&odd, &root, false);
	assert_int_not_equal(candidates.count, 0);
	forget();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_usage_has_its_own),
		cmocka_unit_test(nothing_between_those_sent_is_passed_over),
		cmocka_unit_test(one_in_dns_may_be_of_two_usages),
		cmocka_unit_test(a_leaf_may_be_trusted_itself),
		cmocka_unit_test(records_are_of_what_was_sent_or_is_trusted),
		cmocka_unit_test(there_is_room_for_all),
		cmocka_unit_test(what_is_sent_twice_is_there_once),
		cmocka_unit_test(what_is_there_is_paid_for),
		cmocka_unit_test(a_leaf_that_cannot_be_read_has_none),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
