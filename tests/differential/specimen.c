/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Making certificates with OpenSSL. */

#include "specimen.h"

#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

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

static const EVP_MD *digest_for(size_t signer)
{
	enum key_kind kind = (enum key_kind)(signer / KEY_PER_KIND);
	return kind == KEY_ED25519 || kind == KEY_ED448 ? NULL : EVP_sha256();
}

/* An extension from OpenSSL's own textual form of it. */
static bool add_text(X509 *x, int nid, const char *text)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, text);
	bool ok = extension != NULL && X509_add_ext(x, extension, -1) > 0;
	X509_EXTENSION_free(extension);
	return ok;
}

static bool add_constraints(X509 *x, const struct plan *plan)
{
	if (plan->constraints == PART_ABSENT) {
		return true;
	}
	bool authority = plan->authority != (plan->constraints == PART_WRONG);
	char text[64];
	if (authority && plan->path_length >= 0) {
		snprintf(text, sizeof(text), "critical,CA:TRUE,pathlen:%d",
			plan->path_length);
	} else {
		snprintf(text, sizeof(text), "critical,CA:%s",
			authority ? "TRUE" : "FALSE");
	}
	return add_text(x, NID_basic_constraints, text);
}

static bool add_purposes(X509 *x, unsigned purposes)
{
	static const char *const words[] = { "clientAuth", "serverAuth",
		"emailProtection", "anyExtendedKeyUsage" };
	char text[128] = "";
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if ((purposes & 1u << i) != 0) {
			strcat(strcat(text, text[0] != '\0' ? "," : ""), words[i]);
		}
	}
	return purposes == 0 || add_text(x, NID_ext_key_usage, text);
}

static bool add_key_usage(X509 *x, const struct plan *plan)
{
	switch (plan->key_usage) {
	case KEY_USAGE_ABSENT:
		return true;
	case KEY_USAGE_RIGHT:
		return add_text(x, NID_key_usage,
			plan->authority ? "critical,keyCertSign,cRLSign"
					: "critical,digitalSignature");
	case KEY_USAGE_WRONG:
		return add_text(x, NID_key_usage, "critical,keyEncipherment");
	}
	return false;
}

static bool add_names(X509 *x, const struct plan *plan)
{
	if (plan->name_count == 0) {
		return true;
	}
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	bool ok = names != NULL;
	for (size_t i = 0; ok && i < plan->name_count; i++) {
		GENERAL_NAME *name = GENERAL_NAME_new();
		ASN1_IA5STRING *text = ASN1_IA5STRING_new();
		ok = name != NULL && text != NULL &&
			ASN1_STRING_set(text, plan->names[i].data,
				(int)plan->names[i].size) > 0;
		if (ok) {
			GENERAL_NAME_set0_value(name, GEN_DNS, text);
			ok = sk_GENERAL_NAME_push(names, name) > 0;
		}
	}
	ok = ok && X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, 0) > 0;
	GENERAL_NAMES_free(names);
	return ok;
}

static bool add_name_constraints(X509 *x, const struct plan *plan)
{
	char text[256];
	if (plan->permitted != NULL) {
		snprintf(text, sizeof(text), "critical,permitted;DNS:%s",
			plan->permitted);
		return add_text(x, NID_name_constraints, text);
	}
	if (plan->excluded != NULL) {
		snprintf(text, sizeof(text), "critical,excluded;DNS:%s", plan->excluded);
		return add_text(x, NID_name_constraints, text);
	}
	return true;
}

/* An identifier of a key, or of none. */
static ASN1_OCTET_STRING *identifier(size_t key, bool wrong)
{
	unsigned char octets[8] = { 'k', 'e', 'y', wrong, 0, 0, 0, (unsigned char)key };
	ASN1_OCTET_STRING *string = ASN1_OCTET_STRING_new();
	if (string != NULL &&
		ASN1_OCTET_STRING_set(string, octets, sizeof(octets)) <= 0) {
		ASN1_OCTET_STRING_free(string);
		string = NULL;
	}
	return string;
}

