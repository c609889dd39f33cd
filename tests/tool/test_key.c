/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * SPKIs of private keys, where GnuTLS writes other octets than the key has: no record is made
 * that TLS peers would not match. test_tlsa.py compares those that are made with certificates. */

#include "../check.h"

#include <string.h>

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "key.h"
#include "pem.h"

#define SPKI_MAX 1024

static bool fails(void);

/* What GnuTLS is made to write in place of its own; none if empty. */
static struct {
	unsigned char octets[SPKI_MAX];
	size_t size;
} replaced;

int __real_gnutls_pubkey_export2(gnutls_pubkey_t key, gnutls_x509_crt_fmt_t form,
	gnutls_datum_t *out);
int __wrap_gnutls_pubkey_export2(gnutls_pubkey_t key, gnutls_x509_crt_fmt_t form,
	gnutls_datum_t *out);

int __wrap_gnutls_pubkey_export2(gnutls_pubkey_t key, gnutls_x509_crt_fmt_t form,
	gnutls_datum_t *out)
{
	if (fails()) {
		return GNUTLS_E_INTERNAL_ERROR;
	}
	if (replaced.size == 0) {
		return __real_gnutls_pubkey_export2(key, form, out);
	}
	out->data = gnutls_malloc(replaced.size);
	assert_non_null(out->data);
	memcpy(out->data, replaced.octets, replaced.size);
	out->size = (unsigned)replaced.size;
	return 0;
}

/* What else GnuTLS does in place of its own. */
static struct {
	bool takes_all; /* any private key has this SPKI, and is of this algorithm */
	int algorithm;
	unsigned calls, fail_at; /* from 1; 0: none fails */
} faked;

static bool fails(void)
{
	return ++faked.calls == faked.fail_at;
}

#define WRAP(name, parameters, arguments) \
	int __real_##name parameters; \
	int __wrap_##name parameters; \
	int __wrap_##name parameters \
	{ \
		return fails()          ? GNUTLS_E_INTERNAL_ERROR : \
			faked.takes_all ? 0 : \
					  __real_##name arguments; \
	}

WRAP(gnutls_privkey_import_x509_raw,
	(gnutls_privkey_t key, const gnutls_datum_t *in, gnutls_x509_crt_fmt_t form,
		const char *password, unsigned flags),
	(key, in, form, password, flags))
WRAP(gnutls_pubkey_import_privkey,
	(gnutls_pubkey_t key, gnutls_privkey_t from, unsigned usage, unsigned flags),
	(key, from, usage, flags))

int __real_gnutls_privkey_init(gnutls_privkey_t *key);
int __wrap_gnutls_privkey_init(gnutls_privkey_t *key);
int __wrap_gnutls_privkey_init(gnutls_privkey_t *key)
{
	return fails() ? GNUTLS_E_INTERNAL_ERROR : __real_gnutls_privkey_init(key);
}

int __real_gnutls_pubkey_init(gnutls_pubkey_t *key);
int __wrap_gnutls_pubkey_init(gnutls_pubkey_t *key);
int __wrap_gnutls_pubkey_init(gnutls_pubkey_t *key)
{
	return fails() ? GNUTLS_E_INTERNAL_ERROR : __real_gnutls_pubkey_init(key);
}

int __real_gnutls_pubkey_get_pk_algorithm(gnutls_pubkey_t key, unsigned *bits);
int __wrap_gnutls_pubkey_get_pk_algorithm(gnutls_pubkey_t key, unsigned *bits);
int __wrap_gnutls_pubkey_get_pk_algorithm(gnutls_pubkey_t key, unsigned *bits)
{
	return faked.takes_all ? faked.algorithm :
				 __real_gnutls_pubkey_get_pk_algorithm(key, bits);
}

struct made {
	gnutls_datum_t octets; /* of the private key */
	struct dance_octets spki;
	const char *why;
	bool done;
};

static struct made made;

static void make_key(gnutls_pk_algorithm_t algorithm, unsigned bits, bool pkcs8)
{
	gnutls_x509_privkey_t key;
	assert_int_equal(gnutls_x509_privkey_init(&key), 0);
	assert_int_equal(gnutls_x509_privkey_generate(key, algorithm, bits, 0), 0);
	if (pkcs8) {
		assert_int_equal(gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_DER,
					 NULL, GNUTLS_PKCS_PLAIN, &made.octets),
			0);
	} else {
		assert_int_equal(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_DER,
					 &made.octets),
			0);
	}
	gnutls_x509_privkey_deinit(key);
}

