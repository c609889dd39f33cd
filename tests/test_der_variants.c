/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Certificates, keys and signatures of which one value is missing, or another, or empty, or has
 * one behind it: they are not read, but for the rows of a table, each with its reason. */

#include "certificate.h"
#include "check.h"
#include "der_variants.h"
#include "octets.h"
#include "public_key.h"

#include <stdio.h>
#include <string.h>

#define OCTETS(literal) { (const unsigned char *)(literal), sizeof(literal) - 1 }

/* clang-format off */
#define ECDSA_SHA256 "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"
#define NAME(letter) "\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" letter
#define VALIDITY "\x30\x1e\x17\x0d" "200101000000Z" "\x17\x0d" "300101000000Z"
#define OF_16(octet) octet octet octet octet octet octet octet octet \
	octet octet octet octet octet octet octet octet
#define ED25519 "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00" OF_16("k") OF_16("k")

/* Behind each line are the numbers of its values; the certificate is 0. */
static const struct dance_octets certificate = OCTETS(
	"\x30\x81\xab"
	"\x30\x81\x98"                                          /* 1: tbsCertificate */
	"\xa0\x03\x02\x01\x02"                                  /* 2, 3: version */
	"\x02\x01\x05"                                          /* 4: serialNumber */
	ECDSA_SHA256                                            /* 5, 6 */
	NAME("a")                                               /* 7 to 11: issuer */
	VALIDITY                                                /* 12 to 14 */
	NAME("b")                                               /* 15 to 19: subject */
	ED25519                                                 /* 20 to 23 */
	"\x81\x02\x00u" "\x82\x02\x00u"                         /* 24, 25: unique identifiers */
	"\xa3\x12\x30\x10\x30\x0e\x06\x03\x55\x1d\x0f\x01\x01"
	"\xff\x04\x04\x03\x02\x07\x80"                          /* 26 to 31: keyUsage */
	ECDSA_SHA256                                            /* 32, 33 */
	"\x03\x02\x00s");                                       /* 34: signature */

/* RSA keys, with numbers too small for any use. */
#define RSA_NUMBERS "\x30\x06\x02\x01\x0f\x02\x01\x03"
#define RSA_ALGORITHM "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"
static const struct dance_octets rsa = OCTETS(
	"\x30\x1a" RSA_ALGORITHM "\x03\x09\x00" RSA_NUMBERS);
static const struct dance_octets rsa_pss = OCTETS(
	"\x30\x1a\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x30\x00"
	"\x03\x09\x00" RSA_NUMBERS);
static const struct dance_octets numbers_of_rsa = OCTETS(RSA_NUMBERS);

static const struct dance_octets p256 = OCTETS(
	"\x30\x39\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
	"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
	"\x03\x22\x00\x02" OF_16("x") OF_16("x"));
static const struct dance_octets ed25519 = OCTETS(ED25519);

#define SHA256 "\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00"
static const struct dance_octets pss_with_sha256 = OCTETS(
	"\x30\x46\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x30\x39" /* 0 to 2 */
	"\xa0\x0f" SHA256                                              /* 3 to 6: hash */
	"\xa1\x1c\x30\x1a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"
	SHA256                                                         /* 7 to 12: mask */
	"\xa2\x03\x02\x01\x20"                                         /* 13, 14: salt */
	"\xa3\x03\x02\x01\x01");                                       /* 15, 16: trailer */
static const struct dance_octets rsa_with_sha256 = OCTETS(
	"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00");
static const struct dance_octets ecdsa_signature = OCTETS("\x30\x06\x02\x01\x05\x02\x01\x06");
/* clang-format on */

static bool reads_certificate(struct dance_octets der)
{
	struct certificate read;
	struct work work;
	work_begin(&work);
	return certificate_read(&read, der, &work) && read.fault == NULL &&
		!read.unknown_critical;
}

