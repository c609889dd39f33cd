/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The SPKI of a private key, as GnuTLS makes it. A TLS peer shows the SPKI of its certificate,
 * which can be written in other octets (RFC 6698 2.1.2). So what the private key says of its
 * public one must be the same: PKCS #8 has the algorithm in the octets of the SPKI (RFC 5958 2,
 * RFC 5280 4.1.2.7), and keys on curves have the public point. */

#include "key.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "der.h"
#include "pem.h"

#define INSTEAD "give the certificate or the public key"

enum tag {
	TAG_INTEGER = 0x02,
	TAG_BIT_STRING = 0x03,
	TAG_OCTET_STRING = 0x04,
	TAG_OID = 0x06,
	TAG_SEQUENCE = 0x30,
	TAG_CONTEXT_0 = 0xa0, /* [0], constructed */
	TAG_CONTEXT_1 = 0xa1,
	TAG_BITS_1 = 0x81, /* [1] IMPLICIT, primitive */
};

/* What a private key says of its public one; empty where it says nothing. */
struct claims {
	struct dance_octets algorithm; /* AlgorithmIdentifier, its content */
	struct dance_octets bits;      /* subjectPublicKey, the content of the BIT STRING */
};

static bool is_equal(struct dance_octets a, struct dance_octets b)
{
	return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

/* ECPrivateKey (RFC 5915 3). */
static bool read_ec(struct dance_octets key, struct claims *claims)
{
	struct dance_octets whole, part;
	if (!der_sequence(key, &whole) || !der_take(&whole, TAG_INTEGER, &part) ||
		!der_take(&whole, TAG_OCTET_STRING, &part)) {
		return false;
	}
	(void)der_take(&whole, TAG_CONTEXT_0, &part); /* the curve */
	if (der_take(&whole, TAG_CONTEXT_1, &part) &&
		(!der_take(&part, TAG_BIT_STRING, &claims->bits) || part.size != 0)) {
		return false;
	}
	return whole.size == 0;
}

/* OneAsymmetricKey (RFC 5958 2). Its privateKey is of a kind that the algorithm says; where that
 * is a key on a curve, the public point is in there. */
static bool read_pkcs8(struct dance_octets key, struct claims *claims)
{
	struct dance_octets whole, part, private;
	struct claims inner = { 0 };
	if (!der_sequence(key, &whole) || !der_take(&whole, TAG_INTEGER, &part) ||
		!der_take(&whole, TAG_SEQUENCE, &claims->algorithm) ||
		!der_take(&whole, TAG_OCTET_STRING, &private)) {
		return false;
	}
	(void)der_take(&whole, TAG_CONTEXT_0, &part); /* attributes */
	if (!der_take(&whole, TAG_BITS_1, &claims->bits) && read_ec(private, &inner)) {
		claims->bits = inner.bits;
	}
	return whole.size == 0;
}

static bool read_claims(enum key_form form, struct dance_octets key, struct claims *claims)
{
	struct dance_octets whole;
	*claims = (struct claims){ 0 };
	switch (form) {
	case KEY_PKCS8:
		return read_pkcs8(key, claims);
	case KEY_RSA:
		return der_sequence(key, &whole);
	case KEY_EC:
		return read_ec(key, claims);
	}
	return false;
}

/* The algorithm's number is GnuTLS's; 0 if it cannot make an SPKI of the key. */
static int make_spki(struct dance_octets key, struct dance_octets *spki)
{
	gnutls_privkey_t private = NULL;
	gnutls_pubkey_t public = NULL;
	gnutls_datum_t out = { NULL, 0 };
	gnutls_datum_t in = { (unsigned char *)(uintptr_t)key.data, (unsigned)key.size };
	const gnutls_x509_crt_fmt_t form = GNUTLS_X509_FMT_DER;
	int algorithm = 0;
	if (gnutls_privkey_init(&private) == 0 && gnutls_pubkey_init(&public) == 0 &&
		gnutls_privkey_import_x509_raw(private, &in, form, NULL, 0) == 0 &&
		gnutls_pubkey_import_privkey(public, private, 0, 0) == 0 &&
		gnutls_pubkey_export2(public, form, &out) == 0) {
		algorithm = gnutls_pubkey_get_pk_algorithm(public, NULL);
		*spki = (struct dance_octets){ out.data, out.size };
	}
	gnutls_pubkey_deinit(public);
	gnutls_privkey_deinit(private);
	return algorithm > 0 ? algorithm : 0;
}

/* Why certificates of the key may contain another SPKI; NULL if they do not. */
static const char *variation(int made, struct dance_octets spki,
	const struct claims *claims)
{
	struct dance_octets whole, algorithm, bits, oid, rest;
	if (!der_sequence(spki, &whole) || !der_take(&whole, TAG_SEQUENCE, &algorithm) ||
		!der_take(&whole, TAG_BIT_STRING, &bits)) {
		return "GnuTLS computes no valid public key: " INSTEAD;
	}
	if (claims->bits.size != 0 && !is_equal(claims->bits, bits)) {
		return "the file encodes the public key differently, or contains another "
		       "public key: " INSTEAD;
	}
	/* Whose parameters are NULL always (RFC 3279 2.3.1). */
	if (made == GNUTLS_PK_RSA) {
		return NULL;
	}
	/* Parameters of RSA-PSS are written with or without a NULL (RFC 4055 2.1). */
	rest = claims->algorithm;
	if (made == GNUTLS_PK_RSA_PSS &&
		(!der_take(&rest, TAG_OID, &oid) || rest.size != 0)) {
		return "a certificate may encode the parameters of an RSA-PSS key "
		       "differently: " INSTEAD;
	}
	if (claims->algorithm.size != 0 && !is_equal(claims->algorithm, algorithm)) {
		return "a certificate may encode the parameters of the key differently: " INSTEAD;
	}
	return NULL;
}

bool key_spki(enum key_form form, struct dance_octets key, struct dance_octets *spki,
	const char **why)
{
	struct claims claims;
	*spki = (struct dance_octets){ NULL, 0 };
	if (!read_claims(form, key, &claims)) {
		*why = "the private key is malformed";
		return false;
	}
	int made = make_spki(key, spki);
	if (made == 0) {
		pem_clear(spki);
		*why = "GnuTLS cannot compute the public key: the private key is malformed, or "
		       "of an unknown kind or curve: " INSTEAD;
		return false;
	}
	*why = variation(made, *spki, &claims);
	if (*why != NULL) {
		pem_clear(spki);
		return false;
	}
	return true;
}