static bool add_identifiers(X509 *x, const struct plan *plan)
{
	bool ok = true;
	if (plan->subject_key != PART_ABSENT) {
		ASN1_OCTET_STRING *id =
			identifier(plan->key, plan->subject_key == PART_WRONG);
		ok = id != NULL &&
			X509_add1_ext_i2d(x, NID_subject_key_identifier, id, 0, 0) > 0;
		ASN1_OCTET_STRING_free(id);
	}
	if (ok && plan->issuer_key != PART_ABSENT) {
		AUTHORITY_KEYID *issuer = AUTHORITY_KEYID_new();
		if (issuer != NULL) {
			issuer->keyid =
				identifier(plan->signer, plan->issuer_key == PART_WRONG);
		}
		ok = issuer != NULL && issuer->keyid != NULL &&
			X509_add1_ext_i2d(x, NID_authority_key_identifier, issuer, 0, 0) >
				0;
		AUTHORITY_KEYID_free(issuer);
	}
	return ok;
}

static bool add_critical(X509 *x, const struct plan *plan)
{
	if (!plan->critical) {
		return true;
	}
	static const unsigned char null[] = { 0x05, 0x00 };
	ASN1_OBJECT *object = OBJ_txt2obj("2.999.1", 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	bool ok = object != NULL && value != NULL &&
		ASN1_OCTET_STRING_set(value, null, sizeof(null)) > 0;
	X509_EXTENSION *extension =
		ok ? X509_EXTENSION_create_by_OBJ(NULL, object, 1, value) : NULL;
	ok = extension != NULL && X509_add_ext(x, extension, -1) > 0;
	X509_EXTENSION_free(extension);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(object);
	return ok;
}

static bool put_name(X509_NAME *name, const char *text)
{
	return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
		       (const unsigned char *)text, -1, -1, 0) > 0;
}

static bool fill(X509 *x, const struct plan *plan)
{
	return X509_set_version(x, plan->version_1 ? X509_VERSION_1 : X509_VERSION_3) >
		0 &&
		ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), plan->serial) > 0 &&
		put_name(X509_get_subject_name(x), plan->subject) &&
		put_name(X509_get_issuer_name(x), plan->issuer) &&
		ASN1_TIME_set(X509_getm_notBefore(x), (time_t)plan->from) != NULL &&
		ASN1_TIME_set(X509_getm_notAfter(x), (time_t)plan->to) != NULL &&
		X509_set_pubkey(x, keys_get(plan->key)) > 0 &&
		(plan->version_1 ||
			(add_constraints(x, plan) && add_key_usage(x, plan) &&
				add_purposes(x, plan->purposes) && add_names(x, plan) &&
				add_name_constraints(x, plan) &&
				add_identifiers(x, plan) && add_critical(x, plan))) &&
		X509_sign(x, keys_get(plan->signer), digest_for(plan->signer)) > 0;
}

bool specimen_make(struct specimen *specimen, const struct plan *plan)
{
	*specimen = (struct specimen){ .plan = *plan };
	X509 *x = X509_new();
	bool ok = x != NULL && fill(x, plan);
	int size = ok ? i2d_X509(x, &specimen->der) : -1;
	int spki_size =
		ok ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &specimen->spki) : -1;
	X509_free(x);
	if (size <= 0 || spki_size <= 0) {
		specimen_clear(specimen);
		return false;
	}
	specimen->size = (size_t)size;
	specimen->spki_size = (size_t)spki_size;
	if (plan->broken_signature) {
		/* Far enough from the end to be in the number, whatever the algorithm. */
		specimen->der[specimen->size - 20] ^= 0x10;
	}
	return true;
}

void specimen_clear(struct specimen *specimen)
{
	OPENSSL_free(specimen->der);
	OPENSSL_free(specimen->spki);
	*specimen = (struct specimen){ 0 };
}
