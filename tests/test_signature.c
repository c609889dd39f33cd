/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Signatures: each algorithm, what it asks of the key and of its own parameters, and that each is
 * paid for before it is checked. */

#include "check.h"
#include "der_writer.h"
#include "make_certificate.h"
#include "public_key.h"
#include "signature.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char text[] = "What was signed.";

#define OCTETS(literal) (literal), sizeof(literal) - 1
#define RSA_SHA256 OCTETS("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b")
#define RSA_SHA1 OCTETS("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05")
#define ECDSA_SHA256 OCTETS("\x2a\x86\x48\xce\x3d\x04\x03\x02")
#define ECDSA_SHA1 OCTETS("\x2a\x86\x48\xce\x3d\x04\x01")
#define ED25519 OCTETS("\x2b\x65\x70")
#define PSS OCTETS("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")

/* A signature as it stands in a certificate. */
struct made {
	struct der algorithm, bits;
	struct signed_octets of;
	struct credential key;
};

static void write_algorithm(struct der *to, const char *oid, size_t oid_size,
	const char *parameters, size_t size)
{
	struct der parts = { 0 };
	der_put(&parts, DER_OID, oid, oid_size);
	der_append(&parts, parameters, size);
	der_wrap(to, DER_SEQUENCE, &parts);
}

static void sign(struct made *made, gnutls_sign_algorithm_t algorithm)
{
	gnutls_privkey_t key;
	gnutls_datum_t signature;
	const gnutls_datum_t data = { (unsigned char *)(uintptr_t)text, sizeof(text) };
	assert_int_equal(gnutls_privkey_init(&key), 0);
	assert_int_equal(gnutls_privkey_import_x509(key, made->key.key, 0), 0);
	assert_int_equal(gnutls_privkey_sign_data2(key, algorithm, 0, &data, &signature),
		0);
	der_append(&made->bits, "", 1);
	der_append(&made->bits, signature.data, signature.size);
	gnutls_free(signature.data);
	gnutls_privkey_deinit(key);
}

static void make(struct made *made, enum key_kind kind, gnutls_sign_algorithm_t algorithm,
	const char *oid, size_t oid_size, const char *parameters, size_t size)
{
	*made = (struct made){ .algorithm = { NULL, 0 } };
	make_certificate(&made->key, &(struct wish){ .key = kind });
	write_algorithm(&made->algorithm, oid, oid_size, parameters, size);
	sign(made, algorithm);
	made->of = (struct signed_octets){
		.tbs = { text, sizeof(text) },
		.algorithm = { made->algorithm.octets, made->algorithm.size },
		.signature = { made->bits.octets, made->bits.size },
	};
}

static void clear(struct made *made)
{
	der_clear(&made->algorithm);
	der_clear(&made->bits);
	clear_certificate(&made->key);
}

static enum signature check_by(const struct made *made, const struct credential *by)
{
	struct work work;
	work_begin(&work);
	return signature_check(&made->of, by->whole[TLSA_SPKI], &work);
}

static enum signature check_with(struct made *made, const char *oid, size_t oid_size,
	const char *parameters, size_t size)
{
	struct der algorithm = { 0 };
	struct signed_octets of = made->of;
	struct work work;
	work_begin(&work);
	write_algorithm(&algorithm, oid, oid_size, parameters, size);
	of.algorithm = (struct dance_octets){ algorithm.octets, algorithm.size };
	enum signature is = signature_check(&of, made->key.whole[TLSA_SPKI], &work);
	der_clear(&algorithm);
	return is;
}

/* The key that the library was given last. */
static unsigned char imported[1024];
static size_t imported_size;

int __real_gnutls_pubkey_import(gnutls_pubkey_t key, const gnutls_datum_t *data,
	gnutls_x509_crt_fmt_t format);
int __wrap_gnutls_pubkey_import(gnutls_pubkey_t key, const gnutls_datum_t *data,
	gnutls_x509_crt_fmt_t format);

int __wrap_gnutls_pubkey_import(gnutls_pubkey_t key, const gnutls_datum_t *data,
	gnutls_x509_crt_fmt_t format)
{
	imported_size = data->size;
	memcpy(imported, data->data,
		data->size < sizeof(imported) ? data->size : sizeof(imported));
	return __real_gnutls_pubkey_import(key, data, format);
}

#define NULL_PARAMETERS OCTETS("\x05\0")
#define NO_PARAMETERS NULL, 0

/* RSASSA-PSS-params; the salt last. */
#define HASH "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02"
#define PSS_PARAMETERS(hash, mask, salt) \
	OCTETS("\x30\x34\xa0\x0f\x30\x0d" HASH hash "\x05\0" \
	       "\xa1\x1c\x30\x1a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08\x30\x0d" HASH mask \
	       "\x05\0\xa2\x03\x02\x01" salt)

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

