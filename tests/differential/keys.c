/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Making keys with OpenSSL. */

#include "keys.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>

static EVP_PKEY *keys[KEY_COUNT];

static EVP_PKEY *make_pss_limited(void)
{
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
	if (context != NULL && EVP_PKEY_keygen_init(context) > 0 &&
		EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048) > 0 &&
		EVP_PKEY_CTX_set_rsa_pss_keygen_md(context, EVP_sha256()) > 0 &&
		EVP_PKEY_CTX_set_rsa_pss_keygen_mgf1_md(context, EVP_sha256()) > 0 &&
		EVP_PKEY_CTX_set_rsa_pss_keygen_saltlen(context, 32) > 0) {
		(void)EVP_PKEY_keygen(context, &key);
	}
	EVP_PKEY_CTX_free(context);
	return key;
}

static EVP_PKEY *make_explicit(void)
{
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	if (context != NULL && EVP_PKEY_keygen_init(context) > 0 &&
		EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) > 0 &&
		EVP_PKEY_CTX_set_ec_param_enc(context, OPENSSL_EC_EXPLICIT_CURVE) > 0) {
		(void)EVP_PKEY_keygen(context, &key);
	}
	EVP_PKEY_CTX_free(context);
	return key;
}

static EVP_PKEY *make_key(enum key_kind kind)
{
	switch (kind) {
	case KEY_RSA:
		return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	case KEY_RSA_PSS: {
		EVP_PKEY *key = NULL;
		EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
		if (context != NULL && EVP_PKEY_keygen_init(context) > 0) {
			(void)EVP_PKEY_keygen(context, &key);
		}
		EVP_PKEY_CTX_free(context);
		return key;
	}
	case KEY_RSA_PSS_LIMITED:
		return make_pss_limited();
	case KEY_P256:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	case KEY_P384:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
	case KEY_ED25519:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	case KEY_ED448:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED448");
	case KEY_P521:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-521");
	case KEY_P224:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-224");
	case KEY_RSA_3072:
		return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)3072);
	case KEY_RSA_1024:
		return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
	case KEY_RSA_2040:
		return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2040);
	case KEY_P192:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-192");
	case KEY_EXPLICIT:
		return make_explicit();
	case KEY_KIND_COUNT:
		break;
	}
	return NULL;
}

bool keys_make(void)
{
	for (size_t i = 0; i < KEY_COUNT; i++) {
		keys[i] = make_key((enum key_kind)(i / KEY_PER_KIND));
		if (keys[i] == NULL) {
			return false;
		}
	}
	return true;
}

void keys_free(void)
{
	for (size_t i = 0; i < KEY_COUNT; i++) {
		EVP_PKEY_free(keys[i]);
		keys[i] = NULL;
	}
}

EVP_PKEY *keys_get(size_t number)
{
	return keys[number];
}
