/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which keys, and which octets of a signature, are handed to the library at all: seen by what is
 * paid for it. Keys and signatures only look like some. */

#include "check.h"
#include "der_writer.h"
#include "signature.h"

#include <stdlib.h>

#define OCTETS(literal) (literal), sizeof(literal) - 1
#define RSA_SHA256 OCTETS("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b")
#define ECDSA_SHA256 OCTETS("\x2a\x86\x48\xce\x3d\x04\x03\x02")
#define PSS OCTETS("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")

/* RSASSA-PSS-params; the salt last. */
#define HASH "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02"
#define PSS_PARAMETERS(hash, salt) \
	OCTETS("\x30\x34\xa0\x0f\x30\x0d" HASH hash "\x05\0" \
	       "\xa1\x1c\x30\x1a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08\x30\x0d" HASH hash \
	       "\x05\0\xa2\x03\x02\x01" salt)
#define NULL_PARAMETERS OCTETS("\x05\0")
#define NO_PARAMETERS NULL, 0

static const unsigned char text[] = "What was signed.";

/* How such a signature is checked, and how many steps that takes. */
static enum signature check(struct der *spki, const char *oid, size_t oid_size,
	const char *parameters, size_t parameters_size, const char *signature,
	size_t signature_size, uint32_t *paid)
{
	struct der parts = { 0 }, algorithm = { 0 };
	struct work work;
	der_put(&parts, DER_OID, oid, oid_size);
	der_append(&parts, parameters, parameters_size);
	der_wrap(&algorithm, DER_SEQUENCE, &parts);
	const struct signed_octets of = { .tbs = { text, sizeof(text) },
		.algorithm = { algorithm.octets, algorithm.size },
		.signature = { (const unsigned char *)signature, signature_size } };
	work_begin(&work);
	enum signature is = signature_check(&of,
		(struct dance_octets){ spki->octets, spki->size }, &work);
	*paid = WORK_MAX - work.left;
	der_clear(&algorithm);
	return is;
}

/* An RSA key that only looks like one. */
struct rsa {
	bool pss;
	size_t size; /* of the modulus */
	unsigned char top;
	const char *exponent;
	size_t exponent_size;
};

static void write_rsa(struct der *spki, const struct rsa *rsa)
{
	struct der numbers = { 0 }, key = { 0 }, algorithm = { 0 }, parts = { 0 },
		   bits = { 0 };
	unsigned char *modulus = calloc(1, rsa->size + 1);
	assert_non_null(modulus);
	modulus[1] = rsa->top;
	modulus[rsa->size] = 1;
	size_t begin = rsa->top < 0x80 ? 1 : 0;
	der_put(&numbers, DER_INTEGER, modulus + begin, rsa->size + 1 - begin);
	der_put(&numbers, DER_INTEGER, rsa->exponent, rsa->exponent_size);
	der_append(&bits, "", 1);
	der_wrap(&key, DER_SEQUENCE, &numbers);
	der_append(&bits, key.octets, key.size);
	der_clear(&key);
	if (rsa->pss) {
		der_put(&algorithm, DER_OID, PSS);
	} else {
		der_put(&algorithm, DER_OID,
			OCTETS("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"));
		der_put(&algorithm, DER_NULL, NULL, 0);
	}
	der_wrap(&parts, DER_SEQUENCE, &algorithm);
	der_wrap(&parts, DER_BIT_STRING, &bits);
	der_wrap(spki, DER_SEQUENCE, &parts);
	free(modulus);
}

#define EXPONENT OCTETS("\x01\x00\x01")

