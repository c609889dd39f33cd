/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * RSASSA-PSS as it is checked, with keys that sign: a salt of any length, the trailer, and the key
 * that the library is given for it. What is known before that is in test_signature_pss.c. */

#include "public_key.h"
#include "signature_scene.h"

#include <string.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_salt_may_have_any_length),
		cmocka_unit_test(a_key_is_narrowed_to_the_signature),
		cmocka_unit_test(the_trailer_is_the_only_one),
		cmocka_unit_test(a_key_for_pss_is_for_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
