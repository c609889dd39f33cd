/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Of each cap on what a peer shows and DNS holds: with as much the peer is let in, with one more
 * it is not, and the reason is the cap. Those on what is inside of extensions, keys and names are
 * tried where these are read: test_certificate_policy.c, test_signature.c, test_dn.c,
 * test_dn_value.c, and the names tried of a certificate in test_who.c. */

#include "check.h"
#include "make_certificate.h"
#include "peer_limits.h"

#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct credential authority, constrained, leaf, stranger;
static struct dance_result result = { .size = sizeof(result) };

static const struct alternative_name names[] = { DNS("a.example") };

static int make(void **state)
{
	(void)state;
	make_certificate(&authority,
		&(struct wish){
			.key = KEY_ED25519, .common_name = "authority", .authority = true });
	make_certificate(&constrained,
		&(struct wish){ .key = KEY_ED25519,
			.common_name = "constrained",
			.authority = true,
			.permitted = "example" });
	make_certificate(&leaf,
		&(struct wish){ .key = KEY_ED25519,
			.issuer = &authority,
			.names = names,
			.name_count = 1 });
	make_certificate(&stranger, &(struct wish){ .key = KEY_ED25519 });
	return 0;
}

static int clear(void **state)
{
	(void)state;
	clear_certificate(&authority);
	clear_certificate(&constrained);
	clear_certificate(&leaf);
	clear_certificate(&stranger);
	return 0;
}

static enum dance_verdict judge(const struct dance_octets *chain, size_t count,
	const struct dance_tlsa *records, size_t record_count)
{
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = chain, .chain_count = count
	};
	return dance_judge(&peer, "a.example", records, record_count, NULL, &result);
}

/* A leaf and the record of its issuer. */
static enum dance_verdict judge_leaf(struct dance_octets shown,
	const struct credential *issuer)
{
	const struct dance_octets chain[] = { shown, issuer->whole[0] };
	const struct dance_tlsa record = tlsa_of(issuer, 2, 0, 1);
	return judge(chain, ROWS(chain), &record, 1);
}

/* What is behind the leaf and its issuer says nothing. */
static enum dance_verdict with_chain(size_t count)
{
	struct dance_octets chain[DANCE_CHAIN_MAX + 1] = { leaf.whole[0],
		authority.whole[0] };
	const struct dance_tlsa record = tlsa_of(&authority, 2, 0, 1);
	for (size_t i = 2; i < count; i++) {
		chain[i] = stranger.whole[0];
	}
	return judge(chain, count, &record, 1);
}

/* The leaf again with so many more extensions that say nothing, the last of so many octets. */
static gnutls_datum_t make_wide(size_t count, size_t size)
{
	gnutls_x509_crt_t made;
	gnutls_datum_t der;
	unsigned char *filler = calloc(1, size + 1);
	assert_non_null(filler);
	assert_int_equal(gnutls_x509_crt_init(&made), 0);
	assert_int_equal(gnutls_x509_crt_import(made,
				 &(gnutls_datum_t){
					 leaf.octets[0], (unsigned)leaf.whole[0].size },
				 GNUTLS_X509_FMT_DER),
		0);
	for (size_t i = 0; i < count; i++) {
		char oid[32];
		snprintf(oid, sizeof(oid), "1.2.3.4.%zu", i);
		assert_int_equal(gnutls_x509_crt_set_extension_by_oid(made, oid, filler,
					 i + 1 < count ? 1 : size, 0),
			0);
	}
	assert_int_equal(gnutls_x509_crt_sign2(made, authority.certificate, authority.key,
				 GNUTLS_DIG_SHA512, 0),
		0);
	assert_int_equal(gnutls_x509_crt_export2(made, GNUTLS_X509_FMT_DER, &der), 0);
	gnutls_x509_crt_deinit(made);
	free(filler);
	return der;
}

static enum dance_verdict judge_wide(gnutls_datum_t der)
{
	enum dance_verdict verdict = judge_leaf((struct dance_octets){ der.data, der.size },
		&authority);
	gnutls_free(der.data);
	return verdict;
}

static enum dance_verdict with_size(size_t size)
{
	size_t filler = size - 1000;
	gnutls_datum_t der = make_wide(1, filler);
	filler += size - der.size;
	gnutls_free(der.data);
	der = make_wide(1, filler);
	assert_int_equal(der.size, size);
	return judge_wide(der);
}

/* It has one already, its alternative names. */
static enum dance_verdict with_extensions(size_t count)
{
	return judge_wide(make_wide(count - 1, 1));
}

/* The name is the last one. */
static enum dance_verdict judge_names(const struct credential *issuer, size_t count,
	size_t place)
{
	static struct alternative_name many[CERTIFICATE_NAME_MAX + 1];
	struct credential made;
	for (size_t i = 0; i < count; i++) {
		many[i] = (struct alternative_name)DNS("b.example");
	}
	many[place] = names[0];
	make_certificate(&made,
		&(struct wish){ .key = KEY_ED25519,
			.issuer = issuer,
			.names = many,
			.name_count = count });
	enum dance_verdict verdict = judge_leaf(made.whole[0], issuer);
	clear_certificate(&made);
	return verdict;
}