static void read_key(enum key_form form)
{
	struct dance_octets key = { made.octets.data, made.octets.size };
	made.why = NULL;
	made.done = key_spki(form, key, &made.spki, &made.why);
	assert_true(made.done == (made.spki.size != 0));
	assert_true(made.done == (made.why == NULL));
}

static void clear(void)
{
	pem_clear(&made.spki);
	gnutls_free(made.octets.data);
	memset(&made, 0, sizeof(made));
	memset(&faked, 0, sizeof(faked));
	replaced.size = 0;
}

/* The octets of GnuTLS, with some of them in place of others. */
static void replace(size_t at, size_t size, const void *octets, size_t new_size)
{
	replaced.size = made.spki.size - size + new_size;
	assert_true(replaced.size <= SPKI_MAX);
	memcpy(replaced.octets, made.spki.data, at);
	memcpy(replaced.octets + at, octets, new_size);
	memcpy(replaced.octets + at + new_size, made.spki.data + at + size,
		made.spki.size - at - size);
	pem_clear(&made.spki);
}

static void refused(enum key_form form, const char *why)
{
	read_key(form);
	assert_false(made.done);
	if (strstr(made.why, why) == NULL ||
		strstr(made.why, "give the certificate or the public key") == NULL) {
		fail_msg("'%s' instead of '%s'", made.why, why);
	}
}

static void a_point_of_other_octets_makes_no_record(void **state)
{
	(void)state;
	static const unsigned char other = 0x05;
	for (int pkcs8 = 0; pkcs8 < 2; pkcs8++) {
		enum key_form form = pkcs8 ? KEY_PKCS8 : KEY_EC;
		make_key(GNUTLS_PK_EC, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
			pkcs8);
		read_key(form);
		assert_true(made.done);
		/* Behind the octet 0 of the BIT STRING. */
		replace(made.spki.size - 65, 1, &other, 1);
		refused(form, "encodes the public key differently");
		clear();
	}
}

static void parameters_of_other_octets_make_no_record(void **state)
{
	(void)state;
	make_key(GNUTLS_PK_EDDSA_ED25519, 0, true);
	read_key(KEY_PKCS8);
	assert_true(made.done);
	assert_memory_equal(made.spki.data, "\x30\x2a\x30\x05\x06\x03", 6);
	replace(0, 9, "\x30\x2c\x30\x07\x06\x03\x2b\x65\x70\x05\x00", 11);
	refused(KEY_PKCS8, "the parameters of the key");
	clear();
}

static void what_is_no_spki_makes_no_record(void **state)
{
	(void)state;
	make_key(GNUTLS_PK_EDDSA_ED25519, 0, true);
	read_key(KEY_PKCS8);
	assert_true(made.done);
	replace(0, 1, "\x31", 1);
	refused(KEY_PKCS8, "no valid public key");
	clear();
}

static void rsa_keys_are_of_one_form(void **state)
{
	(void)state;
	for (int pkcs8 = 0; pkcs8 < 2; pkcs8++) {
		make_key(GNUTLS_PK_RSA, 2048, pkcs8);
		read_key(pkcs8 ? KEY_PKCS8 : KEY_RSA);
		assert_true(made.done);
		clear();
	}
}

#define OCTETS(text) (const unsigned char *)(text), sizeof(text) - 1

#define OID "\x06\x01\x2a"
#define POINT "\x00\x04\x11\x22"
#define SPKI "\x30\x0b\x30\x03" OID "\x03\x04" POINT

/* Parts of an ECPrivateKey (RFC 5915 3) and of a OneAsymmetricKey (RFC 5958 2). */
#define EC_START "\x02\x01\x01\x04\x02\xaa\xbb"
#define CURVE "\xa0\x03" OID
#define EC_POINT "\xa1\x06\x03\x04" POINT
#define EC_OTHER "\xa1\x06\x03\x04\x00\x04\x11\x23"
#define START "\x02\x01\x00\x30\x03" OID
#define BITS "\x81\x04" POINT

#define MALFORMED "the private key is malformed"
#define OTHER \
	"the file encodes the public key differently, or contains another public key: " INSTEAD
#define PARAMETERS \
	"a certificate may encode the parameters of the key differently: " INSTEAD
#define PSS \
	"a certificate may encode the parameters of an RSA-PSS key differently: " INSTEAD
#define INVALID "GnuTLS computes no valid public key: " INSTEAD
#define UNKNOWN \
	"GnuTLS cannot compute the public key: the private key is malformed, or of an unknown " \
	"kind or curve: " INSTEAD
