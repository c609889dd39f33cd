/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a peer showed: which credentials are taken, what records of them would hold, and
 * which names stand in them. */

#include "check.h"
#include "der_writer.h"
#include "fixture.h"
#include "named.h"
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct credential made;

const struct fixture fixtures[] = {
	{ &made, { .key = KEY_P256, .common_name = "peer" } },
	{ NULL, { 0 } },
};

/* NULL if it is taken, else why not. */
static const char *refusal(const struct dance_octets *chain, size_t count, bool raw_key)
{
	const struct dance_peer shown = { .size = sizeof(shown),
		.chain = chain,
		.chain_count = count,
		.raw_key = raw_key };
	struct peer peer;
	const char *why = "no reason";
	memset(&peer, 0xff, sizeof(peer));
	bool taken = peer_import(&peer, &shown, &why);
	assert_int_equal(peer.signatures.count, 0);
	assert_int_equal(peer.association.hashed, 0);
	assert_null(peer.failed);
	assert_false(peer.names_read || peer.more_names);
	for (int selector = 0; selector < TLSA_SELECTOR_COUNT; selector++) {
		const struct dance_octets *whole = &peer.association.whole[selector];
		assert_int_equal(whole->data != NULL, whole->size != 0);
		assert_true(taken || whole->data == NULL || selector == TLSA_CERTIFICATE);
	}
	return taken ? NULL : why;
}