/* As a key of this kind; an unknown one is left to whoever knows it. */
static bool reads_key(struct dance_octets der, enum public_key_kind kind)
{
	struct public_key key;
	return public_key_read(&key, der) && key.kind == kind && !key.explicit_curve &&
		(kind != PUBLIC_KEY_EC || key.curve == PUBLIC_KEY_P256);
}

static bool reads_rsa(struct dance_octets der)
{
	return reads_key(der, PUBLIC_KEY_RSA);
}

static bool reads_rsa_pss(struct dance_octets der)
{
	return reads_key(der, PUBLIC_KEY_RSA_PSS);
}

static bool reads_p256(struct dance_octets der)
{
	return reads_key(der, PUBLIC_KEY_EC);
}

static bool reads_ed25519(struct dance_octets der)
{
	return reads_key(der, PUBLIC_KEY_ED25519);
}

static bool reads_numbers(struct dance_octets der)
{
	struct der bits = { 0 }, spki = { 0 }, parts = { 0 };
	der_append(&parts, RSA_ALGORITHM, sizeof(RSA_ALGORITHM) - 1);
	der_append(&bits, "", 1);
	der_append(&bits, der.data, der.size);
	der_wrap(&parts, DER_BIT_STRING, &bits);
	der_wrap(&spki, DER_SEQUENCE, &parts);
	bool read = reads_rsa((struct dance_octets){ spki.octets, spki.size });
	der_clear(&spki);
	return read;
}

static enum signature check(struct dance_octets algorithm, struct dance_octets bits,
	struct dance_octets spki)
{
	const struct signed_octets of = {
		.tbs = OCTETS("x"), .algorithm = algorithm, .signature = bits
	};
	struct work work;
	work_begin(&work);
	return signature_check(&of, spki, &work);
}

static bool reads_algorithm(struct dance_octets der)
{
	enum signature is = check(der, (struct dance_octets)OCTETS("\0s"), ed25519);
	return is != SIGNATURE_UNKNOWN && is != SIGNATURE_WEAK;
}

/* A signature that is none is not even paid for. */
static bool reads_pair(struct dance_octets der)
{
	struct der bits = { 0 };
	der_append(&bits, "", 1);
	der_append(&bits, der.data, der.size);
	const struct signed_octets of = { .tbs = OCTETS("x"),
		.algorithm = OCTETS(ECDSA_SHA256),
		.signature = { bits.octets, bits.size } };
	struct work work;
	work_begin(&work);
	(void)signature_check(&of, p256, &work);
	der_clear(&bits);
	return work.left < WORK_MAX;
}

/* No more is read of it than where its parts are. */
static bool takes_apart(struct dance_octets der)
{
	static const unsigned char key_usage[] = { 0x55, 0x1d, 0x0f };
	struct dance_octets tbs, spki, value;
	return der_certificate_tbs(der, &tbs) && der_certificate_spki(der, &spki) &&
		der_certificate_extension(der,
			(struct dance_octets){ key_usage, sizeof(key_usage) }, &value) &&
		value.size == 4;
}

static const struct {
	const char *what;
	const struct dance_octets *der;
	bool (*reads)(struct dance_octets der);
} subjects[] = {
	{ "certificate", &certificate, reads_certificate },
	{ "RSA", &rsa, reads_rsa },
	{ "RSA-PSS", &rsa_pss, reads_rsa_pss },
	{ "P-256", &p256, reads_p256 },
	{ "Ed25519", &ed25519, reads_ed25519 },
	{ "numbers of RSA", &numbers_of_rsa, reads_numbers },
	{ "RSASSA-PSS", &pss_with_sha256, reads_algorithm },
	{ "RSA with SHA-256", &rsa_with_sha256, reads_algorithm },
	{ "signature of ECDSA", &ecdsa_signature, reads_pair },
};