#define INSTEAD "give the certificate or the public key"

static void take_all(int algorithm, const void *spki, size_t size)
{
	memset(&faked, 0, sizeof(faked));
	faked.takes_all = true;
	faked.algorithm = algorithm;
	memcpy(replaced.octets, spki, size);
	replaced.size = size;
}

static void what_a_private_key_says_of_its_public_one(void **state)
{
	(void)state;
	static const struct {
		enum key_form form;
		const unsigned char *octets;
		size_t size;
		const char *why; /* NULL: its record is made */
	} rows[] = {
		{ KEY_EC, OCTETS("\x30\x14" EC_START CURVE EC_POINT), NULL },
		{ KEY_EC, OCTETS("\x30\x0f" EC_START EC_POINT), NULL },
		{ KEY_EC, OCTETS("\x30\x0c" EC_START CURVE), NULL },
		{ KEY_EC, OCTETS("\x30\x07" EC_START), NULL },
		{ KEY_EC, OCTETS("\x30\x14" EC_START CURVE EC_OTHER), OTHER },
		{ KEY_EC, OCTETS("\x30\x0f" EC_START "\xa1\x06\x03\x03\x00\x04\x11\x00"),
			MALFORMED },
		{ KEY_EC, OCTETS("\x30\x0e" EC_START "\xa1\x05\x03\x03\x00\x04\x11"),
			OTHER },
		{ KEY_EC, OCTETS("\x30\x0b" EC_START "\xa1\x02\x05\x00"), MALFORMED },
		{ KEY_EC, OCTETS("\x30\x11" EC_START EC_POINT "\x05\x00"), MALFORMED },
		{ KEY_EC, OCTETS("\x30\x04\x04\x02\xaa\xbb"), MALFORMED },
		{ KEY_EC, OCTETS("\x30\x03\x02\x01\x01"), MALFORMED },
		{ KEY_EC, OCTETS("\x31\x07" EC_START), MALFORMED },
		{ KEY_EC, OCTETS("\x30\x07" EC_START "\x00"), MALFORMED },
		{ KEY_PKCS8, OCTETS("\x30\x0b" START "\x04\x01\xaa"), NULL },
		{ KEY_PKCS8, OCTETS("\x30\x11" START "\x04\x01\xaa" BITS), NULL },
		{ KEY_PKCS8, OCTETS("\x30\x13" START "\x04\x01\xaa\xa0\x00" BITS), NULL },
		{ KEY_PKCS8, OCTETS("\x30\x11" START "\x04\x01\xaa\x81\x04\x00\x04\x11\x23"),
			OTHER },
		{ KEY_PKCS8, OCTETS("\x30\x1b" START "\x04\x11\x30\x0f" EC_START EC_POINT),
			NULL },
		{ KEY_PKCS8, OCTETS("\x30\x1b" START "\x04\x11\x30\x0f" EC_START EC_OTHER),
			OTHER },
		{ KEY_PKCS8,
			OCTETS("\x30\x21" START "\x04\x11\x30\x0f" EC_START EC_OTHER BITS),
			NULL },
		{ KEY_PKCS8, OCTETS("\x30\x1b" START "\x04\x11\x31\x0f" EC_START EC_OTHER),
			NULL },
		{ KEY_PKCS8, OCTETS("\x30\x0d" START "\x04\x01\xaa\x05\x00"), MALFORMED },
		{ KEY_PKCS8, OCTETS("\x30\x08" START), MALFORMED },
		{ KEY_PKCS8, OCTETS("\x30\x06\x02\x01\x00\x04\x01\xaa"), MALFORMED },
		{ KEY_PKCS8, OCTETS("\x30\x08\x30\x03" OID "\x04\x01\xaa"), MALFORMED },
		{ KEY_PKCS8, OCTETS("\x31\x0b" START "\x04\x01\xaa"), MALFORMED },
		{ KEY_PKCS8, OCTETS("\x30\x0b\x02\x01\x00\x30\x03\x06\x01\x2b\x04\x01\xaa"),
			PARAMETERS },
		{ KEY_RSA, OCTETS("\x30\x00"), NULL },
		{ KEY_RSA, OCTETS("\x31\x00"), MALFORMED },
		{ (enum key_form)7, OCTETS("\x30\x00"), MALFORMED },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct dance_octets key = { rows[i].octets, rows[i].size };
		take_all(GNUTLS_PK_ECDSA, SPKI, sizeof(SPKI) - 1);
		made.why = NULL;
		made.done = key_spki(rows[i].form, key, &made.spki, &made.why);
		if (rows[i].why == NULL) {
			assert_null(made.why);
			assert_true(made.done);
			assert_int_equal(made.spki.size, sizeof(SPKI) - 1);
		} else {
			assert_non_null(made.why);
			assert_string_equal(made.why, rows[i].why);
			assert_false(made.done);
			assert_null(made.spki.data);
		}
		clear();
	}
}

