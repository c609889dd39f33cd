/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * New keys and their certificates: what stands in them, and what comes of a failure of GnuTLS. */

#include "../check.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "credential.h"
#include "file.h"
#include "roll_certificate.h"

/* --- GnuTLS, which can fail, and a clock ------------------------------------------------- */

static unsigned calls, fail_at; /* from 1; 0: none fails */
static bool no_memory;
static size_t wiped;     /* octets that were overwritten */
static int first_random; /* -1: whatever it is */

static bool fails(void)
{
	return ++calls == fail_at;
}

#define WRAP(name, parameters, arguments) \
	int __real_##name parameters; \
	int __wrap_##name parameters; \
	int __wrap_##name parameters \
	{ \
		return fails() ? GNUTLS_E_INTERNAL_ERROR : __real_##name arguments; \
	}

WRAP(gnutls_hash_fast,
	(gnutls_digest_algorithm_t algorithm, const void *octets, size_t size, void *hash),
	(algorithm, octets, size, hash))
WRAP(gnutls_x509_privkey_init, (gnutls_x509_privkey_t * key), (key))
WRAP(gnutls_x509_privkey_generate,
	(gnutls_x509_privkey_t key, gnutls_pk_algorithm_t algorithm, unsigned bits,
		unsigned flags),
	(key, algorithm, bits, flags))
WRAP(gnutls_x509_privkey_export2_pkcs8,
	(gnutls_x509_privkey_t key, gnutls_x509_crt_fmt_t format, const char *password,
		unsigned flags, gnutls_datum_t *out),
	(key, format, password, flags, out))
WRAP(gnutls_x509_privkey_import2,
	(gnutls_x509_privkey_t key, const gnutls_datum_t *in, gnutls_x509_crt_fmt_t format,
		const char *password, unsigned flags),
	(key, in, format, password, flags))
WRAP(gnutls_x509_crt_init, (gnutls_x509_crt_t * certificate), (certificate))
WRAP(gnutls_x509_crt_set_version, (gnutls_x509_crt_t certificate, unsigned version),
	(certificate, version))
WRAP(gnutls_x509_crt_set_serial,
	(gnutls_x509_crt_t certificate, const void *serial, size_t size),
	(certificate, serial, size))
WRAP(gnutls_x509_crt_set_activation_time, (gnutls_x509_crt_t certificate, time_t time),
	(certificate, time))
WRAP(gnutls_x509_crt_set_expiration_time, (gnutls_x509_crt_t certificate, time_t time),
	(certificate, time))
WRAP(gnutls_x509_crt_set_dn_by_oid,
	(gnutls_x509_crt_t certificate, const char *oid, unsigned raw, const void *name,
		unsigned size),
	(certificate, oid, raw, name, size))
WRAP(gnutls_x509_crt_set_subject_alt_name,
	(gnutls_x509_crt_t certificate, gnutls_x509_subject_alt_name_t type,
		const void *name, unsigned size, unsigned flags),
	(certificate, type, name, size, flags))
WRAP(gnutls_x509_crt_set_basic_constraints,
	(gnutls_x509_crt_t certificate, unsigned ca, int length), (certificate, ca, length))
WRAP(gnutls_x509_crt_set_key_usage, (gnutls_x509_crt_t certificate, unsigned usage),
	(certificate, usage))
WRAP(gnutls_x509_crt_set_key_purpose_oid,
	(gnutls_x509_crt_t certificate, const void *oid, unsigned critical),
	(certificate, oid, critical))
WRAP(gnutls_x509_crt_set_key, (gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key),
	(certificate, key))
WRAP(gnutls_privkey_init, (gnutls_privkey_t * key), (key))
WRAP(gnutls_privkey_import_x509,
	(gnutls_privkey_t key, gnutls_x509_privkey_t from, unsigned flags),
	(key, from, flags))
WRAP(gnutls_pubkey_init, (gnutls_pubkey_t * key), (key))
WRAP(gnutls_pubkey_import_privkey,
	(gnutls_pubkey_t key, gnutls_privkey_t from, unsigned usage, unsigned flags),
	(key, from, usage, flags))
