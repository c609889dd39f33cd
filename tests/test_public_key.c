/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is read of public keys, and which of them a path may have. */

#include "check.h"
#include "der_writer.h"
#include "make_certificate.h"
#include "public_key.h"

#include <stdlib.h>
#include <string.h>

#define OCTETS(literal) (literal), sizeof(literal) - 1

#define RSA OCTETS("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")
#define RSA_PSS OCTETS("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")
#define DSA OCTETS("\x2a\x86\x48\xce\x38\x04\x01")
#define EC OCTETS("\x2a\x86\x48\xce\x3d\x02\x01")
#define P192 OCTETS("\x2a\x86\x48\xce\x3d\x03\x01\x01")
#define P224 OCTETS("\x2b\x81\x04\x00\x21")
#define P256 OCTETS("\x2a\x86\x48\xce\x3d\x03\x01\x07")
#define P521 OCTETS("\x2b\x81\x04\x00\x23")
#define BRAINPOOL OCTETS("\x2b\x24\x03\x03\x02\x08\x01\x01\x07")
#define ED25519 OCTETS("\x2b\x65\x70")
#define ED448 OCTETS("\x2b\x65\x71")

static struct der spki;

/* An SPKI of this algorithm, with these parameters, and so many octets as a key behind the
 * octet for unused bits. */
static struct dance_octets write_key(const char *oid, size_t oid_size,
	struct der *parameters, const void *octets, size_t size, unsigned char unused)
{
	struct der algorithm = { 0 }, bits = { 0 }, parts = { 0 };
	der_clear(&spki);
	der_put(&algorithm, DER_OID, oid, oid_size);
	if (parameters != NULL) {
		der_append(&algorithm, parameters->octets, parameters->size);
		der_clear(parameters);
	}
	der_wrap(&parts, DER_SEQUENCE, &algorithm);
	der_append(&bits, &unused, 1);
	der_append(&bits, octets, size);
	der_wrap(&parts, DER_BIT_STRING, &bits);
	der_wrap(&spki, DER_SEQUENCE, &parts);
	return (struct dance_octets){ spki.octets, spki.size };
}

/* An RSA key of so many bits, whose numbers only look like it. */
static struct dance_octets write_rsa(unsigned bits, const char *exponent,
	size_t exponent_size)
{
	unsigned char modulus[2050] = { 0 };
	size_t size = bits / 8 + 1;
	modulus[bits % 8 == 0 ? 1 : 0] = (unsigned char)(1u << (bits + 7) % 8);
	modulus[size - 1] |= 1;
	struct der numbers = { 0 }, key = { 0 }, null = { 0 };
	der_put(&numbers, DER_INTEGER, modulus, size);
	der_put(&numbers, DER_INTEGER, exponent, exponent_size);
	der_wrap(&key, DER_SEQUENCE, &numbers);
	der_put(&null, DER_NULL, NULL, 0);
	const struct dance_octets made = write_key(RSA, &null, key.octets, key.size, 0);
	der_clear(&key);
	return made;
}

static struct dance_octets write_ec(const char *curve, size_t curve_size,
	unsigned char first, size_t size)
{
	unsigned char point[200] = { first };
	struct der name = { 0 };
	der_put(&name, DER_OID, curve, curve_size);
	return write_key(EC, &name, point, size, 0);
}

static int clear(void **state)
{
	(void)state;
	der_clear(&spki);
	return 0;
}

#define E65537 OCTETS("\x01\x00\x01")

static void sizes_of_rsa_keys_are_read(void **state)
{
	(void)state;
	static const unsigned bits[] = { 512, 1024, 2047, 2048, 2049, 8192, 8193, 16000 };
	struct public_key key;
	for (size_t i = 0; i < ROWS(bits); i++) {
		const struct dance_octets rsa = write_rsa(bits[i], E65537);
		assert_true(public_key_read(&key, rsa));
		assert_int_equal(key.kind, PUBLIC_KEY_RSA);
		assert_int_equal(key.bits, bits[i]);
		assert_int_equal(key.exponent, 65537);
		assert_int_equal(public_key_fault(rsa) != NULL, bits[i] < 2048);
	}
}

static void exponents_of_rsa_keys_are_read(void **state)
{
	(void)state;
	struct public_key key;
	assert_true(public_key_read(&key, write_rsa(2048, OCTETS("\x03"))));
	assert_int_equal(key.exponent, 3);
	assert_true(public_key_read(&key, write_rsa(2048, OCTETS("\x00\xff\xff\xff\xff"))));
	assert_int_equal(key.exponent, UINT32_MAX);
	assert_true(public_key_read(&key, write_rsa(2048, OCTETS("\x01\x00\x00\x00\x01"))));
	assert_int_equal(key.exponent, 0); /* longer than those we work with */
	/* 1, even, negative, zero, none: no key. */
	assert_false(public_key_read(&key, write_rsa(2048, OCTETS("\x01"))));
	assert_false(public_key_read(&key, write_rsa(2048, OCTETS("\x01\x00\x00"))));
	assert_false(public_key_read(&key, write_rsa(2048, OCTETS("\xff"))));
	assert_false(public_key_read(&key, write_rsa(2048, OCTETS("\x00"))));
	assert_false(public_key_read(&key, write_rsa(2048, OCTETS("\x00\x00\x03"))));
	assert_false(public_key_read(&key, write_rsa(2048, NULL, 0)));
	assert_string_equal(public_key_fault(write_rsa(2048, OCTETS("\x01"))),
		"a key cannot be read");
	/* So is one of an even modulus. */
	struct dance_octets even = write_rsa(2048, OCTETS("\x03"));
	assert_int_equal(spki.octets[spki.size - 4], 1); /* before 02 01 03 */
	spki.octets[spki.size - 4] = 2;
	assert_false(public_key_read(&key, even));
}