/* The size of a key, and its exponent, are what the price goes by; beyond some, it is not used. */
static void keys_that_are_too_dear_are_not_used(void **state)
{
	(void)state;
	static const struct {
		struct rsa rsa;
		enum signature is;
		uint32_t price_min;
	} rows[] = {
		{ { false, 256, 0x80, OCTETS("\x03") }, SIGNATURE_WRONG, 200 },
		{ { false, 1024, 0x80, EXPONENT }, SIGNATURE_WRONG, 2800 },
		{ { false, 1024, 0x80, OCTETS("\x00\xff\xff\xff\xff") }, SIGNATURE_WRONG,
			9900 },
		{ { false, 1024, 0x80, OCTETS("\x01\x00\x00\x00\x01") },
			SIGNATURE_UNFIT_KEY, 0 },
		{ { false, 1025, 0x01, EXPONENT }, SIGNATURE_UNFIT_KEY, 0 },
		{ { true, 1024, 0x80, EXPONENT }, SIGNATURE_WRONG, 2800 },
		{ { true, 1024, 0x80, OCTETS("\x01\x00\x00\x00\x01") }, SIGNATURE_UNFIT_KEY,
			0 },
		{ { true, 1025, 0x01, EXPONENT }, SIGNATURE_UNFIT_KEY, 0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct der spki = { 0 };
		uint32_t paid;
		write_rsa(&spki, &rows[i].rsa);
		enum signature is = rows[i].rsa.pss ?
			check(&spki, PSS, PSS_PARAMETERS("\x01", "\x20"), OCTETS("\0sig"),
				&paid) :
			check(&spki, RSA_SHA256, NULL_PARAMETERS, OCTETS("\0sig"), &paid);
		if (is != rows[i].is || paid < rows[i].price_min) {
			fail_msg("row %zu: %d for %u", i, is, paid);
		}
		assert_int_equal(paid != 0, rows[i].is != SIGNATURE_UNFIT_KEY);
		der_clear(&spki);
	}
}

/* RFC 8017 9.1.1: what is signed has one bit less than the modulus, and a signature that needs more
 * room than that is not even tried. More of RSASSA-PSS is in test_signature_pss.c. */
static void hash_and_salt_must_fit_into_the_key(void **state)
{
	(void)state;
	static const struct {
		size_t size;
		unsigned char top;
		const char *parameters;
		size_t parameters_size;
		bool fits;
	} rows[] = {
		{ 128, 0x80, PSS_PARAMETERS("\x01", "\x5e"), true },
		{ 128, 0x80, PSS_PARAMETERS("\x01", "\x5f"), false },
		{ 128, 0x80, PSS_PARAMETERS("\x02", "\x4e"), true },
		{ 128, 0x80, PSS_PARAMETERS("\x02", "\x4f"), false },
		{ 128, 0x80, PSS_PARAMETERS("\x03", "\x3e"), true },
		{ 128, 0x80, PSS_PARAMETERS("\x03", "\x3f"), false },
		/* What is signed has one bit less than the modulus: 1,017 and 1,016 here. */
		{ 128, 0x02, PSS_PARAMETERS("\x01", "\x5e"), true },
		{ 128, 0x02, PSS_PARAMETERS("\x01", "\x5f"), false },
		{ 128, 0x01, PSS_PARAMETERS("\x01", "\x5d"), true },
		{ 128, 0x01, PSS_PARAMETERS("\x01", "\x5e"), false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct rsa rsa = { i % 2 == 0, rows[i].size, rows[i].top, EXPONENT };
		struct der spki = { 0 };
		uint32_t paid;
		write_rsa(&spki, &rsa);
		enum signature is = check(&spki, PSS, rows[i].parameters,
			rows[i].parameters_size, OCTETS("\0sig"), &paid);
		assert_int_not_equal(is, SIGNATURE_GOOD);
		if ((paid != 0) != rows[i].fits ||
			(!rows[i].fits && is != SIGNATURE_WRONG)) {
			fail_msg("row %zu: %d for %u", i, is, paid);
		}
		der_clear(&spki);
	}
}

/* What is in the AlgorithmIdentifier of a key on a curve. */
#define P256 \
	OCTETS("\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07")

/* A key of so many octets, which are a point only by the first. */
static void write_point(struct der *spki, const char *algorithm, size_t algorithm_size,
	size_t size)
{
	static const unsigned char key[1 + 65] = { 0, 4 };
	struct der parts = { 0 };
	der_put(&parts, DER_SEQUENCE, algorithm, algorithm_size);
	der_put(&parts, DER_BIT_STRING, key, 1 + size);
	der_wrap(spki, DER_SEQUENCE, &parts);
}

/* RFC 3279 2.2.3: what is no pair of numbers is not even tried. */
static void a_signature_by_a_curve_is_two_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *octets; /* after that of the unused bits */
		size_t size;
		bool pair;
	} rows[] = {
		{ OCTETS("\0\x30\x06\x02\x01\x01\x02\x01\x01"), true },
		{ OCTETS("\0\x30\x08\x02\x02\0\x80\x02\x02\0\x80"), true },
		{ OCTETS("\0\x31\x06\x02\x01\x01\x02\x01\x01"), false },
		{ OCTETS("\0\x30\x06\x02\x01\x01\x02\x01\x01\0"), false },
		{ OCTETS("\0\x30\x03\x02\x01\x01"), false },
		{ OCTETS("\0\x30\0"), false },
		{ OCTETS("\0\x30\x06\x03\x01\x01\x02\x01\x01"), false },
		{ OCTETS("\0\x30\x06\x02\x01\x01\x03\x01\x01"), false },
		{ OCTETS("\0\x30\x05\x02\0\x02\x01\x01"), false },
		{ OCTETS("\0\x30\x05\x02\x01\x01\x02\0"), false },
		{ OCTETS("\0\x30\x07\x02\x02\0\x01\x02\x01\x01"), false },
		{ OCTETS("\0\x30\x07\x02\x01\x01\x02\x02\0\x01"), false },
		{ OCTETS("\0\x30\x09\x02\x01\x01\x02\x01\x01\x02\x01\x01"), false },
		{ OCTETS("\0\x30\x08\x02\x01\x01\x02\x01\x01\x05\0"), false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct der spki = { 0 };
		uint32_t paid;
		write_point(&spki, P256, 65);
		enum signature is = check(&spki, ECDSA_SHA256, NO_PARAMETERS,
			rows[i].octets, rows[i].size, &paid);
		check_true("a pair", is != SIGNATURE_GOOD);
		if ((paid != 0) != rows[i].pair ||
			(!rows[i].pair && is != SIGNATURE_WRONG)) {
			fail_msg("row %zu: %d for %u", i, is, paid);
		}
		der_clear(&spki);
	}
}

/* Of a key on a curve, or of one that nothing is known of, none of which need be one. */
static void which_kinds_of_keys_are_used(void **state)
{
	(void)state;
	static const struct {
		const char *name, *algorithm; /* what is in its AlgorithmIdentifier */
		size_t algorithm_size, key_size;
		bool used;
	} rows[] = {
		{ "P-224",
			OCTETS("\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
			       "\x06\x05\x2b\x81\x04\0\x21"),
			57, true },
		{ "P-256",
			OCTETS("\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
			       "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"),
			65, true },
		{ "secp256k1",
			OCTETS("\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
			       "\x06\x05\x2b\x81\x04\0\x0a"),
			65, false },
		{ "X25519", OCTETS("\x06\x03\x2b\x65\x6e"), 32, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct der spki = { 0 };
		uint32_t paid;
		write_point(&spki, rows[i].algorithm, rows[i].algorithm_size,
			rows[i].key_size);
		enum signature is = check(&spki, ECDSA_SHA256, NO_PARAMETERS,
			OCTETS("\0\x30\x06\x02\x01\x01\x02\x01\x01"), &paid);
		check_true(rows[i].name, is != SIGNATURE_GOOD);
		check_true(rows[i].name, rows[i].used || is == SIGNATURE_UNFIT_KEY);
		check_true(rows[i].name, rows[i].used ? paid > 200 : paid == 0);
		der_clear(&spki);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_that_are_too_dear_are_not_used),
		cmocka_unit_test(hash_and_salt_must_fit_into_the_key),
		cmocka_unit_test(a_signature_by_a_curve_is_two_numbers),
		cmocka_unit_test(which_kinds_of_keys_are_used),
	};
	return cmocka_run_group_tests_name("signature_keys", tests, NULL, NULL);
}
