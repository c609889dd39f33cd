/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * SPKIs of private keys, where GnuTLS writes other octets than the key has: no record is made
 * that TLS peers would not match. test_tlsa.py compares those that are made with certificates. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "key.h"
#include "pem.h"

#define SPKI_MAX 1024

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
	if (replaced.size == 0) {
		return __real_gnutls_pubkey_export2(key, form, out);
	}
	out->data = gnutls_malloc(replaced.size);
	assert_non_null(out->data);
	memcpy(out->data, replaced.octets, replaced.size);
	out->size = (unsigned)replaced.size;
	return 0;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_point_of_other_octets_makes_no_record),
		cmocka_unit_test(parameters_of_other_octets_make_no_record),
		cmocka_unit_test(what_is_no_spki_makes_no_record),
		cmocka_unit_test(rsa_keys_are_of_one_form),
	};
	return cmocka_run_group_tests_name("key", tests, NULL, NULL);
}
