/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Signatures: each algorithm, what it asks of the key and of its own parameters, and that each is
 * paid for before it is checked. More of RSASSA-PSS is in test_signature_pss_checked.c. */

#include "signature_scene.h"

#define RSA_SHA1 OCTETS("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05")
#define ECDSA_SHA256 OCTETS("\x2a\x86\x48\xce\x3d\x04\x03\x02")
#define ECDSA_SHA1 OCTETS("\x2a\x86\x48\xce\x3d\x04\x01")
#define ED25519 OCTETS("\x2b\x65\x70")

static enum signature check_by(const struct made *made, const struct credential *by)
{
	struct work work;
	work_begin(&work);
	return signature_check(&made->of, by->whole[TLSA_SPKI], &work);
}

static const struct {
	const char *name;
	enum key_kind key;
	gnutls_sign_algorithm_t sign;
	const char *oid;
	size_t oid_size;
	const char *parameters;
	size_t size;
} algorithms[] = {
	{ "RSA", KEY_RSA, GNUTLS_SIGN_RSA_SHA256, RSA_SHA256, NULL_PARAMETERS },
	{ "RSA, no parameters", KEY_RSA, GNUTLS_SIGN_RSA_SHA256, RSA_SHA256, NO_PARAMETERS },
	{ "RSA, small", KEY_RSA_SMALL, GNUTLS_SIGN_RSA_SHA256, RSA_SHA256, NULL_PARAMETERS },
	{ "RSA SHA-512", KEY_RSA, GNUTLS_SIGN_RSA_SHA512,
		OCTETS("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d"), NULL_PARAMETERS },
	{ "RSA SHA3-256", KEY_RSA, GNUTLS_SIGN_RSA_SHA3_256,
		OCTETS("\x60\x86\x48\x01\x65\x03\x04\x03\x0e"), NULL_PARAMETERS },
	{ "P-256", KEY_P256, GNUTLS_SIGN_ECDSA_SHA256, ECDSA_SHA256, NO_PARAMETERS },
	{ "P-384", KEY_P384, GNUTLS_SIGN_ECDSA_SHA384,
		OCTETS("\x2a\x86\x48\xce\x3d\x04\x03\x03"), NO_PARAMETERS },
	{ "P-521", KEY_P521, GNUTLS_SIGN_ECDSA_SHA512,
		OCTETS("\x2a\x86\x48\xce\x3d\x04\x03\x04"), NO_PARAMETERS },
	{ "P-256 SHA3-512", KEY_P256, GNUTLS_SIGN_ECDSA_SHA3_512,
		OCTETS("\x60\x86\x48\x01\x65\x03\x04\x03\x0c"), NO_PARAMETERS },
	{ "Ed25519", KEY_ED25519, GNUTLS_SIGN_EDDSA_ED25519, ED25519, NO_PARAMETERS },
	{ "Ed448", KEY_ED448, GNUTLS_SIGN_EDDSA_ED448, OCTETS("\x2b\x65\x71"),
		NO_PARAMETERS },
	{ "PSS by a key for it", KEY_RSA_PSS, GNUTLS_SIGN_RSA_PSS_SHA256, PSS,
		PSS_PARAMETERS("\x01", "\x01", "\x20") },
	{ "PSS by any RSA key", KEY_RSA, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, PSS,
		PSS_PARAMETERS("\x01", "\x01", "\x20") },
	{ "PSS SHA-512", KEY_RSA, GNUTLS_SIGN_RSA_PSS_RSAE_SHA512, PSS,
		PSS_PARAMETERS("\x03", "\x03", "\x40") },
};

static void each_algorithm_is_checked(void **state)
{
	(void)state;
	struct credential other;
	make_certificate(&other, &(struct wish){ .key = KEY_P256 });
	for (size_t i = 0; i < ROWS(algorithms); i++) {
		struct made made;
		make(&made, algorithms[i].key, algorithms[i].sign, algorithms[i].oid,
			algorithms[i].oid_size, algorithms[i].parameters,
			algorithms[i].size);
		enum signature is = check_by(&made, &made.key);
		if (is != SIGNATURE_GOOD) {
			fail_msg("%s: %d", algorithms[i].name, is);
		}
		/* By another key, of what was not signed, a changed one, one with bits that are
		 * not used, none. */
		assert_int_not_equal(check_by(&made, &other), SIGNATURE_GOOD);
		made.of.tbs.size--;
		assert_int_equal(check_by(&made, &made.key), SIGNATURE_WRONG);
		made.of.tbs.size++;
		made.bits.octets[made.bits.size / 2] ^= 1;
		assert_int_equal(check_by(&made, &made.key), SIGNATURE_WRONG);
		made.bits.octets[made.bits.size / 2] ^= 1;
		made.bits.octets[0] = 1;
		assert_int_equal(check_by(&made, &made.key), SIGNATURE_WRONG);
		made.bits.octets[0] = 0;
		made.of.signature.size = 1;
		assert_int_equal(check_by(&made, &made.key), SIGNATURE_WRONG);
		clear(&made);
	}
	clear_certificate(&other);
}