/* One number is missing, is none, or has one more behind it; the leading bits do not count. */
static void an_rsa_key_is_two_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *octets;
		size_t size;
		unsigned bits; /* 0: it is no key */
	} rows[] = {
		{ OCTETS("\x30\x06\x02\x01\x7f\x02\x01\x03"), 7 },
		{ OCTETS("\x30\x03\x02\x01\x7f"), 0 },
		{ OCTETS("\x30\x06\x02\x01\x01\x02\x01\x03"), 1 },
		{ OCTETS("\x30\x00"), 0 },
		{ OCTETS("\x30\x06\x02\x01\x3f\x02\x01\x03"), 6 },
		{ OCTETS("\x30\x06\x03\x01\x7f\x02\x01\x03"), 0 },
		{ OCTETS("\x30\x07\x02\x02\0\xff\x02\x01\x03"), 8 },
		{ OCTETS("\x30\x06\x02\x01\x7f\x03\x01\x03"), 0 },
		{ OCTETS("\x30\x06\x02\x01\x1f\x02\x01\x03"), 5 },
		{ OCTETS("\x30\x09\x02\x01\x7f\x02\x01\x03\x02\x01\x03"), 0 },
		{ OCTETS("\x31\x06\x02\x01\x7f\x02\x01\x03"), 0 },
		{ OCTETS("\x30\x05\x02\0\x02\x01\x03"), 0 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct public_key key;
		bool read = public_key_read(&key,
			write_key(RSA, NULL, rows[i].octets, rows[i].size, 0));
		if (read != (rows[i].bits != 0) || (read && key.bits != rows[i].bits)) {
			fail_msg("row %zu: %u bits", i, key.bits);
		}
	}
}

static void points_are_of_the_curve_that_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *curve;
		size_t curve_size;
		unsigned char first;
		size_t size;
		bool ok, small;
		enum public_key_curve is;
	} rows[] = {
		{ P224, 4, 57, true, false, PUBLIC_KEY_P224 },
		{ P256, 4, 65, true, false, PUBLIC_KEY_P256 },
		{ P256, 3, 33, true, false, PUBLIC_KEY_P256 },
		{ P256, 2, 33, true, false, PUBLIC_KEY_P256 },
		{ P521, 4, 133, true, false, PUBLIC_KEY_P521 },
		{ P256, 4, 64, false, false, PUBLIC_KEY_P256 },
		{ P256, 4, 66, false, false, PUBLIC_KEY_P256 },
		{ P256, 4, 133, false, false, PUBLIC_KEY_P256 },
		{ P256, 2, 65, false, false, PUBLIC_KEY_P256 },
		{ P256, 0, 1, false, false, PUBLIC_KEY_P256 },
		{ P192, 4, 49, true, true, PUBLIC_KEY_CURVE_OTHER },
		{ BRAINPOOL, 4, 65, true, false, PUBLIC_KEY_CURVE_OTHER },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct public_key key;
		const struct dance_octets ec = write_ec(rows[i].curve, rows[i].curve_size,
			rows[i].first, rows[i].size);
		if (public_key_read(&key, ec) != rows[i].ok) {
			fail_msg("row %zu", i);
		}
		if (rows[i].ok) {
			assert_int_equal(key.kind, PUBLIC_KEY_EC);
			assert_int_equal(key.curve, rows[i].is);
			assert_false(key.explicit_curve);
			const char *why = public_key_fault(ec);
			assert_int_equal(why != NULL && strstr(why, "224 bits") != NULL,
				rows[i].small);
		}
	}
}

/* RFC 5480 2.1.1: neither specifiedCurve nor implicitCurve, nor nothing. */
static void a_curve_has_to_be_named(void **state)
{
	(void)state;
	unsigned char point[65] = { 4 };
	static const struct {
		unsigned char tag;
		bool there;
	} rows[] = { { DER_SEQUENCE, true }, { DER_NULL, true }, { 0, false } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct der parameters = { 0 };
		struct public_key key;
		if (rows[i].there) {
			der_put(&parameters, rows[i].tag, NULL, 0);
		}
		const struct dance_octets ec = write_key(EC,
			rows[i].there ? &parameters : NULL, point, sizeof(point), 0);
		assert_true(public_key_read(&key, ec));
		assert_true(key.explicit_curve);
		assert_string_equal(public_key_fault(ec), "a key does not name its curve");
	}
	/* The least that may be a point. */
	struct public_key other;
	for (size_t size = 0; size <= 2; size++) {
		assert_int_equal(public_key_read(&other,
					 write_key(EC, NULL, point, size, 0)),
			size == 2);
	}
	/* Something behind the name. */
	struct der two = { 0 };
	struct public_key key;
	der_put(&two, DER_OID, P256);
	der_put(&two, DER_NULL, NULL, 0);
	assert_false(public_key_read(&key, write_key(EC, &two, point, sizeof(point), 0)));
}