static void what_parameters_are_written_in_one_way(void **state)
{
	(void)state;
	static const struct {
		int algorithm;
		const unsigned char *octets;
		size_t size;
		const char *why; /* NULL: its record is made */
	} rows[] = {
		{ GNUTLS_PK_RSA,
			OCTETS("\x30\x0b\x02\x01\x00\x30\x03\x06\x01\x2b\x04\x01\xaa"),
			NULL },
		{ GNUTLS_PK_RSA_PSS, OCTETS("\x30\x0b" START "\x04\x01\xaa"), NULL },
		{ GNUTLS_PK_RSA_PSS,
			OCTETS("\x30\x0d\x02\x01\x00\x30\x05" OID "\x05\x00\x04\x01\xaa"),
			PSS },
		{ GNUTLS_PK_RSA_PSS, OCTETS("\x30\x08\x02\x01\x00\x30\x00\x04\x01\xaa"),
			PSS },
		{ GNUTLS_PK_EDDSA_ED25519,
			OCTETS("\x30\x0d\x02\x01\x00\x30\x05" OID "\x05\x00\x04\x01\xaa"),
			PARAMETERS },
		{ 0, OCTETS("\x30\x0b" START "\x04\x01\xaa"), UNKNOWN },
		{ -1, OCTETS("\x30\x0b" START "\x04\x01\xaa"), UNKNOWN },
		{ 1, OCTETS("\x30\x0b" START "\x04\x01\xaa"), NULL },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct dance_octets key = { rows[i].octets, rows[i].size };
		take_all(rows[i].algorithm, SPKI, sizeof(SPKI) - 1);
		made.why = NULL;
		made.done = key_spki(KEY_PKCS8, key, &made.spki, &made.why);
		assert_int_equal(made.done, rows[i].why == NULL);
		if (rows[i].why != NULL) {
			assert_string_equal(made.why, rows[i].why);
			assert_null(made.spki.data);
		}
		clear();
	}
}

static void what_GnuTLS_writes_must_be_an_spki(void **state)
{
	(void)state;
	static const struct {
		const unsigned char *octets;
		size_t size;
	} rows[] = {
		{ OCTETS("\x31\x00") },
		{ OCTETS("\x30\x00") },
		{ OCTETS("\x30\x05\x30\x03" OID) },
		{ OCTETS("\x30\x06\x03\x04" POINT) },
	};
	static const unsigned char key[] = "\x30\x0b" START "\x04\x01\xaa";
	for (size_t i = 0; i < ROWS(rows); i++) {
		take_all(GNUTLS_PK_RSA, rows[i].octets, rows[i].size);
		assert_false(key_spki(KEY_PKCS8,
			(struct dance_octets){ key, sizeof(key) - 1 }, &made.spki,
			&made.why));
		assert_string_equal(made.why, INVALID);
		assert_null(made.spki.data);
		clear();
	}
	for (unsigned at = 1; at <= 5; at++) {
		take_all(GNUTLS_PK_RSA, SPKI, sizeof(SPKI) - 1);
		faked.fail_at = at;
		assert_false(key_spki(KEY_PKCS8,
			(struct dance_octets){ key, sizeof(key) - 1 }, &made.spki,
			&made.why));
		assert_string_equal(made.why, UNKNOWN);
		assert_null(made.spki.data);
		assert_int_equal(faked.calls, at);
		clear();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_point_of_other_octets_makes_no_record),
		cmocka_unit_test(parameters_of_other_octets_make_no_record),
		cmocka_unit_test(what_is_no_spki_makes_no_record),
		cmocka_unit_test(rsa_keys_are_of_one_form),
		cmocka_unit_test(what_a_private_key_says_of_its_public_one),
		cmocka_unit_test(what_parameters_are_written_in_one_way),
		cmocka_unit_test(what_GnuTLS_writes_must_be_an_spki),
	};
	return cmocka_run_group_tests_name("key", tests, NULL, NULL);
}
