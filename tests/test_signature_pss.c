/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * RSASSA-PSS by what its parameters and its keys say, before anything is checked: which hash, how
 * much room, which sizes. */

#include "check.h"
#include "der_writer.h"
#include "signature.h"

#include <stdlib.h>
#include <string.h>

#define OCTETS(literal) (literal), sizeof(literal) - 1

/* id-sha256 with its last two octets left open; the mask is of the same hash. */
#define HASH "\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04"
#define PSS(last, salt) \
	"\x30\x34\xa0\x0f" HASH last "\x05\0" \
	"\xa1\x1c\x30\x1a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08" HASH last "\x05\0" \
	"\xa2\x03\x02\x01" salt
#define SHA256 "\x02\x01"
#define NO_SALT \
	"\x30\x2f\xa0\x0f" HASH SHA256 "\x05\0" \
	"\xa1\x1c\x30\x1a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08" HASH SHA256 \
	"\x05\0"

/* A key of so many octets, for RSASSA-PSS with these limits, or for any signature of RSA. */
struct key {
	size_t modulus_size;
	const char *exponent;
	size_t exponent_size;
	const char *limits; /* NULL: it is of rsaEncryption */
	size_t limits_size;
};

static void write_key(struct der *spki, const struct key *key)
{
	static const unsigned char rsa[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1 };
	static const unsigned char pss[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10 };
	struct der numbers = { 0 }, whole = { 0 }, algorithm = { 0 }, parts = { 0 },
		   bits = { 0 };
	unsigned char *modulus = calloc(1, key->modulus_size + 1);
	assert_non_null(modulus);
	modulus[1] = 0x80;
	modulus[key->modulus_size] |= 1;
	der_put(&numbers, DER_INTEGER, modulus, key->modulus_size + 1);
	der_put(&numbers, DER_INTEGER, key->exponent, key->exponent_size);
	free(modulus);
	der_wrap(&whole, DER_SEQUENCE, &numbers);
	der_append(&bits, "", 1);
	der_append(&bits, whole.octets, whole.size);
	der_clear(&whole);
	der_put(&algorithm, DER_OID, key->limits != NULL ? pss : rsa, sizeof(rsa));
	der_append(&algorithm, key->limits, key->limits_size);
	der_wrap(&parts, DER_SEQUENCE, &algorithm);
	der_wrap(&parts, DER_BIT_STRING, &bits);
	der_wrap(spki, DER_SEQUENCE, &parts);
}

/* What was paid for the last check. */
static uint32_t paid;

/* What is said of a signature of these octets, by a key that only looks like one. */
static enum signature check_octets(const char *parameters, size_t size,
	const struct key *key, const char *octets, size_t octets_size)
{
	struct der algorithm = { 0 }, whole = { 0 }, spki = { 0 };
	struct work work;
	work_begin(&work);
	der_put(&algorithm, DER_OID, OCTETS("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"));
	der_append(&algorithm, parameters, size);
	der_wrap(&whole, DER_SEQUENCE, &algorithm);
	write_key(&spki, key);
	const struct signed_octets of = {
		.tbs = { (const unsigned char *)"x", 1 },
		.algorithm = { whole.octets, whole.size },
		.signature = { (const unsigned char *)octets, octets_size },
	};
	assert_true(signature_is_pss(&of));
	enum signature is = signature_check(&of,
		(struct dance_octets){ spki.octets, spki.size }, &work);
	paid = WORK_MAX - work.left;
	der_clear(&whole);
	der_clear(&spki);
	return is;
}

static enum signature check(const char *parameters, size_t size, const struct key *key)
{
	return check_octets(parameters, size, key, OCTETS("\0s"));
}

#define E65537 OCTETS("\x01\x00\x01")

static void only_three_hashes_are_known(void **state)
{
	(void)state;
	static const struct {
		const char *parameters;
		size_t size;
		enum signature is;
	} rows[] = {
		{ OCTETS(PSS("\x02\x01", "\x20")), SIGNATURE_WRONG },
		{ OCTETS(PSS("\x02\x02", "\x20")), SIGNATURE_WRONG },
		{ OCTETS(PSS("\x02\x03", "\x20")), SIGNATURE_WRONG },
		{ OCTETS(PSS("\x02\x04", "\x20")), SIGNATURE_WEAK }, /* SHA-224 */
		{ OCTETS(PSS("\x01\x01", "\x20")), SIGNATURE_WEAK }, /* no hash at all */
		{ OCTETS("\x30\0"), SIGNATURE_WEAK },                /* SHA-1 */
		{ OCTETS(PSS("\x02\x01", "\xe0")), SIGNATURE_UNKNOWN },
	};
	static const struct key key = { 256, E65537, NULL, 0 };
	for (size_t i = 0; i < ROWS(rows); i++) {
		enum signature is = check(rows[i].parameters, rows[i].size, &key);
		if (is != rows[i].is) {
			fail_msg("row %zu: %d", i, is);
		}
	}
}

