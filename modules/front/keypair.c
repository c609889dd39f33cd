/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Keys and certificates from files and stores to OpenSSL, with what is wrong with them in a
 * sentence. */

#include "keypair.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "key_store.h"
#include "key_uri.h"

/* 9999-12-31 23:59:59: no well-defined end (RFC 5280 4.1.2.5). */
#define NO_END "99991231235959Z"
#define BEGINNING "20000101000000Z"

static bool complain(char *error, size_t error_size, const char *file, const char *what)
{
	char shown[KEY_URI_SHOWN_SIZE];
	unsigned long code = ERR_peek_last_error();
	const char *reason = code != 0 ? ERR_reason_error_string(code) : NULL;
	if (key_store_is_uri(file)) {
		key_uri_show(file, shown);
		file = shown;
	}
	snprintf(error, error_size, "%s: %s%s%s", file, what, reason != NULL ? ": " : "",
		reason != NULL ? reason : "");
	ERR_clear_error();
	return false;
}

/* There is no terminal to ask for a pass phrase. */
static int no_pass_phrase(char *buffer, int size, int writing, void *arg)
{
	(void)buffer;
	(void)size;
	(void)writing;
	*(bool *)arg = true;
	return -1;
}

static EVP_PKEY *read_key(const char *file, char *error, size_t error_size)
{
	FILE *stream = fopen(file, "re");
	if (stream == NULL) {
		snprintf(error, error_size, "%s: %s", file, strerror(errno));
		return NULL;
	}
	bool encrypted = false;
	EVP_PKEY *key = PEM_read_PrivateKey(stream, NULL, no_pass_phrase, &encrypted);
	fclose(stream);
	if (key == NULL) {
		if (encrypted) {
			ERR_clear_error();
		}
		complain(error, error_size, file,
			encrypted ? "the key is encrypted; store it without a pass phrase" :
				    "it contains no readable PEM private key");
	}
	return key;
}

static bool fill(X509 *certificate, EVP_PKEY *key)
{
	unsigned char serial[8];
	if (RAND_bytes(serial, sizeof(serial)) != 1) {
		return false;
	}
	serial[0] = (unsigned char)((serial[0] & 0x7f) | 0x40);
	BIGNUM *number = BN_bin2bn(serial, sizeof(serial), NULL);
	X509_NAME *name = X509_get_subject_name(certificate);
	const unsigned char text[] = "dance-front";
	/* Ed25519 and the like have a digest of their own. */
	char digest[32] = "";
	bool own_digest = EVP_PKEY_get_default_digest_name(key, digest, sizeof(digest)) ==
			2 &&
		(digest[0] == '\0' || strcmp(digest, "UNDEF") == 0);
	bool done = number != NULL &&
		BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != NULL &&
		X509_set_version(certificate, X509_VERSION_3) == 1 &&
		ASN1_TIME_set_string(X509_getm_notBefore(certificate), BEGINNING) == 1 &&
		ASN1_TIME_set_string(X509_getm_notAfter(certificate), NO_END) == 1 &&
		X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) ==
			1 &&
		X509_set_issuer_name(certificate, name) == 1 &&
		X509_set_pubkey(certificate, key) == 1 &&
		X509_sign(certificate, key, own_digest ? NULL : EVP_sha256()) > 0;
	BN_free(number);
	return done;
}

/* Reads it again as a peer gets it. As it was made, it holds the key of the store as its public
 * key, and depends on the store from then on. */
static X509 *as_shown(X509 *made)
{
	unsigned char *der = NULL;
	int size = i2d_X509(made, &der);
	const unsigned char *at = der;
	X509 *shown = size > 0 ? d2i_X509(NULL, &at, size) : NULL;
	OPENSSL_free(der);
	return shown;
}

static bool use_made(SSL_CTX *ctx, EVP_PKEY *key, const char *key_file, char *error,
	size_t error_size)
{
	X509 *made = X509_new();
	X509 *shown = made != NULL && fill(made, key) ? as_shown(made) : NULL;
	bool done = shown != NULL && SSL_CTX_use_certificate(ctx, shown) == 1;
	X509_free(made);
	X509_free(shown);
	return done ||
		complain(error, error_size, key_file,
			"cannot create a certificate for the key");
}

