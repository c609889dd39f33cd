/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Keys and certificates from files: what becomes of them, and what is said of files that
 * cannot be used. */

#include "check.h"
#include "keypair.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/test_front_keypair.XXXXXX";
static char key_path[64], other_path[64], chain_path[64], missing_path[64];

static EVP_PKEY *new_key(const char *type)
{
	EVP_PKEY *key = strcmp(type, "EC") == 0 ?
		EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256") :
		strcmp(type, "RSA") == 0 ?
		EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048) :
		EVP_PKEY_Q_keygen(NULL, NULL, type);
	assert_non_null(key);
	return key;
}

static void write_key(const char *path, EVP_PKEY *key, const EVP_CIPHER *cipher)
{
	unsigned char phrase[] = "phrase";
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(PEM_write_PrivateKey(file, key, cipher,
				 cipher != NULL ? phrase : NULL, cipher != NULL ? 6 : 0,
				 NULL, NULL),
		1);
	fclose(file);
}

static void write_new_key(const char *path, const char *type, const EVP_CIPHER *cipher)
{
	EVP_PKEY *key = new_key(type);
	write_key(path, key, cipher);
	EVP_PKEY_free(key);
}

/* The certificates of these, the first one's first. */
static void write_chain(const char *path, SSL_CTX *const *of, size_t count)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(PEM_write_X509(file, SSL_CTX_get0_certificate(of[i])), 1);
	}
	fclose(file);
}

static SSL_CTX *load(const char *cert_file, const char *key_file)
{
	char error[256] = "";
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	assert_non_null(ctx);
	if (!keypair_load(ctx, cert_file, key_file, error, sizeof(error))) {
		fail_msg("%s", error);
	}
	return ctx;
}

static int make(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	snprintf(key_path, sizeof(key_path), "%s/key", folder);
	snprintf(other_path, sizeof(other_path), "%s/other", folder);
	snprintf(chain_path, sizeof(chain_path), "%s/chain", folder);
	snprintf(missing_path, sizeof(missing_path), "%s/missing", folder);
	write_new_key(key_path, "ED25519", NULL);
	SSL_CTX *ctx = load(NULL, key_path);
	write_chain(chain_path, &ctx, 1);
	SSL_CTX_free(ctx);
	return 0;
}

static int clear(void **state)
{
	(void)state;
	unlink(key_path);
	unlink(other_path);
	unlink(chain_path);
	return rmdir(folder);
}

static void check_refused(const char *cert_file, const char *key_file, const char *named,
	const char *what)
{
	char error[256] = "", beginning[128];
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	check_true(what, !keypair_load(ctx, cert_file, key_file, error, sizeof(error)));
	snprintf(beginning, sizeof(beginning), "%s: %s", named, what);
	if (strncmp(error, beginning, strlen(beginning)) != 0) {
		fail_msg("'%s' does not begin with '%s'", error, beginning);
	}
	/* OpenSSL's words for a pass phrase that nobody was asked for. */
	check_true(error, strstr(error, "password") == NULL);
	check_true(what, ERR_peek_error() == 0);
	SSL_CTX_free(ctx);
}

static void what_is_wrong_is_told_with_its_file(void **state)
{
	(void)state;
	check_refused(NULL, missing_path, missing_path, "No such file");
	check_refused(missing_path, key_path, missing_path,
		"it contains no readable PEM certificate");
	check_refused(key_path, key_path, key_path,
		"it contains no readable PEM certificate");
	check_refused(NULL, chain_path, chain_path,
		"it contains no readable PEM private key");
	check_refused(NULL, folder, folder, "it contains no readable PEM private key");

	write_new_key(other_path, "EC", EVP_aes_128_cbc());
	check_refused(NULL, other_path, other_path, "the key is encrypted");
	write_new_key(other_path, "EC", NULL);
	check_refused(chain_path, other_path, other_path,
		"the key does not match the certificate");
	write_new_key(other_path, "ED25519", NULL);
	check_refused(chain_path, other_path, other_path, "the key cannot be used");
	write_new_key(other_path, "X25519", NULL); /* signs nothing */
	check_refused(NULL, other_path, other_path,
		"cannot create a certificate for the key");
}

