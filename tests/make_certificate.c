/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Certificates made at test time, by GnuTLS but for their alternative names, which are
 * written by hand to hold whatever a peer might write there. */

#include "make_certificate.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "der_writer.h"

#define DAY 86400
#define NOT_BEFORE ((time_t)18262 * DAY) /* 2020 */
#define NOT_AFTER ((time_t)47482 * DAY)  /* 2100 */
#define EXPIRED ((time_t)18263 * DAY)

#define RSA_BITS 2048

static void must(int error, const char *what)
{
	if (error < 0) {
		fprintf(stderr, "make_certificate: %s: %s\n", what, gnutls_strerror(error));
		abort();
	}
}

static gnutls_x509_privkey_t make_key(enum key_kind kind)
{
	gnutls_x509_privkey_t key;
	must(gnutls_x509_privkey_init(&key), "key");
	switch (kind) {
	case KEY_ED25519:
		must(gnutls_x509_privkey_generate(key, GNUTLS_PK_EDDSA_ED25519, 0, 0),
			"Ed25519");
		break;
	case KEY_ED448:
		must(gnutls_x509_privkey_generate(key, GNUTLS_PK_EDDSA_ED448, 0, 0),
			"Ed448");
		break;
	case KEY_P256:
		must(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
			     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
			"P-256");
		break;
	case KEY_P384:
		must(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
			     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1), 0),
			"P-384");
		break;
	case KEY_P521:
		must(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
			     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1), 0),
			"P-521");
		break;
	case KEY_RSA:
		must(gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, RSA_BITS, 0), "RSA");
		break;
	case KEY_RSA_SMALL:
		must(gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, RSA_BITS / 2, 0),
			"RSA");
		break;
	case KEY_RSA_PSS: {
		gnutls_x509_spki_t parameters;
		must(gnutls_x509_spki_init(&parameters), "parameters");
		gnutls_x509_spki_set_rsa_pss_params(parameters, GNUTLS_DIG_SHA256, 32);
		gnutls_keygen_data_st data = { GNUTLS_KEYGEN_SPKI,
			(unsigned char *)parameters, 0 };
		must(gnutls_x509_privkey_generate2(key, GNUTLS_PK_RSA_PSS, RSA_BITS, 0,
			     &data, 1),
			"RSA-PSS");
		gnutls_x509_spki_deinit(parameters);
		break;
	}
	}
	return key;
}

static gnutls_x509_privkey_t copy_key(const struct credential *from)
{
	gnutls_x509_privkey_t key;
	must(gnutls_x509_privkey_init(&key), "key");
	must(gnutls_x509_privkey_cpy(key, from->key), "key");
	return key;
}

static void put_names(gnutls_x509_crt_t certificate, const struct wish *wish)
{
	struct der names = { 0 }, extension = { 0 };
	for (size_t i = 0; i < wish->name_count; i++) {
		const struct alternative_name *name = &wish->names[i];
		der_put(&names, name->tag, name->octets, name->size);
	}
	der_wrap(&extension, DER_SEQUENCE, &names);
	must(gnutls_x509_crt_set_extension_by_oid(certificate, GNUTLS_X509EXT_OID_SAN,
		     extension.octets, extension.size, 0),
		"alternative names");
	der_clear(&extension);
}

static void put_constraint(gnutls_x509_crt_t certificate, const char *permitted)
{
	gnutls_x509_name_constraints_t constraints;
	const gnutls_datum_t name = { (unsigned char *)(uintptr_t)permitted,
		(unsigned)strlen(permitted) };
	must(gnutls_x509_name_constraints_init(&constraints), "constraints");
	must(gnutls_x509_name_constraints_add_permitted(constraints, GNUTLS_SAN_DNSNAME,
		     &name),
		"constraint");
	must(gnutls_x509_crt_set_name_constraints(certificate, constraints, 1),
		"constraints");
	gnutls_x509_name_constraints_deinit(constraints);
}

/* What the certificate may be used for, and for what not. */
static void put_limits(gnutls_x509_crt_t certificate, const struct wish *wish)
{
	if (wish->authority) {
		must(gnutls_x509_crt_set_basic_constraints(certificate, 1,
			     wish->limit == 0        ? -1 :
				     wish->limit < 0 ? 0 :
						       wish->limit),
			"CA");
	}
	if (wish->no_authority) {
		must(gnutls_x509_crt_set_basic_constraints(certificate, 0, -1), "no CA");
	}
	if (wish->key_usage != 0) {
		must(gnutls_x509_crt_set_key_usage(certificate, wish->key_usage),
			"key usage");
	}
	if (wish->purpose != NULL) {
		must(gnutls_x509_crt_set_key_purpose_oid(certificate, wish->purpose, 0),
			"purpose");
	}
	if (wish->permitted != NULL) {
		put_constraint(certificate, wish->permitted);
	}
	if (wish->extension != NULL) {
		must(gnutls_x509_crt_set_extension_by_oid(certificate, wish->extension,
			     wish->value != NULL ? wish->value : "\x05\0",
			     wish->value != NULL ? wish->value_size : 2,
			     !wish->not_critical),
			"extension");
	}
}