WRAP(gnutls_pubkey_get_preferred_hash_algorithm,
	(gnutls_pubkey_t key, gnutls_digest_algorithm_t *hash, unsigned *must),
	(key, hash, must))
WRAP(gnutls_x509_crt_privkey_sign,
	(gnutls_x509_crt_t certificate, gnutls_x509_crt_t issuer, gnutls_privkey_t key,
		gnutls_digest_algorithm_t hash, unsigned flags),
	(certificate, issuer, key, hash, flags))
WRAP(gnutls_x509_crt_export2,
	(gnutls_x509_crt_t certificate, gnutls_x509_crt_fmt_t format, gnutls_datum_t *out),
	(certificate, format, out))

int __real_gnutls_rnd(gnutls_rnd_level_t level, void *to, size_t size);
int __wrap_gnutls_rnd(gnutls_rnd_level_t level, void *to, size_t size);
int __wrap_gnutls_rnd(gnutls_rnd_level_t level, void *to, size_t size)
{
	assert_int_equal(size, 16);
	int error = fails() ? GNUTLS_E_INTERNAL_ERROR : __real_gnutls_rnd(level, to, size);
	if (first_random >= 0) {
		*(unsigned char *)to = (unsigned char)first_random;
	}
	return error;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return no_memory ? NULL : __real_malloc(size);
}

void __real_explicit_bzero(void *octets, size_t size);
void __wrap_explicit_bzero(void *octets, size_t size);
void __wrap_explicit_bzero(void *octets, size_t size)
{
	wiped += size;
	__real_explicit_bzero(octets, size);
}

#define NOW 1795348800 /* 2026-11-22T12:00:00Z */

time_t __wrap_time(time_t *at);
time_t __wrap_time(time_t *at)
{
	assert_null(at);
	return NOW;
}

static int begin(void **state)
{
	(void)state;
	calls = fail_at = 0;
	no_memory = false;
	first_random = -1;
	return 0;
}

/* --- what is made ------------------------------------------------------------------------ */

/* The certificate of a text, for gnutls_x509_crt_deinit(). */
static gnutls_x509_crt_t certificate_in(struct dance_octets text)
{
	gnutls_x509_crt_t certificate;
	const char *at = memmem(text.data, text.size, "-----BEGIN CERTIFICATE", 22);
	assert_non_null(at);
	gnutls_datum_t pem = { (unsigned char *)(uintptr_t)at,
		(unsigned)(text.size - (size_t)(at - (const char *)text.data)) };
	assert_int_equal(__real_gnutls_x509_crt_init(&certificate), 0);
	assert_int_equal(gnutls_x509_crt_import(certificate, &pem, GNUTLS_X509_FMT_PEM), 0);
	return certificate;
}

static struct dance_octets new_key(enum roll_algorithm algorithm, const char *owner)
{
	struct dance_octets text;
	char why[DANCE_ERROR_SIZE] = "";
	bool made = roll_certificate_new_key(algorithm, owner, &text, why);
	assert_string_equal(why, "");
	assert_true(made);
	return text;
}