static void keys_have_bounds(void **state)
{
	(void)state;
	static const struct {
		struct key key;
		enum signature is;
	} rows[] = {
		{ { 256, E65537, NULL, 0 }, SIGNATURE_WRONG },
		{ { 1024, E65537, NULL, 0 }, SIGNATURE_WRONG },
		{ { 1025, E65537, NULL, 0 }, SIGNATURE_UNFIT_KEY },
		{ { 1024, OCTETS("\x01\0\0\0\x01"), NULL, 0 }, SIGNATURE_UNFIT_KEY },
		{ { 1024, E65537, "", 0 }, SIGNATURE_WRONG },
		{ { 1025, E65537, "", 0 }, SIGNATURE_UNFIT_KEY },
		{ { 1024, OCTETS("\x01\0\0\0\x01"), "", 0 }, SIGNATURE_UNFIT_KEY },
		{ { 1024, OCTETS("\0\xff\xff\xff\xff"), "", 0 }, SIGNATURE_WRONG },
		{ { 256, E65537, OCTETS(PSS(SHA256, "\x20")) }, SIGNATURE_WRONG },
		{ { 256, E65537, OCTETS(PSS(SHA256, "\x1f")) }, SIGNATURE_WRONG },
		{ { 256, E65537, OCTETS(PSS(SHA256, "\x21")) }, SIGNATURE_UNFIT_KEY },
		{ { 256, E65537, OCTETS(PSS("\x02\x02", "\x20")) }, SIGNATURE_UNFIT_KEY },
		{ { 256, E65537, OCTETS("\x30\x02\x05\0") }, SIGNATURE_UNFIT_KEY },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		enum signature is = check(OCTETS(PSS(SHA256, "\x20")), &rows[i].key);
		if (is != rows[i].is) {
			fail_msg("row %zu: %d", i, is);
		}
	}
}

/* RFC 8017 9.1.1: what is signed has room for hash, salt and two octets more, or the signature is
 * wrong before anything is paid for. */
static void hash_and_salt_need_room(void **state)
{
	(void)state;
	static const struct {
		size_t modulus_size;
		const char *parameters;
		size_t size;
		bool room;
	} rows[] = {
		{ 66, OCTETS(PSS(SHA256, "\x20")), true },
		{ 65, OCTETS(PSS(SHA256, "\x20")), false },
		{ 34, OCTETS(PSS(SHA256, "\0")), true },
		{ 33, OCTETS(PSS(SHA256, "\0")), false },
		{ 32, OCTETS(PSS(SHA256, "\0")), false },
		/* Without a word on it, it has 20 octets. */
		{ 54, OCTETS(NO_SALT), true },
		{ 53, OCTETS(NO_SALT), false },
		{ 160, OCTETS(PSS(SHA256, "\x7f")), false },
		{ 161, OCTETS(PSS(SHA256, "\x7f")), true },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct key key = { rows[i].modulus_size, E65537, NULL, 0 };
		enum signature is = check(rows[i].parameters, rows[i].size, &key);
		if (is != SIGNATURE_WRONG || (paid > 0) != rows[i].room) {
			fail_msg("row %zu: %d for %u", i, is, paid);
		}
	}
}

/* The library gets the key as one of just this scheme, in DER: lengths of values, and of the salt,
 * may take more octets. */
static void keys_of_any_size_are_handed_on(void **state)
{
	(void)state;
	for (size_t size = 66; size < 320; size++) {
		const struct key key = { size, E65537, NULL, 0 };
		if (check(OCTETS(PSS(SHA256, "\x20")), &key) != SIGNATURE_WRONG) {
			fail_msg("%zu octets", size);
		}
	}
	static const struct key large = { 1024, E65537, NULL, 0 };
	for (unsigned salt = 0x80; salt <= 0x101; salt++) {
		char octets[] = "\x30\x35\xa0\x0f" HASH "\x02\x01\x05\0"
				"\xa1\x1c\x30\x1a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01"
				"\x08" HASH "\x02\x01\x05\0\xa2\x04\x02\x02__";
		size_t size = sizeof(octets) - 1;
		octets[size - 2] = (char)(salt >> 8);
		octets[size - 1] = (char)salt;
		if (check(octets, size, &large) != SIGNATURE_WRONG || paid == 0) {
			fail_msg("a salt of %u", salt);
		}
	}
}

/* What is no signature is not paid for. */
static void a_signature_is_whole_octets(void **state)
{
	(void)state;
	static const struct {
		const char *octets;
		size_t size;
		bool paid;
	} rows[] = { { "", 0, false }, { OCTETS("\0"), false }, { OCTETS("\1s"), false },
		{ OCTETS("\0s"), true } };
	static const struct key key = { 256, E65537, NULL, 0 };
	for (size_t i = 0; i < ROWS(rows); i++) {
		assert_int_equal(check_octets(OCTETS(PSS(SHA256, "\x20")), &key,
					 rows[i].octets, rows[i].size),
			SIGNATURE_WRONG);
		assert_int_equal(paid > 0, rows[i].paid);
	}
}

static void what_is_no_algorithm_is_not_pss(void **state)
{
	(void)state;
	static const struct {
		const char *octets;
		size_t size;
	} rows[] = { { "", 0 }, { OCTETS("\x30\0") }, { OCTETS("\x31\x02\x06\0") },
		{ OCTETS("\x30\x02\x05\0") }, { OCTETS("\x30\x03\x06\x01\x2a") } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct signed_octets of = {
			.algorithm = { (const unsigned char *)rows[i].octets, rows[i].size }
		};
		assert_false(signature_is_pss(&of));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_three_hashes_are_known),
		cmocka_unit_test(keys_have_bounds),
		cmocka_unit_test(hash_and_salt_need_room),
		cmocka_unit_test(keys_of_any_size_are_handed_on),
		cmocka_unit_test(a_signature_is_whole_octets),
		cmocka_unit_test(what_is_no_algorithm_is_not_pss),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
