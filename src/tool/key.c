/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The SPKI of a private key. PKCS #8 says the algorithm in the very octets that the SPKI
 * does (RFC 5958 2, RFC 5280 4.1.2.7), so these are taken over, and with them parameters
 * (RSA-PSS, explicit curves) that a library might write in another way or not know. Most
 * keys hold their public half; GnuTLS computes it for the rest. */

#include "key.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "asn1.h"

#define MALFORMED "the private key is malformed"

/* rsaEncryption, whose parameters are NULL always (RFC 3279 2.3.1). */
static const unsigned char rsa_algorithm_octets[] = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86,
	0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00 };
static const struct dance_octets rsa_algorithm = { rsa_algorithm_octets,
	sizeof(rsa_algorithm_octets) };
static const unsigned char rsa_oid[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
	0x01 };
static const unsigned char rsa_pss_oid[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
	0x0a };
/* id-ecPublicKey, and its whole encoding (RFC 5480 2.1.1). */
static const unsigned char ec_oid[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
static const unsigned char ec_oid_whole[] = { 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d,
	0x02, 0x01 };

static bool is(const struct asn1_value *oid, const unsigned char *known, size_t size)
{
	return oid->content.size == size && memcmp(oid->content.data, known, size) == 0;
}

/* A BIT STRING of whole octets, given its content. */
static bool make_bits(struct dance_octets content, struct dance_octets *bits)
{
	return content.size >= 2 && content.data[0] == 0 &&
		asn1_make(ASN1_BIT_STRING, &content, 1, bits);
}

static bool is_natural(const struct asn1_value *integer)
{
	const struct dance_octets *octets = &integer->content;
	return octets->size > 0 && octets->data[0] < 0x80 &&
		(octets->size == 1 || octets->data[0] != 0 || octets->data[1] >= 0x80);
}

/* Modulus and exponent of an RSAPrivateKey are its public key (RFC 8017 A.1.1, A.1.2). */
static bool rsa_public(struct dance_octets key, struct dance_octets *bits)
{
	static const unsigned char no_bits_unused[] = { 0 };
	struct asn1_value whole, version, modulus, exponent;
	if (!asn1_only(key, ASN1_SEQUENCE, &whole) ||
		!asn1_take(&whole.content, ASN1_INTEGER, &version) ||
		!asn1_take(&whole.content, ASN1_INTEGER, &modulus) ||
		!is_natural(&modulus) ||
		!asn1_take(&whole.content, ASN1_INTEGER, &exponent) ||
		!is_natural(&exponent)) {
		return false;
	}
	const struct dance_octets numbers[] = { modulus.whole, exponent.whole };
	struct dance_octets sequence;
	if (!asn1_make(ASN1_SEQUENCE, numbers, 2, &sequence)) {
		return false;
	}
	const struct dance_octets parts[] = { { no_bits_unused, 1 }, sequence };
	bool made = asn1_make(ASN1_BIT_STRING, parts, 2, bits);
	asn1_clear(&sequence);
	return made;
}

struct ec_key {
	struct dance_octets parameters; /* empty if not said */
	struct dance_octets public;     /* a BIT STRING's content; empty if not said */
};

static bool ec_read(struct dance_octets key, struct ec_key *ec)
{
	struct asn1_value whole, part, inner;
	*ec = (struct ec_key){ 0 };
	if (!asn1_only(key, ASN1_SEQUENCE, &whole) ||
		!asn1_take(&whole.content, ASN1_INTEGER, &part) ||
		!asn1_take(&whole.content, ASN1_OCTET_STRING, &part)) {
		return false;
	}
	if (asn1_take(&whole.content, ASN1_CONTEXT_0, &part)) {
		if (!asn1_only(part.content, ASN1_OID, &inner) &&
			!asn1_only(part.content, ASN1_SEQUENCE, &inner)) {
			return false;
		}
		ec->parameters = inner.whole;
	}
	if (asn1_take(&whole.content, ASN1_CONTEXT_1, &part)) {
		if (!asn1_only(part.content, ASN1_BIT_STRING, &inner)) {
			return false;
		}
		ec->public = inner.content;
	}
	return whole.content.size == 0;
}

/* The subjectPublicKey that GnuTLS computes. */
static bool computed_public(struct dance_octets key, struct dance_octets *bits)
{
	gnutls_privkey_t private = NULL;
	gnutls_pubkey_t public = NULL;
	gnutls_datum_t out = { NULL, 0 };
	gnutls_datum_t in = { (unsigned char *)(uintptr_t)key.data, (unsigned)key.size };
	bool made = false;
	const gnutls_x509_crt_fmt_t form = GNUTLS_X509_FMT_DER;
	if (gnutls_privkey_init(&private) == 0 && gnutls_pubkey_init(&public) == 0 &&
		gnutls_privkey_import_x509_raw(private, &in, form, NULL, 0) == 0 &&
		gnutls_pubkey_import_privkey(public, private, 0, 0) == 0 &&
		gnutls_pubkey_export2(public, form, &out) == 0) {
		struct asn1_value whole, part;
		made = asn1_only((struct dance_octets){ out.data, out.size }, ASN1_SEQUENCE,
			       &whole) &&
			asn1_take(&whole.content, ASN1_SEQUENCE, &part) &&
			asn1_only(whole.content, ASN1_BIT_STRING, &part) &&
			make_bits(part.content, bits);
	}
	gnutls_free(out.data);
	gnutls_pubkey_deinit(public);
	gnutls_privkey_deinit(private);
	return made;
}

static bool put_together(struct dance_octets algorithm, struct dance_octets bits,
	struct dance_octets *spki, const char **why)
{
	const struct dance_octets parts[] = { algorithm, bits };
	bool made = asn1_make(ASN1_SEQUENCE, parts, 2, spki);
	asn1_clear(&bits);
	if (!made) {
		*why = "out of memory";
	}
	return made;
}

static bool rsa_spki(struct dance_octets algorithm, struct dance_octets key,
	struct dance_octets *spki, const char **why)
{
	struct dance_octets bits;
	if (!rsa_public(key, &bits)) {
		*why = MALFORMED;
		return false;
	}
	return put_together(algorithm, bits, spki, why);
}

/* A key of which we know how to say the algorithm, but may not have the public half. */
static bool other_spki(struct dance_octets algorithm, struct dance_octets public,
	struct dance_octets whole_key, struct dance_octets *spki, const char **why)
{
	struct dance_octets bits;
	if (public.size != 0) {
		if (!make_bits(public, &bits)) {
			*why = MALFORMED;
			return false;
		}
	} else if (!computed_public(whole_key, &bits)) {
		*why = "the private key does not hold its public key, and GnuTLS cannot "
		       "compute it: give the certificate or the public key";
		return false;
	}
	return put_together(algorithm, bits, spki, why);
}

static bool ec_spki(struct dance_octets key, struct dance_octets *spki, const char **why)
{
	struct ec_key ec;
	if (!ec_read(key, &ec) || ec.parameters.size == 0) {
		*why = MALFORMED;
		return false;
	}
	const struct dance_octets parts[] = { { ec_oid_whole, sizeof(ec_oid_whole) },
		ec.parameters };
	struct dance_octets algorithm;
	if (!asn1_make(ASN1_SEQUENCE, parts, 2, &algorithm)) {
		*why = "out of memory";
		return false;
	}
	bool made = other_spki(algorithm, ec.public, key, spki, why);
	asn1_clear(&algorithm);
	return made;
}

static bool pkcs8_spki(struct dance_octets key, struct dance_octets *spki, const char **why)
{
	struct asn1_value whole, version, algorithm, oid, private, attributes, public;
	struct ec_key ec = { 0 };
	*why = MALFORMED;
	if (!asn1_only(key, ASN1_SEQUENCE, &whole) ||
		!asn1_take(&whole.content, ASN1_INTEGER, &version) ||
		!asn1_take(&whole.content, ASN1_SEQUENCE, &algorithm) ||
		!asn1_take(&algorithm.content, ASN1_OID, &oid) ||
		!asn1_take(&whole.content, ASN1_OCTET_STRING, &private)) {
		return false;
	}
	if (is(&oid, rsa_oid, sizeof(rsa_oid))) {
		return rsa_spki(rsa_algorithm, private.content, spki, why);
	}
	if (is(&oid, rsa_pss_oid, sizeof(rsa_pss_oid))) {
		return rsa_spki(algorithm.whole, private.content, spki, why);
	}
	/* Without its curve an EC key is none (RFC 5480 2.1.1). */
	if (is(&oid, ec_oid, sizeof(ec_oid)) &&
		(algorithm.content.size == 0 || !ec_read(private.content, &ec))) {
		return false;
	}
	(void)asn1_take(&whole.content, ASN1_CONTEXT_0, &attributes);
	if (ec.public.size == 0 && asn1_take(&whole.content, ASN1_BITS_1, &public)) {
		ec.public = public.content;
	}
	return other_spki(algorithm.whole, ec.public, key, spki, why);
}

bool key_spki(enum key_form form, struct dance_octets key, struct dance_octets *spki,
	const char **why)
{
	*spki = (struct dance_octets){ NULL, 0 };
	switch (form) {
	case KEY_PKCS8:
		return pkcs8_spki(key, spki, why);
	case KEY_RSA:
		return rsa_spki(rsa_algorithm, key, spki, why);
	case KEY_EC:
		return ec_spki(key, spki, why);
	}
	return false;
}

bool key_spki_varies(struct dance_octets spki)
{
	struct asn1_value whole, algorithm, oid;
	return asn1_only(spki, ASN1_SEQUENCE, &whole) &&
		asn1_take(&whole.content, ASN1_SEQUENCE, &algorithm) &&
		asn1_take(&algorithm.content, ASN1_OID, &oid) &&
		is(&oid, rsa_pss_oid, sizeof(rsa_pss_oid)) && algorithm.content.size != 0;
}