static void test_what_stands_in_a_certificate(void **state)
{
	(void)state;
	struct dance_octets text = new_key(ROLL_ECDSA_P256, "_853._tcp.ns1.example.net");
	assert_memory_equal(text.data, "-----BEGIN PRIVATE KEY-----\n", 28);
	gnutls_x509_crt_t made = certificate_in(text);
	char value[256];
	size_t size = sizeof(value);
	unsigned number, critical;
	int length;
	assert_int_equal(gnutls_x509_crt_get_version(made), 3);
	assert_int_equal(gnutls_x509_crt_get_activation_time(made), NOW - 86400);
	assert_int_equal(gnutls_x509_crt_get_expiration_time(made),
		NOW + INT64_C(3650) * 86400);
	assert_int_equal(gnutls_x509_crt_get_dn(made, value, &size), 0);
	assert_string_equal(value, "CN=ns1.example.net");
	size = sizeof(value);
	assert_int_equal(gnutls_x509_crt_get_issuer_dn(made, value, &size), 0);
	assert_string_equal(value, "CN=ns1.example.net");
	size = sizeof(value);
	assert_int_equal(gnutls_x509_crt_get_subject_alt_name(made, 0, value, &size, NULL),
		GNUTLS_SAN_DNSNAME);
	assert_string_equal(value, "ns1.example.net");
	size = sizeof(value);
	assert_int_equal(gnutls_x509_crt_get_subject_alt_name(made, 1, value, &size, NULL),
		GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE);
	assert_int_equal(gnutls_x509_crt_get_basic_constraints(made, &critical, &number,
				 &length),
		0);
	assert_int_equal(number, 0);
	assert_int_equal(length, -1);
	assert_int_equal(gnutls_x509_crt_get_key_usage(made, &number, &critical), 0);
	assert_int_equal(number, GNUTLS_KEY_DIGITAL_SIGNATURE);
	static const char *const purposes[] = { GNUTLS_KP_TLS_WWW_CLIENT,
		GNUTLS_KP_TLS_WWW_SERVER };
	for (unsigned i = 0; i < ROWS(purposes); i++) {
		size = sizeof(value);
		assert_int_equal(gnutls_x509_crt_get_key_purpose_oid(made, i, value, &size,
					 &critical),
			0);
		assert_string_equal(value, purposes[i]);
		assert_int_equal(critical, 0);
	}
	size = sizeof(value);
	assert_int_equal(gnutls_x509_crt_get_key_purpose_oid(made, 2, value, &size, NULL),
		GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE);
	assert_int_equal(gnutls_x509_crt_get_signature_algorithm(made),
		GNUTLS_SIGN_ECDSA_SHA256);
	gnutls_x509_crt_deinit(made);
	file_clear(&text);
}

static void test_a_certificate_without_its_key(void **state)
{
	(void)state;
	struct dance_octets key = new_key(ROLL_ED25519, NULL), text;
	char why[DANCE_ERROR_SIZE];
	assert_null(memmem(key.data, key.size, "CERTIFICATE", 11));
	wiped = 0;
	assert_true(roll_certificate_of_key(key, "a.example", &text, why));
	assert_null(memmem(text.data, text.size, "PRIVATE", 7));
	assert_int_equal(wiped, text.size);
	gnutls_x509_crt_t made = certificate_in(text);
	unsigned bits;
	assert_int_equal(gnutls_x509_crt_get_pk_algorithm(made, &bits),
		GNUTLS_PK_EDDSA_ED25519);
	gnutls_x509_crt_deinit(made);
	file_clear(&text);
	file_clear(&key);
}

static void test_keys_of_each_kind(void **state)
{
	(void)state;
	static const struct {
		enum roll_algorithm algorithm;
		gnutls_pk_algorithm_t is;
		unsigned bits;
	} rows[] = {
		{ ROLL_ECDSA_P256, GNUTLS_PK_ECDSA, 256 },
		{ ROLL_ED25519, GNUTLS_PK_EDDSA_ED25519, 256 },
		{ ROLL_RSA_3072, GNUTLS_PK_RSA, 3072 },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		wiped = 0;
		struct dance_octets text = new_key(rows[i].algorithm, "a.example");
		assert_int_equal(wiped, text.size); /* of what GnuTLS has had */
		gnutls_x509_crt_t made = certificate_in(text);
		unsigned bits;
		assert_int_equal(gnutls_x509_crt_get_pk_algorithm(made, &bits), rows[i].is);
		assert_int_equal(bits, rows[i].bits);
		gnutls_x509_crt_deinit(made);
		file_clear(&text);
	}
}