static bool use_file(SSL_CTX *ctx, const char *cert_file, char *error, size_t error_size)
{
	return SSL_CTX_use_certificate_chain_file(ctx, cert_file) == 1 ||
		complain(error, error_size, cert_file,
			"it contains no readable PEM certificate");
}

/* The one of this key, which then is the caller's, and no longer on the stack. */
static X509 *take_own(STACK_OF(X509) * certificates, EVP_PKEY *key)
{
	for (int i = 0; i < sk_X509_num(certificates); i++) {
		X509 *own = sk_X509_value(certificates, i);
		if (EVP_PKEY_eq(X509_get0_pubkey(own), key) == 1) {
			return sk_X509_delete(certificates, i);
		}
	}
	return NULL;
}

/* RFC 8446 4.4.2: each certifies the one before it. A store has no order. */
static bool add_issuers(SSL_CTX *ctx, STACK_OF(X509) * certificates, X509 *own)
{
	X509 *last = own;
	for (int i = 0; i < sk_X509_num(certificates); i++) {
		X509 *issuer = sk_X509_value(certificates, i);
		if (X509_check_issued(last, last) == X509_V_OK) {
			return true;
		}
		if (X509_check_issued(issuer, last) == X509_V_OK) {
			if (SSL_CTX_add1_chain_cert(ctx, issuer) != 1) {
				return false;
			}
			last = issuer;
			(void)sk_X509_delete(certificates, i);
			X509_free(issuer); /* the chain has it */
			i = -1;
		}
	}
	return true;
}

static bool use_stored(SSL_CTX *ctx, const char *uri, EVP_PKEY *key, char *error,
	size_t error_size)
{
	STACK_OF(X509) *certificates = key_store_certificates(uri, error, error_size);
	if (certificates == NULL) {
		return false;
	}
	X509 *own = take_own(certificates, key);
	bool done = false;
	if (own == NULL) {
		complain(error, error_size, uri, "no certificate there is of the key");
	} else if (SSL_CTX_use_certificate(ctx, own) != 1 ||
		!add_issuers(ctx, certificates, own)) {
		complain(error, error_size, uri, "the certificate cannot be used");
	} else {
		done = true;
	}
	X509_free(own);
	sk_X509_pop_free(certificates, X509_free);
	return done;
}

bool keypair_load(SSL_CTX *ctx, const char *cert_file, const char *key_file, char *error,
	size_t error_size)
{
	key_store_ask_nobody();
	ERR_clear_error();
	EVP_PKEY *key = key_store_is_uri(key_file) ?
		key_store_key(key_file, error, error_size) :
		read_key(key_file, error, error_size);
	if (key == NULL) {
		return false;
	}
	bool done = cert_file == NULL ? use_made(ctx, key, key_file, error, error_size) :
		key_store_is_uri(cert_file) ?
					use_stored(ctx, cert_file, key, error, error_size) :
					use_file(ctx, cert_file, error, error_size);
	if (!done) {
		EVP_PKEY_free(key);
		return false;
	}
	done = false;
	if (SSL_CTX_use_PrivateKey(ctx, key) != 1) {
		complain(error, error_size, key_file, "the key cannot be used");
	} else if (SSL_CTX_check_private_key(ctx) != 1) {
		complain(error, error_size, key_file,
			"the key does not match the certificate");
	} else {
		done = true;
	}
	EVP_PKEY_free(key);
	return done;
}

void keypair_digest(SSL_CTX *ctx, char digest[KEYPAIR_DIGEST_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	const X509 *certificate = SSL_CTX_get0_certificate(ctx);
	unsigned char *info = NULL;
	unsigned char octets[32];
	size_t octet_count = 0;
	int size = certificate != NULL ?
		i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &info) :
		-1;
	if (size > 0) {
		EVP_Q_digest(NULL, "SHA256", NULL, info, (size_t)size, octets,
			&octet_count);
	}
	OPENSSL_free(info);
	char *at = digest;
	for (size_t i = 0; i < octet_count; i++) {
		*at++ = hex[octets[i] >> 4];
		*at++ = hex[octets[i] & 15];
	}
	*at = '\0';
	ERR_clear_error();
}
