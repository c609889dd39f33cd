/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * New keys and their certificates, by GnuTLS. A DANE-EE record counts whatever the certificate
 * says (RFC 7671 5.1); what stands in it is for hosts that read it nevertheless: the name as a
 * dNSName, so that a pattern may permit it, and use by both sides of TLS. */

#include "roll_certificate.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "file.h"
#include "name.h"
#include "reason.h"
#include "tlsa.h"

#define DAY 86400
#define SERIAL_SIZE 16
#define COMMON_NAME_SIZE 64 /* RFC 5280 A.1, ub-common-name */

bool roll_certificate_digest(struct dance_octets spki, char digest[ROLL_DIGEST_SIZE])
{
	unsigned char hash[TLSA_SHA256_SIZE];
	if (spki.size == 0 ||
		gnutls_hash_fast(GNUTLS_DIG_SHA256, spki.data, spki.size, hash) != 0) {
		return false;
	}
	for (size_t i = 0; i < sizeof(hash); i++) {
		(void)snprintf(digest + 2 * i, 3, "%02x", hash[i]);
	}
	return true;
}

static bool fail(char why[DANCE_ERROR_SIZE], const char *what, int error)
{
	return reason_say(why, "cannot make a %s: %s", what, gnutls_strerror(error));
}

/* Both sides of TLS 1.3 sign with their key; nothing else is done with it. */
static int describe(gnutls_x509_crt_t certificate, const char *owner)
{
	unsigned char serial[SERIAL_SIZE];
	char host[DANCE_NAME_SIZE];
	struct name name, bare;
	const char *why;
	time_t now = time(NULL);
	int error = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof(serial));
	serial[0] = (unsigned char)((serial[0] & 0x7f) | 0x40); /* positive, and whole */
	if (!name_from_text(&name, owner, strlen(owner), &why)) {
		return GNUTLS_E_INVALID_REQUEST;
	}
	name_to_host(&name, &bare);
	name_to_text(&bare, host);
	if (error == 0) {
		error = gnutls_x509_crt_set_version(certificate, 3);
	}
	if (error == 0) {
		error = gnutls_x509_crt_set_serial(certificate, serial, sizeof(serial));
	}
	if (error == 0) {
		error = gnutls_x509_crt_set_activation_time(certificate, now - DAY);
	}
	if (error == 0) {
		error = gnutls_x509_crt_set_expiration_time(certificate, now + 3650L * DAY);
	}
	/* There has to be an issuer, which is also its subject (RFC 5280 4.1.2.4). */
	const char *subject = strlen(host) <= COMMON_NAME_SIZE ? host : "dance";
	if (error == 0) {
		error = gnutls_x509_crt_set_dn_by_oid(certificate,
			GNUTLS_OID_X520_COMMON_NAME, 0, subject, (unsigned)strlen(subject));
	}
	if (error == 0) {
		error = gnutls_x509_crt_set_subject_alt_name(certificate,
			GNUTLS_SAN_DNSNAME, host, (unsigned)strlen(host), GNUTLS_FSAN_SET);
	}
	if (error == 0) {
		error = gnutls_x509_crt_set_basic_constraints(certificate, 0, -1);
	}
	if (error == 0) {
		error = gnutls_x509_crt_set_key_usage(certificate,
			GNUTLS_KEY_DIGITAL_SIGNATURE);
	}
	if (error == 0) {
		error = gnutls_x509_crt_set_key_purpose_oid(certificate,
			GNUTLS_KP_TLS_WWW_CLIENT, 0);
	}
	if (error == 0) {
		error = gnutls_x509_crt_set_key_purpose_oid(certificate,
			GNUTLS_KP_TLS_WWW_SERVER, 0);
	}
	return error;
}