/* What is read all the same. */
static const struct {
	const char *what;
	unsigned number;
	unsigned changes; /* a bit for each */
	const char *why;
} excepted[] = {
#define ON(change) (1u << DER_CHANGE_##change)
	{ "certificate", 7, ON(EMPTY), "a name may have no parts" },
	{ "certificate", 8, ON(GONE), "the same" },
	{ "certificate", 10, ON(CUT), "it is another attribute" },
	{ "certificate", 11, ON(EMPTY) | ON(CUT), "a value may be empty" },
	{ "certificate", 15, ON(EMPTY), "a name may have no parts" },
	{ "certificate", 16, ON(GONE), "the same" },
	{ "certificate", 18, ON(CUT), "it is another attribute" },
	{ "certificate", 19, ON(EMPTY) | ON(CUT), "a value may be empty" },
	{ "certificate", 21, ON(EMPTY) | ON(CUT), "a key is read when it is used" },
	{ "certificate", 22, (1u << DER_CHANGE_COUNT) - 1, "the same" },
	{ "certificate", 23, ON(EMPTY) | ON(CUT), "the same" },
	{ "certificate", 24, ON(GONE) | ON(CUT),
		"identifiers are optional, or have no bits" },
	{ "certificate", 25, ON(GONE) | ON(CUT), "the same" },
	{ "certificate", 26, ON(GONE), "extensions are optional" },
	{ "certificate", 27, ON(EMPTY), "there may be none" },
	{ "certificate", 28, ON(GONE), "the same" },
	{ "certificate", 30, ON(GONE), "an extension may be not critical" },
	{ "certificate", 34, ON(CUT), "a signature is looked at when it is checked" },
	{ "RSA", 3, ON(GONE), "parameters may be absent (RFC 3279 2.3.1)" },
	{ "RSA-PSS", 3, ON(GONE), "a key may have no limits (RFC 4055 1.2)" },
	{ "RSASSA-PSS", 6, ON(GONE), "parameters of a hash may be absent (RFC 4055 2.1)" },
	{ "RSASSA-PSS", 12, ON(GONE), "the same" },
	{ "RSASSA-PSS", 13, ON(GONE), "the length of the salt has a default" },
	{ "RSASSA-PSS", 15, ON(GONE), "the trailer has a default" },
	{ "RSA with SHA-256", 2, ON(GONE), "parameters may be absent" },
};

static bool is_excepted(const char *what, unsigned number, unsigned change)
{
	for (size_t i = 0; i < ROWS(excepted); i++) {
		if (strcmp(excepted[i].what, what) == 0 && excepted[i].number == number &&
			(excepted[i].changes & 1u << change) != 0) {
			return true;
		}
	}
	return false;
}

/* Is what a change made of it read as it has to be? */
static void check_variant(size_t row, unsigned number, unsigned change)
{
	const struct dance_octets whole = *subjects[row].der;
	struct der variant = { 0 };
	der_write_variant(&variant, whole, number, (enum der_change)change);
	const struct dance_octets made = { variant.octets, variant.size };
	if (!octets_equal(made, whole)) {
		bool read = subjects[row].reads(made);
		if (read != is_excepted(subjects[row].what, number, change)) {
			fail_msg("%s, value %u, change %u: is %sread", subjects[row].what,
				number, change, read ? "" : "not ");
		}
	}
	der_clear(&variant);
}

static void only_what_is_whole_is_read(void **state)
{
	(void)state;
	for (size_t row = 0; row < ROWS(subjects); row++) {
		const struct dance_octets whole = *subjects[row].der;
		assert_true(subjects[row].reads(whole));
		for (unsigned number = 0; number < der_count_values(whole); number++) {
			for (unsigned change = 0; change < DER_CHANGE_COUNT; change++) {
				check_variant(row, number, change);
			}
		}
	}
}