static enum dance_verdict with_names(size_t count)
{
	return judge_names(&authority, count, count - 1);
}

static enum dance_verdict with_names_below_constraints(size_t count)
{
	return judge_names(&constrained, count, 0);
}

static enum dance_verdict with_path(size_t count)
{
	struct credential path[PATH_LENGTH_MAX + 1] = { 0 };
	struct dance_octets chain[ROWS(path)];
	make_certificates(path, chain, count, KEY_ED25519, names);
	const struct dance_tlsa record = tlsa_of(&path[count - 1], 2, 0, 1);
	enum dance_verdict verdict = judge(chain, count, &record, 1);
	for (size_t i = 0; i < count; i++) {
		clear_certificate(&path[i]);
	}
	return verdict;
}

/* Whole certificates in DNS, of which the largest one, whose record comes last, is the issuer. */
static enum dance_verdict with_certificates_in_dns(size_t count)
{
	struct credential others[PATH_RECORD_MAX];
	struct dance_tlsa records[PATH_RECORD_MAX + 1];
	for (size_t i = 0; i + 1 < count; i++) {
		make_certificate(&others[i], &(struct wish){ .key = KEY_ED25519 });
		records[i] = tlsa_of(&others[i], 2, 0, 0);
	}
	records[count - 1] = tlsa_of(&authority, 2, 0, 0);
	enum dance_verdict verdict = judge(&leaf.whole[0], 1, records, count);
	for (size_t i = 0; i + 1 < count; i++) {
		clear_certificate(&others[i]);
	}
	return verdict;
}

/* As many certificates as may be sent, and as many as DNS may hold. The last of DNS's, whose record
 * comes last, is the issuer. */
static void all_that_may_be_sent_and_published_at_once(void **state)
{
	(void)state;
	static struct credential others[DANCE_CHAIN_MAX - 1 + PATH_RECORD_MAX - 1];
	struct dance_octets chain[DANCE_CHAIN_MAX] = { leaf.whole[0] };
	struct dance_tlsa records[PATH_RECORD_MAX];
	for (size_t i = 0; i < ROWS(others); i++) {
		make_certificate(&others[i], &(struct wish){ .key = KEY_ED25519 });
		if (i < DANCE_CHAIN_MAX - 1) {
			chain[1 + i] = others[i].whole[0];
		} else {
			records[i - (DANCE_CHAIN_MAX - 1)] = tlsa_of(&others[i], 2, 0, 0);
		}
	}
	records[PATH_RECORD_MAX - 1] = tlsa_of(&authority, 2, 0, 0);
	check_verdict(judge(chain, ROWS(chain), records, ROWS(records)), DANCE_ALLOW);
	for (size_t i = 0; i < ROWS(others); i++) {
		clear_certificate(&others[i]);
	}
}

static enum dance_verdict with_records(size_t count)
{
	static struct dance_tlsa records[TLSA_RECORD_MAX + 1];
	for (size_t i = 0; i < count; i++) {
		records[i] = tlsa_of(&leaf, 3, 1, 1);
	}
	return judge(&leaf.whole[0], 1, records, count);
}

static void the_last_that_fits_and_the_first_that_does_not(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		size_t max;
		enum dance_verdict (*judge)(size_t count);
		enum dance_verdict beyond;
		const char *why;
	} rows[] = {
		{ "certificates of a chain", DANCE_CHAIN_MAX, with_chain,
			DANCE_DENY_CREDENTIAL, "too many certificates" },
		{ "octets of a certificate", CERTIFICATE_SIZE_MAX, with_size,
			DANCE_DENY_CHAIN, "larger than " CERTIFICATE_SIZE_MAX_TEXT },
		{ "extensions", CERTIFICATE_EXTENSION_MAX, with_extensions,
			DANCE_DENY_CHAIN, CERTIFICATE_EXTENSION_MAX_TEXT " extensions" },
		{ "names of the leaf", CERTIFICATE_NAME_MAX, with_names, DANCE_DENY_CHAIN,
			CERTIFICATE_NAME_MAX_TEXT " alternative names" },
		{ "names below constraints", CERTIFICATE_NAME_MAX,
			with_names_below_constraints, DANCE_DENY_CHAIN,
			"name constraints has more than " CERTIFICATE_NAME_MAX_TEXT },
		{ "certificates of a path", PATH_LENGTH_MAX, with_path, DANCE_DENY_CHAIN,
			"within " PATH_LENGTH_MAX_TEXT " certificates" },
		{ "certificates in DNS", PATH_RECORD_MAX, with_certificates_in_dns,
			DANCE_DENY_MISMATCH, "none of 33 usable records" },
		{ "records", TLSA_RECORD_MAX, with_records, DANCE_DENY_UNUSABLE,
			"more than " TLSA_RECORD_MAX_TEXT " TLSA records" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		check_row(rows[i].row, rows[i].judge(rows[i].max), DANCE_ALLOW);
		check_row(rows[i].row, rows[i].judge(rows[i].max + 1), rows[i].beyond);
		if (strstr(result.detail, rows[i].why) == NULL) {
			fail_msg("%s: '%s'", rows[i].row, result.detail);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_that_fits_and_the_first_that_does_not),
		cmocka_unit_test(all_that_may_be_sent_and_published_at_once),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
