/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A certificate that may stand in a path. GnuTLS reads it and verifies signatures, one at a
 * time; whether it may sign others is path.c's business. */

#include "certificate.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "der.h"

/* GnuTLS does not write to its input, but does not say so. */
static gnutls_datum_t datum(struct dance_octets octets)
{
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)octets.data,
		(unsigned)octets.size };
}

bool certificate_read(struct certificate *certificate, struct dance_octets der)
{
	*certificate = (struct certificate){ .der = der };
	if (der.size > CERTIFICATE_SIZE_MAX ||
	    gnutls_x509_crt_init(&certificate->gnutls) != 0) {
		return false;
	}
	gnutls_datum_t data = datum(der);
	if (gnutls_x509_crt_import(certificate->gnutls, &data, GNUTLS_X509_FMT_DER) != 0) {
		certificate_clear(certificate);
		return false;
	}
	return true;
}

void certificate_clear(struct certificate *certificate)
{
	if (certificate->gnutls != NULL) {
		gnutls_x509_crt_deinit(certificate->gnutls);
		certificate->gnutls = NULL;
	}
}

static bool select_octets(const struct certificate *certificate,
	enum tlsa_selector selector, struct dance_octets *selected)
{
	*selected = certificate->der;
	return selector == TLSA_CERTIFICATE ||
		der_certificate_spki(certificate->der, selected);
}

static bool hash(struct certificate *certificate, enum tlsa_selector selector,
	enum tlsa_matching matching)
{
	unsigned bit = 1u << (selector * TLSA_MATCHING_COUNT + matching);
	struct dance_octets selected;
	if ((certificate->hashed & bit) == 0) {
		if (!select_octets(certificate, selector, &selected) ||
		    gnutls_hash_fast(matching == TLSA_SHA256 ? GNUTLS_DIG_SHA256 :
				GNUTLS_DIG_SHA512, selected.data, selected.size,
			certificate->digests[selector][matching]) != 0) {
			return false;
		}
		certificate->hashed |= bit;
	}
	return true;
}

bool certificate_hash(struct certificate *certificate)
{
	return hash(certificate, TLSA_CERTIFICATE, TLSA_SHA256) &&
		hash(certificate, TLSA_CERTIFICATE, TLSA_SHA512) &&
		hash(certificate, TLSA_SPKI, TLSA_SHA256) &&
		hash(certificate, TLSA_SPKI, TLSA_SHA512);
}

bool certificate_is_of(struct certificate *certificate, const struct dance_tlsa *record)
{
	struct dance_octets selected;
	if (record->matching == TLSA_FULL) {
		return select_octets(certificate, record->selector, &selected) &&
			selected.size == record->size &&
			memcmp(selected.data, record->data, record->size) == 0;
	}
	return hash(certificate, record->selector, record->matching) &&
		memcmp(certificate->digests[record->selector][record->matching],
			record->data, record->size) == 0;
}

bool certificate_names_issuer(const struct certificate *certificate,
	const struct certificate *issuer)
{
	return gnutls_x509_crt_check_issuer(certificate->gnutls, issuer->gnutls) != 0;
}

/* The signature as such, by a key at hand. */
static bool verify(const struct certificate *certificate, gnutls_pubkey_t key,
	unsigned flags)
{
	char octets[CERTIFICATE_KEY_BITS_MAX / 8 + 1]; /* longer ones do not fit */
	size_t size = sizeof(octets);
	struct dance_octets tbs;
	if (!der_certificate_tbs(certificate->der, &tbs) ||
	    gnutls_x509_crt_get_signature(certificate->gnutls, octets, &size) != 0) {
		return false;
	}
	gnutls_sign_algorithm_t algorithm = (gnutls_sign_algorithm_t)
		gnutls_x509_crt_get_signature_algorithm(certificate->gnutls);
	if ((flags & GNUTLS_VERIFY_ALLOW_BROKEN) == 0 &&
	    gnutls_sign_is_secure2(algorithm, GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS) == 0) {
		return false;
	}
	gnutls_datum_t signature = { (unsigned char *)octets, (unsigned)size };
	gnutls_datum_t data = datum(tbs);
	return gnutls_pubkey_verify_data2(key, algorithm, flags, &data, &signature) >= 0;
}