static void keep(struct credential *made, enum tlsa_selector selector,
	const gnutls_datum_t *der)
{
	unsigned char *octets = malloc(der->size);
	if (octets == NULL) {
		abort();
	}
	memcpy(octets, der->data, der->size);
	made->octets[selector] = octets;
	made->whole[selector] = (struct dance_octets){ octets, der->size };
	must(gnutls_hash_fast(GNUTLS_DIG_SHA256, octets, der->size, made->sha256[selector]),
		"SHA-256");
	must(gnutls_hash_fast(GNUTLS_DIG_SHA512, octets, der->size, made->sha512[selector]),
		"SHA-512");
}

static void keep_spki(struct credential *made, gnutls_x509_privkey_t key)
{
	gnutls_privkey_t private;
	gnutls_pubkey_t public;
	gnutls_datum_t der;
	must(gnutls_privkey_init(&private), "private key");
	must(gnutls_pubkey_init(&public), "public key");
	must(gnutls_privkey_import_x509(private, key, GNUTLS_PRIVKEY_IMPORT_COPY), "key");
	must(gnutls_pubkey_import_privkey(public, private, 0, 0), "public key");
	must(gnutls_pubkey_export2(public, GNUTLS_X509_FMT_DER, &der), "SPKI");
	keep(made, TLSA_SPKI, &der);
	gnutls_free(der.data);
	gnutls_pubkey_deinit(public);
	gnutls_privkey_deinit(private);
}

static void sign(const struct credential *made, const struct credential *issuer)
{
	int algorithm = gnutls_x509_privkey_get_pk_algorithm(issuer->key);
	must(gnutls_x509_crt_sign2(made->certificate, issuer->certificate, issuer->key,
		     algorithm == GNUTLS_PK_EDDSA_ED25519       ? GNUTLS_DIG_SHA512 :
			     algorithm == GNUTLS_PK_EDDSA_ED448 ? GNUTLS_DIG_SHAKE_256 :
								  GNUTLS_DIG_SHA256,
		     0),
		"signature");
}

void make_certificate(struct credential *made, const struct wish *wish)
{
	static unsigned count;
	gnutls_x509_privkey_t key = wish->same_key != NULL ? copy_key(wish->same_key) :
							     make_key(wish->key);
	gnutls_x509_crt_t certificate;
	gnutls_datum_t der;
	count++;
	const unsigned char serial[] = { (unsigned char)(1 + count / 256),
		(unsigned char)count };
	must(gnutls_x509_crt_init(&certificate), "certificate");
	*made = (struct credential){ .key = key, .certificate = certificate };
	must(gnutls_x509_crt_set_version(certificate, wish->version_1 ? 1 : 3), "version");
	must(gnutls_x509_crt_set_serial(certificate, serial, sizeof(serial)), "serial");
	must(gnutls_x509_crt_set_activation_time(certificate, NOT_BEFORE), "date");
	must(gnutls_x509_crt_set_expiration_time(certificate,
		     wish->expired ? EXPIRED : NOT_AFTER),
		"date");
	must(gnutls_x509_crt_set_key(certificate, key), "key");
	if (wish->common_name != NULL) {
		must(gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME,
			     0, wish->common_name, (unsigned)strlen(wish->common_name)),
			"common name");
	}
	if (wish->name_count > 0) {
		put_names(certificate, wish);
	}
	put_limits(certificate, wish);
	sign(made, wish->issuer != NULL ? wish->issuer : made);
	must(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, &der), "DER");
	keep(made, TLSA_CERTIFICATE, &der);
	keep_spki(made, key);
	/* Read anew, if it can be: what was only written does not know all of itself. */
	gnutls_x509_crt_deinit(certificate);
	must(gnutls_x509_crt_init(&made->certificate), "certificate");
	(void)gnutls_x509_crt_import(made->certificate, &der, GNUTLS_X509_FMT_DER);
	gnutls_free(der.data);
}

void clear_certificate(struct credential *made)
{
	gnutls_x509_crt_deinit(made->certificate);
	gnutls_x509_privkey_deinit(made->key);
	free(made->octets[TLSA_CERTIFICATE]);
	free(made->octets[TLSA_SPKI]);
	*made = (struct credential){ 0 };
}

void make_certificates(struct credential *made, struct dance_octets *sent, size_t count,
	enum key_kind key, const struct alternative_name *name)
{
	for (size_t i = count; i-- > 0;) {
		char subject[24];
		snprintf(subject, sizeof(subject), "%zu", i);
		make_certificate(&made[i],
			&(struct wish){ .key = key,
				.common_name = subject,
				.issuer = i + 1 < count ? &made[i + 1] : NULL,
				.authority = i > 0,
				.names = name,
				.name_count = i == 0 ? 1 : 0 });
		sent[i] = made[i].whole[TLSA_CERTIFICATE];
	}
}

struct dance_tlsa tlsa_of(const struct credential *certificate, uint8_t usage,
	uint8_t selector, uint8_t matching)
{
	struct dance_tlsa record = { usage, selector, matching, NULL, 0 };
	switch (matching) {
	case TLSA_FULL:
		record.data = certificate->whole[selector].data;
		record.size = certificate->whole[selector].size;
		break;
	case TLSA_SHA256:
		record.data = certificate->sha256[selector];
		record.size = TLSA_SHA256_SIZE;
		break;
	default:
		record.data = certificate->sha512[selector];
		record.size = TLSA_SHA512_SIZE;
		break;
	}
	return record;
}