static int sign(gnutls_x509_privkey_t key, const char *owner, gnutls_datum_t *pem)
{
	gnutls_x509_crt_t certificate = NULL;
	gnutls_pubkey_t public = NULL;
	gnutls_privkey_t private = NULL;
	gnutls_digest_algorithm_t hash = GNUTLS_DIG_SHA256;
	int error = gnutls_x509_crt_init(&certificate);
	if (error == 0) {
		error = describe(certificate, owner);
	}
	if (error == 0) {
		error = gnutls_x509_crt_set_key(certificate, key);
	}
	if (error == 0 && (error = gnutls_privkey_init(&private)) == 0) {
		error = gnutls_privkey_import_x509(private, key, 0);
	}
	if (error == 0 && (error = gnutls_pubkey_init(&public)) == 0) {
		error = gnutls_pubkey_import_privkey(public, private, 0, 0);
	}
	if (error == 0) {
		error = gnutls_pubkey_get_preferred_hash_algorithm(public, &hash, NULL);
	}
	if (error == 0) {
		error = gnutls_x509_crt_privkey_sign(certificate, certificate, private,
			hash, 0);
	}
	if (error == 0) {
		error = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, pem);
	}
	gnutls_pubkey_deinit(public);
	gnutls_privkey_deinit(private);
	gnutls_x509_crt_deinit(certificate);
	return error;
}

static void forget(gnutls_datum_t *datum)
{
	if (datum->data != NULL) {
		explicit_bzero(datum->data, datum->size);
	}
	gnutls_free(datum->data);
}

/* One after the other; the second may be empty. */
static bool join(const gnutls_datum_t *first, const gnutls_datum_t *second,
	struct dance_octets *text)
{
	size_t size = (size_t)first->size + second->size;
	unsigned char *octets = malloc(size);
	if (octets == NULL) {
		return false;
	}
	memcpy(octets, first->data, first->size);
	if (second->size != 0) {
		memcpy(octets + first->size, second->data, second->size);
	}
	*text = (struct dance_octets){ octets, size };
	return true;
}

static int generate(gnutls_x509_privkey_t key, enum roll_algorithm algorithm)
{
	switch (algorithm) {
	case ROLL_ED25519:
		return gnutls_x509_privkey_generate(key, GNUTLS_PK_EDDSA_ED25519,
			(unsigned)GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_ED25519), 0);
	case ROLL_RSA_3072:
		return gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, 3072, 0);
	case ROLL_ECDSA_P256:
	default:
		return gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
			(unsigned)GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	}
}

bool roll_certificate_new_key(enum roll_algorithm algorithm, const char *owner,
	struct dance_octets *text, char why[DANCE_ERROR_SIZE])
{
	gnutls_x509_privkey_t key = NULL;
	gnutls_datum_t first = { NULL, 0 }, second = { NULL, 0 };
	*text = (struct dance_octets){ NULL, 0 };
	int error = gnutls_x509_privkey_init(&key);
	if (error == 0) {
		error = generate(key, algorithm);
	}
	if (error == 0) {
		error = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL,
			GNUTLS_PKCS_PLAIN, &first);
	}
	if (error == 0 && owner != NULL) {
		error = sign(key, owner, &second);
	}
	if (error == 0 && !join(&first, &second, text)) {
		error = GNUTLS_E_MEMORY_ERROR;
	}
	forget(&first);
	forget(&second);
	gnutls_x509_privkey_deinit(key);
	return error == 0 || fail(why, "key", error);
}

bool roll_certificate_of_key(struct dance_octets from, const char *owner,
	struct dance_octets *text, char why[DANCE_ERROR_SIZE])
{
	gnutls_x509_privkey_t key = NULL;
	gnutls_datum_t in = { (unsigned char *)(uintptr_t)from.data, (unsigned)from.size };
	gnutls_datum_t made = { NULL, 0 };
	static const gnutls_datum_t nothing = { NULL, 0 };
	*text = (struct dance_octets){ NULL, 0 };
	int error = gnutls_x509_privkey_init(&key);
	if (error == 0) {
		error = gnutls_x509_privkey_import2(key, &in, GNUTLS_X509_FMT_PEM, NULL, 0);
	}
	if (error == 0) {
		error = sign(key, owner, &made);
	}
	if (error == 0 && !join(&made, &nothing, text)) {
		error = GNUTLS_E_MEMORY_ERROR;
	}
	forget(&made);
	gnutls_x509_privkey_deinit(key);
	return error == 0 || fail(why, "certificate", error);
}