static void parameters_are_what_the_algorithm_has(void **state)
{
	(void)state;
	struct made rsa, curve, pss;
	make(&rsa, KEY_RSA, GNUTLS_SIGN_RSA_SHA256, RSA_SHA256, NULL_PARAMETERS);
	assert_int_equal(check_with(&rsa, RSA_SHA256, OCTETS("\x30\0")), SIGNATURE_UNKNOWN);
	assert_int_equal(check_with(&rsa, RSA_SHA256, OCTETS("\x05\0\x05\0")),
		SIGNATURE_UNKNOWN);
	assert_int_equal(check_with(&rsa, RSA_SHA256, OCTETS("\x05\1\0")),
		SIGNATURE_UNKNOWN);
	assert_int_equal(check_with(&rsa, OCTETS("\x2a\x86"), NO_PARAMETERS),
		SIGNATURE_UNKNOWN);
	make(&curve, KEY_P256, GNUTLS_SIGN_ECDSA_SHA256, ECDSA_SHA256, NO_PARAMETERS);
	assert_int_equal(check_with(&curve, ECDSA_SHA256, NULL_PARAMETERS),
		SIGNATURE_UNKNOWN);
	assert_int_equal(check_with(&curve, RSA_SHA256, NULL_PARAMETERS),
		SIGNATURE_UNFIT_KEY);
	make(&pss, KEY_RSA, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, PSS,
		PSS_PARAMETERS("\x01", "\x01", "\x20"));
	assert_int_equal(check_with(&pss, PSS, NO_PARAMETERS), SIGNATURE_UNKNOWN);
	assert_int_equal(check_with(&pss, PSS, OCTETS("\x30\0")),
		SIGNATURE_WEAK); /* SHA-1 */
	/* Of a hash with no OID, another parameter, an OID that is not a hash's; of SHA-224. */
	assert_int_equal(check_with(&pss, PSS, OCTETS("\x30\x04\xa0\x02\x05\0")),
		SIGNATURE_UNKNOWN);
	assert_int_equal(check_with(&pss, PSS, OCTETS("\x30\x06\xa0\x04\x30\x02\x05\0")),
		SIGNATURE_UNKNOWN);
	assert_int_equal(check_with(&pss, PSS,
				 OCTETS("\x30\x12\xa0\x10\x30\x0e" HASH "\x04\x05\1\0")),
		SIGNATURE_UNKNOWN);
	assert_int_equal(check_with(&pss, PSS,
				 OCTETS("\x30\x11\xa0\x0f\x30\x0d\x06\x09\x2a\x86\x48"
					"\x86\xf7\x0d\x01\x01\x01\x05\0")),
		SIGNATURE_WEAK);
	assert_int_equal(check_with(&pss, PSS,
				 OCTETS("\x30\x11\xa0\x0f\x30\x0d" HASH "\x04\x05\0")),
		SIGNATURE_WEAK);
	/* Of a mask that is not MGF1, and of one that has no hash. */
	assert_int_equal(check_with(&pss, PSS,
				 OCTETS("\x30\x34\xa0\x0f\x30\x0d" HASH "\x01\x05\0"
					"\xa1\x1c\x30\x1a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01"
					"\x01\x07\x30\x0d" HASH
					"\x01\x05\0\xa2\x03\x02\x01\x20")),
		SIGNATURE_UNKNOWN);
	assert_int_equal(check_with(&pss, PSS,
				 OCTETS("\x30\x0f\xa1\x0d\x30\x0b\x06\x09\x2a\x86\x48\x86"
					"\xf7\x0d\x01\x01\x08")),
		SIGNATURE_UNKNOWN);
	/* Of a salt and a trailer that are no numbers, and something behind them. */
	assert_int_equal(check_with(&pss, PSS, OCTETS("\x30\x04\xa2\x02\x05\0")),
		SIGNATURE_UNKNOWN);
	assert_int_equal(check_with(&pss, PSS, OCTETS("\x30\x06\xa2\x04\x02\1\x14\0")),
		SIGNATURE_UNKNOWN);
	assert_int_equal(check_with(&pss, PSS, OCTETS("\x30\x04\xa3\x02\x05\0")),
		SIGNATURE_UNKNOWN);
	assert_int_equal(check_with(&pss, PSS, OCTETS("\x30\x02\x05\0")),
		SIGNATURE_UNKNOWN);
	assert_int_equal(check_with(&pss, PSS, PSS_PARAMETERS("\x01", "\x02", "\x20")),
		SIGNATURE_UNKNOWN);
	assert_int_equal(check_with(&pss, PSS, PSS_PARAMETERS("\x02", "\x02", "\x20")),
		SIGNATURE_WRONG);
	assert_int_equal(check_with(&pss, PSS, PSS_PARAMETERS("\x01", "\x01", "\x1f")),
		SIGNATURE_WRONG);
	assert_int_equal(check_with(&pss, PSS, PSS_PARAMETERS("\x01", "\x01", "\x21")),
		SIGNATURE_WRONG);
	assert_int_equal(check_with(&pss, PSS, PSS_PARAMETERS("\x01", "\x01", "\xff")),
		SIGNATURE_UNKNOWN);
	assert_int_equal(check_with(&pss, RSA_SHA256, NULL_PARAMETERS), SIGNATURE_WRONG);
	clear(&rsa);
	clear(&curve);
	clear(&pss);
}