static void edwards_keys_have_their_size_and_no_parameters(void **state)
{
	(void)state;
	static const unsigned char octets[58];
	struct public_key key;
	assert_true(public_key_read(&key, write_key(ED25519, NULL, octets, 32, 0)));
	assert_int_equal(key.kind, PUBLIC_KEY_ED25519);
	assert_false(public_key_read(&key, write_key(ED25519, NULL, octets, 33, 0)));
	assert_true(public_key_read(&key, write_key(ED448, NULL, octets, 57, 0)));
	assert_int_equal(key.kind, PUBLIC_KEY_ED448);
	assert_false(public_key_read(&key, write_key(ED448, NULL, octets, 58, 0)));
	struct der null = { 0 };
	der_put(&null, DER_NULL, NULL, 0);
	assert_false(public_key_read(&key, write_key(ED25519, &null, octets, 32, 0)));
	der_put(&null, DER_NULL, NULL, 0);
	assert_false(public_key_read(&key, write_key(ED448, &null, octets, 57, 0)));
	/* Bits that are not used. */
	assert_false(public_key_read(&key, write_key(ED25519, NULL, octets, 32, 1)));
	assert_false(public_key_read(&key, write_key(ED25519, NULL, octets, 0, 0)));
}

/* NULL is empty. */
static void parameters_of_rsa_are_nothing_or_null(void **state)
{
	(void)state;
	static const char numbers[] = "\x30\x06\x02\x01\x0f\x02\x01\x03";
	static const struct {
		const char *parameters;
		size_t size;
		bool read;
	} rows[] = {
		{ "", 0, true },
		{ "\5\0", 2, true },
		{ "\5\1x", 3, false },
		{ "\5\0\5\0", 4, false },
		{ "\4\0", 2, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct public_key key;
		struct der parameters = { 0 };
		der_append(&parameters, rows[i].parameters, rows[i].size);
		assert_int_equal(public_key_read(&key,
					 write_key(RSA, &parameters, numbers,
						 sizeof(numbers) - 1, 0)),
			rows[i].read);
	}
}

static void of_other_keys_nothing_is_known(void **state)
{
	(void)state;
	struct public_key key;
	struct dance_octets dsa = write_key(DSA, NULL, "x", 1, 0);
	assert_true(public_key_read(&key, dsa));
	assert_int_equal(key.kind, PUBLIC_KEY_OTHER);
	assert_null(public_key_fault(dsa));
	assert_false(public_key_read(&key, (struct dance_octets){ NULL, 0 }));
	assert_false(public_key_read(&key, (struct dance_octets){ dsa.data, dsa.size - 1 }));
}

/* Those that a library makes. */
static void keys_of_each_kind_are_read(void **state)
{
	(void)state;
	static const struct {
		enum key_kind made;
		enum public_key_kind kind;
		unsigned bits;
		bool parameters;
	} rows[] = {
		{ KEY_ED25519, PUBLIC_KEY_ED25519, 0, false },
		{ KEY_ED448, PUBLIC_KEY_ED448, 0, false },
		{ KEY_P256, PUBLIC_KEY_EC, 256, true },
		{ KEY_P384, PUBLIC_KEY_EC, 384, true },
		{ KEY_P521, PUBLIC_KEY_EC, 528, true },
		{ KEY_RSA, PUBLIC_KEY_RSA, 2048, true },
		{ KEY_RSA_SMALL, PUBLIC_KEY_RSA, 1024, true },
		{ KEY_RSA_PSS, PUBLIC_KEY_RSA_PSS, 2048, true },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct credential made;
		struct public_key key;
		make_certificate(&made, &(struct wish){ .key = rows[i].made });
		assert_true(public_key_read(&key, made.whole[TLSA_SPKI]));
		assert_int_equal(key.kind, rows[i].kind);
		assert_int_equal(key.bits, rows[i].bits);
		assert_int_equal(key.parameters.data != NULL, rows[i].parameters);
		clear_certificate(&made);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_of_rsa_keys_are_read),
		cmocka_unit_test(exponents_of_rsa_keys_are_read),
		cmocka_unit_test(an_rsa_key_is_two_numbers),
		cmocka_unit_test(points_are_of_the_curve_that_is_named),
		cmocka_unit_test(a_curve_has_to_be_named),
		cmocka_unit_test(edwards_keys_have_their_size_and_no_parameters),
		cmocka_unit_test(parameters_of_rsa_are_nothing_or_null),
		cmocka_unit_test(of_other_keys_nothing_is_known),
		cmocka_unit_test(keys_of_each_kind_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, clear);
}