static bool is_short_exponent(gnutls_pubkey_t key)
{
	gnutls_datum_t modulus, exponent;
	if (gnutls_pubkey_export_rsa_raw2(key, &modulus, &exponent,
		GNUTLS_EXPORT_FLAG_NO_LZ) != 0) {
		return false;
	}
	bool is_short = exponent.size <= CERTIFICATE_EXPONENT_MAX;
	gnutls_free(modulus.data);
	gnutls_free(exponent.data);
	return is_short;
}

/* Is it of a kind that certificates are signed with, and cheap enough to work with? */
static bool is_fit_key(gnutls_pubkey_t key)
{
	unsigned bits = 0;
	int algorithm = gnutls_pubkey_get_pk_algorithm(key, &bits);
	switch (algorithm) {
	case GNUTLS_PK_RSA:
	case GNUTLS_PK_RSA_PSS:
		return bits <= CERTIFICATE_KEY_BITS_MAX && is_short_exponent(key);
	case GNUTLS_PK_ECDSA:
	case GNUTLS_PK_EDDSA_ED25519:
	case GNUTLS_PK_EDDSA_ED448:
		return true;
	default:
		return false;
	}
}

/* The signature, and the strength of its algorithm, and nothing else that GnuTLS would look
 * at: it would look at that only on the part of a chain that it needs to reach something
 * trusted, and a record may be of the rest. */
#define SIGNATURE_FLAGS (GNUTLS_VERIFY_DO_NOT_ALLOW_SAME | GNUTLS_VERIFY_DISABLE_CA_SIGN | \
	GNUTLS_VERIFY_IGNORE_UNKNOWN_CRIT_EXTENSIONS | GNUTLS_VERIFY_DISABLE_TIME_CHECKS | \
	GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS)

/* What GnuTLS says when name constraints of the issuer do not permit the certificate, at
 * which it looks nevertheless. Other faults may go unsaid next to it. */
#define STATUS_CONSTRAINTS (GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE | GNUTLS_CERT_INVALID)

static bool is_signed_with(const struct certificate *certificate,
	const struct certificate *issuer, gnutls_pubkey_t key, unsigned flags)
{
	gnutls_x509_crt_t list[1] = { issuer->gnutls };
	unsigned status = GNUTLS_CERT_INVALID;
	if (gnutls_x509_crt_verify(certificate->gnutls, list, 1, SIGNATURE_FLAGS | flags,
		&status) != 0) {
		return false;
	}
	return status == 0 || ((status & GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE) != 0 &&
		(status & ~(unsigned)STATUS_CONSTRAINTS) == 0 &&
		verify(certificate, key, flags));
}

static bool is_signed(const struct certificate *certificate,
	const struct certificate *issuer, unsigned flags)
{
	gnutls_pubkey_t key;
	if (gnutls_pubkey_init(&key) != 0) {
		return false;
	}
	bool ok = gnutls_pubkey_import_x509(key, issuer->gnutls, 0) == 0 && is_fit_key(key) &&
		is_signed_with(certificate, issuer, key, flags);
	gnutls_pubkey_deinit(key);
	return ok;
}

bool certificate_is_signed_by(const struct certificate *certificate,
	const struct certificate *issuer)
{
	return is_signed(certificate, issuer, 0);
}

bool certificate_is_self_signed(const struct certificate *certificate)
{
	return certificate_names_issuer(certificate, certificate) &&
		is_signed(certificate, certificate, GNUTLS_VERIFY_ALLOW_BROKEN);
}

bool certificate_is_signed_by_key(const struct certificate *certificate,
	struct dance_octets spki)
{
	gnutls_pubkey_t key;
	if (gnutls_pubkey_init(&key) != 0) {
		return false;
	}
	gnutls_datum_t data = datum(spki);
	bool ok = gnutls_pubkey_import(key, &data, GNUTLS_X509_FMT_DER) == 0 &&
		is_fit_key(key) && verify(certificate, key, 0);
	gnutls_pubkey_deinit(key);
	return ok;
}