/* 16 octets, positive, without zeros in front. */
static void test_serial_numbers(void **state)
{
	(void)state;
	static const struct {
		int random, first;
	} rows[] = { { 0x00, 0x40 }, { 0xff, 0x7f }, { 0x80, 0x40 }, { 0x3f, 0x7f } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		first_random = rows[i].random;
		struct dance_octets text = new_key(ROLL_ED25519, "a.example");
		gnutls_x509_crt_t made = certificate_in(text);
		unsigned char serial[32];
		size_t size = sizeof(serial);
		assert_int_equal(gnutls_x509_crt_get_serial(made, serial, &size), 0);
		assert_int_equal(size, 16);
		assert_int_equal(serial[0], rows[i].first);
		gnutls_x509_crt_deinit(made);
		file_clear(&text);
	}
}

/* RFC 5280 A.1: a common name has 64 characters at most. */
static void test_long_names(void **state)
{
	(void)state;
	char host[66];
	for (size_t size = 64; size <= 65; size++) {
		char value[256];
		size_t room = sizeof(value);
		memset(host, 'a', sizeof(host));
		host[32] = '.';
		host[size] = '\0';
		struct dance_octets text = new_key(ROLL_ED25519, host);
		gnutls_x509_crt_t made = certificate_in(text);
		assert_int_equal(gnutls_x509_crt_get_dn(made, value, &room), 0);
		assert_string_equal(value + 3, size == 64 ? host : "dance");
		room = sizeof(value);
		assert_int_equal(gnutls_x509_crt_get_subject_alt_name(made, 0, value, &room,
					 NULL),
			GNUTLS_SAN_DNSNAME);
		assert_string_equal(value, host);
		gnutls_x509_crt_deinit(made);
		file_clear(&text);
	}
}

static void test_each_call_may_fail(void **state)
{
	(void)state;
	struct dance_octets key = new_key(ROLL_ED25519, NULL);
	for (int of_key = 0; of_key < 2; of_key++) {
		for (fail_at = 1;; fail_at++) {
			struct dance_octets text = { key.data, 1 };
			char why[DANCE_ERROR_SIZE] = "";
			calls = 0;
			bool made = of_key ?
				roll_certificate_of_key(key, "a.example", &text, why) :
				roll_certificate_new_key(ROLL_ED25519, "a.example", &text,
					why);
			if (calls < fail_at) {
				assert_true(made);
				assert_int_equal(calls, of_key ? 22 : 23);
				file_clear(&text);
				break;
			}
			assert_false(made);
			assert_int_equal(calls, fail_at); /* there are no others after it */
			assert_string_equal(why,
				of_key ?
					"cannot make a certificate: GnuTLS internal error." :
					"cannot make a key: GnuTLS internal error.");
			assert_null(text.data);
			assert_int_equal(text.size, 0);
		}
	}
	fail_at = 0;
	file_clear(&key);
}

static void test_what_is_refused(void **state)
{
	(void)state;
	struct dance_octets key = new_key(ROLL_ED25519, NULL), text = { key.data, 1 };
	char why[DANCE_ERROR_SIZE], digest[ROLL_DIGEST_SIZE];
	assert_false(roll_certificate_new_key(ROLL_ED25519, "a..b", &text, why));
	assert_string_equal(why, "cannot make a key: The request is invalid.");
	assert_null(text.data);
	no_memory = true;
	assert_false(roll_certificate_new_key(ROLL_ED25519, "a.example", &text, why));
	assert_string_equal(why, "cannot make a key: Internal error in memory allocation.");
	assert_false(roll_certificate_of_key(key, "a.example", &text, why));
	assert_string_equal(why,
		"cannot make a certificate: Internal error in memory allocation.");
	no_memory = false;
	assert_false(roll_certificate_digest((struct dance_octets){ NULL, 0 }, digest));
	fail_at = 1;
	calls = 0;
	assert_false(roll_certificate_digest(key, digest));
	fail_at = 0;
	assert_true(roll_certificate_digest((struct dance_octets){ (const unsigned char
										   *)"abc",
						    3 },
		digest));
	assert_string_equal(digest,
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	file_clear(&key);
}

#define ONE(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(test_what_stands_in_a_certificate),
		ONE(test_a_certificate_without_its_key),
		ONE(test_keys_of_each_kind),
		ONE(test_serial_numbers),
		ONE(test_long_names),
		ONE(test_each_call_may_fail),
		ONE(test_what_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