/* A key whose signatures have a salt of so many octets. */
static gnutls_privkey_t make_salting_key(unsigned salt)
{
	gnutls_x509_spki_t parameters;
	gnutls_x509_privkey_t key;
	gnutls_privkey_t private;
	assert_int_equal(gnutls_x509_spki_init(&parameters), 0);
	gnutls_x509_spki_set_rsa_pss_params(parameters, GNUTLS_DIG_SHA256, salt);
	gnutls_keygen_data_st data = { GNUTLS_KEYGEN_SPKI, (unsigned char *)parameters, 0 };
	assert_int_equal(gnutls_x509_privkey_init(&key), 0);
	assert_int_equal(gnutls_x509_privkey_generate2(key, GNUTLS_PK_RSA_PSS, 2048, 0,
				 &data, 1),
		0);
	assert_int_equal(gnutls_privkey_init(&private), 0);
	assert_int_equal(gnutls_privkey_import_x509(private, key,
				 GNUTLS_PRIVKEY_IMPORT_AUTO_RELEASE),
		0);
	gnutls_x509_spki_deinit(parameters);
	return private;
}

/* The SPKI of such a key without its parameters: as one for RSASSA-PSS, or for all that RSA
 * does. */
static void write_plain_key(struct der *spki, gnutls_privkey_t private, bool pss)
{
	gnutls_pubkey_t public;
	gnutls_datum_t der;
	struct public_key key;
	struct der algorithm = { 0 }, bits = { 0 }, parts = { 0 };
	assert_int_equal(gnutls_pubkey_init(&public), 0);
	assert_int_equal(gnutls_pubkey_import_privkey(public, private, 0, 0), 0);
	assert_int_equal(gnutls_pubkey_export2(public, GNUTLS_X509_FMT_DER, &der), 0);
	assert_true(public_key_read(&key, (struct dance_octets){ der.data, der.size }));
	if (pss) {
		write_algorithm(&algorithm, PSS, NO_PARAMETERS);
	} else {
		write_algorithm(&algorithm, OCTETS("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"),
			NULL_PARAMETERS);
	}
	der_append(&parts, algorithm.octets, algorithm.size);
	der_clear(&algorithm);
	der_append(&bits, "", 1);
	der_append(&bits, key.octets.data, key.octets.size);
	der_wrap(&parts, DER_BIT_STRING, &bits);
	der_wrap(spki, DER_SEQUENCE, &parts);
	gnutls_free(der.data);
	gnutls_pubkey_deinit(public);
}

/* The same for a salt of 128 to 255 octets, whose INTEGER takes two. */
#define PSS_LONG_SALT(salt) \
	OCTETS("\x30\x35\xa0\x0f\x30\x0d" HASH "\x01\x05\0" \
	       "\xa1\x1c\x30\x1a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08\x30\x0d" HASH \
	       "\x01" \
	       "\x05\0\xa2\x04\x02\x02\0" salt)

static void check_salt(unsigned salt, const char *right, size_t right_size)
{
	struct made made = { .algorithm = { NULL, 0 } };
	gnutls_privkey_t private = make_salting_key(salt);
	gnutls_datum_t signature;
	const gnutls_datum_t data = { (unsigned char *)(uintptr_t)text, sizeof(text) };
	assert_int_equal(gnutls_privkey_sign_data2(private, GNUTLS_SIGN_RSA_PSS_SHA256, 0,
				 &data, &signature),
		0);
	der_append(&made.bits, "", 1);
	der_append(&made.bits, signature.data, signature.size);
	gnutls_free(signature.data);
	made.of.tbs = (struct dance_octets){ text, sizeof(text) };
	made.of.signature = (struct dance_octets){ made.bits.octets, made.bits.size };
	for (int pss = 0; pss <= 1; pss++) {
		struct der spki = { 0 };
		write_plain_key(&spki, private, pss);
		made.key.whole[TLSA_SPKI] = (struct dance_octets){ spki.octets, spki.size };
		if (check_with(&made, PSS, right, right_size) != SIGNATURE_GOOD) {
			fail_msg("salt of %u", salt);
		}
		assert_int_equal(check_with(&made, PSS,
					 PSS_PARAMETERS("\x01", "\x01", "\x20")),
			SIGNATURE_WRONG);
		assert_int_equal(check_with(&made, PSS,
					 PSS_PARAMETERS("\x01", "\x01", "\x00")),
			SIGNATURE_WRONG);
		assert_int_equal(check_with(&made, PSS, PSS_LONG_SALT("\xff")),
			SIGNATURE_WRONG);
		der_clear(&spki);
	}
	der_clear(&made.bits);
	gnutls_privkey_deinit(private);
}

/* A salt of whatever length is checked as the signature says (RFC 4055 3.1), whether the key
 * says anything of it or not. */