static void credentials_that_cannot_be_read_are_refused(void **state)
{
	(void)state;
	static const unsigned char garbage[] = { 0x30, 0x03, 0x02, 0x01, 0x01 };
	struct der longer = { 0 };
	der_append(&longer, made.octets[TLSA_CERTIFICATE],
		made.whole[TLSA_CERTIFICATE].size);
	der_append(&longer, "", 1);
	const struct dance_octets empty = { garbage, 0 }, none = { NULL, 0 };
	const struct dance_octets bad = { garbage, sizeof(garbage) };
	const struct dance_octets tail = { longer.octets, longer.size };
	const struct dance_octets *spki = &made.whole[TLSA_SPKI];
	const struct dance_octets *certificate = &made.whole[TLSA_CERTIFICATE];
	const struct {
		const char *row;
		const struct dance_octets *chain;
		size_t count;
		bool raw_key;
		const char *why;
	} rows[] = {
		{ "no chain", NULL, 0, false, "no client certificate" },
		{ "no key", NULL, 0, true, "the client showed no raw public key" },
		{ "empty certificate", &empty, 1, false, "no client certificate" },
		{ "empty key", &none, 1, true, "the client showed no raw public key" },
		{ "garbage", &bad, 1, false, "no public key" },
		{ "garbage for a key", &bad, 1, true, "not a SubjectPublicKeyInfo" },
		{ "octets behind", &tail, 1, false, "no public key" },
		{ "a key for a certificate", spki, 1, false, "no public key" },
		{ "a certificate for a key", certificate, 1, true,
			"not a SubjectPublicKeyInfo" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *why = refusal(rows[i].chain, rows[i].count, rows[i].raw_key);
		check_true(rows[i].row, why != NULL);
		check_true(rows[i].row, strstr(why, rows[i].why) != NULL);
	}
	assert_null(refusal(certificate, 1, false));
	assert_null(refusal(spki, 1, true));
	der_clear(&longer);
}

static void chains_have_a_bound(void **state)
{
	(void)state;
	struct dance_octets chain[DANCE_CHAIN_MAX + 1];
	for (size_t i = 0; i < ROWS(chain); i++) {
		chain[i] = made.whole[TLSA_CERTIFICATE];
	}
	assert_null(refusal(chain, DANCE_CHAIN_MAX, false));
	const char *why = refusal(chain, DANCE_CHAIN_MAX + 1, false);
	assert_non_null(why);
	assert_non_null(strstr(why, "too many"));
}

static void associations_are_octets_or_their_digests(void **state)
{
	(void)state;
	const struct dance_peer shown = { .size = sizeof(shown),
		.chain = &made.whole[TLSA_CERTIFICATE],
		.chain_count = 1 };
	struct peer peer;
	const char *why;
	assert_true(peer_import(&peer, &shown, &why));
	for (int round = 0; round < 2; round++) { /* the second time from memory */
		for (int selector = 0; selector < TLSA_SELECTOR_COUNT; selector++) {
			for (int matching = 0; matching < TLSA_MATCHING_COUNT; matching++) {
				struct dance_tlsa wanted = tlsa_of(&made, 3,
					(uint8_t)selector, (uint8_t)matching);
				struct dance_octets octets = peer_association(&peer,
					(enum tlsa_selector)selector,
					(enum tlsa_matching)matching);
				assert_int_equal(octets.size, wanted.size);
				assert_memory_equal(octets.data, wanted.data, wanted.size);
			}
		}
	}
}

static void a_raw_key_has_no_certificate(void **state)
{
	(void)state;
	const struct dance_peer shown = { .size = sizeof(shown),
		.chain = &made.whole[TLSA_SPKI],
		.chain_count = 1,
		.raw_key = true };
	struct peer peer;
	const char *why;
	assert_true(peer_import(&peer, &shown, &why));
	for (int matching = 0; matching < TLSA_MATCHING_COUNT; matching++) {
		struct dance_octets none = peer_association(&peer, TLSA_CERTIFICATE,
			(enum tlsa_matching)matching);
		assert_null(none.data);
		struct dance_tlsa wanted = tlsa_of(&made, 3, TLSA_SPKI, (uint8_t)matching);
		struct dance_octets octets = peer_association(&peer, TLSA_SPKI,
			(enum tlsa_matching)matching);
		assert_int_equal(octets.size, wanted.size);
		assert_memory_equal(octets.data, wanted.data, wanted.size);
	}
}

/* Where the host knows digests only: of a raw key there is no certificate. */
static void a_peer_may_be_digests(void **state)
{
	(void)state;
	for (int which = 0; which < 8; which++) {
		const bool raw_key = (which & 4) != 0;
		const struct dance_peer shown = { .size = sizeof(shown),
			.chain = made.whole,
			.raw_key = raw_key,
			.certificate_sha256 = (which & 1) != 0 ? made.sha256[0] : NULL,
			.key_sha256 = (which & 2) != 0 ? made.sha256[1] : NULL };
		const bool certificate = shown.certificate_sha256 != NULL && !raw_key;
		const bool key = shown.key_sha256 != NULL;
		struct peer peer;
		const char *why = NULL;
		assert_int_equal(peer_import(&peer, &shown, &why), certificate || key);
		assert_int_equal(why == NULL, certificate || key);
		assert_int_equal(association_knows(&peer.association, TLSA_CERTIFICATE,
					 TLSA_SHA256),
			certificate);
		assert_int_equal(association_knows(&peer.association, TLSA_SPKI,
					 TLSA_SHA256),
			key);
		if (certificate) {
			assert_memory_equal(peer_association(&peer, TLSA_CERTIFICATE,
						    TLSA_SHA256)
						    .data,
				made.sha256[0], TLSA_SHA256_SIZE);
		}
		if (key) {
			assert_memory_equal(peer_association(&peer, TLSA_SPKI, TLSA_SHA256)
						    .data,
				made.sha256[1], TLSA_SHA256_SIZE);
		}
	}
	/* With octets, those count. */
	const struct dance_peer both = { .size = sizeof(both),
		.chain = made.whole,
		.chain_count = 1,
		.key_sha256 = made.sha256[0] };
	struct peer peer;
	const char *why;
	assert_true(peer_import(&peer, &both, &why));
	assert_int_equal(peer.association.hashed, 0);
	assert_ptr_equal(peer.association.whole[0].data, made.whole[0].data);
}

/* The names seen, with blanks between. */
struct seen {
	char text[4096];
	unsigned count;
};

static void see(struct seen *seen, const struct name *name)
{
	char text[DANCE_NAME_SIZE];
	name_to_text(name, text);
	strcat(strcat(seen->text, seen->count > 0 ? " " : ""), text);
	seen->count++;
}

/* False if the credential cannot be read for its names. */
static bool names_of(struct dance_octets credential, bool raw_key, struct seen *seen)
{
	const struct dance_peer shown = { .size = sizeof(shown),
		.chain = &credential,
		.chain_count = 1,
		.raw_key = raw_key };
	struct peer peer;
	const char *why;
	const struct name *name;
	size_t at = 0;
	assert_true(peer_import(&peer, &shown, &why));
	while ((name = peer_dns_name(&peer, &at)) != NULL) {
		see(seen, name);
	}
	assert_null(peer_dns_name(&peer, &at)); /* nor after the last */
	assert_true(peer.names_read);
	if (!peer.readable) {
		const struct name any = named("a.example");
		assert_false(peer_bears_name(&peer, &any, true));
	}
	return peer.readable;
}

static void check_names(const struct alternative_name *names, size_t count,
	const char *expected)
{
	struct credential certificate;
	struct seen seen = { 0 };
	make_certificate(&certificate,
		&(struct wish){ .key = KEY_ED25519,
			.common_name = "cn.example",
			.names = names,
			.name_count = count });
	assert_true(names_of(certificate.whole[TLSA_CERTIFICATE], false, &seen));
	assert_string_equal(seen.text, expected);
	clear_certificate(&certificate);
}

static void names_come_in_their_order(void **state)
{
	(void)state;
	static const struct alternative_name names[] = { DNS("b.example"), DNS("A.Example"),
		DNS("_xfr-client.c.example"), DNS("b.example") };
	check_names(names, ROWS(names),
		"b.example a.example _xfr-client.c.example b.example");
}

/* RFC 9525: what stands in a common name is not a DNS name; nor is a wildcard one that a
 * client bears (draft 5). */
static void what_is_no_name_is_passed_over(void **state)
{
	(void)state;
	static const char longest[300] = "a";
	static const struct alternative_name names[] = {
		DNS("a.example\0.evil.example"),
		DNS("\0"),
		DNS("*.example"),
		DNS("*.sub.example"),
		DNS("*"),
		DNS("trailing.example."),
		DNS("b\xc3\xbc"
		    "cher.example"),
		DNS("two words.example"),
		{ TAG_DNS, longest, sizeof(longest) },
		{ TAG_EMAIL, "mail@example", 12 },
		{ TAG_EMAIL, "mail.example", 12 },
		{ TAG_URI, "uri.example", 11 },
		{ TAG_ADDRESS, "\x7f\0\0\1", 4 },
		DNS("good.example"),
	};
	check_names(names, ROWS(names), "good.example");
	check_names(NULL, 0, "");
}

/* Why not all names of such a certificate were looked at. */
static const char *names_fault(const struct alternative_name *names, size_t count)
{
	struct credential certificate;
	make_certificate(&certificate,
		&(struct wish){ .key = KEY_ED25519,
			.common_name = "peer",
			.names = names,
			.name_count = count });
	const struct dance_peer shown = {
		.size = sizeof(shown), .chain = certificate.whole, .chain_count = 1
	};
	struct peer peer;
	const char *why;
	assert_true(peer_import(&peer, &shown, &why));
	const char *fault = peer_names_fault(&peer);
	clear_certificate(&certificate);
	return fault;
}

/* The last of 128 alternative names is looked at, of whatever kind the others are. */
static void names_have_a_bound(void **state)
{
	(void)state;
	static struct alternative_name names[200];
	for (size_t i = 0; i < ROWS(names); i++) {
		names[i] = (struct alternative_name)DNS("*.example");
	}
	names[127] = (struct alternative_name)DNS("in.example");
	names[128] = (struct alternative_name)DNS("out.example");
	check_names(names, ROWS(names), "in.example");
	assert_null(names_fault(names, 0));
	assert_null(names_fault(names, 128));
	const char *why = names_fault(names, 129);
	assert_non_null(why);
	assert_non_null(strstr(why, "more than 128 alternative names"));
	/* What stands behind them is not even read. */
	names[150] = (struct alternative_name)DNS("");
	check_names(names, ROWS(names), "in.example");
}

/* RFC 9525 6.3, for a server: a wildcard is a whole label, the leftmost, and stands for
 * one; for a client it stands for nothing (draft 5). */
static void the_name_borne_is_a_dns_name(void **state)
{
	(void)state;
	static const struct alternative_name names[] = { DNS("A.Example"),
		DNS("*.sub.example"), DNS("*.example"),
		{ '.', "", 0 }, /* a dot that is a tag */
		DNS("x*.y.example"), DNS("b.example\0.evil.example"), DNS("*"),
		{ TAG_URI, "uri.example", 11 } };
	static const struct {
		const char *name;
		bool exactly, by_wildcard;
	} rows[] = {
		{ "a.example", true, true },
		{ "b.example", false, false },
		{ "uri.example", false, false },
		{ "cn.example", false, false },
		{ "a.sub.example", false, true },
		{ "_xfr.sub.example", false, true },
		{ "b.a.sub.example", false, false },
		{ "sub.example", false, false },
		{ "xa.y.example", false, false },
		{ "example", false, false },
	};
	struct credential certificate;
	make_certificate(&certificate,
		&(struct wish){ .key = KEY_ED25519,
			.common_name = "cn.example",
			.names = names,
			.name_count = ROWS(names) });
	const struct dance_peer shown = {
		.size = sizeof(shown), .chain = certificate.whole, .chain_count = 1
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct peer peer;
		const char *why;
		struct name name = named(rows[i].name);
		assert_true(peer_import(&peer, &shown, &why));
		check_true(rows[i].name,
			peer_bears_name(&peer, &name, false) == rows[i].exactly);
		check_true(rows[i].name,
			peer_bears_name(&peer, &name, true) == rows[i].by_wildcard);
	}
	clear_certificate(&certificate);
}

/* What a peer may cost is bounded by its size. */
static void names_of_a_large_certificate_are_not_read(void **state)
{
	(void)state;
	static struct alternative_name names[2000];
	struct credential certificate;
	struct seen seen = { 0 };
	for (size_t i = 0; i < ROWS(names); i++) {
		names[i] = (struct alternative_name)DNS("a.example");
	}
	make_certificate(&certificate,
		&(struct wish){ .names = names, .name_count = ROWS(names) });
	assert_true(certificate.whole[0].size > CERTIFICATE_SIZE_MAX);
	assert_false(names_of(certificate.whole[0], false, &seen));
	assert_int_equal(seen.count, 0);
	clear_certificate(&certificate);
	const char *why = names_fault(names, ROWS(names));
	assert_non_null(why);
	assert_non_null(strstr(why, "larger than 16384 octets"));
}

/* A certificate of so many octets, with these names. */
static void make_sized(struct credential *certificate, size_t size,
	const struct alternative_name *names, size_t count)
{
	static char filling[CERTIFICATE_SIZE_MAX + 2];
	struct wish wish = { .key = KEY_ED25519,
		.names = names,
		.name_count = count,
		.extension = "1.2.3",
		.value = filling,
		.value_size = CERTIFICATE_SIZE_MAX - 1000 };
	make_certificate(certificate, &wish);
	wish.value_size += size - certificate->whole[0].size;
	clear_certificate(certificate);
	make_certificate(certificate, &wish);
	assert_int_equal(certificate->whole[0].size, size);
}

static void the_largest_certificate_has_names(void **state)
{
	(void)state;
	static const struct alternative_name names[] = { DNS("a.example"), DNS("") };
	for (size_t count = 1; count <= ROWS(names); count++) {
		for (size_t size = CERTIFICATE_SIZE_MAX; size <= CERTIFICATE_SIZE_MAX + 1;
			size++) {
			struct credential certificate;
			struct seen seen = { 0 };
			struct peer peer;
			const char *why;
			bool good = count == 1 && size == CERTIFICATE_SIZE_MAX;
			make_sized(&certificate, size, names, count);
			const struct dance_peer shown = { .size = sizeof(shown),
				.chain = certificate.whole,
				.chain_count = 1 };
			assert_int_equal(names_of(certificate.whole[0], false, &seen),
				good);
			assert_int_equal(seen.count, good);
			assert_true(peer_import(&peer, &shown, &why));
			const char *fault = peer_names_fault(&peer);
			assert_int_equal(fault == NULL, good);
			assert_true(fault == NULL ||
				strstr(fault,
					size > CERTIFICATE_SIZE_MAX ?
						"larger than" :
						"cannot be read") != NULL);
			clear_certificate(&certificate);
		}
	}
}

/* As a whole, to the last octet. */
static void names_that_cannot_be_read_are_none(void **state)
{
	(void)state;
	static const struct dance_octets values[] = {
		{ (const unsigned char *)"\x05\0", 2 },
		{ (const unsigned char *)"\x30\x0c\x82\x09"
					 "a.example\x82",
			14 },
		{ (const unsigned char *)"\x30\x0e\x82\x09"
					 "a.example\x82\x02x",
			16 },
	};
	for (size_t i = 0; i < ROWS(values); i++) {
		struct credential certificate;
		struct seen seen = { 0 };
		make_certificate(&certificate,
			&(struct wish){ .key = KEY_ED25519,
				.extension = "2.5.29.17",
				.value = (const char *)values[i].data,
				.value_size = values[i].size });
		assert_false(names_of(certificate.whole[0], false, &seen));
		assert_int_equal(seen.count, 0);
		clear_certificate(&certificate);
	}
}

static void a_raw_key_bears_no_names(void **state)
{
	(void)state;
	struct seen seen = { 0 };
	assert_true(names_of(made.whole[TLSA_SPKI], true, &seen));
	assert_int_equal(seen.count, 0);
}

/* It has a key that can be found, so it is taken, whatever stands behind that. */
static void a_certificate_that_cannot_be_read_has_no_names(void **state)
{
	(void)state;
	struct der tbs = { 0 }, body = { 0 }, whole = { 0 };
	der_append(&tbs, "\x02\0\x30\0\x30\0\x30\0\x30\0", 10);
	der_append(&tbs, made.octets[TLSA_SPKI], made.whole[TLSA_SPKI].size);
	der_append(&tbs, "\xa3\x03\x30\x01\x30", 5);
	der_wrap(&body, DER_SEQUENCE, &tbs);
	der_append(&body, "\x30\0\x03\0", 4);
	der_wrap(&whole, DER_SEQUENCE, &body);
	struct seen seen = { 0 };
	assert_false(names_of((struct dance_octets){ whole.octets, whole.size }, false,
		&seen));
	assert_int_equal(seen.count, 0);
	der_clear(&whole);

	/* RFC 5280 4.2.1.6: a dNSName is not empty. */
	static const struct alternative_name names[] = { DNS("a.example"), DNS("") };
	struct credential certificate;
	make_certificate(&certificate, &(struct wish){ .names = names, .name_count = 2 });
	assert_false(names_of(certificate.whole[TLSA_CERTIFICATE], false, &seen));
	assert_int_equal(seen.count, 0);
	clear_certificate(&certificate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(credentials_that_cannot_be_read_are_refused),
		cmocka_unit_test(chains_have_a_bound),
		cmocka_unit_test(associations_are_octets_or_their_digests),
		cmocka_unit_test(a_raw_key_has_no_certificate),
		cmocka_unit_test(a_peer_may_be_digests),
		cmocka_unit_test(names_come_in_their_order),
		cmocka_unit_test(what_is_no_name_is_passed_over),
		cmocka_unit_test(names_have_a_bound),
		cmocka_unit_test(the_name_borne_is_a_dns_name),
		cmocka_unit_test(names_of_a_large_certificate_are_not_read),
		cmocka_unit_test(the_largest_certificate_has_names),
		cmocka_unit_test(names_that_cannot_be_read_are_none),
		cmocka_unit_test(a_raw_key_bears_no_names),
		cmocka_unit_test(a_certificate_that_cannot_be_read_has_no_names),
	};
	return cmocka_run_group_tests(tests, make_fixtures, clear_fixtures);
}