/* der_certificate.h only looks where the parts are, and at extensions for one of them. */
static void a_frame_has_all_of_its_parts(void **state)
{
	(void)state;
	static const struct {
		unsigned number;
		unsigned changes; /* that must be noticed */
	} frame[] = {
		{ 0, ON(TAG) | ON(GONE) | ON(EMPTY) | ON(MORE) | ON(CUT) },
		{ 1, ON(TAG) | ON(GONE) | ON(EMPTY) | ON(MORE) | ON(CUT) },
		{ 2, ON(TAG) | ON(MORE) },
		{ 4, ON(TAG) | ON(GONE) | ON(MORE) },
		{ 5, ON(TAG) | ON(GONE) | ON(MORE) },
		{ 7, ON(TAG) | ON(GONE) | ON(MORE) },
		{ 12, ON(TAG) | ON(GONE) | ON(MORE) },
		{ 15, ON(TAG) | ON(GONE) | ON(MORE) },
		{ 20, ON(TAG) | ON(GONE) | ON(EMPTY) | ON(MORE) | ON(CUT) },
		{ 21, ON(TAG) | ON(GONE) | ON(MORE) },
		{ 23, ON(TAG) | ON(GONE) | ON(MORE) },
		{ 24, ON(TAG) | ON(MORE) },
		{ 25, ON(TAG) | ON(MORE) },
		{ 26, ON(TAG) | ON(GONE) | ON(EMPTY) | ON(MORE) | ON(CUT) },
		{ 27, ON(TAG) | ON(GONE) | ON(EMPTY) | ON(MORE) | ON(CUT) },
		{ 28, ON(TAG) | ON(GONE) | ON(EMPTY) | ON(MORE) | ON(CUT) },
		{ 29, ON(TAG) | ON(GONE) | ON(EMPTY) | ON(MORE) | ON(CUT) },
		{ 30, ON(TAG) | ON(MORE) },
		{ 31, ON(TAG) | ON(GONE) | ON(EMPTY) | ON(MORE) | ON(CUT) },
		{ 32, ON(TAG) | ON(GONE) | ON(MORE) },
		{ 34, ON(TAG) | ON(GONE) | ON(MORE) },
	};
	assert_true(takes_apart(certificate));
	for (size_t i = 0; i < ROWS(frame); i++) {
		for (unsigned change = 0; change < DER_CHANGE_COUNT; change++) {
			struct der variant = { 0 };
			der_write_variant(&variant, certificate, frame[i].number,
				(enum der_change)change);
			const struct dance_octets made = { variant.octets, variant.size };
			if ((frame[i].changes & 1u << change) != 0 && takes_apart(made)) {
				fail_msg("value %u, change %u", frame[i].number, change);
			}
			der_clear(&variant);
		}
	}
}

/* An object identifier that goes on behind its end is none. */
static void an_algorithm_has_a_whole_name(void **state)
{
	(void)state;
	static const unsigned char name[] = { 0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3,
		2 };
	unsigned char octets[256];
	assert_true(certificate.size < sizeof(octets));
	memcpy(octets, certificate.data, certificate.size);
	for (size_t at = 0; at + sizeof(name) <= certificate.size; at++) {
		if (memcmp(octets + at, name, sizeof(name)) == 0) {
			octets[at + sizeof(name) - 1] |= 0x80;
		}
	}
	assert_false(reads_certificate((struct dance_octets){ octets, certificate.size }));
}

/* A number that is missing is not the one of the key before, which may still be on the stack. */
static void what_was_read_before_does_not_count(void **state)
{
	(void)state;
	static const struct dance_octets short_keys[] = {
		OCTETS("\x30\x17" RSA_ALGORITHM "\x03\x06\x00\x30\x03\x02\x01\x0f"),
		OCTETS("\x30\x14" RSA_ALGORITHM "\x03\x03\x00\x30\x00"),
		OCTETS("\x30\x0f" RSA_ALGORITHM),
	};
	for (size_t i = 0; i < ROWS(short_keys); i++) {
		struct public_key key;
		bool before = public_key_read(&key, rsa);
		bool now = public_key_read(&key, short_keys[i]);
		assert_true(before);
		assert_false(now);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_whole_is_read),
		cmocka_unit_test(a_frame_has_all_of_its_parts),
		cmocka_unit_test(an_algorithm_has_a_whole_name),
		cmocka_unit_test(what_was_read_before_does_not_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