static void a_salt_may_have_any_length(void **state)
{
	(void)state;
	check_salt(48, PSS_PARAMETERS("\x01", "\x01", "\x30"));
	check_salt(127, PSS_PARAMETERS("\x01", "\x01", "\x7f"));
	check_salt(128, PSS_LONG_SALT("\x80"));
	check_salt(200, PSS_LONG_SALT("\xc8"));
}

/* The library is given an RSA key as one that is for just this hash and salt (RFC 4055 1.2). */
static void a_key_is_narrowed_to_the_signature(void **state)
{
	(void)state;
	static const struct {
		const char *parameters;
		size_t size;
	} rows[] = {
		{ PSS_PARAMETERS("\x01", "\x01", "\x20") },
		{ PSS_PARAMETERS("\x02", "\x02", "\x30") },
		{ PSS_PARAMETERS("\x03", "\x03", "\x7f") },
		{ OCTETS("\x30\x35\xa0\x0f\x30\x0d" HASH "\x01\x05\0"
			 "\xa1\x1c\x30\x1a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08\x30\x0d" HASH
			 "\x01\x05\0\xa2\x04\x02\x02\0\x80") },
	};
	struct made made;
	make(&made, KEY_RSA, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, PSS,
		PSS_PARAMETERS("\x01", "\x01", "\x20"));
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct der parts = { 0 }, expected = { 0 };
		struct dance_octets spki = { NULL, 0 }, algorithm;
		assert_true(der_sequence(made.key.whole[TLSA_SPKI], &spki));
		assert_true(der_take(&spki, DER_SEQUENCE, &algorithm));
		write_algorithm(&parts, PSS, rows[i].parameters, rows[i].size);
		der_append(&parts, spki.data, spki.size);
		der_wrap(&expected, DER_SEQUENCE, &parts);
		assert_int_equal(check_with(&made, PSS, rows[i].parameters, rows[i].size),
			i == 0 ? SIGNATURE_GOOD : SIGNATURE_WRONG);
		assert_int_equal(imported_size, expected.size);
		assert_memory_equal(imported, expected.octets, expected.size);
		der_clear(&expected);
	}
	clear(&made);
}

/* With the trailer written out, which may only be 1 (RFC 4055 3.1). */
static void the_trailer_is_the_only_one(void **state)
{
	(void)state;
	static const char with_trailer[] =
		"\x30\x39\xa0\x0f\x30\x0d" HASH "\x01\x05\0\xa1\x1c\x30\x1a"
		"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08\x30\x0d" HASH "\x01\x05\0"
		"\xa2\x03\x02\x01\x20\xa3\x03\x02\x01\x01";
	char changed[sizeof(with_trailer) - 1];
	struct made pss;
	make(&pss, KEY_RSA, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, PSS,
		PSS_PARAMETERS("\x01", "\x01", "\x20"));
	memcpy(changed, with_trailer, sizeof(changed));
	assert_int_equal(check_with(&pss, PSS, changed, sizeof(changed)), SIGNATURE_GOOD);
	changed[sizeof(changed) - 1] = 2;
	assert_int_equal(check_with(&pss, PSS, changed, sizeof(changed)),
		SIGNATURE_UNKNOWN);
	clear(&pss);
}

/* RFC 4055 1.2, 3.3: for RSASSA-PSS only, with the hash it names and no shorter salt. */
static void a_key_for_pss_is_for_nothing_else(void **state)
{
	(void)state;
	struct made pss;
	make(&pss, KEY_RSA_PSS, GNUTLS_SIGN_RSA_PSS_SHA256, PSS,
		PSS_PARAMETERS("\x01", "\x01", "\x20"));
	assert_int_equal(check_with(&pss, RSA_SHA256, NULL_PARAMETERS),
		SIGNATURE_UNFIT_KEY);
	assert_int_equal(check_with(&pss, PSS, PSS_PARAMETERS("\x02", "\x02", "\x30")),
		SIGNATURE_UNFIT_KEY);
	assert_int_equal(check_with(&pss, PSS, PSS_PARAMETERS("\x01", "\x01", "\x1f")),
		SIGNATURE_UNFIT_KEY);
	assert_int_equal(check_with(&pss, PSS, PSS_PARAMETERS("\x01", "\x01", "\x40")),
		SIGNATURE_WRONG);
	clear(&pss);
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
		cmocka_unit_test(a_salt_may_have_any_length),
		cmocka_unit_test(a_key_is_narrowed_to_the_signature),
		cmocka_unit_test(the_trailer_is_the_only_one),
		cmocka_unit_test(a_key_for_pss_is_for_nothing_else),
		cmocka_unit_test(weak_algorithms_are_for_roots_only),
		cmocka_unit_test(each_check_is_paid_for),
		cmocka_unit_test(what_is_no_key_checks_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