static void an_algorithm_is_a_sequence_that_begins_with_an_oid(void **state)
{
	(void)state;
	static const struct dance_octets rows[] = {
		{ NULL, 0 },
		{ (const unsigned char *)"\x05\0", 2 },
		{ (const unsigned char *)"\x30\0", 2 },
		{ (const unsigned char *)"\x30\x02\x05\0", 4 },
		{ (const unsigned char *)"\x06\x03\x2b\x65\x70", 5 },
		{ (const unsigned char *)"\x30\x05\x06\x03\x2b\x65\x70\0", 8 },
	};
	struct made made;
	make(&made, KEY_ED25519, GNUTLS_SIGN_EDDSA_ED25519, ED25519, NO_PARAMETERS);
	assert_int_equal(check_by(&made, &made.key), SIGNATURE_GOOD);
	for (size_t i = 0; i < ROWS(rows); i++) {
		made.of.algorithm = rows[i];
		assert_int_equal(check_by(&made, &made.key), SIGNATURE_UNKNOWN);
		assert_false(signature_is_pss(&made.of));
	}
	clear(&made);
}

static void weak_algorithms_are_for_roots_only(void **state)
{
	(void)state;
	struct made made;
	struct work work;
	work_begin(&work);
	make(&made, KEY_RSA, GNUTLS_SIGN_RSA_SHA1, RSA_SHA1, NULL_PARAMETERS);
	assert_int_equal(check_by(&made, &made.key), SIGNATURE_WEAK);
	assert_int_equal(signature_check_any(&made.of, made.key.whole[TLSA_SPKI], &work),
		SIGNATURE_GOOD);
	made.of.tbs.size--;
	assert_int_equal(signature_check_any(&made.of, made.key.whole[TLSA_SPKI], &work),
		SIGNATURE_WRONG);
	clear(&made);
	make(&made, KEY_P256, GNUTLS_SIGN_ECDSA_SHA1, ECDSA_SHA1, NO_PARAMETERS);
	assert_int_equal(check_by(&made, &made.key), SIGNATURE_WEAK);
	assert_int_equal(signature_check_any(&made.of, made.key.whole[TLSA_SPKI], &work),
		SIGNATURE_GOOD);
	clear(&made);
}

/* What it costs is taken before; where there is less, nothing is checked. */
static void each_check_is_paid_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(algorithms); i++) {
		struct made made;
		struct work work;
		make(&made, algorithms[i].key, algorithms[i].sign, algorithms[i].oid,
			algorithms[i].oid_size, algorithms[i].parameters,
			algorithms[i].size);
		work_begin(&work);
		assert_int_equal(signature_check(&made.of, made.key.whole[TLSA_SPKI], &work),
			SIGNATURE_GOOD);
		uint32_t price = WORK_MAX - work.left;
		assert_true(price >= 200);
		/* The dearest path that is taken: nine of them, and the certificates. */
		assert_true(9 * price < WORK_MAX - 5000);
		work = (struct work){ .left = price - 1 };
		assert_int_equal(signature_check(&made.of, made.key.whole[TLSA_SPKI], &work),
			SIGNATURE_UNCHECKED);
		assert_true(work.spent);
		work = (struct work){ .left = price };
		assert_int_equal(signature_check(&made.of, made.key.whole[TLSA_SPKI], &work),
			SIGNATURE_GOOD);
		assert_false(work.spent);
		clear(&made);
	}
}

static void what_is_no_key_checks_nothing(void **state)
{
	(void)state;
	struct made made;
	struct work work;
	work_begin(&work);
	make(&made, KEY_P256, GNUTLS_SIGN_ECDSA_SHA256, ECDSA_SHA256, NO_PARAMETERS);
	assert_int_equal(signature_check(&made.of, made.key.whole[TLSA_CERTIFICATE], &work),
		SIGNATURE_UNFIT_KEY);
	assert_int_equal(signature_check(&made.of, (struct dance_octets){ NULL, 0 }, &work),
		SIGNATURE_UNFIT_KEY);
	/* A point that is on no curve. */
	unsigned char *spki = made.key.octets[TLSA_SPKI];
	spki[made.key.whole[TLSA_SPKI].size - 1] ^= 1;
	assert_int_not_equal(check_by(&made, &made.key), SIGNATURE_GOOD);
	spki[made.key.whole[TLSA_SPKI].size - 1] ^= 1;
	assert_int_equal(check_by(&made, &made.key), SIGNATURE_GOOD);
	clear(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_algorithm_is_checked),
		cmocka_unit_test(parameters_are_what_the_algorithm_has),
		cmocka_unit_test(an_algorithm_is_a_sequence_that_begins_with_an_oid),
		cmocka_unit_test(weak_algorithms_are_for_roots_only),
		cmocka_unit_test(each_check_is_paid_for),
		cmocka_unit_test(what_is_no_key_checks_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
