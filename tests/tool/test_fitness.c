/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which keys and certificates TLS takes (RFC 8446 4.2.3, 4.4.2.2), case by case. Nobody has the
 * keys. */

#include "check.h"
#include "der_writer.h"
#include "fitness.h"
#include "make_certificate.h"

#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>

/* OIDs, their content. */
#define RSA "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
#define RSA_PSS "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"
#define DSA "\x2a\x86\x48\xce\x38\x04\x01"
#define DH "\x2a\x86\x48\xce\x3e\x02\x01"
#define EC "\x2a\x86\x48\xce\x3d\x02\x01"
#define X25519 "\x2b\x65\x6e"
#define ED25519 "\x2b\x65\x70"
#define ED448 "\x2b\x65\x71"
#define GOST "\x2a\x85\x03\x07\x01\x01\x01\x01"

#define P192 "\x2a\x86\x48\xce\x3d\x03\x01\x01"
#define P224 "\x2b\x81\x04\x00\x21"
#define P256 "\x2a\x86\x48\xce\x3d\x03\x01\x07"
#define P384 "\x2b\x81\x04\x00\x22"
#define P521 "\x2b\x81\x04\x00\x23"
#define SECP256K1 "\x2b\x81\x04\x00\x0a"
#define BRAINPOOL "\x2b\x24\x03\x03\x02\x08\x01\x01\x07"

#define OID(literal) literal, sizeof(literal) - 1

static const struct dance_octets none = { NULL, 0 };

/* With the parameters of the algorithm, as they stand there. */
static void put_spki(struct der *spki, const char *oid, size_t oid_size,
	const struct der *parameters, const unsigned char *key, size_t size)
{
	struct der algorithm = { NULL, 0 }, parts = { NULL, 0 }, bits = { NULL, 0 };
	der_put(&algorithm, DER_OID, oid, oid_size);
	if (parameters != NULL) {
		der_append(&algorithm, parameters->octets, parameters->size);
	}
	der_wrap(&parts, DER_SEQUENCE, &algorithm);
	der_append(&bits, "\0", 1);
	der_append(&bits, key, size);
	der_wrap(&parts, DER_BIT_STRING, &bits);
	der_wrap(spki, DER_SEQUENCE, &parts);
}

static void check_spki(const char *what, struct der *spki, const char *part)
{
	const char *fault = fitness_fault(none,
		(struct dance_octets){ spki->octets, spki->size });
	if ((fault == NULL) != (part == NULL) ||
		(fault != NULL && strstr(fault, part) == NULL)) {
		fail_msg("%s: '%s'", what, fault != NULL ? fault : "");
	}
	der_clear(spki);
}

static void rsa_keys_must_have_the_size_that_libraries_take(void **state)
{
	(void)state;
	static const struct {
		unsigned bits;
		const char *told;
	} rows[] = {
		{ 512, "fewer than 2048 bits" },
		{ 1024, "fewer than 2048 bits" },
		{ 2047, "fewer than 2048 bits" },
		{ 2048, NULL },
		{ 3072, NULL },
		{ 16384, NULL },
		{ 16385, "more than 16384 bits" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		for (unsigned pss = 0; pss < 2; pss++) {
			unsigned char modulus[2 + 16385 / 8] = { 0 };
			size_t octets = (rows[i].bits + 7) / 8;
			modulus[1] = (unsigned char)(1u << (rows[i].bits - 1) % 8);
			modulus[octets] |= 1;
			struct der numbers = { NULL, 0 }, key = { NULL, 0 },
				   spki = { NULL, 0 };
			der_put(&numbers, DER_INTEGER, modulus + (modulus[1] < 0x80),
				octets + (modulus[1] >= 0x80));
			der_put(&numbers, DER_INTEGER, "\1\0\1", 3);
			der_wrap(&key, DER_SEQUENCE, &numbers);
			put_spki(&spki, pss ? RSA_PSS : RSA, sizeof(RSA) - 1, NULL,
				key.octets, key.size);
			der_clear(&key);
			char what[32];
			snprintf(what, sizeof(what), "RSA %u, PSS %u", rows[i].bits, pss);
			check_spki(what, &spki, rows[i].told);
		}
	}
}

static void elliptic_curves_must_have_a_signature_scheme(void **state)
{
	(void)state;
	static const char scheme[] = "no signature scheme for the curve";
	static const struct {
		const char *what;
		const char *oid;
		size_t oid_size, field;
		const char *told;
	} rows[] = {
		{ "P-192", OID(P192), 24, scheme },
		{ "P-224", OID(P224), 28, scheme },
		{ "P-256", OID(P256), 32, NULL },
		{ "P-384", OID(P384), 48, NULL },
		{ "P-521", OID(P521), 66, NULL },
		{ "secp256k1", OID(SECP256K1), 32, scheme },
		{ "brainpoolP256r1", OID(BRAINPOOL), 32, scheme },
		{ "P-256, cut short", OID(P256), 31, "the key is malformed" },
	};
	unsigned char point[1 + 2 * 66] = { 4 };
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct der curve = { NULL, 0 }, spki = { NULL, 0 };
		der_put(&curve, DER_OID, rows[i].oid, rows[i].oid_size);
		put_spki(&spki, OID(EC), &curve, point, 1 + 2 * rows[i].field);
		der_clear(&curve);
		check_spki(rows[i].what, &spki, rows[i].told);
	}
	struct der written_out = { NULL, 0 }, spki = { NULL, 0 };
	der_put(&written_out, DER_SEQUENCE, "\2\1\1", 3);
	put_spki(&spki, OID(EC), &written_out, point, 65);
	der_clear(&written_out);
	check_spki("explicit", &spki, "explicit curve parameters");
}