static void a_sentence_that_does_not_fit_is_cut(void **state)
{
	(void)state;
	char error[16];
	memset(error, 'x', sizeof(error));
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	assert_false(keypair_load(ctx, NULL, missing_path, error, 12));
	assert_int_equal(strlen(error), 11);
	assert_int_equal(error[12], 'x');
	SSL_CTX_free(ctx);
}

static void a_certificate_is_made_for_every_kind_of_key(void **state)
{
	(void)state;
	static const char *const types[] = { "EC", "RSA", "ED25519", "ED448" };
	for (size_t i = 0; i < ROWS(types); i++) {
		EVP_PKEY *key = new_key(types[i]);
		write_key(other_path, key, NULL);
		SSL_CTX *ctx = load(NULL, other_path);
		X509 *certificate = SSL_CTX_get0_certificate(ctx);
		check_true(types[i], X509_verify(certificate, key) == 1);
		/* RFC 5280 4.1.2.2 and 4.1.2.5: positive, and without a well-defined end. */
		const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate);
		check_true(types[i], ASN1_STRING_get0_data(serial)[0] < 0x80);
		check_true(types[i], (ASN1_STRING_type(serial) & V_ASN1_NEG) == 0);
		const ASN1_TIME *end = X509_get0_notAfter(certificate);
		assert_string_equal((const char *)ASN1_STRING_get0_data(end),
			"99991231235959Z");
		check_true(types[i],
			X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0);
		SSL_CTX_free(ctx);
		EVP_PKEY_free(key);
	}
}

static void a_certificate_file_is_taken_whole(void **state)
{
	(void)state;
	write_new_key(other_path, "EC", NULL);
	SSL_CTX *all[] = { load(NULL, key_path), load(NULL, other_path) };
	write_chain(chain_path, all, 2);
	SSL_CTX *read = load(chain_path, key_path);
	assert_int_equal(X509_cmp(SSL_CTX_get0_certificate(read),
				 SSL_CTX_get0_certificate(all[0])),
		0);
	STACK_OF(X509) *above = NULL;
	assert_int_equal(SSL_CTX_get0_chain_certs(read, &above), 1);
	assert_int_equal(sk_X509_num(above), 1);
	assert_int_equal(X509_cmp(sk_X509_value(above, 0), SSL_CTX_get0_certificate(all[1])),
		0);
	SSL_CTX_free(read);
	write_chain(chain_path, all, 1); /* as make() did */
	SSL_CTX_free(all[0]);
	SSL_CTX_free(all[1]);
}

/* What an operator copies from the log into a record 3 1 1. */
static void the_digest_is_that_of_the_public_key(void **state)
{
	(void)state;
	char digest[KEYPAIR_DIGEST_SIZE], wanted[KEYPAIR_DIGEST_SIZE];
	EVP_PKEY *key = new_key("EC");
	write_key(other_path, key, NULL);
	unsigned char *info = NULL, octets[32];
	int size = i2d_PUBKEY(key, &info);
	assert_true(size > 0);
	assert_int_equal(EVP_Q_digest(NULL, "SHA256", NULL, info, (size_t)size, octets,
				 NULL),
		1);
	for (size_t i = 0; i < sizeof(octets); i++) {
		snprintf(&wanted[2 * i], 3, "%02x", octets[i]);
	}
	SSL_CTX *ctx = load(NULL, other_path);
	keypair_digest(ctx, digest);
	assert_string_equal(digest, wanted);
	SSL_CTX_free(ctx);
	OPENSSL_free(info);
	EVP_PKEY_free(key);

	ctx = SSL_CTX_new(TLS_server_method());
	keypair_digest(ctx, digest);
	assert_string_equal(digest, "");
	SSL_CTX_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_told_with_its_file),
		cmocka_unit_test(a_sentence_that_does_not_fit_is_cut),
		cmocka_unit_test(a_certificate_is_made_for_every_kind_of_key),
		cmocka_unit_test(a_certificate_file_is_taken_whole),
		cmocka_unit_test(the_digest_is_that_of_the_public_key),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