static void other_kinds_must_have_one_too(void **state)
{
	(void)state;
	static const char scheme[] = "no signature scheme for keys of this kind";
	static const struct {
		const char *what;
		const char *oid;
		size_t oid_size, size;
		const char *told;
	} rows[] = {
		{ "Ed25519", OID(ED25519), 32, NULL },
		{ "Ed448", OID(ED448), 57, NULL },
		{ "Ed25519, cut short", OID(ED25519), 31, "the key is malformed" },
		{ "X25519", OID(X25519), 32, scheme },
		{ "DSA", OID(DSA), 131, scheme },
		{ "DH", OID(DH), 131, scheme },
		{ "GOST", OID(GOST), 66, scheme },
	};
	unsigned char key[131] = { 2 };
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct der spki = { NULL, 0 };
		put_spki(&spki, rows[i].oid, rows[i].oid_size, NULL, key, rows[i].size);
		check_spki(rows[i].what, &spki, rows[i].told);
	}
	struct der nothing = { NULL, 0 };
	check_spki("nothing", &nothing, "the key is malformed");
}

static void check_certificate(const char *what, struct dance_octets certificate,
	const char *part)
{
	const struct dance_peer peer = {
		.size = sizeof(peer), .chain = &certificate, .chain_count = 1
	};
	const char *fault = fitness_peer_fault(&peer);
	if ((fault == NULL) != (part == NULL) ||
		(fault != NULL && strstr(fault, part) == NULL)) {
		fail_msg("%s: '%s'", what, fault != NULL ? fault : "");
	}
}

static void certificates_must_permit_signatures(void **state)
{
	(void)state;
	static const struct {
		const char *what;
		enum key_kind key;
		unsigned key_usage;
		const char *told;
	} rows[] = {
		{ "no key usage", KEY_P256, 0, NULL },
		{ "digitalSignature", KEY_P256, GNUTLS_KEY_DIGITAL_SIGNATURE, NULL },
		{ "both", KEY_P256, GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_AGREEMENT,
			NULL },
		{ "keyAgreement", KEY_P256, GNUTLS_KEY_KEY_AGREEMENT,
			"lacks digitalSignature" },
		{ "a small key", KEY_RSA_SMALL, 0, "fewer than 2048 bits" },
		{ "version 1", KEY_P256, 0, NULL },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct credential made;
		make_certificate(&made,
			&(struct wish){ .key = rows[i].key,
				.key_usage = rows[i].key_usage,
				.version_1 = strcmp(rows[i].what, "version 1") == 0 });
		check_certificate(rows[i].what, made.whole[TLSA_CERTIFICATE], rows[i].told);
		clear_certificate(&made);
	}
}

static void certificates_must_be_well_formed(void **state)
{
	(void)state;
	struct credential made;
	unsigned char octets[4096];
	make_certificate(&made, &(struct wish){ .key = KEY_P256 });
	struct dance_octets whole = made.whole[TLSA_CERTIFICATE];
	memcpy(octets, whole.data, whole.size);
	check_certificate("cut short", (struct dance_octets){ octets, whole.size - 1 },
		"the certificate is malformed");
	octets[whole.size] = 0;
	check_certificate("with more behind it",
		(struct dance_octets){ octets, whole.size + 1 },
		"the certificate is malformed");
	check_certificate("a key", made.whole[TLSA_SPKI], "the certificate is malformed");
	/* The serial number becomes something else. */
	unsigned char *serial = memmem(octets, whole.size, "\xa0\3\2\1\2\2", 6);
	assert_non_null(serial);
	serial[5] = 4;
	check_certificate("another serial number",
		(struct dance_octets){ octets, whole.size },
		"the certificate is malformed");
	clear_certificate(&made);
}

static void of_nothing_nothing_is_told(void **state)
{
	(void)state;
	const struct dance_peer empty = { .size = sizeof(empty) };
	assert_null(fitness_peer_fault(NULL));
	assert_null(fitness_peer_fault(&empty));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rsa_keys_must_have_the_size_that_libraries_take),
		cmocka_unit_test(elliptic_curves_must_have_a_signature_scheme),
		cmocka_unit_test(other_kinds_must_have_one_too),
		cmocka_unit_test(certificates_must_permit_signatures),
		cmocka_unit_test(certificates_must_be_well_formed),
		cmocka_unit_test(of_nothing_nothing_is_told),
	};
	return cmocka_run_group_tests_name("fitness", tests, NULL, NULL);
}
